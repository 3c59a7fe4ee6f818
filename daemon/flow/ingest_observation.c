#include <stdlib.h>
#include <string.h>

#include "db/queries.h"
#include "flow/ingest.h"
#include "util/json_build.h"

typedef struct ObservationJob {
    Worker *worker;
    char *rows;       /* the parameter, an array of one */
    const char *text; /* inside `tree` */
    cJSON *tree;
    IngestDone done;
    void *arg;
} ObservationJob;

static void finish(ObservationJob *job, IngestResult result)
{
    job->done(&result, job->arg);
    cJSON_free(job->rows);
    cJSON_Delete(job->tree);
    free(job);
}

static void stored(const DbOutcome *outcome, void *arg)
{
    ObservationJob *job = arg;
    if (outcome->status != DB_OK) {
        finish(job, (IngestResult){.verdict = ingest_verdict(outcome)});
        return;
    }
    const PGresult *inserted = outcome->results[0], *incident = outcome->results[2];
    bool is_new = PQntuples(inserted) == 1;
    ingest_count(job->worker, 0, PQntuples(inserted));
    if (PQntuples(incident) != 1) {
        finish(job, (IngestResult){.verdict = INGEST_FAILED});
        return;
    }
    if (!is_new && strcmp(PQgetvalue(incident, 0, 1), job->text) != 0) {
        finish(job, (IngestResult){.verdict = INGEST_KEY_REUSED});
        return;
    }
    finish(job, (IngestResult){.verdict = is_new ? INGEST_STORED : INGEST_KNOWN,
                               .id = PQgetvalue(incident, 0, 0),
                               .json = PQgetvalue(incident, 0, 2)});
}

static DbWork *store_unit(Worker *worker, ObservationJob *job)
{
    const char *rows[] = {job->rows};
    DbWork *work = db_work_new(worker->pool, stored, job);
    if (!work) return NULL;
    db_work_set_retry(work); /* the id makes it safe to run twice */
    if (db_work_add(work, &query_insert_incidents, rows) == 0 &&
        db_work_add(work, &query_insert_incident_areas, rows) == 0 &&
        db_work_add(work, &query_select_incidents_by_id, rows) == 0)
        return work;
    db_work_free(work);
    return NULL;
}

void ingest_observation(Worker *worker, cJSON *row, IngestDone done, void *arg)
{
    ObservationJob *job = calloc(1, sizeof *job);
    cJSON *rows = cJSON_CreateArray();
    if (!job || !rows) {
        free(job);
        cJSON_Delete(rows);
        cJSON_Delete(row);
        done(&(IngestResult){.verdict = INGEST_FAILED}, arg);
        return;
    }
    *job = (ObservationJob){.worker = worker, .tree = rows, .done = done, .arg = arg};
    DbWork *work = NULL;
    if (json_append(rows, row)) {
        job->text = cJSON_GetObjectItemCaseSensitive(row, "text")->valuestring;
        job->rows = cJSON_PrintUnformatted(rows);
        if (job->rows) work = store_unit(worker, job);
    }
    if (work)
        db_work_submit(work);
    else
        finish(job, (IngestResult){.verdict = INGEST_FAILED});
}
