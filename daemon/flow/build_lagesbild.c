#include "flow/build_lagesbild.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/lagesbild_map.h"
#include "core/lagesbild/lagesbild_parts.h"
#include "core/lagesbild/lagesbild_weeks.h"
#include "db/array.h"
#include "db/queries.h"
#include "flow/offload.h"

/* The spans of days that are counted: this one, the two it is compared with, and its history. */
enum { SPAN_NOW, SPAN_PREVIOUS, SPAN_YEAR_AGO, SPAN_HISTORY, SPAN_COUNT = SPAN_HISTORY + EXPECTED_HISTORY_MAX };

/* The statements of the unit, in this order. */
enum {
    OF_MOMENT,
    OF_PLAN,
    OF_SLOTS,
    OF_COUNTS,
    OF_PLACES,
    OF_FIGURES,
    OF_INCIDENTS,
    OF_SOURCES,
    OF_WITHOUT_AREA,
    OF_REPORTED_WEEKS,
    OF_ALL_WEEKS, /* of the whole municipality */
    OF_WEEKS,
    OF_EDIT,
    OF_FOLLOWUP,
    OF_PUBLISHED,
    OF_CLOSED,
    STATEMENTS
};
enum { SLOTS_CUT_AT = 3, PLACES_DAYS = 8 }; /* the columns that tell the time, and the days of a place */

typedef struct Build {
    Worker *worker;
    LagesbildOrder order;
    PGresult *results[STATEMENTS];
    bool made; /* of the results a document */
    Period spans[SPAN_COUNT];
    bool reported[SPAN_COUNT];
    bool week_reported[LAGESBILD_WEEKS_READ];
    int64_t **series; /* of each category: its weeks */
    Lagesbild *l;
    LagesbildBuilt built;
    void *arg;
} Build;

static const char *value(const PGresult *result, int row, int column)
{
    return PQgetisnull(result, row, column) ? NULL : PQgetvalue(result, row, column);
}

static int64_t number(const PGresult *result, int row, int column)
{
    return strtoll(PQgetvalue(result, row, column), NULL, 10);
}

static bool flag(const PGresult *result, int row, int column)
{
    return PQgetvalue(result, row, column)[0] == 't';
}

static CivilDate date(const PGresult *result, int row, int column)
{
    CivilDate found = {0};
    const char *text = value(result, row, column);
    if (text) civil_parse(text, strlen(text), &found);
    return found;
}

/* A copy in the document's arena; NULL stays NULL. False without memory. */
static bool copy(Arena *arena, const char **out, const PGresult *result, int row, int column)
{
    const char *text = value(result, row, column);
    *out = text ? arena_strdup(arena, text) : NULL;
    return !text || *out;
}

static void set_spans(Build *build)
{
    const Period *period = &build->order.period;
    build->spans[SPAN_NOW] = *period;
    build->spans[SPAN_PREVIOUS] = period_previous(period);
    build->spans[SPAN_YEAR_AGO] = period_year_ago(period);
    Period before = *period;
    for (int i = SPAN_HISTORY; i < SPAN_COUNT; i++)
        before = build->spans[i] = period_previous(&before);
}

/* A span of the history is one that was reported for, wholly: one that began before anything is known is not. */
static bool read_slots(Build *build, const PGresult *result)
{
    Lagesbild *l = build->l;
    if (PQntuples(result) != SPAN_COUNT) return false;
    l->history_from = date(result, 0, 2);
    for (int i = 0; i < SPAN_COUNT; i++) {
        build->reported[i] = flag(result, i, 1);
        if (i >= SPAN_HISTORY && civil_compare(build->spans[i].from, l->history_from) < 0) build->reported[i] = false;
    }
    int year, month, day;
    if (!copy(build->order.arena, &l->data_cut_at, result, 0, SLOTS_CUT_AT)) return false;
    if (sscanf(l->data_cut_at, "%d-%d-%dT%d:%d", &year, &month, &day, &l->cut_hour, &l->cut_minute) != 5) return false;
    l->cut_date = (CivilDate){year, month, day};
    return true;
}

/* Puts a count where its span belongs in a figure whose spans start at nothing. */
static void add_count(const Build *build, LagesbildFigure *figure, int span, int64_t count)
{
    if (span == SPAN_NOW) {
        figure->count += count;
    } else if (span == SPAN_PREVIOUS) {
        figure->previous += count;
    } else if (span == SPAN_YEAR_AGO) {
        figure->year_ago += count;
    } else if (build->reported[span]) {
        size_t at = 0;
        for (int i = SPAN_HISTORY; i < span; i++)
            at += build->reported[i];
        figure->history[at] += count;
    }
}

static LagesbildFigure empty_figure(const Build *build)
{
    LagesbildFigure figure = {.previous = build->reported[SPAN_PREVIOUS] ? 0 : LAGESBILD_UNKNOWN,
                              .year_ago = build->reported[SPAN_YEAR_AGO] ? 0 : LAGESBILD_UNKNOWN};
    for (int i = SPAN_HISTORY; i < SPAN_COUNT; i++)
        figure.history_count += build->reported[i];
    return figure;
}

/* The category whose code is in a column and its name in the next; a new one where there is none yet. */
static LagesbildCategory *category_of(const Build *build, const PGresult *result, int row, int column)
{
    Lagesbild *l = build->l;
    for (size_t i = 0; i < l->category_count; i++)
        if (strcmp(l->categories[i].code, PQgetvalue(result, row, column)) == 0) return &l->categories[i];
    LagesbildCategory *category = &l->categories[l->category_count];
    *category = (LagesbildCategory){.figure = empty_figure(build)};
    if (!copy(build->order.arena, &category->code, result, row, column)) return NULL;
    if (!copy(build->order.arena, &category->name, result, row, column + 1)) return NULL;
    l->category_count++;
    return category;
}

/* A category that is in no span of its own history but in another's is kept: it was expected, and is not here. */
static bool read_counts(Build *build, const PGresult *result, const PGresult *weeks)
{
    Lagesbild *l = build->l;
    int rows = PQntuples(result);
    const size_t most = (size_t)rows + (size_t)PQntuples(weeks) + 1;
    l->categories = arena_calloc(build->order.arena, most, sizeof *l->categories);
    build->series = arena_calloc(build->order.arena, most, sizeof *build->series);
    if (!l->categories || !build->series) return false;
    l->total = empty_figure(build);
    for (int row = 0; row < rows; row++) {
        int span = (int)number(result, row, 0) - 1;
        int64_t count = number(result, row, 3);
        LagesbildCategory *category = category_of(build, result, row, 1);
        if (!category) return false;
        add_count(build, &category->figure, span, count);
        add_count(build, &l->total, span, count);
    }
    return true;
}

/* An array of integers as PostgreSQL writes it ("{1,2,3}"): the next one, or false at its end. */
static bool next_of(const char **at, int64_t *number)
{
    while (**at == '{' || **at == ',')
        ++*at;
    if (**at == '}' || !**at) return false;
    char *end;
    *number = strtoll(*at, &end, 10);
    if (end == *at) return false;
    *at = end;
    return true;
}

/* Adds a part of a series to its weeks. */
static void add_series(int64_t *weeks, int64_t week, const char *counts)
{
    for (int64_t count; next_of(&counts, &count); week++)
        if (week >= 0 && week < LAGESBILD_WEEKS_READ) weeks[week] += count;
}

/* Which weeks of the series anybody at all reported for, in a report or by an incident anywhere in the municipality: a
 * zero from one that nobody reported for is no zero. */
static bool read_reported_weeks(Build *build, const PGresult *reports, const PGresult *all)
{
    int64_t incidents[LAGESBILD_WEEKS_READ] = {0};
    for (int row = 0; row < PQntuples(all); row++)
        add_series(incidents, number(all, row, 2), PQgetvalue(all, row, 3));
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        build->week_reported[i] = incidents[i] > 0;
    for (int row = 0; row < PQntuples(reports); row++) {
        int64_t week = number(reports, row, 0);
        if (week < 0 || week >= LAGESBILD_WEEKS_READ) return false;
        build->week_reported[week] = true;
    }
    return true;
}

/* Where the document's day 0 is: the Monday of the series' first week. */
static int day_zero(const Build *build)
{
    return civil_to_days(lagesbild_weeks_from(&build->order.period));
}

/* The spans as days from day_zero() on. */
typedef struct SpanDays {
    int from[SPAN_COUNT], to[SPAN_COUNT];
} SpanDays;

static void set_span_days(const Build *build, SpanDays *days)
{
    const int zero = day_zero(build);
    for (int i = 0; i < SPAN_COUNT; i++) {
        days->from[i] = civil_to_days(build->spans[i].from) - zero;
        days->to[i] = civil_to_days(build->spans[i].to) - zero;
    }
}

/* Counts an incident of a place in its week and in the spans its day is in. Years that were listed beforehand are read
 * whole: what of them is before the weeks or after the period is passed over. */
static void add_day(const Build *build, LagesbildFigure *figure, int64_t *weeks, const SpanDays *spans, int64_t day)
{
    if (day < 0 || day >= spans->to[SPAN_NOW]) return;
    weeks[day / 7]++;
    for (int i = 0; i < SPAN_COUNT; i++)
        if (day >= spans->from[i] && day < spans->to[i]) add_count(build, figure, i, 1);
}

/* A place's figure from the days of its incidents: parts such as "364{0,0,5}", whose days count from so many days after
 * day_zero(). */
static bool read_days(const Build *build, LagesbildFigure *figure, const char *parts)
{
    int64_t *weeks = arena_calloc(build->order.arena, LAGESBILD_WEEKS_READ, sizeof *weeks);
    if (!weeks) return false;
    SpanDays spans;
    set_span_days(build, &spans);
    *figure = empty_figure(build);
    while (*parts) {
        char *end;
        const int64_t first = strtoll(parts, &end, 10);
        if (end == parts || *end != '{') return false;
        parts = end;
        for (int64_t day; next_of(&parts, &day);)
            add_day(build, figure, weeks, &spans, first + day);
        if (*parts++ != '}') return false;
    }
    for (int i = SPAN_HISTORY; i < SPAN_COUNT; i++) /* of years: the days do not go back so far */
        if (build->reported[i] && spans.from[i] < 0) figure->history_count = 0;
    lagesbild_weeks_mark(build->l, build->week_reported, weeks);
    figure->weeks = weeks;
    return true;
}

static bool read_places(Build *build, const PGresult *result)
{
    Lagesbild *l = build->l;
    l->place_count = (size_t)PQntuples(result);
    l->places = arena_calloc(build->order.arena, l->place_count + 1, sizeof *l->places);
    if (!l->places) return false;
    for (size_t i = 0; i < l->place_count; i++) {
        int row = (int)i;
        LagesbildPlace *place = &l->places[i];
        *place = (LagesbildPlace){
            .top_count = number(result, row, 4), .clocked = number(result, row, 5), .evening = number(result, row, 6)};
        l->places_looked_at = (size_t)number(result, row, 7);
        if (!read_days(build, &place->figure, PQgetvalue(result, row, PLACES_DAYS))) return false;
        if (!copy(build->order.arena, &place->name, result, row, 0)) return false;
        if (!copy(build->order.arena, &place->top_category, result, row, 3)) return false;
    }
    return true;
}

/* One that reported an incident is always among the sources. */
static void add_reported(Lagesbild *l, const char *organisation, int64_t count)
{
    for (size_t i = 0; i < l->source_count; i++)
        if (strcmp(l->sources[i].organisation, organisation) == 0) l->sources[i].count = count;
}

/* Most incidents first, then most reports, then by name, as they come. */
static void sort_sources(Lagesbild *l)
{
    for (size_t i = 1; i < l->source_count; i++) {
        const LagesbildSource source = l->sources[i];
        size_t at = i;
        for (; at > 0 && (l->sources[at - 1].count < source.count ||
                          (l->sources[at - 1].count == source.count && l->sources[at - 1].reports < source.reports));
             at--)
            l->sources[at] = l->sources[at - 1];
        l->sources[at] = source;
    }
}

static bool read_hour(Lagesbild *l, const PGresult *result, int row)
{
    int64_t weekday = number(result, row, 1), hour = number(result, row, 2);
    if (weekday < 1 || weekday > LAGESBILD_WEEKDAYS || hour < 0 || hour >= LAGESBILD_HOURS) return false;
    l->hour_of_week[weekday - 1][hour] = number(result, row, 4);
    l->clocked += number(result, row, 4);
    return true;
}

/* Once the sources are read. */
static bool read_figures(Build *build, const PGresult *result)
{
    Lagesbild *l = build->l;
    for (int row = 0; row < PQntuples(result); row++) {
        const char *by = PQgetvalue(result, row, 0);
        if (strcmp(by, "all") == 0)
            l->to_review = number(result, row, 5);
        else if (strcmp(by, "reporter") == 0)
            add_reported(l, PQgetvalue(result, row, 3), number(result, row, 4));
        else if (!read_hour(l, result, row))
            return false;
    }
    sort_sources(l);
    return true;
}

static bool read_incident(const Build *build, LagesbildIncident *incident, const PGresult *result, int row)
{
    Arena *arena = build->order.arena;
    const char *precision = PQgetvalue(result, row, 5);
    *incident = (LagesbildIncident){.date = date(result, row, 2),
                                    .hour = (int)number(result, row, 3),
                                    .minute = (int)number(result, row, 4),
                                    .has_clock = strcmp(precision, "minute") == 0 || strcmp(precision, "hour") == 0,
                                    .clock_is_rough = strcmp(precision, "hour") == 0,
                                    .to_review = flag(result, row, 12)};
    return copy(arena, &incident->id, result, row, 0) && copy(arena, &incident->json, result, row, 1) &&
           copy(arena, &incident->title, result, row, 6) && copy(arena, &incident->text, result, row, 7) &&
           copy(arena, &incident->place, result, row, 8) && copy(arena, &incident->area, result, row, 9) &&
           copy(arena, &incident->category, result, row, 10) && copy(arena, &incident->reported_by, result, row, 11);
}

static bool read_incidents(Build *build, const PGresult *result)
{
    Lagesbild *l = build->l;
    l->incident_count = (size_t)PQntuples(result);
    l->incidents = arena_calloc(build->order.arena, l->incident_count + 1, sizeof *l->incidents);
    if (!l->incidents) return false;
    for (size_t i = 0; i < l->incident_count; i++)
        if (!read_incident(build, &l->incidents[i], result, (int)i)) return false;
    l->incidents_omitted = l->total.count - (int64_t)l->incident_count;
    return true;
}

static bool read_sources(Build *build, const PGresult *result)
{
    Lagesbild *l = build->l;
    l->source_count = (size_t)PQntuples(result);
    l->sources = arena_calloc(build->order.arena, l->source_count + 1, sizeof *l->sources);
    if (!l->sources) return false;
    for (size_t i = 0; i < l->source_count; i++) {
        int row = (int)i;
        l->sources[i] = (LagesbildSource){.reports = number(result, row, 1), .last = date(result, row, 2)};
        if (!copy(build->order.arena, &l->sources[i].organisation, result, row, 0)) return false;
    }
    return true;
}

/* The weeks of a category, zeros at first. NULL without memory. */
static int64_t *series_of(Build *build, LagesbildCategory *category)
{
    int64_t **series = &build->series[category - build->l->categories];
    if (!*series) *series = arena_calloc(build->order.arena, LAGESBILD_WEEKS_READ, sizeof **series);
    category->figure.weeks = *series;
    return *series;
}

static bool read_weeks(Build *build, const PGresult *result)
{
    Lagesbild *l = build->l;
    int64_t total[LAGESBILD_WEEKS_READ] = {0};
    for (int row = 0; row < PQntuples(result); row++) {
        LagesbildCategory *category = category_of(build, result, row, 0);
        if (!category) return false;
        int64_t *own = series_of(build, category);
        if (!own) return false;
        add_series(own, number(result, row, 2), PQgetvalue(result, row, 3));
    }
    for (size_t i = 0; i < l->category_count; i++) {
        int64_t *own = series_of(build, &l->categories[i]);
        if (!own) return false;
        for (int week = 0; week < LAGESBILD_WEEKS_READ; week++)
            total[week] += own[week];
        lagesbild_weeks_mark(l, build->week_reported, own);
    }
    lagesbild_weeks_mark(l, build->week_reported, total);
    return lagesbild_set_weeks(l, total, build->order.arena) == 0;
}

/* What the followed-up decision's place has seen; NULL where it has no place. No more than counts: what came of what is
 * for people to say. False without memory. */
static bool read_effect(const Build *build, const char **out, const PGresult *result, int row)
{
    const char *now = value(result, row, 6), *before = value(result, row, 7);
    *out = NULL;
    if (!now) return true;
    const char *so_far = lagesbild_is_complete(build->l) ? "" : " hittills";
    const char *noun = strcmp(now, "1") == 0 ? "händelse" : "händelser";
    *out = before ? arena_printf(build->order.arena, "%s %s på platsen den här perioden%s, mot %s i beslutets period.",
                                 now, noun, so_far, before)
                  : arena_printf(build->order.arena, "%s %s på platsen den här perioden%s.", now, noun, so_far);
    return *out;
}

static bool read_followup(Build *build, const PGresult *result)
{
    Lagesbild *l = build->l;
    Arena *arena = build->order.arena;
    size_t count = (size_t)PQntuples(result);
    l->followup = arena_calloc(arena, count + 1, sizeof *l->followup);
    if (!l->followup) return false;
    l->followup_count = count;
    for (size_t i = 0; i < count; i++) {
        int row = (int)i;
        LagesbildDecision *d = &l->followup[i];
        *d = (LagesbildDecision){.start = date(result, row, 4), .check = date(result, row, 5)};
        if (!copy(arena, &d->measure, result, row, 0) || !copy(arena, &d->owner, result, row, 1) ||
            !copy(arena, &d->place, result, row, 2) || !copy(arena, &d->status, result, row, 3) ||
            !read_effect(build, &d->effect, result, row))
            return false;
    }
    return true;
}

/* A row of a number, when and by whom; nothing where there is no row. */
static bool read_step(const Build *build, LagesbildStep *step, const PGresult *result, int number_column, int at_column)
{
    if (PQntuples(result) == 0) return true;
    step->number = (int)number(result, 0, number_column);
    return copy(build->order.arena, &step->at, result, 0, at_column) &&
           copy(build->order.arena, &step->by, result, 0, at_column + 1);
}

static bool read_closed(Build *build, const PGresult *result)
{
    if (PQntuples(result) == 0) return true;
    build->l->waits = flag(result, 0, 1);
    return copy(build->order.arena, &build->l->closed_at, result, 0, 0);
}

/* The coordinator's words take the place of the service's, so they come last. */
static bool read_edit(Build *build, const PGresult *result)
{
    if (!read_step(build, &build->l->edited, result, 0, 2)) return false;
    return PQntuples(result) == 0 || lagesbild_parts_apply(build->l, PQgetvalue(result, 0, 1), build->order.arena) == 0;
}

static void mix(crypto_generichash_state *state, const char *bytes, size_t len)
{
    crypto_generichash_update(state, (const unsigned char *)&len, sizeof len);
    crypto_generichash_update(state, (const unsigned char *)bytes, len);
}

static void mix_result(crypto_generichash_state *state, const PGresult *result, int skipped_column)
{
    for (int row = 0; row < PQntuples(result); row++)
        for (int column = 0; column < PQnfields(result); column++)
            if (column != skipped_column)
                mix(state, PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
    mix(state, "", 0);
}

/* What of the document is the knowledge's and not the database's. */
static void mix_map(crypto_generichash_state *state, const LagesbildMap *map)
{
    for (size_t i = 0; i < map->ring_count; i++)
        mix(state, (const char *)map->rings[i].points, map->rings[i].count * sizeof *map->rings[i].points);
    for (size_t i = 0; i < map->dot_count; i++)
        mix(state, (const char *)&map->dots[i].at, sizeof map->dots[i].at);
}

static void mix_expected(crypto_generichash_state *state, const Expected *e)
{
    mix(state, (const char *)&e->mean, sizeof e->mean);
    mix(state, (const char *)&e->p_adjusted, sizeof e->p_adjusted);
}

/* What the series came to, and not the rows they were read from: those differ with what has been summed up already. A
 * week that has ended since differs here too; one that was only then reported for makes a zero of what was not known.
 */
static void mix_series(crypto_generichash_state *state, const Lagesbild *l)
{
    for (size_t i = 0; i < l->week_count; i++)
        mix(state, (const char *)&l->weeks[i].count, sizeof l->weeks[i].count);
    mix(state, (const char *)l->total.weeks, LAGESBILD_WEEKS_READ * sizeof *l->total.weeks);
    mix_expected(state, &l->total.expected);
    for (size_t i = 0; i < l->category_count; i++)
        mix_expected(state, &l->categories[i].figure.expected);
    for (size_t i = 0; i < l->place_count; i++) {
        const LagesbildFigure *f = &l->places[i].figure;
        mix(state, (const char *)&f->year_ago, sizeof f->year_ago);
        mix_expected(state, &f->expected);
    }
}

/* Everything the document is made from but the clock, and the program that makes it. */
static bool take_fingerprint(Build *build, PGresult *const *results)
{
    enum { DIGEST = 16 };
    unsigned char digest[DIGEST];
    char *hex = arena_alloc(build->order.arena, 2 * DIGEST + 1);
    if (!hex) return false;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DIGEST);
    mix(&state, LAGESBILD_VERSION, strlen(LAGESBILD_VERSION));
    mix(&state, build->l->area_name, strlen(build->l->area_name));
    mix(&state, lagesbild_is_complete(build->l) ? "t" : "f", 1);
    mix_map(&state, &build->l->map);
    mix_series(&state, build->l);
    for (int i = OF_SLOTS; i < STATEMENTS; i++) {
        if (i == OF_WEEKS || i == OF_ALL_WEEKS) continue;
        mix_result(&state, results[i], i == OF_SLOTS ? SLOTS_CUT_AT : i == OF_PLACES ? PLACES_DAYS : -1);
    }
    crypto_generichash_final(&state, digest, DIGEST);
    build->l->fingerprint = sodium_bin2hex(hex, 2 * DIGEST + 1, digest, DIGEST);
    return true;
}

static bool read_results(Build *build, PGresult *const *results)
{
    Lagesbild *l = build->l;
    if (!read_slots(build, results[OF_SLOTS])) return false;
    if (!read_reported_weeks(build, results[OF_REPORTED_WEEKS], results[OF_ALL_WEEKS])) return false;
    if (!read_counts(build, results[OF_COUNTS], results[OF_WEEKS])) return false;
    if (!read_places(build, results[OF_PLACES]) || !read_incidents(build, results[OF_INCIDENTS])) return false;
    if (!read_sources(build, results[OF_SOURCES]) || !read_figures(build, results[OF_FIGURES])) return false;
    if (!read_weeks(build, results[OF_WEEKS])) return false;
    if (lagesbild_set_map(l, build->order.knowledge, build->order.scope.area, build->order.arena)) return false;
    l->without_area = number(results[OF_WITHOUT_AREA], 0, 0);
    return read_followup(build, results[OF_FOLLOWUP]) && lagesbild_complete(l, build->order.arena) == 0 &&
           read_edit(build, results[OF_EDIT]) && read_step(build, &l->published, results[OF_PUBLISHED], 0, 1) &&
           read_closed(build, results[OF_CLOSED]) && take_fingerprint(build, results);
}

/* Ends the build. What the arena holds is its owner's. */
static void finish(Build *build, DbStatus status)
{
    Knowledge *knowledge = build->order.knowledge;
    build->built(status, status == DB_OK ? build->l : NULL, build->arg);
    knowledge_unref(knowledge);
}

/* --- the document is made on a thread: judging a few years of weeks for each kind takes milliseconds --- */

static void clear_results(Build *build)
{
    for (int i = 0; i < STATEMENTS; i++) {
        PQclear(build->results[i]);
        build->results[i] = NULL;
    }
}

static void make_document(void *arg)
{
    Build *build = arg;
    build->made = read_results(build, build->results);
}

static void document_made(bool worked, void *arg)
{
    Build *build = arg;
    clear_results(build);
    finish(build, !worked ? DB_UNAVAILABLE : build->made ? DB_OK : DB_OVERLOAD);
}

static void answered(const DbOutcome *outcome, void *arg)
{
    Build *build = arg;
    if (outcome->status != DB_OK) {
        finish(build, outcome->status);
        return;
    }
    for (int i = 0; i < STATEMENTS; i++)
        build->results[i] = db_outcome_take(outcome, (size_t)i);
    int rc = build->worker->judging ? offload_submit(build->worker->judging, make_document, document_made, build)
                                    : -EAGAIN; /* the loop is ending */
    if (rc == 0) return;
    clear_results(build);
    finish(build, DB_OVERLOAD);
}

/* The first days and the days after the last of all spans, as two arrays. */
static bool span_arrays(const Build *build, const char **first, const char **after)
{
    char text[2][SPAN_COUNT][CIVIL_TEXT_SIZE];
    const char *items[2][SPAN_COUNT];
    for (int i = 0; i < SPAN_COUNT; i++) {
        items[0][i] = civil_format(build->spans[i].from, text[0][i]);
        items[1][i] = civil_format(build->spans[i].to, text[1][i]);
    }
    *first = array_of_texts(build->order.arena, items[0], SPAN_COUNT);
    *after = array_of_texts(build->order.arena, items[1], SPAN_COUNT);
    return *first && *after;
}

static int add_statements(const Build *build, DbWork *work)
{
    Arena *arena = build->order.arena;
    const Scope *scope = &build->order.scope;
    const char *first, *after, *municipality = scope->municipalities[0];
    const char *areas = scope->areas ? array_of_texts(arena, scope->areas, scope->area_count) : NULL;
    char from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE], before[CIVIL_TEXT_SIZE], limit[16], series[CIVIL_TEXT_SIZE],
        written[PERIOD_CODE_SIZE];
    if ((scope->areas && !areas) || !span_arrays(build, &first, &after)) return -1;
    snprintf(limit, sizeof limit, "%d", BUILD_INCIDENTS_MAX);
    const char *now = arena_strdup(arena, civil_format(build->spans[SPAN_NOW].from, from));
    const char *end = arena_strdup(arena, civil_format(build->spans[SPAN_NOW].to, to));
    const char *previous = arena_strdup(arena, civil_format(build->spans[SPAN_PREVIOUS].from, before));
    const char *most = arena_strdup(arena, limit), *area = build->l->area_code;
    const char *code = arena_strdup(arena, period_code(&build->order.period, written));
    const char *monday = arena_strdup(arena, civil_format(lagesbild_weeks_from(&build->order.period), series));
    const char *weeks = arena_printf(arena, "%d", LAGESBILD_WEEKS_READ);
    if (!now || !end || !previous || !most || !monday || !weeks || !code) return -1;
    const struct {
        const Query *query;
        const char *params[8];
    } statements[STATEMENTS] = {
        [OF_MOMENT] = {&query_one_moment},
        [OF_PLAN] = {&query_plan_kept},
        [OF_SLOTS] = {&query_lagesbild_slots, {municipality, first, after}},
        [OF_COUNTS] = {&query_lagesbild_counts, {municipality, areas, first, after}},
        [OF_PLACES] = {&query_lagesbild_places,
                       {municipality, areas, now, end, previous, now, build->l->area_name, monday}},
        [OF_FIGURES] = {&query_lagesbild_figures, {municipality, areas, now, end}},
        [OF_INCIDENTS] = {&query_lagesbild_incidents, {municipality, areas, now, end, most}},
        [OF_SOURCES] = {&query_lagesbild_sources, {municipality, now, end}},
        [OF_WITHOUT_AREA] = {&query_lagesbild_without_area, {municipality, now, end}},
        [OF_REPORTED_WEEKS] = {&query_lagesbild_reported_weeks, {municipality, monday, weeks}},
        [OF_ALL_WEEKS] = {&query_lagesbild_weeks, {municipality, NULL, monday, weeks}},
        [OF_WEEKS] = {&query_lagesbild_weeks, {municipality, areas, monday, weeks}},
        [OF_EDIT] = {&query_lagesbild_edit, {municipality, area, code}},
        [OF_FOLLOWUP] = {&query_lagesbild_followup, {municipality, area, areas, now, end}},
        [OF_PUBLISHED] = {&query_lagesbild_published, {municipality, area, code}},
        [OF_CLOSED] = {&query_lagesbild_closed, {municipality, area, code}},
    };
    for (int i = 0; i < STATEMENTS; i++)
        if (db_work_add(work, statements[i].query, statements[i].params)) return -1;
    return 0;
}

void build_lagesbild(Worker *worker, const LagesbildOrder *order, LagesbildBuilt built, void *arg)
{
    Build *build = arena_calloc(order->arena, 1, sizeof *build);
    Lagesbild *l = arena_calloc(order->arena, 1, sizeof *l);
    /* The document is drawn when the knowledge may have been replaced. */
    const Area *area = knowledge_area(order->knowledge, order->scope.area);
    const char *code = arena_strdup(order->arena, area->code), *name = arena_strdup(order->arena, area->name);
    if (!build || !l || !code || !name) {
        built(DB_OVERLOAD, NULL, arg);
        return;
    }
    *build = (Build){.worker = worker, .order = *order, .l = l, .built = built, .arg = arg};
    *l =
        (Lagesbild){.area_code = code, .area_name = name, .area_is_root = !order->scope.areas, .period = order->period};
    knowledge_ref(order->knowledge);
    set_spans(build);
    DbWork *work = db_work_new(worker->pool, answered, build);
    if (!work || add_statements(build, work)) {
        db_work_free(work);
        finish(build, DB_OVERLOAD);
        return;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}
