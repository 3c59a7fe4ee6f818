#include "flow/query_incidents.h"

#include <stdio.h>
#include <string.h>

#include "db/array.h"
#include "db/queries.h"
#include "render/incidents.h"

/* --- lists --- */

/* incidents_page.sql and those that have its parameters */
enum { PAGE_PARAMETERS = 16, PAGE_JSON = 2, FILTER_PARAMETERS = 13 };

static const Query *page_query(const IncidentFilter *filter)
{
    if (filter->scope.areas) return &query_incidents_page_in_areas;
    if (filter->scope.municipality_count > 1)
        return filter->words ? &query_incidents_search_of_many : &query_incidents_page_of_many;
    return filter->words ? &query_incidents_search : &query_incidents_page;
}

/* May it read far more rows than it gives? */
static bool is_heavy(const IncidentFilter *filter)
{
    return filter->words || filter->place || filter->west || filter->sources || filter->scope.municipality_count > 1;
}

typedef struct ListJob {
    Arena *arena;
    int limit;
    int keys[INCIDENT_KEYS]; /* the columns of the sort key, -1 for none */
    int json;                /* the column of the incident */
    IncidentsDone done;
    void *arg;
} ListJob;

static void page_of(const DbOutcome *outcome, void *arg)
{
    ListJob *job = arg;
    if (outcome->status != DB_OK) {
        job->done(outcome->status, NULL, job->arg);
        return;
    }
    const PGresult *result = outcome->results[0];
    int rows = PQntuples(result);
    IncidentPage page = {.more = rows > job->limit, .count = (size_t)(rows > job->limit ? job->limit : rows)};
    const char **items = arena_calloc(job->arena, page.count + 1, sizeof *items);
    if (!items) {
        job->done(DB_OVERLOAD, NULL, job->arg);
        return;
    }
    for (size_t i = 0; i < page.count; i++)
        items[i] = PQgetvalue(result, (int)i, job->json);
    page.items = items;
    for (int k = 0; page.more && k < INCIDENT_KEYS; k++)
        if (job->keys[k] >= 0) page.next.keys[k] = PQgetvalue(result, job->limit - 1, job->keys[k]);
    job->done(DB_OK, &page, job->arg);
}

/* A text[] of a NULL-terminated list, or NULL for no list. False without memory. */
static bool to_array(const char **out, Arena *arena, const char *const *items)
{
    size_t n = 0;
    while (items && items[n])
        n++;
    *out = items ? array_of_texts(arena, items, n) : NULL;
    return !items || *out;
}

static bool scope_arrays(const Scope *scope, Arena *arena, const char **municipalities, const char **areas)
{
    *municipalities = array_of_texts(arena, scope->municipalities, scope->municipality_count);
    *areas = scope->areas ? array_of_texts(arena, scope->areas, scope->area_count) : NULL;
    return *municipalities && (!scope->areas || *areas);
}

/* The first parameters of every list and export. False without memory. */
static bool filter_params(const char *params[static FILTER_PARAMETERS], Arena *arena, const IncidentFilter *filter)
{
    params[5] = filter->from;
    params[6] = filter->before;
    params[7] = filter->place;
    params[8] = filter->words;
    params[9] = filter->west;
    params[10] = filter->south;
    params[11] = filter->east;
    params[12] = filter->north;
    return scope_arrays(&filter->scope, arena, &params[0], &params[1]) &&
           to_array(&params[2], arena, filter->categories) && to_array(&params[3], arena, filter->sources) &&
           to_array(&params[4], arena, filter->statuses);
}

void query_incidents(Worker *worker, Arena *arena, const IncidentFilter *filter, const IncidentCursor *cursor,
                     int limit, IncidentsDone done, void *arg)
{
    const char *params[PAGE_PARAMETERS] = {
        [FILTER_PARAMETERS] = cursor->keys[0], cursor->keys[1], arena_printf(arena, "%d", limit + 1)};
    ListJob *job = arena_calloc(arena, 1, sizeof *job);
    if (job) *job = (ListJob){arena, limit, {1, 0, -1}, PAGE_JSON, done, arg};
    bool made = job && params[PAGE_PARAMETERS - 1] && filter_params(params, arena, filter);
    DbWork *work = made ? db_work_new(worker->pool, page_of, job) : NULL;
    if (!work || db_work_add(work, page_query(filter), params)) {
        db_work_free(work);
        done(DB_OVERLOAD, NULL, arg);
        return;
    }
    if (is_heavy(filter)) db_work_set_heavy(work);
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}

struct IncidentExport {
    DbWork *work;
    bool as_json;
    ExportCallbacks callbacks;
};

static bool export_row(PGresult *row, void *arg)
{
    const IncidentExport *export = arg;
    const char *values[INCIDENT_FIELDS];
    int count = export->as_json ? 1 : INCIDENT_FIELDS, first = export->as_json ? 0 : 1;
    for (int i = 0; i < PQntuples(row); i++) {
        for (int f = 0; f < count; f++)
            values[f] = PQgetisnull(row, i, first + f) ? NULL : PQgetvalue(row, i, first + f);
        if (!export->callbacks.row(values, export->callbacks.arg)) return false;
    }
    return true;
}

static void export_done(const DbOutcome *outcome, void *arg)
{
    IncidentExport *export = arg;
    export->work = NULL;
    export->callbacks.done(outcome->status, export->callbacks.arg);
}

static const Query *export_query(const IncidentFilter *filter)
{
    if (filter->scope.areas) return &query_incidents_export_in_areas;
    return filter->scope.municipality_count > 1 ? &query_incidents_export_of_many : &query_incidents_export;
}

IncidentExport *export_incidents(Worker *worker, Arena *arena, const IncidentFilter *filter, bool as_json,
                                 ExportCallbacks callbacks)
{
    const char *params[FILTER_PARAMETERS + 1] = {[FILTER_PARAMETERS] = as_json ? "t" : "f"};
    IncidentExport *export = arena_calloc(arena, 1, sizeof *export);
    if (!export || !filter_params(params, arena, filter)) return NULL;
    *export = (IncidentExport){
        .work = db_work_new(worker->pool, export_done, export), .as_json = as_json, .callbacks = callbacks};
    if (!export->work) return NULL;
    if (db_work_add(export->work, export_query(filter), params)) {
        db_work_free(export->work);
        return NULL;
    }
    db_work_set_rows(export->work, export_row);
    db_work_set_retry(export->work); /* it only reads */
    db_work_submit(export->work);
    return export;
}

void export_incidents_pause(IncidentExport *export)
{
    if (export->work) db_work_pause(export->work);
}

void export_incidents_resume(IncidentExport *export)
{
    if (export->work) db_work_resume(export->work);
}

void query_review(Worker *worker, Arena *arena, const Scope *scope, const IncidentCursor *cursor, int limit,
                  IncidentsDone done, void *arg)
{
    ListJob *job = arena_calloc(arena, 1, sizeof *job);
    const char *params[6] = {[2] = cursor->keys[0],
                             [3] = cursor->keys[1],
                             [4] = cursor->keys[2],
                             [5] = arena_printf(arena, "%d", limit + 1)};
    if (job) *job = (ListJob){arena, limit, {1, 2, 0}, 3, done, arg};
    if (!job || !params[5] || !scope_arrays(scope, arena, &params[0], &params[1]) ||
        db_work_submit_one(worker->pool, &query_incidents_review, params, page_of, job))
        done(DB_OVERLOAD, NULL, arg);
}

/* --- one --- */

typedef struct OneJob {
    int decision; /* the result that tells whether there was anything to decide; -1 where nothing is decided */
    IncidentDone done;
    void *arg;
} OneJob;

static void answer_one(const DbOutcome *outcome, void *arg)
{
    OneJob *job = arg;
    IncidentAnswer answer = {.verdict = INCIDENT_FAILED, .status = outcome->status};
    bool no_area = outcome->status == DB_REFUSED && outcome->constraint &&
                   strcmp(outcome->constraint, "incident_area_municipality_area_fkey") == 0;
    bool no_lesson = outcome->status == DB_REFUSED && outcome->constraint &&
                     (strcmp(outcome->constraint, "place_municipality_area_fkey") == 0 ||
                      strcmp(outcome->constraint, "learn_alias_place") == 0);
    if (no_area) answer.verdict = INCIDENT_NO_AREA;
    if (no_lesson) answer.verdict = INCIDENT_NO_LESSON;
    if (outcome->status == DB_OK) {
        const PGresult *found = outcome->results[outcome->result_count - 1];
        bool missing = PQntuples(found) != 1 || (job->decision >= 0 && PQntuples(outcome->results[job->decision]) != 1);
        bool allowed = !missing && (PQgetvalue(found, 0, 2)[0] == 't' || job->decision >= 0);
        answer.verdict = missing ? INCIDENT_NOT_FOUND : allowed ? INCIDENT_FOUND : INCIDENT_FORBIDDEN;
        if (allowed) {
            answer.withdrawn = PQgetvalue(found, 0, 1)[0] == 't';
            answer.json = PQgetvalue(found, 0, 3);
            answer.history = PQgetvalue(found, 0, 4);
        }
    }
    job->done(&answer, job->arg);
}

static void fail_one(IncidentDone done, void *arg)
{
    done(&(IncidentAnswer){.verdict = INCIDENT_FAILED, .status = DB_OVERLOAD}, arg);
}

void query_incident(Worker *worker, Arena *arena, const Scope *scope, const char *id, IncidentDone done, void *arg)
{
    OneJob *job = arena_calloc(arena, 1, sizeof *job);
    const char *params[3] = {[1] = id};
    if (job) *job = (OneJob){.decision = -1, .done = done, .arg = arg};
    if (!job || !scope_arrays(scope, arena, &params[0], &params[2]) ||
        db_work_submit_one(worker->pool, &query_incident_with_history, params, answer_one, job))
        fail_one(done, arg);
}

void decide_incident(Worker *worker, Arena *arena, const Scope *scope, const IncidentDecision *decision,
                     IncidentDone done, void *arg)
{
    OneJob *job = arena_calloc(arena, 1, sizeof *job);
    const char *municipalities, *areas;
    DbWork *work = NULL;
    if (job && scope_arrays(scope, arena, &municipalities, &areas)) {
        const char *decide[] = {municipalities, decision->id, decision->fields, decision->token, decision->role, areas};
        const char *learn[] = {municipalities, decision->id, decision->learn, decision->token, areas};
        const char *read[] = {municipalities, decision->id, NULL};
        *job = (OneJob){.decision = decision->learn ? 1 : 0, .done = done, .arg = arg};
        work = db_work_new(worker->pool, answer_one, job);
        /* What is taught comes first: it asks for the right that the incident's areas give before the decision. */
        if (work && ((decision->learn && db_work_add(work, &query_incident_learn, learn)) ||
                     db_work_add(work, &query_incident_decide, decide) ||
                     db_work_add(work, &query_incident_with_history, read))) {
            db_work_free(work);
            work = NULL;
        }
    }
    if (work)
        db_work_submit(work);
    else
        fail_one(done, arg);
}
