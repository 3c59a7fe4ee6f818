#include "core/lagesbild/lagesbild.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/lagesbild_prose.h"
#include "core/lagesbild/lagesbild_weeks.h"

bool lagesbild_is_complete(const Lagesbild *l)
{
    return civil_compare(l->cut_date, l->period.to) >= 0;
}

bool lagesbild_has_begun(const Lagesbild *l)
{
    return civil_compare(l->cut_date, l->period.from) >= 0;
}

bool lagesbild_knows_all_of(const Lagesbild *l, const Period *compared)
{
    return civil_compare(compared->from, l->history_from) >= 0;
}

bool lagesbild_has_reported(const LagesbildSource *source)
{
    return source->count > 0 || source->reports > 0;
}

bool lagesbild_anybody_reported(const Lagesbild *l)
{
    if (l->total.count) return true;
    for (size_t i = 0; i < l->source_count; i++)
        if (lagesbild_has_reported(&l->sources[i])) return true;
    return false;
}

bool lagesbild_is_mostly_silent(const Lagesbild *l)
{
    size_t reported = 0;
    for (size_t i = 0; i < l->source_count; i++)
        reported += lagesbild_has_reported(&l->sources[i]);
    return l->source_count > 2 * reported;
}

static int by_count(const void *a, const void *b)
{
    const LagesbildCategory *x = a, *y = b;
    if (x->figure.count != y->figure.count) return x->figure.count < y->figure.count ? 1 : -1;
    if (x->figure.previous != y->figure.previous) return x->figure.previous < y->figure.previous ? 1 : -1;
    return strcmp(x->code, y->code);
}

/* Years of weeks where they are known, the periods right before where not. */
static void expect(const Lagesbild *l, LagesbildFigure *figure)
{
    figure->expected = (Expected){0};
    if (figure->weeks) {
        const FarringtonPeriod period = lagesbild_weeks_period(l, figure->weeks);
        figure->expected = expected_from_weeks(&period, figure->count);
    }
    if (!figure->expected.known)
        figure->expected = expected_from_history(figure->history, figure->history_count, figure->count);
    figure->expected.periods = (int)figure->history_count;
}

/* Incidents in the last weeks of the period, for the rule for small counts. */
static int64_t count_recent(const Lagesbild *l, const LagesbildFigure *figure)
{
    int64_t recent = figure->count;
    if (!figure->weeks) return recent;
    const FarringtonPeriod period = lagesbild_weeks_period(l, figure->weeks);
    for (size_t n = period.length, at = period.first; n && n < EXPECTED_COUNT_WEEKS && at > 0; n++)
        if (figure->weeks[--at] != LAGESBILD_UNKNOWN) recent += figure->weeks[at];
    return recent;
}

static ExpectedCase case_of(const Lagesbild *l, LagesbildFigure *figure)
{
    expect(l, figure);
    return (ExpectedCase){&figure->expected, figure->count, count_recent(l, figure)};
}

/* The categories are one family, and so are the places, of which only the most frequent are here; the total is looked
 * at by itself, being the sum of them. */
static int judge(Lagesbild *l, Arena *arena)
{
    /* What is missing may still come; and a fall may be a silence. */
    bool falls = lagesbild_is_complete(l) && lagesbild_anybody_reported(l) && !lagesbild_is_mostly_silent(l);
    size_t most = l->category_count > l->place_count ? l->category_count : l->place_count;
    ExpectedCase *cases = arena_calloc(arena, most + 1, sizeof *cases);
    if (!cases) return -ENOMEM;
    for (size_t i = 0; i < l->category_count; i++)
        cases[i] = case_of(l, &l->categories[i].figure);
    expected_judge(cases, l->category_count, 0, falls);
    for (size_t i = 0; i < l->place_count; i++)
        cases[i] = case_of(l, &l->places[i].figure);
    expected_judge(cases, l->place_count, l->places_looked_at, falls);
    cases[0] = case_of(l, &l->total);
    expected_judge(cases, 1, 0, falls);
    return 0;
}

/* A kind that is in none of the columns has only been judged: its row would say nothing but zeros. */
static void drop_empty(Lagesbild *l)
{
    size_t kept = 0;
    for (size_t i = 0; i < l->category_count; i++) {
        const LagesbildFigure *f = &l->categories[i].figure;
        if (f->count > 0 || f->previous > 0 || f->year_ago > 0 || f->expected.direction != EXPECTED_SAME)
            l->categories[kept++] = l->categories[i];
    }
    l->category_count = kept;
}

int lagesbild_complete(Lagesbild *l, Arena *arena)
{
    int rc = judge(l, arena);
    if (rc) return rc;
    drop_empty(l);
    if (l->category_count) qsort(l->categories, l->category_count, sizeof *l->categories, by_count);
    for (size_t i = 0; i < l->category_count; i++) {
        rc = lagesbild_prose_note(l, &l->categories[i].figure, arena);
        if (rc) return rc;
    }
    rc = lagesbild_prose_note(l, &l->total, arena);
    if (rc) return rc;
    for (size_t i = 0; i < l->place_count; i++) {
        rc = lagesbild_prose_note(l, &l->places[i].figure, arena);
        if (!rc) rc = lagesbild_prose_reason(l, &l->places[i], arena);
        if (rc) return rc;
    }
    return lagesbild_prose_summary(l, arena);
}
