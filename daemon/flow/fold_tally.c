#include "flow/fold_tally.h"

#include <stdlib.h>

#include "db/pool.h"
#include "db/queries.h"

enum {
    EVERY_S = 10,
    AGAIN_S = 1, /* while there is more than one time takes */
};

/* At a time: it holds the connection for a second or so. */
#define MOST        "10000" /* of what has happened */
#define MOST_LISTED "5000"  /* of the incidents whose places are listed */

/* As much as was asked for, or more: there is more to do. */
static bool is_full(const PGresult *result, const char *most)
{
    return strtoll(PQgetvalue(result, 0, 0), NULL, 10) >= strtoll(most, NULL, 10);
}

static void folded(const DbOutcome *outcome, void *arg)
{
    Worker *worker = arg;
    bool more =
        outcome->status == DB_OK && (is_full(outcome->results[0], MOST) || is_full(outcome->results[1], MOST_LISTED));
    worker->fold_in = more ? AGAIN_S : EVERY_S; /* the pool has logged what failed */
}

void fold_tally_poll(Worker *worker)
{
    if (worker->fold_in < 0 || --worker->fold_in > 0 || !pool_is_ready(worker->pool)) return;
    DbWork *work = db_work_new(worker->pool, folded, worker);
    const char *params[] = {MOST}, *listed[] = {MOST_LISTED};
    if (!work || db_work_add(work, &query_fold_tally, params) || db_work_add(work, &query_list_places, listed)) {
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
