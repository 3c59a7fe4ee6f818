#include "render/lagesbild_csv.h"

#include <errno.h>

#include "render/csv_row.h"

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
    csv_row_decimal(row, e->mean, 2);
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

static void decisions(CsvRow *row, const char *section, const LagesbildDecision *items, size_t count)
{
    for (size_t i = 0; i < count; i++)
        words(row, section, items[i].owner, items[i].measure);
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
    decisions(&row, "followup", l->followup, l->followup_count);
    texts(&row, "worry", &l->worries);
    texts(&row, "cause", &l->causes);
    decisions(&row, "decision", l->decisions, l->decision_count);
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
