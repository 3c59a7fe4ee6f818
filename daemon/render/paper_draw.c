/* The pages of a paper, drawn with cairo. */
#include "render/paper-internal.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <stdio.h>

#include "render/chart_cairo.h"

typedef struct Ink {
    const Paper *paper;
    const PaperWords *words;
    cairo_surface_t *surface;
    cairo_t *cr;
    int page, chapter; /* of the bookmarks, the one that others go under */
} Ink;

static void draw_lines(const Ink *ink, const Item *item)
{
    PangoLayoutIter *iter = pango_layout_get_iter(item->layout);
    int line = 0, top = 0, bottom = 0;
    double from = 0;
    chart_cairo_colour(ink->cr, item->colour);
    do {
        PangoRectangle extents;
        pango_layout_iter_get_line_yrange(iter, &top, &bottom);
        if (line == item->first) from = (double)top / PANGO_SCALE;
        if (line >= item->first && line < item->end) {
            pango_layout_iter_get_line_extents(iter, NULL, &extents);
            cairo_move_to(ink->cr, item->x + (double)extents.x / PANGO_SCALE,
                          item->y + (double)pango_layout_iter_get_baseline(iter) / PANGO_SCALE - from);
            pango_cairo_show_layout_line(ink->cr, pango_layout_iter_get_line_readonly(iter));
        }
        line++;
    } while (line < item->end && pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
}

static void draw_foot(const Ink *ink)
{
    Paper text = *ink->paper;
    char page[64];
    snprintf(page, sizeof page, "Sida %d av %d", ink->page, ink->paper->pages);
    const char *const words[] = {ink->words->foot, page};
    for (int i = 0; i < 2; i++) {
        PaperStyle style = {8, CHART_SOFT, false, i ? CHART_END : CHART_START};
        Item item = {.layout = paper_layout(&text, style, i ? 90 : PAPER_WIDTH - 100, words[i]),
                     .colour = CHART_SOFT,
                     .x = i ? PAPER_LEFT + PAPER_WIDTH - 90 : PAPER_LEFT,
                     .y = PAPER_FOOT,
                     .end = 1};
        draw_lines(ink, &item);
        g_object_unref(item.layout);
    }
}

static void draw_bookmark(Ink *ink, const Item *item)
{
    char where[96];
    snprintf(where, sizeof where, "page=%d pos=[%d %d]", item->first, (int)item->x, (int)item->y);
    int id = cairo_pdf_surface_add_outline(ink->surface, item->level == 1 ? CAIRO_PDF_OUTLINE_ROOT : ink->chapter,
                                           item->text, where, item->level == 1 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : 0);
    if (item->level == 1) ink->chapter = id;
}

static void turn(Ink *ink)
{
    draw_foot(ink);
    cairo_show_page(ink->cr);
    ink->page++;
}

static void draw(Ink *ink, const Item *item)
{
    switch (item->kind) {
    case ITEM_BEGIN:
        cairo_tag_begin(ink->cr, item->tag, NULL);
        break;
    case ITEM_END:
        cairo_tag_end(ink->cr, item->tag);
        break;
    case ITEM_LINES:
        draw_lines(ink, item);
        break;
    case ITEM_CHART:
        chart_cairo_draw(item->chart, ink->cr, ink->paper->context, PAPER_FONT, item->x, item->y, item->width);
        break;
    case ITEM_RULE:
        chart_cairo_colour(ink->cr, item->colour);
        cairo_rectangle(ink->cr, item->x, item->y, item->width, item->height);
        cairo_fill(ink->cr);
        break;
    case ITEM_BOOKMARK:
        draw_bookmark(ink, item);
        break;
    case ITEM_TURN:
        turn(ink);
        break;
    }
}

static cairo_status_t write_bytes(void *closure, const unsigned char *data, unsigned int length)
{
    return fwrite(data, 1, length, closure) == length ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

int paper_draw(const Paper *paper, const PaperWords *words, FILE *out)
{
    cairo_surface_t *surface =
        cairo_pdf_surface_create_for_stream(write_bytes, out, PAPER_SHEET_WIDTH, PAPER_SHEET_HEIGHT);
    Ink ink = {.paper = paper, .words = words, .surface = surface, .cr = cairo_create(surface), .page = 1};
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, words->title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, words->subject);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, words->author);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "lagesbild");
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, words->created);
    for (size_t i = 0; i < paper->count; i++)
        draw(&ink, &paper->items[i]);
    draw_foot(&ink);
    cairo_tag_end(ink.cr, "Document");
    cairo_show_page(ink.cr);
    cairo_status_t drawn = cairo_status(ink.cr);
    cairo_destroy(ink.cr);
    cairo_surface_finish(surface);
    if (drawn == CAIRO_STATUS_SUCCESS) drawn = cairo_surface_status(surface);
    cairo_surface_destroy(surface);
    if (drawn == CAIRO_STATUS_SUCCESS) return 0;
    return drawn == CAIRO_STATUS_NO_MEMORY ? -ENOMEM : drawn == CAIRO_STATUS_WRITE_ERROR ? -EIO : -EBADMSG;
}
