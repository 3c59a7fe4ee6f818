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

static void state(const Lagesbild *l, FILE *out)
{
    char text[PHRASES_CELL];
    open_section(out, "laget", "Läget");
    html_element(out, "p", "lead", l->summary);
    fputs("<dl class=\"figures\">\n", out);
    key_figure(out, lagesbild_is_complete(l) ? "händelser" : "händelser hittills", phrases_count(l->total.count, text));
    key_figure(out, "föregående period", phrases_count(l->total.previous, text));
    key_figure(out, "samma period i fjol", phrases_count(l->total.year_ago, text));
    key_figure(out, "normalt här", phrases_normal(&l->total.expected, text));
    fputs("</dl>\n", out);
    if (l->reservations) html_element(out, "p", "quiet", l->reservations);
    close_section(out);
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

/* Charts are drawn this wide and scaled to their column: on a phone their text is about as large as the page's. */
enum { CHART_WIDTH = 340 };

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

static int figures(const Lagesbild *l, Arena *arena, FILE *out)
{
    Chart chart;
    int rc = chart_categories(&chart, l, CHART_WIDTH, SIZE_MAX, arena);
    open_section(out, "slag", "Händelser efter slag");
    fputs("<div class=\"beside\">\n<div>\n<table class=\"many\">\n<caption>Antal jämfört med föregående period, samma "
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
    if (chart.count) {
        open_chart(out, l->total.expected.known ? "Stapeln är antalet, det ljusa fältet det normala." : NULL);
        chart_svg_write(&chart, "slag-bild", out);
        fputs("</div>\n", out);
    }
    fputs("</div>\n", out);
    notes(l, out);
    fputs("<p class=\"quiet\">", out);
    html_text(out, phrases_method(l));
    fputs("</p>\n", out);
    close_section(out);
    return rc;
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

static int weeks(const Lagesbild *l, Arena *arena, FILE *out)
{
    Chart quarter, year;
    int rc = chart_weeks(&quarter, l, CHART_WIDTH, LAGESBILD_SHORT_WEEKS, arena);
    if (!rc) rc = chart_weeks(&year, l, CHART_WIDTH, LAGESBILD_WEEKS, arena);
    if (rc || !year.count) return rc;
    open_section(out, "utveckling", "Utvecklingen, vecka för vecka");
    fputs("<div class=\"beside\">\n", out);
    if (quarter.count) {
        open_chart(out, "De senaste 13 veckorna");
        chart_svg_write(&quarter, "kvartal-bild", out);
        fputs("</div>\n", out);
    }
    open_chart(out, "De senaste 53 veckorna");
    chart_svg_write(&year, "ar-bild", out);
    fputs("</div>\n</div>\n", out);
    html_element(out, "p", "quiet", phrases_weeks(l));
    weeks_table(l, out);
    close_section(out);
    return 0;
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
                fprintf(out, "<td class=\"h%d\">%" PRId64 "</td>", (int)(1 + (n * 4 - 1) / most), n);
            else
                fputs("<td></td>", out);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody>\n</table>\n</div>\n</details>\n", out);
}

static int hours(const Lagesbild *l, Arena *arena, FILE *out)
{
    char text[160];
    Chart chart;
    int rc = chart_hours(&chart, l, CHART_WIDTH, arena);
    open_section(out, "nar", "När");
    if (!chart.count) {
        html_element(out, "p", "quiet", "Inget klockslag är känt.");
        close_section(out);
        return rc;
    }
    html_element(out, "p", "quiet", phrases_clocked(l, text, sizeof text));
    open_chart(out, NULL);
    chart_svg_write(&chart, "nar-bild", out);
    fputs("</div>\n", out);
    hours_table(l, out);
    close_section(out);
    return rc;
}

static int places(const Lagesbild *l, Arena *arena, FILE *out)
{
    Chart chart;
    int rc = chart_map(&chart, l, CHART_WIDTH, arena);
    open_section(out, "var", "Var");
    fputs("<div class=\"beside\">\n<div>\n", out);
    if (!l->place_count) html_element(out, "p", "quiet", "Ingen plats är känd.");
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
    if (chart.count) {
        open_chart(out, phrases_map(l));
        chart_svg_write(&chart, "var-bild", out);
        fputs("</div>\n", out);
    }
    fputs("</div>\n", out);
    close_section(out);
    return rc;
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
    if (!l->incident_count) html_element(out, "p", "quiet", "Inga händelser.");
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
    if (!arena || !head(l, arena, out)) return -ENOMEM;
    changes(l, out);
    state(l, out);
    sources(l, out);
    decision_list(out, "uppfoljning", "Uppföljning av förra mötets beslut", "Inga beslut att följa upp.", l->followup,
                  l->followup_count);
    int rc = figures(l, arena, out);
    if (!rc) rc = weeks(l, arena, out);
    if (!rc) rc = hours(l, arena, out);
    if (!rc) rc = places(l, arena, out);
    if (rc) return rc;
    incidents(l, out);
    remarks(out, "oro", "Känd oro och kommande händelser", &l->worries);
    if (phrases_has_causes(l)) remarks(out, "orsaker", "Troliga orsaker", &l->causes);
    decision_list(out, "beslut", "Beslut", "Inga beslut antecknade.", l->decisions, l->decision_count);
    html_page_close(out, html_page_lagesbild_footer);
    return ferror(out) ? -EIO : 0;
}
