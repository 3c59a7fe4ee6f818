/*
 * Any text as a period, a day, a cursor and an id: what is read is written again as it was meant, and its neighbours in
 * time are right; what is not is refused with a sentence.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/period.h"
#include "core/lagesbild/swedish.h"
#include "fuzz.h"
#include "http/cursor.h"
#include "util/arena.h"
#include "util/uuid.h"

static bool is_same(const Period *a, const Period *b)
{
    return a->kind == b->kind && civil_compare(a->from, b->from) == 0 && civil_compare(a->to, b->to) == 0;
}

static void check_period(const char *text)
{
    Period period, again;
    Error err = {""};
    if (period_parse(&period, text, &err)) {
        assert(err.text[0]);
        return;
    }
    char code[PERIOD_CODE_SIZE], label[PERIOD_LABEL_SIZE], shorter[PERIOD_LABEL_SIZE];
    assert(civil_is_valid(period.from.year, period.from.month, period.from.day));
    assert(period_days(&period) > 0 && period_days(&period) <= 7 * PERIOD_WEEKS_MAX);
    assert(period_parse(&again, period_code(&period, code), &err) == 0 && is_same(&period, &again));
    assert(strlen(period_label(&period, label)) > strlen(period_short_label(&period, shorter)) ||
           period.kind == PERIOD_MONTH || period.kind == PERIOD_YEAR);
    const Period before = period_previous(&period), year = period_year_ago(&period);
    assert(before.kind == period.kind && civil_compare(before.to, period.from) == 0);
    assert(year.kind == period.kind && civil_compare(year.from, period.from) < 0);
    assert(civil_weekday(year.from) == civil_weekday(period.from) || period.kind != PERIOD_WEEKS);
    assert(period_noun(&period, true)[0]);
}

static void check_date(const char *text, size_t len)
{
    CivilDate date;
    char written[CIVIL_TEXT_SIZE];
    if (!civil_parse(text, len, &date)) return;
    assert(civil_is_valid(date.year, date.month, date.day));
    assert(strlen(civil_format(date, written)) == len && memcmp(written, text, len) == 0);
    assert(civil_compare(civil_from_days(civil_to_days(date)), date) == 0);
}

static void check_cursor(const char *text)
{
    Arena *arena = arena_new();
    if (!arena) return;
    for (int count = 1; count <= 3; count++) {
        const char *keys[3], *again[3];
        if (!cursor_decode(arena, text, keys, count)) continue;
        const char *written = cursor_encode(arena, keys, count);
        assert(written && cursor_decode(arena, written, again, count));
        for (int i = 0; i < count; i++)
            assert(strcmp(keys[i], again[i]) == 0);
    }
    arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* of its own, so that a step too far is seen */
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    check_period(text);
    check_date(text, size);
    check_cursor(text);
    if (uuid_is_valid(text)) assert(strlen(text) == UUID_TEXT_SIZE - 1);
    free(text);
    return 0;
}
