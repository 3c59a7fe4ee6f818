/*
 * POST of the Police's public feed.
 */
#include <stdlib.h>
#include <string.h>

#include "flow/import_polisen.h"
#include "http/handlers.h"
#include "util/json_build.h"

typedef struct ImportCall {
    Request *request;
    Import *import;
} ImportCall;

static void paused(bool pause, void *arg)
{
    ImportCall *call = arg;
    if (pause)
        request_pause_body(call->request);
    else
        request_resume_body(call->request);
}

static cJSON *summary_json(const ImportSummary *summary)
{
    cJSON *json = cJSON_CreateObject();
    if (json && json_add_number(json, "received", (double)summary->received) &&
        json_add_number(json, "stored", (double)summary->stored) &&
        json_add_number(json, "known", (double)summary->known) &&
        json_add_number(json, "updated", (double)summary->updated) &&
        json_add_number(json, "incidents", (double)summary->incidents) &&
        json_add_number(json, "skipped_count", (double)summary->skipped_count) &&
        json_add_item(json, "skipped", cJSON_Duplicate(summary->skipped, true)))
        return json;
    cJSON_Delete(json);
    return NULL;
}

static void done(const ImportSummary *summary, void *arg)
{
    Request *request = ((ImportCall *)arg)->request;
    free(arg);
    cJSON *json = summary->failed || summary->busy || summary->broken ? NULL : summary_json(summary);
    if (json)
        request_reply_json(request, 200, json);
    else if (summary->broken)
        request_problem(request, 400, NULL,
                        "Innehållet är ingen lista med notiser: %s. De %llu notiserna före felet är sparade.",
                        summary->broken, (unsigned long long)(summary->stored + summary->known + summary->updated));
    else
        request_problem(request, 503, NULL,
                        "Alla notiser kunde inte sparas; %llu är det. Skicka alla igen, ingen sparas två gånger.",
                        (unsigned long long)(summary->stored + summary->known + summary->updated));
}

static void data(Request *request, const char *bytes, size_t len, void *arg)
{
    (void)request;
    import_feed(((ImportCall *)arg)->import, bytes, len);
}

static void end(Request *request, void *arg)
{
    (void)request;
    import_end(((ImportCall *)arg)->import, true);
}

static void aborted(Request *request, void *arg)
{
    (void)request;
    import_end(((ImportCall *)arg)->import, false);
}

void api_import_polisen(Request *request)
{
    static const char *const query[] = {NULL};
    const char *type = request_content_type(request);
    if (!request_allow_query(request, query)) return;
    if (strcmp(type, "application/json") != 0 && strcmp(type, "application/x-ndjson") != 0) {
        request_problem(request, 415, NULL, "Content-Type ska vara application/json eller application/x-ndjson.");
        return;
    }
    ImportCall *call = calloc(1, sizeof *call);
    if (call) {
        Knowledge *knowledge = daemon_knowledge(request_worker(request)->daemon);
        call->request = request;
        call->import = import_new(request_worker(request), knowledge, request_actor(request)->token_id,
                                  (ImportCallbacks){.pause = paused, .done = done, .arg = call});
        knowledge_unref(knowledge);
    }
    if (!call || !call->import) {
        free(call);
        request_out_of_memory(request);
        return;
    }
    request_read_body(request, (BodySink){.data = data, .end = end, .abort = aborted, .arg = call});
}
