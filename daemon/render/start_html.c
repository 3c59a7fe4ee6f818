#include "render/start_html.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "render/html.h"
#include "render/html_page.h"

static void open_link(FILE *out, const char *municipality, const char *area, const Period *period, int version)
{
    char code[PERIOD_CODE_SIZE];
    fputs("<a href=\"/v1/lagesbilder/", out);
    html_text(out, area);
    fprintf(out, "/%s.html?municipality=", period_code(period, code));
    html_text(out, municipality);
    if (version) fprintf(out, "&amp;version=%d", version);
    fputs("\">", out);
}

static void link_to(FILE *out, const StartArea *area, const Period *period)
{
    char label[PERIOD_LABEL_SIZE];
    fputs("<td>", out);
    open_link(out, area->municipality, area->code, period, 0);
    html_text(out, period_short_label(period, label));
    fputs("</a></td>", out);
}

static void item(FILE *out, const StartItem *item, bool with_municipality)
{
    char label[PERIOD_LABEL_SIZE];
    fputs("<li>", out);
    open_link(out, item->municipality, item->code, &item->period, item->version);
    html_text(out, item->name);
    fputs(", ", out);
    html_text(out, period_label(&item->period, label));
    if (item->version > 1) fprintf(out, ", version %d", item->version);
    fputs("</a>", out);
    if (with_municipality) fputs(", ", out);
    if (with_municipality) html_text(out, item->municipality_name);
    fputs("</li>\n", out);
}

/* The municipality is told only where there are several. */
static void item_list(FILE *out, const char *title, const char *note, const StartItems *list)
{
    bool several = false;
    if (!list->count) return;
    for (size_t i = 1; i < list->count; i++)
        several |= strcmp(list->items[i].municipality, list->items[0].municipality) != 0;
    fputs("<section>\n", out);
    html_element(out, "h2", NULL, title);
    if (note) html_element(out, "p", "quiet", note);
    fputs("<ul>\n", out);
    for (size_t i = 0; i < list->count; i++)
        item(out, &list->items[i], several);
    fputs("</ul>\n</section>\n", out);
}

/* The week of the newest incident, that and the one before, its month and its year. */
static void row(FILE *out, const StartArea *area)
{
    CivilDate monday = civil_add_days(area->last_day, 1 - civil_weekday(area->last_day));
    CivilDate month = {.year = area->last_day.year, .month = area->last_day.month, .day = 1};
    CivilDate next_month = civil_add_days(month, 31);
    next_month.day = 1;
    const Period periods[] = {
        {.kind = PERIOD_WEEKS, .from = monday, .to = civil_add_days(monday, 7)},
        {.kind = PERIOD_WEEKS, .from = civil_add_days(monday, -7), .to = civil_add_days(monday, 7)},
        {.kind = PERIOD_MONTH, .from = month, .to = next_month},
        {.kind = PERIOD_YEAR, .from = {month.year, 1, 1}, .to = {month.year + 1, 1, 1}},
    };
    fputs("<tr>", out);
    fputs("<th scope=\"row\">", out);
    html_text(out, area->name);
    fputs("</th>", out);
    for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
        link_to(out, area, &periods[i]);
    fputs("</tr>\n", out);
}

static void municipality_head(FILE *out, const StartArea *area)
{
    fputs("<section>\n", out);
    html_element(out, "h2", NULL, area->municipality_name);
    fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", out);
    html_text(out, area->municipality_name);
    fputs("\">\n<table class=\"many\">\n<caption>De senaste perioderna med händelser</caption>\n<thead><tr><th "
          "scope=\"col\">Område</th>"
          "<th scope=\"col\">Vecka</th><th scope=\"col\">Två veckor</th><th scope=\"col\">Månad</th>"
          "<th scope=\"col\">År</th></tr></thead>\n<tbody>\n",
          out);
}

static const char municipality_end[] = "</tbody>\n</table>\n</div>\n</section>\n";

int start_html_write(const StartArea *areas, size_t count, const StartItems *waiting, const StartItems *published,
                     FILE *out)
{
    html_page_open(out, &(HtmlPage){.title = {"Lägesbilder"},
                                    .kind = "lagesbild",
                                    .heading = "Lägesbilder",
                                    .span = "Välj område och period"});
    if (count == 0)
        fputs("<section><h2>Inga händelser ännu</h2><p>När den första rapporten har lämnats finns lägesbilderna här."
              "</p></section>\n",
              out);
    item_list(out, "Väntar på att ges ut", "Perioden är slut. Utkastet följer uppgifterna tills någon ger ut det.",
              waiting);
    for (size_t i = 0; i < count; i++) {
        bool first = i == 0 || strcmp(areas[i].municipality, areas[i - 1].municipality) != 0;
        if (first && i > 0) fputs(municipality_end, out);
        if (first) municipality_head(out, &areas[i]);
        row(out, &areas[i]);
    }
    if (count > 0) fputs(municipality_end, out);
    item_list(out, "Senast utgivna", NULL, published);
    fputs("<section><h2>Andra perioder</h2><p>Skriv perioden i adressen: "
          "<code>/v1/lagesbilder/<i>område</i>/<i>period</i>"
          ".html</code>, till exempel <code>2026-W11</code>, <code>2026-W10..2026-W11</code>, <code>2026-03</code>, "
          "<code>2026-T1</code> eller <code>2026</code>.</p></section>\n",
          out);
    html_page_close(out, NULL);
    return fflush(out) == 0 && !ferror(out) ? 0 : -EIO;
}
