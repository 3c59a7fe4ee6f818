#include "render/start_html.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "render/html.h"
#include "render/html_page.h"

static void open_link(FILE *out, const char *municipality, const char *area, const Period *period)
{
    char code[PERIOD_CODE_SIZE];
    fputs("<a href=\"/v1/lagesbilder/", out);
    html_text(out, area);
    fprintf(out, "/%s.html?municipality=", period_code(period, code));
    html_text(out, municipality);
    fputs("\">", out);
}

static void link_to(FILE *out, const StartArea *area, const Period *period)
{
    char label[PERIOD_LABEL_SIZE];
    fputs("<td>", out);
    open_link(out, area->municipality, area->code, period);
    html_text(out, period_short_label(period, label));
    fputs("</a></td>", out);
}

/* The municipality is told only where there are several. */
static void waiting_list(FILE *out, const StartWaiting *waiting, size_t count)
{
    bool several = false;
    for (size_t i = 1; i < count; i++)
        several |= strcmp(waiting[i].municipality, waiting[0].municipality) != 0;
    fputs("<section>\n<h2>Väntar på att ges ut</h2>\n<p class=\"quiet\">Perioden är slut. Utkastet följer uppgifterna "
          "tills någon ger ut det.</p>\n<ul>\n",
          out);
    for (size_t i = 0; i < count; i++) {
        char label[PERIOD_LABEL_SIZE];
        fputs("<li>", out);
        open_link(out, waiting[i].municipality, waiting[i].code, &waiting[i].period);
        html_text(out, waiting[i].name);
        fputs(", ", out);
        html_text(out, period_label(&waiting[i].period, label));
        fputs("</a>", out);
        if (several) fputs(", ", out);
        if (several) html_text(out, waiting[i].municipality_name);
        fputs("</li>\n", out);
    }
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
    fputs(
        "\">\n<table>\n<caption>De senaste perioderna med händelser</caption>\n<thead><tr><th scope=\"col\">Område</th>"
        "<th scope=\"col\">Vecka</th><th scope=\"col\">Två veckor</th><th scope=\"col\">Månad</th>"
        "<th scope=\"col\">År</th></tr></thead>\n<tbody>\n",
        out);
}

static const char municipality_end[] = "</tbody>\n</table>\n</div>\n</section>\n";

int start_html_write(const StartArea *areas, size_t count, const StartWaiting *waiting, size_t waiting_count, FILE *out)
{
    html_page_open(out, &(HtmlPage){.title = {"Lägesbilder"},
                                    .kind = "lagesbild",
                                    .heading = "Lägesbilder",
                                    .span = "Välj område och period"});
    if (count == 0)
        fputs("<section><h2>Inga händelser ännu</h2><p>När den första rapporten har lämnats finns lägesbilderna här."
              "</p></section>\n",
              out);
    if (waiting_count) waiting_list(out, waiting, waiting_count);
    for (size_t i = 0; i < count; i++) {
        bool first = i == 0 || strcmp(areas[i].municipality, areas[i - 1].municipality) != 0;
        if (first && i > 0) fputs(municipality_end, out);
        if (first) municipality_head(out, &areas[i]);
        row(out, &areas[i]);
    }
    if (count > 0) fputs(municipality_end, out);
    fputs("<section><h2>Andra perioder</h2><p>Skriv perioden i adressen: "
          "<code>/v1/lagesbilder/<i>område</i>/<i>period</i>"
          ".html</code>, till exempel <code>2026-W11</code>, <code>2026-W10..2026-W11</code>, <code>2026-03</code>, "
          "<code>2026-T1</code> eller <code>2026</code>.</p></section>\n",
          out);
    html_page_close(out, NULL);
    return fflush(out) == 0 && !ferror(out) ? 0 : -EIO;
}
