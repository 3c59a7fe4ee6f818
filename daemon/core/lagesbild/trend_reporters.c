#include "core/lagesbild/trend_reporters.h"

#include <errno.h>
#include <string.h>

size_t trend_lead(TrendBucket bucket)
{
    static const size_t leads[] = {
        [TREND_HOUR_OF_WEEK] = 1, [TREND_DAY] = 28, [TREND_WEEK] = 13, [TREND_MONTH] = 6, [TREND_YEAR] = 1};
    return leads[bucket];
}

/* The first day of the n:th bucket before the one that begins with the trend. */
static CivilDate lead_first(TrendBucket bucket, const TrendSpan *first, size_t n)
{
    int days = civil_to_days(first->after) - civil_to_days(first->first);
    if (bucket == TREND_HOUR_OF_WEEK) return civil_add_days(first->first, -days * (int)n);
    return trend_bucket_before(bucket, first->first, (int)n);
}

int trend_watch(TrendWatch *out, Arena *arena, TrendBucket bucket, bool compares, const TrendSpan *spans, size_t count)
{
    size_t lead = trend_lead(bucket), at = 0;
    *out = (TrendWatch){.count = lead + count * (compares ? 2 : 1), .lead = lead, .buckets = count};
    out->first = arena_calloc(arena, out->count, sizeof *out->first);
    out->after = arena_calloc(arena, out->count, sizeof *out->after);
    if (!out->first || !out->after) return -ENOMEM;
    for (; at < lead; at++) {
        out->first[at] = lead_first(bucket, &spans[0], lead - at);
        out->after[at] = lead_first(bucket, &spans[0], lead - at - 1);
    }
    for (size_t i = 0; i < count; i++, at++) {
        out->first[at] = spans[i].first;
        out->after[at] = spans[i].after;
    }
    for (size_t i = 0; compares && i < count; i++, at++) {
        out->first[at] = spans[i].base_first;
        out->after[at] = spans[i].base_after;
    }
    return 0;
}

/* Active in at least half of the `lead` spans before `at`. */
static bool is_expected(const char *active, size_t at, size_t lead)
{
    size_t times = 0;
    for (size_t i = at - lead; i < at; i++)
        times += active[i] == '1';
    return 2 * times >= lead;
}

int trend_reporters_add(TrendReporters *reporters, Arena *arena, const TrendWatch *watch, const char *name,
                        const char *active)
{
    enum { AT_ONCE = 8 };
    if (strlen(active) != watch->count || strspn(active, "01") != watch->count) return -EBADMSG;
    if (!strchr(active, '1')) return 0;
    if (reporters->count % AT_ONCE == 0) {
        size_t room = reporters->count + AT_ONCE;
        const char **names = arena_calloc(arena, room, sizeof *names);
        unsigned char *states = arena_calloc(arena, room * watch->buckets, 1);
        if (!names || !states) return -ENOMEM;
        for (size_t r = 0; r < reporters->count; r++)
            names[r] = reporters->names[r];
        if (reporters->count) memcpy(states, reporters->states, reporters->count * watch->buckets);
        *reporters = (TrendReporters){names, reporters->count, watch->buckets, states};
    }
    bool compares = watch->count > watch->lead + watch->buckets;
    unsigned char *states = reporters->states + reporters->count * watch->buckets;
    for (size_t b = 0; b < watch->buckets; b++) {
        size_t at = watch->lead + b;
        if (active[at] == '1')
            states[b] |= TREND_ACTIVE;
        else if (is_expected(active, at, watch->lead))
            states[b] |= TREND_SILENT;
        if (compares && active[at + watch->buckets] == '1') states[b] |= TREND_BASE_ACTIVE;
    }
    reporters->names[reporters->count++] = name;
    return 0;
}
