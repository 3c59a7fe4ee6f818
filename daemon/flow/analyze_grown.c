#include "flow/analyze_grown.h"

#include "db/pool.h"
#include "db/queries.h"

static void analyzed(const DbOutcome *outcome, void *arg)
{
    Worker *worker = arg;
    (void)outcome; /* the pool has logged what failed; the next second asks again */
    worker->analyzing = false;
}

void analyze_grown_poll(Worker *worker)
{
    if (worker->analyzing || !pool_is_ready(worker->pool)) return;
    DbWork *work = db_work_new(worker->pool, analyzed, worker);
    if (!work || db_work_add(work, &query_analyze_grown, NULL)) {
        db_work_free(work);
        return;
    }
    worker->analyzing = true;
    db_work_set_heavy(work);
    db_work_set_housekeeping(work);
    db_work_set_retry(work); /* to look twice is to look once */
    db_work_submit(work);
}
