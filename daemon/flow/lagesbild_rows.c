#include "flow/lagesbild_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/lagesbild_map.h"
#include "core/lagesbild/lagesbild_parts.h"

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

/* A span of the history is one that was reported for, wholly: one that began before anything is known is not. */
static bool read_slots(LagesbildRows *rows, const PGresult *result)
{
    Lagesbild *l = rows->l;
    if (PQntuples(result) != SPAN_COUNT) return false;
    l->history_from = date(result, 0, 2);
    for (int i = 0; i < SPAN_COUNT; i++) {
        rows->reported[i] = flag(result, i, 1);
        if (i >= SPAN_HISTORY && civil_compare(rows->spans[i].from, l->history_from) < 0) rows->reported[i] = false;
    }
    int year, month, day;
    if (!copy(rows->arena, &l->data_cut_at, result, 0, SLOTS_CUT_AT)) return false;
    if (sscanf(l->data_cut_at, "%d-%d-%dT%d:%d", &year, &month, &day, &l->cut_hour, &l->cut_minute) != 5) return false;
    l->cut_date = (CivilDate){year, month, day};
    return true;
}

/* Puts a count where its span belongs in a figure whose spans start at nothing. */
static void add_count(const LagesbildRows *rows, LagesbildFigure *figure, int span, int64_t count)
{
    if (span == SPAN_NOW) {
        figure->count += count;
    } else if (span == SPAN_PREVIOUS) {
        figure->previous += count;
    } else if (span == SPAN_YEAR_AGO) {
        figure->year_ago += count;
    } else if (rows->reported[span]) {
        size_t at = 0;
        for (int i = SPAN_HISTORY; i < span; i++)
            at += rows->reported[i];
        figure->history[at] += count;
    }
}

static LagesbildFigure empty_figure(const LagesbildRows *rows)
{
    LagesbildFigure figure = {.previous = rows->reported[SPAN_PREVIOUS] ? 0 : LAGESBILD_UNKNOWN,
                              .year_ago = rows->reported[SPAN_YEAR_AGO] ? 0 : LAGESBILD_UNKNOWN};
    for (int i = SPAN_HISTORY; i < SPAN_COUNT; i++)
        figure.history_count += rows->reported[i];
    return figure;
}

/* The category whose code is in a column and its name in the next; a new one where there is none yet. */
static LagesbildCategory *category_of(const LagesbildRows *rows, const PGresult *result, int row, int column)
{
    Lagesbild *l = rows->l;
    for (size_t i = 0; i < l->category_count; i++)
        if (strcmp(l->categories[i].code, PQgetvalue(result, row, column)) == 0) return &l->categories[i];
    LagesbildCategory *category = &l->categories[l->category_count];
    *category = (LagesbildCategory){.figure = empty_figure(rows)};
    if (!copy(rows->arena, &category->code, result, row, column)) return NULL;
    if (!copy(rows->arena, &category->name, result, row, column + 1)) return NULL;
    l->category_count++;
    return category;
}

/* A category that is in no span of its own history but in another's is kept: it was expected, and is not here. */
static bool read_counts(LagesbildRows *rows, const PGresult *result, const PGresult *weeks)
{
    Lagesbild *l = rows->l;
    const size_t most = (size_t)PQntuples(result) + (size_t)PQntuples(weeks) + 1;
    l->categories = arena_calloc(rows->arena, most, sizeof *l->categories);
    rows->series = arena_calloc(rows->arena, most, sizeof *rows->series);
    if (!l->categories || !rows->series) return false;
    l->total = empty_figure(rows);
    for (int row = 0; row < PQntuples(result); row++) {
        int span = (int)number(result, row, 0) - 1;
        int64_t count = number(result, row, 3);
        LagesbildCategory *category = category_of(rows, result, row, 1);
        if (!category) return false;
        add_count(rows, &category->figure, span, count);
        add_count(rows, &l->total, span, count);
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
static bool read_reported_weeks(LagesbildRows *rows, const PGresult *reports, const PGresult *all)
{
    int64_t incidents[LAGESBILD_WEEKS_READ] = {0};
    for (int row = 0; row < PQntuples(all); row++)
        add_series(incidents, number(all, row, 2), PQgetvalue(all, row, 3));
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        rows->week_reported[i] = incidents[i] > 0;
    for (int row = 0; row < PQntuples(reports); row++) {
        int64_t week = number(reports, row, 0);
        if (week < 0 || week >= LAGESBILD_WEEKS_READ) return false;
        rows->week_reported[week] = true;
    }
    return true;
}

/* Where the document's day 0 is: the Monday of the series' first week. */
static int day_zero(const LagesbildRows *rows)
{
    return civil_to_days(lagesbild_weeks_from(&rows->l->period));
}

/* The spans as days from day_zero() on. */
typedef struct SpanDays {
    int from[SPAN_COUNT], to[SPAN_COUNT];
} SpanDays;

static void set_span_days(const LagesbildRows *rows, SpanDays *days)
{
    const int zero = day_zero(rows);
    for (int i = 0; i < SPAN_COUNT; i++) {
        days->from[i] = civil_to_days(rows->spans[i].from) - zero;
        days->to[i] = civil_to_days(rows->spans[i].to) - zero;
    }
}

/* Counts an incident of a place in its week and in the spans its day is in. Years that were listed beforehand are read
 * whole: what of them is before the weeks or after the period is passed over. */
static void add_day(const LagesbildRows *rows, LagesbildFigure *figure, int64_t *weeks, const SpanDays *spans,
                    int64_t day)
{
    if (day < 0 || day >= spans->to[SPAN_NOW]) return;
    weeks[day / 7]++;
    for (int i = 0; i < SPAN_COUNT; i++)
        if (day >= spans->from[i] && day < spans->to[i]) add_count(rows, figure, i, 1);
}

/* A place's figure from the days of its incidents: parts such as "364{0,0,5}", whose days count from so many days after
 * day_zero(). */
static bool read_days(const LagesbildRows *rows, LagesbildFigure *figure, const char *parts)
{
    int64_t *weeks = arena_calloc(rows->arena, LAGESBILD_WEEKS_READ, sizeof *weeks);
    if (!weeks) return false;
    SpanDays spans;
    set_span_days(rows, &spans);
    *figure = empty_figure(rows);
    while (*parts) {
        char *end;
        const int64_t first = strtoll(parts, &end, 10);
        if (end == parts || *end != '{') return false;
        parts = end;
        for (int64_t day; next_of(&parts, &day);)
            add_day(rows, figure, weeks, &spans, first + day);
        if (*parts++ != '}') return false;
    }
    for (int i = SPAN_HISTORY; i < SPAN_COUNT; i++) /* of years: the days do not go back so far */
        if (rows->reported[i] && spans.from[i] < 0) figure->history_count = 0;
    lagesbild_weeks_mark(rows->l, rows->week_reported, weeks);
    figure->weeks = weeks;
    return true;
}

static bool read_places(LagesbildRows *rows, const PGresult *result)
{
    Lagesbild *l = rows->l;
    l->place_count = (size_t)PQntuples(result);
    l->places = arena_calloc(rows->arena, l->place_count + 1, sizeof *l->places);
    if (!l->places) return false;
    for (size_t i = 0; i < l->place_count; i++) {
        int row = (int)i;
        LagesbildPlace *place = &l->places[i];
        *place = (LagesbildPlace){
            .top_count = number(result, row, 4), .clocked = number(result, row, 5), .evening = number(result, row, 6)};
        l->places_looked_at = (size_t)number(result, row, 7);
        if (!read_days(rows, &place->figure, PQgetvalue(result, row, PLACES_DAYS))) return false;
        if (!copy(rows->arena, &place->name, result, row, 0)) return false;
        if (!copy(rows->arena, &place->top_category, result, row, 3)) return false;
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
static bool read_figures(LagesbildRows *rows, const PGresult *result)
{
    Lagesbild *l = rows->l;
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

static bool read_incident(const LagesbildRows *rows, LagesbildIncident *incident, const PGresult *result, int row)
{
    Arena *arena = rows->arena;
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

static bool read_incidents(LagesbildRows *rows, const PGresult *result)
{
    Lagesbild *l = rows->l;
    l->incident_count = (size_t)PQntuples(result);
    l->incidents = arena_calloc(rows->arena, l->incident_count + 1, sizeof *l->incidents);
    if (!l->incidents) return false;
    for (size_t i = 0; i < l->incident_count; i++)
        if (!read_incident(rows, &l->incidents[i], result, (int)i)) return false;
    l->incidents_omitted = l->total.count - (int64_t)l->incident_count;
    return true;
}

static bool read_sources(LagesbildRows *rows, const PGresult *result)
{
    Lagesbild *l = rows->l;
    l->source_count = (size_t)PQntuples(result);
    l->sources = arena_calloc(rows->arena, l->source_count + 1, sizeof *l->sources);
    if (!l->sources) return false;
    for (size_t i = 0; i < l->source_count; i++) {
        int row = (int)i;
        l->sources[i] = (LagesbildSource){.reports = number(result, row, 1), .last = date(result, row, 2)};
        if (!copy(rows->arena, &l->sources[i].organisation, result, row, 0)) return false;
    }
    return true;
}

/* The weeks of a category, zeros at first. NULL without memory. */
static int64_t *series_of(LagesbildRows *rows, LagesbildCategory *category)
{
    int64_t **series = &rows->series[category - rows->l->categories];
    if (!*series) *series = arena_calloc(rows->arena, LAGESBILD_WEEKS_READ, sizeof **series);
    category->figure.weeks = *series;
    return *series;
}

static bool read_weeks(LagesbildRows *rows, const PGresult *result)
{
    Lagesbild *l = rows->l;
    int64_t total[LAGESBILD_WEEKS_READ] = {0};
    for (int row = 0; row < PQntuples(result); row++) {
        LagesbildCategory *category = category_of(rows, result, row, 0);
        if (!category) return false;
        int64_t *own = series_of(rows, category);
        if (!own) return false;
        add_series(own, number(result, row, 2), PQgetvalue(result, row, 3));
    }
    for (size_t i = 0; i < l->category_count; i++) {
        int64_t *own = series_of(rows, &l->categories[i]);
        if (!own) return false;
        for (int week = 0; week < LAGESBILD_WEEKS_READ; week++)
            total[week] += own[week];
        lagesbild_weeks_mark(l, rows->week_reported, own);
    }
    lagesbild_weeks_mark(l, rows->week_reported, total);
    return lagesbild_set_weeks(l, total, rows->arena) == 0;
}

/* What the followed-up decision's place has seen, from the sources and the row; NULL where it has no place. No more
 * than counts: what came of what is for people to say. And no zero where nobody reported: that would look like success.
 * False without memory. */
static bool read_effect(const LagesbildRows *rows, const char **out, const PGresult *result, int row)
{
    const char *now = value(result, row, 6), *before = value(result, row, 7);
    *out = NULL;
    if (!now) return true;
    if (strcmp(now, "0") == 0 && !lagesbild_anybody_reported(rows->l)) {
        *out = "Ingen har rapporterat för den här perioden, så uppgifterna säger inget om platsen.";
        return true;
    }
    const char *so_far = lagesbild_is_complete(rows->l) ? "" : " hittills";
    const char *noun = strcmp(now, "1") == 0 ? "händelse" : "händelser";
    *out = before ? arena_printf(rows->arena, "%s %s på platsen den här perioden%s, mot %s i beslutets period.", now,
                                 noun, so_far, before)
                  : arena_printf(rows->arena, "%s %s på platsen den här perioden%s.", now, noun, so_far);
    return *out;
}

static bool read_followup(LagesbildRows *rows, const PGresult *result)
{
    Lagesbild *l = rows->l;
    Arena *arena = rows->arena;
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
            !read_effect(rows, &d->effect, result, row))
            return false;
    }
    return true;
}

/* A row of a number, when and by whom; nothing where there is no row. */
static bool read_step(const LagesbildRows *rows, LagesbildStep *step, const PGresult *result, int number_column,
                      int at_column)
{
    if (PQntuples(result) == 0) return true;
    step->number = (int)number(result, 0, number_column);
    return copy(rows->arena, &step->at, result, 0, at_column) && copy(rows->arena, &step->by, result, 0, at_column + 1);
}

static bool read_closed(LagesbildRows *rows, const PGresult *result)
{
    if (PQntuples(result) == 0) return true;
    rows->l->waits = flag(result, 0, 1);
    return copy(rows->arena, &rows->l->closed_at, result, 0, 0);
}

/* The coordinator's words take the place of the service's, so they come last. */
static bool read_edit(LagesbildRows *rows, const PGresult *result)
{
    if (!read_step(rows, &rows->l->edited, result, 0, 2)) return false;
    return PQntuples(result) == 0 || lagesbild_parts_apply(rows->l, PQgetvalue(result, 0, 1), rows->arena) == 0;
}

bool lagesbild_rows_read(LagesbildRows *rows)
{
    Lagesbild *l = rows->l;
    if (!read_slots(rows, rows->of[OF_SLOTS])) return false;
    if (!read_reported_weeks(rows, rows->of[OF_REPORTED_WEEKS], rows->of[OF_ALL_WEEKS])) return false;
    if (!read_counts(rows, rows->of[OF_COUNTS], rows->of[OF_WEEKS])) return false;
    if (!read_places(rows, rows->of[OF_PLACES]) || !read_incidents(rows, rows->of[OF_INCIDENTS])) return false;
    if (!read_sources(rows, rows->of[OF_SOURCES]) || !read_figures(rows, rows->of[OF_FIGURES])) return false;
    if (!read_weeks(rows, rows->of[OF_WEEKS])) return false;
    if (lagesbild_set_map(l, rows->knowledge, rows->area, rows->arena)) return false;
    l->without_area = number(rows->of[OF_WITHOUT_AREA], 0, 0);
    return read_followup(rows, rows->of[OF_FOLLOWUP]) && lagesbild_complete(l, rows->arena) == 0 &&
           read_edit(rows, rows->of[OF_EDIT]) && read_step(rows, &l->published, rows->of[OF_PUBLISHED], 0, 1) &&
           read_closed(rows, rows->of[OF_CLOSED]);
}
