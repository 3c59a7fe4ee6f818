/*
 * What the lägesbild's JSON for the group and that for the public share: a tree built without looking, whose failures
 * (all of them out of memory) are remembered and told once, when it is written.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdio.h>

#include "core/lagesbild/lagesbild.h"

typedef struct JsonTree {
    bool failed;
} JsonTree;

/* Both take over `item`; a NULL item has failed. */
void json_tree_add(JsonTree *tree, cJSON *object, const char *name, cJSON *item);
void json_tree_append(JsonTree *tree, cJSON *array, cJSON *item);

cJSON *json_tree_text_or_null(const char *text);
cJSON *json_tree_count_or_null(int64_t count); /* LAGESBILD_UNKNOWN is null */
cJSON *json_tree_date_or_null(CivilDate date);

/* {code, from, to (the last day), label} */
cJSON *json_tree_period(JsonTree *tree, const Period *period);

/* {<number>, at, by}, null for what never was; `number` names the step's number: "revision", "version". */
cJSON *json_tree_step_or_null(JsonTree *tree, const LagesbildStep *step, const char *number);

/* Writes `root` and a line end, and frees it. 0, -ENOMEM (also where the tree has failed) or -EIO. */
int json_tree_write(const JsonTree *tree, cJSON *root, FILE *out);
