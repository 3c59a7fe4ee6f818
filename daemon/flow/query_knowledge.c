#include "flow/query_knowledge.h"

#include "db/array.h"
#include "db/queries.h"

/* `third` is the statement's last parameter, where it has three. */
static void send(Worker *worker, Arena *arena, const Query *query, const Scope *scope, const char *third, RowsDone done,
                 void *arg)
{
    const char *params[] = {array_of_texts(arena, scope->municipalities, scope->municipality_count),
                            scope->areas ? array_of_texts(arena, scope->areas, scope->area_count) : NULL, third};
    query_rows(worker, arena, query, params, params[0] && (!scope->areas || params[1]), done, arg);
}

void query_areas(Worker *worker, Arena *arena, const Scope *scope, bool with_polygons, RowsDone done, void *arg)
{
    send(worker, arena, &query_knowledge_areas, scope, with_polygons ? "t" : "f", done, arg);
}

void query_places(Worker *worker, Arena *arena, const Scope *scope, RowsDone done, void *arg)
{
    send(worker, arena, &query_knowledge_places, scope, NULL, done, arg);
}

void query_areas_page(Worker *worker, Arena *arena, const AreaOrder *order, RowsDone done, void *arg)
{
    const Scope *scope = order->scope;
    const char *const only[] = {order->area};
    const bool some = order->area || scope->areas;
    const char *params[] = {array_of_texts(arena, scope->municipalities, scope->municipality_count),
                            order->area    ? array_of_texts(arena, only, 1)
                            : scope->areas ? array_of_texts(arena, scope->areas, scope->area_count)
                                           : NULL,
                            order->west,
                            order->south,
                            order->east,
                            order->north,
                            order->after[0],
                            order->after[1],
                            arena_printf(arena, "%d", order->limit + 1),
                            order->after_bare ? "t" : "f"};
    query_rows(worker, arena, &query_page_of_areas, params, params[0] && (!some || params[1]) && params[8], done, arg);
}

void query_extents(Worker *worker, Arena *arena, const Scope *scope, RowsDone done, void *arg)
{
    const char *params[] = {array_of_texts(arena, scope->municipalities, scope->municipality_count)};
    query_rows(worker, arena, &query_ogc_extents, params, params[0] != NULL, done, arg);
}

void query_cues(Worker *worker, Arena *arena, const Scope *scope, RowsDone done, void *arg)
{
    send(worker, arena, &query_knowledge_cues, scope, NULL, done, arg);
}
