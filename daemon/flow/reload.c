#include "flow/reload.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "db/queries.h"
#include "flow/stored_knowledge.h"
#include "util/log.h"

struct Reload {
    Daemon *daemon;
    Worker *worker; /* the loop that polls */
    bool asking;    /* a unit is under way; that loop's own */
    _Atomic(int64_t) version;
    pthread_t thread;
    bool started;         /* the thread has been made and not been joined */
    atomic_bool building; /* it is still at work */
    StoredKnowledge stored;
};

Reload *reload_new(Daemon *daemon, int64_t version)
{
    Reload *reload = calloc(1, sizeof *reload);
    if (!reload) return NULL;
    reload->daemon = daemon;
    atomic_init(&reload->version, version);
    atomic_init(&reload->building, false);
    return reload;
}

static void join(Reload *reload)
{
    if (reload->started) pthread_join(reload->thread, NULL);
    reload->started = false;
}

void reload_free(Reload *reload)
{
    if (!reload) return;
    join(reload);
    free(reload);
}

int64_t reload_version(const Reload *reload)
{
    return atomic_load(&reload->version);
}

/* --- the thread --- */

static void *build(void *arg)
{
    Reload *reload = arg;
    const Log *log = &reload->daemon->log;
    Knowledge *before = daemon_knowledge(reload->daemon), *made;
    Error err;
    int r = stored_knowledge_make(&made, before, &reload->stored, &err);
    knowledge_unref(before);
    if (r == 0) {
        log_line(log, LEVEL_INFO, "the knowledge has changed: %zu areas, %zu places", knowledge_area_count(made),
                 knowledge_place_count(made));
        daemon_set_knowledge(reload->daemon, made);
    } else {
        log_line(log, LEVEL_ERROR, "the changed knowledge cannot be used, the one before stays: %s", err.text);
    }
    /* Also one that cannot be used: it is not tried again until somebody changes it. */
    if (r != -ENOMEM) atomic_store(&reload->version, reload->stored.version);
    stored_knowledge_deinit(&reload->stored);
    malloc_trim(0); /* what was needed on the way to it */
    atomic_store(&reload->building, false);
    return NULL;
}

static void start(Reload *reload)
{
    join(reload);
    atomic_store(&reload->building, true);
    int r = pthread_create(&reload->thread, NULL, build, reload);
    if (r == 0) {
        reload->started = true;
        return;
    }
    log_line(&reload->daemon->log, LEVEL_ERROR, "no thread to load the changed knowledge: %s", strerror(r));
    stored_knowledge_deinit(&reload->stored);
    atomic_store(&reload->building, false);
}

/* --- the loop --- */

static void read_rows(const DbOutcome *outcome, void *arg)
{
    Reload *reload = arg;
    reload->asking = false;
    if (outcome->status != DB_OK) return; /* the pool has logged why; the next second asks again */
    if (stored_knowledge_copy(&reload->stored, outcome->results[0]) == 0) start(reload);
}

static bool ask(Reload *reload, const Query *query, DbDone done)
{
    DbWork *work = db_work_new(reload->worker->pool, done, reload);
    if (!work) return false;
    if (db_work_add(work, query, NULL) < 0) {
        db_work_free(work);
        return false;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_set_housekeeping(work);
    db_work_submit(work);
    return true;
}

static void compared(const DbOutcome *outcome, void *arg)
{
    Reload *reload = arg;
    reload->asking = false;
    if (outcome->status != DB_OK) return;
    if (strtoll(PQgetvalue(outcome->results[0], 0, 0), NULL, 10) == reload_version(reload)) return;
    reload->asking = ask(reload, &query_select_knowledge, read_rows);
}

void reload_poll(Reload *reload, Worker *worker)
{
    reload->worker = worker;
    if (reload->asking || atomic_load(&reload->building) || !pool_is_ready(worker->pool)) return;
    reload->asking = ask(reload, &query_select_knowledge_version, compared);
}
