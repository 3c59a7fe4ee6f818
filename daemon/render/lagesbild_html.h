/*
 * The lägesbild as one HTML page: complete without scripts, without any other request, for a phone, a projector and
 * paper. Every text is escaped. Written for WCAG 2.1 AA: headings in order, captions and scopes, contrast, a skip link,
 * and no meaning in colour alone.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild.h"

/* Writes the completed lägesbild. Returns 0, -ENOMEM, or -EIO when `out` could not take it. */
int lagesbild_html_write(const Lagesbild *l, FILE *out);
