#include "render/chart_svg.h"

#include "render/html.h"

static void path(const ChartShape *shape, bool closed, FILE *out)
{
    for (size_t i = 0; i < shape->point_count; i++) {
        const ChartPoint *p = &shape->points[i];
        if (closed && p->starts && i) fputc('z', out);
        fprintf(out, "%c%.1f %.1f", p->starts ? 'M' : 'L', p->x, p->y);
    }
    if (closed) fputc('z', out);
}

static void shape_write(const ChartShape *s, FILE *out)
{
    static const char *const anchors[] = {"start", "middle", "end"};
    const uint32_t colour = chart_rgb(s->colour);
    switch (s->kind) {
    case CHART_RECT:
        fprintf(out, "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"#%06x\"/>", s->x, s->y,
                s->width, s->height, colour);
        break;
    case CHART_LINE:
        fputs("<path d=\"", out);
        path(s, false, out);
        fprintf(out, "\" fill=\"none\" stroke=\"#%06x\" stroke-width=\"%.1f\" stroke-linejoin=\"round\"/>", colour,
                s->width);
        break;
    case CHART_AREA:
        fputs("<path d=\"", out);
        path(s, true, out);
        fprintf(out, "\" fill=\"#%06x\" fill-rule=\"evenodd\"", colour);
        if (s->width > 0) fprintf(out, " stroke=\"#%06x\" stroke-width=\"%.1f\"", chart_rgb(CHART_SOFT), s->width);
        fputs("/>", out);
        break;
    case CHART_DOT:
        fprintf(out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"#%06x\" stroke=\"#%06x\"/>", s->x, s->y,
                s->width, colour, chart_rgb(CHART_PAPER));
        break;
    case CHART_WORD:
        fprintf(out, "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" fill=\"#%06x\" text-anchor=\"%s\"%s>", s->x, s->y,
                s->height, colour, anchors[s->anchor], s->bold ? " font-weight=\"600\"" : "");
        html_text(out, s->text);
        fputs("</text>", out);
        break;
    }
    fputc('\n', out);
}

void chart_svg_write(const Chart *chart, const char *id, FILE *out)
{
    if (!chart->count) return;
    fprintf(out,
            "<svg class=\"figure\" id=\"%s\" role=\"img\" aria-labelledby=\"%s-t %s-d\" viewBox=\"0 0 %.0f %.0f\" "
            "focusable=\"false\">\n<title id=\"%s-t\">",
            id, id, id, chart->width, chart->height, id);
    html_text(out, chart->title);
    fprintf(out, "</title>\n<desc id=\"%s-d\">", id);
    html_text(out, chart->description);
    fputs("</desc>\n", out);
    for (size_t i = 0; i < chart->count; i++)
        shape_write(&chart->shapes[i], out);
    fputs("</svg>\n", out);
}

void chart_svg_again(const Chart *chart, const char *id, FILE *out)
{
    if (!chart->count) return;
    fprintf(out,
            "<svg class=\"figure\" role=\"img\" aria-labelledby=\"%s-t %s-d\" viewBox=\"0 0 %.0f %.0f\" "
            "focusable=\"false\"><use href=\"#%s\"/></svg>\n",
            id, id, chart->width, chart->height, id);
}
