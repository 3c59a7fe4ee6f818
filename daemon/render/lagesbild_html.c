#include "render/lagesbild_html.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "core/lagesbild/swedish.h"
#include "render/chart_svg.h"
#include "render/html.h"
#include "render/html_page.h"
#include "render/phrases.h"

/* False without memory. */
static bool head(const Lagesbild *l, Arena *arena, FILE *out)
{
    char label[PERIOD_LABEL_SIZE], status[PHRASES_STATUS];
    const char *title = arena_printf(arena, "Lägesbild %s", l->area_name);
    const char *by = l->version ? arena_printf(arena, "Utgiven av %s", l->published.by) : NULL;
    if (!title || (l->version && !by)) return false;
    html_page_open(out, &(HtmlPage){.title = {title, period_label(&l->period, label)},
                                    .kind = "Lägesbild",
                                    .heading = l->area_name,
                                    .span = label,
                                    .states = {phrases_status(l, status, sizeof status), by}});
    return true;
}

static void open_section(FILE *out, const char *id, const char *title)
{
    fprintf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">", id, id);
    html_text(out, title);
    fputs("</h2>\n", out);
}

static void close_section(FILE *out)
{
    fputs("</section>\n", out);
}

static void key_figure(FILE *out, const char *name, const char *value)
{
    fputs("<div>", out);
    html_element(out, "dt", NULL, name);
    html_element(out, "dd", NULL, value);
    fputs("</div>\n", out);
}

/* Charts are drawn this wide and scaled to their column: on a phone their text is about as large as the page's. */
enum { CHART_WIDTH = 340 };

/* The charts, each drawn once: where its numbers are, and again on the first page of paper. */
typedef struct Charts {
    Chart categories, quarter, year, hours, map;
} Charts;

static int draw(Charts *c, const Lagesbild *l, Arena *arena)
{
    int rc = chart_categories(&c->categories, l, CHART_WIDTH, SIZE_MAX, arena);
    if (!rc) rc = chart_weeks(&c->quarter, l, CHART_WIDTH, LAGESBILD_SHORT_WEEKS, arena);
    if (!rc) rc = chart_weeks(&c->year, l, CHART_WIDTH, LAGESBILD_WEEKS, arena);
    if (!rc) rc = chart_hours(&c->hours, l, CHART_WIDTH, arena);
    return rc ? rc : chart_map(&c->map, l, CHART_WIDTH, arena);
}

/* --- the first page of paper, which is not shown on a screen: what stands in the sections below it, in short --- */

static void short_chart(const Chart *chart, const char *id, const char *title, FILE *out)
{
    if (!chart->count) return;
    html_element(out, "h3", NULL, title);
    chart_svg_again(chart, id, out);
}

static void short_places(const Lagesbild *l, FILE *out)
{
    if (!l->place_count) return;
    html_element(out, "h3", NULL, "Var det händer mest");
    fputs("<ol>\n", out);
    for (size_t i = 0; i < l->place_count; i++) {
        char count[SWEDISH_NUMBER_SIZE];
        fputs("<li>", out);
        html_text(out, l->places[i].name);
        fprintf(out, " (%s)</li>\n", swedish_integer(l->places[i].figure.count, count));
    }
    fputs("</ol>\n", out);
}

static int short_decisions(const char *title, const LagesbildDecision *items, size_t count, Arena *arena, FILE *out)
{
    if (!count) return 0;
    html_element(out, "h3", NULL, title);
    fputs("<ul>\n", out);
    for (size_t i = 0; i < count && i < PHRASES_MEASURES; i++) {
        const char *text = phrases_measure(&items[i], arena);
        if (!text) return -ENOMEM;
        html_element(out, "li", NULL, text);
    }
    fputs("</ul>\n", out);
    if (count > PHRASES_MEASURES) html_element(out, "p", "quiet", phrases_more_measures);
    return 0;
}

static int sheet(const Lagesbild *l, const Charts *charts, Arena *arena, FILE *out)
{
    const char *reporters = phrases_reporters(l, arena);
    if (!reporters) return -ENOMEM;
    fputs("<div class=\"sheet\">\n", out);
    html_element(out, "p", "quiet", reporters);
    fputs("<div class=\"beside\">\n<div>\n", out);
    short_chart(&charts->categories, "slag-bild", "Händelser efter slag", out);
    fputs("</div>\n<div>\n", out);
    short_chart(&charts->hours, "nar-bild", "När", out);
    short_chart(&charts->quarter, "kvartal-bild", "De senaste 13 veckorna", out);
    short_places(l, out);
    fputs("</div>\n</div>\n", out);
    int rc = short_decisions("Förra mötets beslut", l->followup, l->followup_count, arena, out);
    if (!rc) rc = short_decisions("Beslut", l->decisions, l->decision_count, arena, out);
    fputs("</div>\n", out);
    return rc;
}

static int state(const Lagesbild *l, const Charts *charts, Arena *arena, FILE *out)
{
    char text[PHRASES_CELL];
    const char *summary = phrases_bound(l->summary, arena);
    if (!summary) return -ENOMEM;
    open_section(out, "laget", "Läget");
    html_element(out, "p", "lead", summary);
    fputs("<dl class=\"figures\">\n", out);
    key_figure(out, phrases_total(l), phrases_count(l->total.count, text));
    key_figure(out, "föregående period", phrases_count(l->total.previous, text));
    key_figure(out, "samma period i fjol", phrases_count(l->total.year_ago, text));
    key_figure(out, "normalt här", phrases_normal(&l->total.expected, text));
    fputs("</dl>\n", out);
    if (l->reservations) html_element(out, "p", "quiet", l->reservations);
    int rc = l->total.count ? sheet(l, charts, arena, out) : 0;
    close_section(out);
    return rc;
}

static void sources(const Lagesbild *l, FILE *out)
{
    open_section(out, "rapportorer", "Vem har rapporterat");
    if (!l->source_count) html_element(out, "p", NULL, "Ingen har rapporterat.");
    if (l->source_count)
        fputs(
            "<table>\n<thead><tr><th scope=\"col\">Rapportör</th><th scope=\"col\">Lämnat</th></tr></thead>\n<tbody>\n",
            out);
    for (size_t i = 0; i < l->source_count; i++) {
        char text[160];
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, l->sources[i].organisation);
        fputs("</th>", out);
        html_element(out, "td", lagesbild_has_reported(&l->sources[i]) ? NULL : "silent",
                     phrases_source(&l->sources[i], text, sizeof text));
        fputs("</tr>\n", out);
    }
    if (l->source_count) fputs("</tbody>\n</table>\n", out);
    close_section(out);
}

static void decision_list(FILE *out, const char *id, const char *title, const char *none,
                          const LagesbildDecision *items, size_t count)
{
    open_section(out, id, title);
    if (!count) html_element(out, "p", "quiet", none);
    if (count) fputs("<ol class=\"places\">\n", out);
    for (size_t i = 0; i < count; i++) {
        char text[512];
        fputs("<li><b>", out);
        html_text(out, items[i].measure);
        fputs("</b><br>", out);
        html_text(out, phrases_decision(&items[i], text, sizeof text));
        if (items[i].effect) {
            fputs("<br>Effekt: ", out);
            html_text(out, items[i].effect);
        }
        fputs("</li>\n", out);
    }
    if (count) fputs("</ol>\n", out);
    close_section(out);
}

static void open_chart(FILE *out, const char *heading)
{
    fputs("<div class=\"picture\">\n", out);
    if (heading) html_element(out, "p", "quiet", heading);
}

static void figure_row(FILE *out, const char *name, const LagesbildFigure *f)
{
    char text[PHRASES_CELL];
    fputs("<tr><th scope=\"row\">", out);
    html_text(out, name);
    fputs("</th>\n", out);
    html_element(out, "td", "n", phrases_count(f->count, text));
    html_element(out, "td", "n", phrases_count(f->previous, text));
    html_element(out, "td", "n wide", phrases_count(f->year_ago, text));
    html_element(out, "td", "n", phrases_normal(&f->expected, text));
    html_element(out, "td",
                 f->expected.direction == EXPECTED_UP     ? "up"
                 : f->expected.direction == EXPECTED_DOWN ? "down"
                                                          : NULL,
                 phrases_verdict(&f->expected));
    fputs("</tr>\n", out);
}

static void notes(const Lagesbild *l, FILE *out)
{
    bool any = false;
    for (size_t i = 0; i < l->category_count; i++) {
        const LagesbildCategory *c = &l->categories[i];
        if (!c->figure.note) continue;
        if (!any) fputs("<ul class=\"notes\">\n", out);
        any = true;
        fputs("<li><b>", out);
        html_text(out, c->name);
        fputs(".</b> ", out);
        html_text(out, c->figure.note);
        fputs("</li>\n", out);
    }
    if (any) fputs("</ul>\n", out);
}

static void figures(const Lagesbild *l, const Charts *charts, FILE *out)
{
    open_section(out, "slag", "Händelser efter slag");
    fputs("<div class=\"beside\">\n<div>\n<table class=\"many kinds\">\n<caption>Antal jämfört med föregående period, "
          "samma "
          "period i fjol och det normala.</caption>\n<thead><tr><th scope=\"col\">Slag</th>"
          "<th scope=\"col\" class=\"n\">Antal</th>"
          "<th scope=\"col\" class=\"n\">Förra</th><th scope=\"col\" class=\"n wide\">I fjol</th>"
          "<th scope=\"col\" class=\"n\">Normalt</th><th scope=\"col\">Skillnad</th></tr></thead>\n<tbody>\n",
          out);
    for (size_t i = 0; i < l->category_count; i++)
        figure_row(out, l->categories[i].name, &l->categories[i].figure);
    fputs("</tbody>\n<tfoot>\n", out);
    figure_row(out, "Sammanlagt", &l->total);
    fputs("</tfoot>\n</table>\n</div>\n", out);
    if (charts->categories.count) {
        open_chart(out, l->total.expected.known ? "Stapeln är antalet, det ljusa fältet det normala."
                                                : "Stapeln är antalet.");
        chart_svg_write(&charts->categories, "slag-bild", out);
        fputs("</div>\n", out);
    }
    fputs("</div>\n", out);
    notes(l, out);
    fputs("<p class=\"quiet\">", out);
    html_text(out, phrases_method(l));
    fputs("</p>\n", out);
    close_section(out);
}

static void weeks_table(const Lagesbild *l, FILE *out)
{
    fputs(
        "<details><summary>Siffrorna, vecka för vecka</summary>\n<table class=\"many\">\n"
        "<caption>Händelser per vecka, den senaste först</caption>\n<thead><tr><th scope=\"col\">Vecka</th>"
        "<th scope=\"col\" class=\"n\">Antal</th><th scope=\"col\" class=\"n\">Normalt då</th></tr></thead>\n<tbody>\n",
        out);
    for (size_t i = l->week_count; i-- > 0;) {
        char text[PHRASES_CELL];
        const LagesbildWeek *week = &l->weeks[i];
        fputs("<tr><th scope=\"row\">", out);
        html_text(out, phrases_week(week, text));
        fputs("</th>", out);
        html_element(out, "td", "n", phrases_count(week->count, text));
        html_element(out, "td", "n", phrases_week_normal(week, text));
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table>\n</details>\n", out);
}

static void weeks(const Lagesbild *l, const Charts *charts, FILE *out)
{
    if (!charts->year.count) return;
    open_section(out, "utveckling", "Utvecklingen, vecka för vecka");
    fputs("<div class=\"beside\">\n", out);
    if (charts->quarter.count) {
        open_chart(out, "De senaste 13 veckorna");
        chart_svg_write(&charts->quarter, "kvartal-bild", out);
        fputs("</div>\n", out);
    }
    open_chart(out, "De senaste 53 veckorna");
    chart_svg_write(&charts->year, "ar-bild", out);
    fputs("</div>\n</div>\n", out);
    html_element(out, "p", "quiet", phrases_weeks(l));
    weeks_table(l, out);
    close_section(out);
}

static int64_t most_in_an_hour(const Lagesbild *l)
{
    int64_t most = 0;
    for (int cell = 0; cell < LAGESBILD_WEEKDAYS * LAGESBILD_HOURS; cell++) {
        int64_t n = l->hour_of_week[cell / LAGESBILD_HOURS][cell % LAGESBILD_HOURS];
        if (n > most) most = n;
    }
    return most;
}

static void hours_table(const Lagesbild *l, FILE *out)
{
    const int64_t most = most_in_an_hour(l);
    fputs("<details><summary>Som tabell</summary>\n"
          "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Tabell över veckans timmar\">\n"
          "<table class=\"week\">\n<caption>Händelser per veckodag och timme</caption>\n"
          "<thead><tr><th scope=\"col\" class=\"day\">Kl.</th>",
          out);
    for (int hour = 0; hour < LAGESBILD_HOURS; hour++)
        fprintf(out, "<th scope=\"col\">%02d</th>", hour);
    fputs("</tr></thead>\n<tbody>\n", out);
    for (int day = 0; day < LAGESBILD_WEEKDAYS; day++) {
        fprintf(out, "<tr><th scope=\"row\"><abbr title=\"%s\">%s</abbr></th>", swedish_weekday(day + 1),
                swedish_weekday_short(day + 1));
        for (int hour = 0; hour < LAGESBILD_HOURS; hour++) {
            int64_t n = l->hour_of_week[day][hour];
            if (n)
                fprintf(out, "<td class=\"h%d\">%" PRId64 "</td>", chart_heat(n, most), n);
            else
                fputs("<td></td>", out);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table>\n</div>\n</details>\n", out);
}

static void hours(const Lagesbild *l, const Charts *charts, FILE *out)
{
    char text[160];
    open_section(out, "nar", "När");
    if (!charts->hours.count) {
        html_element(out, "p", "quiet", phrases_no_clock(l));
        close_section(out);
        return;
    }
    html_element(out, "p", "quiet", phrases_clocked(l, text, sizeof text));
    open_chart(out, NULL);
    chart_svg_write(&charts->hours, "nar-bild", out);
    fputs("</div>\n", out);
    hours_table(l, out);
    close_section(out);
}

static int places(const Lagesbild *l, const Charts *charts, Arena *arena, FILE *out)
{
    const char *how = phrases_map(l, arena);
    if (!how) return -ENOMEM;
    open_section(out, "var", "Var");
    fputs("<div class=\"beside\">\n<div>\n", out);
    if (!l->place_count) html_element(out, "p", "quiet", phrases_no_place(l));
    if (l->place_count) fputs("<ol class=\"places\">\n", out);
    for (size_t i = 0; i < l->place_count; i++) {
        fputs("<li><b>", out);
        html_text(out, l->places[i].name);
        fputs("</b><br>", out);
        html_text(out, l->places[i].reason);
        fputs("</li>\n", out);
    }
    if (l->place_count) fputs("</ol>\n", out);
    fputs("</div>\n", out);
    if (charts->map.count) {
        open_chart(out, how);
        chart_svg_write(&charts->map, "var-bild", out);
        fputs("</div>\n", out);
    }
    fputs("</div>\n", out);
    close_section(out);
    return 0;
}

static void incident(const LagesbildIncident *i, FILE *out)
{
    char when[96];
    fputs("<li>\n", out);
    html_element(out, "div", "when", phrases_when(i, when, sizeof when));
    fputs("<div><span class=\"what\">", out);
    html_text(out, i->category);
    fputs("</span>", out);
    if (i->area) {
        fputs(", ", out);
        html_text(out, i->area);
    }
    if (i->to_review) fputs(" <span class=\"tag\">ej granskad</span>", out);
    if (phrases_title_adds(i)) html_element(out, "p", NULL, i->title);
    if (*i->text) html_element(out, "p", NULL, i->text);
    html_element(out, "p", "quiet", i->reported_by);
    fputs("</div></li>\n", out);
}

static void incidents(const Lagesbild *l, FILE *out)
{
    open_section(out, "handelser", "Händelserna, efter plats");
    if (!l->incident_count) html_element(out, "p", "quiet", "Inga händelser är rapporterade.");
    const char *place = NULL;
    for (size_t i = 0; i < l->incident_count; i++) {
        const char *here = phrases_place(&l->incidents[i]);
        if (!place || strcmp(place, here) != 0) {
            if (place) fputs("</ul>\n", out);
            html_element(out, "h3", NULL, here);
            fputs("<ul class=\"incidents\">\n", out);
        }
        place = here;
        incident(&l->incidents[i], out);
    }
    if (place) fputs("</ul>\n", out);
    char text[200];
    if (l->incidents_omitted) html_element(out, "p", NULL, phrases_omitted(l, text, sizeof text));
    close_section(out);
}

static void remarks(FILE *out, const char *id, const char *title, const LagesbildTexts *texts)
{
    open_section(out, id, title);
    if (!texts->count) html_element(out, "p", "quiet", "Inget antecknat.");
    if (texts->count) fputs("<ul>\n", out);
    for (size_t i = 0; i < texts->count; i++)
        html_element(out, "li", NULL, texts->items[i]);
    if (texts->count) fputs("</ul>\n", out);
    close_section(out);
}

/* Why there is another version than the first. */
static void changes(const Lagesbild *l, FILE *out)
{
    char title[64];
    if (!l->changes.count) return;
    snprintf(title, sizeof title, "Ändrat sedan version %d", l->version - 1);
    remarks(out, "andrat", title, &l->changes);
}

int lagesbild_html_write(const Lagesbild *l, FILE *out)
{
    _arena_free_ Arena *arena = arena_new();
    Charts charts;
    if (!arena || !head(l, arena, out)) return -ENOMEM;
    int rc = draw(&charts, l, arena);
    if (rc) return rc;
    changes(l, out);
    rc = state(l, &charts, arena, out);
    if (rc) return rc;
    sources(l, out);
    decision_list(out, "uppfoljning", "Uppföljning av förra mötets beslut", "Inga beslut att följa upp.", l->followup,
                  l->followup_count);
    figures(l, &charts, out);
    weeks(l, &charts, out);
    hours(l, &charts, out);
    rc = places(l, &charts, arena, out);
    if (rc) return rc;
    incidents(l, out);
    remarks(out, "oro", "Känd oro och kommande händelser", &l->worries);
    if (phrases_has_causes(l)) remarks(out, "orsaker", "Troliga orsaker", &l->causes);
    decision_list(out, "beslut", "Beslut", "Inga beslut antecknade.", l->decisions, l->decision_count);
    html_page_close(out, phrases_about);
    return ferror(out) ? -EIO : 0;
}
