#include "render/public_forms.h"

#include <errno.h>

#include "core/lagesbild/swedish.h"
#include "render/csv_row.h"
#include "render/html.h"
#include "render/html_page.h"
#include "render/page.h"
#include "render/phrases.h"

const PublicForm public_forms[] = {
    {"json", "application/json", "application/json", public_json_write},
    {"html", "text/html", "text/html; charset=utf-8", public_html_write},
    {"txt", "text/plain", "text/plain; charset=utf-8", public_text_write},
    {"csv", "text/csv", "text/csv; charset=utf-8; header=present", public_csv_write},
    {"excel-sv", "text/csv", "text/csv; charset=utf-8; header=present", public_excel_write},
};
const size_t public_form_count = sizeof public_forms / sizeof *public_forms;

/* --- words that the forms share --- */

static const char places_heading[] = "Platser med flest händelser";

/* "färre än 5" and the like; "" for what nobody reported. */
static const char *count_words(const LagesbildPublic *l, const PublicCount *count, char out[static PHRASES_CELL])
{
    switch (count->kind) {
    case PUBLIC_EXACT:
        return swedish_integer(count->count, out);
    case PUBLIC_FEW:
        snprintf(out, PHRASES_CELL, "färre än %lld", (long long)l->threshold);
        return out;
    case PUBLIC_HIDDEN:
        return "visas inte";
    case PUBLIC_UNKNOWN:
        break;
    }
    return "–";
}

enum { NOTE_SIZE = 400 };

static const char *note(const LagesbildPublic *l, char out[static NOTE_SIZE])
{
    snprintf(out, NOTE_SIZE,
             "Antal under %lld anges som ”färre än %lld”, också när de är noll. ”Visas inte” står där ett större antal "
             "skulle göra att ett litet gick att räkna ut. Streck (–) betyder att ingen rapporterade. Händelserna "
             "själva återges inte.",
             (long long)l->threshold, (long long)l->threshold);
    return out;
}

enum { STATE_SIZE = 96 };

static const char *state(const LagesbildPublic *l, char out[static STATE_SIZE])
{
    if (l->version)
        snprintf(out, STATE_SIZE, "Utgiven %.10s, version %d. För allmänheten.", l->published.at, l->version);
    else
        snprintf(out, STATE_SIZE, "Utkast, följer uppgifterna. För allmänheten.");
    return out;
}

/* --- HTML --- */

/* False without memory. */
static bool html_head(const LagesbildPublic *l, FILE *out)
{
    char label[PERIOD_LABEL_SIZE], text[STATE_SIZE];
    _arena_free_ Arena *arena = arena_new();
    const char *title = arena ? arena_printf(arena, "Lägesbild %s", l->area_name) : NULL;
    if (!title) return false;
    html_page_open(out, &(HtmlPage){.title = {title, period_label(&l->period, label)},
                                    .kind = "Lägesbild",
                                    .heading = l->area_name,
                                    .span = label,
                                    .states = {state(l, text)}});
    return true;
}

static void html_row(const LagesbildPublic *l, const char *name, const PublicFigure *f, FILE *out)
{
    char text[PHRASES_CELL];
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, name);
    fputs("</th>", out);
    html_element(out, "td", "n", count_words(l, &f->count, text));
    html_element(out, "td", "n", count_words(l, &f->previous, text));
    html_element(out, "td", "n wide", count_words(l, &f->year_ago, text));
    fputs("</tr>\n", out);
}

static void html_figures(const LagesbildPublic *l, FILE *out)
{
    char text[NOTE_SIZE];
    fputs("<section aria-labelledby=\"slag\">\n<h2 id=\"slag\">Händelser efter slag</h2>\n<table class=\"many\">\n"
          "<caption>Antal jämfört med föregående period och samma period i fjol</caption>\n<thead><tr>"
          "<th scope=\"col\">Slag</th><th scope=\"col\" class=\"n\">Antal</th><th scope=\"col\" class=\"n\">Förra</th>"
          "<th scope=\"col\" class=\"n wide\">I fjol</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < l->category_count; i++)
        html_row(l, l->categories[i].name, &l->categories[i].figure, out);
    fputs("</tbody>\n<tfoot>\n", out);
    html_row(l, "Sammanlagt", &l->total, out);
    fputs("</tfoot>\n</table>\n", out);
    html_element(out, "p", "quiet", note(l, text));
    fputs("</section>\n", out);
}

static void html_places(const LagesbildPublic *l, FILE *out)
{
    if (!l->place_count) return;
    fputs("<section aria-labelledby=\"var\">\n<h2 id=\"var\">", out);
    html_text(out, places_heading);
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
    html_page_close(out, html_page_lagesbild_footer);
    return ferror(out) ? -EIO : 0;
}

/* --- text --- */

enum { NAME_COLUMNS = 39, NUMBER_COLUMNS = 13 };

static void text_row(const LagesbildPublic *l, const char *name, const PublicFigure *f, FILE *out)
{
    char text[PHRASES_CELL];
    page_left(out, name, NAME_COLUMNS);
    page_right(out, count_words(l, &f->count, text), NUMBER_COLUMNS);
    page_right(out, count_words(l, &f->previous, text), NUMBER_COLUMNS);
    page_right(out, count_words(l, &f->year_ago, text), NUMBER_COLUMNS);
    fputc('\n', out);
}

static void text_figures(const LagesbildPublic *l, FILE *out)
{
    char text[NOTE_SIZE];
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
    page_paragraph(out, "", note(l, text));
}

int public_text_write(const LagesbildPublic *l, FILE *out)
{
    char label[PERIOD_LABEL_SIZE], text[STATE_SIZE];
    page_rule(out, '=');
    page_paragraph(out, "Lägesbild: ", l->area_name);
    page_paragraph(out, "", period_label(&l->period, label));
    page_paragraph(out, "", state(l, text));
    page_rule(out, '=');
    fputc('\n', out);
    page_paragraph(out, "", l->summary);
    text_figures(l, out);
    if (l->place_count) fprintf(out, "\n%s\n", places_heading);
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
        csv_row_text(row, count->kind == PUBLIC_UNKNOWN ? NULL : count_words(l, count, text));
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
