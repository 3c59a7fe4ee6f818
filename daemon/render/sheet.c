#include "render/sheet.h"

#include <errno.h>

#include "render/phrases.h"

const PaperStyle sheet_body = {PAPER_BODY, CHART_INK, false, CHART_START};
const PaperStyle sheet_strong = {PAPER_BODY, CHART_INK, true, CHART_START};
const PaperStyle sheet_quiet = {8.5, CHART_SOFT, false, CHART_START};

int sheet_init(Sheet *s, Arena *arena)
{
    *s = (Sheet){.paper = paper_new(arena), .arena = arena};
    return s->paper ? 0 : -ENOMEM;
}

int sheet_write(Sheet *s, const char *title, const char *subject, const char *author, const char *created, FILE *out)
{
    int rc = s->failed;
    if (!rc && !title) rc = -ENOMEM;
    if (!rc)
        rc = paper_write(s->paper,
                         &(PaperWords){.title = title,
                                       .subject = subject,
                                       .author = author,
                                       .language = "sv-SE",
                                       .created = created,
                                       .foot = title},
                         out);
    paper_free(s->paper);
    return rc;
}

void sheet_gap(Sheet *s, double height)
{
    paper_set_y(s->paper, paper_y(s->paper) + height);
}

void sheet_left_column(Sheet *s)
{
    paper_column(s->paper, PAPER_LEFT, SHEET_COLUMN);
}

void sheet_right_column(Sheet *s)
{
    paper_column(s->paper, PAPER_LEFT + SHEET_COLUMN + SHEET_COLUMN_GAP, SHEET_COLUMN);
}

void sheet_whole_width(Sheet *s)
{
    paper_column(s->paper, PAPER_LEFT, PAPER_WIDTH);
}

void sheet_section(Sheet *s, const char *title, double keep)
{
    if (paper_y(s->paper) > PAPER_TOP) sheet_gap(s, 12);
    paper_heading(s->paper, 2, title, keep);
}

void sheet_chart(Sheet *s, int rc, const Chart *drawn)
{
    if (rc) s->failed = rc;
    if (!rc) paper_chart(s->paper, drawn, SHEET_CHART_SCALE);
}

void sheet_bound_text_as(Sheet *s, const char *role, PaperStyle style, const char *text)
{
    const char *bound = text ? phrases_bound(text, s->arena) : NULL;
    if (!bound) s->failed = -ENOMEM;
    paper_text(s->paper, role, style, bound ? bound : "");
}

void sheet_bound_text(Sheet *s, PaperStyle style, const char *text)
{
    sheet_bound_text_as(s, "P", style, text);
}
