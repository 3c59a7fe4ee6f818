#include "render/lagesbild_json.h"

#include <math.h>

#include "render/json_tree.h"

static cJSON *rounded(double value, double unit)
{
    return cJSON_CreateNumber(round(value / unit) * unit);
}

/* Three significant figures: more would claim a precision that a p-value has not. */
static cJSON *probability(double p)
{
    char text[32];
    snprintf(text, sizeof text, "%.3g", p);
    return cJSON_CreateRaw(text);
}

static cJSON *deviation(JsonTree *tree, const LagesbildFigure *f)
{
    if (!f->note) return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    json_tree_add(tree, object, "direction", cJSON_CreateString(f->expected.direction == EXPECTED_UP ? "up" : "down"));
    json_tree_add(tree, object, "p_value", probability(f->expected.p_value));
    json_tree_add(tree, object, "p_adjusted", probability(f->expected.p_adjusted));
    json_tree_add(tree, object, "note", cJSON_CreateString(f->note));
    return object;
}

static cJSON *method(ExpectedMethod method)
{
    switch (method) {
    case EXPECTED_RECENT:
        return cJSON_CreateString("recent_periods");
    case EXPECTED_YEARS:
        return cJSON_CreateString("farrington");
    case EXPECTED_NOTHING:
        break;
    }
    return cJSON_CreateNull();
}

static void add_figure(JsonTree *tree, cJSON *object, const LagesbildFigure *f)
{
    const Expected *e = &f->expected;
    json_tree_add(tree, object, "count", json_tree_count_or_null(f->count));
    json_tree_add(tree, object, "previous", json_tree_count_or_null(f->previous));
    json_tree_add(tree, object, "year_ago", json_tree_count_or_null(f->year_ago));
    json_tree_add(tree, object, "expected", e->known ? rounded(e->mean, 0.01) : cJSON_CreateNull());
    json_tree_add(tree, object, "expected_low", e->known ? json_tree_count_or_null(e->low) : cJSON_CreateNull());
    json_tree_add(tree, object, "expected_high", e->known ? json_tree_count_or_null(e->high) : cJSON_CreateNull());
    json_tree_add(tree, object, "difference",
                  e->known ? rounded((double)f->count - e->mean, 0.01) : cJSON_CreateNull());
    json_tree_add(tree, object, "method", method(e->method));
    json_tree_add(tree, object, "history_periods", cJSON_CreateNumber(e->periods));
    json_tree_add(tree, object, "history_weeks", cJSON_CreateNumber(e->weeks));
    json_tree_add(tree, object, "assessment", cJSON_CreateString(f->reason));
    json_tree_add(tree, object, "deviation", deviation(tree, f));
}

static cJSON *categories(JsonTree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->category_count; i++) {
        cJSON *object = cJSON_CreateObject();
        json_tree_add(tree, object, "code", cJSON_CreateString(l->categories[i].code));
        json_tree_add(tree, object, "name", cJSON_CreateString(l->categories[i].name));
        add_figure(tree, object, &l->categories[i].figure);
        json_tree_append(tree, array, object);
    }
    return array;
}

static cJSON *places(JsonTree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->place_count; i++) {
        cJSON *object = cJSON_CreateObject();
        json_tree_add(tree, object, "name", cJSON_CreateString(l->places[i].name));
        json_tree_add(tree, object, "reason", cJSON_CreateString(l->places[i].reason));
        add_figure(tree, object, &l->places[i].figure);
        json_tree_append(tree, array, object);
    }
    return array;
}

static cJSON *hour_of_week(JsonTree *tree, const Lagesbild *l)
{
    cJSON *week = cJSON_CreateArray();
    for (int day = 0; day < LAGESBILD_WEEKDAYS; day++) {
        cJSON *hours = cJSON_CreateArray();
        for (int hour = 0; hour < LAGESBILD_HOURS; hour++)
            json_tree_append(tree, hours, json_tree_count_or_null(l->hour_of_week[day][hour]));
        json_tree_append(tree, week, hours);
    }
    return week;
}

/* The series, oldest first. */
static cJSON *weeks(JsonTree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->week_count; i++) {
        const LagesbildWeek *week = &l->weeks[i];
        char code[PERIOD_CODE_SIZE];
        const Period span = {PERIOD_WEEKS, week->monday, civil_add_days(week->monday, 7)};
        cJSON *object = cJSON_CreateObject();
        json_tree_add(tree, object, "week", cJSON_CreateString(period_code(&span, code)));
        json_tree_add(tree, object, "count", json_tree_count_or_null(week->count));
        json_tree_add(tree, object, "expected_low",
                      week->has_normal ? json_tree_count_or_null(week->low) : cJSON_CreateNull());
        json_tree_add(tree, object, "expected_high",
                      week->has_normal ? json_tree_count_or_null(week->high) : cJSON_CreateNull());
        json_tree_append(tree, array, object);
    }
    return array;
}

static cJSON *incidents(JsonTree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->incident_count; i++)
        json_tree_append(tree, array, cJSON_CreateRaw(l->incidents[i].json));
    return array;
}

static cJSON *sources(JsonTree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->source_count; i++) {
        const LagesbildSource *s = &l->sources[i];
        cJSON *object = cJSON_CreateObject();
        json_tree_add(tree, object, "organisation", cJSON_CreateString(s->organisation));
        json_tree_add(tree, object, "count", json_tree_count_or_null(s->count));
        json_tree_add(tree, object, "reports", json_tree_count_or_null(s->reports));
        json_tree_add(tree, object, "reported", cJSON_CreateBool(lagesbild_has_reported(s)));
        json_tree_add(tree, object, "last", json_tree_date_or_null(s->last));
        json_tree_append(tree, array, object);
    }
    return array;
}

static cJSON *decisions(JsonTree *tree, const LagesbildDecision *items, size_t count)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *object = cJSON_CreateObject();
        json_tree_add(tree, object, "measure", cJSON_CreateString(items[i].measure));
        json_tree_add(tree, object, "owner", cJSON_CreateString(items[i].owner));
        json_tree_add(tree, object, "place", json_tree_text_or_null(items[i].place));
        json_tree_add(tree, object, "status", json_tree_text_or_null(items[i].status));
        json_tree_add(tree, object, "effect", json_tree_text_or_null(items[i].effect));
        json_tree_add(tree, object, "start", json_tree_date_or_null(items[i].start));
        json_tree_add(tree, object, "check", json_tree_date_or_null(items[i].check));
        json_tree_append(tree, array, object);
    }
    return array;
}

static cJSON *texts(JsonTree *tree, const LagesbildTexts *list)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < list->count; i++)
        json_tree_append(tree, array, cJSON_CreateString(list->items[i]));
    return array;
}

static void add_head(JsonTree *tree, cJSON *root, const Lagesbild *l)
{
    json_tree_add(tree, root, "area", cJSON_CreateString(l->area_code));
    json_tree_add(tree, root, "area_name", cJSON_CreateString(l->area_name));
    json_tree_add(tree, root, "period", json_tree_period(tree, &l->period));
    json_tree_add(tree, root, "version", cJSON_CreateNumber(l->version));
    json_tree_add(tree, root, "status", cJSON_CreateString(l->version ? "published" : "draft"));
    json_tree_add(tree, root, "published", json_tree_step_or_null(tree, &l->published, "version"));
    json_tree_add(tree, root, "closed_at", json_tree_text_or_null(l->closed_at));
    json_tree_add(tree, root, "edited", json_tree_step_or_null(tree, &l->edited, "revision"));
    json_tree_add(tree, root, "changes", texts(tree, &l->changes));
    json_tree_add(tree, root, "data_cut_at", cJSON_CreateString(l->data_cut_at));
    json_tree_add(tree, root, "complete", cJSON_CreateBool(lagesbild_is_complete(l)));
    json_tree_add(tree, root, "history_from", json_tree_date_or_null(l->history_from));
    json_tree_add(tree, root, "sources", sources(tree, l));
    json_tree_add(tree, root, "summary", cJSON_CreateString(l->summary));
    json_tree_add(tree, root, "summary_by", cJSON_CreateString(l->summary_is_own ? "coordinator" : "service"));
    json_tree_add(tree, root, "reservations", json_tree_text_or_null(l->reservations));
    json_tree_add(tree, root, "followup", decisions(tree, l->followup, l->followup_count));
}

static void add_figures(JsonTree *tree, cJSON *root, const Lagesbild *l)
{
    cJSON *total = cJSON_CreateObject();
    add_figure(tree, total, &l->total);
    json_tree_add(tree, root, "total", total);
    json_tree_add(tree, root, "categories", categories(tree, l));
    json_tree_add(tree, root, "places", places(tree, l));
    json_tree_add(tree, root, "hour_of_week", hour_of_week(tree, l));
    json_tree_add(tree, root, "weeks", weeks(tree, l));
    json_tree_add(tree, root, "with_clock", json_tree_count_or_null(l->clocked));
    json_tree_add(tree, root, "without_area", json_tree_count_or_null(l->without_area));
    json_tree_add(tree, root, "to_review", json_tree_count_or_null(l->to_review));
}

int lagesbild_json_write(const Lagesbild *l, FILE *out)
{
    JsonTree tree = {.failed = false};
    cJSON *root = cJSON_CreateObject();
    add_head(&tree, root, l);
    add_figures(&tree, root, l);
    json_tree_add(&tree, root, "incidents", incidents(&tree, l));
    json_tree_add(&tree, root, "incidents_omitted", json_tree_count_or_null(l->incidents_omitted));
    json_tree_add(&tree, root, "worries", texts(&tree, &l->worries));
    json_tree_add(&tree, root, "causes", texts(&tree, &l->causes));
    json_tree_add(&tree, root, "decisions", decisions(&tree, l->decisions, l->decision_count));
    return json_tree_write(&tree, root, out);
}
