#include "render/chart.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <utf8proc.h>

#include "core/lagesbild/swedish.h"

uint32_t chart_rgb(ChartColour colour)
{
    static const uint32_t rgb[CHART_COLOURS] = {
        [CHART_INK] = 0x1a2530,   [CHART_SOFT] = 0x4a5763,  [CHART_RULE] = 0xd3dae1,  [CHART_BAND] = 0xc3ced9,
        [CHART_BLUE] = 0x164a7a,  [CHART_UP] = 0x8f2d0e,    [CHART_DOWN] = 0x17603a,  [CHART_PAPER] = 0xffffff,
        [CHART_LAND] = 0xe6edf3,  [CHART_HEAT1] = 0xdbe8f4, [CHART_HEAT2] = 0xa9cbe8, [CHART_HEAT3] = 0x2f6ea8,
        [CHART_HEAT4] = 0x123f69,
    };
    return rgb[colour];
}

int64_t chart_step(int64_t most)
{
    static const int64_t steps[] = {1, 2, 5};
    for (int64_t unit = 1;; unit *= 10)
        for (int i = 0; i < 3; i++)
            if (steps[i] * unit * 4 >= most) return steps[i] * unit;
}

/* --- what shapes are made with; the first failure is kept in the chart --- */

typedef struct Drawing {
    Chart *chart;
    Arena *arena;
} Drawing;

static void add(Drawing *d, ChartShape shape)
{
    Chart *chart = d->chart;
    ChartShape *shapes = arena_grow(d->arena, chart->shapes, chart->count, &chart->capacity, sizeof *shapes);
    if (!shapes) {
        chart->failed = true;
        return;
    }
    chart->shapes = shapes;
    shapes[chart->count++] = shape;
}

static void rect(Drawing *d, ChartColour colour, double x, double y, double width, double height)
{
    add(d, (ChartShape){.kind = CHART_RECT, .colour = colour, .x = x, .y = y, .width = width, .height = height});
}

static void path(Drawing *d, ChartKind kind, ChartColour colour, double width, const ChartPoint *points, size_t n)
{
    ChartPoint *copy = arena_calloc(d->arena, n, sizeof *copy);
    if (!copy) {
        d->chart->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++)
        copy[i] = points[i];
    add(d, (ChartShape){.kind = kind, .colour = colour, .width = width, .points = copy, .point_count = n});
}

static void rule(Drawing *d, double x, double y, double x2, double y2)
{
    path(d, CHART_LINE, CHART_RULE, 1, (ChartPoint[]){{x, y, true}, {x2, y2, false}}, 2);
}

static void dot(Drawing *d, ChartColour colour, double x, double y, double radius)
{
    add(d, (ChartShape){.kind = CHART_DOT, .colour = colour, .x = x, .y = y, .width = radius});
}

typedef struct Style {
    ChartColour colour;
    double size;
    ChartAnchor anchor;
    bool bold;
} Style;

__attribute__((format(printf, 5, 6))) static void word(Drawing *d, Style style, double x, double y, const char *format,
                                                       ...)
{
    char text[256];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *copy = arena_strdup(d->arena, text);
    if (!copy) d->chart->failed = true;
    add(d, (ChartShape){.kind = CHART_WORD,
                        .colour = style.colour,
                        .anchor = style.anchor,
                        .bold = style.bold,
                        .x = x,
                        .y = y,
                        .height = style.size,
                        .text = copy ? copy : ""});
}

/* A name cut, with an ellipsis, to what surely fits: letters are on the average half as wide as high, seldom more than
 * 0.6 over a whole name. The whole name is in the table beside. */
static const char *cut(const char *name, double width, char *out, size_t size)
{
    const size_t room = (size_t)(width / (CHART_TEXT * 0.6));
    size_t letters = 0, at = 0, fits = 0;
    while (name[at]) {
        utf8proc_int32_t c;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)name + at, -1, &c);
        if (++letters == room) fits = at;
        at += n > 0 ? (size_t)n : 1;
    }
    if (letters <= room && at < size)
        snprintf(out, size, "%s", name);
    else
        snprintf(out, size, "%.*s…", (int)(fits < size - 4 ? fits : 0), name);
    return out;
}

static int finish(const Chart *chart)
{
    return chart->failed || (chart->count && (!chart->title || !chart->description)) ? -ENOMEM : 0;
}

/* --- categories --- */

enum { CATEGORY_ROW = 34, CATEGORY_BAR = 8, CATEGORY_BAND = 13 };

/* What the whole width is: the largest number, but one or two incidents must not look like a flood. */
static int64_t category_scale(const Lagesbild *l, size_t n)
{
    int64_t most = 5;
    for (size_t i = 0; i < n; i++) {
        const LagesbildFigure *f = &l->categories[i].figure;
        if (f->count > most) most = f->count;
        if (f->expected.known && f->expected.high > most) most = f->expected.high;
    }
    return most;
}

static ChartColour verdict_colour(ExpectedDirection direction)
{
    return direction == EXPECTED_UP ? CHART_UP : direction == EXPECTED_DOWN ? CHART_DOWN : CHART_BLUE;
}

static void category(Drawing *d, const LagesbildCategory *c, double y, double unit)
{
    const LagesbildFigure *f = &c->figure;
    const double width = d->chart->width, top = y + 14, middle = top + CATEGORY_BAND / 2.0;
    const ChartColour colour = verdict_colour(f->expected.direction);
    char name[160], count[SWEDISH_NUMBER_SIZE];
    const char *verdict = f->expected.direction == EXPECTED_UP     ? ", fler än normalt"
                          : f->expected.direction == EXPECTED_DOWN ? ", färre än normalt"
                                                                   : "";
    word(d, (Style){CHART_INK, CHART_TEXT, CHART_START, false}, 0, y + 10, "%s",
         cut(c->name, width - (*verdict ? 130 : 40), name, sizeof name));
    word(d, (Style){*verdict ? colour : CHART_INK, CHART_TEXT, CHART_END, true}, width, y + 10, "%s%s",
         swedish_integer(f->count, count), verdict);
    if (f->expected.known)
        rect(d, CHART_BAND, (double)f->expected.low * unit, top,
             fmax(1.5, (double)(f->expected.high - f->expected.low) * unit), CATEGORY_BAND);
    if (f->count) rect(d, colour, 0, middle - CATEGORY_BAR / 2.0, (double)f->count * unit, CATEGORY_BAR);
    rule(d, 0, top, 0, top + CATEGORY_BAND);
}

int chart_categories(Chart *out, const Lagesbild *l, double width, size_t most, Arena *arena)
{
    Drawing d = {out, arena};
    const size_t n = l->category_count < most ? l->category_count : most;
    *out = (Chart){.width = width, .title = "Händelser efter slag, mot det normala"};
    if (!n) return 0;
    const int64_t scale = category_scale(l, n);
    for (size_t i = 0; i < n; i++)
        category(&d, &l->categories[i], (double)i * CATEGORY_ROW, width / (double)scale);
    out->height = (double)n * CATEGORY_ROW;
    out->description =
        arena_printf(arena,
                     "Staplar för %zu slag av händelser. Flest: %s, %lld. Det ljusa fältet är vad som är "
                     "normalt för området.",
                     n, l->categories[0].name, (long long)l->categories[0].figure.count);
    return finish(out);
}

/* --- weeks --- */

enum { WEEKS_HEIGHT = 132, WEEKS_LEFT = 26, WEEKS_RIGHT = 8, WEEKS_TOP = 8, WEEKS_BOTTOM = 20 };

/* Where the weeks and the counts are in the chart. */
typedef struct WeekScale {
    const LagesbildWeek *weeks;
    size_t count;
    double step, unit, floor; /* a week's width, an incident's height, where zero is */
} WeekScale;

static double week_x(const WeekScale *s, size_t i)
{
    return WEEKS_LEFT + ((double)i + 0.5) * s->step;
}

static double week_y(const WeekScale *s, int64_t count)
{
    return s->floor - (double)count * s->unit;
}

static int64_t weeks_most(const LagesbildWeek *weeks, size_t n)
{
    int64_t most = 4;
    for (size_t i = 0; i < n; i++) {
        if (weeks[i].count > most) most = weeks[i].count;
        if (weeks[i].has_normal && weeks[i].high > most) most = weeks[i].high;
    }
    return most;
}

static void weeks_axes(Drawing *d, const WeekScale *s, int64_t step, int64_t top)
{
    const double right = d->chart->width - WEEKS_RIGHT;
    for (int64_t n = 0; n <= top; n += step) {
        char number[SWEDISH_NUMBER_SIZE];
        rule(d, WEEKS_LEFT, week_y(s, n), right, week_y(s, n));
        word(d, (Style){CHART_SOFT, 9.5, CHART_END, false}, WEEKS_LEFT - 5, week_y(s, n) + 3.5, "%s",
             swedish_integer(n, number));
    }
    const size_t every = s->count > 26 ? 8 : 3;
    for (size_t i = (s->count - 1) % every; i < s->count; i += every) {
        int year;
        int week = civil_iso_week(s->weeks[i].monday, &year);
        word(d, (Style){CHART_SOFT, 9.5, CHART_MIDDLE, false}, week_x(s, i), WEEKS_HEIGHT - 6, "v. %d", week);
    }
}

/* The band of each run of weeks that have one: along the upper edge and back along the lower, a step a week. */
static void weeks_band(Drawing *d, const WeekScale *s)
{
    for (size_t from = 0, to; from < s->count; from = to + 1) {
        for (to = from; to < s->count && s->weeks[to].has_normal; to++)
            ;
        ChartPoint edge[4 * LAGESBILD_WEEKS];
        size_t n = 0;
        for (size_t i = from; i < to; i++) {
            const double left = week_x(s, i) - s->step / 2, y = week_y(s, s->weeks[i].high);
            edge[n++] = (ChartPoint){left, y, i == from};
            edge[n++] = (ChartPoint){left + s->step, y, false};
        }
        for (size_t i = to; i-- > from;) {
            const double left = week_x(s, i) - s->step / 2, y = week_y(s, s->weeks[i].low);
            edge[n++] = (ChartPoint){left + s->step, y, false};
            edge[n++] = (ChartPoint){left, y, false};
        }
        if (n) path(d, CHART_AREA, CHART_BAND, 0, edge, n);
    }
}

/* The line goes on where the next week is known, too; a week alone is a dot. */
static void weeks_line(Drawing *d, const WeekScale *s, bool dots)
{
    for (size_t from = 0, to; from < s->count; from = to + 1) {
        ChartPoint line[LAGESBILD_WEEKS];
        for (to = from; to < s->count && s->weeks[to].count != LAGESBILD_UNKNOWN; to++)
            line[to - from] = (ChartPoint){week_x(s, to), week_y(s, s->weeks[to].count), to == from};
        if (to - from > 1) path(d, CHART_LINE, CHART_BLUE, dots ? 2 : 1.5, line, to - from);
        for (size_t i = from; i < to; i++)
            if (dots || to - from == 1 || i + 1 == s->count)
                dot(d, CHART_BLUE, week_x(s, i), week_y(s, s->weeks[i].count), 3);
    }
}

static const char *weeks_description(const LagesbildWeek *weeks, size_t n, Arena *arena)
{
    size_t known = 0, outside = 0;
    int64_t least = INT64_MAX, most = 0;
    for (size_t i = 0; i < n; i++) {
        const LagesbildWeek *w = &weeks[i];
        if (w->count == LAGESBILD_UNKNOWN) continue;
        known++;
        if (w->count < least) least = w->count;
        if (w->count > most) most = w->count;
        outside += w->has_normal && (w->count < w->low || w->count > w->high);
    }
    return arena_printf(
        arena,
        "Linje över %zu veckor, %zu av dem med rapporter. Som minst %lld och som mest %lld händelser på "
        "en vecka. %zu veckor ligger utanför det ljusa fältet, som är vad som var normalt när veckan kom.",
        n, known, (long long)least, (long long)most, outside);
}

int chart_weeks(Chart *out, const Lagesbild *l, double width, size_t weeks, Arena *arena)
{
    Drawing d = {out, arena};
    *out = (Chart){.width = width, .height = WEEKS_HEIGHT};
    out->title = arena_printf(arena, "Händelser per vecka, %zu veckor", weeks);
    if (!out->title) return -ENOMEM;
    bool any = false;
    for (size_t i = 0; i < l->week_count; i++)
        any |= i + weeks >= l->week_count && l->weeks[i].count != LAGESBILD_UNKNOWN;
    if (!any || weeks > l->week_count) return 0;
    WeekScale s = {.weeks = l->weeks + (l->week_count - weeks), .count = weeks, .floor = WEEKS_HEIGHT - WEEKS_BOTTOM};
    const int64_t most = weeks_most(s.weeks, weeks), step = chart_step(most), top = (most + step - 1) / step * step;
    s.step = (width - WEEKS_LEFT - WEEKS_RIGHT) / (double)weeks;
    s.unit = (s.floor - WEEKS_TOP) / (double)top;
    weeks_band(&d, &s);
    weeks_axes(&d, &s, step, top);
    weeks_line(&d, &s, weeks <= LAGESBILD_SHORT_WEEKS);
    out->description = weeks_description(s.weeks, weeks, arena);
    return finish(out);
}

/* --- hours --- */

enum { HOURS_LEFT = 26, HOURS_TOP = 14 };

int chart_heat(int64_t count, int64_t most)
{
    const int64_t full = most < 4 ? 4 : most;
    return (int)(1 + (count * 4 - 1) / full);
}

static void hours_cell(Drawing *d, int64_t count, int64_t most, double x, double y, double size)
{
    const int heat = chart_heat(count, most);
    char number[SWEDISH_NUMBER_SIZE];
    rect(d, CHART_HEAT1 + (heat - 1), x + 0.5, y + 0.5, size - 1, size * 1.25 - 1);
    word(d, (Style){heat > 2 ? CHART_PAPER : CHART_INK, count > 99 ? 6.5 : 8.5, CHART_MIDDLE, false}, x + size / 2,
         y + size * 0.625 + 3, "%s", swedish_integer(count, number));
}

int chart_hours(Chart *out, const Lagesbild *l, double width, Arena *arena)
{
    Drawing d = {out, arena};
    int64_t most = 0, sum[LAGESBILD_WEEKDAYS] = {0};
    int busiest = 0;
    *out = (Chart){.width = width, .title = "Händelser per veckodag och timme"};
    for (int cell = 0; cell < LAGESBILD_WEEKDAYS * LAGESBILD_HOURS; cell++) {
        const int day = cell / LAGESBILD_HOURS;
        const int64_t n = l->hour_of_week[day][cell % LAGESBILD_HOURS];
        if (n > most) most = n;
        sum[day] += n;
        if (sum[day] > sum[busiest]) busiest = day;
    }
    if (!most) return 0;
    const double size = (width - HOURS_LEFT) / LAGESBILD_HOURS, row = size * 1.25;
    out->height = HOURS_TOP + row * LAGESBILD_WEEKDAYS + 1;
    for (int hour = 0; hour < LAGESBILD_HOURS; hour += 3)
        word(&d, (Style){CHART_SOFT, 9, CHART_START, false}, HOURS_LEFT + hour * size, HOURS_TOP - 4, "%02d", hour);
    for (int day = 0; day < LAGESBILD_WEEKDAYS; day++) {
        const double y = HOURS_TOP + day * row;
        word(&d, (Style){CHART_SOFT, 9.5, CHART_START, false}, 0, y + row / 2 + 3.5, "%s",
             swedish_weekday_short(day + 1));
        rule(&d, HOURS_LEFT, y, width, y);
        for (int hour = 0; hour < LAGESBILD_HOURS; hour++)
            if (l->hour_of_week[day][hour])
                hours_cell(&d, l->hour_of_week[day][hour], most, HOURS_LEFT + hour * size, y, size);
    }
    rule(&d, HOURS_LEFT, out->height - 1, width, out->height - 1);
    for (int hour = 0; hour <= LAGESBILD_HOURS; hour += 6)
        rule(&d, HOURS_LEFT + hour * size, HOURS_TOP, HOURS_LEFT + hour * size, out->height - 1);
    out->description =
        arena_printf(arena, "Rutnät med en rad för varje veckodag och en kolumn för varje timme. Flest på %s, %lld.",
                     swedish_weekday(busiest + 1), (long long)sum[busiest]);
    return finish(out);
}

/* --- map --- */

enum { MAP_MARGIN = 14, MAP_HIGHEST = 300 };

/* Degrees to units: a plate carrée with the meridians as close as they are at the middle of the map. */
typedef struct MapScale {
    double west, north, across, down; /* where the corner is; units a degree */
    double x, y;                      /* where the corner is drawn */
} MapScale;

static void widen(LagesbildPoint at, LagesbildPoint *least, LagesbildPoint *most)
{
    least->lon = fmin(least->lon, at.lon);
    least->lat = fmin(least->lat, at.lat);
    most->lon = fmax(most->lon, at.lon);
    most->lat = fmax(most->lat, at.lat);
}

static MapScale map_scale(const LagesbildMap *map, double width, double *height)
{
    LagesbildPoint least = map->rings[0].points[0], most = least;
    for (size_t i = 0; i < map->ring_count; i++)
        for (size_t k = 0; k < map->rings[i].count; k++)
            widen(map->rings[i].points[k], &least, &most);
    for (size_t i = 0; i < map->dot_count; i++)
        widen(map->dots[i].at, &least, &most);
    const double shrink = cos((least.lat + most.lat) / 2 * 3.14159265358979323846 / 180);
    const double wide = fmax((most.lon - least.lon) * shrink, 1e-9), high = fmax(most.lat - least.lat, 1e-9);
    const double room = width - 2 * MAP_MARGIN, down = fmin(room / wide, (MAP_HIGHEST - 2 * MAP_MARGIN) / high);
    *height = high * down + 2 * MAP_MARGIN;
    return (MapScale){.west = least.lon,
                      .north = most.lat,
                      .across = shrink * down,
                      .down = down,
                      .x = MAP_MARGIN + (room - wide * down) / 2,
                      .y = MAP_MARGIN};
}

static ChartPoint map_point(const MapScale *s, LagesbildPoint at)
{
    return (ChartPoint){s->x + (at.lon - s->west) * s->across, s->y + (s->north - at.lat) * s->down, false};
}

/* All rings are one shape, so that a hole is one. Points too near the one before to be seen are left out. */
static void map_outline(Drawing *d, const LagesbildMap *map, const MapScale *s)
{
    size_t room = 0, n = 0;
    for (size_t i = 0; i < map->ring_count; i++)
        room += map->rings[i].count;
    ChartPoint *points = arena_calloc(d->arena, room, sizeof *points);
    if (!points) {
        d->chart->failed = true;
        return;
    }
    for (size_t i = 0; i < map->ring_count; i++)
        for (size_t k = 0; k < map->rings[i].count; k++) {
            ChartPoint at = map_point(s, map->rings[i].points[k]);
            at.starts = k == 0;
            if (!at.starts && hypot(at.x - points[n - 1].x, at.y - points[n - 1].y) < 0.5) continue;
            points[n++] = at;
        }
    add(d, (ChartShape){.kind = CHART_AREA, .colour = CHART_LAND, .width = 1, .points = points, .point_count = n});
}

static const char *map_description(const LagesbildMap *map, size_t listed, Arena *arena)
{
    if (!map->dot_count) return "Områdets gräns. Ingen av platserna har ett känt läge.";
    return arena_printf(arena,
                        "Områdets gräns, %zu av platserna, numrerade som i listan, en större prick för fler händelser, "
                        "och %zu andra platser som små prickar.",
                        listed, map->dot_count - listed);
}

int chart_map(Chart *out, const Lagesbild *l, double width, Arena *arena)
{
    Drawing d = {out, arena};
    const LagesbildMap *map = &l->map;
    *out = (Chart){.width = width, .title = arena_printf(arena, "Karta över %s med platserna", l->area_name)};
    if (!out->title) return -ENOMEM;
    if (!map->ring_count || !l->total.count) return 0;
    const MapScale s = map_scale(map, width, &out->height);
    map_outline(&d, map, &s);
    size_t listed = 0;
    while (listed < map->dot_count && map->dots[listed].place < l->place_count)
        listed++;
    for (size_t i = listed; i < map->dot_count; i++) {
        const ChartPoint at = map_point(&s, map->dots[i].at);
        dot(&d, CHART_BLUE, at.x, at.y, 3.5);
    }
    for (size_t i = 0; i < listed; i++) { /* most incidents first, so that a smaller dot is not covered */
        const LagesbildDot *place = &map->dots[i];
        const ChartPoint at = map_point(&s, place->at);
        const double most = fmax((double)l->places[0].figure.count, 1);
        dot(&d, CHART_BLUE, at.x, at.y, 7 + 6 * sqrt((double)l->places[place->place].figure.count / most));
        word(&d, (Style){CHART_PAPER, 10, CHART_MIDDLE, true}, at.x, at.y + 3.5, "%zu", place->place + 1);
    }
    out->description = map_description(map, listed, arena);
    return finish(out);
}
