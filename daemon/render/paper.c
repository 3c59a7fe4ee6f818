#include "render/paper.h"

#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <stdlib.h>

#include "render/paper-internal.h"
#include "util/memstream.h"

Paper *paper_new(Arena *arena)
{
    Paper *paper = arena_calloc(arena, 1, sizeof *paper);
    if (!paper) return NULL;
    paper->arena = arena;
    paper->context = pango_font_map_create_context(pango_cairo_font_map_get_default());
    paper->font = pango_font_description_from_string(PAPER_FONT);
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
    return PAPER_BOTTOM - paper->y;
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
    if (paper->depth == PAPER_DEPTH_MAX) {
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

PangoLayout *paper_layout(Paper *paper, PaperStyle style, double width, const char *text)
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
    PangoLayout *layout = paper_layout(paper, style, paper->width, text);
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
    PangoLayout *layout = paper_layout(paper, style, paper->width, text);
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
        PangoLayout *layout =
            paper_layout(paper, (PaperStyle){paper->table_size - 0.5, CHART_SOFT, true, column->align},
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
        layouts[i] = paper_layout(paper, (PaperStyle){paper->table_size, cells[i].colour, cells[i].bold, column->align},
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

/* --- the file --- */

int paper_write(Paper *paper, const PaperWords *words, FILE *out)
{
    char *pdf = NULL;
    size_t len = 0;
    FILE *drawn = memstream_open(&pdf, &len);
    if (!drawn) return -ENOMEM;
    int rc = paper->failed ? -ENOMEM : paper_draw(paper, words, drawn);
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
