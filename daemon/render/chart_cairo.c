#include "render/chart_cairo.h"

void chart_cairo_colour(cairo_t *cr, ChartColour colour)
{
    const uint32_t rgb = chart_rgb(colour);
    cairo_set_source_rgb(cr, (double)(rgb >> 16 & 0xff) / 255, (double)(rgb >> 8 & 0xff) / 255,
                         (double)(rgb & 0xff) / 255);
}

static void path(cairo_t *cr, const ChartShape *s, bool closed)
{
    for (size_t i = 0; i < s->point_count; i++) {
        const ChartPoint *p = &s->points[i];
        if (closed && p->starts && i) cairo_close_path(cr);
        if (p->starts)
            cairo_move_to(cr, p->x, p->y);
        else
            cairo_line_to(cr, p->x, p->y);
    }
    if (closed) cairo_close_path(cr);
}

static void area(cairo_t *cr, const ChartShape *s)
{
    path(cr, s, true);
    cairo_set_fill_rule(cr, CAIRO_FILL_RULE_EVEN_ODD);
    cairo_fill_preserve(cr);
    if (s->width > 0) {
        chart_cairo_colour(cr, CHART_SOFT);
        cairo_set_line_width(cr, s->width);
        cairo_stroke(cr);
    }
    cairo_new_path(cr);
}

static void word(cairo_t *cr, const ChartShape *s, PangoContext *context, const char *font)
{
    PangoLayout *layout = pango_layout_new(context);
    PangoFontDescription *description = pango_font_description_from_string(font);
    pango_font_description_set_absolute_size(description, s->height * PANGO_SCALE);
    if (s->bold) pango_font_description_set_weight(description, PANGO_WEIGHT_BOLD);
    pango_layout_set_font_description(layout, description);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_text(layout, s->text, -1);
    PangoRectangle extents;
    pango_layout_get_extents(layout, NULL, &extents);
    const double wide = (double)extents.width / PANGO_SCALE;
    const double left = s->anchor == CHART_START ? 0 : s->anchor == CHART_MIDDLE ? wide / 2 : wide;
    cairo_move_to(cr, s->x - left, s->y);
    pango_cairo_show_layout_line(cr, pango_layout_get_line_readonly(layout, 0));
    pango_font_description_free(description);
    g_object_unref(layout);
}

static void shape(cairo_t *cr, const ChartShape *s, PangoContext *context, const char *font)
{
    chart_cairo_colour(cr, s->colour);
    switch (s->kind) {
    case CHART_RECT:
        cairo_rectangle(cr, s->x, s->y, s->width, s->height);
        cairo_fill(cr);
        break;
    case CHART_LINE:
        path(cr, s, false);
        cairo_set_line_width(cr, s->width);
        cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
        cairo_stroke(cr);
        break;
    case CHART_AREA:
        area(cr, s);
        break;
    case CHART_DOT:
        cairo_new_path(cr); /* a word leaves its end behind */
        cairo_arc(cr, s->x, s->y, s->width, 0, 2 * G_PI);
        cairo_fill_preserve(cr);
        chart_cairo_colour(cr, CHART_PAPER);
        cairo_set_line_width(cr, 1);
        cairo_stroke(cr);
        break;
    case CHART_WORD:
        word(cr, s, context, font);
        break;
    }
}

void chart_cairo_draw(const Chart *chart, cairo_t *cr, PangoContext *context, const char *font, double x, double y,
                      double scale)
{
    cairo_save(cr);
    cairo_translate(cr, x, y);
    cairo_scale(cr, scale, scale);
    for (size_t i = 0; i < chart->count; i++)
        shape(cr, &chart->shapes[i], context, font);
    cairo_restore(cr);
}
