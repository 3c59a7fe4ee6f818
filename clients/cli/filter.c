#include "filter.h"

#include "command.h"
#include "http.h"

/* Keys of the options, and places in Filter.values. Above the letters, so that none has a short form by accident. */
enum { AREA, CATEGORY, PLACE, FROM, TO, SOURCE, STATUS, WORDS, BBOX, MUNICIPALITY };
enum { KEY = 0x1000 };

static const char *const names[FILTER_COUNT] = {
    [AREA] = "area",     [CATEGORY] = "category", [PLACE] = "place", [FROM] = "from", [TO] = "to",
    [SOURCE] = "source", [STATUS] = "status",     [WORDS] = "q",     [BBOX] = "bbox", [MUNICIPALITY] = "municipality",
};

/* clang-format off */
#define COMMON \
    {"area", KEY + AREA, "KOD", 0, "Område, till exempel bro; flera med komma", 1}, \
    {"category", KEY + CATEGORY, "KOD", 0, "Kategori, till exempel skadegorelse; flera med komma", 1}, \
    {"place", KEY + PLACE, "NAMN", 0, "Plats, till exempel \"Bro station\"", 1}, \
    {"source", KEY + SOURCE, "NAMN", 0, "Vem det kommer från, till exempel polis", 1}, \
    {"from", KEY + FROM, "DATUM", 0, "Från och med, ÅÅÅÅ-MM-DD", 1}, \
    {"to", KEY + TO, "DATUM", 0, "Till och med, ÅÅÅÅ-MM-DD", 1}, \
    {"municipality", KEY + MUNICIPALITY, "KOD", 0, "Kommun, för en nyckel som ser flera", 1}
/* clang-format on */

static const struct argp_option trend_options[] = {COMMON, {0}};

static const struct argp_option incident_options[] = {
    COMMON,
    {"status", KEY + STATUS, "tagged|review|confirmed|rejected", 0, "Hur långt granskningen har kommit", 1},
    {"q", KEY + WORDS, "ORD", 0, "Ord i texten", 1},
    {"bbox", KEY + BBOX, "RUTA", 0, "Ruta i grader: väst,syd,öst,nord", 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    Filter *filter = state->input;
    if (key < KEY || key >= KEY + FILTER_COUNT) return ARGP_ERR_UNKNOWN;
    key -= KEY;
    filter->values[key] = key == FROM || key == TO ? command_day(state, names[key], arg) : arg;
    return 0;
}

const struct argp filter_incidents_argp = {.options = incident_options, .parser = parse};
const struct argp filter_trends_argp = {.options = trend_options, .parser = parse};

const char *filter_query(Arena *arena, const char *path, const Filter *filter)
{
    for (int i = 0; i < FILTER_COUNT; i++)
        path = http_query(arena, path, names[i], filter->values[i]);
    return path;
}
