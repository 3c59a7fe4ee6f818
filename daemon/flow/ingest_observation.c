/*
 * Single observations share units of work, and so commits.
 *
 *   no unit under way           →  all that wait go as one, at the end of this loop turn
 *   none, one has just ended    →  they wait until as many have come as it had, or GATHER_MS: those who were answered
 *                                  come again at once where they have more, and not in the same loop turn. After that
 * was in vain the next units go without, up to VAIN_MAX: those who send do not come again one, UNIT_WORTH rows wait   →
 * they go beside it otherwise                   →  they wait for a unit to end, or HOLD_MS
 *
 * An idle service thus sends at once, and a busy one shares the more the busier it is: 32 clients share a unit of 32
 * instead of one of 1 and one of 31. Rows of several municipalities share a unit: a commit has no meaning beyond its
 * rows, and a country's observations are spread so thin over 290 municipalities that within each there would be nobody
 * to share with.
 *
 * A unit that the database refuses is halved, so that only the row that is wrong is refused. Rows that were not stored
 * because their ids were here already are looked up by a second unit: an observation sent again is rare.
 */
#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include "db/find_row.h"
#include "db/queries.h"
#include "flow/ingest.h"
#include "flow/observation_rows.h"

enum {
    UNITS_MAX = 2,
    UNIT_WORTH = 8,   /* rows for which a second unit is worth its fixed cost while one is under way */
    GATHER_WORTH = 4, /* rows of a unit for which it is worth to wait for their like */
    GATHER_MS = 1,
    VAIN_MAX = 64, /* units that go without gathering at most, after it was in vain so often */
    UNIT_ROWS = 64,
    UNIT_BYTES = 256 * 1024, /* of texts, whichever comes first; at least one row */
    HOLD_MS = 200, /* a unit that takes longer waits for a lock or a dead server; the pool bounds that wait, not we */
};

typedef struct Observation {
    TAILQ_ENTRY(Observation) entry; /* in the queue */
    cJSON *row;
    const char *municipality, *id, *text; /* inside `row` */
    IngestDone done;
    void *arg;
} Observation;

typedef TAILQ_HEAD(ObservationList, Observation) ObservationList;

struct IngestQueue {
    Worker *worker;
    ObservationList waiting;
    size_t count; /* waiting or under way */
    size_t waiting_count;
    int units;       /* under way */
    size_t expected; /* rows to wait for before the next unit goes; 0 when GATHER_MS have passed */
    int vain;        /* units that go without gathering after the next time it is in vain */
    int ungathered;  /* of them, those that are still to go */
    struct event *turn_end, *held, *gathered;
};

/* Rows in the order of their keys: every writer locks in the same order, so two units cannot deadlock over them. No key
 * is in a unit twice; the second waits for the next one, which finds the first stored. */
typedef struct Unit {
    IngestQueue *queue;
    ObservationRows *rows_to_store; /* the parameters of the statement under way, or: */
    char *keys;
    size_t count;
    Observation *rows[UNIT_ROWS];
} Unit;

typedef enum Errand { STORE, LOOK_UP } Errand;

static void send_waiting(IngestQueue *queue);
static void send_unit(Unit *unit, Errand errand);

/* --- one observation --- */

static void observation_free(Observation *one)
{
    if (!one) return;
    cJSON_Delete(one->row);
    free(one);
}

/* Takes over `row`. */
static Observation *observation_new(cJSON *row, IngestDone done, void *arg)
{
    Observation *one = calloc(1, sizeof *one);
    if (!one) {
        cJSON_Delete(row);
        return NULL;
    }
    *one = (Observation){.row = row,
                         .municipality = cJSON_GetObjectItemCaseSensitive(row, "municipality")->valuestring,
                         .id = cJSON_GetObjectItemCaseSensitive(row, "incident")->valuestring,
                         .text = cJSON_GetObjectItemCaseSensitive(row, "text")->valuestring,
                         .done = done,
                         .arg = arg};
    return one;
}

static int compare(const Observation *a, const Observation *b)
{
    int order = strcmp(a->municipality, b->municipality);
    return order ? order : strcmp(a->id, b->id);
}

static void answer(IngestQueue *queue, Observation *one, IngestResult result)
{
    queue->count--;
    one->done(&result, one->arg);
    observation_free(one);
}

/* --- a unit's verdicts --- */

/* Its row in `stored` gives incident and times. */
static void answer_new(IngestQueue *queue, Observation *one, const PGresult *stored, int row)
{
    char *json = observation_json(one->row, PQgetvalue(stored, row, 1), PQgetvalue(stored, row, 2));
    IngestResult result = {.verdict = json ? INGEST_STORED : INGEST_BUSY, .id = one->id, .json = json};
    answer(queue, one, result);
    free(json);
}

/* Keeps the rows that are not in `stored`. */
static void answer_stored(Unit *unit, const PGresult *stored)
{
    int next = 0;
    size_t kept = 0;
    for (size_t i = 0; i < unit->count; i++) {
        Observation *one = unit->rows[i];
        int row = find_row(stored, 0, one->id, &next);
        if (row < 0)
            unit->rows[kept++] = one;
        else
            answer_new(unit->queue, one, stored, row);
    }
    unit->count = kept;
}

/* `here` gives incident, text and JSON. */
static void answer_known(Unit *unit, const PGresult *here)
{
    int next = 0;
    for (size_t i = 0; i < unit->count; i++) {
        Observation *one = unit->rows[i];
        int row = find_row(here, 0, one->id, &next);
        IngestResult result = {.verdict = INGEST_FAILED};
        if (row >= 0 && strcmp(PQgetvalue(here, row, 1), one->text) != 0)
            result.verdict = INGEST_KEY_REUSED;
        else if (row >= 0)
            result = (IngestResult){
                .verdict = INGEST_KNOWN, .id = PQgetvalue(here, row, 0), .json = PQgetvalue(here, row, 2)};
        answer(unit->queue, one, result);
    }
}

static void answer_all(Unit *unit, IngestVerdict verdict)
{
    for (size_t i = 0; i < unit->count; i++)
        answer(unit->queue, unit->rows[i], (IngestResult){.verdict = verdict});
}

static void unit_free(Unit *unit)
{
    observation_rows_free(unit->rows_to_store);
    free(unit->keys);
    free(unit);
}

/* --- a unit's way --- */

static Unit *unit_new(IngestQueue *queue)
{
    Unit *unit = calloc(1, sizeof *unit);
    if (unit) unit->queue = queue;
    return unit;
}

/* To be called before its rows are answered, so that the database has something to do meanwhile. */
static void unit_ended(const Unit *unit)
{
    static const struct timeval soon = {.tv_usec = GATHER_MS * 1000};
    IngestQueue *queue = unit->queue;
    queue->units--;
    if (queue->ungathered > 0)
        queue->ungathered--;
    else if (unit->count >= GATHER_WORTH && evtimer_add(queue->gathered, &soon) == 0)
        queue->expected = unit->count;
    send_waiting(queue);
}

static void finish(Unit *unit, IngestVerdict verdict)
{
    unit_ended(unit);
    answer_all(unit, verdict);
    unit_free(unit);
}

/* One half keeps the unit, the other gets one of its own; both keep the order. */
static void halve(Unit *unit)
{
    Unit *other = unit_new(unit->queue);
    if (!other) {
        finish(unit, INGEST_BUSY);
        return;
    }
    size_t kept = unit->count / 2;
    other->count = unit->count - kept;
    memcpy(other->rows, unit->rows + kept, other->count * sizeof *other->rows);
    unit->count = kept;
    unit->queue->units++;
    send_unit(unit, STORE);
    send_unit(other, STORE);
}

static void looked_up(const DbOutcome *outcome, void *arg)
{
    Unit *unit = arg;
    if (outcome->status != DB_OK) {
        finish(unit, ingest_verdict(outcome));
        return;
    }
    unit_ended(unit);
    answer_known(unit, outcome->results[0]);
    unit_free(unit);
}

static void stored(const DbOutcome *outcome, void *arg)
{
    Unit *unit = arg;
    IngestQueue *queue = unit->queue;
    bool refused = outcome->status == DB_REFUSED || outcome->status == DB_FAILED;
    if (refused && unit->count > 1) {
        halve(unit);
        return;
    }
    if (outcome->status != DB_OK) {
        finish(unit, ingest_verdict(outcome));
        return;
    }
    const PGresult *inserted = outcome->results[1];
    bool all = (size_t)PQntuples(inserted) == unit->count;
    if (all) unit_ended(unit);
    ingest_count(queue->worker, 0, PQntuples(inserted));
    answer_stored(unit, inserted);
    if (all)
        unit_free(unit);
    else
        send_unit(unit, LOOK_UP);
}

/* What the statement needs; -ENOMEM. */
static int make_parameters(Unit *unit, Errand errand)
{
    const cJSON *rows[UNIT_ROWS];
    for (size_t i = 0; i < unit->count; i++)
        rows[i] = unit->rows[i]->row;
    observation_rows_free(unit->rows_to_store);
    free(unit->keys);
    unit->rows_to_store = errand == STORE ? observation_rows_new(rows, unit->count) : NULL;
    unit->keys = errand == LOOK_UP ? observation_keys(rows, unit->count) : NULL;
    return unit->rows_to_store || unit->keys ? 0 : -ENOMEM;
}

static int add_statements(DbWork *work, const Unit *unit, Errand errand)
{
    const char *params[] = {unit->keys};
    if (errand == LOOK_UP) return db_work_add(work, &query_select_incidents_by_id, params);
    return observation_rows_store(work, unit->rows_to_store);
}

/* Sends a unit that is counted. */
static void send_unit(Unit *unit, Errand errand)
{
    int r = make_parameters(unit, errand);
    DbWork *work = r == 0 ? db_work_new(unit->queue->worker->pool, errand == STORE ? stored : looked_up, unit) : NULL;
    if (work) db_work_set_retry(work); /* the ids make it safe to run twice */
    if (work && add_statements(work, unit, errand) == 0) {
        db_work_submit(work);
        return;
    }
    db_work_free(work);
    finish(unit, INGEST_BUSY);
}

/* --- who goes with whom --- */

/* Puts `one` at its place; false where its key is there already. */
static bool insert(Unit *unit, Observation *one)
{
    size_t low = 0, high = unit->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare(one, unit->rows[middle]);
        if (order == 0) return false;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    memmove(unit->rows + low + 1, unit->rows + low, (unit->count - low) * sizeof(Observation *));
    unit->rows[low] = one;
    unit->count++;
    return true;
}

/* Moves those who waited longest into the unit. */
static void fill(Unit *unit)
{
    ObservationList *waiting = &unit->queue->waiting;
    size_t bytes = 0;
    Observation *one, *next;
    for (one = TAILQ_FIRST(waiting); one && unit->count < UNIT_ROWS; one = next) {
        next = TAILQ_NEXT(one, entry);
        bytes += strlen(one->text);
        if (unit->count > 0 && bytes > UNIT_BYTES) return;
        if (!insert(unit, one)) continue;
        TAILQ_REMOVE(waiting, one, entry);
        unit->queue->waiting_count--;
    }
}

static void send_next(IngestQueue *queue)
{
    Unit *unit = unit_new(queue);
    if (unit) {
        fill(unit);
        queue->units++;
        send_unit(unit, STORE);
        return;
    }
    Observation *one = TAILQ_FIRST(&queue->waiting);
    TAILQ_REMOVE(&queue->waiting, one, entry);
    queue->waiting_count--;
    answer(queue, one, (IngestResult){.verdict = INGEST_BUSY});
}

static bool is_time(const IngestQueue *queue)
{
    size_t waiting = queue->waiting_count;
    if (queue->units == 0) return waiting > 0 && waiting >= queue->expected;
    return queue->units < UNITS_MAX && waiting >= UNIT_WORTH;
}

/* As many came as were waited for. */
static void stop_gathering(IngestQueue *queue)
{
    event_del(queue->gathered);
    queue->expected = 0;
    queue->vain = 1;
}

static void send_waiting(IngestQueue *queue)
{
    while (is_time(queue)) {
        if (queue->units == 0 && queue->expected > 0) stop_gathering(queue);
        send_next(queue);
    }
    if (TAILQ_EMPTY(&queue->waiting)) event_del(queue->held);
}

static void send_all(IngestQueue *queue)
{
    while (!TAILQ_EMPTY(&queue->waiting))
        send_next(queue);
    event_del(queue->held);
}

static void on_turn_end(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    send_waiting(arg);
}

static void on_gathered(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    IngestQueue *queue = arg;
    queue->expected = 0;
    if (queue->units == 0) { /* otherwise nobody has waited for this */
        queue->ungathered = queue->vain;
        queue->vain = 2 * queue->vain < VAIN_MAX ? 2 * queue->vain : VAIN_MAX;
    }
    send_waiting(queue);
}

static void on_held(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    send_all(arg);
}

/* --- the queue --- */

IngestQueue *ingest_queue_new(Worker *worker)
{
    IngestQueue *queue = calloc(1, sizeof *queue);
    if (!queue) return NULL;
    queue->worker = worker;
    queue->vain = 1;
    TAILQ_INIT(&queue->waiting);
    queue->turn_end = event_new(worker->base, -1, 0, on_turn_end, queue);
    queue->held = event_new(worker->base, -1, 0, on_held, queue);
    queue->gathered = evtimer_new(worker->base, on_gathered, queue);
    if (queue->turn_end && queue->held && queue->gathered) return queue;
    ingest_queue_free(queue);
    return NULL;
}

void ingest_queue_flush(IngestQueue *queue)
{
    if (queue) send_all(queue);
}

void ingest_queue_free(IngestQueue *queue)
{
    if (!queue) return;
    if (queue->turn_end) event_free(queue->turn_end);
    if (queue->held) event_free(queue->held);
    if (queue->gathered) event_free(queue->gathered);
    free(queue);
}

void ingest_observation(Worker *worker, cJSON *row, IngestDone on_done, void *arg)
{
    static const struct timeval hold = {.tv_usec = HOLD_MS * 1000};
    IngestQueue *queue = worker->observations;
    if (queue->count >= (size_t)worker->daemon->config.queue) {
        cJSON_Delete(row);
        on_done(&(IngestResult){.verdict = INGEST_BUSY}, arg);
        return;
    }
    Observation *one = observation_new(row, on_done, arg);
    if (!one) {
        on_done(&(IngestResult){.verdict = INGEST_BUSY}, arg);
        return;
    }
    queue->count++;
    queue->waiting_count++;
    TAILQ_INSERT_TAIL(&queue->waiting, one, entry);
    if (is_time(queue))
        event_active(queue->turn_end, EV_TIMEOUT, 0);
    else if (!evtimer_pending(queue->held, NULL) && evtimer_add(queue->held, &hold) < 0)
        send_all(queue);
}
