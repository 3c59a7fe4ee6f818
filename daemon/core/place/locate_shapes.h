/* The areas' polygons, made ready for lookups with locate_point(). */
#pragma once

#include "core/knowledge/knowledge.h"

/* Fills k->area_shapes. Returns 0, or a negative errno with the area and the fault in `err`. */
int locate_shapes_build(Knowledge *k, Error *err);
