/*
 * A PDF's sheets as our documents share them: styles, columns, headings, and how a document ends.
 */
#pragma once

#include <stdio.h>

#include "render/chart.h"
#include "render/paper.h"
#include "util/arena.h"

/* The sheet's two columns, and charts' units for a column: their text is then a little smaller than the running text.
 */
#define SHEET_COLUMN_GAP  21.0
#define SHEET_COLUMN      ((PAPER_WIDTH - SHEET_COLUMN_GAP) / 2)
#define SHEET_CHART_SCALE 0.75
#define SHEET_CHART_WIDTH (SHEET_COLUMN / SHEET_CHART_SCALE)

extern const PaperStyle sheet_body, sheet_strong, sheet_quiet;

/* The document under way. */
typedef struct Sheet {
    Paper *paper;
    Arena *arena;
    int failed; /* the first failure, a negative errno */
} Sheet;

/* Returns 0 or -ENOMEM. Ends with sheet_write(). */
int sheet_init(Sheet *s, Arena *arena);

/*
 * Writes the document and frees what sheet_init() took. `title` also stands at each sheet's foot; NULL means that
 * memory is out. `created` is RFC 3339. Returns 0, the first failure, or what paper_write() says.
 */
int sheet_write(Sheet *s, const char *title, const char *subject, const char *author, const char *created, FILE *out);

void sheet_gap(Sheet *s, double height);
void sheet_left_column(Sheet *s);
void sheet_right_column(Sheet *s);
void sheet_whole_width(Sheet *s);

/* A heading with room for `keep` points of what stands under it. */
void sheet_section(Sheet *s, const char *title, double keep);

/* A chart, unless making it failed with `rc`. */
void sheet_chart(Sheet *s, int rc, const Chart *drawn);

/* Text in which no "v." ends a line, and no range is parted; `text` may be NULL where memory is out. */
void sheet_bound_text_as(Sheet *s, const char *role, PaperStyle style, const char *text);
void sheet_bound_text(Sheet *s, PaperStyle style, const char *text);
