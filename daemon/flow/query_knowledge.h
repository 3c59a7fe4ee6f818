/*
 * The stored areas, places and taught phrases, for people and maps. (What reports are read with is core/knowledge.)
 */
#pragma once

#include "context.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"

/* Rows of knowledge_areas.sql, knowledge_places.sql or knowledge_cues.sql: JSON, id, GeoJSON geometry; they live as
 * long as the callback.
 */
typedef void (*KnowledgeRowsDone)(DbStatus status, const PGresult *rows, void *arg);

/* Call `done` exactly once: from the loop, or, without memory (DB_OVERLOAD), before they return. */
void query_areas(Worker *worker, Arena *arena, const Scope *scope, bool with_polygons, KnowledgeRowsDone done,
                 void *arg);
void query_places(Worker *worker, Arena *arena, const Scope *scope, KnowledgeRowsDone done, void *arg);
void query_cues(Worker *worker, Arena *arena, const Scope *scope, KnowledgeRowsDone done, void *arg);

typedef struct AreaOrder {
    const Scope *scope;
    const char *area;                        /* only this one, or NULL */
    const char *west, *south, *east, *north; /* all four or none; west of east over the antimeridian */
    const char *after[2];                    /* municipality and area of the last row already given, or NULL */
    bool after_bare;                         /* it had no polygon */
    int limit;
} AreaOrder;

/* Rows of page_of_areas.sql, one more than the limit where there are more. */
void query_areas_page(Worker *worker, Arena *arena, const AreaOrder *order, KnowledgeRowsDone done, void *arg);

/* One row of ogc_extents.sql. */
void query_extents(Worker *worker, Arena *arena, const Scope *scope, KnowledgeRowsDone done, void *arg);
