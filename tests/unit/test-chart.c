/* The charts' geometry: nothing outside the picture, lengths that are the numbers, gaps where nothing is known. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/lagesbild_weeks.h"
#include "lagesbild_fixture.h"
#include "render/chart_svg.h"
#include "unit.h"

static Arena *arena;

static int setup(void **state)
{
    (void)state;
    arena = arena_new();
    return arena ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static Lagesbild *busy(void)
{
    Lagesbild *l = fixture_busy(arena);
    assert_int_equal(lagesbild_complete(l, arena), 0);
    return l;
}

static void within(const Chart *chart, double x, double y)
{
    if (x < -0.01 || x > chart->width + 0.01 || y < -0.01 || y > chart->height + 0.01)
        fail_msg("%.1f, %.1f is outside %.1f × %.1f of “%s”", x, y, chart->width, chart->height, chart->title);
}

static void is_within(const Chart *chart)
{
    assert_true(chart->count > 0);
    for (size_t i = 0; i < chart->count; i++) {
        const ChartShape *s = &chart->shapes[i];
        double reach = s->kind == CHART_DOT ? s->width : 0;
        within(chart, s->x - reach, s->y - reach);
        within(chart, s->x + reach, s->y + reach);
        if (s->kind == CHART_RECT) within(chart, s->x + s->width, s->y + s->height);
        for (size_t k = 0; k < s->point_count; k++)
            within(chart, s->points[k].x, s->points[k].y);
    }
}

static size_t of_kind(const Chart *chart, ChartKind kind, ChartColour colour)
{
    size_t n = 0;
    for (size_t i = 0; i < chart->count; i++)
        n += chart->shapes[i].kind == kind && chart->shapes[i].colour == colour;
    return n;
}

static const ChartShape *nth(const Chart *chart, ChartKind kind, ChartColour colour, size_t n)
{
    for (size_t i = 0; i < chart->count; i++)
        if (chart->shapes[i].kind == kind && chart->shapes[i].colour == colour && n-- == 0) return &chart->shapes[i];
    fail_msg("no such shape in “%s”", chart->title);
    return NULL;
}

static void every_chart_keeps_inside(void **state)
{
    (void)state;
    Lagesbild *l = busy();
    static const double widths[] = {200, 340, 511};
    for (size_t i = 0; i < 3; i++) {
        Chart c;
        assert_int_equal(chart_categories(&c, l, widths[i], 100, arena), 0);
        is_within(&c);
        assert_int_equal(chart_weeks(&c, l, widths[i], LAGESBILD_SHORT_WEEKS, arena), 0);
        is_within(&c);
        assert_int_equal(chart_weeks(&c, l, widths[i], LAGESBILD_WEEKS, arena), 0);
        is_within(&c);
        assert_int_equal(chart_hours(&c, l, widths[i], arena), 0);
        is_within(&c);
        assert_int_equal(chart_map(&c, l, widths[i], arena), 0);
        is_within(&c);
    }
}

static void bars_are_as_long_as_their_numbers(void **state)
{
    (void)state;
    Lagesbild *l = busy();
    Chart c;
    assert_int_equal(chart_categories(&c, l, 340, 100, arena), 0);
    const ChartShape *most = nth(&c, CHART_RECT, CHART_UP, 0);
    assert_float_equal(most->width, 340, 0.01); /* 14, the most of all, is claimed to be a rise */
    const ChartShape *second = nth(&c, CHART_RECT, CHART_BLUE, 0);
    assert_float_equal(second->width / most->width, 5.0 / 14.0, 0.001);
    const Expected *e = &l->categories[0].figure.expected;
    const ChartShape *band = nth(&c, CHART_RECT, CHART_BAND, 0);
    assert_float_equal(band->x, (double)e->low * 340 / 14, 0.01);
    assert_float_equal(band->width, (double)(e->high - e->low) * 340 / 14, 0.01);
    assert_int_equal(of_kind(&c, CHART_RECT, CHART_BAND), 3); /* the fourth has no history */
    assert_int_equal(chart_categories(&c, l, 340, 2, arena), 0);
    assert_int_equal(of_kind(&c, CHART_RECT, CHART_BAND), 2);
}

static void lines_break_where_nothing_is_known(void **state)
{
    (void)state;
    Lagesbild *l = busy();
    Chart c;
    assert_int_equal(chart_weeks(&c, l, 340, LAGESBILD_WEEKS, arena), 0);
    assert_int_equal(of_kind(&c, CHART_LINE, CHART_BLUE), 2); /* before the gap and after it */
    assert_int_equal(of_kind(&c, CHART_DOT, CHART_BLUE), 2);  /* the week alone in the gap, and the newest */
    assert_int_equal(nth(&c, CHART_LINE, CHART_BLUE, 0)->point_count, 18);
    assert_int_equal(nth(&c, CHART_LINE, CHART_BLUE, 1)->point_count, LAGESBILD_WEEKS - 22);
}

static void heavier_counts_lie_higher(void **state)
{
    (void)state;
    Lagesbild *l = busy();
    Chart c;
    assert_int_equal(chart_weeks(&c, l, 340, LAGESBILD_SHORT_WEEKS, arena), 0);
    const ChartShape *line = nth(&c, CHART_LINE, CHART_BLUE, 0);
    const LagesbildWeek *weeks = l->weeks + (LAGESBILD_WEEKS - LAGESBILD_SHORT_WEEKS);
    assert_int_equal(line->point_count, LAGESBILD_SHORT_WEEKS);
    for (size_t i = 1; i < line->point_count; i++) {
        const double up = line->points[i - 1].y - line->points[i].y;
        const int64_t more = weeks[i].count - weeks[i - 1].count;
        assert_true(more ? up * (double)more > 0 : fabs(up) < 0.001);
        assert_true(line->points[i].x > line->points[i - 1].x);
    }
}

static void hours_show_every_count_once(void **state)
{
    (void)state;
    Lagesbild *l = busy();
    Chart c;
    assert_int_equal(chart_hours(&c, l, 340, arena), 0);
    size_t cells = 0;
    for (int heat = 0; heat < 4; heat++)
        cells += of_kind(&c, CHART_RECT, CHART_HEAT1 + heat);
    assert_int_equal(cells, 5);
    assert_int_equal(of_kind(&c, CHART_RECT, CHART_HEAT4), 2); /* 5 and 4 of 5 */
    assert_non_null(strstr(c.description, "fredag"));
}

static void the_map_is_not_stretched(void **state)
{
    (void)state;
    Lagesbild *l = busy();
    Chart c;
    assert_int_equal(chart_map(&c, l, 340, arena), 0);
    const ChartShape *land = nth(&c, CHART_AREA, CHART_LAND, 0);
    assert_int_equal(land->point_count, 10);
    const double wide = land->points[1].x - land->points[0].x, high = land->points[0].y - land->points[3].y;
    assert_float_equal(wide / high, 0.08 / 0.03 * cos(59.515 * M_PI / 180), 0.001);
    assert_true(land->points[5].starts);
    assert_string_equal(nth(&c, CHART_WORD, CHART_PAPER, 1)->text, "3"); /* the number in the list, not among dots */
    assert_true(nth(&c, CHART_DOT, CHART_BLUE, 0)->width > nth(&c, CHART_DOT, CHART_BLUE, 1)->width);
}

static void nothing_to_show_is_no_chart(void **state)
{
    (void)state;
    Lagesbild *l = fixture_empty(arena);
    assert_int_equal(lagesbild_complete(l, arena), 0);
    Chart c;
    assert_int_equal(chart_categories(&c, l, 340, 100, arena), 0);
    assert_int_equal(c.count, 0);
    assert_int_equal(chart_weeks(&c, l, 340, LAGESBILD_WEEKS, arena), 0);
    assert_int_equal(c.count, 0);
    assert_int_equal(chart_hours(&c, l, 340, arena), 0);
    assert_int_equal(c.count, 0);
    assert_int_equal(chart_map(&c, l, 340, arena), 0);
    assert_int_equal(c.count, 0);
}

static void a_few_are_not_drawn_as_many(void **state)
{
    (void)state;
    assert_int_equal(chart_heat(1, 1), 1);
    assert_int_equal(chart_heat(2, 3), 2);
    assert_int_equal(chart_heat(4, 4), 4);
    assert_int_equal(chart_heat(1, 40), 1);
    assert_int_equal(chart_heat(40, 40), 4);
    Lagesbild *l = busy();
    Chart c;
    l->category_count = 1;
    l->categories[0].figure.count = 1;
    l->categories[0].figure.expected = (Expected){0};
    assert_int_equal(chart_categories(&c, l, 340, 100, arena), 0);
    assert_float_equal(nth(&c, CHART_RECT, CHART_BLUE, 0)->width, 340 / 5.0, 0.01);
}

static void the_map_shows_what_it_can(void **state)
{
    (void)state;
    Lagesbild *l = busy();
    Chart c;
    LagesbildDot dots[] = {l->map.dots[0], l->map.dots[1]};
    dots[1].place = LAGESBILD_PLACES_MAX; /* not one of the most frequent: small, without a number */
    l->map.dots = dots;
    assert_int_equal(chart_map(&c, l, 340, arena), 0);
    assert_int_equal(of_kind(&c, CHART_DOT, CHART_BLUE), 2);
    assert_int_equal(of_kind(&c, CHART_WORD, CHART_PAPER), 1);
    assert_true(nth(&c, CHART_DOT, CHART_BLUE, 0)->width < nth(&c, CHART_DOT, CHART_BLUE, 1)->width);
    l->map.dot_count = 0;
    assert_int_equal(chart_map(&c, l, 340, arena), 0);
    assert_int_equal(of_kind(&c, CHART_AREA, CHART_LAND), 1);
    assert_non_null(strstr(c.description, "Ingen av platserna"));
}

static void steps_are_round(void **state)
{
    (void)state;
    static const int64_t cases[][2] = {{0, 1}, {4, 1}, {5, 2}, {8, 2}, {9, 5}, {21, 10}, {41, 20}, {1000, 500}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(chart_step(cases[i][0]), cases[i][1]);
}

static void weeks_are_judged_by_those_before(void **state)
{
    (void)state;
    Lagesbild l = {.cut_date = {2026, 3, 12}, .history_from = {2025, 12, 1}};
    assert_int_equal(period_parse(&l.period, "2026-W11", NULL), 0);
    int64_t counts[LAGESBILD_WEEKS_READ];
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        counts[i] = 4;
    assert_int_equal(lagesbild_set_weeks(&l, counts, arena), 0);
    const LagesbildWeek *last = &l.weeks[LAGESBILD_WEEKS - 1];
    assert_int_equal(last->monday.day, 9);
    assert_int_equal(last->count, LAGESBILD_UNKNOWN); /* still going on */
    assert_true(last->has_normal);
    assert_int_equal(last[-1].count, 4);
    assert_int_equal(last[-14].count, 4); /* 1 December is a Monday */
    assert_int_equal(last[-15].count, LAGESBILD_UNKNOWN);
    assert_false(last[-9].has_normal); /* five weeks before it are known, six are needed */
    assert_true(last[-8].has_normal);
}

static double luminance(uint32_t rgb)
{
    static const double weight[] = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
        const double c = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;
        sum += weight[i] * (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
    }
    return sum;
}

static double contrast(ChartColour a, ChartColour b)
{
    const double x = luminance(chart_rgb(a)), y = luminance(chart_rgb(b));
    return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

static void colours_can_be_told_apart(void **state)
{
    (void)state;
    static const ChartColour on_paper[] = {CHART_INK, CHART_SOFT, CHART_BLUE, CHART_UP, CHART_DOWN};
    for (size_t i = 0; i < 5; i++)
        assert_true(contrast(on_paper[i], CHART_PAPER) >= 4.5);
    assert_true(contrast(CHART_INK, CHART_HEAT1) >= 4.5);
    assert_true(contrast(CHART_INK, CHART_HEAT2) >= 4.5);
    assert_true(contrast(CHART_PAPER, CHART_HEAT3) >= 4.5);
    assert_true(contrast(CHART_PAPER, CHART_HEAT4) >= 4.5);
    assert_true(contrast(CHART_BLUE, CHART_BAND) >= 3);
    assert_true(contrast(CHART_UP, CHART_BAND) >= 3);
    assert_true(contrast(CHART_DOWN, CHART_BAND) >= 3);
}

static void svg_says_what_it_shows(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    Chart c;
    Lagesbild *l = busy();
    l->area_name = "A & B";
    assert_int_equal(chart_map(&c, l, 340, arena), 0);
    chart_svg_write(&c, "karta", out);
    assert_int_equal(fclose(out), 0);
    assert_non_null(strstr(text, "role=\"img\" aria-labelledby=\"karta-t karta-d\""));
    assert_non_null(strstr(text, "<title id=\"karta-t\">Karta över A &amp; B med platserna</title>"));
    assert_non_null(strstr(text, "<desc id=\"karta-d\">"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_chart_keeps_inside, setup, teardown),
        cmocka_unit_test_setup_teardown(bars_are_as_long_as_their_numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(lines_break_where_nothing_is_known, setup, teardown),
        cmocka_unit_test_setup_teardown(heavier_counts_lie_higher, setup, teardown),
        cmocka_unit_test_setup_teardown(hours_show_every_count_once, setup, teardown),
        cmocka_unit_test_setup_teardown(the_map_is_not_stretched, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_to_show_is_no_chart, setup, teardown),
        cmocka_unit_test_setup_teardown(a_few_are_not_drawn_as_many, setup, teardown),
        cmocka_unit_test_setup_teardown(the_map_shows_what_it_can, setup, teardown),
        cmocka_unit_test_setup_teardown(steps_are_round, setup, teardown),
        cmocka_unit_test_setup_teardown(weeks_are_judged_by_those_before, setup, teardown),
        cmocka_unit_test_setup_teardown(colours_can_be_told_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(svg_says_what_it_shows, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
