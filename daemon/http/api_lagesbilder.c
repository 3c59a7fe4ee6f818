/*
 * GET /v1/lagesbilder: which there are, published or waiting to be.
 */
#include <string.h>

#include "flow/query_lagesbilder.h"
#include "http/api_read.h"
#include "http/cursor.h"
#include "http/handlers.h"

enum { LIMIT_DEFAULT = 100, LIMIT_MAX = 1000 };

static const char *const parameters[] = {"area", "status", "municipality", "limit", "cursor", NULL};

static void listed(DbStatus status, const LagesbildListItem *items, size_t count, const char *const *next, void *arg)
{
    Request *request = arg;
    ApiOutput output;
    const char *cursor = NULL;
    if (status != DB_OK) {
        api_read_failed(request, status);
        return;
    }
    if (next) cursor = cursor_encode(request_arena(request), next, LAGESBILD_LIST_KEYS);
    if (next && (!cursor || !cursor_add_next_link(request, parameters, cursor))) {
        request_out_of_memory(request);
        return;
    }
    if (!api_output_open(request, &output)) return;
    int rc = lagesbild_list_write(items, count, cursor, output.out);
    api_output_reply(request, &output, rc, "application/json");
}

static bool read_status(Request *request, const char **out)
{
    static const char *const known[] = {"draft", "waiting", "published"};
    *out = request_query(request, "status");
    for (size_t i = 0; *out && i < sizeof known / sizeof *known; i++)
        if (strcmp(*out, known[i]) == 0) return true;
    if (!*out) return true;
    api_read_bad_query(request, "status", "Ska vara draft, waiting eller published.");
    return false;
}

static bool read_cursor(Request *request, const char **keys)
{
    const char *text = request_query(request, "cursor");
    CivilDate day;
    if (!text) return true;
    if (cursor_decode(request_arena(request), text, keys, LAGESBILD_LIST_KEYS) &&
        civil_parse(keys[0], strlen(keys[0]), &day))
        return true;
    api_read_bad_query(request, "cursor", "Ska vara en cursor som tjänsten har lämnat.");
    return false;
}

void api_lagesbilder_list(Request *request)
{
    Worker *worker = request_worker(request);
    LagesbilderFilter filter = {0};
    const char *const *areas;
    if (!request_allow_query(request, parameters) || !api_read_list(request, "area", &areas) ||
        !read_status(request, &filter.status) || !read_cursor(request, filter.after) ||
        !api_read_number(request, "limit", 1, LIMIT_MAX, LIMIT_DEFAULT, &filter.limit))
        return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    if (api_read_scope(request, &filter.scope, knowledge, areas))
        query_lagesbilder(worker, request_arena(request), &filter, listed, request);
    knowledge_unref(knowledge);
}
