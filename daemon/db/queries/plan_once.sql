-- For the rest of the unit, statements keep the plan that they were given once, those of foreign keys and triggers too:
-- for writing, where one plan suits every parameter and making it anew costs as much as a row. (Sessions plan each
-- execution for its own parameters: what is asked of a small area and of a whole country needs two plans.)
-- A plan made while a table had a page or two would read the table whole, and be kept, however it grew, until it is
-- analysed: nothing here has reason to.
SELECT set_config('plan_cache_mode', 'auto', true), set_config('enable_seqscan', 'off', true);
