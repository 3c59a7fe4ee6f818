#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>

#include "render/public_forms.h"
#include "util/json_build.h"

/* A tree under construction is checked once, at its end. */
typedef struct Tree {
    const LagesbildPublic *l;
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

static cJSON *count_item(const Tree *tree, const PublicCount *count)
{
    char text[64];
    switch (count->kind) {
    case PUBLIC_EXACT:
        return cJSON_CreateNumber((double)count->count);
    case PUBLIC_FEW:
        snprintf(text, sizeof text, "färre än %lld", (long long)tree->l->threshold);
        return cJSON_CreateString(text);
    case PUBLIC_HIDDEN:
        return cJSON_CreateString("visas inte");
    case PUBLIC_UNKNOWN:
        break;
    }
    return cJSON_CreateNull();
}

/* What the group's document has and this one never has is there as null or empty: a client of the one reads the other.
 */
static void add_figure(Tree *tree, cJSON *object, const PublicFigure *f)
{
    add(tree, object, "count", count_item(tree, &f->count));
    add(tree, object, "previous", count_item(tree, &f->previous));
    add(tree, object, "year_ago", count_item(tree, &f->year_ago));
    add(tree, object, "expected", cJSON_CreateNull());
    add(tree, object, "deviation", cJSON_CreateNull());
}

static cJSON *period(Tree *tree, const Period *p)
{
    char code[PERIOD_CODE_SIZE], label[PERIOD_LABEL_SIZE], from[CIVIL_TEXT_SIZE], to[CIVIL_TEXT_SIZE];
    cJSON *object = cJSON_CreateObject();
    add(tree, object, "code", cJSON_CreateString(period_code(p, code)));
    add(tree, object, "from", cJSON_CreateString(civil_format(p->from, from)));
    add(tree, object, "to", cJSON_CreateString(civil_format(civil_add_days(p->to, -1), to)));
    add(tree, object, "label", cJSON_CreateString(period_label(p, label)));
    return object;
}

static cJSON *published(Tree *tree, const LagesbildStep *step)
{
    if (!step->number) return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    add(tree, object, "version", cJSON_CreateNumber(step->number));
    add(tree, object, "at", cJSON_CreateString(step->at));
    add(tree, object, "by", cJSON_CreateString(step->by));
    return object;
}

static void add_head(Tree *tree, cJSON *root)
{
    const LagesbildPublic *l = tree->l;
    add(tree, root, "audience", cJSON_CreateString("public"));
    add(tree, root, "area", cJSON_CreateString(l->area_code));
    add(tree, root, "area_name", cJSON_CreateString(l->area_name));
    add(tree, root, "period", period(tree, &l->period));
    add(tree, root, "version", cJSON_CreateNumber(l->version));
    add(tree, root, "status", cJSON_CreateString(l->version ? "published" : "draft"));
    add(tree, root, "published", published(tree, &l->published));
    add(tree, root, "data_cut_at", cJSON_CreateString(l->data_cut_at));
    add(tree, root, "complete", cJSON_CreateBool(l->complete));
    add(tree, root, "threshold", cJSON_CreateNumber((double)l->threshold));
    add(tree, root, "summary", cJSON_CreateString(l->summary));
}

static cJSON *categories(Tree *tree)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < tree->l->category_count; i++) {
        const PublicCategory *c = &tree->l->categories[i];
        cJSON *object = cJSON_CreateObject();
        add(tree, object, "code", cJSON_CreateString(c->code));
        add(tree, object, "name", cJSON_CreateString(c->name));
        add_figure(tree, object, &c->figure);
        append(tree, array, object);
    }
    return array;
}

static cJSON *places(Tree *tree)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < tree->l->place_count; i++) {
        cJSON *object = cJSON_CreateObject();
        add(tree, object, "name", cJSON_CreateString(tree->l->places[i].name));
        add(tree, object, "count", cJSON_CreateNumber((double)tree->l->places[i].count));
        append(tree, array, object);
    }
    return array;
}

static cJSON *sources(Tree *tree)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < tree->l->source_count; i++) {
        cJSON *object = cJSON_CreateObject();
        add(tree, object, "organisation", cJSON_CreateString(tree->l->sources[i]));
        append(tree, array, object);
    }
    return array;
}

int public_json_write(const LagesbildPublic *l, FILE *out)
{
    static const char *const never[] = {"hour_of_week", "incidents", "followup", "worries", "causes", "decisions"};
    Tree tree = {.l = l};
    cJSON *root = cJSON_CreateObject(), *total = cJSON_CreateObject();
    add_head(&tree, root);
    add_figure(&tree, total, &l->total);
    add(&tree, root, "total", total);
    add(&tree, root, "categories", categories(&tree));
    add(&tree, root, "places", places(&tree));
    add(&tree, root, "sources", sources(&tree));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        add(&tree, root, never[i], cJSON_CreateArray());
    char *text = tree.failed ? NULL : cJSON_PrintUnformatted(root);
    cJSON_Delete(root);
    if (!text) return -ENOMEM;
    fputs(text, out);
    fputc('\n', out);
    cJSON_free(text);
    return ferror(out) ? -EIO : 0;
}
