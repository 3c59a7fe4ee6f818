-- Milliseconds from an instant to the next Swedish midnight: 23 to 25 hours lie between two of them.
CREATE OR REPLACE FUNCTION lagesbild.milliseconds_to_midnight(_at timestamptz)
RETURNS bigint
LANGUAGE sql
IMMUTABLE
AS $$
    SELECT ceil(EXTRACT(epoch FROM ((_at AT TIME ZONE 'Europe/Stockholm')::date + 1)::timestamp AT TIME ZONE 'Europe/Stockholm'
                                   - _at) * 1000)::bigint;
$$;
