-- Looks at tables that have outgrown their statistics, as autovacuum does, but not only once a minute: plans that are kept
-- (plan_once.sql, those of foreign keys and triggers) are made anew then, and one from an empty table may go along an index
-- that is as good as any other there, and reads all of a municipality's rows a little later. A table doubles some twenty
-- times in its life, and is looked at as often. Gives how many were. By the owner's right: the application's role may not.
CREATE OR REPLACE FUNCTION lagesbild.analyze_grown()
RETURNS integer
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, pg_temp
SET lock_timeout = '100ms'
SET vacuum_cost_delay = '2ms' -- as autovacuum does: nobody waits for it, and who stores needs the processor
AS $$
DECLARE
    grown regclass;
    looked_at integer := 0;
BEGIN
    FOR grown IN
        SELECT c.oid::regclass
          FROM pg_class c
         WHERE c.oid IN ('lagesbild.incident'::regclass, 'lagesbild.incident_area'::regclass, 'lagesbild.report'::regclass,
                         'lagesbild.report_revision'::regclass, 'lagesbild.report_key'::regclass)
           AND pg_relation_size(c.oid) / current_setting('block_size')::integer > 2 * c.relpages
         ORDER BY c.oid
    LOOP
        BEGIN
            EXECUTE format('ANALYZE %s', grown);
            looked_at := looked_at + 1;
        EXCEPTION WHEN lock_not_available THEN
            NULL; -- autovacuum or another daemon is at it
        END;
    END LOOP;
    RETURN looked_at;
END
$$;
