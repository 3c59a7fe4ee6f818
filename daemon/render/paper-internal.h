/*
 * What paper.c is made of: things are placed in a list (paper.c), which is then drawn (paper_draw.c).
 */
#pragma once

#include <pango/pango.h>

#include "render/paper.h"
#include "render/pdf_describe.h"

/* A4, ISO 216. */
#define PAPER_SHEET_WIDTH  595.276
#define PAPER_SHEET_HEIGHT 841.890
#define PAPER_BOTTOM       (PAPER_SHEET_HEIGHT - 54) /* what is placed ends here */
#define PAPER_FOOT         (PAPER_SHEET_HEIGHT - 32) /* where the foot begins */
#define PAPER_FONT         "Liberation Sans,DejaVu Sans,sans-serif"

enum { PAPER_DEPTH_MAX = 12 };

typedef enum ItemKind { ITEM_BEGIN, ITEM_END, ITEM_LINES, ITEM_CHART, ITEM_RULE, ITEM_BOOKMARK, ITEM_TURN } ItemKind;

/* Something placed, in the order it is drawn. */
typedef struct Item {
    ItemKind kind;
    ChartColour colour;
    double x, y, width, height;
    const char *tag, *text;
    PangoLayout *layout; /* owned; lines `first` to `end` of it, the first with its upper edge at y */
    int first, end, level;
    const Chart *chart;
} Item;

struct Paper {
    Arena *arena;
    PangoContext *context;
    PangoFontDescription *font;
    Item *items;
    size_t count, capacity;
    double x, y, width;
    int pages;
    bool failed;
    const char *open[PAPER_DEPTH_MAX]; /* elements begun and not ended */
    int depth;
    const PaperColumn *columns; /* of the table under way */
    size_t column_count;
    double table_size;
    const char **figures;
    size_t figure_count, figure_capacity;
    PdfScope *heads;
    size_t head_count, head_capacity;
};

/* A text laid out within a width; the caller's. Where memory is out, paper->failed is set and it is empty. */
PangoLayout *paper_layout(Paper *paper, PaperStyle style, double width, const char *text);

/* Draws all that was placed, as a PDF that pdf_describe() has still to complete. Returns as paper_write(). */
int paper_draw(const Paper *paper, const PaperWords *words, FILE *out);
