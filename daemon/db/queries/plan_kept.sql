-- For the rest of the unit, statements are planned once for all parameters: for reading what is small whatever the
-- parameters, by statements that only have one good plan (along an index, a row at a time). Planning them for each
-- execution takes longer than running them.
-- Their plans may have been made while a table was empty, and are kept until it is analysed: one that reads it whole is
-- ruled out.
SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_seqscan', 'off', true);
