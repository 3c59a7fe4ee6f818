/*
 * The lägesbild as JSON, as the interface and openapi.json have it. What is not known is null, never 0.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild.h"

/* Writes the completed lägesbild. Returns 0, -ENOMEM, or -EIO when `out` could not take it. */
int lagesbild_json_write(const Lagesbild *l, FILE *out);
