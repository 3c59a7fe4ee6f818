/*
 * Plain text for a terminal or a printout: widths in columns, not bytes, and wrapping at spaces.
 * Control characters in what is written come out as spaces, so that no text can steer the reader's terminal.
 */
#pragma once

#include <stdio.h>

enum { PAGE_WIDTH = 78 };

/* Columns that valid UTF-8 takes. */
int page_columns(const char *text);

/* `text` cut to `columns` (with an ellipsis where it is cut) and padded with spaces, left- or right-aligned. */
void page_left(FILE *out, const char *text, int columns);
void page_right(FILE *out, const char *text, int columns);

/* `text` as lines of at most PAGE_WIDTH columns: the first after `first` (a bullet, a label), the others indented by
 * as many columns. Line ends in `text` are kept as line ends; no-break spaces do not break. */
void page_paragraph(FILE *out, const char *first, const char *text);

/* A line of `mark`, as wide as the page. */
void page_rule(FILE *out, char mark);
