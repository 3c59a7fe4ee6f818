/*
 * A document on A4, as PDF: text that flows over pages, tables, charts, headings with bookmarks, and a foot on every
 * page.
 *
 * First everything is placed, then, when the number of pages is known, drawn. All of it is tagged (ISO 32000-1, 14.8):
 * what is outside the tags is the foot, rules, and a table's head repeated on its next page. Lengths are in points, y
 * downwards. The same calls give the same bytes, with the same fonts installed.
 *
 * Not thread-safe, but two threads may each have a paper of their own. pango and GLib end the program where memory is
 * out; what this allocates itself is checked, and the first failure is returned by paper_write().
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "render/chart.h"
#include "util/arena.h"

#define PAPER_LEFT  42.0
#define PAPER_TOP   40.0
#define PAPER_WIDTH 511.0 /* between the margins */
#define PAPER_BODY  9.5   /* size of running text */

typedef struct Paper Paper;

/* A paper with its first page begun; what is placed lives in `arena` and must outlive it. NULL without memory. */
Paper *paper_new(Arena *arena);
void paper_free(Paper *paper);

typedef struct PaperStyle {
    double size;
    ChartColour colour;
    bool bold;
    ChartAnchor align;
} PaperStyle;

/* Where things are placed next: the column from `x`, `width` wide, at `y` from the top of the page. */
void paper_column(Paper *paper, double x, double width);
double paper_y(const Paper *paper);
void paper_set_y(Paper *paper, double y);
double paper_room(const Paper *paper); /* down to the foot */

/* A new page; `paper_need` turns only where less than `height` is left. */
void paper_turn(Paper *paper);
void paper_need(Paper *paper, double height);

/* A structure element around others: "Sect", "L", "LI", "LBody". It may go over pages. */
void paper_begin(Paper *paper, const char *tag);
void paper_end(Paper *paper);

/* A heading of level 1 to 3, with a bookmark for 1 and 2. Kept together with `keep` points of what comes after it. */
void paper_heading(Paper *paper, int level, const char *text, double keep);

/* Text in the column, as an element `tag` ("P", "Lbl"), a new one for each page it goes over; control characters but
 * line ends come out as spaces. */
void paper_text(Paper *paper, const char *tag, PaperStyle style, const char *text);

/* How high the text would be. */
double paper_height(Paper *paper, PaperStyle style, const char *text);

/* A figure at the left of the column, `scale` points a unit; nothing where the chart has no shapes. */
void paper_chart(Paper *paper, const Chart *chart, double scale);

/* A thin line over the column. */
void paper_rule(Paper *paper, ChartColour colour, double thickness);

/* A table: heads, then row by row, as many cells as columns; a row is not broken over pages. */
typedef struct PaperColumn {
    const char *head;
    double width;
    ChartAnchor align;
} PaperColumn;

typedef struct PaperCell {
    const char *text;
    ChartColour colour; /* CHART_INK where not said */
    bool bold;
} PaperCell;

enum { PAPER_COLUMNS_MAX = 26 };

/* `columns` must outlive the table. `size` is the text's. The first cell of each row is the row's head. */
void paper_table_begin(Paper *paper, const PaperColumn *columns, size_t count, double size);
void paper_table_row(Paper *paper, const PaperCell *cells);
void paper_table_end(Paper *paper);

typedef struct PaperWords {
    const char *title, *subject, *author;
    const char *language; /* BCP 47 */
    const char *created;  /* RFC 3339 */
    const char *foot;     /* at the left of every page's foot; "Sida 2 av 5" stands at its right */
} PaperWords;

/* Draws all pages. Returns 0, -ENOMEM, -EIO where `out` failed, or -EBADMSG where cairo did. Once only. */
int paper_write(Paper *paper, const PaperWords *words, FILE *out);

/* Lets go of what the libraries keep of the fonts for the next drawing, at the end of the program. No paper may be
 * left, in any thread. */
void paper_forget_fonts(void);
