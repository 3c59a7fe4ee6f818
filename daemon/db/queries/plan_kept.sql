-- For the rest of the unit, statements are planned once for all parameters: for reading by statements that have one good
-- plan each (along an index, a row at a time), which would take longer to plan for each execution than to run.
-- A plan lasts until its tables are analysed anew, and one from a table of a few rows can be a thousand times too slow for
-- the table that it has become. So while a table is more than twice as large as when it was last analysed, statements are
-- planned for each execution.
SELECT set_config('plan_cache_mode',
                  CASE WHEN bool_and(2 * c.relpages >= pg_relation_size(c.oid) / current_setting('block_size')::integer)
                       THEN 'force_generic_plan' ELSE 'force_custom_plan' END, true),
       set_config('enable_seqscan', 'off', true)
  FROM pg_class c
 WHERE c.oid IN ('lagesbild.incident'::regclass, 'lagesbild.incident_area'::regclass, 'lagesbild.report'::regclass);
