/*
 * A report's next revision: read what is stored, read the new text as the old one was read, pair the incidents, write.
 * Somebody else may store a revision between the two units; the primary key then refuses ours, and we start over.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrival/match.h"
#include "db/queries.h"
#include "flow/ingest.h"
#include "util/clock.h"
#include "util/json_build.h"
#include "util/log.h"

/* Columns of select_report_for_revision.sql. */
enum {
    COLUMN_MUNICIPALITY,
    COLUMN_KIND,
    COLUMN_SOURCE,
    COLUMN_ORGANISATION,
    COLUMN_REPORT_DATE,
    COLUMN_PUBLISHED_AT,
    COLUMN_REVISION,
    COLUMN_SHA256,
    COLUMN_TITLE,
    COLUMN_URL,
    COLUMN_INCIDENT,
    COLUMN_TEXT,
    COLUMN_WITHDRAWN,
};

enum { ATTEMPTS = 4 };

typedef struct RevisionJob {
    Worker *worker;
    Arena *arena;
    Knowledge *knowledge;                 /* with a submission */
    const RevisionSubmission *submission; /* or `content` */
    Content *content;
    Content read; /* the submission's content, once read */
    const char *municipality, *report;
    char *revision_json, *kept_json, *new_json, *areas_json;
    int attempts;
    IngestDone done;
    void *arg;
} RevisionJob;

static void look_up(RevisionJob *job);

static void free_parameters(RevisionJob *job)
{
    char **all[] = {&job->revision_json, &job->kept_json, &job->new_json, &job->areas_json};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        cJSON_free(*all[i]);
        *all[i] = NULL;
    }
}

static void finish(RevisionJob *job, IngestResult result)
{
    if (job->content) content_deinit(job->content); /* before the answer, with which its memory may go */
    job->done(&result, job->arg);
    free_parameters(job);
    if (job->knowledge) knowledge_unref(job->knowledge);
    free(job);
}

static void finish_with(RevisionJob *job, IngestVerdict verdict)
{
    finish(job, (IngestResult){.verdict = verdict, .id = job->report});
}

/* --- the last unit: what is stored now --- */

static void shown(const DbOutcome *outcome, void *arg)
{
    RevisionJob *job = arg;
    if (outcome->status != DB_OK || PQntuples(outcome->results[0]) != 1) {
        finish_with(job, outcome->status == DB_OK ? INGEST_NOT_FOUND : ingest_verdict(outcome));
        return;
    }
    finish(job,
           (IngestResult){.verdict = INGEST_KNOWN, .id = job->report, .json = PQgetvalue(outcome->results[0], 0, 0)});
}

static int add_select_report(RevisionJob *job, DbWork *work)
{
    const char *params[] = {job->municipality, job->report};
    return db_work_add(work, &query_select_report, params);
}

static void show_unchanged(RevisionJob *job)
{
    DbWork *work = db_work_new(job->worker->pool, shown, job);
    if (work) db_work_set_retry(work);
    if (!work || add_select_report(job, work) < 0) {
        db_work_free(work);
        finish_with(job, INGEST_BUSY);
        return;
    }
    db_work_submit(work);
}

/* --- the second unit: write --- */

static void written(const DbOutcome *outcome, void *arg)
{
    RevisionJob *job = arg;
    bool raced = outcome->status == DB_REFUSED && strcmp(outcome->sqlstate, "23505") == 0;
    if (raced && ++job->attempts < ATTEMPTS) {
        free_parameters(job);
        look_up(job);
        return;
    }
    if (outcome->status != DB_OK) {
        finish_with(job, raced ? INGEST_BUSY : ingest_verdict(outcome));
        return;
    }
    const PGresult *report = outcome->results[outcome->result_count - 1];
    ingest_count(job->worker, 1, PQntuples(outcome->results[4]));
    finish(job, (IngestResult){.verdict = INGEST_REVISED,
                               .id = job->report,
                               .json = PQntuples(report) == 1 ? PQgetvalue(report, 0, 0) : NULL});
}

static DbWork *write_unit(RevisionJob *job)
{
    const char *revision[] = {job->revision_json}, *kept[] = {job->kept_json}, *added[] = {job->new_json},
               *areas[] = {job->areas_json};
    DbWork *work = db_work_new(job->worker->pool, written, job);
    if (work && db_work_add(work, &query_insert_report_revision, revision) == 0 &&
        db_work_add(work, &query_withdraw_incidents, revision) == 0 &&
        db_work_add(work, &query_delete_revised_areas, kept) == 0 &&
        db_work_add(work, &query_update_revised_incidents, kept) == 0 &&
        db_work_add(work, &query_insert_incidents, added) == 0 &&
        db_work_add(work, &query_insert_incident_areas, areas) == 0 && add_select_report(job, work) == 0)
        return work;
    db_work_free(work);
    return NULL;
}

/* --- pairing --- */

typedef struct Stored {
    const PGresult *rows; /* of select_report_for_revision */
    MatchText *texts;
    uint32_t count, withdrawn_from; /* incidents; the index of the first withdrawn one */
    int revision;
} Stored;

static const char *value(const Stored *stored, int row, int column)
{
    return PQgetisnull(stored->rows, row, column) ? NULL : PQgetvalue(stored->rows, row, column);
}

static int stored_init(Stored *stored, const PGresult *rows, Arena *arena)
{
    int count = PQntuples(rows);
    *stored = (Stored){.rows = rows, .revision = atoi(PQgetvalue(rows, 0, COLUMN_REVISION))};
    stored->texts = arena_calloc(arena, (size_t)count, sizeof *stored->texts);
    if (!stored->texts) return -ENOMEM;
    for (int i = 0; i < count && value(stored, i, COLUMN_INCIDENT); i++) {
        stored->texts[i] =
            (MatchText){.text = PQgetvalue(rows, i, COLUMN_TEXT), .len = (size_t)PQgetlength(rows, i, COLUMN_TEXT)};
        stored->count++;
        if (*PQgetvalue(rows, i, COLUMN_WITHDRAWN) == 'f') stored->withdrawn_from = stored->count;
    }
    return 0;
}

static bool replace_text(cJSON *row, const char *name, const char *text)
{
    cJSON_DeleteItemFromObjectCaseSensitive(row, name);
    return json_add_text(row, name, text);
}

/* What goes where: rows that keep an id, rows that are new, rows whose areas are written, ids that are withdrawn. */
typedef struct Plan {
    cJSON *kept, *added, *areas, *withdrawn;
} Plan;

static void plan_deinit(Plan *plan)
{
    cJSON_Delete(plan->kept);
    cJSON_Delete(plan->added);
    cJSON_Delete(plan->areas);
    cJSON_Delete(plan->withdrawn);
}

static bool plan_row(Plan *plan, const Stored *stored, const cJSON *row, uint32_t pair, const char *revision)
{
    cJSON *copy = cJSON_Duplicate(row, true);
    if (!copy) return false;
    if (pair == MATCH_NONE)
        return json_append(plan->added, copy) && json_append(plan->areas, cJSON_Duplicate(copy, true));
    const cJSON *text = cJSON_GetObjectItemCaseSensitive(row, "text");
    bool changed = strcmp(text->valuestring, PQgetvalue(stored->rows, (int)pair, COLUMN_TEXT)) != 0;
    return json_append(plan->kept, copy) &&
           replace_text(copy, "incident", PQgetvalue(stored->rows, (int)pair, COLUMN_INCIDENT)) &&
           json_add_bool(copy, "changed", changed) && json_add_text(copy, "revision", revision) &&
           (!changed || json_append(plan->areas, cJSON_Duplicate(copy, true)));
}

static int plan_make(Plan *plan, const Stored *stored, const Content *content, const char *revision, Arena *arena)
{
    uint32_t after_count = (uint32_t)cJSON_GetArraySize(content->incidents), i = 0;
    MatchText *after = arena_calloc(arena, after_count + 1, sizeof *after);
    uint32_t *pairs = arena_calloc(arena, after_count + 1, sizeof *pairs);
    bool *kept = arena_calloc(arena, stored->count + 1, sizeof *kept);
    *plan = (Plan){cJSON_CreateArray(), cJSON_CreateArray(), cJSON_CreateArray(), cJSON_CreateArray()};
    if (!after || !pairs || !kept || !plan->kept || !plan->added || !plan->areas || !plan->withdrawn) return -ENOMEM;
    const cJSON *row;
    cJSON_ArrayForEach(row, content->incidents)
    {
        const char *text = cJSON_GetObjectItemCaseSensitive(row, "text")->valuestring;
        after[i++] = (MatchText){.text = text, .len = strlen(text)};
    }
    int r = match_incidents(stored->texts, stored->count, stored->withdrawn_from, after, after_count, arena, pairs);
    if (r < 0) return r;
    i = 0;
    cJSON_ArrayForEach(row, content->incidents)
    {
        if (!plan_row(plan, stored, row, pairs[i], revision)) return -ENOMEM;
        if (pairs[i] != MATCH_NONE) kept[pairs[i]] = true;
        i++;
    }
    for (uint32_t j = 0; j < stored->withdrawn_from; j++)
        if (!kept[j] && !json_append_text(plan->withdrawn, PQgetvalue(stored->rows, (int)j, COLUMN_INCIDENT)))
            return -ENOMEM;
    return 0;
}

static char *print_revision(const RevisionJob *job, const Stored *stored, const Content *c, const Plan *plan)
{
    char published[CLOCK_TEXT_SIZE];
    cJSON *row = cJSON_CreateObject();
    bool ok = row && json_add_text(row, "municipality", c->municipality) && json_add_text(row, "report", job->report) &&
              json_add_number(row, "revision", stored->revision + 1) && json_add_text(row, "title", c->title) &&
              json_add_text(row, "url", c->url) && json_add_text(row, "text", c->text) &&
              json_add_text(row, "sha256", c->reading.sha256) &&
              json_add_item(row, "pii", cJSON_Duplicate(c->pii, true)) &&
              json_add_item(row, "warnings", cJSON_Duplicate(c->warnings, true)) &&
              json_add_text(row, "received_by", c->created_by) && json_add_text(row, "source", c->source) &&
              json_add_text(row, "key", c->key) &&
              json_add_text(row, "published_at", c->published_ms ? clock_format(c->published_ms, published) : NULL) &&
              json_add_item(row, "withdrawn", cJSON_Duplicate(plan->withdrawn, true));
    char *json = ok ? cJSON_PrintUnformatted(row) : NULL;
    cJSON_Delete(row);
    return json;
}

static int print_parameters(RevisionJob *job, const Stored *stored, const Content *content)
{
    char revision[32];
    snprintf(revision, sizeof revision, "revision %d", stored->revision + 1);
    Plan plan;
    int r = plan_make(&plan, stored, content, revision, job->arena);
    if (r == 0) {
        job->revision_json = print_revision(job, stored, content, &plan);
        job->kept_json = cJSON_PrintUnformatted(plan.kept);
        job->new_json = cJSON_PrintUnformatted(plan.added);
        job->areas_json = cJSON_PrintUnformatted(plan.areas);
        if (!job->revision_json || !job->kept_json || !job->new_json || !job->areas_json) r = -ENOMEM;
    }
    plan_deinit(&plan);
    return r;
}

/* --- the first unit: what is stored --- */

/* Reads the corrected text with what the stored report says of its sender and date. */
static int read_submission(RevisionJob *job, const Stored *stored)
{
    ReportSubmission submission = {
        .text = job->submission->text,
        .len = job->submission->len,
        .source = arena_strdup(job->arena, value(stored, 0, COLUMN_SOURCE)),
        .created_by = job->submission->created_by,
        .municipality = knowledge_find_municipality(job->knowledge, value(stored, 0, COLUMN_MUNICIPALITY)),
        .otherwise = MUNICIPALITY_NONE,
    };
    const char *organisation = value(stored, 0, COLUMN_ORGANISATION), *date = value(stored, 0, COLUMN_REPORT_DATE);
    if (organisation) submission.organisation = arena_strdup(job->arena, organisation);
    if (!submission.source || submission.municipality == MUNICIPALITY_NONE) return -ENOMEM;
    if (date) civil_parse(date, strlen(date), &submission.report_date);
    if (job->content) content_deinit(job->content); /* of an attempt before this one */
    job->content = NULL;
    int r = content_from_report(&job->read, job->arena, job->knowledge, &submission, clock_now_ms());
    if (r == 0) {
        job->content = &job->read;
        snprintf(job->read.report, sizeof job->read.report, "%s", job->report);
    }
    return r;
}

/* The rows carry the id the report would have had if it were new. */
static bool point_rows_at(const Content *content, const char *report)
{
    cJSON *row;
    cJSON_ArrayForEach(row, content->incidents)
    {
        if (!replace_text(row, "report", report)) return false;
    }
    return true;
}

static void looked_up(const DbOutcome *outcome, void *arg)
{
    RevisionJob *job = arg;
    if (outcome->status != DB_OK || PQntuples(outcome->results[0]) == 0) {
        finish_with(job, outcome->status == DB_OK ? INGEST_NOT_FOUND : ingest_verdict(outcome));
        return;
    }
    Stored stored;
    int r = stored_init(&stored, outcome->results[0], job->arena);
    if (r == 0 && job->submission) r = read_submission(job, &stored);
    if (r < 0) {
        finish_with(job, INGEST_BUSY);
        return;
    }
    if (strcmp(job->content->reading.sha256, value(&stored, 0, COLUMN_SHA256)) == 0) {
        show_unchanged(job);
        return;
    }
    if (job->submission && job->submission->corrects &&
        strcmp(job->submission->corrects, value(&stored, 0, COLUMN_REVISION)) != 0) {
        finish_with(job, INGEST_OVERTAKEN);
        return;
    }
    if (!point_rows_at(job->content, job->report) || print_parameters(job, &stored, job->content) < 0) {
        finish_with(job, INGEST_BUSY);
        return;
    }
    DbWork *work = write_unit(job);
    if (!work) {
        finish_with(job, INGEST_BUSY);
        return;
    }
    db_work_submit(work);
}

static void look_up(RevisionJob *job)
{
    const char *params[] = {job->municipality, job->report};
    DbWork *work = db_work_new(job->worker->pool, looked_up, job);
    if (work) db_work_set_retry(work);
    if (!work || db_work_add(work, &query_select_report_for_revision, params) < 0) {
        db_work_free(work);
        finish_with(job, INGEST_BUSY);
        return;
    }
    db_work_submit(work);
}

static void start(RevisionJob job)
{
    RevisionJob *kept = malloc(sizeof *kept);
    if (!kept) {
        if (job.content) content_deinit(job.content);
        if (job.knowledge) knowledge_unref(job.knowledge);
        job.done(&(IngestResult){.verdict = INGEST_BUSY}, job.arg);
        return;
    }
    *kept = job;
    look_up(kept);
}

void ingest_revision(Worker *worker, Arena *arena, Knowledge *knowledge, const RevisionSubmission *submission,
                     IngestDone done, void *arg)
{
    start((RevisionJob){.worker = worker,
                        .arena = arena,
                        .knowledge = knowledge_ref(knowledge),
                        .submission = submission,
                        .municipality = submission->municipality,
                        .report = submission->report,
                        .done = done,
                        .arg = arg});
}

void ingest_revised_content(Worker *worker, Arena *arena, Content *content, const char *report, IngestDone done,
                            void *arg)
{
    start((RevisionJob){.worker = worker,
                        .arena = arena,
                        .content = content,
                        .municipality = content->municipality,
                        .report = report,
                        .done = done,
                        .arg = arg});
}
