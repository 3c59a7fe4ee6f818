/*
 * Where a lägesbild's area and places lie, from the knowledge.
 */
#pragma once

#include "core/knowledge/knowledge.h"
#include "core/lagesbild/lagesbild.h"

/*
 * Fills l->map for `area`: its polygon's rings (a Polygon's or a MultiPolygon's), and a dot for each of l->places that
 * the knowledge has by name, within the area, with a position. An area without a polygon, or with one that cannot be
 * read, gets no map. Returns 0 or -ENOMEM.
 */
int lagesbild_set_map(Lagesbild *l, const Knowledge *knowledge, AreaId area, Arena *arena);
