#include "flow/query_effect.h"

#include <stdlib.h>
#include <string.h>

#include "db/array.h"
#include "db/queries.h"

/* The statements of the unit, in this order; those of the comparison area are left out without one. */
enum { OF_COUNTS, OF_SLOTS, OF_COMPARE_COUNTS, OF_COMPARE_SLOTS };

typedef struct EffectJob {
    EffectOrder order;
    EffectDone done;
    void *arg;
} EffectJob;

/* A time that nobody reported for, or that began before anything is known, has no count: it is not zero. */
static bool read_counts(const Effect *effect, int64_t counts[static EFFECT_TIMES], const PGresult *found,
                        const PGresult *slots)
{
    CivilDate since = {0};
    if (PQntuples(found) != EFFECT_TIMES || PQntuples(slots) != EFFECT_TIMES) return false;
    if (!PQgetisnull(slots, 0, 2) && !civil_parse(PQgetvalue(slots, 0, 2), strlen(PQgetvalue(slots, 0, 2)), &since))
        return false;
    for (int i = 0; i < EFFECT_TIMES; i++) {
        bool reported = PQgetvalue(slots, i, 1)[0] == 't' && civil_is_known(since) &&
                        civil_compare(since, effect->spans[i].from) <= 0;
        counts[i] = reported ? strtoll(PQgetvalue(found, i, 1), NULL, 10) : EFFECT_UNKNOWN;
        if (counts[i] > EFFECT_COUNT_MAX) return false;
    }
    return true;
}

/* What is compared must not hold what it is compared with: the limits are of two counts that know nothing of each
 * other. */
static void take_away_own(Effect *effect)
{
    for (int i = 0; i < EFFECT_TIMES; i++)
        if (effect->counts[i] != EFFECT_UNKNOWN && effect->compare_counts[i] != EFFECT_UNKNOWN)
            effect->compare_counts[i] -= effect->counts[i];
}

static void answered(const DbOutcome *outcome, void *arg)
{
    EffectJob *job = arg;
    Effect *effect = &job->order.effect;
    if (outcome->status != DB_OK) {
        job->done(outcome->status, NULL, job->arg);
        return;
    }
    PGresult *const *r = outcome->results;
    bool read = read_counts(effect, effect->counts, r[OF_COUNTS], r[OF_SLOTS]) &&
                (!job->order.compares ||
                 read_counts(effect, effect->compare_counts, r[OF_COMPARE_COUNTS], r[OF_COMPARE_SLOTS]));
    if (read && job->order.compares_rest) take_away_own(effect);
    if (read) effect_judge(effect);
    job->done(read ? DB_OK : DB_FAILED, read ? effect : NULL, job->arg);
}

static bool add_counts(const EffectJob *job, DbWork *work, const Scope *scope, const char *place, const char *first,
                       const char *after)
{
    const EffectOrder *o = &job->order;
    size_t n = 0;
    while (o->categories && o->categories[n])
        n++;
    const char *areas = scope->areas ? array_of_texts(o->arena, scope->areas, scope->area_count) : NULL;
    const char *categories = o->categories ? array_of_texts(o->arena, o->categories, n) : NULL;
    if ((scope->areas && !areas) || (o->categories && !categories)) return false;
    const char *count[] = {scope->municipalities[0], areas, categories, place, first, after};
    const char *slot[] = {scope->municipalities[0], first, after};
    return db_work_add(work, &query_effect_counts, count) == 0 && db_work_add(work, &query_lagesbild_slots, slot) == 0;
}

static bool add_statements(const EffectJob *job, DbWork *work)
{
    const EffectOrder *o = &job->order;
    char text[2][EFFECT_TIMES][CIVIL_TEXT_SIZE];
    const char *days[2][EFFECT_TIMES];
    for (int i = 0; i < EFFECT_TIMES; i++) {
        days[0][i] = civil_format(o->effect.spans[i].from, text[0][i]);
        days[1][i] = civil_format(o->effect.spans[i].to, text[1][i]);
    }
    const char *first = array_of_texts(o->arena, days[0], EFFECT_TIMES);
    const char *after = array_of_texts(o->arena, days[1], EFFECT_TIMES);
    return first && after && add_counts(job, work, &o->scope, o->effect.place, first, after) &&
           (!o->compares || add_counts(job, work, &o->compare_scope, NULL, first, after));
}

void query_effect(Worker *worker, const EffectOrder *order, EffectDone done, void *arg)
{
    EffectJob *job = arena_calloc(order->arena, 1, sizeof *job);
    if (job) *job = (EffectJob){.order = *order, .done = done, .arg = arg};
    DbWork *work = job ? db_work_new(worker->pool, answered, job) : NULL;
    if (!work || !add_statements(job, work)) {
        db_work_free(work);
        done(DB_OVERLOAD, NULL, arg);
        return;
    }
    db_work_set_heavy(work);
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}
