/*
 * The first page: what a meeting needs of a lägesbild, by itself.
 */
#include <errno.h>
#include <math.h>

#include "core/lagesbild/swedish.h"
#include "render/lagesbild_pdf-internal.h"
#include "render/phrases.h"

void lagesbild_pdf_head(Sheet *s, const Lagesbild *l)
{
    char label[PERIOD_LABEL_SIZE], status[PHRASES_STATUS];
    paper_text(s->paper, "P", sheet_quiet, "Lägesbild");
    paper_heading(s->paper, 1, l->area_name, 60);
    sheet_bound_text(s, (PaperStyle){13, CHART_INK, false, CHART_START}, period_label(&l->period, label));
    sheet_gap(s, 2);
    paper_text(s->paper, "P", sheet_quiet, phrases_status(l, status, sizeof status));
    if (l->version) {
        const char *by = arena_printf(s->arena, "Utgiven av %s", l->published.by);
        if (!by) s->failed = -ENOMEM;
        paper_text(s->paper, "P", sheet_quiet, by ? by : "");
    }
    const char *reporters = phrases_reporters(l, s->arena);
    if (!reporters) s->failed = -ENOMEM;
    paper_text(s->paper, "P", sheet_quiet, reporters ? reporters : "");
    sheet_gap(s, 5);
    paper_rule(s->paper, CHART_BLUE, 1.5);
}

static void key_figure(Sheet *s, int index, const char *value, const char *name)
{
    const double width = PAPER_WIDTH / 4, top = paper_y(s->paper);
    paper_column(s->paper, PAPER_LEFT + index * width, width - 8);
    paper_begin(s->paper, "Sect");
    paper_text(s->paper, "P", (PaperStyle){19, index ? CHART_INK : CHART_BLUE, true, CHART_START}, value);
    paper_text(s->paper, "P", sheet_quiet, name);
    paper_end(s->paper);
    sheet_whole_width(s);
    paper_set_y(s->paper, top);
}

void lagesbild_pdf_state(Sheet *s, const Lagesbild *l)
{
    char text[PHRASES_CELL];
    sheet_section(s, "Läget", 60);
    sheet_bound_text(s, (PaperStyle){10.5, CHART_INK, false, CHART_START}, l->summary);
    sheet_gap(s, 8);
    paper_need(s->paper, 40);
    key_figure(s, 0, phrases_count(l->total.count, text), phrases_total(l));
    key_figure(s, 1, phrases_count(l->total.previous, text), "föregående period");
    key_figure(s, 2, phrases_count(l->total.year_ago, text), "samma period i fjol");
    key_figure(s, 3, phrases_normal(&l->total.expected, text), "normalt här");
    sheet_gap(s, 40);
    if (l->reservations) paper_text(s->paper, "P", sheet_quiet, l->reservations);
}

/* As many as there is room for; all of them stand in the table on the next page. */
static void categories(Sheet *s, const Lagesbild *l, double room)
{
    Chart drawn;
    int rc = chart_categories(&drawn, l, SHEET_CHART_WIDTH, 1, s->arena);
    const size_t fits = rc || !drawn.count ? 0 : (size_t)(room / (drawn.height * SHEET_CHART_SCALE));
    sheet_section(s, "Händelser efter slag", 60);
    sheet_chart(s, rc ? rc : chart_categories(&drawn, l, SHEET_CHART_WIDTH, fits, s->arena), &drawn);
    paper_text(s->paper, "P", sheet_quiet,
               l->total.expected.known ? "Stapeln är antalet, det ljusa fältet det normala." : "Stapeln är antalet.");
}

static void hours(Sheet *s, const Lagesbild *l)
{
    Chart drawn;
    char text[160];
    int rc = chart_hours(&drawn, l, SHEET_CHART_WIDTH, s->arena);
    sheet_section(s, "När", 60);
    sheet_chart(s, rc, &drawn);
    sheet_gap(s, 2);
    if (!rc)
        paper_text(s->paper, "P", sheet_quiet,
                   drawn.count ? phrases_clocked(l, text, sizeof text) : phrases_no_clock(l));
}

static void weeks(Sheet *s, const Lagesbild *l)
{
    Chart drawn;
    int rc = chart_weeks(&drawn, l, SHEET_CHART_WIDTH, LAGESBILD_SHORT_WEEKS, s->arena);
    if (!rc && (!drawn.count || paper_room(s->paper) < drawn.height * SHEET_CHART_SCALE + 60)) return;
    sheet_section(s, "De senaste 13 veckorna", 60);
    sheet_chart(s, rc, &drawn);
}

/* The list without its reasons, where the column has room for all of it and `keep` is still left. Returns whether it
 * had. */
static bool places(Sheet *s, const Lagesbild *l, double keep)
{
    const char *texts[LAGESBILD_PLACES_MAX];
    double height = 34;
    for (size_t i = 0; i < l->place_count; i++) {
        char count[SWEDISH_NUMBER_SIZE];
        texts[i] = arena_printf(s->arena, "%zu.\u00a0%s (%s)", i + 1, l->places[i].name,
                                swedish_integer(l->places[i].figure.count, count));
        if (!texts[i]) s->failed = -ENOMEM;
        if (!texts[i]) return false;
        height += paper_height(s->paper, sheet_body, texts[i]) + 2;
    }
    if (!l->place_count || paper_room(s->paper) < height + keep) return false;
    sheet_section(s, "Var det händer mest", 30);
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < l->place_count; i++) {
        paper_begin(s->paper, "LI");
        paper_text(s->paper, "LBody", sheet_body, texts[i]);
        paper_end(s->paper);
    }
    paper_end(s->paper);
    return true;
}

/* One line for each of the first `most` decisions, on the first page. Returns how high that is; `draw` false only
 * measures. */
static double decisions(Sheet *s, const char *title, const LagesbildDecision *items, size_t count, size_t most,
                        bool draw)
{
    const size_t shown = count > most ? most : count;
    double height = 0;
    if (!count) return 0;
    if (draw) sheet_section(s, title, 30);
    if (draw && shown) paper_begin(s->paper, "L");
    for (size_t i = 0; i < shown; i++) {
        const char *line = phrases_measure(&items[i], s->arena);
        const char *text = line ? arena_printf(s->arena, "•\u00a0%s", line) : NULL;
        if (!text) s->failed = -ENOMEM;
        if (!text) break;
        height += paper_height(s->paper, sheet_body, text) + 2;
        if (!draw) continue;
        paper_begin(s->paper, "LI");
        paper_text(s->paper, "LBody", sheet_body, text);
        paper_end(s->paper);
    }
    if (draw && shown) paper_end(s->paper);
    if (draw && count > shown) paper_text(s->paper, "P", sheet_quiet, phrases_more_measures);
    return height + 48;
}

static double meeting(Sheet *s, const Lagesbild *l, size_t most, bool draw)
{
    return decisions(s, "Förra mötets beslut", l->followup, l->followup_count, most, draw) +
           decisions(s, "Beslut", l->decisions, l->decision_count, most, draw);
}

/* Of how many there is room; the others are referred to. */
static size_t measures_in(Sheet *s, const Lagesbild *l, double room)
{
    size_t most = PHRASES_MEASURES;
    while (most && meeting(s, l, most, false) > room)
        most--;
    return most;
}

void lagesbild_pdf_charts(Sheet *s, const Lagesbild *l)
{
    /* Decisions may be told at any length; the charts keep half of the page. */
    const double kept = meeting(s, l, measures_in(s, l, paper_room(s->paper) / 2), false);
    const double top = paper_y(s->paper), room = paper_room(s->paper) - 66 - kept;
    if (!l->total.count || room < 100) return;
    sheet_left_column(s);
    categories(s, l, room);
    const double end = paper_y(s->paper);
    sheet_right_column(s);
    paper_set_y(s->paper, top);
    hours(s, l);
    weeks(s, l);
    const bool told = places(s, l, meeting(s, l, 1, false)); /* a decision or two before long names */
    sheet_whole_width(s);
    paper_set_y(s->paper, fmax(end, paper_y(s->paper)));
    const size_t most = measures_in(s, l, paper_room(s->paper));
    if (paper_room(s->paper) >= meeting(s, l, most, false)) meeting(s, l, most, true);
    if (!told) places(s, l, 0);
}
