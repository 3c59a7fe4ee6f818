/* Lägesbilder made by hand, for the tests of the words and of the renderers. */
#pragma once

#include "core/lagesbild/lagesbild.h"

/* A busy, closed week in Bro: a rise, five places, decisions, texts that try to break out of their format. */
Lagesbild *fixture_busy(Arena *arena);

/* A week still going on with three incidents, in an area too new to have a history. */
Lagesbild *fixture_running(Arena *arena);

/* A closed week that nobody reported for. */
Lagesbild *fixture_empty(Arena *arena);

/* A closed four-week period with `n` incidents at places with names of every length, one of them without a space; n may
 * be 0. */
Lagesbild *fixture_many(Arena *arena, size_t n);
