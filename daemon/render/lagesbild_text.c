#include "render/lagesbild_text.h"

#include <errno.h>
#include <string.h>

#include "core/lagesbild/swedish.h"
#include "render/page.h"
#include "render/phrases.h"

static void heading(FILE *out, const char *text)
{
    fputc('\n', out);
    page_left(out, text, page_columns(text));
    fputc('\n', out);
    for (int i = page_columns(text); i > 0; i--)
        fputc('-', out);
    fputc('\n', out);
}

static void head(const Lagesbild *l, FILE *out)
{
    char label[PERIOD_LABEL_SIZE], text[256];
    page_rule(out, '=');
    snprintf(text, sizeof text, "Lägesbild: %s", l->area_name);
    page_paragraph(out, "", text);
    page_paragraph(out, "", period_label(&l->period, label));
    page_paragraph(out, "", phrases_status(l, text, sizeof text));
    if (l->version) page_paragraph(out, "Utgiven av ", l->published.by);
    page_rule(out, '=');
}

enum { SOURCE_COLUMNS = 36 };

/* A name that is too long for its column gets a line of its own: two may begin alike. */
static void sources(const Lagesbild *l, FILE *out)
{
    heading(out, "Vem har rapporterat");
    if (!l->source_count) page_paragraph(out, "", "Ingen har rapporterat.");
    for (size_t i = 0; i < l->source_count; i++) {
        char text[160];
        const char *name = l->sources[i].organisation;
        bool fits = page_columns(name) <= SOURCE_COLUMNS;
        if (!fits) page_paragraph(out, "", name);
        page_left(out, fits ? name : "", SOURCE_COLUMNS);
        fputs("  ", out);
        page_paragraph(out, "", phrases_source(&l->sources[i], text, sizeof text));
    }
}

static void decisions(FILE *out, const char *title, const char *none, const LagesbildDecision *items, size_t count)
{
    heading(out, title);
    if (!count) page_paragraph(out, "", none);
    for (size_t i = 0; i < count; i++) {
        char text[512];
        page_paragraph(out, "- ", items[i].measure);
        page_paragraph(out, "  ", phrases_decision(&items[i], text, sizeof text));
        if (items[i].effect) page_paragraph(out, "  Effekt: ", items[i].effect);
    }
}

enum { NAME_COLUMNS = 38, NUMBER_COLUMNS = 8 };

static void figure_row(FILE *out, const char *name, const LagesbildFigure *f)
{
    char text[64];
    page_left(out, name, NAME_COLUMNS);
    page_right(out, phrases_count(f->count, text), NUMBER_COLUMNS);
    page_right(out, phrases_count(f->previous, text), NUMBER_COLUMNS);
    page_right(out, phrases_count(f->year_ago, text), NUMBER_COLUMNS);
    page_right(out, phrases_normal(&f->expected, text), NUMBER_COLUMNS + 2);
    const char *verdict = phrases_verdict(&f->expected);
    if (*verdict) fprintf(out, " %s", verdict);
    fputc('\n', out);
}

static void notes(const Lagesbild *l, FILE *out)
{
    for (size_t i = 0; i < l->category_count; i++) {
        const LagesbildCategory *c = &l->categories[i];
        if (!c->figure.note) continue;
        fputc('\n', out);
        page_paragraph(out, "", c->name);
        page_paragraph(out, "  ", c->figure.note);
    }
}

static void figures(const Lagesbild *l, FILE *out)
{
    heading(out, "Händelser efter slag");
    static const char *const columns[] = {"antal", "förra", "i fjol"};
    page_left(out, "", NAME_COLUMNS);
    for (int i = 0; i < 3; i++)
        page_right(out, columns[i], NUMBER_COLUMNS);
    page_right(out, "normalt", NUMBER_COLUMNS + 2);
    fputc('\n', out);
    for (size_t i = 0; i < l->category_count; i++)
        figure_row(out, l->categories[i].name, &l->categories[i].figure);
    figure_row(out, "Sammanlagt", &l->total);
    notes(l, out);
    fputc('\n', out);
    page_paragraph(out, "", phrases_method(l));
}

/* Quarters of the day instead of hours: 24 columns do not fit a page. */
static void hours(const Lagesbild *l, FILE *out)
{
    static const char *const parts[] = {"natt 00–06", "fm 06–12", "em 12–18", "kväll 18–24"};
    heading(out, "När");
    if (!l->clocked) {
        page_paragraph(out, "", phrases_no_clock(l));
        return;
    }
    page_left(out, "", 10);
    for (int part = 0; part < 4; part++)
        page_right(out, parts[part], 14);
    fputc('\n', out);
    for (int day = 0; day < LAGESBILD_WEEKDAYS; day++) {
        page_left(out, swedish_weekday(day + 1), 10);
        for (int part = 0; part < 4; part++) {
            int64_t n = 0;
            char text[SWEDISH_NUMBER_SIZE];
            for (int hour = 0; hour < 6; hour++)
                n += l->hour_of_week[day][part * 6 + hour];
            page_right(out, n ? swedish_integer(n, text) : "·", 14);
        }
        fputc('\n', out);
    }
    char text[160];
    page_paragraph(out, "", phrases_clocked(l, text, sizeof text));
}

static void places(const Lagesbild *l, FILE *out)
{
    heading(out, "Var");
    if (!l->place_count) page_paragraph(out, "", phrases_no_place(l));
    for (size_t i = 0; i < l->place_count; i++) {
        char bullet[32];
        snprintf(bullet, sizeof bullet, "%zu. ", i + 1);
        page_paragraph(out, bullet, l->places[i].name);
        page_paragraph(out, "   ", l->places[i].reason);
    }
}

static void incident(const LagesbildIncident *incident, FILE *out)
{
    char text[256];
    page_paragraph(out, "- ", phrases_incident(incident, text, sizeof text));
    if (phrases_title_adds(incident)) page_paragraph(out, "  ", incident->title);
    if (*incident->text) page_paragraph(out, "  ", incident->text);
}

static void incidents(const Lagesbild *l, FILE *out)
{
    heading(out, "Händelserna, efter plats");
    if (!l->incident_count) page_paragraph(out, "", "Inga händelser.");
    const char *place = NULL;
    for (size_t i = 0; i < l->incident_count; i++) {
        const char *here = phrases_place(&l->incidents[i]);
        if (!place || strcmp(place, here) != 0) {
            if (place) fputc('\n', out);
            page_paragraph(out, "", here);
        }
        place = here;
        incident(&l->incidents[i], out);
    }
    char text[200];
    if (l->incidents_omitted) page_paragraph(out, "", phrases_omitted(l, text, sizeof text));
}

static void remarks(FILE *out, const char *title, const LagesbildTexts *texts)
{
    heading(out, title);
    if (!texts->count) page_paragraph(out, "", "Inget antecknat.");
    for (size_t i = 0; i < texts->count; i++)
        page_paragraph(out, "- ", texts->items[i]);
}

/* Why there is another version than the first. */
static void changes(const Lagesbild *l, FILE *out)
{
    char title[64];
    if (!l->changes.count) return;
    snprintf(title, sizeof title, "Ändrat sedan version %d", l->version - 1);
    remarks(out, title, &l->changes);
}

int lagesbild_text_write(const Lagesbild *l, FILE *out)
{
    head(l, out);
    changes(l, out);
    heading(out, "Läget");
    page_paragraph(out, "", l->summary);
    if (l->reservations) page_paragraph(out, "", l->reservations);
    sources(l, out);
    decisions(out, "Uppföljning av förra mötets beslut", "Inga beslut att följa upp.", l->followup, l->followup_count);
    figures(l, out);
    hours(l, out);
    places(l, out);
    incidents(l, out);
    remarks(out, "Känd oro och kommande händelser", &l->worries);
    if (phrases_has_causes(l)) remarks(out, "Troliga orsaker", &l->causes);
    decisions(out, "Beslut", "Inga beslut antecknade.", l->decisions, l->decision_count);
    return ferror(out) ? -EIO : 0;
}
