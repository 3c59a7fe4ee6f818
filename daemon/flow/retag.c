#include "flow/retag.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "db/array.h"
#include "db/queries.h"
#include "flow/offload.h"
#include "flow/reload.h"
#include "flow/reread.h"
#include "util/json_build.h"
#include "util/memstream.h"

enum { PAGE = 200 };

/* How long a run waits for the knowledge that somebody has just changed to be in place. */
enum { WAIT_MS = 5000, WAIT_STEP_MS = 50 };

/* Columns of retag_page.sql. */
enum {
    COLUMN_INCIDENT,
    COLUMN_OCCURRED_AT,
    COLUMN_REPORT,
    COLUMN_ORDINAL,
    COLUMN_TEXT,
    COLUMN_TITLE,
    COLUMN_CATEGORY,
    COLUMN_CATEGORY_RULE,
    COLUMN_PLACE,
    COLUMN_STATUS,
    COLUMN_REVIEW,
    COLUMN_DECIDED,
    COLUMN_SOURCE,
    COLUMN_OCCURRED_MS,
    COLUMN_LAT,
    COLUMN_LON,
    COLUMN_AREAS,
    COLUMN_KIND,
    COLUMN_REPORT_DATE,
    COLUMN_REPORT_SOURCE,
    COLUMN_REPORT_TITLE,
    COLUMN_REPORT_TEXT,
    COLUMN_NUMBER,
};

/* One incident of the page that differs. */
typedef struct Change {
    const char *incident, *lines;
} Change;

struct Retag {
    Worker *worker;
    Knowledge *knowledge;
    Arena *arena; /* the question */
    Arena *page;  /* what is read and changed of one page */
    RetagCallbacks callbacks;
    const char **municipalities, *areas, *from, *before, *token;
    size_t municipality_count, municipality; /* the one that is being read */
    bool apply, stopped;
    int64_t version;              /* of the knowledge that the database holds */
    char *occurred_at, *incident; /* of the last one read; NULL at a municipality's start */
    RetagSummary summary;

    /* The page. */
    StoredIncident *rows;
    size_t row_count;
    Change *changes;
    size_t change_count;
    char *changes_json; /* for retag_apply.sql */
    bool failed;        /* out of memory on the crew's thread */
};

static void read_page(Retag *retag);

static void forget_page(Retag *retag)
{
    cJSON_free(retag->changes_json);
    retag->changes_json = NULL;
    retag->row_count = retag->change_count = 0;
    arena_reset(retag->page);
}

static void retag_free(Retag *retag)
{
    cJSON_free(retag->changes_json);
    free(retag->occurred_at);
    free(retag->incident);
    if (retag->knowledge) knowledge_unref(retag->knowledge);
    arena_free(retag->page);
    arena_free(retag->arena);
    free(retag);
}

static void finish(Retag *retag, DbStatus status)
{
    retag->callbacks.done(status, &retag->summary, retag->callbacks.arg);
    retag_free(retag);
}

/* --- on to the next page --- */

static void move_cursor(Retag *retag)
{
    if (retag->row_count == PAGE) return; /* keep_page() has done it */
    free(retag->occurred_at);
    free(retag->incident);
    retag->occurred_at = retag->incident = NULL;
    retag->municipality++;
}

static void go_on(Retag *retag)
{
    move_cursor(retag);
    forget_page(retag);
    if (retag->stopped || retag->municipality == retag->municipality_count)
        finish(retag, DB_OK);
    else
        read_page(retag);
}

void retag_resume(Retag *retag)
{
    go_on(retag);
}

void retag_stop(Retag *retag)
{
    retag->stopped = true;
}

/* --- telling, and storing before that --- */

static bool is_stored(const PGresult *stored, const char *incident)
{
    for (int i = 0; stored && i < PQntuples(stored); i++)
        if (strcmp(PQgetvalue(stored, i, 0), incident) == 0) return true;
    return !stored;
}

/* `stored` names the changes that were; NULL where none was to be. */
static void tell(Retag *retag, const PGresult *stored)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = memstream_open(&text, &len);
    for (size_t i = 0; out && i < retag->change_count; i++) {
        if (!is_stored(stored, retag->changes[i].incident)) continue; /* somebody decided it meanwhile */
        fputs(retag->changes[i].lines, out);
        retag->summary.changed++;
    }
    bool failed = !out || !memstream_close(out);
    retag->summary.read += retag->row_count;
    if (failed) {
        free(text);
        finish(retag, DB_OVERLOAD);
        return;
    }
    bool more = retag->callbacks.lines(text, len, &retag->summary, retag->callbacks.arg);
    free(text);
    if (more) go_on(retag);
}

static void applied(const DbOutcome *outcome, void *arg)
{
    Retag *retag = arg;
    if (outcome->status == DB_OK)
        tell(retag, outcome->results[0]);
    else
        finish(retag, outcome->status);
}

static void send(Retag *retag, const Query *query, const char *const *params, bool reads, DbDone done)
{
    DbWork *work = db_work_new(retag->worker->pool, done, retag);
    if (!work || db_work_add(work, query, params) < 0) {
        db_work_free(work);
        finish(retag, DB_OVERLOAD);
        return;
    }
    if (reads) db_work_set_retry(work);
    db_work_submit(work);
}

/* --- reading again, on the crew's thread --- */

static int add_change(Retag *retag, cJSON *all, cJSON *change, const StoredIncident *row)
{
    const char *lines = reread_lines(change, row, retag->page);
    bool ok = lines != NULL;
    if (ok) retag->changes[retag->change_count++] = (Change){.incident = row->incident, .lines = lines};
    return json_append(all, change) && ok ? 0 : -1;
}

static void reread_page(void *arg)
{
    Retag *retag = arg;
    MunicipalityId municipality =
        knowledge_find_municipality(retag->knowledge, retag->municipalities[retag->municipality]);
    RereadReport *reports = arena_calloc(retag->page, 1, sizeof *reports);
    cJSON *all = cJSON_CreateArray();
    retag->changes = arena_calloc(retag->page, retag->row_count + 1, sizeof *retag->changes);
    retag->failed = !all || !retag->changes || !reports;
    for (size_t i = 0; !retag->failed && municipality != MUNICIPALITY_NONE && i < retag->row_count; i++) {
        cJSON *change;
        int r = reread(&change, reports, retag->page, retag->knowledge, municipality, &retag->rows[i]);
        if (r == 0 && change) r = add_change(retag, all, change, &retag->rows[i]);
        retag->failed = r < 0;
    }
    if (reports) reread_deinit(reports);
    if (!retag->failed && retag->change_count) {
        retag->changes_json = cJSON_PrintUnformatted(all);
        retag->failed = !retag->changes_json;
    }
    cJSON_Delete(all);
}

static void page_reread(bool worked, void *arg)
{
    Retag *retag = arg;
    if (!worked || retag->failed) {
        finish(retag, worked ? DB_OVERLOAD : DB_UNAVAILABLE);
    } else if (retag->apply && retag->change_count) {
        const char *params[] = {retag->changes_json, retag->token};
        send(retag, &query_retag_apply, params, false, applied);
    } else {
        tell(retag, NULL);
    }
}

/* --- a page from the database --- */

static const char *value(const PGresult *rows, int row, int column, Arena *arena, bool *ok)
{
    if (PQgetisnull(rows, row, column)) return NULL;
    const char *kept = arena_strndup(arena, PQgetvalue(rows, row, column), (size_t)PQgetlength(rows, row, column));
    if (!kept) *ok = false;
    return kept;
}

static bool keep_row(StoredIncident *out, const PGresult *rows, int row, Arena *arena)
{
    bool ok = true;
    const struct {
        const char **member;
        int column;
    } members[] = {
        {&out->incident, COLUMN_INCIDENT},
        {&out->report, COLUMN_REPORT},
        {&out->text, COLUMN_TEXT},
        {&out->title, COLUMN_TITLE},
        {&out->category, COLUMN_CATEGORY},
        {&out->category_rule, COLUMN_CATEGORY_RULE},
        {&out->place, COLUMN_PLACE},
        {&out->status, COLUMN_STATUS},
        {&out->review, COLUMN_REVIEW},
        {&out->decided, COLUMN_DECIDED},
        {&out->areas, COLUMN_AREAS},
        {&out->source, COLUMN_SOURCE},
        {&out->lat, COLUMN_LAT},
        {&out->lon, COLUMN_LON},
        {&out->kind, COLUMN_KIND},
        {&out->report_date, COLUMN_REPORT_DATE},
        {&out->report_source, COLUMN_REPORT_SOURCE},
        {&out->report_title, COLUMN_REPORT_TITLE},
        {&out->report_text, COLUMN_REPORT_TEXT},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        *members[i].member = value(rows, row, members[i].column, arena, &ok);
    out->ordinal = (int)strtol(PQgetvalue(rows, row, COLUMN_ORDINAL), NULL, 10);
    out->occurred_ms = strtoll(PQgetvalue(rows, row, COLUMN_OCCURRED_MS), NULL, 10);
    return ok;
}

static bool keep_page(Retag *retag, const PGresult *rows)
{
    size_t count = (size_t)PQntuples(rows);
    retag->rows = arena_calloc(retag->page, count + 1, sizeof *retag->rows);
    bool ok = retag->rows != NULL;
    int last = 0;
    for (size_t i = 0; ok && i < count; i++) {
        ok = keep_row(&retag->rows[i], rows, (int)i, retag->page);
        if (strtoul(PQgetvalue(rows, (int)i, COLUMN_NUMBER), NULL, 10) == count) last = (int)i;
    }
    retag->row_count = ok ? count : 0;
    if (!ok || count == 0) return ok;
    free(retag->occurred_at);
    free(retag->incident);
    retag->occurred_at = strdup(PQgetvalue(rows, last, COLUMN_OCCURRED_AT));
    retag->incident = strdup(PQgetvalue(rows, last, COLUMN_INCIDENT));
    return retag->occurred_at && retag->incident;
}

static void page_came(const DbOutcome *outcome, void *arg)
{
    Retag *retag = arg;
    if (outcome->status != DB_OK || !keep_page(retag, outcome->results[0])) {
        finish(retag, outcome->status != DB_OK ? outcome->status : DB_OVERLOAD);
        return;
    }
    if (retag->row_count == 0) {
        go_on(retag);
        return;
    }
    if (offload_submit(retag->worker->desk, reread_page, page_reread, retag) < 0) finish(retag, DB_OVERLOAD);
}

static void read_page(Retag *retag)
{
    char limit[16];
    snprintf(limit, sizeof limit, "%d", PAGE);
    const char *most = arena_strdup(retag->page, limit); /* lives until the page is forgotten */
    const char *params[] = {retag->municipalities[retag->municipality],
                            retag->areas,
                            retag->from,
                            retag->before,
                            retag->occurred_at,
                            retag->incident,
                            most};
    if (most)
        send(retag, &query_retag_page, params, true, page_came);
    else
        finish(retag, DB_OVERLOAD);
}

/* --- the start: whoever has just taught us something expects it to count --- */

static void await_knowledge(void *arg)
{
    const Retag *retag = arg;
    const Reload *reload = retag->worker->daemon->reload;
    for (int waited = 0; waited < WAIT_MS && reload && reload_version(reload) != retag->version; waited += WAIT_STEP_MS)
        usleep(WAIT_STEP_MS * 1000);
}

static void knowledge_came(bool worked, void *arg)
{
    Retag *retag = arg;
    if (!worked) {
        finish(retag, DB_UNAVAILABLE);
        return;
    }
    retag->knowledge = daemon_knowledge(retag->worker->daemon);
    read_page(retag);
}

static void version_came(const DbOutcome *outcome, void *arg)
{
    Retag *retag = arg;
    if (outcome->status != DB_OK) {
        finish(retag, outcome->status);
        return;
    }
    retag->version = strtoll(PQgetvalue(outcome->results[0], 0, 0), NULL, 10);
    if (offload_submit(retag->worker->desk, await_knowledge, knowledge_came, retag) < 0) finish(retag, DB_OVERLOAD);
}

static bool copy_text(Arena *arena, const char **out, const char *text)
{
    *out = text ? arena_strdup(arena, text) : NULL;
    return !text || *out;
}

static bool copy_question(Retag *retag, const RetagQuestion *q)
{
    Arena *arena = retag->arena;
    const Scope *scope = q->scope;
    retag->apply = q->apply;
    retag->municipality_count = scope->municipality_count;
    retag->municipalities = arena_calloc(arena, scope->municipality_count, sizeof *retag->municipalities);
    bool ok = retag->municipalities && copy_text(arena, &retag->from, q->from) &&
              copy_text(arena, &retag->before, q->before) && copy_text(arena, &retag->token, q->token);
    for (size_t i = 0; ok && i < scope->municipality_count; i++)
        ok = copy_text(arena, &retag->municipalities[i], scope->municipalities[i]);
    if (!ok || !scope->areas) return ok;
    retag->areas = array_of_texts(arena, scope->areas, scope->area_count);
    return retag->areas;
}

Retag *retag_start(Worker *worker, const RetagQuestion *question, RetagCallbacks callbacks)
{
    Retag *retag = calloc(1, sizeof *retag);
    if (!retag) return NULL;
    *retag = (Retag){.worker = worker, .callbacks = callbacks, .arena = arena_new(), .page = arena_new()};
    DbWork *work = NULL;
    if (retag->arena && retag->page && copy_question(retag, question))
        work = db_work_new(worker->pool, version_came, retag);
    if (!work || db_work_add(work, &query_select_knowledge_version, NULL) < 0) {
        db_work_free(work);
        retag_free(retag);
        return NULL;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
    return retag;
}
