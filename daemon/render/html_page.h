/*
 * What every page shares: the head with its style, the band on top, and the footer.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

enum { HTML_PAGE_STATES = 4 };

/* Texts as they are read, not yet as HTML; NULL leaves one out. */
typedef struct HtmlPage {
    const char *title[2]; /* of the window; the second after a comma */
    const char *kind;     /* above the heading */
    const char *heading;
    const char *span;                     /* below it: which time */
    const char *states[HTML_PAGE_STATES]; /* and what it is: a draft, by whom; the first NULL ends them */
} HtmlPage;

/* All before the page's contents. */
void html_page_open(FILE *out, const HtmlPage *page);

/* All after them; `footer` may be NULL. */
void html_page_close(FILE *out, const char *footer);
