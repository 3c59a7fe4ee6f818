#include "render/paper.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <stdlib.h>
#include <utf8proc.h>

#include "render/chart_cairo.h"
#include "render/pdf_describe.h"
#include "util/memstream.h"

/* A4, ISO 216. */
#define SHEET_WIDTH  595.276
#define SHEET_HEIGHT 841.890
#define PAPER_TOP    40.0
#define BOTTOM       (SHEET_HEIGHT - 54)
#define FOOT         (SHEET_HEIGHT - 32)
#define FONT         "Liberation Sans,DejaVu Sans,sans-serif"

enum { DEPTH_MAX = 12 };

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
    const char *open[DEPTH_MAX]; /* elements begun and not ended */
    int depth;
    const PaperColumn *columns; /* of the table under way */
    size_t column_count;
    double table_size;
    const char **figures;
    size_t figure_count, figure_capacity;
    PdfScope *heads;
    size_t head_count, head_capacity;
};

Paper *paper_new(Arena *arena)
{
    Paper *paper = arena_calloc(arena, 1, sizeof *paper);
    if (!paper) return NULL;
    paper->arena = arena;
    paper->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    paper->font = pango_font_description_from_string(FONT);
    /* Paper has no pixels to fit letters to. */
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(paper->context, options);
    cairo_font_options_destroy(options);
    pango_context_set_language(paper->context, pango_language_from_string("sv"));
    paper->x = PAPER_LEFT;
    paper->width = PAPER_WIDTH;
    paper->y = PAPER_TOP;
    paper->pages = 1;
    paper_begin(paper, "Document");
    return paper;
}

void paper_free(Paper *paper)
{
    if (!paper) return;
    for (size_t i = 0; i < paper->count; i++)
        if (paper->items[i].layout) g_object_unref(paper->items[i].layout);
    pango_font_description_free(paper->font);
    g_object_unref(paper->context);
}

/* Takes over the item's layout, also where it fails. */
static void place(Paper *paper, Item item)
{
    Item *items = arena_grow(paper->arena, paper->items, paper->count, &paper->capacity, sizeof *items);
    if (!items) {
        paper->failed = true;
        if (item.layout) g_object_unref(item.layout);
        return;
    }
    paper->items = items;
    items[paper->count++] = item;
}

void paper_column(Paper *paper, double x, double width)
{
    paper->x = x;
    paper->width = width;
}

double paper_y(const Paper *paper)
{
    return paper->y;
}

void paper_set_y(Paper *paper, double y)
{
    paper->y = y;
}

double paper_room(const Paper *paper)
{
    return BOTTOM - paper->y;
}

void paper_turn(Paper *paper)
{
    place(paper, (Item){.kind = ITEM_TURN});
    paper->pages++;
    paper->y = PAPER_TOP;
}

void paper_need(Paper *paper, double height)
{
    if (paper_room(paper) < height && paper->y > PAPER_TOP) paper_turn(paper);
}

void paper_begin(Paper *paper, const char *tag)
{
    if (paper->depth == DEPTH_MAX) {
        paper->failed = true;
        return;
    }
    paper->open[paper->depth++] = tag;
    place(paper, (Item){.kind = ITEM_BEGIN, .tag = tag});
}

void paper_end(Paper *paper)
{
    place(paper, (Item){.kind = ITEM_END, .tag = paper->open[--paper->depth]});
}

/* --- text --- */

static const char *without_controls(Paper *paper, const char *text)
{
    char *copy = arena_strdup(paper->arena, text);
    if (!copy) {
        paper->failed = true;
        return "";
    }
    for (char *c = copy; *c; c++)
        if (((unsigned char)*c < 0x20 && *c != '\n') || *c == 0x7f) *c = ' ';
    return copy;
}

static PangoLayout *layout_new(Paper *paper, PaperStyle style, double width, const char *text)
{
    PangoLayout *layout = pango_layout_new(paper->context);
    pango_font_description_set_absolute_size(paper->font, style.size * PANGO_SCALE);
    pango_font_description_set_weight(paper->font, style.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_layout_set_font_description(layout, paper->font);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(layout, 1.2F);
    pango_layout_set_alignment(layout, style.align == CHART_END      ? PANGO_ALIGN_RIGHT
                                       : style.align == CHART_MIDDLE ? PANGO_ALIGN_CENTER
                                                                     : PANGO_ALIGN_LEFT);
    /* A word broken because it is too long gets no hyphen: it would be copied with the text. */
    PangoAttrList *attributes = pango_attr_list_new();
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
    pango_layout_set_attributes(layout, attributes);
    pango_attr_list_unref(attributes);
    pango_layout_set_text(layout, without_controls(paper, text), -1);
    return layout;
}

static double layout_height(PangoLayout *layout)
{
    PangoRectangle extents;
    pango_layout_get_extents(layout, NULL, &extents);
    return (double)extents.height / PANGO_SCALE;
}

double paper_height(Paper *paper, PaperStyle style, const char *text)
{
    PangoLayout *layout = layout_new(paper, style, paper->width, text);
    const double height = layout_height(layout);
    g_object_unref(layout);
    return height;
}

/* The first line from `first` on that does not fit in `room`, and how high those before it are together. */
static int fitting(PangoLayout *layout, int first, double room, double *height)
{
    PangoLayoutIter *iter = pango_layout_get_iter(layout);
    int line = 0, top = 0, bottom = 0, from = 0;
    *height = 0;
    do {
        pango_layout_iter_get_line_yrange(iter, &top, &bottom);
        if (line == first) from = top;
        if (line >= first) {
            if ((double)(bottom - from) / PANGO_SCALE > room) break;
            *height = (double)(bottom - from) / PANGO_SCALE;
        }
        line++;
    } while (pango_layout_iter_next_line(iter));
    pango_layout_iter_free(iter);
    return line;
}

void paper_text(Paper *paper, const char *tag, PaperStyle style, const char *text)
{
    if (!*text) return;
    PangoLayout *layout = layout_new(paper, style, paper->width, text);
    const int lines = pango_layout_get_line_count(layout);
    for (int first = 0; first < lines;) {
        double height;
        int end = fitting(layout, first, paper_room(paper), &height);
        if (end == first && paper->y > PAPER_TOP) {
            paper_turn(paper);
            continue;
        }
        if (end == first) end++; /* a line higher than a page is cut */
        paper_begin(paper, tag);
        place(paper, (Item){.kind = ITEM_LINES,
                            .colour = style.colour,
                            .layout = g_object_ref(layout),
                            .x = paper->x,
                            .y = paper->y,
                            .first = first,
                            .end = end});
        paper_end(paper);
        paper->y += height;
        first = end;
    }
    paper->y += style.size * 0.15; /* about what is between its lines */
    g_object_unref(layout);
}

void paper_heading(Paper *paper, int level, const char *text, double keep)
{
    static const PaperStyle styles[] = {
        {24, CHART_INK, true, CHART_START}, {13, CHART_BLUE, true, CHART_START}, {10.5, CHART_INK, true, CHART_START}};
    static const char *const tags[] = {"H1", "H2", "H3"};
    const PaperStyle style = styles[level - 1];
    paper_need(paper, paper_height(paper, style, text) + keep);
    if (level < 3)
        place(paper, (Item){.kind = ITEM_BOOKMARK,
                            .text = without_controls(paper, text),
                            .level = level,
                            .x = paper->x,
                            .y = paper->y,
                            .first = paper->pages});
    paper_text(paper, tags[level - 1], style, text);
    paper->y += level == 2 ? 3 : 1;
}

/* --- figures and rules --- */

void paper_chart(Paper *paper, const Chart *chart, double scale)
{
    if (!chart->count) return;
    paper_need(paper, chart->height * scale);
    const char **figures =
        arena_grow(paper->arena, paper->figures, paper->figure_count, &paper->figure_capacity, sizeof *figures);
    const char *alt = arena_printf(paper->arena, "%s. %s", chart->title, chart->description);
    Chart *kept = arena_calloc(paper->arena, 1, sizeof *kept);
    if (!figures || !alt || !kept) {
        paper->failed = true;
        return;
    }
    *kept = *chart;
    paper->figures = figures;
    figures[paper->figure_count++] = alt;
    paper_begin(paper, "Figure");
    place(paper, (Item){.kind = ITEM_CHART, .chart = kept, .x = paper->x, .y = paper->y, .width = scale});
    paper_end(paper);
    paper->y += chart->height * scale;
}

void paper_rule(Paper *paper, ChartColour colour, double thickness)
{
    place(paper, (Item){.kind = ITEM_RULE,
                        .colour = colour,
                        .x = paper->x,
                        .y = paper->y,
                        .width = paper->width,
                        .height = thickness});
    paper->y += thickness;
}

/* --- tables --- */

enum { CELL_PAD = 2 };

/* What is left free at the right of a cell; narrow columns hold digits only. */
static double cell_gap(const PaperColumn *column)
{
    return column->width < 40 ? 4 : 12;
}

static void add_head(Paper *paper, PdfScope scope)
{
    PdfScope *heads = arena_grow(paper->arena, paper->heads, paper->head_count, &paper->head_capacity, sizeof *heads);
    if (!heads) {
        paper->failed = true;
        return;
    }
    paper->heads = heads;
    heads[paper->head_count++] = scope;
}

static void place_cell(Paper *paper, PangoLayout *layout, const char *tag, double x, ChartColour colour)
{
    if (tag) paper_begin(paper, tag);
    place(paper, (Item){.kind = ITEM_LINES,
                        .colour = colour,
                        .layout = layout,
                        .x = x,
                        .y = paper->y + CELL_PAD,
                        .end = pango_layout_get_line_count(layout)});
    if (tag) paper_end(paper);
}

/* The heads, as the table's first row or, on its next page, as something that only looks like it. */
static void table_heads(Paper *paper, bool tagged)
{
    double x = paper->x, height = 0;
    if (tagged) paper_begin(paper, "TR");
    for (size_t i = 0; i < paper->column_count; i++) {
        const PaperColumn *column = &paper->columns[i];
        PangoLayout *layout = layout_new(paper, (PaperStyle){paper->table_size - 0.5, CHART_SOFT, true, column->align},
                                         column->width - cell_gap(column), column->head);
        const double needs = layout_height(layout);
        if (needs > height) height = needs;
        if (tagged) add_head(paper, PDF_SCOPE_COLUMN);
        place_cell(paper, layout, tagged ? "TH" : NULL, x, CHART_SOFT);
        x += column->width;
    }
    if (tagged) paper_end(paper);
    paper->y += height + 2 * CELL_PAD;
    paper_rule(paper, CHART_SOFT, 0.7);
}

void paper_table_begin(Paper *paper, const PaperColumn *columns, size_t count, double size)
{
    paper_need(paper, 4 * size);
    paper_begin(paper, "Table");
    paper->columns = columns;
    paper->column_count = count;
    paper->table_size = size;
    table_heads(paper, true);
}

void paper_table_row(Paper *paper, const PaperCell *cells)
{
    PangoLayout *layouts[PAPER_COLUMNS_MAX];
    double x = paper->x, height = 0;
    for (size_t i = 0; i < paper->column_count; i++) {
        const PaperColumn *column = &paper->columns[i];
        layouts[i] = layout_new(paper, (PaperStyle){paper->table_size, cells[i].colour, cells[i].bold, column->align},
                                column->width - cell_gap(column), cells[i].text);
        const double needs = layout_height(layouts[i]);
        if (needs > height) height = needs;
    }
    if (paper_room(paper) < height + 2 * CELL_PAD && paper->y > PAPER_TOP) {
        paper_turn(paper);
        table_heads(paper, false);
    }
    paper_begin(paper, "TR");
    for (size_t i = 0; i < paper->column_count; i++) {
        if (i == 0) add_head(paper, PDF_SCOPE_ROW);
        place_cell(paper, layouts[i], i == 0 ? "TH" : "TD", x, cells[i].colour);
        x += paper->columns[i].width;
    }
    paper_end(paper);
    paper->y += height + 2 * CELL_PAD;
    paper_rule(paper, CHART_RULE, 0.5);
}

void paper_table_end(Paper *paper)
{
    paper_end(paper);
}

/* --- drawing --- */

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
        Item item = {.layout = layout_new(&text, style, i ? 90 : PAPER_WIDTH - 100, words[i]),
                     .colour = CHART_SOFT,
                     .x = i ? PAPER_LEFT + PAPER_WIDTH - 90 : PAPER_LEFT,
                     .y = FOOT,
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
        chart_cairo_draw(item->chart, ink->cr, ink->paper->context, FONT, item->x, item->y, item->width);
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

static int draw_pages(const Paper *paper, const PaperWords *words, FILE *out)
{
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(write_bytes, out, SHEET_WIDTH, SHEET_HEIGHT);
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

int paper_write(Paper *paper, const PaperWords *words, FILE *out)
{
    char *pdf = NULL;
    size_t len = 0;
    FILE *drawn = memstream_open(&pdf, &len);
    if (!drawn) return -ENOMEM;
    int rc = paper->failed ? -ENOMEM : draw_pages(paper, words, drawn);
    if (!memstream_close(drawn) && !rc) rc = -ENOMEM;
    const PdfDescription description = {.language = words->language,
                                        .figures = paper->figures,
                                        .figure_count = paper->figure_count,
                                        .heads = paper->heads,
                                        .head_count = paper->head_count};
    if (!rc) rc = pdf_describe(pdf, len, &description, out);
    free(pdf);
    return rc;
}

void paper_forget_fonts(void)
{
    pango_cairo_font_map_set_default(NULL); /* this thread's; the others' went with them */
    cairo_debug_reset_static_data();
    FcFini();
}
