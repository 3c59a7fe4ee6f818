/* What tells how the service is, and what it can do. */
#include <event2/event.h>
#include <stdlib.h>

#include "context.h"
#include "db/pool.h"
#include "http/handlers.h"
#include "http/openapi.h"
#include "http/routes.h"
#include "metrics.h"

/* The process runs and its loops turn. */
void service_healthz(Request *request)
{
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "status", "ok");
    cJSON_AddStringToObject(json, "version", LAGESBILD_VERSION);
    request_reply_json(request, 200, json);
}

/* It can do its work: this loop has a database. */
void service_readyz(Request *request)
{
    if (!pool_is_ready(request_worker(request)->pool)) {
        request_problem(request, 503, NULL, "Databasen svarar inte just nu.");
        return;
    }
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "status", "ready");
    request_reply_json(request, 200, json);
}

void service_metrics(Request *request)
{
    const struct Daemon *daemon = request_worker(request)->daemon;
    Metrics **all = arena_calloc(request_arena(request), (size_t)daemon->worker_count, sizeof *all);
    const char **names = arena_calloc(request_arena(request), routes_count, sizeof *names);
    size_t len = 0;
    char *text = NULL;
    if (all && names) {
        for (int i = 0; i < daemon->worker_count; i++)
            all[i] = daemon->workers[i].metrics;
        for (size_t i = 0; i < routes_count; i++)
            names[i] = routes_table[i].name;
        text = metrics_text(all, (size_t)daemon->worker_count, names, routes_count, &len);
    }
    if (text)
        request_reply(request, 200, "text/plain; version=0.0.4; charset=utf-8", text, len);
    else
        request_out_of_memory(request);
    free(text);
}

void service_openapi(Request *request)
{
    request_add_header(request, "Cache-Control", "max-age=300");
    request_reply(request, 200, "application/json", openapi_json, openapi_json_len);
}
