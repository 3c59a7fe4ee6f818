/* An arena for each test, in its state. */
#pragma once

#include "unit.h"
#include "util/arena.h"

static inline int arena_fixture_set_up(void **state)
{
    *state = arena_new();
    return *state ? 0 : -1;
}

static inline int arena_fixture_tear_down(void **state)
{
    arena_free(*state);
    return 0;
}
