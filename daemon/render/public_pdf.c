#include "render/public_pdf.h"

#include <errno.h>

#include "core/lagesbild/swedish.h"
#include "render/paper.h"
#include "render/public_phrases.h"

static const PaperStyle body = {PAPER_BODY, CHART_INK, false, CHART_START};
static const PaperStyle quiet = {8.5, CHART_SOFT, false, CHART_START};

/* The document under way. */
typedef struct Sheet {
    const LagesbildPublic *l;
    Paper *paper;
    Arena *arena;
    bool failed; /* memory is out */
} Sheet;

static void gap(Sheet *s, double height)
{
    paper_set_y(s->paper, paper_y(s->paper) + height);
}

static void section(Sheet *s, const char *title, double keep)
{
    gap(s, 12);
    paper_heading(s->paper, 2, title, keep);
}

static void head(Sheet *s)
{
    char label[PERIOD_LABEL_SIZE], text[PUBLIC_PHRASES_STATE];
    paper_text(s->paper, "P", quiet, "Lägesbild");
    paper_heading(s->paper, 1, s->l->area_name, 60);
    paper_text(s->paper, "P", (PaperStyle){13, CHART_INK, false, CHART_START}, period_label(&s->l->period, label));
    gap(s, 2);
    paper_text(s->paper, "P", quiet, public_phrases_state(s->l, text));
    gap(s, 5);
    paper_rule(s->paper, CHART_BLUE, 1.5);
}

static void figure_row(Sheet *s, const char *name, const PublicFigure *f, bool bold)
{
    char cells[3][PHRASES_CELL];
    paper_table_row(s->paper, (PaperCell[]){{name, CHART_INK, bold},
                                            {public_phrases_count(s->l, &f->count, cells[0]), CHART_INK, bold},
                                            {public_phrases_count(s->l, &f->previous, cells[1]), CHART_INK, bold},
                                            {public_phrases_count(s->l, &f->year_ago, cells[2]), CHART_INK, bold}});
}

static void figures(Sheet *s)
{
    static const PaperColumn columns[] = {
        {"Slag", 271, CHART_START}, {"Antal", 80, CHART_END}, {"Förra", 80, CHART_END}, {"I fjol", 80, CHART_END}};
    char text[PUBLIC_PHRASES_NOTE];
    section(s, "Händelser efter slag", 90);
    paper_table_begin(s->paper, columns, sizeof columns / sizeof *columns, 9);
    for (size_t i = 0; i < s->l->category_count; i++)
        figure_row(s, s->l->categories[i].name, &s->l->categories[i].figure, false);
    figure_row(s, "Sammanlagt", &s->l->total, true);
    paper_table_end(s->paper);
    gap(s, 6);
    paper_text(s->paper, "P", quiet, public_phrases_note(s->l, text));
}

static void item(Sheet *s, const char *text)
{
    if (!text) s->failed = true;
    paper_begin(s->paper, "LI");
    paper_text(s->paper, "LBody", body, text ? text : "");
    paper_end(s->paper);
    gap(s, 2);
}

static void places(Sheet *s)
{
    if (!s->l->place_count) return;
    section(s, public_phrases_places, 40);
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < s->l->place_count; i++) {
        char number[SWEDISH_NUMBER_SIZE];
        item(s, arena_printf(s->arena, "%zu. %s, %s händelser", i + 1, s->l->places[i].name,
                             swedish_integer(s->l->places[i].count, number)));
    }
    paper_end(s->paper);
}

static void sources(Sheet *s)
{
    section(s, "Vem har rapporterat", 40);
    if (!s->l->source_count) {
        paper_text(s->paper, "P", body, "Ingen har rapporterat.");
        return;
    }
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < s->l->source_count; i++)
        item(s, s->l->sources[i]);
    paper_end(s->paper);
}

static void document(Sheet *s)
{
    head(s);
    section(s, "Läget", 60);
    paper_text(s->paper, "P", (PaperStyle){10.5, CHART_INK, false, CHART_START}, s->l->summary);
    figures(s);
    places(s);
    sources(s);
    gap(s, 10);
    paper_text(s->paper, "P", quiet, phrases_about);
}

int public_pdf_write(const LagesbildPublic *l, FILE *out)
{
    _arena_free_ Arena *arena = arena_new();
    Paper *paper = arena ? paper_new(arena) : NULL;
    char label[PERIOD_LABEL_SIZE];
    if (!paper) return -ENOMEM;
    Sheet s = {.l = l, .paper = paper, .arena = arena};
    document(&s);
    period_label(&l->period, label);
    const char *title = arena_printf(arena, "Lägesbild för allmänheten, %s, %s", l->area_name, label);
    int rc = s.failed || !title ? -ENOMEM
                                : paper_write(paper,
                                              &(PaperWords){.title = title,
                                                            .subject = "Lägesbild för allmänheten",
                                                            .author = l->area_name,
                                                            .language = "sv-SE",
                                                            .created = l->data_cut_at,
                                                            .foot = title},
                                              out);
    paper_free(paper);
    return rc;
}
