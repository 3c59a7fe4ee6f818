/*
 * A chart as an inline SVG image: role, title and description for who cannot see it, no script, no style but its own
 * attributes, so that it looks the same on a screen and on paper.
 */
#pragma once

#include <stdio.h>

#include "render/chart.h"

/* Writes <svg>…</svg>. `id` is unique on the page; letters, digits and hyphens. A chart without shapes writes nothing.
 */
void chart_svg_write(const Chart *chart, const char *id, FILE *out);

/* Shows on another place of the page what was written with this `id`. */
void chart_svg_again(const Chart *chart, const char *id, FILE *out);
