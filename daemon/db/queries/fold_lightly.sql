-- For the rest of the unit, as plan_once.sql, and the commit does not wait for the disk: what is folded and lost in a crash
-- is as it was before, with nothing counted twice and nothing missing.
SELECT set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'off', true),
       set_config('synchronous_commit', 'off', true);
