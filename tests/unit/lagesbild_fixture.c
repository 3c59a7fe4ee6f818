#include "lagesbild_fixture.h"

#include <stdio.h>
#include <string.h>

#include "core/lagesbild/lagesbild_weeks.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static Lagesbild *begin(Arena *arena, const char *code, const char *name, const char *period)
{
    Lagesbild *l = arena_calloc(arena, 1, sizeof *l);
    if (!l || period_parse(&l->period, period, NULL)) return NULL;
    l->area_code = code;
    l->area_name = name;
    l->total.previous = l->total.year_ago = LAGESBILD_UNKNOWN;
    return l;
}

static LagesbildFigure figure(int64_t count, int64_t previous, int64_t year_ago, const int64_t *history, size_t n)
{
    LagesbildFigure f = {.count = count, .previous = previous, .year_ago = year_ago, .history_count = n};
    if (n) memcpy(f.history, history, n * sizeof *history);
    return f;
}

static LagesbildIncident incident(const char *id, int day, int hour, int minute, const char *category,
                                  const char *place, const char *text)
{
    return (LagesbildIncident){.id = id,
                               .json = "{\"id\":\"00000000-0000-0000-0000-000000000000\"}",
                               .date = {2026, 3, day},
                               .hour = hour,
                               .minute = minute,
                               .has_clock = hour >= 0,
                               .title = category,
                               .text = text,
                               .place = place,
                               .area = "Bro",
                               .category = category,
                               .reported_by = "Kommunpolisen Upplands-Bro"};
}

static void busy_figures(Lagesbild *l, Arena *arena)
{
    static const int64_t damage[] = {3, 5, 4, 6, 2, 4, 3, 4, 5, 3, 4, 5},
                         drugs[] = {4, 5, 3, 6, 4, 5, 4, 4, 6, 3, 5, 5}, theft[] = {3, 2, 4, 3, 2, 3, 3, 2, 4, 3, 2, 3},
                         total[] = {16, 18, 15, 19, 14, 17, 16, 15, 18, 14, 17, 18};
    LagesbildCategory *c = arena_calloc(arena, 4, sizeof *c);
    c[0] = (LagesbildCategory){"stold", "Stöld och häleri", figure(3, 3, 2, theft, 12)};
    c[1] = (LagesbildCategory){"narkotika", "Narkotika", figure(5, 4, 6, drugs, 12)};
    c[2] = (LagesbildCategory){"skadegorelse", "Skadegörelse och klotter", figure(14, 3, 5, damage, 12)};
    c[3] = (LagesbildCategory){"raddning", "Olycka, räddning och försvunnen person", figure(1, 0, 1, damage, 0)};
    l->categories = c;
    l->category_count = 4;
    l->total = figure(23, 16, 24, total, 12);
    l->hour_of_week[4][22] = 5;
    l->hour_of_week[4][23] = 3;
    l->hour_of_week[5][1] = 4;
    l->hour_of_week[0][15] = 1;
    l->hour_of_week[6][16] = 2;
    l->clocked = 15;
    l->to_review = 1;
    l->without_area = 4;
}

static void busy_places(Lagesbild *l, Arena *arena)
{
    LagesbildPlace *p = arena_calloc(arena, 3, sizeof *p);
    p[0] = (LagesbildPlace){.name = "Bro station",
                            .figure = figure(6, 2, LAGESBILD_UNKNOWN, NULL, 0),
                            .top_category = "Skadegörelse och klotter",
                            .top_count = 5,
                            .evening = 5,
                            .clocked = 5};
    p[1] = (LagesbildPlace){.name = "Centrum & torget <norra> vid den mycket långa promenaden mellan "
                                    "Finnstabergsskolan, simhallen och biblioteket",
                            .figure = figure(3, 3, LAGESBILD_UNKNOWN, NULL, 0),
                            .top_category = "Narkotika",
                            .top_count = 3};
    p[2] = (LagesbildPlace){.name = "Råbyskolan",
                            .figure = figure(2, LAGESBILD_UNKNOWN, LAGESBILD_UNKNOWN, NULL, 0),
                            .top_category = "Narkotika",
                            .top_count = 1};
    l->places = p;
    l->place_count = 3;
}

/* A year that rises and falls with the season, three weeks without reports, and a high last week. */
static void busy_weeks(Lagesbild *l, Arena *arena)
{
    static const int64_t wave[] = {12, 13, 15, 18, 20, 21, 22, 20, 17, 15, 13, 12, 11};
    int64_t counts[LAGESBILD_WEEKS_READ];
    for (int i = 0; i < LAGESBILD_WEEKS_READ; i++)
        counts[i] = wave[(i + 9) / 5 % 13] + (i + 9) * 7 % 5 - 2;
    int64_t *shown = counts + LAGESBILD_WEEKS_READ - LAGESBILD_WEEKS;
    shown[18] = shown[19] = shown[21] = LAGESBILD_UNKNOWN;
    counts[LAGESBILD_WEEKS_READ - 1] = l->total.count * 7 / period_days(&l->period);
    lagesbild_set_weeks(l, counts, arena);
}

/* A square with a hole in it, and two of the places. */
static void busy_map(Lagesbild *l)
{
    static LagesbildPoint outer[] = {{17.60, 59.50}, {17.68, 59.50}, {17.68, 59.53}, {17.60, 59.53}, {17.60, 59.50}},
                          hole[] = {{17.62, 59.52}, {17.63, 59.52}, {17.63, 59.525}, {17.62, 59.525}, {17.62, 59.52}};
    static LagesbildRing rings[] = {{outer, 5}, {hole, 5}};
    static LagesbildDot dots[] = {{0, {17.636, 59.512}}, {2, {17.642, 59.514}}};
    l->map = (LagesbildMap){.rings = rings, .ring_count = 2, .dots = dots, .dot_count = 2};
}

static void busy_incidents(Lagesbild *l, Arena *arena)
{
    LagesbildIncident *i = arena_calloc(arena, 4, sizeof *i);
    i[0] = incident("a", 13, 22, 5, "Skadegörelse och klotter", "Bro station",
                    "Två rutor krossade i vänthallen.\nÅtgärd: glasmästare beställd, ordningsvakt extra fredag.");
    i[1] = incident("b", 14, 1, 0, "Skadegörelse och klotter", "Bro station", "Klotter på tunnelns västra vägg.");
    i[1].clock_is_rough = true;
    i[1].to_review = true;
    i[2] =
        incident("c", 11, -1, -1, "Narkotika", "Råbyskolan",
                 "<script>alert(\"x\")</script> & 'citat', tab\toch \033[31mstyrtecken. "
                 "Ord-som-är-så-långt-att-det-inte-får-plats-på-en-rad-i-en-terminal-utan-måste-stå-för-sig-självt.");
    i[2].title = "Överlåtelse \"på skolgården\"";
    i[3] = incident("d", 9, 15, 30, "Stöld och häleri", NULL, "");
    i[3].area = NULL;
    l->incidents = i;
    l->incident_count = 4;
    l->incidents_omitted = 19;
}

Lagesbild *fixture_busy(Arena *arena)
{
    static LagesbildSource sources[] = {{"Kommunpolisen Upplands-Bro", 20, 7, {2026, 3, 15}},
                                        {"Väktarbolaget", 3, 0, {2026, 3, 14}},
                                        {"Fältassistenterna", 0, 0, {2026, 3, 1}}};
    static LagesbildDecision followup[] = {{.measure = "Laga belysningen i tunneln",
                                            .owner = "Tekniska kontoret",
                                            .place = "Bro station",
                                            .status = "klart",
                                            .effect = "inga rapporter om mörker sedan dess",
                                            .start = {2026, 2, 16},
                                            .check = {2026, 3, 16}}};
    static LagesbildDecision decisions[] = {{.measure = "Extra ordningsvakt fredag och lördag kväll",
                                             .owner = "Kommunen",
                                             .place = "Bro station",
                                             .start = {2026, 3, 20},
                                             .check = {2026, 3, 30}}};
    Lagesbild *l = begin(arena, "bro", "Bro", "2026-W11");
    busy_figures(l, arena);
    busy_places(l, arena);
    busy_incidents(l, arena);
    l->data_cut_at = "2026-03-16T08:00:00+01:00";
    l->cut_date = (CivilDate){2026, 3, 16};
    l->cut_hour = 8;
    l->history_from = (CivilDate){2024, 1, 1};
    busy_weeks(l, arena);
    busy_map(l);
    l->sources = sources;
    l->source_count = COUNT(sources);
    l->followup = followup;
    l->followup_count = COUNT(followup);
    l->decisions = decisions;
    l->decision_count = COUNT(decisions);
    static const char *worries[] = {"Valborg närmar sig.", "Skolans personal är orolig för eldning i parken."};
    l->worries = (LagesbildTexts){worries, COUNT(worries)};
    return l;
}

Lagesbild *fixture_running(Arena *arena)
{
    static LagesbildSource sources[] = {{"Kommunpolisen Upplands-Bro", 3, 2, {2026, 3, 11}}};
    static const int64_t short_history[] = {2, 1, 3};
    Lagesbild *l = begin(arena, "upplands-bro", "Upplands-Bro", "2026-W11..2026-W12");
    LagesbildCategory *c = arena_calloc(arena, 1, sizeof *c);
    c[0] = (LagesbildCategory){"brand", "Brand", figure(3, 2, LAGESBILD_UNKNOWN, short_history, 3)};
    l->categories = c;
    l->category_count = 1;
    l->total = figure(3, 2, LAGESBILD_UNKNOWN, short_history, 3);
    l->area_is_root = true;
    l->area_has_parts = true;
    l->without_area = 1;
    l->data_cut_at = "2026-03-12T10:15:00+01:00";
    l->cut_date = (CivilDate){2026, 3, 12};
    l->cut_hour = 10;
    l->cut_minute = 15;
    l->sources = sources;
    l->source_count = COUNT(sources);
    return l;
}

Lagesbild *fixture_empty(Arena *arena)
{
    static LagesbildSource sources[] = {{"Kommunpolisen Upplands-Bro", 0, 0, {2026, 3, 1}},
                                        {"Väktarbolaget", 0, 0, {2026, 2, 20}}};
    Lagesbild *l = begin(arena, "brunna", "Brunna", "2026-W11");
    l->total.previous = 4;
    l->data_cut_at = "2026-03-16T08:00:00+01:00";
    l->cut_date = (CivilDate){2026, 3, 16};
    l->cut_hour = 8;
    l->sources = sources;
    l->source_count = COUNT(sources);
    return l;
}

enum { MANY_PLACES = 12, MANY_KINDS = 14 };

static const char *many_place(size_t i)
{
    static const char *const names[MANY_PLACES] = {
        "Bro station",
        "Centrum & torget <norra> vid den mycket långa promenaden mellan Finnstabergsskolan, simhallen och biblioteket",
        "Parkeringsplatsenbakomdetnedlagdaindustriområdetvidgamlalandsvägenochkraftledningsgatanmotjärnvägen",
        "Råbyskolan",
        "Köpcentrumets nedre plan, entré C, vid hissarna och toaletterna",
        "Bad- och idrottsplatsen",
        "Gångtunneln",
        "Lekplatsen Ängslyckan",
        "Ö",
        "Busshållplats Härnevi torg (läge B, mot Kungsängens station)",
        "Härnevi gård",
        "Trädgårdsstaden",
    };
    return names[i % MANY_PLACES];
}

static const char *many_kind(size_t i)
{
    static const char *const names[MANY_KINDS] = {
        "Skadegörelse och klotter",
        "Narkotika",
        "Stöld och häleri",
        "Våld mot person utomhus och inomhus samt hot, ofredande och trakasserier",
        "Brand",
        "Trafik",
        "Bedrägeri",
        "Inbrott",
        "Ordningsstörning",
        "Ungdomssamling",
        "Rån",
        "Olycka, räddning och försvunnen person",
        "Otrygg plats",
        "Nedskräpning"};
    return names[i % MANY_KINDS];
}

static size_t share(size_t n, size_t among, size_t i)
{
    return n / among + (i < n % among);
}

static void many_figures(Lagesbild *l, Arena *arena, size_t n)
{
    l->categories = arena_calloc(arena, MANY_KINDS, sizeof *l->categories);
    for (size_t i = 0; i < MANY_KINDS; i++) {
        const int64_t count = (int64_t)share(n, MANY_KINDS, i);
        int64_t history[EXPECTED_HISTORY_MAX];
        for (int k = 0; k < EXPECTED_HISTORY_MAX; k++)
            history[k] = count / (i == 0 ? 3 : 1) + k % 3;
        l->categories[i] =
            (LagesbildCategory){many_kind(i), many_kind(i), figure(count, count / 2, count, history, 12)};
    }
    l->category_count = MANY_KINDS;
    const int64_t count = (int64_t)n, history[] = {count, count / 2, count, count, count / 2, count};
    l->total = figure(count, count / 2, count, history, COUNT(history));
    for (size_t i = 0; i < n; i++)
        l->hour_of_week[i * 5 % 7][i * 11 % 24]++;
    l->clocked = count;
}

static void many_places(Lagesbild *l, Arena *arena, size_t n)
{
    l->places = arena_calloc(arena, LAGESBILD_PLACES_MAX, sizeof *l->places);
    for (size_t i = 0; i < LAGESBILD_PLACES_MAX && i < n; i++)
        l->places[l->place_count++] =
            (LagesbildPlace){.name = many_place(i),
                             .figure = figure((int64_t)share(n, MANY_PLACES, i), 1, LAGESBILD_UNKNOWN, NULL, 0),
                             .top_category = many_kind(i),
                             .top_count = 1};
}

Lagesbild *fixture_many(Arena *arena, size_t n)
{
    static LagesbildSource sources[] = {{"Kommunpolisen Upplands-Bro", 1, 28, {2026, 3, 15}}};
    Lagesbild *l = begin(arena, "bro", "Bro", "2026-W08..2026-W11");
    l->data_cut_at = "2026-03-16T08:00:00+01:00";
    l->cut_date = (CivilDate){2026, 3, 16};
    l->cut_hour = 8;
    l->history_from = (CivilDate){2024, 1, 1};
    l->sources = sources;
    l->source_count = COUNT(sources);
    many_figures(l, arena, n);
    many_places(l, arena, n);
    busy_weeks(l, arena);
    busy_map(l);
    l->map.dot_count = n ? 1 : 0;
    l->incidents = arena_calloc(arena, n + 1, sizeof *l->incidents);
    for (size_t place = 0; place < MANY_PLACES; place++)
        for (size_t k = 0; k < share(n, MANY_PLACES, place); k++) {
            const size_t i = l->incident_count++;
            l->incidents[i] =
                incident("a", 2 + (int)(i % 14), (int)(i % 24), (int)(i * 7 % 60), many_kind(i), many_place(place),
                         "Patrull på plats. Flera ungdomar hade samlats; en ruta var krossad och väggen "
                         "klottrad.\nÅtgärd: glasmästare beställd, ordningsvakt extra på fredag och lördag.");
        }
    return l;
}
