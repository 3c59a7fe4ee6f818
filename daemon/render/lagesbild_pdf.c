#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/lagesbild/swedish.h"
#include "render/lagesbild_pdf-internal.h"
#include "render/phrases.h"

/* --- what it rests on --- */

static void decision_list(Sheet *s, const char *title, const char *none, const LagesbildDecision *items, size_t count)
{
    sheet_section(s, title, 40);
    if (!count) {
        paper_text(s->paper, "P", sheet_quiet, none);
        return;
    }
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < count; i++) {
        char text[512];
        paper_begin(s->paper, "LI");
        paper_begin(s->paper, "LBody");
        paper_text(s->paper, "P", sheet_strong, items[i].measure);
        paper_text(s->paper, "P", sheet_body, phrases_decision(&items[i], text, sizeof text));
        if (items[i].effect) {
            const char *effect = arena_printf(s->arena, "Effekt: %s", items[i].effect);
            paper_text(s->paper, "P", sheet_body, effect ? effect : "");
            if (!effect) s->failed = -ENOMEM;
        }
        paper_end(s->paper);
        paper_end(s->paper);
        sheet_gap(s, 4);
    }
    paper_end(s->paper);
}

static void figure_row(Sheet *s, const char *name, const LagesbildFigure *f, bool bold)
{
    char cells[4][PHRASES_CELL];
    const ChartColour colour = f->expected.direction == EXPECTED_UP     ? CHART_UP
                               : f->expected.direction == EXPECTED_DOWN ? CHART_DOWN
                                                                        : CHART_INK;
    paper_table_row(s->paper, (PaperCell[]){{name, CHART_INK, bold},
                                            {phrases_count(f->count, cells[0]), CHART_INK, bold},
                                            {phrases_count(f->previous, cells[1]), CHART_INK, bold},
                                            {phrases_count(f->year_ago, cells[2]), CHART_INK, bold},
                                            {phrases_normal(&f->expected, cells[3]), CHART_INK, bold},
                                            {phrases_verdict(&f->expected), colour, true}});
}

static void notes(Sheet *s, const Lagesbild *l)
{
    bool any = false;
    for (size_t i = 0; i < l->category_count; i++) {
        const LagesbildCategory *c = &l->categories[i];
        if (!c->figure.note) continue;
        const char *text = arena_printf(s->arena, "%s. %s", c->name, c->figure.note);
        if (!any) paper_begin(s->paper, "L");
        any = true;
        paper_begin(s->paper, "LI");
        sheet_bound_text_as(s, "LBody", sheet_body, text);
        paper_end(s->paper);
        sheet_gap(s, 3);
    }
    if (any) paper_end(s->paper);
}

static void figures(Sheet *s, const Lagesbild *l)
{
    static const PaperColumn columns[] = {{"Slag", 241, CHART_START}, {"Antal", 48, CHART_END},
                                          {"Förra", 48, CHART_END},   {"I fjol", 48, CHART_END},
                                          {"Normalt", 66, CHART_END}, {"Skillnad", 60, CHART_START}};
    sheet_section(s, "Händelser efter slag, i siffror", 90);
    paper_table_begin(s->paper, columns, sizeof columns / sizeof *columns, 9);
    for (size_t i = 0; i < l->category_count; i++)
        figure_row(s, l->categories[i].name, &l->categories[i].figure, false);
    figure_row(s, "Sammanlagt", &l->total, true);
    paper_table_end(s->paper);
    sheet_gap(s, 6);
    notes(s, l);
    paper_text(s->paper, "P", sheet_quiet, phrases_method(l));
}

static void weeks(Sheet *s, const Lagesbild *l)
{
    Chart quarter, year;
    int rc = chart_weeks(&quarter, l, SHEET_CHART_WIDTH, LAGESBILD_SHORT_WEEKS, s->arena);
    if (!rc) rc = chart_weeks(&year, l, SHEET_CHART_WIDTH, LAGESBILD_WEEKS, s->arena);
    if (rc) s->failed = rc;
    if (rc || !year.count) return;
    sheet_section(s, "Utvecklingen, vecka för vecka", year.height * SHEET_CHART_SCALE + 40);
    const double top = paper_y(s->paper);
    sheet_left_column(s);
    paper_text(s->paper, "P", sheet_quiet, "De senaste 13 veckorna");
    sheet_chart(s, 0, &quarter);
    sheet_right_column(s);
    paper_set_y(s->paper, top);
    paper_text(s->paper, "P", sheet_quiet, "De senaste 53 veckorna");
    sheet_chart(s, 0, &year);
    sheet_whole_width(s);
    sheet_gap(s, 2);
    paper_text(s->paper, "P", sheet_quiet, phrases_weeks(l));
}

static void place_list(Sheet *s, const Lagesbild *l)
{
    if (!l->place_count) {
        paper_text(s->paper, "P", sheet_quiet, phrases_no_place(l));
        return;
    }
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < l->place_count; i++) {
        const char *name = arena_printf(s->arena, "%zu.\u00a0%s", i + 1, l->places[i].name);
        if (!name) s->failed = -ENOMEM;
        paper_need(s->paper, paper_height(s->paper, sheet_strong, name ? name : "") +
                                 paper_height(s->paper, sheet_body, l->places[i].reason) + 2);
        paper_begin(s->paper, "LI");
        paper_begin(s->paper, "LBody");
        paper_text(s->paper, "P", sheet_strong, name ? name : "");
        paper_text(s->paper, "P", sheet_body, l->places[i].reason);
        paper_end(s->paper);
        paper_end(s->paper);
        sheet_gap(s, 4);
    }
    paper_end(s->paper);
}

/* The list and the map side by side; the list alone over the whole width. */
static void places(Sheet *s, const Lagesbild *l)
{
    Chart map;
    int rc = chart_map(&map, l, SHEET_CHART_WIDTH, s->arena);
    const char *how = phrases_map(l, s->arena);
    if (rc || !how) s->failed = -ENOMEM;
    const bool drawn = !rc && how && map.count;
    sheet_section(s, "Var", drawn ? fmax(map.height * SHEET_CHART_SCALE + 40, 200) : 60);
    const double top = paper_y(s->paper);
    if (drawn) {
        sheet_right_column(s);
        sheet_chart(s, 0, &map);
        paper_text(s->paper, "P", sheet_quiet, how);
        sheet_left_column(s);
    }
    const double end = paper_y(s->paper);
    if (drawn) paper_set_y(s->paper, top);
    place_list(s, l);
    if (drawn && paper_y(s->paper) < end) paper_set_y(s->paper, end);
    sheet_whole_width(s);
}

static void incident(Sheet *s, const LagesbildIncident *i)
{
    char text[300];
    paper_need(s->paper, 62);
    paper_begin(s->paper, "LI");
    paper_begin(s->paper, "LBody");
    paper_text(s->paper, "P", sheet_strong, phrases_incident(i, text, sizeof text));
    if (phrases_title_adds(i)) paper_text(s->paper, "P", sheet_body, i->title);
    paper_text(s->paper, "P", sheet_body, i->text);
    paper_text(s->paper, "P", sheet_quiet, i->reported_by);
    paper_end(s->paper);
    paper_end(s->paper);
    sheet_gap(s, 5);
}

static void incidents(Sheet *s, const Lagesbild *l)
{
    const char *place = NULL;
    char text[200];
    sheet_section(s, "Händelserna, efter plats", 60);
    if (!l->incident_count) paper_text(s->paper, "P", sheet_quiet, "Inga händelser är rapporterade.");
    for (size_t i = 0; i < l->incident_count; i++) {
        const char *here = phrases_place(&l->incidents[i]);
        if (!place || strcmp(place, here) != 0) {
            if (place) paper_end(s->paper);
            sheet_gap(s, 4);
            paper_heading(s->paper, 3, here, 40);
            paper_begin(s->paper, "L");
        }
        place = here;
        incident(s, &l->incidents[i]);
    }
    if (place) paper_end(s->paper);
    if (l->incidents_omitted) paper_text(s->paper, "P", sheet_body, phrases_omitted(l, text, sizeof text));
}

static void remarks(Sheet *s, const char *title, const LagesbildTexts *texts)
{
    sheet_section(s, title, 30);
    if (!texts->count) {
        paper_text(s->paper, "P", sheet_quiet, "Inget antecknat.");
        return;
    }
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < texts->count; i++) {
        paper_begin(s->paper, "LI");
        paper_text(s->paper, "LBody", sheet_body, texts->items[i]);
        paper_end(s->paper);
        sheet_gap(s, 3);
    }
    paper_end(s->paper);
}

static void sources(Sheet *s, const Lagesbild *l)
{
    static const PaperColumn columns[] = {{"Rapportör", 255, CHART_START}, {"Lämnat", 256, CHART_START}};
    sheet_section(s, "Vem har rapporterat", 60);
    if (!l->source_count) {
        paper_text(s->paper, "P", sheet_quiet, "Ingen har rapporterat.");
        return;
    }
    paper_table_begin(s->paper, columns, 2, 9);
    for (size_t i = 0; i < l->source_count; i++) {
        const LagesbildSource *source = &l->sources[i];
        char text[160];
        paper_table_row(s->paper, (PaperCell[]){{source->organisation, CHART_INK, false},
                                                {phrases_source(source, text, sizeof text),
                                                 lagesbild_has_reported(source) ? CHART_INK : CHART_UP, false}});
    }
    paper_table_end(s->paper);
}

/* --- the tables behind the charts --- */

static void hours_table(Sheet *s, const Lagesbild *l)
{
    static const char *const clock[LAGESBILD_HOURS] = {"00", "01", "02", "03", "04", "05", "06", "07",
                                                       "08", "09", "10", "11", "12", "13", "14", "15",
                                                       "16", "17", "18", "19", "20", "21", "22", "23"};
    PaperColumn columns[1 + LAGESBILD_HOURS] = {{"Kl.", 48, CHART_START}};
    for (int hour = 0; hour < LAGESBILD_HOURS; hour++)
        columns[1 + hour] = (PaperColumn){clock[hour], (PAPER_WIDTH - 48) / LAGESBILD_HOURS, CHART_END};
    if (!l->clocked) return;
    sheet_section(s, "Händelser per veckodag och timme, i siffror", 150);
    paper_table_begin(s->paper, columns, 1 + LAGESBILD_HOURS, 7.5);
    for (int day = 0; day < LAGESBILD_WEEKDAYS; day++) {
        char text[LAGESBILD_HOURS][PHRASES_CELL];
        PaperCell cells[1 + LAGESBILD_HOURS] = {{swedish_weekday(day + 1), CHART_INK, false}};
        for (int hour = 0; hour < LAGESBILD_HOURS; hour++)
            cells[1 + hour] =
                (PaperCell){phrases_count(l->hour_of_week[day][hour], text[hour]),
                            l->hour_of_week[day][hour] ? CHART_INK : CHART_SOFT, l->hour_of_week[day][hour] > 0};
        paper_table_row(s->paper, cells);
    }
    paper_table_end(s->paper);
}

static void weeks_rows(Sheet *s, const Lagesbild *l, size_t newest, size_t oldest)
{
    static const PaperColumn columns[] = {
        {"Vecka", 95, CHART_START}, {"Antal", 60, CHART_END}, {"Normalt då", 90, CHART_END}};
    paper_table_begin(s->paper, columns, 3, 8.5);
    for (size_t i = newest; i-- > oldest;) {
        const LagesbildWeek *week = &l->weeks[i];
        char text[3][PHRASES_CELL];
        paper_table_row(s->paper, (PaperCell[]){{phrases_week(week, text[0]), CHART_INK, false},
                                                {phrases_count(week->count, text[1]), CHART_INK, false},
                                                {phrases_week_normal(week, text[2]), CHART_INK, false}});
    }
    paper_table_end(s->paper);
}

/* Two tables beside each other, the newer half of the year first; on one page, so that none goes on beside the other.
 */
static void weeks_table(Sheet *s, const Lagesbild *l)
{
    const size_t half = l->week_count - l->week_count / 2;
    bool any = false;
    for (size_t i = 0; i < l->week_count; i++)
        any |= l->weeks[i].count != LAGESBILD_UNKNOWN;
    if (!any) return;
    sheet_section(s, "Händelser per vecka, i siffror", 20.0 * (double)half);
    const double top = paper_y(s->paper);
    sheet_left_column(s);
    weeks_rows(s, l, l->week_count, l->week_count - half);
    const double end = paper_y(s->paper);
    sheet_right_column(s);
    paper_set_y(s->paper, top);
    weeks_rows(s, l, l->week_count - half, 0);
    sheet_whole_width(s);
    paper_set_y(s->paper, end);
}

/* Why there is another version than the first. */
static void changes(Sheet *s, const Lagesbild *l)
{
    char title[64];
    if (!l->changes.count) return;
    snprintf(title, sizeof title, "Ändrat sedan version %d", l->version - 1);
    remarks(s, title, &l->changes);
}

static void document(Sheet *s, const Lagesbild *l)
{
    lagesbild_pdf_head(s, l);
    changes(s, l);
    lagesbild_pdf_state(s, l);
    lagesbild_pdf_charts(s, l);
    if (l->total.count) paper_turn(s->paper); /* of a page that has nothing to sum up the rest is not parted */
    sources(s, l);
    decision_list(s, "Uppföljning av förra mötets beslut", "Inga beslut att följa upp.", l->followup,
                  l->followup_count);
    figures(s, l);
    weeks(s, l);
    places(s, l);
    incidents(s, l);
    remarks(s, "Känd oro och kommande händelser", &l->worries);
    if (phrases_has_causes(l)) remarks(s, "Troliga orsaker", &l->causes);
    decision_list(s, "Beslut", "Inga beslut antecknade.", l->decisions, l->decision_count);
    hours_table(s, l);
    weeks_table(s, l);
    sheet_gap(s, 10);
    paper_text(s->paper, "P", sheet_quiet, phrases_about);
}

int lagesbild_pdf_write(const Lagesbild *l, FILE *out)
{
    _arena_free_ Arena *arena = arena_new();
    char label[PERIOD_LABEL_SIZE];
    Sheet s;
    if (!arena || sheet_init(&s, arena) < 0) return -ENOMEM;
    document(&s, l);
    period_label(&l->period, label);
    return sheet_write(&s, arena_printf(arena, "Lägesbild %s, %s", l->area_name, label),
                       "Lägesbild för lokalt brottsförebyggande arbete (EST)", l->area_name, l->data_cut_at, out);
}
