/*
 * The stored areas and places, for people and maps. (What reports are read with is core/knowledge.)
 */
#pragma once

#include "context.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"

/* Rows of knowledge_areas.sql or knowledge_places.sql: JSON, id, GeoJSON geometry; they live as long as the callback.
 */
typedef void (*KnowledgeRowsDone)(DbStatus status, const PGresult *rows, void *arg);

/* Call `done` exactly once: from the loop, or, without memory (DB_FAILED), before they return. */
void query_areas(Worker *worker, Arena *arena, const Scope *scope, bool with_polygons, KnowledgeRowsDone done,
                 void *arg);
void query_places(Worker *worker, Arena *arena, const Scope *scope, KnowledgeRowsDone done, void *arg);
