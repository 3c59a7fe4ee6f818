#include "flow/observe_many.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "db/find_row.h"
#include "db/queries.h"
#include "flow/ingest.h"
#include "flow/observation_rows.h"
#include "util/clock.h"
#include "util/json_build.h"
#include "util/json_elements.h"
#include "util/json_strict.h"

enum {
    LINE_MAX_BYTES = 128 * 1024,
    BATCH_LINES = 200,
    BATCH_BYTES = 256 * 1024, /* of lines, whichever comes first */
    BATCHES_MAX = 4,          /* under way at the same time */
};

/* One line: either a row to store, or an answer already. */
typedef struct Entry {
    uint64_t line;
    cJSON *row;
    const char *municipality, *id; /* inside `row` */
    bool repeated;                 /* an earlier line of the unit has the same id: that one is stored, if any is */
    cJSON *answer;
} Entry;

typedef struct Batch {
    struct ObserveMany *many;
    struct Batch *next; /* answered in this order */
    Entry entries[BATCH_LINES];
    size_t count, bytes;
    size_t from, to;       /* the entries of the unit under way: all, or one at a time after a refusal */
    ObservationRows *rows; /* the parameters of the statement under way, or: */
    char *keys;
    bool is_done;
} Batch;

struct ObserveMany {
    Worker *worker;
    Knowledge *knowledge;
    Arena *scratch; /* for one line at a time */
    ObservationContext context;
    bool refuse_pii;
    ObserveManyCallbacks callbacks;
    JsonElements *elements;
    Batch *filling;
    Batch *first, **last; /* under way, oldest first */
    size_t under_way;
    bool ended, paused, stopped;
    uint64_t stored;
    const char *failure;
    Error error;
};

static const char busy_text[] = "databasen kan inte ta emot mer just nu; skicka de rader som inte sparades igen";
static const char memory_text[] = "minnet räcker inte; skicka de rader som inte sparades igen";

/* --- answers --- */

static cJSON *answer_new(uint64_t line, int status)
{
    cJSON *answer = cJSON_CreateObject();
    if (answer && json_add_number(answer, "line", (double)line) && json_add_number(answer, "status", status))
        return answer;
    cJSON_Delete(answer);
    return NULL;
}

static cJSON *problem(uint64_t line, int status, const char *title, const Faults *faults)
{
    cJSON *answer = answer_new(line, status), *errors = cJSON_CreateArray();
    bool ok = answer && json_add_text(answer, "title", title);
    if (!answer)
        cJSON_Delete(errors);
    else
        ok = json_add_item(answer, "errors", errors) && ok;
    for (size_t i = 0; ok && faults && i < faults->count; i++) {
        cJSON *one = cJSON_CreateObject();
        ok = json_append(errors, one) && json_add_text(one, "pointer", faults->items[i].pointer) &&
             json_add_text(one, "detail", faults->items[i].detail);
    }
    if (ok) return answer;
    cJSON_Delete(answer);
    return NULL;
}

static cJSON *stored_answer(const Entry *entry, bool is_new)
{
    cJSON *answer = answer_new(entry->line, is_new ? 201 : 200);
    if (!answer) return NULL;
    cJSON *codes = cJSON_CreateArray();
    const cJSON *area, *row = entry->row;
    bool ok = json_add_text(answer, "id", entry->id) &&
              json_add_text(answer, "category", json_member(row, "category")->valuestring) &&
              json_add_text(answer, "incident_status", json_member(row, "status")->valuestring);
    ok = json_add_item(answer, "areas", codes) && ok;
    cJSON_ArrayForEach(area, json_member(row, "areas")) ok =
        ok && json_append_text(codes, json_member(area, "area")->valuestring);
    if (ok) return answer;
    cJSON_Delete(answer);
    return NULL;
}

static void fail_entries(Batch *batch, size_t from, size_t to, int status, const char *title)
{
    for (size_t i = from; i < to; i++)
        if (!batch->entries[i].answer) batch->entries[i].answer = problem(batch->entries[i].line, status, title, NULL);
}

static void batch_free(Batch *batch)
{
    if (!batch) return;
    for (size_t i = 0; i < batch->count; i++) {
        cJSON_Delete(batch->entries[i].row);
        cJSON_Delete(batch->entries[i].answer);
    }
    observation_rows_free(batch->rows);
    free(batch->keys);
    free(batch);
}

static void send_answers(ObserveMany *many, const Batch *batch)
{
    for (size_t i = 0; i < batch->count; i++) {
        char *line = batch->entries[i].answer ? cJSON_PrintUnformatted(batch->entries[i].answer) : NULL;
        if (!line) { /* without its answer the order would be lost */
            many->failure = memory_text;
            many->stopped = true;
            return;
        }
        many->callbacks.answer(line, strlen(line), many->callbacks.arg);
        many->callbacks.answer("\n", 1, many->callbacks.arg);
        cJSON_free(line);
    }
}

/* --- the whole --- */

static void finish_if_done(ObserveMany *many)
{
    if (!many->ended || many->under_way > 0) return;
    many->callbacks.done(many->stored, many->failure, many->callbacks.arg);
    json_elements_free(many->elements);
    arena_free(many->scratch);
    knowledge_unref(many->knowledge);
    free(many);
}

static void pause_or_resume(ObserveMany *many)
{
    bool full = many->under_way >= BATCHES_MAX;
    if (full == many->paused) return;
    many->paused = full;
    many->callbacks.pause(full, many->callbacks.arg);
}

static void batch_done(Batch *batch)
{
    ObserveMany *many = batch->many;
    batch->is_done = true;
    while (many->first && many->first->is_done) {
        Batch *oldest = many->first;
        many->first = oldest->next;
        if (!many->first) many->last = &many->first;
        if (many->failure != memory_text) send_answers(many, oldest);
        batch_free(oldest);
        many->under_way--;
    }
    pause_or_resume(many);
    finish_if_done(many);
}

/* --- storing --- */

static int compare_entries(const void *a, const void *b)
{
    const Entry *first = *(Entry *const *)a, *second = *(Entry *const *)b;
    int order = strcmp(first->municipality, second->municipality);
    if (order == 0) order = strcmp(first->id, second->id);
    return order ? order : first->line < second->line ? -1 : 1;
}

/* The unit's rows, BATCH_LINES at most, in the order of their keys, as every writer has it (ingest_observation.c), so
 * that two units with the same keys cannot deadlock; of the same key, the first line. Returns how many. */
static size_t sorted_rows(Batch *batch, const cJSON *rows[])
{
    Entry *sorted[BATCH_LINES];
    size_t count = 0, kept = 0;
    for (size_t i = batch->from; i < batch->to; i++)
        if (batch->entries[i].row) sorted[count++] = &batch->entries[i];
    qsort(sorted, count, sizeof *sorted, compare_entries);
    for (size_t i = 0; i < count; i++) {
        sorted[i]->repeated = i > 0 && strcmp(sorted[i]->id, sorted[i - 1]->id) == 0;
        if (!sorted[i]->repeated) rows[kept++] = sorted[i]->row;
    }
    return kept;
}

static void send_unit(Batch *batch);

static void go_on(Batch *batch)
{
    batch->from = batch->to;
    batch->to = batch->from + 1;
    if (batch->from < batch->count)
        send_unit(batch);
    else
        batch_done(batch);
}

/* `here` gives incident and text: what is stored under the ids of the lines that were not. */
static cJSON *verdict(const Entry *entry, const PGresult *here, int *next)
{
    int row = find_row(here, 0, entry->id, next);
    if (row >= 0 && strcmp(PQgetvalue(here, row, 1), json_member(entry->row, "text")->valuestring) == 0)
        return stored_answer(entry, false);
    return problem(entry->line, 422, "idempotency_key har använts för en annan observation", NULL);
}

static void stop(Batch *batch, const char *failure)
{
    batch->many->stopped = true;
    batch->many->failure = failure;
    fail_entries(batch, batch->from, batch->count, 503, failure);
    batch_done(batch);
}

static void not_stored(Batch *batch, const DbOutcome *outcome)
{
    if (ingest_verdict(outcome) == INGEST_BUSY) {
        stop(batch, busy_text);
        return;
    }
    fail_entries(batch, batch->from, batch->to, 422, "databasen tog inte emot raden");
    go_on(batch);
}

static void looked_up(const DbOutcome *outcome, void *arg)
{
    Batch *batch = arg;
    if (outcome->status != DB_OK) {
        not_stored(batch, outcome);
        return;
    }
    int next = 0;
    for (size_t i = batch->from; i < batch->to; i++)
        if (!batch->entries[i].answer)
            batch->entries[i].answer = verdict(&batch->entries[i], outcome->results[0], &next);
    go_on(batch);
}

/* Some lines of the unit were here already, or twice in it. */
static void look_up(Batch *batch)
{
    const cJSON *rows[BATCH_LINES];
    free(batch->keys);
    batch->keys = observation_keys(rows, sorted_rows(batch, rows));
    const char *params[] = {batch->keys};
    DbWork *work = batch->keys ? db_work_new(batch->many->worker->pool, looked_up, batch) : NULL;
    if (work) db_work_set_retry(work);
    if (work && db_work_add(work, &query_select_incident_texts, params) == 0) {
        db_work_submit(work);
        return;
    }
    db_work_free(work);
    stop(batch, memory_text);
}

static void stored(const DbOutcome *outcome, void *arg)
{
    Batch *batch = arg;
    bool refused = outcome->status == DB_REFUSED || outcome->status == DB_FAILED;
    if (refused && batch->to - batch->from > 1) {
        batch->to = batch->from + 1; /* one bad line harms no neighbour */
        send_unit(batch);
        return;
    }
    if (outcome->status != DB_OK) {
        not_stored(batch, outcome);
        return;
    }
    const PGresult *inserted = outcome->results[1];
    batch->many->stored += (uint64_t)PQntuples(inserted);
    ingest_count(batch->many->worker, 0, PQntuples(inserted));
    bool all = true;
    int next = 0;
    for (size_t i = batch->from; i < batch->to; i++) {
        Entry *entry = &batch->entries[i];
        if (!entry->row) continue;
        if (!entry->repeated && find_row(inserted, 0, entry->id, &next) >= 0)
            entry->answer = stored_answer(entry, true);
        else
            all = false;
    }
    if (all)
        go_on(batch);
    else
        look_up(batch);
}

static DbWork *store_unit(Batch *batch)
{
    DbWork *work = db_work_new(batch->many->worker->pool, stored, batch);
    if (!work) return NULL;
    db_work_set_retry(work); /* the ids make it safe to run twice */
    if (observation_rows_store(work, batch->rows) == 0) return work;
    db_work_free(work);
    return NULL;
}

static void send_unit(Batch *batch)
{
    const cJSON *rows[BATCH_LINES];
    size_t count = sorted_rows(batch, rows);
    if (count == 0) {
        go_on(batch);
        return;
    }
    observation_rows_free(batch->rows);
    batch->rows = observation_rows_new(rows, count);
    DbWork *work = batch->rows ? store_unit(batch) : NULL;
    if (work) {
        db_work_submit(work);
        return;
    }
    stop(batch, memory_text);
}

static void flush(ObserveMany *many)
{
    Batch *batch = many->filling;
    many->filling = NULL;
    if (!batch) return;
    *many->last = batch;
    many->last = &batch->next;
    many->under_way++;
    batch->to = batch->count;
    send_unit(batch);
    pause_or_resume(many);
}

/* --- lines out of the stream --- */

static Batch *batch_new(ObserveMany *many)
{
    Batch *batch = calloc(1, sizeof *batch);
    if (!batch) return NULL;
    batch->many = many;
    return batch;
}

/* Reads a line into a row, or into an answer that says what is wrong. */
static int read_line(ObserveMany *many, Entry *entry, const char *bytes, size_t len)
{
    Arena *arena = many->scratch;
    Faults faults = {.arena = arena}, personal = {.arena = arena};
    JsonFault fault;
    cJSON *json = NULL;
    int r = bytes ? json_strict_parse(&json, bytes, len, &fault) : -EBADMSG;
    if (r == -EBADMSG)
        faults_add(&faults, bytes ? fault.pointer : "", "%s", bytes ? fault.text : "raden är längre än 128 kB");
    many->context.now_ms = clock_now_ms();
    if (r == 0) r = observation_read(&entry->row, &personal, arena, json, NULL, &many->context, &faults);
    cJSON_Delete(json);
    if (r == -ENOMEM) return r;
    if (r == 0 && personal.count && many->refuse_pii) {
        cJSON_Delete(entry->row);
        entry->row = NULL;
        entry->answer = problem(entry->line, 422, "texten innehåller personuppgifter", &personal);
    } else if (r < 0) {
        entry->answer = problem(entry->line, 400, "observationen gick inte att läsa", &faults);
    } else {
        entry->municipality = json_member(entry->row, "municipality")->valuestring;
        entry->id = json_member(entry->row, "incident")->valuestring;
    }
    return entry->row || entry->answer ? 0 : -ENOMEM;
}

static int element(const char *bytes, size_t len, uint64_t number, uint64_t line, void *arg)
{
    (void)number;
    ObserveMany *many = arg;
    if (many->stopped) return -ECANCELED;
    if (!many->filling && !(many->filling = batch_new(many))) return -ENOMEM;
    Batch *batch = many->filling;
    Entry *entry = &batch->entries[batch->count];
    *entry = (Entry){.line = line};
    int r = read_line(many, entry, bytes, len);
    arena_reset(many->scratch);
    if (r < 0) return r;
    batch->count++;
    batch->bytes += len;
    if (batch->count == BATCH_LINES || batch->bytes >= BATCH_BYTES) flush(many);
    return 0;
}

ObserveMany *observe_many_new(Worker *worker, Knowledge *knowledge, const ObservationContext *context, bool refuse_pii,
                              ObserveManyCallbacks callbacks)
{
    ObserveMany *many = calloc(1, sizeof *many);
    if (!many) return NULL;
    *many = (ObserveMany){.worker = worker, .context = *context, .refuse_pii = refuse_pii, .callbacks = callbacks};
    many->last = &many->first;
    many->elements = json_elements_new(JSON_ELEMENTS_LINES, LINE_MAX_BYTES, element, many);
    many->scratch = arena_new();
    if (!many->elements || !many->scratch) {
        json_elements_free(many->elements);
        arena_free(many->scratch);
        free(many);
        return NULL;
    }
    many->knowledge = knowledge_ref(knowledge);
    return many;
}

static void note_end(ObserveMany *many, int r)
{
    if (r == 0) return;
    many->stopped = true;
    if (!many->failure) many->failure = r == -ENOMEM ? memory_text : many->error.text;
}

void observe_many_feed(ObserveMany *many, const char *bytes, size_t len)
{
    if (!many->stopped) note_end(many, json_elements_feed(many->elements, bytes, len, &many->error));
}

void observe_many_end(ObserveMany *many, bool complete)
{
    if (!many->stopped && complete) note_end(many, json_elements_end(many->elements, &many->error));
    flush(many);
    many->ended = true;
    finish_if_done(many);
}
