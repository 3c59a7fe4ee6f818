#include "core/lagesbild/lagesbild_public.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/swedish.h"

/* --- one column --- */

/* What somebody knows of a count that is held back: its bounds, both included. */
typedef struct Bounds {
    int64_t low, high;
} Bounds;

/* The counts of a column that have to be, or are, held back. */
typedef struct Column {
    const int64_t *sorted; /* those that are not under the threshold, smallest first */
    size_t sorted_count;
    size_t hidden; /* how many of `sorted`, from the first, are held back */
    int64_t few;   /* how many are under the threshold and not 0 */
    int64_t few_sum;
    int64_t threshold;
} Column;

/*
 * True when each count held back could be LAGESBILD_PUBLIC_CHOICES numbers or more, given what they come to together
 * (the total less what is told), that the few are 1 to threshold - 1, and that the hidden are from the threshold to
 * just under the smallest that is told.
 */
static bool is_safe(const Column *c)
{
    const Bounds few = {1, c->threshold - 1};
    const Bounds hidden = {c->threshold, c->sorted[c->hidden] - 1};
    const int64_t n = (int64_t)c->hidden;
    int64_t rest = c->few_sum;
    for (size_t i = 0; i < c->hidden; i++)
        rest += c->sorted[i];
    const int64_t low = c->few * few.low + n * hidden.low, high = c->few * few.high + n * hidden.high;
    const Bounds kinds[] = {few, hidden};
    for (int k = 0; k < 2; k++) {
        int64_t least = rest - (high - kinds[k].high), most = rest - (low - kinds[k].low);
        if (least < kinds[k].low) least = kinds[k].low;
        if (most > kinds[k].high) most = kinds[k].high;
        if (most - least + 1 < LAGESBILD_PUBLIC_CHOICES) return false;
    }
    return true;
}

/* Holds back the smallest that is told, with all that are as large: which of them it was would tell something too. */
static void hide_smallest(Column *c)
{
    int64_t smallest = c->sorted[c->hidden];
    while (c->hidden < c->sorted_count && c->sorted[c->hidden] == smallest)
        c->hidden++;
}

static int by_size(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static PublicCount exact(int64_t count)
{
    return (PublicCount){.kind = PUBLIC_EXACT, .count = count};
}

int lagesbild_public_column(const int64_t *counts, size_t n, int64_t threshold, PublicCount *cells, PublicCount *total,
                            Arena *arena)
{
    int64_t sum = 0, *sorted = arena_calloc(arena, n + 1, sizeof *sorted);
    if (!sorted) return -ENOMEM;
    Column c = {.sorted = sorted, .threshold = threshold};
    for (size_t i = 0; i < n; i++) {
        sum += counts[i];
        if (counts[i] >= threshold) sorted[c.sorted_count++] = counts[i];
        if (counts[i] < threshold) c.few_sum += counts[i];
        if (counts[i] < threshold) c.few += counts[i] > 0;
    }
    qsort(sorted, c.sorted_count, sizeof *sorted, by_size);
    if (c.few && c.sorted_count) hide_smallest(&c);
    while (c.few && c.hidden < c.sorted_count && !is_safe(&c))
        hide_smallest(&c);
    int64_t largest_hidden = c.hidden ? sorted[c.hidden - 1] : 0;
    for (size_t i = 0; i < n; i++)
        cells[i] = counts[i] < threshold         ? (PublicCount){.kind = PUBLIC_FEW}
                   : counts[i] <= largest_hidden ? (PublicCount){.kind = PUBLIC_HIDDEN}
                                                 : exact(counts[i]);
    *total = sum < threshold                       ? (PublicCount){.kind = PUBLIC_FEW}
             : c.few && c.hidden == c.sorted_count ? (PublicCount){.kind = PUBLIC_HIDDEN}
                                                   : exact(sum);
    return 0;
}

/* --- the document --- */

/* One of the three columns of figures in the model and here, by their place in the structs. */
typedef struct FigureColumn {
    size_t from, to;
} FigureColumn;

static const FigureColumn figure_columns[] = {
    {offsetof(LagesbildFigure, count), offsetof(PublicFigure, count)},
    {offsetof(LagesbildFigure, previous), offsetof(PublicFigure, previous)},
    {offsetof(LagesbildFigure, year_ago), offsetof(PublicFigure, year_ago)},
};

static int64_t figure_at(const LagesbildFigure *figure, const FigureColumn *column)
{
    return *(const int64_t *)((const char *)figure + column->from);
}

static PublicCount *public_at(PublicFigure *figure, const FigureColumn *column)
{
    return (PublicCount *)((char *)figure + column->to);
}

/* All categories take part, also those that are not shown: another period's document shows them. */
static int fill_column(LagesbildPublic *out, const Lagesbild *l, const FigureColumn *column, Arena *arena)
{
    size_t n = l->category_count;
    int64_t *counts = arena_calloc(arena, n + 1, sizeof *counts);
    PublicCount *cells = arena_calloc(arena, n + 1, sizeof *cells);
    if (!counts || !cells) return -ENOMEM;
    if (figure_at(&l->total, column) == LAGESBILD_UNKNOWN) return 0; /* PUBLIC_UNKNOWN, as they are */
    for (size_t i = 0; i < n; i++)
        counts[i] = figure_at(&l->categories[i].figure, column);
    int rc = lagesbild_public_column(counts, n, out->threshold, cells, public_at(&out->total, column), arena);
    for (size_t i = 0; !rc && i < n; i++)
        *public_at(&out->categories[i].figure, column) = cells[i];
    return rc;
}

/* Nothing of the order of those held back may be told by the order they stand in. */
static int by_rank(const void *a, const void *b)
{
    const PublicCategory *x = a, *y = b;
    const PublicCount *p = &x->figure.count, *q = &y->figure.count;
    if ((p->kind == PUBLIC_EXACT) != (q->kind == PUBLIC_EXACT)) return p->kind == PUBLIC_EXACT ? -1 : 1;
    if (p->count != q->count) return p->count < q->count ? 1 : -1;
    return strcmp(x->code, y->code);
}

static int fill_figures(LagesbildPublic *out, const Lagesbild *l, Arena *arena)
{
    out->categories = arena_calloc(arena, l->category_count + 1, sizeof *out->categories);
    if (!out->categories) return -ENOMEM;
    for (size_t i = 0; i < sizeof figure_columns / sizeof *figure_columns; i++) {
        int rc = fill_column(out, l, &figure_columns[i], arena);
        if (rc) return rc;
    }
    /* Which kinds the few incidents are of would tell how many there are at least. */
    if (out->total.count.kind == PUBLIC_FEW) return 0;
    for (size_t i = 0; i < l->category_count; i++) {
        if (!l->categories[i].figure.count) continue;
        PublicFigure figure = out->categories[i].figure;
        out->categories[out->category_count++] =
            (PublicCategory){.code = l->categories[i].code, .name = l->categories[i].name, .figure = figure};
    }
    qsort(out->categories, out->category_count, sizeof *out->categories, by_rank);
    return 0;
}

/* A name with a digit in it could be an address, and an address a household. */
static bool may_be_address(const char *name)
{
    return strpbrk(name, "0123456789") != NULL;
}

/* A place's count is at most the total, so where that is held back it would tell something of it. */
static int fill_places(LagesbildPublic *out, const Lagesbild *l, Arena *arena)
{
    out->places = arena_calloc(arena, l->place_count + 1, sizeof *out->places);
    if (!out->places) return -ENOMEM;
    for (size_t i = 0; i < l->place_count && out->total.count.kind == PUBLIC_EXACT; i++)
        if (l->places[i].figure.count >= out->threshold && !may_be_address(l->places[i].name))
            out->places[out->place_count++] = (PublicPlace){l->places[i].name, l->places[i].figure.count};
    return 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The model has those with most incidents first; here they stand by name. */
static int fill_sources(LagesbildPublic *out, const Lagesbild *l, Arena *arena)
{
    out->sources = arena_calloc(arena, l->source_count + 1, sizeof *out->sources);
    if (!out->sources) return -ENOMEM;
    for (size_t i = 0; i < l->source_count; i++)
        if (lagesbild_has_reported(&l->sources[i])) out->sources[out->source_count++] = l->sources[i].organisation;
    qsort(out->sources, out->source_count, sizeof *out->sources, by_name);
    return 0;
}

/* ", mot 16 föregående period", or "" where there is nothing to compare with. */
static const char *comparison(const LagesbildPublic *out, const Lagesbild *l, Arena *arena)
{
    Period before = period_previous(&out->period);
    char number[SWEDISH_NUMBER_SIZE];
    if (!out->complete || out->total.previous.kind != PUBLIC_EXACT || !lagesbild_knows_all_of(l, &before)) return "";
    return arena_printf(arena, ", mot %s föregående period", swedish_integer(out->total.previous.count, number));
}

static const char *count_words(const LagesbildPublic *out, Arena *arena)
{
    char number[SWEDISH_NUMBER_SIZE];
    if (out->total.count.kind == PUBLIC_EXACT)
        return arena_strdup(arena, swedish_integer(out->total.count.count, number));
    return arena_printf(arena, "färre än %lld", (long long)out->threshold);
}

static int write_summary(LagesbildPublic *out, const Lagesbild *l, Arena *arena)
{
    char label[PERIOD_LABEL_SIZE];
    period_short_label(&out->period, label);
    const char *so_far = out->complete ? "" : "hittills ", *words = count_words(out, arena);
    const char *compared = comparison(out, l, arena);
    if (!words || !compared) return -ENOMEM;
    if (!lagesbild_has_begun(l))
        out->summary = arena_printf(arena, "Perioden har inte börjat (%s, %s).", out->area_name, label);
    else if (!out->source_count)
        out->summary = arena_printf(arena, "Ingen har rapporterat för %s under %s.", out->area_name, label);
    else if (out->total.count.kind == PUBLIC_HIDDEN)
        out->summary = arena_printf(arena,
                                    "Antalet rapporterade händelser för %s under %s visas inte, för att små tal inte "
                                    "ska gå att räkna ut.",
                                    out->area_name, label);
    else
        out->summary = arena_printf(arena, "För %s finns %s%s rapporterade händelser under %s%s.", out->area_name,
                                    so_far, words, label, compared);
    return out->summary ? 0 : -ENOMEM;
}

int lagesbild_public(LagesbildPublic *out, const Lagesbild *l, int64_t threshold, Arena *arena)
{
    *out = (LagesbildPublic){.area_code = l->area_code,
                             .area_name = l->area_name,
                             .period = l->period,
                             .version = l->version,
                             .published = l->published,
                             .data_cut_at = l->data_cut_at,
                             .complete = lagesbild_is_complete(l),
                             .threshold = threshold};
    int rc = fill_figures(out, l, arena);
    if (!rc) rc = fill_places(out, l, arena);
    if (!rc) rc = fill_sources(out, l, arena);
    return rc ? rc : write_summary(out, l, arena);
}
