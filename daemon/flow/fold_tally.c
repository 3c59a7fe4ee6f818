#include "flow/fold_tally.h"

#include <string.h>

#include "db/pool.h"
#include "db/queries.h"

enum {
    EVERY_S = 10,
    AGAIN_S = 1, /* while there is more than one time takes */
};

#define MOST "10000" /* at a time: it holds the connection for a second or so */

static void folded(const DbOutcome *outcome, void *arg)
{
    Worker *worker = arg;
    bool more = outcome->status == DB_OK && strcmp(PQgetvalue(outcome->results[0], 0, 0), MOST) == 0;
    worker->fold_in = more ? AGAIN_S : EVERY_S; /* the pool has logged what failed */
}

void fold_tally_poll(Worker *worker)
{
    if (worker->fold_in < 0 || --worker->fold_in > 0 || !pool_is_ready(worker->pool)) return;
    DbWork *work = db_work_new(worker->pool, folded, worker);
    const char *params[] = {MOST};
    if (!work || db_work_add(work, &query_fold_tally, params)) {
        db_work_free(work);
        worker->fold_in = EVERY_S;
        return;
    }
    worker->fold_in = -1;
    db_work_set_heavy(work);
    db_work_set_housekeeping(work);
    db_work_set_retry(work); /* what was folded is folded */
    db_work_submit(work);
}
