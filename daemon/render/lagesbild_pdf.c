#include "render/lagesbild_pdf.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/lagesbild/swedish.h"
#include "render/paper.h"
#include "render/phrases.h"

/* The sheet's two columns, and charts' units for a column: their text is then a little smaller than the running text.
 */
#define COLUMN_GAP  21.0
#define COLUMN      ((PAPER_WIDTH - COLUMN_GAP) / 2)
#define CHART_SCALE 0.75
#define CHART_WIDTH (COLUMN / CHART_SCALE)

static const PaperStyle body = {PAPER_BODY, CHART_INK, false, CHART_START};
static const PaperStyle strong = {PAPER_BODY, CHART_INK, true, CHART_START};
static const PaperStyle quiet = {8.5, CHART_SOFT, false, CHART_START};

/* The document under way. The first failure is kept. */
typedef struct Sheet {
    const Lagesbild *l;
    Paper *paper;
    Arena *arena;
    int failed;
} Sheet;

static void gap(Sheet *s, double height)
{
    paper_set_y(s->paper, paper_y(s->paper) + height);
}

static void left_column(Sheet *s)
{
    paper_column(s->paper, PAPER_LEFT, COLUMN);
}

static void right_column(Sheet *s)
{
    paper_column(s->paper, PAPER_LEFT + COLUMN + COLUMN_GAP, COLUMN);
}

static void whole_width(Sheet *s)
{
    paper_column(s->paper, PAPER_LEFT, PAPER_WIDTH);
}

static void section(Sheet *s, const char *title, double keep)
{
    if (paper_y(s->paper) > PAPER_TOP) gap(s, 12);
    paper_heading(s->paper, 2, title, keep);
}

static void chart(Sheet *s, int rc, const Chart *drawn)
{
    if (rc) s->failed = rc;
    if (!rc) paper_chart(s->paper, drawn, CHART_SCALE);
}

/* Text in which no "v." ends a line, and no range is parted; `text` may be NULL where memory is out. */
static void bound_text_as(Sheet *s, const char *role, PaperStyle style, const char *text)
{
    const char *bound = text ? phrases_bound(text, s->arena) : NULL;
    if (!bound) s->failed = -ENOMEM;
    paper_text(s->paper, role, style, bound ? bound : "");
}

static void bound_text(Sheet *s, PaperStyle style, const char *text)
{
    bound_text_as(s, "P", style, text);
}

/* --- the first page --- */

static void head(Sheet *s)
{
    char label[PERIOD_LABEL_SIZE], status[PHRASES_STATUS];
    paper_text(s->paper, "P", quiet, "Lägesbild");
    paper_heading(s->paper, 1, s->l->area_name, 60);
    bound_text(s, (PaperStyle){13, CHART_INK, false, CHART_START}, period_label(&s->l->period, label));
    gap(s, 2);
    paper_text(s->paper, "P", quiet, phrases_status(s->l, status, sizeof status));
    if (s->l->version) {
        const char *by = arena_printf(s->arena, "Utgiven av %s", s->l->published.by);
        if (!by) s->failed = -ENOMEM;
        paper_text(s->paper, "P", quiet, by ? by : "");
    }
    const char *reporters = phrases_reporters(s->l, s->arena);
    if (!reporters) s->failed = -ENOMEM;
    paper_text(s->paper, "P", quiet, reporters ? reporters : "");
    gap(s, 5);
    paper_rule(s->paper, CHART_BLUE, 1.5);
}

static void key_figure(Sheet *s, int index, const char *value, const char *name)
{
    const double width = PAPER_WIDTH / 4, top = paper_y(s->paper);
    paper_column(s->paper, PAPER_LEFT + index * width, width - 8);
    paper_begin(s->paper, "Sect");
    paper_text(s->paper, "P", (PaperStyle){19, index ? CHART_INK : CHART_BLUE, true, CHART_START}, value);
    paper_text(s->paper, "P", quiet, name);
    paper_end(s->paper);
    whole_width(s);
    paper_set_y(s->paper, top);
}

static void state(Sheet *s)
{
    const Lagesbild *l = s->l;
    char text[PHRASES_CELL];
    section(s, "Läget", 60);
    bound_text(s, (PaperStyle){10.5, CHART_INK, false, CHART_START}, l->summary);
    gap(s, 8);
    paper_need(s->paper, 40);
    key_figure(s, 0, phrases_count(l->total.count, text), phrases_total(l));
    key_figure(s, 1, phrases_count(l->total.previous, text), "föregående period");
    key_figure(s, 2, phrases_count(l->total.year_ago, text), "samma period i fjol");
    key_figure(s, 3, phrases_normal(&l->total.expected, text), "normalt här");
    gap(s, 40);
    if (l->reservations) paper_text(s->paper, "P", quiet, l->reservations);
}

/* As many as there is room for; all of them stand in the table on the next page. */
static void summary_categories(Sheet *s, double room)
{
    Chart drawn;
    int rc = chart_categories(&drawn, s->l, CHART_WIDTH, 1, s->arena);
    const size_t fits = rc || !drawn.count ? 0 : (size_t)(room / (drawn.height * CHART_SCALE));
    section(s, "Händelser efter slag", 60);
    chart(s, rc ? rc : chart_categories(&drawn, s->l, CHART_WIDTH, fits, s->arena), &drawn);
    paper_text(s->paper, "P", quiet,
               s->l->total.expected.known ? "Stapeln är antalet, det ljusa fältet det normala."
                                          : "Stapeln är antalet.");
}

static void summary_hours(Sheet *s)
{
    Chart drawn;
    char text[160];
    int rc = chart_hours(&drawn, s->l, CHART_WIDTH, s->arena);
    section(s, "När", 60);
    chart(s, rc, &drawn);
    gap(s, 2);
    if (!rc)
        paper_text(s->paper, "P", quiet,
                   drawn.count ? phrases_clocked(s->l, text, sizeof text) : phrases_no_clock(s->l));
}

static void summary_weeks(Sheet *s)
{
    Chart drawn;
    int rc = chart_weeks(&drawn, s->l, CHART_WIDTH, LAGESBILD_SHORT_WEEKS, s->arena);
    if (!rc && (!drawn.count || paper_room(s->paper) < drawn.height * CHART_SCALE + 60)) return;
    section(s, "De senaste 13 veckorna", 60);
    chart(s, rc, &drawn);
}

/* The list without its reasons, where the column has room for all of it and `keep` is still left. Returns whether it
 * had. */
static bool summary_places(Sheet *s, double keep)
{
    const Lagesbild *l = s->l;
    const char *texts[LAGESBILD_PLACES_MAX];
    double height = 34;
    for (size_t i = 0; i < l->place_count; i++) {
        char count[SWEDISH_NUMBER_SIZE];
        texts[i] = arena_printf(s->arena, "%zu.\u00a0%s (%s)", i + 1, l->places[i].name,
                                swedish_integer(l->places[i].figure.count, count));
        if (!texts[i]) s->failed = -ENOMEM;
        if (!texts[i]) return false;
        height += paper_height(s->paper, body, texts[i]) + 2;
    }
    if (!l->place_count || paper_room(s->paper) < height + keep) return false;
    section(s, "Var det händer mest", 30);
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < l->place_count; i++) {
        paper_begin(s->paper, "LI");
        paper_text(s->paper, "LBody", body, texts[i]);
        paper_end(s->paper);
    }
    paper_end(s->paper);
    return true;
}

/* One line for each of the first `most` decisions, on the first page. Returns how high that is; `draw` false only
 * measures. */
static double summary_decisions(Sheet *s, const char *title, const LagesbildDecision *items, size_t count, size_t most,
                                bool draw)
{
    const size_t shown = count > most ? most : count;
    double height = 0;
    if (!count) return 0;
    if (draw) section(s, title, 30);
    if (draw && shown) paper_begin(s->paper, "L");
    for (size_t i = 0; i < shown; i++) {
        const char *line = phrases_measure(&items[i], s->arena);
        const char *text = line ? arena_printf(s->arena, "•\u00a0%s", line) : NULL;
        if (!text) s->failed = -ENOMEM;
        if (!text) break;
        height += paper_height(s->paper, body, text) + 2;
        if (!draw) continue;
        paper_begin(s->paper, "LI");
        paper_text(s->paper, "LBody", body, text);
        paper_end(s->paper);
    }
    if (draw && shown) paper_end(s->paper);
    if (draw && count > shown) paper_text(s->paper, "P", quiet, phrases_more_measures);
    return height + 48;
}

static double summary_meeting(Sheet *s, size_t most, bool draw)
{
    const Lagesbild *l = s->l;
    return summary_decisions(s, "Förra mötets beslut", l->followup, l->followup_count, most, draw) +
           summary_decisions(s, "Beslut", l->decisions, l->decision_count, most, draw);
}

/* Of how many there is room; the others are referred to. */
static size_t measures_in(Sheet *s, double room)
{
    size_t most = PHRASES_MEASURES;
    while (most && summary_meeting(s, most, false) > room)
        most--;
    return most;
}

static void summary_charts(Sheet *s)
{
    /* Decisions may be told at any length; the charts keep half of the page. */
    const double meeting = summary_meeting(s, measures_in(s, paper_room(s->paper) / 2), false);
    const double top = paper_y(s->paper), room = paper_room(s->paper) - 66 - meeting;
    if (!s->l->total.count || room < 100) return;
    left_column(s);
    summary_categories(s, room);
    const double end = paper_y(s->paper);
    right_column(s);
    paper_set_y(s->paper, top);
    summary_hours(s);
    summary_weeks(s);
    const bool told = summary_places(s, summary_meeting(s, 1, false)); /* a decision or two before long names */
    whole_width(s);
    paper_set_y(s->paper, fmax(end, paper_y(s->paper)));
    const size_t most = measures_in(s, paper_room(s->paper));
    if (paper_room(s->paper) >= summary_meeting(s, most, false)) summary_meeting(s, most, true);
    if (!told) summary_places(s, 0);
}

/* --- what it rests on --- */

static void decision_list(Sheet *s, const char *title, const char *none, const LagesbildDecision *items, size_t count)
{
    section(s, title, 40);
    if (!count) {
        paper_text(s->paper, "P", quiet, none);
        return;
    }
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < count; i++) {
        char text[512];
        paper_begin(s->paper, "LI");
        paper_begin(s->paper, "LBody");
        paper_text(s->paper, "P", strong, items[i].measure);
        paper_text(s->paper, "P", body, phrases_decision(&items[i], text, sizeof text));
        if (items[i].effect) {
            const char *effect = arena_printf(s->arena, "Effekt: %s", items[i].effect);
            paper_text(s->paper, "P", body, effect ? effect : "");
            if (!effect) s->failed = -ENOMEM;
        }
        paper_end(s->paper);
        paper_end(s->paper);
        gap(s, 4);
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

static void notes(Sheet *s)
{
    bool any = false;
    for (size_t i = 0; i < s->l->category_count; i++) {
        const LagesbildCategory *c = &s->l->categories[i];
        if (!c->figure.note) continue;
        const char *text = arena_printf(s->arena, "%s. %s", c->name, c->figure.note);
        if (!any) paper_begin(s->paper, "L");
        any = true;
        paper_begin(s->paper, "LI");
        bound_text_as(s, "LBody", body, text);
        paper_end(s->paper);
        gap(s, 3);
    }
    if (any) paper_end(s->paper);
}

static void figures(Sheet *s)
{
    static const PaperColumn columns[] = {{"Slag", 241, CHART_START}, {"Antal", 48, CHART_END},
                                          {"Förra", 48, CHART_END},   {"I fjol", 48, CHART_END},
                                          {"Normalt", 66, CHART_END}, {"Skillnad", 60, CHART_START}};
    section(s, "Händelser efter slag, i siffror", 90);
    paper_table_begin(s->paper, columns, sizeof columns / sizeof *columns, 9);
    for (size_t i = 0; i < s->l->category_count; i++)
        figure_row(s, s->l->categories[i].name, &s->l->categories[i].figure, false);
    figure_row(s, "Sammanlagt", &s->l->total, true);
    paper_table_end(s->paper);
    gap(s, 6);
    notes(s);
    paper_text(s->paper, "P", quiet, phrases_method(s->l));
}

static void weeks(Sheet *s)
{
    Chart quarter, year;
    int rc = chart_weeks(&quarter, s->l, CHART_WIDTH, LAGESBILD_SHORT_WEEKS, s->arena);
    if (!rc) rc = chart_weeks(&year, s->l, CHART_WIDTH, LAGESBILD_WEEKS, s->arena);
    if (rc) s->failed = rc;
    if (rc || !year.count) return;
    section(s, "Utvecklingen, vecka för vecka", year.height * CHART_SCALE + 40);
    const double top = paper_y(s->paper);
    left_column(s);
    paper_text(s->paper, "P", quiet, "De senaste 13 veckorna");
    chart(s, 0, &quarter);
    right_column(s);
    paper_set_y(s->paper, top);
    paper_text(s->paper, "P", quiet, "De senaste 53 veckorna");
    chart(s, 0, &year);
    whole_width(s);
    gap(s, 2);
    paper_text(s->paper, "P", quiet, phrases_weeks(s->l));
}

static void place_list(Sheet *s)
{
    const Lagesbild *l = s->l;
    if (!l->place_count) {
        paper_text(s->paper, "P", quiet, phrases_no_place(l));
        return;
    }
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < l->place_count; i++) {
        const char *name = arena_printf(s->arena, "%zu.\u00a0%s", i + 1, l->places[i].name);
        if (!name) s->failed = -ENOMEM;
        paper_need(s->paper, paper_height(s->paper, strong, name ? name : "") +
                                 paper_height(s->paper, body, l->places[i].reason) + 2);
        paper_begin(s->paper, "LI");
        paper_begin(s->paper, "LBody");
        paper_text(s->paper, "P", strong, name ? name : "");
        paper_text(s->paper, "P", body, l->places[i].reason);
        paper_end(s->paper);
        paper_end(s->paper);
        gap(s, 4);
    }
    paper_end(s->paper);
}

/* The list and the map side by side; the list alone over the whole width. */
static void places(Sheet *s)
{
    Chart map;
    int rc = chart_map(&map, s->l, CHART_WIDTH, s->arena);
    const char *how = phrases_map(s->l, s->arena);
    if (rc || !how) s->failed = -ENOMEM;
    const bool drawn = !rc && how && map.count;
    section(s, "Var", drawn ? fmax(map.height * CHART_SCALE + 40, 200) : 60);
    const double top = paper_y(s->paper);
    if (drawn) {
        right_column(s);
        chart(s, 0, &map);
        paper_text(s->paper, "P", quiet, how);
        left_column(s);
    }
    const double end = paper_y(s->paper);
    if (drawn) paper_set_y(s->paper, top);
    place_list(s);
    if (drawn && paper_y(s->paper) < end) paper_set_y(s->paper, end);
    whole_width(s);
}

static void incident(Sheet *s, const LagesbildIncident *i)
{
    char text[300];
    paper_need(s->paper, 62);
    paper_begin(s->paper, "LI");
    paper_begin(s->paper, "LBody");
    paper_text(s->paper, "P", strong, phrases_incident(i, text, sizeof text));
    if (phrases_title_adds(i)) paper_text(s->paper, "P", body, i->title);
    paper_text(s->paper, "P", body, i->text);
    paper_text(s->paper, "P", quiet, i->reported_by);
    paper_end(s->paper);
    paper_end(s->paper);
    gap(s, 5);
}

static void incidents(Sheet *s)
{
    const Lagesbild *l = s->l;
    const char *place = NULL;
    char text[200];
    section(s, "Händelserna, efter plats", 60);
    if (!l->incident_count) paper_text(s->paper, "P", quiet, "Inga händelser är rapporterade.");
    for (size_t i = 0; i < l->incident_count; i++) {
        const char *here = phrases_place(&l->incidents[i]);
        if (!place || strcmp(place, here) != 0) {
            if (place) paper_end(s->paper);
            gap(s, 4);
            paper_heading(s->paper, 3, here, 40);
            paper_begin(s->paper, "L");
        }
        place = here;
        incident(s, &l->incidents[i]);
    }
    if (place) paper_end(s->paper);
    if (l->incidents_omitted) paper_text(s->paper, "P", body, phrases_omitted(l, text, sizeof text));
}

static void remarks(Sheet *s, const char *title, const LagesbildTexts *texts)
{
    section(s, title, 30);
    if (!texts->count) {
        paper_text(s->paper, "P", quiet, "Inget antecknat.");
        return;
    }
    paper_begin(s->paper, "L");
    for (size_t i = 0; i < texts->count; i++) {
        paper_begin(s->paper, "LI");
        paper_text(s->paper, "LBody", body, texts->items[i]);
        paper_end(s->paper);
        gap(s, 3);
    }
    paper_end(s->paper);
}

static void sources(Sheet *s)
{
    static const PaperColumn columns[] = {{"Rapportör", 255, CHART_START}, {"Lämnat", 256, CHART_START}};
    section(s, "Vem har rapporterat", 60);
    if (!s->l->source_count) {
        paper_text(s->paper, "P", quiet, "Ingen har rapporterat.");
        return;
    }
    paper_table_begin(s->paper, columns, 2, 9);
    for (size_t i = 0; i < s->l->source_count; i++) {
        const LagesbildSource *source = &s->l->sources[i];
        char text[160];
        paper_table_row(s->paper, (PaperCell[]){{source->organisation, CHART_INK, false},
                                                {phrases_source(source, text, sizeof text),
                                                 lagesbild_has_reported(source) ? CHART_INK : CHART_UP, false}});
    }
    paper_table_end(s->paper);
}

/* --- the tables behind the charts --- */

static void hours_table(Sheet *s)
{
    static const char *const clock[LAGESBILD_HOURS] = {"00", "01", "02", "03", "04", "05", "06", "07",
                                                       "08", "09", "10", "11", "12", "13", "14", "15",
                                                       "16", "17", "18", "19", "20", "21", "22", "23"};
    PaperColumn columns[1 + LAGESBILD_HOURS] = {{"Kl.", 48, CHART_START}};
    for (int hour = 0; hour < LAGESBILD_HOURS; hour++)
        columns[1 + hour] = (PaperColumn){clock[hour], (PAPER_WIDTH - 48) / LAGESBILD_HOURS, CHART_END};
    if (!s->l->clocked) return;
    section(s, "Händelser per veckodag och timme, i siffror", 150);
    paper_table_begin(s->paper, columns, 1 + LAGESBILD_HOURS, 7.5);
    for (int day = 0; day < LAGESBILD_WEEKDAYS; day++) {
        char text[LAGESBILD_HOURS][PHRASES_CELL];
        PaperCell cells[1 + LAGESBILD_HOURS] = {{swedish_weekday(day + 1), CHART_INK, false}};
        for (int hour = 0; hour < LAGESBILD_HOURS; hour++)
            cells[1 + hour] =
                (PaperCell){phrases_count(s->l->hour_of_week[day][hour], text[hour]),
                            s->l->hour_of_week[day][hour] ? CHART_INK : CHART_SOFT, s->l->hour_of_week[day][hour] > 0};
        paper_table_row(s->paper, cells);
    }
    paper_table_end(s->paper);
}

static void weeks_rows(Sheet *s, size_t newest, size_t oldest)
{
    static const PaperColumn columns[] = {
        {"Vecka", 95, CHART_START}, {"Antal", 60, CHART_END}, {"Normalt då", 90, CHART_END}};
    paper_table_begin(s->paper, columns, 3, 8.5);
    for (size_t i = newest; i-- > oldest;) {
        const LagesbildWeek *week = &s->l->weeks[i];
        char text[3][PHRASES_CELL];
        paper_table_row(s->paper, (PaperCell[]){{phrases_week(week, text[0]), CHART_INK, false},
                                                {phrases_count(week->count, text[1]), CHART_INK, false},
                                                {phrases_week_normal(week, text[2]), CHART_INK, false}});
    }
    paper_table_end(s->paper);
}

/* Two tables beside each other, the newer half of the year first; on one page, so that none goes on beside the other.
 */
static void weeks_table(Sheet *s)
{
    const Lagesbild *l = s->l;
    const size_t half = l->week_count - l->week_count / 2;
    bool any = false;
    for (size_t i = 0; i < l->week_count; i++)
        any |= l->weeks[i].count != LAGESBILD_UNKNOWN;
    if (!any) return;
    section(s, "Händelser per vecka, i siffror", 20.0 * (double)half);
    const double top = paper_y(s->paper);
    left_column(s);
    weeks_rows(s, l->week_count, l->week_count - half);
    const double end = paper_y(s->paper);
    right_column(s);
    paper_set_y(s->paper, top);
    weeks_rows(s, l->week_count - half, 0);
    whole_width(s);
    paper_set_y(s->paper, end);
}

/* Why there is another version than the first. */
static void changes(Sheet *s)
{
    char title[64];
    if (!s->l->changes.count) return;
    snprintf(title, sizeof title, "Ändrat sedan version %d", s->l->version - 1);
    remarks(s, title, &s->l->changes);
}

static void document(Sheet *s)
{
    const Lagesbild *l = s->l;
    head(s);
    changes(s);
    state(s);
    summary_charts(s);
    if (l->total.count) paper_turn(s->paper); /* of a page that has nothing to sum up the rest is not parted */
    sources(s);
    decision_list(s, "Uppföljning av förra mötets beslut", "Inga beslut att följa upp.", l->followup,
                  l->followup_count);
    figures(s);
    weeks(s);
    places(s);
    incidents(s);
    remarks(s, "Känd oro och kommande händelser", &l->worries);
    if (phrases_has_causes(l)) remarks(s, "Troliga orsaker", &l->causes);
    decision_list(s, "Beslut", "Inga beslut antecknade.", l->decisions, l->decision_count);
    hours_table(s);
    weeks_table(s);
    gap(s, 10);
    paper_text(s->paper, "P", quiet, phrases_about);
}

int lagesbild_pdf_write(const Lagesbild *l, FILE *out)
{
    _arena_free_ Arena *arena = arena_new();
    Paper *paper = arena ? paper_new(arena) : NULL;
    char label[PERIOD_LABEL_SIZE];
    if (!paper) return -ENOMEM;
    Sheet s = {.l = l, .paper = paper, .arena = arena};
    document(&s);
    period_label(&l->period, label);
    const char *title = arena_printf(arena, "Lägesbild %s, %s", l->area_name, label);
    int rc = s.failed;
    if (!rc && !title) rc = -ENOMEM;
    if (!rc)
        rc = paper_write(paper,
                         &(PaperWords){.title = title,
                                       .subject = "Lägesbild för lokalt brottsförebyggande arbete (EST)",
                                       .author = l->area_name,
                                       .language = "sv-SE",
                                       .created = l->data_cut_at,
                                       .foot = title},
                         out);
    paper_free(paper);
    return rc;
}
