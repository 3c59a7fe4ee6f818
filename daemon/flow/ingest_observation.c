/*
 * Single observations share units of work, and so commits.
 *
 *   no unit under way           →  all that wait go as one, at the end of this loop turn
 *   one, UNIT_WORTH rows wait   →  they go beside it
 *   otherwise                   →  they wait for a unit to end, or HOLD_MS
 *
 * An idle service thus sends at once, and a busy one shares the more the busier it is. Rows of several municipalities
 * share a unit: a commit has no meaning beyond its rows, and a country's observations are spread so thin over 290
 * municipalities that within each there would be nobody to share with.
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
#include "util/json_build.h"

enum {
    UNITS_MAX = 2,
    UNIT_WORTH = 8, /* rows for which a second unit is worth its fixed cost while one is under way */
    UNIT_ROWS = 64,
    UNIT_BYTES = 256 * 1024, /* of rows as JSON, whichever comes first; at least one row */
    HOLD_MS = 200, /* a unit that takes longer waits for a lock or a dead server; the pool bounds that wait, not we */
};

typedef struct Observation {
    TAILQ_ENTRY(Observation) entry; /* in the queue */
    cJSON *row;
    char *json;                           /* `row`, printed */
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
    int units; /* under way */
    struct event *turn_end, *held;
};

/* Rows in the order of their keys: every writer locks in the same order, so two units cannot deadlock over them. No key
 * is in a unit twice; the second waits for the next one, which finds the first stored. */
typedef struct Unit {
    IngestQueue *queue;
    char *json; /* the parameter */
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
    cJSON_free(one->json);
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
                         .json = cJSON_PrintUnformatted(row),
                         .municipality = cJSON_GetObjectItemCaseSensitive(row, "municipality")->valuestring,
                         .id = cJSON_GetObjectItemCaseSensitive(row, "incident")->valuestring,
                         .text = cJSON_GetObjectItemCaseSensitive(row, "text")->valuestring,
                         .done = done,
                         .arg = arg};
    if (one->json) return one;
    observation_free(one);
    return NULL;
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

/* `stored` gives incident and JSON. Keeps the rows that are not in it. */
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
            answer(unit->queue, one,
                   (IngestResult){
                       .verdict = INGEST_STORED, .id = PQgetvalue(stored, row, 0), .json = PQgetvalue(stored, row, 1)});
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
    free(unit->json);
    free(unit);
}

/* --- a unit's way --- */

static Unit *unit_new(IngestQueue *queue)
{
    Unit *unit = calloc(1, sizeof *unit);
    if (unit) unit->queue = queue;
    return unit;
}

static void finish(Unit *unit, IngestVerdict verdict)
{
    IngestQueue *queue = unit->queue;
    queue->units--;
    send_waiting(queue);
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
    unit->queue->units--;
    send_waiting(unit->queue);
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
    if (all) {
        queue->units--;
        send_waiting(queue); /* first, so that the database has something to do while we answer */
    }
    ingest_count(queue->worker, 0, PQntuples(inserted));
    answer_stored(unit, inserted);
    if (all)
        unit_free(unit);
    else
        send_unit(unit, LOOK_UP);
}

/* "[row,row]", from the rows as they were printed. */
static char *print_rows(const Unit *unit)
{
    size_t size = 2;
    for (size_t i = 0; i < unit->count; i++)
        size += strlen(unit->rows[i]->json) + 1;
    char *json = malloc(size), *end = json;
    if (!json) return NULL;
    for (size_t i = 0; i < unit->count; i++) {
        *end++ = i == 0 ? '[' : ',';
        end = stpcpy(end, unit->rows[i]->json);
    }
    *end++ = ']';
    *end = '\0';
    return json;
}

static int add_statements(DbWork *work, const Unit *unit, Errand errand)
{
    const char *params[] = {unit->json, "true"};
    if (errand == LOOK_UP) return db_work_add(work, &query_select_incidents_by_id, params);
    int r = db_work_add(work, &query_plan_once, NULL);
    return r < 0 ? r : db_work_add(work, &query_insert_observations, params);
}

/* Sends a unit that is counted. */
static void send_unit(Unit *unit, Errand errand)
{
    free(unit->json);
    unit->json = print_rows(unit);
    DbWork *work =
        unit->json ? db_work_new(unit->queue->worker->pool, errand == STORE ? stored : looked_up, unit) : NULL;
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
        bytes += strlen(one->json);
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
    return queue->waiting_count > 0 &&
           (queue->units == 0 || (queue->units < UNITS_MAX && queue->waiting_count >= UNIT_WORTH));
}

static void send_waiting(IngestQueue *queue)
{
    while (is_time(queue))
        send_next(queue);
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
    TAILQ_INIT(&queue->waiting);
    queue->turn_end = event_new(worker->base, -1, 0, on_turn_end, queue);
    queue->held = event_new(worker->base, -1, 0, on_held, queue);
    if (queue->turn_end && queue->held) return queue;
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
