#include "render/public_pdf.h"

#include <errno.h>

#include "core/lagesbild/swedish.h"
#include "render/public_phrases.h"
#include "render/sheet.h"

static void head(Sheet *s, const LagesbildPublic *l)
{
    char label[PERIOD_LABEL_SIZE], text[PUBLIC_PHRASES_STATE];
    paper_text(s->paper, "P", sheet_quiet, "Lägesbild");
    paper_heading(s->paper, 1, l->area_name, 60);
    paper_text(s->paper, "P", (PaperStyle){13, CHART_INK, false, CHART_START}, period_label(&l->period, label));
    sheet_gap(s, 2);
    paper_text(s->paper, "P", sheet_quiet, public_phrases_state(l, text));
    sheet_gap(s, 5);
    paper_rule(s->paper, CHART_BLUE, 1.5);
}

static void figure_row(Sheet *s, const LagesbildPublic *l, const char *name, const PublicFigure *f, bool bold)
{
    char cells[3][PHRASES_CELL];
    paper_table_row(s->paper, (PaperCell[]){{name, CHART_INK, bold},
                                            {public_phrases_count(l, &f->count, cells[0]), CHART_INK, bold},
                                            {public_phrases_count(l, &f->previous, cells[1]), CHART_INK, bold},
                                            {public_phrases_count(l, &f->year_ago, cells[2]), CHART_INK, bold}});
}

static void figures(Sheet *s, const LagesbildPublic *l)
{
    static const PaperColumn columns[] = {
        {"Slag", 271, CHART_START}, {"Antal", 80, CHART_END}, {"Förra", 80, CHART_END}, {"I fjol", 80, CHART_END}};
    char text[PUBLIC_PHRASES_NOTE];
    sheet_section(s, "Händelser efter slag", 90);
    paper_table_begin(s->paper, columns, sizeof columns / sizeof *columns, 9);
    for (size_t i = 0; i < l->category_count; i++)
        figure_row(s, l, l->categories[i].name, &l->categories[i].figure, false);
    figure_row(s, l, "Sammanlagt", &l->total, true);
    paper_table_end(s->paper);
    sheet_gap(s, 6);
    paper_text(s->paper, "P", sheet_quiet, public_phrases_note(l, text));
}

static void item(Sheet *s, const char *text)
{
    if (!text) s->failed = -ENOMEM;
    paper_begin(s->paper, "LI");
    paper_text(s->paper, "LBody", sheet_body, text ? text : "");
    paper_end(s->paper);
    sheet_gap(s, 2);
}

static void places(Sheet *s, const LagesbildPublic *l)
{
    if (!l->place_count) return;
    sheet_section(s, public_phrases_places, 40);
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < l->place_count; i++) {
        char number[SWEDISH_NUMBER_SIZE];
        item(s, arena_printf(s->arena, "%zu. %s, %s händelser", i + 1, l->places[i].name,
                             swedish_integer(l->places[i].count, number)));
    }
    paper_end(s->paper);
}

static void sources(Sheet *s, const LagesbildPublic *l)
{
    sheet_section(s, "Vem har rapporterat", 40);
    if (!l->source_count) {
        paper_text(s->paper, "P", sheet_body, "Ingen har rapporterat.");
        return;
    }
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < l->source_count; i++)
        item(s, l->sources[i]);
    paper_end(s->paper);
}

static void document(Sheet *s, const LagesbildPublic *l)
{
    head(s, l);
    sheet_section(s, "Läget", 60);
    paper_text(s->paper, "P", (PaperStyle){10.5, CHART_INK, false, CHART_START}, l->summary);
    figures(s, l);
    places(s, l);
    sources(s, l);
    sheet_gap(s, 10);
    paper_text(s->paper, "P", sheet_quiet, phrases_about);
}

int public_pdf_write(const LagesbildPublic *l, FILE *out)
{
    _arena_free_ Arena *arena = arena_new();
    char label[PERIOD_LABEL_SIZE];
    Sheet s;
    if (!arena || sheet_init(&s, arena) < 0) return -ENOMEM;
    document(&s, l);
    period_label(&l->period, label);
    return sheet_write(&s, arena_printf(arena, "Lägesbild för allmänheten, %s, %s", l->area_name, label),
                       "Lägesbild för allmänheten", l->area_name, l->data_cut_at, out);
}
