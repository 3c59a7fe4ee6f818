#include "core/lagesbild/lagesbild.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/lagesbild_prose.h"

bool lagesbild_is_complete(const Lagesbild *l)
{
    return civil_compare(l->cut_date, l->period.to) >= 0;
}

bool lagesbild_knows_all_of(const Lagesbild *l, const Period *compared)
{
    return civil_compare(compared->from, l->history_from) >= 0;
}

bool lagesbild_has_reported(const LagesbildSource *source)
{
    return source->count > 0 || source->reports > 0;
}

static int by_count(const void *a, const void *b)
{
    const LagesbildCategory *x = a, *y = b;
    if (x->figure.count != y->figure.count) return x->figure.count < y->figure.count ? 1 : -1;
    if (x->figure.previous != y->figure.previous) return x->figure.previous < y->figure.previous ? 1 : -1;
    return strcmp(x->code, y->code);
}

static void expect(LagesbildFigure *figure)
{
    figure->expected = expected_from_history(figure->history, figure->history_count, figure->count);
}

/* The categories are one family; the total is looked at by itself, being the sum of them. */
static int judge(Lagesbild *l, Arena *arena)
{
    bool complete = lagesbild_is_complete(l);
    ExpectedCase *cases = arena_calloc(arena, l->category_count, sizeof *cases);
    if (!cases) return -ENOMEM;
    for (size_t i = 0; i < l->category_count; i++) {
        LagesbildFigure *figure = &l->categories[i].figure;
        expect(figure);
        cases[i] = (ExpectedCase){.expected = &figure->expected, .count = figure->count};
    }
    expected_judge(cases, l->category_count, complete);
    expect(&l->total);
    expected_judge(&(ExpectedCase){.expected = &l->total.expected, .count = l->total.count}, 1, complete);
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
        rc = lagesbild_prose_reason(l, &l->places[i], arena);
        if (rc) return rc;
    }
    return lagesbild_prose_summary(l, arena);
}
