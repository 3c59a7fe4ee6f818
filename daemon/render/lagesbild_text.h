/*
 * The lägesbild as plain text for a terminal, a mail or a printout: UTF-8, at most 78 columns, Swedish.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild.h"

/* Writes the completed lägesbild. Returns 0, -ENOMEM, or -EIO when `out` could not take it. */
int lagesbild_text_write(const Lagesbild *l, FILE *out);
