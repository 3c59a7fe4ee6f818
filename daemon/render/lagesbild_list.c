#include "render/lagesbild_list.h"

#include "render/json_tree.h"

static cJSON *item_json(JsonTree *tree, const LagesbildListItem *item)
{
    cJSON *object = cJSON_CreateObject();
    json_tree_add(tree, object, "municipality", cJSON_CreateString(item->municipality));
    json_tree_add(tree, object, "area", cJSON_CreateString(item->area));
    json_tree_add(tree, object, "area_name", cJSON_CreateString(item->area_name));
    json_tree_add(tree, object, "period", json_tree_period(tree, &item->period));
    json_tree_add(tree, object, "status", cJSON_CreateString(item->status));
    json_tree_add(tree, object, "waiting", cJSON_CreateBool(item->waits));
    json_tree_add(tree, object, "closed_at", json_tree_text_or_null(item->closed_at));
    json_tree_add(tree, object, "edited_at", json_tree_text_or_null(item->edited_at));
    json_tree_add(tree, object, "version", cJSON_CreateNumber(item->version));
    json_tree_add(tree, object, "published_at", json_tree_text_or_null(item->published_at));
    json_tree_add(tree, object, "published_by", json_tree_text_or_null(item->published_by));
    json_tree_add(tree, object, "sha256", json_tree_text_or_null(item->sha256));
    return object;
}

int lagesbild_list_write(const LagesbildListItem *items, size_t count, const char *next_cursor, FILE *out)
{
    JsonTree tree = {.failed = false};
    cJSON *root = cJSON_CreateObject(), *array = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        json_tree_append(&tree, array, item_json(&tree, &items[i]));
    json_tree_add(&tree, root, "items", array);
    json_tree_add(&tree, root, "next_cursor", json_tree_text_or_null(next_cursor));
    return json_tree_write(&tree, root, out);
}
