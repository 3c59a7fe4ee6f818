/*
 * A chart drawn with cairo: the same shapes as in the page (chart_svg), with pango for the words.
 */
#pragma once

#include <pango/pangocairo.h>

#include "render/chart.h"

/* Draws the chart with its upper left corner at (x, y), `scale` points a unit, words in `font` with their own size. */
void chart_cairo_draw(const Chart *chart, cairo_t *cr, PangoContext *context, const char *font, double x, double y,
                      double scale);

/* Makes `colour` what cairo draws with. */
void chart_cairo_colour(cairo_t *cr, ChartColour colour);
