#include "render/json_tree.h"

#include "render/json_write.h"
#include "util/json_build.h"

void json_tree_add(JsonTree *tree, cJSON *object, const char *name, cJSON *item)
{
    if (!json_add_item(object, name, item)) tree->failed = true;
}

void json_tree_append(JsonTree *tree, cJSON *array, cJSON *item)
{
    if (!json_append(array, item)) tree->failed = true;
}

cJSON *json_tree_text_or_null(const char *text)
{
    return text ? cJSON_CreateString(text) : cJSON_CreateNull();
}

cJSON *json_tree_count_or_null(int64_t count)
{
    return count == LAGESBILD_UNKNOWN ? cJSON_CreateNull() : cJSON_CreateNumber((double)count);
}

cJSON *json_tree_date_or_null(CivilDate date)
{
    char text[CIVIL_TEXT_SIZE];
    return civil_is_known(date) ? cJSON_CreateString(civil_format(date, text)) : cJSON_CreateNull();
}

cJSON *json_tree_period(JsonTree *tree, const Period *period)
{
    char code[PERIOD_CODE_SIZE], label[PERIOD_LABEL_SIZE];
    cJSON *object = cJSON_CreateObject();
    json_tree_add(tree, object, "code", cJSON_CreateString(period_code(period, code)));
    json_tree_add(tree, object, "from", json_tree_date_or_null(period->from));
    json_tree_add(tree, object, "to", json_tree_date_or_null(civil_add_days(period->to, -1)));
    json_tree_add(tree, object, "label", cJSON_CreateString(period_label(period, label)));
    return object;
}

cJSON *json_tree_step_or_null(JsonTree *tree, const LagesbildStep *step, const char *number)
{
    if (!step->number) return cJSON_CreateNull();
    cJSON *object = cJSON_CreateObject();
    json_tree_add(tree, object, number, cJSON_CreateNumber(step->number));
    json_tree_add(tree, object, "at", cJSON_CreateString(step->at));
    json_tree_add(tree, object, "by", cJSON_CreateString(step->by));
    return object;
}

int json_tree_write(const JsonTree *tree, cJSON *root, FILE *out)
{
    return json_write_line(root, !tree->failed, out);
}
