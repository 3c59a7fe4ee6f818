/* Observations, and when they happened: what the tests of dating share. */
#pragma once

#include "core/read/when.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words_fixture.h"

typedef struct Case {
    const char *text;
    const char *date; /* the observation's, "" where unknown */
    int sent_minute;
    const char *expected; /* "YYYY-MM-DDTHH:MM", "YYYY-MM-DD", or "" where neither is told */
} Case;

/* 2026-03-14 is a Saturday. */
static const char SATURDAY[] = "2026-03-14";

static inline void format_when(const When *when, char out[static 32])
{
    char date[CIVIL_TEXT_SIZE];
    *out = '\0';
    if (!civil_is_known(when->date) || when->precision < WHEN_DAY) return;
    if (when->minute >= 0)
        snprintf(out, 32, "%sT%02d:%02d", civil_format(when->date, date), when->minute / 60, when->minute % 60);
    else
        snprintf(out, 32, "%s", civil_format(when->date, date));
}

static inline When read_observation(WordsFixture *fixture, const Case *one)
{
    Text text;
    assert_int_equal(text_init(&text, fixture->arena, one->text, strlen(one->text), NULL), 0);
    Segment whole = {.span = {0, text.len}};
    ReadInput input = {.kind = READ_OBSERVATION, .sent_minute = one->sent_minute};
    if (*one->date) assert_true(civil_parse(one->date, strlen(one->date), &input.date));
    WhenContext context;
    when_survey(&context, &text, fixture->words, &whole, 1, &input);
    return when_read(&text, &whole, fixture->words, &context);
}

static inline void check(WordsFixture *fixture, const Case *cases, size_t count)
{
    unsigned faults = 0;
    for (size_t i = 0; i < count; i++) {
        char got[32];
        When when = read_observation(fixture, &cases[i]);
        format_when(&when, got);
        if (strcmp(got, cases[i].expected) == 0) continue;
        faults++;
        print_message("\"%s\": %s where %s was expected\n", cases[i].text, got, cases[i].expected);
    }
    assert_int_equal(faults, 0);
}

#define CHECK(state, cases) check(state, cases, sizeof(cases) / sizeof *(cases))
