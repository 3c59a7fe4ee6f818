/*
 * GET /v1/hotspots: where it happens. Ranked places, clusters of positions, near-repeats, and what is new.
 */
#include "context.h"
#include "flow/query_hotspots.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "render/hotspots.h"
#include "util/clock.h"

enum { FORM_JSON, FORM_CSV, FORM_EXCEL };
enum { DEFAULT_WEEKS = 4, DAYS_MAX = 366 };
enum { DISTANCE_DEFAULT = 150, DISTANCE_MAX = 2000, LEAST_DEFAULT = 3, NEAR_DAYS_DEFAULT = 14 };

typedef struct Ask {
    Request *request;
    Knowledge *knowledge; /* the area is its */
    HotspotsOrder order;
    int form;
} Ask;

static const ApiForm forms[] = {
    [FORM_JSON] = {"json", "application/json", "application/json"},
    [FORM_CSV] = {"csv", "text/csv", "text/csv; charset=utf-8; header=present"},
    [FORM_EXCEL] = {"excel-sv", "text/csv", "text/csv; charset=utf-8; header=present"},
    {NULL, NULL, NULL},
};

static void reply(const Ask *ask, const HotspotsAnswer *answer)
{
    const HotspotsOrder *order = &ask->order;
    const Hotspots document = {.area = order->area_code,
                               .from = order->from,
                               .to = order->to,
                               .previous_known = answer->previous_known,
                               .distance = order->distance,
                               .days = order->days,
                               .places = answer->places,
                               .clusters = answer->clusters,
                               .near_repeats = answer->near_repeats,
                               .positions = answer->positions,
                               .positions_of_places = answer->positions_of_places,
                               .without_position = answer->without_position};
    ApiOutput output;
    if (!api_output_open(ask->request, &output)) return;
    int rc = ask->form == FORM_JSON
                 ? hotspots_json_write(&document, output.out)
                 : hotspots_csv_write(&document, ask->form == FORM_EXCEL ? CSV_EXCEL_SV : CSV_PLAIN, output.out);
    api_output_reply(ask->request, &output, rc, forms[ask->form].content_type);
}

static void answered(const HotspotsAnswer *answer, void *arg)
{
    const Ask *ask = arg;
    if (answer->verdict == HOTSPOTS_TOO_BROAD)
        request_problem(
            ask->request, 422, NULL,
            "Frågan omfattar för många händelser. Fråga om ett mindre område, färre dagar eller färre slag.");
    else if (answer->verdict == HOTSPOTS_FAILED)
        api_read_failed(ask->request, answer->status);
    else
        reply(ask, answer);
    knowledge_unref(ask->knowledge);
}

/* Both days are included; without them the four weeks to today. */
static bool read_days(Request *request, HotspotsOrder *order)
{
    CivilDate last = clock_local(clock_now_ms(), NULL), first = {0};
    if (!api_read_day(request, "to", &last) || !api_read_day(request, "from", &first)) return false;
    if (!civil_is_known(first)) first = civil_add_days(last, 1 - 7 * DEFAULT_WEEKS);
    order->from = first;
    order->to = civil_add_days(last, 1);
    int days = civil_to_days(order->to) - civil_to_days(first);
    if (days >= 1 && days <= DAYS_MAX) return true;
    api_read_bad_query(request, "to", days < 1 ? "Sista dagen ligger före den första." : "Högst 366 dagar åt gången.");
    return false;
}

static bool read_area(Request *request, const Knowledge *knowledge, HotspotsOrder *order)
{
    const Area *area = api_read_area(request, knowledge, "area", &order->scope);
    if (!area) return false;
    order->area_code = area->code;
    order->area_name = area->name;
    return true;
}

static bool read_order(Request *request, const Knowledge *knowledge, HotspotsOrder *order)
{
    return read_days(request, order) &&
           api_read_number(request, "distance", 1, DISTANCE_MAX, DISTANCE_DEFAULT, &order->distance) &&
           api_read_number(request, "least", 2, 1000, LEAST_DEFAULT, &order->least) &&
           api_read_number(request, "days", 1, DAYS_MAX, NEAR_DAYS_DEFAULT, &order->days) &&
           api_read_categories(request, knowledge, &order->categories) && read_area(request, knowledge, order);
}

void api_hotspots_get(Request *request)
{
    static const char *const allowed[] = {"area", "category", "from",    "to",           "distance", "least",
                                          "days", "format",   "dialect", "municipality", NULL};
    Worker *worker = request_worker(request);
    if (!request_allow_query(request, allowed)) return;
    int form = api_read_form(request, forms, NULL);
    if (form < 0) return;
    Ask *ask = arena_alloc(request_arena(request), sizeof *ask);
    if (!ask) {
        request_out_of_memory(request);
        return;
    }
    *ask = (Ask){request, daemon_knowledge(worker->daemon), {.arena = request_arena(request)}, form};
    if (read_order(request, ask->knowledge, &ask->order))
        query_hotspots(worker, &ask->order, answered, ask);
    else
        knowledge_unref(ask->knowledge);
}
