#include "core/lagesbild/trend_parts.h"

#include <errno.h>
#include <stdlib.h>

enum { WEEK = 7 };

/* The first Monday that is not before. */
static int32_t monday_from(int32_t day)
{
    return day + (WEEK + 1 - civil_weekday(civil_from_days(day))) % WEEK;
}

static void add(TrendPart *parts, size_t *count, int32_t first, int32_t after, size_t slot)
{
    if (first < after) parts[(*count)++] = (TrendPart){first, after, slot};
}

static void take_apart(TrendParts *out, TrendPart span, bool by_weeks)
{
    int32_t first = monday_from(span.first), weeks = (span.after - first) / WEEK;
    if (!by_weeks || first >= span.after || weeks == 0) {
        add(out->days, &out->day_count, span.first, span.after, span.slot);
        return;
    }
    int32_t after = first + WEEK * weeks;
    add(out->days, &out->day_count, span.first, first, span.slot);
    add(out->weeks, &out->week_count, first, after, span.slot);
    add(out->days, &out->day_count, after, span.after, span.slot);
}

static int by_time(const void *a, const void *b)
{
    const TrendPart *x = a, *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

static void join(TrendParts *out)
{
    for (size_t i = 0; i < out->day_count; i++)
        out->stretches[i] = out->days[i];
    if (out->day_count) qsort(out->stretches, out->day_count, sizeof *out->stretches, by_time);
    for (size_t i = 0; i < out->day_count; i++) {
        TrendPart *last = out->stretch_count ? &out->stretches[out->stretch_count - 1] : NULL;
        TrendPart next = {out->stretches[i].first, out->stretches[i].after, 0};
        if (!last || next.first > last->after)
            out->stretches[out->stretch_count++] = next;
        else if (next.after > last->after)
            last->after = next.after;
    }
}

int trend_parts(TrendParts *out, Arena *arena, const TrendSpan *spans, size_t span_count, bool base, bool by_weeks)
{
    *out = (TrendParts){.weeks = arena_calloc(arena, span_count + 1, sizeof *out->weeks),
                        .days = arena_calloc(arena, 2 * span_count + 1, sizeof *out->days),
                        .stretches = arena_calloc(arena, 2 * span_count + 1, sizeof *out->stretches)};
    if (!out->weeks || !out->days || !out->stretches) return -ENOMEM;
    for (size_t i = 0; i < span_count; i++) {
        const TrendSpan *s = &spans[i];
        take_apart(out,
                   (TrendPart){.first = civil_to_days(base ? s->base_first : s->first),
                               .after = civil_to_days(base ? s->base_after : s->after),
                               .slot = i},
                   by_weeks);
    }
    join(out);
    return 0;
}

int64_t trend_part_sum(const TrendPart *part, int32_t monday, const int64_t *counts, size_t weeks)
{
    int32_t first = part->first > monday ? part->first : monday;
    int32_t end = monday + WEEK * (int32_t)weeks, after = part->after < end ? part->after : end;
    int64_t sum = 0;
    for (int32_t at = first; at < after; at += WEEK)
        sum += counts[(at - monday) / WEEK];
    return sum;
}
