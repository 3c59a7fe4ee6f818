#include "render/public_forms.h"

#include <errno.h>

#include "core/lagesbild/swedish.h"
#include "render/csv_row.h"
#include "render/html.h"
#include "render/html_page.h"
#include "render/page.h"
#include "render/public_pdf.h"
#include "render/public_phrases.h"

const PublicForm public_forms[] = {
    {"json", "application/json", "application/json", public_json_write, false},
    {"html", "text/html", "text/html; charset=utf-8", public_html_write, false},
    {"txt", "text/plain", "text/plain; charset=utf-8", public_text_write, false},
    {"csv", "text/csv", "text/csv; charset=utf-8; header=present", public_csv_write, false},
    {"excel-sv", "text/csv", "text/csv; charset=utf-8; header=present", public_excel_write, false},
    {"pdf", "application/pdf", "application/pdf", public_pdf_write, true},
};
const size_t public_form_count = sizeof public_forms / sizeof *public_forms;

/* --- HTML --- */

/* False without memory. */
static bool html_head(const LagesbildPublic *l, FILE *out)
{
    char label[PERIOD_LABEL_SIZE], text[PUBLIC_PHRASES_STATE];
    _arena_free_ Arena *arena = arena_new();
    const char *title = arena ? arena_printf(arena, "Lägesbild %s", l->area_name) : NULL;
    if (!title) return false;
    html_page_open(out, &(HtmlPage){.title = {title, period_label(&l->period, label)},
                                    .kind = "Lägesbild",
                                    .heading = l->area_name,
                                    .span = label,
                                    .states = {public_phrases_state(l, text)}});
    return true;
}

static void html_row(const LagesbildPublic *l, const char *name, const PublicFigure *f, FILE *out)
{
    char text[PHRASES_CELL];
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, name);
    fputs("</th>", out);
    html_element(out, "td", "n", public_phrases_count(l, &f->count, text));
    html_element(out, "td", "n", public_phrases_count(l, &f->previous, text));
    html_element(out, "td", "n wide", public_phrases_count(l, &f->year_ago, text));
    fputs("</tr>\n", out);
}

static void html_figures(const LagesbildPublic *l, FILE *out)
{
    char text[PUBLIC_PHRASES_NOTE];
    fputs(
        "<section aria-labelledby=\"slag\">\n<h2 id=\"slag\">Händelser efter slag</h2>\n<table class=\"many kinds\">\n"
        "<caption>Antal jämfört med föregående period och samma period i fjol</caption>\n<thead><tr>"
        "<th scope=\"col\">Slag</th><th scope=\"col\" class=\"n\">Antal</th><th scope=\"col\" class=\"n\">Förra</th>"
        "<th scope=\"col\" class=\"n wide\">I fjol</th></tr></thead>\n<tbody>\n",
        out);
    for (size_t i = 0; i < l->category_count; i++)
        html_row(l, l->categories[i].name, &l->categories[i].figure, out);
    fputs("</tbody>\n<tfoot>\n", out);
    html_row(l, "Sammanlagt", &l->total, out);
    fputs("</tfoot>\n</table>\n", out);
    html_element(out, "p", "quiet", public_phrases_note(l, text));
    fputs("</section>\n", out);
}

static void html_places(const LagesbildPublic *l, FILE *out)
{
    if (!l->place_count) return;
    fputs("<section aria-labelledby=\"var\">\n<h2 id=\"var\">", out);
    html_text(out, public_phrases_places);
    fputs("</h2>\n<ol class=\"places\">\n", out);
    for (size_t i = 0; i < l->place_count; i++) {
        char number[SWEDISH_NUMBER_SIZE];
        fputs("<li><b>", out);
        html_text(out, l->places[i].name);
        fprintf(out, "</b><br>%s händelser</li>\n", swedish_integer(l->places[i].count, number));
    }
    fputs("</ol>\n</section>\n", out);
}

static void html_sources(const LagesbildPublic *l, FILE *out)
{
    fputs("<section aria-labelledby=\"rapportorer\">\n<h2 id=\"rapportorer\">Vem har rapporterat</h2>\n", out);
    if (!l->source_count) html_element(out, "p", NULL, "Ingen har rapporterat.");
    if (l->source_count) fputs("<ul>\n", out);
    for (size_t i = 0; i < l->source_count; i++)
        html_element(out, "li", NULL, l->sources[i]);
    if (l->source_count) fputs("</ul>\n", out);
    fputs("</section>\n", out);
}

int public_html_write(const LagesbildPublic *l, FILE *out)
{
    if (!html_head(l, out)) return -ENOMEM;
    fputs("<section aria-labelledby=\"laget\">\n<h2 id=\"laget\">Läget</h2>\n", out);
    html_element(out, "p", "lead", l->summary);
    fputs("</section>\n", out);
    html_figures(l, out);
    html_places(l, out);
    html_sources(l, out);
    html_page_close(out, phrases_about);
    return ferror(out) ? -EIO : 0;
}

/* --- text --- */

enum { NAME_COLUMNS = 39, NUMBER_COLUMNS = 13 };

static void text_row(const LagesbildPublic *l, const char *name, const PublicFigure *f, FILE *out)
{
    char text[PHRASES_CELL];
    page_left(out, name, NAME_COLUMNS);
    page_right(out, public_phrases_count(l, &f->count, text), NUMBER_COLUMNS);
    page_right(out, public_phrases_count(l, &f->previous, text), NUMBER_COLUMNS);
    page_right(out, public_phrases_count(l, &f->year_ago, text), NUMBER_COLUMNS);
    fputc('\n', out);
}

static void text_figures(const LagesbildPublic *l, FILE *out)
{
    char text[PUBLIC_PHRASES_NOTE];
    static const char *const columns[] = {"antal", "förra", "i fjol"};
    fputc('\n', out);
    page_left(out, "Händelser efter slag", NAME_COLUMNS);
    for (int i = 0; i < 3; i++)
        page_right(out, columns[i], NUMBER_COLUMNS);
    fputc('\n', out);
    for (size_t i = 0; i < l->category_count; i++)
        text_row(l, l->categories[i].name, &l->categories[i].figure, out);
    text_row(l, "Sammanlagt", &l->total, out);
    fputc('\n', out);
    page_paragraph(out, "", public_phrases_note(l, text));
}

int public_text_write(const LagesbildPublic *l, FILE *out)
{
    char label[PERIOD_LABEL_SIZE], text[PUBLIC_PHRASES_STATE];
    page_rule(out, '=');
    page_paragraph(out, "Lägesbild: ", l->area_name);
    page_paragraph(out, "", period_label(&l->period, label));
    page_paragraph(out, "", public_phrases_state(l, text));
    page_rule(out, '=');
    fputc('\n', out);
    page_paragraph(out, "", l->summary);
    text_figures(l, out);
    if (l->place_count) fprintf(out, "\n%s\n", public_phrases_places);
    for (size_t i = 0; i < l->place_count; i++) {
        char bullet[64], number[SWEDISH_NUMBER_SIZE];
        snprintf(bullet, sizeof bullet, "- %s händelser: ", swedish_integer(l->places[i].count, number));
        page_paragraph(out, bullet, l->places[i].name);
    }
    fputs("\nVem har rapporterat\n", out);
    if (!l->source_count) page_paragraph(out, "", "Ingen har rapporterat.");
    for (size_t i = 0; i < l->source_count; i++)
        page_paragraph(out, "- ", l->sources[i]);
    return ferror(out) ? -EIO : 0;
}

/* --- CSV --- */

static void csv_count(const LagesbildPublic *l, const PublicCount *count, CsvRow *row)
{
    char text[PHRASES_CELL];
    if (count->kind == PUBLIC_EXACT)
        csv_row_integer(row, count->count);
    else
        csv_row_text(row, count->kind == PUBLIC_UNKNOWN ? NULL : public_phrases_count(l, count, text));
}

static void csv_figure(const LagesbildPublic *l, const char *section, const char *code, const char *name,
                       const PublicFigure *f, CsvRow *row)
{
    csv_row_text(row, section);
    csv_row_text(row, code);
    csv_row_text(row, name);
    csv_count(l, &f->count, row);
    csv_count(l, &f->previous, row);
    csv_count(l, &f->year_ago, row);
    csv_row_end(row);
}

static int write_rows(const LagesbildPublic *l, CsvRow row)
{
    static const char *const names[] = {"section", "code", "name", "count", "previous", "year_ago"};
    csv_row_begin_file(&row);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        csv_row_text(&row, names[i]);
    csv_row_end(&row);
    csv_figure(l, "total", l->area_code, l->area_name, &l->total, &row);
    for (size_t i = 0; i < l->category_count; i++)
        csv_figure(l, "category", l->categories[i].code, l->categories[i].name, &l->categories[i].figure, &row);
    for (size_t i = 0; i < l->place_count; i++) {
        const PublicFigure figure = {.count = {.kind = PUBLIC_EXACT, .count = l->places[i].count}};
        csv_figure(l, "place", NULL, l->places[i].name, &figure, &row);
    }
    for (size_t i = 0; i < l->source_count; i++)
        csv_figure(l, "source", NULL, l->sources[i], &(PublicFigure){0}, &row);
    return ferror(row.out) ? -EIO : 0;
}

int public_csv_write(const LagesbildPublic *l, FILE *out)
{
    return write_rows(l, (CsvRow){.out = out});
}

int public_excel_write(const LagesbildPublic *l, FILE *out)
{
    return write_rows(l, (CsvRow){.out = out, .dialect = CSV_EXCEL_SV});
}
