#include "flow/query_lagesbilder.h"

#include <stdlib.h>

#include "db/array.h"
#include "db/queries.h"

typedef struct ListJob {
    Arena *arena;
    int limit;
    LagesbilderDone done;
    void *arg;
} ListJob;

enum {
    COLUMN_MUNICIPALITY,
    COLUMN_AREA,
    COLUMN_AREA_NAME,
    COLUMN_PERIOD,
    COLUMN_STATUS,
    COLUMN_CLOSED_AT,
    COLUMN_EDITED_AT,
    COLUMN_VERSION,
    COLUMN_PUBLISHED_AT,
    COLUMN_ACTOR,
    COLUMN_SHA256,
    COLUMN_WAITS,
    COLUMN_AFTER_DAY
};

static const char *text(const PGresult *rows, int row, int column)
{
    return PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
}

static bool read_item(LagesbildListItem *item, const PGresult *rows, int row)
{
    *item = (LagesbildListItem){.municipality = text(rows, row, COLUMN_MUNICIPALITY),
                                .area = text(rows, row, COLUMN_AREA),
                                .area_name = text(rows, row, COLUMN_AREA_NAME),
                                .status = text(rows, row, COLUMN_STATUS),
                                .waits = *PQgetvalue(rows, row, COLUMN_WAITS) == 't',
                                .closed_at = text(rows, row, COLUMN_CLOSED_AT),
                                .edited_at = text(rows, row, COLUMN_EDITED_AT),
                                .version = atoi(PQgetvalue(rows, row, COLUMN_VERSION)),
                                .published_at = text(rows, row, COLUMN_PUBLISHED_AT),
                                .published_by = text(rows, row, COLUMN_ACTOR),
                                .sha256 = text(rows, row, COLUMN_SHA256)};
    return period_parse(&item->period, PQgetvalue(rows, row, COLUMN_PERIOD), NULL) == 0;
}

/* One row more than asked for tells that there are more. */
static void answered(const DbOutcome *outcome, void *arg)
{
    const ListJob *job = arg;
    if (outcome->status != DB_OK) {
        job->done(outcome->status, NULL, 0, NULL, job->arg);
        return;
    }
    const PGresult *rows = outcome->results[0];
    bool more = PQntuples(rows) > job->limit;
    int count = more ? job->limit : PQntuples(rows);
    LagesbildListItem *items = arena_calloc(job->arena, (size_t)count + 1, sizeof *items);
    bool read = items != NULL;
    for (int row = 0; read && row < count; row++)
        read = read_item(&items[row], rows, row);
    if (!read) {
        job->done(DB_OVERLOAD, NULL, 0, NULL, job->arg);
        return;
    }
    const char *next[LAGESBILD_LIST_KEYS] = {NULL};
    if (more) {
        next[0] = text(rows, count - 1, COLUMN_AFTER_DAY);
        next[1] = text(rows, count - 1, COLUMN_MUNICIPALITY);
        next[2] = text(rows, count - 1, COLUMN_AREA);
        next[3] = text(rows, count - 1, COLUMN_PERIOD);
    }
    job->done(DB_OK, items, (size_t)count, more ? next : NULL, job->arg);
}

void query_lagesbilder(Worker *worker, Arena *arena, const LagesbilderFilter *filter, LagesbilderDone done, void *arg)
{
    const Scope *scope = &filter->scope;
    ListJob *job = arena_alloc(arena, sizeof *job);
    const char *params[] = {array_of_texts(arena, scope->municipalities, scope->municipality_count),
                            scope->areas ? array_of_texts(arena, scope->areas, scope->area_count) : NULL,
                            filter->status,
                            filter->after[0],
                            filter->after[1],
                            filter->after[2],
                            filter->after[3],
                            arena_printf(arena, "%d", filter->limit + 1)};
    if (job) *job = (ListJob){.arena = arena, .limit = filter->limit, .done = done, .arg = arg};
    if (!job || !params[0] || !params[7] || (scope->areas && !params[1]) ||
        db_work_submit_one(worker->pool, &query_select_lagesbilder, params, answered, job))
        done(DB_OVERLOAD, NULL, 0, NULL, arg);
}
