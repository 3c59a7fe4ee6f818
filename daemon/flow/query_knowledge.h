/*
 * The stored areas, places and taught phrases, for people and maps. (What reports are read with is core/knowledge.)
 */
#pragma once

#include "core/lagesbild/scope.h"
#include "flow/query_rows.h"

/* All of these answer as query_rows(). */

/* Rows of knowledge_areas.sql, knowledge_places.sql or knowledge_cues.sql: JSON, id, GeoJSON geometry. */
void query_areas(Worker *worker, Arena *arena, const Scope *scope, bool with_polygons, RowsDone done, void *arg);
void query_places(Worker *worker, Arena *arena, const Scope *scope, RowsDone done, void *arg);
void query_cues(Worker *worker, Arena *arena, const Scope *scope, RowsDone done, void *arg);

typedef struct AreaOrder {
    const Scope *scope;
    const char *area;                        /* only this one, or NULL */
    const char *west, *south, *east, *north; /* all four or none; west of east over the antimeridian */
    const char *after[2];                    /* municipality and area of the last row already given, or NULL */
    bool after_bare;                         /* it had no polygon */
    int limit;
} AreaOrder;

/* Rows of page_of_areas.sql, one more than the limit where there are more. */
void query_areas_page(Worker *worker, Arena *arena, const AreaOrder *order, RowsDone done, void *arg);

/* One row of ogc_extents.sql. */
void query_extents(Worker *worker, Arena *arena, const Scope *scope, RowsDone done, void *arg);
