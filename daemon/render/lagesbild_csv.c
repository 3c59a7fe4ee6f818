#include "render/lagesbild_csv.h"

#include <errno.h>
#include <math.h>

#include "render/csv_row.h"
#include "render/phrases.h"

static void count_or_empty(CsvRow *row, int64_t count)
{
    if (count == LAGESBILD_UNKNOWN)
        csv_row_empty(row);
    else
        csv_row_integer(row, count);
}

static void head(CsvRow *row)
{
    static const char *const names[] = {"section",       "code",      "name",     "count",
                                        "previous",      "year_ago",  "expected", "expected_low",
                                        "expected_high", "direction", "p_value",  "note"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        csv_row_text(row, names[i]);
    csv_row_end(row);
}

static void expectation(CsvRow *row, const Expected *e)
{
    if (!e->known) {
        for (int i = 0; i < 5; i++)
            csv_row_empty(row);
        return;
    }
    csv_row_decimal(row, round(e->mean * 100) / 100, 2); /* as in JSON: half of a hundredth upwards */
    csv_row_integer(row, e->low);
    csv_row_integer(row, e->high);
    csv_row_text(row, e->direction == EXPECTED_UP ? "up" : e->direction == EXPECTED_DOWN ? "down" : NULL);
    csv_row_decimal(row, e->p_value, 6);
}

static void figure(CsvRow *row, const char *section, const char *code, const char *name, const LagesbildFigure *f,
                   const char *note)
{
    csv_row_text(row, section);
    csv_row_text(row, code);
    csv_row_text(row, name);
    csv_row_integer(row, f->count);
    count_or_empty(row, f->previous);
    count_or_empty(row, f->year_ago);
    expectation(row, &f->expected);
    csv_row_text(row, note);
    csv_row_end(row);
}

/* A row with a count, perhaps the one before, and a note. */
static void plain(CsvRow *row, const char *section, const char *code, const char *name, int64_t count, int64_t previous,
                  const char *note)
{
    csv_row_text(row, section);
    csv_row_text(row, code);
    csv_row_text(row, name);
    csv_row_integer(row, count);
    count_or_empty(row, previous);
    for (int i = 0; i < 6; i++)
        csv_row_empty(row);
    csv_row_text(row, note);
    csv_row_end(row);
}

/* A row of words: who is behind them, and the words. */
static void words(CsvRow *row, const char *section, const char *name, const char *text)
{
    csv_row_text(row, section);
    csv_row_empty(row);
    csv_row_text(row, name);
    for (int i = 0; i < 8; i++)
        csv_row_empty(row);
    csv_row_text(row, text);
    csv_row_end(row);
}

/* "Laga belysningen. Plats: Bro station. Stäms av: 30 mars 2026. …"; its owner has a column. False without memory. */
static bool decisions(CsvRow *row, const char *section, const LagesbildDecision *items, size_t count)
{
    _arena_free_ Arena *arena = arena_new();
    for (size_t i = 0; arena && i < count; i++) {
        char details[512];
        LagesbildDecision others = items[i];
        others.owner = NULL;
        phrases_decision(&others, details, sizeof details);
        const char *effect = items[i].effect ? items[i].effect : "";
        const char *text = arena_printf(arena, "%s%s%s%s%s", items[i].measure, *details ? " – " : "", details,
                                        *effect ? " Effekt: " : "", effect);
        if (!text) return false;
        words(row, section, items[i].owner, text);
    }
    return arena;
}

/* What the table is of: a file that has been sent on says nothing of itself else. */
static void document(CsvRow *row, const Lagesbild *l)
{
    char code[PERIOD_CODE_SIZE], label[PERIOD_LABEL_SIZE], status[PHRASES_STATUS];
    csv_row_text(row, "period");
    csv_row_text(row, period_code(&l->period, code));
    csv_row_text(row, period_label(&l->period, label));
    for (int i = 0; i < 9; i++)
        csv_row_empty(row);
    csv_row_end(row);
    words(row, "status", l->version ? "published" : "draft", phrases_status(l, status, sizeof status));
    words(row, "summary", NULL, l->summary);
    if (l->reservations) words(row, "reservation", NULL, l->reservations);
}

static void texts(CsvRow *row, const char *section, const LagesbildTexts *list)
{
    for (size_t i = 0; i < list->count; i++)
        words(row, section, NULL, list->items[i]);
}

static void hours(CsvRow *row, const Lagesbild *l)
{
    for (int day = 0; day < LAGESBILD_WEEKDAYS; day++) {
        for (int hour = 0; hour < LAGESBILD_HOURS; hour++) {
            csv_row_text(row, "hour_of_week");
            csv_row_hour(row, day + 1, hour);
            csv_row_empty(row);
            csv_row_integer(row, l->hour_of_week[day][hour]);
            for (int i = 0; i < 8; i++)
                csv_row_empty(row);
            csv_row_end(row);
        }
    }
}

static int write_rows(const Lagesbild *l, CsvRow row)
{
    csv_row_begin_file(&row);
    head(&row);
    document(&row, l);
    figure(&row, "total", l->area_code, l->area_name, &l->total, l->total.note);
    for (size_t i = 0; i < l->category_count; i++)
        figure(&row, "category", l->categories[i].code, l->categories[i].name, &l->categories[i].figure,
               l->categories[i].figure.note);
    for (size_t i = 0; i < l->place_count; i++)
        figure(&row, "place", NULL, l->places[i].name, &l->places[i].figure, l->places[i].reason);
    hours(&row, l);
    for (size_t i = 0; i < l->source_count; i++)
        plain(&row, "source", NULL, l->sources[i].organisation, l->sources[i].count, LAGESBILD_UNKNOWN,
              lagesbild_has_reported(&l->sources[i]) ? NULL : "Ingen rapport för perioden");
    texts(&row, "change", &l->changes);
    bool written = decisions(&row, "followup", l->followup, l->followup_count);
    texts(&row, "worry", &l->worries);
    texts(&row, "cause", &l->causes);
    written = decisions(&row, "decision", l->decisions, l->decision_count) && written;
    if (!written) return -ENOMEM;
    return ferror(row.out) ? -EIO : 0;
}

int lagesbild_csv_write(const Lagesbild *l, FILE *out)
{
    return write_rows(l, (CsvRow){.out = out});
}

int lagesbild_excel_write(const Lagesbild *l, FILE *out)
{
    return write_rows(l, (CsvRow){.out = out, .dialect = CSV_EXCEL_SV});
}
