#include "flow/query_hotspots.h"

#include <string.h>

#include "db/array.h"
#include "db/queries.h"

enum { OF_PLACES, OF_CLUSTERS };

typedef struct HotspotsJob {
    Worker *worker;
    HotspotsOrder order;
    bool previous_known;
    const char *first, *after, *before; /* the days, as PostgreSQL reads them */
    HotspotsDone done;
    void *arg;
} HotspotsJob;

static void fail(const HotspotsJob *job, DbStatus status)
{
    job->done(&(HotspotsAnswer){.verdict = HOTSPOTS_FAILED, .status = status}, job->arg);
}

static void answered(const DbOutcome *outcome, void *arg)
{
    const HotspotsJob *job = arg;
    if (outcome->status != DB_OK && outcome->status != DB_TIMEOUT) {
        fail(job, outcome->status);
        return;
    }
    if (outcome->status == DB_TIMEOUT || PQntuples(outcome->results[OF_CLUSTERS]) == 0) {
        job->done(&(HotspotsAnswer){.verdict = HOTSPOTS_TOO_BROAD}, job->arg);
        return;
    }
    const PGresult *clusters = outcome->results[OF_CLUSTERS];
    const HotspotsAnswer answer = {.verdict = HOTSPOTS_ANSWERED,
                                   .previous_known = job->previous_known,
                                   .places = PQgetvalue(outcome->results[OF_PLACES], 0, 0),
                                   .clusters = PQgetvalue(clusters, 0, 0),
                                   .near_repeats = PQgetvalue(clusters, 0, 1),
                                   .positions = PQgetvalue(clusters, 0, 2),
                                   .without_position = PQgetvalue(clusters, 0, 3),
                                   .positions_of_places = PQgetvalue(clusters, 0, 4)};
    job->done(&answer, job->arg);
}

static bool add_statements(const HotspotsJob *job, DbWork *work)
{
    const HotspotsOrder *o = &job->order;
    Arena *arena = o->arena;
    size_t n = 0;
    while (o->categories && o->categories[n])
        n++;
    const char *areas = o->scope.areas ? array_of_texts(arena, o->scope.areas, o->scope.area_count) : NULL;
    const char *categories = o->categories ? array_of_texts(arena, o->categories, n) : NULL;
    if ((o->scope.areas && !areas) || (o->categories && !categories)) return false;
    const char *known = job->previous_known ? "t" : "f", *municipality = o->scope.municipalities[0];
    const char *places_max = arena_printf(arena, "%d", HOTSPOTS_PLACES_MAX);
    const char *most = arena_printf(arena, "%d", HOTSPOTS_INCIDENTS_MAX);
    const char *distance = arena_printf(arena, "%d", o->distance), *least = arena_printf(arena, "%d", o->least);
    const char *days = arena_printf(arena, "%d", o->days);
    if (!places_max || !most || !distance || !least || !days) return false;
    const char *places[] = {municipality, areas,        categories, job->first, job->after,
                            job->before,  o->area_name, known,      places_max};
    const char *clusters[] = {municipality, areas, categories, job->first, job->after, job->before,
                              known,        most,  distance,   least,      days};
    return db_work_add(work, &query_hotspots_places, places) == 0 &&
           db_work_add(work, &query_hotspots_clusters, clusters) == 0;
}

/* The time before is known where it was reported for and did not begin before anything is known. */
static bool read_known(HotspotsJob *job, const PGresult *slots)
{
    CivilDate since, before;
    if (PQntuples(slots) != 1 || !civil_parse(job->before, strlen(job->before), &before)) return false;
    job->previous_known = PQgetvalue(slots, 0, 1)[0] == 't' && !PQgetisnull(slots, 0, 2) &&
                          civil_parse(PQgetvalue(slots, 0, 2), strlen(PQgetvalue(slots, 0, 2)), &since) &&
                          civil_compare(since, before) <= 0;
    return true;
}

static void told_what_is_known(const DbOutcome *outcome, void *arg)
{
    HotspotsJob *job = arg;
    if (outcome->status != DB_OK) {
        fail(job, outcome->status);
        return;
    }
    DbWork *work = read_known(job, outcome->results[0]) ? db_work_new(job->worker->pool, answered, job) : NULL;
    if (!work || !add_statements(job, work)) {
        db_work_free(work);
        fail(job, DB_OVERLOAD);
        return;
    }
    db_work_set_heavy(work);
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}

static const char *written(Arena *arena, CivilDate date)
{
    char text[CIVIL_TEXT_SIZE];
    return arena_strdup(arena, civil_format(date, text));
}

static bool ask_what_is_known(HotspotsJob *job)
{
    const HotspotsOrder *o = &job->order;
    int days = civil_to_days(o->to) - civil_to_days(o->from);
    job->first = written(o->arena, o->from);
    job->after = written(o->arena, o->to);
    job->before = written(o->arena, civil_add_days(o->from, -days));
    if (!job->first || !job->after || !job->before) return false;
    const char *from = array_of_texts(o->arena, &job->before, 1), *to = array_of_texts(o->arena, &job->first, 1);
    DbWork *work = from && to ? db_work_new(job->worker->pool, told_what_is_known, job) : NULL;
    const char *params[] = {o->scope.municipalities[0], from, to};
    if (!work || db_work_add(work, &query_lagesbild_slots, params)) {
        db_work_free(work);
        return false;
    }
    db_work_set_heavy(work);
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
    return true;
}

void query_hotspots(Worker *worker, const HotspotsOrder *order, HotspotsDone done, void *arg)
{
    HotspotsJob *job = arena_calloc(order->arena, 1, sizeof *job);
    if (job) *job = (HotspotsJob){.worker = worker, .order = *order, .done = done, .arg = arg};
    if (!job || !ask_what_is_known(job))
        done(&(HotspotsAnswer){.verdict = HOTSPOTS_FAILED, .status = DB_OVERLOAD}, arg);
}
