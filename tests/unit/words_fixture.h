/* The words that reports are read with, and an arena, for all tests of a program, in their state. */
#pragma once

#include <stdlib.h>

#include "core/read/lexicon.h"
#include "unit.h"

typedef struct WordsFixture {
    Arena *knowledge, *arena;
    Lexicon *words;
} WordsFixture;

static inline int words_fixture_set_up(void **state)
{
    static WordsFixture fixture;
    Error err = {{0}};
    fixture.knowledge = arena_new();
    fixture.arena = arena_new();
    if (lexicon_load(&fixture.words, fixture.knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err) < 0)
        fail_msg("%s", err.text);
    *state = &fixture;
    return 0;
}

static inline int words_fixture_tear_down(void **state)
{
    WordsFixture *fixture = *state;
    arena_free(fixture->knowledge);
    arena_free(fixture->arena);
    return 0;
}
