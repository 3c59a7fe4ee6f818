/*
 * The charts of a lägesbild as shapes: what is drawn where, decided once, drawn as SVG (chart_svg) and on paper
 * (chart_cairo). Pure; everything lives in the caller's arena.
 *
 * Lengths are in units of which body text has CHART_TEXT; a chart is as wide as it is told and as high as it needs.
 * Colour never carries a meaning alone: what stands out is also said in words, and every number that is drawn stands in
 * a table beside the chart.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lagesbild/lagesbild.h"
#include "util/arena.h"

#define CHART_TEXT 11.0

typedef enum ChartColour {
    CHART_INK,
    CHART_SOFT,  /* text that explains */
    CHART_RULE,  /* lines that only guide the eye */
    CHART_BAND,  /* what is normal */
    CHART_BLUE,  /* what was counted */
    CHART_UP,    /* more than normal */
    CHART_DOWN,  /* fewer than normal */
    CHART_PAPER, /* the ground, and text on dark */
    CHART_LAND,  /* inside an area */
    CHART_HEAT1, /* chart_heat(); on 3 and 4 text is CHART_PAPER */
    CHART_HEAT2,
    CHART_HEAT3,
    CHART_HEAT4,
    CHART_COLOURS
} ChartColour;

/* 0xRRGGBB. Texts have 4.5:1 or more on what they stand on, marks 3:1 (WCAG 2.1, 1.4.3 and 1.4.11). */
uint32_t chart_rgb(ChartColour colour);

typedef enum ChartKind {
    CHART_RECT, /* filled: x, y, width, height */
    CHART_LINE, /* through `points`, `width` thick */
    CHART_AREA, /* `points` closed and filled; rings each closed, filled by the even-odd rule, with a rule around */
    CHART_DOT,  /* filled, with a thin rim of the ground: centre x, y, radius `width` */
    CHART_WORD, /* `text` in one line: x is what `anchor` says, y the base line, `height` the size */
} ChartKind;

typedef enum ChartAnchor { CHART_START, CHART_MIDDLE, CHART_END } ChartAnchor;

typedef struct ChartPoint {
    double x, y;
    bool starts; /* a new ring of an area begins here */
} ChartPoint;

typedef struct ChartShape {
    ChartKind kind;
    ChartColour colour;
    ChartAnchor anchor;
    bool bold;
    double x, y, width, height;
    ChartPoint *points;
    size_t point_count;
    const char *text;
} ChartShape;

typedef struct Chart {
    double width, height;
    const char *title;       /* what it shows, in Swedish: "Händelser per vecka, ett år" */
    const char *description; /* what there is to see, for who cannot see it */
    ChartShape *shapes;      /* painted in this order */
    size_t count, capacity;
    bool failed; /* memory was out while drawing */
} Chart;

/*
 * Each returns 0 or -ENOMEM, and a chart without shapes where there is nothing to show.
 *
 * chart_categories: a bar for each of the `most` first categories over the band of what is normal.
 * chart_weeks: the last `weeks` of the series as a line over the band of what was normal when each came.
 * chart_hours: weekday × hour, the count in each cell.
 * chart_map: the area with its places as dots. Those in the list of places have its numbers, and an area after their
 * count; others are small. An area of whose places none has a known position is shown without dots.
 */
int chart_categories(Chart *out, const Lagesbild *l, double width, size_t most, Arena *arena);
int chart_weeks(Chart *out, const Lagesbild *l, double width, size_t weeks, Arena *arena);
int chart_hours(Chart *out, const Lagesbild *l, double width, Arena *arena);
int chart_map(Chart *out, const Lagesbild *l, double width, Arena *arena);

/* How strong a cell of `count` (1 or more) is drawn, 1 to 4, where the most in any cell is `most`: in quarters of the
 * most, but one incident alone is never drawn as if it were many. */
int chart_heat(int64_t count, int64_t most);

/* The least of 1, 2, 5 × 10ⁿ that is `most` or more when taken four times at most: what an axis counts in. */
int64_t chart_step(int64_t most);
