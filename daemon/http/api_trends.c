/*
 * GET /v1/trends: counts by time, kind and place, compared.
 */
#include <string.h>

#include "context.h"
#include "flow/query_trends.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "render/trends.h"
#include "util/clock.h"

enum { FORM_JSON, FORM_CSV, FORM_EXCEL, DEFAULT_WEEKS = 13 };

static const ApiForm forms[] = {
    [FORM_JSON] = {"json", "application/json", "application/json"},
    [FORM_CSV] = {"csv", "text/csv", "text/csv; charset=utf-8; header=present"},
    [FORM_EXCEL] = {"excel-sv", "text/csv", "text/csv; charset=utf-8; header=present"},
    {NULL, NULL, NULL},
};

typedef struct Ask {
    Request *request;
    int form;
} Ask;

static void answered(const TrendAnswer *answer, void *arg)
{
    const Ask *ask = arg;
    Request *request = ask->request;
    ApiOutput output;
    if (answer->verdict == TREND_TOO_BROAD) {
        request_problem(request, 422, NULL, "%s", answer->why);
        return;
    }
    if (answer->verdict == TREND_FAILED) {
        api_read_failed(request, answer->status);
        return;
    }
    if (!api_output_open(request, &output)) return;
    int rc = ask->form == FORM_JSON
                 ? trends_json_write(answer->trend, output.out)
                 : trends_csv_write(answer->trend, ask->form == FORM_EXCEL ? CSV_EXCEL_SV : CSV_PLAIN, output.out);
    api_output_reply(request, &output, rc, forms[ask->form].content_type);
}

/* One of a few names, the first where the parameter is absent. -1, answered, where it is another. */
static int read_choice(Request *request, const char *name, const char *const *names, const char *expected)
{
    const char *text = request_query(request, name);
    if (!text) return 0;
    for (int i = 0; names[i]; i++)
        if (strcmp(text, names[i]) == 0) return i;
    api_read_bad_query(request, name, expected);
    return -1;
}

static bool read_bucket(Request *request, Trend *trend)
{
    static const char *const names[] = {"week", "day", "month", "year", "hour_of_week", NULL};
    static const TrendBucket buckets[] = {TREND_WEEK, TREND_DAY, TREND_MONTH, TREND_YEAR, TREND_HOUR_OF_WEEK};
    int found = read_choice(request, "bucket", names, "Ska vara hour_of_week, day, week, month eller year.");
    if (found < 0) return false;
    trend->bucket = buckets[found];
    return true;
}

static bool read_compare(Request *request, Trend *trend)
{
    static const char *const names[] = {"none", "previous", "year", NULL};
    static const TrendCompare compares[] = {TREND_COMPARE_NONE, TREND_COMPARE_PREVIOUS, TREND_COMPARE_YEAR};
    int found = read_choice(request, "compare", names, "Ska vara previous eller year.");
    if (found < 0) return false;
    trend->compare = compares[found];
    return true;
}

static bool read_watching(Request *request, TrendOrder *order)
{
    static const char *const names[] = {"auto", "yes", "no", NULL};
    static const TrendWatching watchings[] = {TREND_WATCH_FEW, TREND_WATCH_ALWAYS, TREND_WATCH_NEVER};
    int found = read_choice(request, "completeness", names, "Ska vara auto, yes eller no.");
    if (found < 0) return false;
    order->watching = watchings[found];
    return true;
}

static bool read_grouping(Request *request, Trend *trend)
{
    const char *const *by;
    if (!api_read_list(request, "group_by", &by)) return false;
    for (; by && *by; by++) {
        int d = 0;
        while (d < TREND_DIMENSIONS && strcmp(*by, trend_dimension_name(d)) != 0)
            d++;
        if (d == TREND_DIMENSIONS) {
            api_read_bad_query(request, "group_by", "Ska vara en lista av area, category, place, source.");
            return false;
        }
        trend->by[d] = true;
    }
    return true;
}

/* Both days are included. Without them: to today, from the Monday of the week thirteen weeks before the last day. */
static bool read_days(Request *request, Trend *trend)
{
    CivilDate last = clock_local(clock_now_ms(), NULL), first = {0};
    if (!api_read_day(request, "to", &last)) return false;
    if (!api_read_day(request, "from", &first)) return false;
    if (!civil_is_known(first)) first = civil_add_days(last, 1 - civil_weekday(last) - 7 * DEFAULT_WEEKS);
    if (civil_compare(first, last) > 0) {
        api_read_bad_query(request, "to", "Sista dagen ligger före den första.");
        return false;
    }
    trend->from = first;
    trend->to = civil_add_days(last, 1);
    return true;
}

static bool read_order(Request *request, const Knowledge *knowledge, TrendOrder *order)
{
    if (!read_bucket(request, &order->trend) || !read_compare(request, &order->trend)) return false;
    if (!read_watching(request, order)) return false;
    if (!read_grouping(request, &order->trend) || !read_days(request, &order->trend)) return false;
    if (!api_read_list(request, "area", &order->areas) ||
        !api_read_categories(request, knowledge, &order->categories) ||
        !api_read_list(request, "source", &order->sources))
        return false;
    order->place = request_query(request, "place");
    return api_read_scope(request, &order->scope, knowledge, order->areas);
}

void api_trends_get(Request *request)
{
    static const char *const allowed[] = {"area",    "category", "place",        "source",  "from",
                                          "to",      "bucket",   "group_by",     "compare", "completeness",
                                          "dialect", "format",   "municipality", NULL};
    Worker *worker = request_worker(request);
    TrendOrder order = {.arena = request_arena(request)};
    Ask *ask = arena_calloc(order.arena, 1, sizeof *ask);
    if (!ask) {
        request_out_of_memory(request);
        return;
    }
    ask->request = request;
    if (!request_allow_query(request, allowed)) return;
    ask->form = api_read_form(request, forms, NULL);
    if (ask->form < 0) return;
    Knowledge *knowledge = daemon_knowledge(worker->daemon);
    bool asked = read_order(request, knowledge, &order);
    if (asked) query_trends(worker, &order, answered, ask);
    knowledge_unref(knowledge);
}
