-- For the rest of the unit, every statement sees the database as it is now: first in a unit whose figures must fit each
-- other. (Without, each sees what was committed before it began.) It only lasts for the transaction, SET or not: the
-- next one begins as the session's default says.
SET transaction_isolation = 'repeatable read';
