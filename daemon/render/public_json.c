#include "render/json_tree.h"
#include "render/public_forms.h"

typedef struct PublicTree {
    JsonTree tree;
    const LagesbildPublic *l;
} PublicTree;

static cJSON *count_item(const PublicTree *tree, const PublicCount *count)
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
static void add_figure(PublicTree *tree, cJSON *object, const PublicFigure *f)
{
    json_tree_add(&tree->tree, object, "count", count_item(tree, &f->count));
    json_tree_add(&tree->tree, object, "previous", count_item(tree, &f->previous));
    json_tree_add(&tree->tree, object, "year_ago", count_item(tree, &f->year_ago));
    json_tree_add(&tree->tree, object, "expected", cJSON_CreateNull());
    json_tree_add(&tree->tree, object, "deviation", cJSON_CreateNull());
}

static void add_head(PublicTree *tree, cJSON *root)
{
    const LagesbildPublic *l = tree->l;
    json_tree_add(&tree->tree, root, "audience", cJSON_CreateString("public"));
    json_tree_add(&tree->tree, root, "area", cJSON_CreateString(l->area_code));
    json_tree_add(&tree->tree, root, "area_name", cJSON_CreateString(l->area_name));
    json_tree_add(&tree->tree, root, "period", json_tree_period(&tree->tree, &l->period));
    json_tree_add(&tree->tree, root, "version", cJSON_CreateNumber(l->version));
    json_tree_add(&tree->tree, root, "status", cJSON_CreateString(l->version ? "published" : "draft"));
    json_tree_add(&tree->tree, root, "published", json_tree_step_or_null(&tree->tree, &l->published, "version"));
    json_tree_add(&tree->tree, root, "data_cut_at", cJSON_CreateString(l->data_cut_at));
    json_tree_add(&tree->tree, root, "complete", cJSON_CreateBool(l->complete));
    json_tree_add(&tree->tree, root, "threshold", cJSON_CreateNumber((double)l->threshold));
    json_tree_add(&tree->tree, root, "summary", cJSON_CreateString(l->summary));
}

static cJSON *categories(PublicTree *tree)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < tree->l->category_count; i++) {
        const PublicCategory *c = &tree->l->categories[i];
        cJSON *object = cJSON_CreateObject();
        json_tree_add(&tree->tree, object, "code", cJSON_CreateString(c->code));
        json_tree_add(&tree->tree, object, "name", cJSON_CreateString(c->name));
        add_figure(tree, object, &c->figure);
        json_tree_append(&tree->tree, array, object);
    }
    return array;
}

static cJSON *places(PublicTree *tree)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < tree->l->place_count; i++) {
        cJSON *object = cJSON_CreateObject();
        json_tree_add(&tree->tree, object, "name", cJSON_CreateString(tree->l->places[i].name));
        json_tree_add(&tree->tree, object, "count", cJSON_CreateNumber((double)tree->l->places[i].count));
        json_tree_append(&tree->tree, array, object);
    }
    return array;
}

static cJSON *sources(PublicTree *tree)
{
    cJSON *array = cJSON_CreateArray();
    for (size_t i = 0; i < tree->l->source_count; i++) {
        cJSON *object = cJSON_CreateObject();
        json_tree_add(&tree->tree, object, "organisation", cJSON_CreateString(tree->l->sources[i]));
        json_tree_append(&tree->tree, array, object);
    }
    return array;
}

int public_json_write(const LagesbildPublic *l, FILE *out)
{
    static const char *const never[] = {"hour_of_week", "incidents", "followup", "worries", "causes", "decisions"};
    PublicTree tree = {.l = l};
    cJSON *root = cJSON_CreateObject(), *total = cJSON_CreateObject();
    add_head(&tree, root);
    add_figure(&tree, total, &l->total);
    json_tree_add(&tree.tree, root, "total", total);
    json_tree_add(&tree.tree, root, "categories", categories(&tree));
    json_tree_add(&tree.tree, root, "places", places(&tree));
    json_tree_add(&tree.tree, root, "sources", sources(&tree));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        json_tree_add(&tree.tree, root, never[i], cJSON_CreateArray());
    return json_tree_write(&tree.tree, root, out);
}
