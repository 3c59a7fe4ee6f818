#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "db/queries.h"
#include "flow/ingest.h"
#include "metrics.h"
#include "util/json_build.h"
#include "util/log.h"

typedef struct ReportJob {
    Worker *worker;
    Content *content;
    char *reports, *incidents; /* parameters; live until the unit is done */
    IngestDone done;
    void *arg;
} ReportJob;

void ingest_count(Worker *worker, int reports, int incidents)
{
    metrics_add(worker->metrics, METRIC_reports_stored_total, reports);
    metrics_add(worker->metrics, METRIC_incidents_stored_total, incidents);
}

IngestVerdict ingest_verdict(const DbOutcome *outcome)
{
    switch (outcome->status) {
    case DB_OK:
        return INGEST_STORED;
    case DB_CONFLICT:
    case DB_TIMEOUT:
    case DB_OVERLOAD:
    case DB_UNAVAILABLE:
        return INGEST_BUSY;
    case DB_REFUSED:
        /* The message may quote what was sent, so only its code is logged. */
        log_line(NULL, LEVEL_ERROR, "the database refused what was to be stored: SQLSTATE %s, constraint %s",
                 outcome->sqlstate, outcome->constraint ? outcome->constraint : "none");
        return INGEST_FAILED;
    case DB_FAILED:
        break;
    }
    return INGEST_FAILED;
}

static void finish(ReportJob *job, IngestResult result)
{
    content_deinit(job->content); /* before the answer, with which its memory may go */
    job->done(&result, job->arg);
    cJSON_free(job->reports);
    cJSON_free(job->incidents);
    free(job);
}

/* What select_report_by_key found: id, sha256, json. */
static bool found(const PGresult *result)
{
    return PQntuples(result) == 1;
}

/* The Idempotency-Key stands for another report than the text does, or for one while the text is new. */
static bool is_key_reused(const PGresult *by_text, const PGresult *by_key)
{
    return !found(by_text) || !found(by_key) || strcmp(PQgetvalue(by_text, 0, 0), PQgetvalue(by_key, 0, 0)) != 0;
}

static void looked_up(const DbOutcome *outcome, void *arg)
{
    ReportJob *job = arg;
    if (outcome->status != DB_OK) {
        finish(job, (IngestResult){.verdict = ingest_verdict(outcome)});
        return;
    }
    const PGresult *by_text = outcome->results[1];
    if (is_key_reused(by_text, outcome->results[2]))
        finish(job, (IngestResult){.verdict = INGEST_KEY_REUSED});
    else
        finish(job, (IngestResult){
                        .verdict = INGEST_KNOWN, .id = PQgetvalue(by_text, 0, 0), .json = PQgetvalue(by_text, 0, 2)});
}

static int add_lookup(DbWork *work, const Content *content, const char *source, const char *key)
{
    const char *params[] = {content->municipality, source, key};
    return db_work_add(work, &query_select_report_by_key, params);
}

static int add_lookups(DbWork *work, const Content *content)
{
    int r = add_lookup(work, content, content->source, content->key);
    if (r == 0 && content->idempotency_key) r = add_lookup(work, content, "", content->idempotency_key);
    return r;
}

static int add_key(DbWork *work, const Content *content)
{
    const char *params[] = {content->municipality, content->source, content->key, content->idempotency_key};
    return db_work_add(work, &query_insert_report_key, params);
}

/* Some of its keys were known and some not: the text was here without this Idempotency-Key, which stands for it from
 * now on, or the key with another text. */
static void look_again(ReportJob *job)
{
    DbWork *work = db_work_new(job->worker->pool, looked_up, job);
    if (work) db_work_set_retry(work);
    if (!work || add_key(work, job->content) < 0 || add_lookups(work, job->content) < 0) {
        db_work_free(work);
        finish(job, (IngestResult){.verdict = INGEST_BUSY});
        return;
    }
    db_work_submit(work);
}

static void stored(const DbOutcome *outcome, void *arg)
{
    ReportJob *job = arg;
    if (outcome->status == DB_REFUSED && job->content->idempotency_key && strcmp(outcome->sqlstate, "23503") == 0) {
        look_again(job);
        return;
    }
    if (outcome->status != DB_OK) {
        finish(job, (IngestResult){.verdict = ingest_verdict(outcome)});
        return;
    }
    const PGresult *inserted = outcome->results[0], *report = outcome->results[3];
    if (!found(report)) {
        log_line(NULL, LEVEL_ERROR, "a report that was just stored is not there");
        finish(job, (IngestResult){.verdict = INGEST_FAILED});
        return;
    }
    if (job->content->idempotency_key && is_key_reused(report, outcome->results[4])) {
        finish(job, (IngestResult){.verdict = INGEST_KEY_REUSED});
        return;
    }
    ingest_count(job->worker, PQntuples(inserted), PQntuples(outcome->results[1]));
    finish(job, (IngestResult){.verdict = PQntuples(inserted) > 0 ? INGEST_STORED : INGEST_KNOWN,
                               .id = PQgetvalue(report, 0, 0),
                               .json = PQgetvalue(report, 0, 2)});
}

static int print_rows(ReportJob *job)
{
    cJSON *reports = cJSON_CreateArray();
    if (!reports || !json_append(reports, content_report_row(job->content))) {
        cJSON_Delete(reports);
        return -ENOMEM;
    }
    job->reports = cJSON_PrintUnformatted(reports);
    job->incidents = cJSON_PrintUnformatted(job->content->incidents);
    cJSON_Delete(reports);
    return job->reports && job->incidents ? 0 : -ENOMEM;
}

static DbWork *store_unit(ReportJob *job)
{
    DbWork *work = db_work_new(job->worker->pool, stored, job);
    if (!work) return NULL;
    const char *reports[] = {job->reports}, *incidents[] = {job->incidents};
    db_work_set_retry(work); /* its keys make it safe to run twice */
    if (db_work_add(work, &query_insert_reports, reports) == 0 &&
        db_work_add(work, &query_insert_incidents, incidents) == 0 &&
        db_work_add(work, &query_insert_incident_areas, incidents) == 0 && add_lookups(work, job->content) == 0)
        return work;
    db_work_free(work);
    return NULL;
}

void ingest_report(Worker *worker, Content *content, IngestDone done, void *arg)
{
    ReportJob *job = calloc(1, sizeof *job);
    if (!job) {
        content_deinit(content);
        done(&(IngestResult){.verdict = INGEST_BUSY}, arg);
        return;
    }
    *job = (ReportJob){.worker = worker, .content = content, .done = done, .arg = arg};
    DbWork *work = print_rows(job) == 0 ? store_unit(job) : NULL;
    if (!work) {
        finish(job, (IngestResult){.verdict = INGEST_BUSY});
        return;
    }
    db_work_submit(work);
}
