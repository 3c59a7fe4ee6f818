/*
 * The sentences of a lägesbild, in Swedish, from its figures. Used by core/lagesbild/lagesbild.c.
 *
 * The rule for every sentence: it says what the figures carry and no more. A difference that chance explains is called
 * that; a figure that nobody reported is not called zero; a period still going on is not compared with whole ones.
 */
#pragma once

#include "core/lagesbild/lagesbild.h"

/* Sets figure->reason, and figure->note where a deviation is claimed. Return 0 or -ENOMEM, as do the others. */
int lagesbild_prose_note(const Lagesbild *l, LagesbildFigure *figure, Arena *arena);

/* Sets place->reason: why the place is among those with most incidents. */
int lagesbild_prose_reason(const Lagesbild *l, LagesbildPlace *place, Arena *arena);

/* Sets l->summary and l->reservations from figures that have been judged. */
int lagesbild_prose_summary(Lagesbild *l, Arena *arena);
