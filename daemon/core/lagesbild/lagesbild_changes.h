/*
 * What differs between two issues of the same lägesbild, told in a few Swedish sentences: why there is a version 2.
 */
#pragma once

#include <cjson/cJSON.h>

#include "core/lagesbild/lagesbild.h"

/* Compares two lägesbilder as the JSON renderer writes them. There is always at least one sentence: that nothing
 * differs, where nothing does. Returns 0 or -ENOMEM. */
int lagesbild_changes(LagesbildTexts *out, const cJSON *before, const cJSON *after, Arena *arena);
