#include "flow/lagesbild_fingerprint.h"

#include <sodium.h>
#include <string.h>

static void mix(crypto_generichash_state *state, const char *bytes, size_t len)
{
    crypto_generichash_update(state, (const unsigned char *)&len, sizeof len);
    crypto_generichash_update(state, (const unsigned char *)bytes, len);
}

static void mix_result(crypto_generichash_state *state, const PGresult *result, int skipped_column)
{
    for (int row = 0; row < PQntuples(result); row++)
        for (int column = 0; column < PQnfields(result); column++)
            if (column != skipped_column)
                mix(state, PQgetvalue(result, row, column), (size_t)PQgetlength(result, row, column));
    mix(state, "", 0);
}

/* What of the document is the knowledge's and not the database's. */
static void mix_map(crypto_generichash_state *state, const LagesbildMap *map)
{
    for (size_t i = 0; i < map->ring_count; i++)
        mix(state, (const char *)map->rings[i].points, map->rings[i].count * sizeof *map->rings[i].points);
    for (size_t i = 0; i < map->dot_count; i++)
        mix(state, (const char *)&map->dots[i].at, sizeof map->dots[i].at);
}

static void mix_expected(crypto_generichash_state *state, const Expected *e)
{
    mix(state, (const char *)&e->mean, sizeof e->mean);
    mix(state, (const char *)&e->p_adjusted, sizeof e->p_adjusted);
}

/* What the series came to, and not the rows they were read from: those differ with what has been summed up already. A
 * week that has ended since differs here too; one that was only then reported for makes a zero of what was not known.
 */
static void mix_series(crypto_generichash_state *state, const Lagesbild *l)
{
    for (size_t i = 0; i < l->week_count; i++)
        mix(state, (const char *)&l->weeks[i].count, sizeof l->weeks[i].count);
    mix(state, (const char *)l->total.weeks, LAGESBILD_WEEKS_READ * sizeof *l->total.weeks);
    mix_expected(state, &l->total.expected);
    for (size_t i = 0; i < l->category_count; i++)
        mix_expected(state, &l->categories[i].figure.expected);
    for (size_t i = 0; i < l->place_count; i++) {
        const LagesbildFigure *f = &l->places[i].figure;
        mix(state, (const char *)&f->year_ago, sizeof f->year_ago);
        mix_expected(state, &f->expected);
    }
}

bool lagesbild_fingerprint(const LagesbildRows *rows)
{
    enum { DIGEST = 16 };
    unsigned char digest[DIGEST];
    char *hex = arena_alloc(rows->arena, 2 * DIGEST + 1);
    if (!hex) return false;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, DIGEST);
    mix(&state, LAGESBILD_VERSION, strlen(LAGESBILD_VERSION));
    mix(&state, rows->l->area_name, strlen(rows->l->area_name));
    mix(&state, lagesbild_is_complete(rows->l) ? "t" : "f", 1);
    mix_map(&state, &rows->l->map);
    mix_series(&state, rows->l);
    for (int i = OF_SLOTS; i < OF_COUNT; i++) {
        if (i == OF_WEEKS || i == OF_ALL_WEEKS) continue;
        mix_result(&state, rows->of[i], i == OF_SLOTS ? SLOTS_CUT_AT : i == OF_PLACES ? PLACES_DAYS : -1);
    }
    crypto_generichash_final(&state, digest, DIGEST);
    rows->l->fingerprint = sodium_bin2hex(hex, 2 * DIGEST + 1, digest, DIGEST);
    return true;
}
