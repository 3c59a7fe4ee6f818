#include "render/lagesbild_json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "util/json_build.h"

/* A tree under construction is checked once, at its end. */
typedef struct Tree {
    bool failed;
} Tree;

static void add(Tree *tree, cJSON *object, const char *name, cJSON *item)
{
    if (!json_add_item(object, name, item)) tree->failed = true;
}

static void append(Tree *tree, cJSON *array, cJSON *item)
{
    if (!json_append(array, item)) tree->failed = true;
}

static cJSON *text_or_null(const char *text)
{
    return text ? cJSON_CreateString(text) : cJSON_CreateNull();
}

static cJSON *count_or_null(int64_t count)
{
    return count == LAGESBILD_UNKNOWN ? cJSON_CreateNull() : cJSON_CreateNumber((double)count);
}

static cJSON *date_or_null(CivilDate date)
{
    char text[CIVIL_TEXT_SIZE];
    return civil_is_known(date) ? cJSON_CreateString(civil_format(date, text)) : cJSON_CreateNull();
}

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

static cJSON *deviation(Tree *tree, const LagesbildFigure *f)
{
    if (!f->note) return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    add(tree, object, "direction", cJSON_CreateString(f->expected.direction == EXPECTED_UP ? "up" : "down"));
    add(tree, object, "p_value", probability(f->expected.p_value));
    add(tree, object, "p_adjusted", probability(f->expected.p_adjusted));
    add(tree, object, "note", cJSON_CreateString(f->note));
    return object;
}

static void add_figure(Tree *tree, cJSON *object, const LagesbildFigure *f)
{
    const Expected *e = &f->expected;
    add(tree, object, "count", count_or_null(f->count));
    add(tree, object, "previous", count_or_null(f->previous));
    add(tree, object, "year_ago", count_or_null(f->year_ago));
    add(tree, object, "expected", e->known ? rounded(e->mean, 0.01) : cJSON_CreateNull());
    add(tree, object, "expected_low", e->known ? count_or_null(e->low) : cJSON_CreateNull());
    add(tree, object, "expected_high", e->known ? count_or_null(e->high) : cJSON_CreateNull());
    add(tree, object, "history_periods", cJSON_CreateNumber(e->periods));
    add(tree, object, "deviation", deviation(tree, f));
}

static cJSON *period(Tree *tree, const Period *p)
{
    char code[PERIOD_CODE_SIZE], label[PERIOD_LABEL_SIZE];
    cJSON *object = cJSON_CreateObject();
    add(tree, object, "code", cJSON_CreateString(period_code(p, code)));
    add(tree, object, "from", date_or_null(p->from));
    add(tree, object, "to", date_or_null(civil_add_days(p->to, -1)));
    add(tree, object, "label", cJSON_CreateString(period_label(p, label)));
    return object;
}

static cJSON *categories(Tree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->category_count; i++) {
        cJSON *object = cJSON_CreateObject();
        add(tree, object, "code", cJSON_CreateString(l->categories[i].code));
        add(tree, object, "name", cJSON_CreateString(l->categories[i].name));
        add_figure(tree, object, &l->categories[i].figure);
        append(tree, array, object);
    }
    return array;
}

static cJSON *places(Tree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->place_count; i++) {
        cJSON *object = cJSON_CreateObject();
        add(tree, object, "name", cJSON_CreateString(l->places[i].name));
        add(tree, object, "count", count_or_null(l->places[i].count));
        add(tree, object, "previous", count_or_null(l->places[i].previous));
        add(tree, object, "reason", cJSON_CreateString(l->places[i].reason));
        append(tree, array, object);
    }
    return array;
}

static cJSON *hour_of_week(Tree *tree, const Lagesbild *l)
{
    cJSON *week = cJSON_CreateArray();
    for (int day = 0; day < LAGESBILD_WEEKDAYS; day++) {
        cJSON *hours = cJSON_CreateArray();
        for (int hour = 0; hour < LAGESBILD_HOURS; hour++)
            append(tree, hours, count_or_null(l->hour_of_week[day][hour]));
        append(tree, week, hours);
    }
    return week;
}

/* The series, oldest first. */
static cJSON *weeks(Tree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->week_count; i++) {
        const LagesbildWeek *week = &l->weeks[i];
        char code[PERIOD_CODE_SIZE];
        const Period span = {PERIOD_WEEKS, week->monday, civil_add_days(week->monday, 7)};
        cJSON *object = cJSON_CreateObject();
        add(tree, object, "week", cJSON_CreateString(period_code(&span, code)));
        add(tree, object, "count", count_or_null(week->count));
        add(tree, object, "expected_low", week->has_normal ? count_or_null(week->low) : cJSON_CreateNull());
        add(tree, object, "expected_high", week->has_normal ? count_or_null(week->high) : cJSON_CreateNull());
        append(tree, array, object);
    }
    return array;
}

static cJSON *incidents(Tree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->incident_count; i++)
        append(tree, array, cJSON_CreateRaw(l->incidents[i].json));
    return array;
}

static cJSON *sources(Tree *tree, const Lagesbild *l)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < l->source_count; i++) {
        const LagesbildSource *s = &l->sources[i];
        cJSON *object = cJSON_CreateObject();
        add(tree, object, "organisation", cJSON_CreateString(s->organisation));
        add(tree, object, "count", count_or_null(s->count));
        add(tree, object, "reports", count_or_null(s->reports));
        add(tree, object, "reported", cJSON_CreateBool(lagesbild_has_reported(s)));
        add(tree, object, "last", date_or_null(s->last));
        append(tree, array, object);
    }
    return array;
}

static cJSON *decisions(Tree *tree, const LagesbildDecision *items, size_t count)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *object = cJSON_CreateObject();
        add(tree, object, "measure", cJSON_CreateString(items[i].measure));
        add(tree, object, "owner", cJSON_CreateString(items[i].owner));
        add(tree, object, "place", text_or_null(items[i].place));
        add(tree, object, "status", text_or_null(items[i].status));
        add(tree, object, "effect", text_or_null(items[i].effect));
        add(tree, object, "start", date_or_null(items[i].start));
        add(tree, object, "check", date_or_null(items[i].check));
        append(tree, array, object);
    }
    return array;
}

static cJSON *texts(Tree *tree, const LagesbildTexts *list)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < list->count; i++)
        append(tree, array, cJSON_CreateString(list->items[i]));
    return array;
}

/* `number` names the step's number: "revision", "version". */
static cJSON *step_or_null(Tree *tree, const LagesbildStep *step, const char *number)
{
    if (!step->number) return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    add(tree, object, number, cJSON_CreateNumber(step->number));
    add(tree, object, "at", cJSON_CreateString(step->at));
    add(tree, object, "by", cJSON_CreateString(step->by));
    return object;
}

static void add_head(Tree *tree, cJSON *root, const Lagesbild *l)
{
    add(tree, root, "area", cJSON_CreateString(l->area_code));
    add(tree, root, "area_name", cJSON_CreateString(l->area_name));
    add(tree, root, "period", period(tree, &l->period));
    add(tree, root, "version", cJSON_CreateNumber(l->version));
    add(tree, root, "status", cJSON_CreateString(l->version ? "published" : "draft"));
    add(tree, root, "published", step_or_null(tree, &l->published, "version"));
    add(tree, root, "edited", step_or_null(tree, &l->edited, "revision"));
    add(tree, root, "changes", texts(tree, &l->changes));
    add(tree, root, "data_cut_at", cJSON_CreateString(l->data_cut_at));
    add(tree, root, "complete", cJSON_CreateBool(lagesbild_is_complete(l)));
    add(tree, root, "history_from", date_or_null(l->history_from));
    add(tree, root, "sources", sources(tree, l));
    add(tree, root, "summary", cJSON_CreateString(l->summary));
    add(tree, root, "summary_by", cJSON_CreateString(l->summary_is_own ? "coordinator" : "service"));
    add(tree, root, "reservations", text_or_null(l->reservations));
    add(tree, root, "followup", decisions(tree, l->followup, l->followup_count));
}

static void add_figures(Tree *tree, cJSON *root, const Lagesbild *l)
{
    cJSON *total = cJSON_CreateObject();
    add_figure(tree, total, &l->total);
    add(tree, root, "total", total);
    add(tree, root, "categories", categories(tree, l));
    add(tree, root, "places", places(tree, l));
    add(tree, root, "hour_of_week", hour_of_week(tree, l));
    add(tree, root, "weeks", weeks(tree, l));
    add(tree, root, "with_clock", count_or_null(l->clocked));
    add(tree, root, "without_area", count_or_null(l->without_area));
    add(tree, root, "to_review", count_or_null(l->to_review));
}

int lagesbild_json_write(const Lagesbild *l, FILE *out)
{
    Tree tree = {.failed = false};
    cJSON *root = cJSON_CreateObject();
    add_head(&tree, root, l);
    add_figures(&tree, root, l);
    add(&tree, root, "incidents", incidents(&tree, l));
    add(&tree, root, "incidents_omitted", count_or_null(l->incidents_omitted));
    add(&tree, root, "worries", texts(&tree, &l->worries));
    add(&tree, root, "causes", texts(&tree, &l->causes));
    add(&tree, root, "decisions", decisions(&tree, l->decisions, l->decision_count));
    char *text = tree.failed ? NULL : cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    if (!text) return -ENOMEM;
    fputs(text, out);
    fputc('\n', out);
    cJSON_free(text);
    return ferror(out) ? -EIO : 0;
}
