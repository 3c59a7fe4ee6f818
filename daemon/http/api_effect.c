/*
 * GET /v1/effect: did it help? Before and after a day, and against a comparison area.
 */
#include "context.h"
#include "flow/query_effect.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "render/effect.h"
#include "util/clock.h"

enum { FORM_JSON, FORM_TEXT, FORM_CSV, FORM_EXCEL };

static const ApiForm forms[] = {
    [FORM_JSON] = {"json", "application/json", "application/json"},
    [FORM_TEXT] = {"txt", "text/plain", "text/plain; charset=utf-8"},
    [FORM_CSV] = {"csv", "text/csv", "text/csv; charset=utf-8; header=present"},
    [FORM_EXCEL] = {"excel-sv", "text/csv", "text/csv; charset=utf-8; header=present"},
    {NULL, NULL, NULL},
};

typedef struct Ask {
    Request *request;
    Knowledge *knowledge; /* the names in the answer are its */
    int form;
} Ask;

static int write_form(const Effect *effect, int form, FILE *out)
{
    if (form == FORM_JSON) return effect_json_write(effect, out);
    if (form != FORM_TEXT) return effect_csv_write(effect, form == FORM_EXCEL ? CSV_EXCEL_SV : CSV_PLAIN, out);
    int rc = effect_words(effect, out);
    fputc('\n', out);
    return rc;
}

static void answered(DbStatus status, const Effect *effect, void *arg)
{
    const Ask *ask = arg;
    ApiOutput output;
    if (status != DB_OK) {
        api_read_failed(ask->request, status);
    } else if (api_output_open(ask->request, &output)) {
        api_output_reply(ask->request, &output, write_form(effect, ask->form, output.out),
                         forms[ask->form].content_type);
    }
    knowledge_unref(ask->knowledge);
}

static bool read_area(Request *request, const Knowledge *knowledge, const char *name, Scope *scope, const char **called)
{
    const Area *area = api_read_area(request, knowledge, name, scope);
    if (area) *called = area->name;
    return area;
}

/* What the categories are called together: "Stöld eller Rån". */
static bool read_categories(Request *request, const Knowledge *knowledge, EffectOrder *order)
{
    if (!api_read_categories(request, knowledge, &order->categories)) return false;
    for (const char *const *code = order->categories; code && *code; code++) {
        const char *name = knowledge_category(knowledge, knowledge_find_category(knowledge, *code))->name;
        const char *before = order->effect.what;
        order->effect.what = before ? arena_printf(order->arena, "%s eller %s", before, name) : name;
        if (order->effect.what) continue;
        request_out_of_memory(request);
        return false;
    }
    return true;
}

static bool read_times(Request *request, Effect *effect)
{
    const char *text = request_query(request, "date");
    CivilDate today = clock_local(clock_now_ms(), NULL);
    if (!text || !api_read_is_day(text, &effect->date)) {
        api_read_bad_query(request, "date", "Ska vara dagen då något gjordes, som 2026-03-14.");
        return false;
    }
    if (!api_read_number(request, "days", 1, EFFECT_DAYS_MAX, EFFECT_DAYS_DEFAULT, &effect->days)) return false;
    if (!effect_spans(effect->spans, effect->date, effect->days, today)) {
        api_read_bad_query(request, "date", "Ingen hel dag har gått sedan dess. Fråga igen senare.");
        return false;
    }
    effect->complete = civil_compare(civil_add_days(effect->date, effect->days), today) <= 0;
    return true;
}

/* The comparison area may hold the area (or the place): then what is left of it is compared with. Where nothing is
 * left, or it is a part of the area, there is nothing to compare with. */
static bool read_comparison(Request *request, const Knowledge *knowledge, EffectOrder *order)
{
    Effect *effect = &order->effect;
    if (!order->compares) return true;
    if (!read_area(request, knowledge, "compare_area", &order->compare_scope, &effect->compare_name)) return false;
    AreaId area = order->scope.area, other = order->compare_scope.area;
    order->compares_rest = knowledge_area_within(knowledge, area, other);
    if (order->compares_rest ? area == other && !effect->place : knowledge_area_within(knowledge, other, area)) {
        api_read_bad_query(request, "compare_area", "Ska vara ett annat område, som inte ligger i det första.");
        return false;
    }
    if (!order->compares_rest) return true;
    effect->compare_name = arena_printf(order->arena, "resten av %s", effect->compare_name);
    if (!effect->compare_name) request_out_of_memory(request);
    return effect->compare_name;
}

static bool read_order(Request *request, const Knowledge *knowledge, EffectOrder *order)
{
    Effect *effect = &order->effect;
    effect->place = request_query(request, "place");
    order->compares = request_query(request, "compare_area") != NULL;
    return read_times(request, effect) && read_categories(request, knowledge, order) &&
           read_area(request, knowledge, "area", &order->scope, &effect->area_name) &&
           read_comparison(request, knowledge, order);
}

void api_effect_get(Request *request)
{
    static const char *const allowed[] = {"area",         "category", "place",   "date",         "days",
                                          "compare_area", "format",   "dialect", "municipality", NULL};
    Worker *worker = request_worker(request);
    EffectOrder order = {.arena = request_arena(request)};
    if (!request_allow_query(request, allowed)) return;
    int form = api_read_form(request, forms, NULL);
    if (form < 0) return;
    Ask *ask = arena_alloc(order.arena, sizeof *ask);
    if (!ask) {
        request_out_of_memory(request);
        return;
    }
    *ask = (Ask){request, daemon_knowledge(worker->daemon), form};
    if (read_order(request, ask->knowledge, &order))
        query_effect(worker, &order, answered, ask);
    else
        knowledge_unref(ask->knowledge);
}
