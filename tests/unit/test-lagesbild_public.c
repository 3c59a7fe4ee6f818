#include "core/lagesbild/lagesbild_public.h"

#include <string.h>

#include "lagesbild_fixture.h"
#include "unit.h"

/* --- one column: every column of small counts, and what somebody could work out of what is told of it --- */

enum { CELLS_MAX = 4, TOLD_MAX = 200000 };

/* What is told of a column, as one number: each cell's kind and count, and the total's. */
static uint64_t told(const int64_t *counts, size_t n, int64_t threshold, Arena *arena, PublicCount *cells,
                     PublicCount *total)
{
    uint64_t key = 0;
    assert_int_equal(lagesbild_public_column(counts, n, threshold, cells, total, arena), 0);
    if (total->kind == PUBLIC_FEW) return 1; /* the document then lists no category */
    for (size_t i = 0; i < n; i++) {
        uint64_t word = counts[i] == 0                  ? 0
                        : cells[i].kind == PUBLIC_EXACT ? 3 + (uint64_t)cells[i].count
                        : cells[i].kind == PUBLIC_FEW   ? 1
                                                        : 2;
        key = key * 40 + word;
    }
    return key * 200 + (total->kind == PUBLIC_EXACT ? 1 + (uint64_t)total->count : 0) + 2;
}

/* For each thing told: the least and the most that each cell and the total were. */
typedef struct Explanations {
    uint64_t key;
    int64_t low[CELLS_MAX + 1], high[CELLS_MAX + 1];
    bool held_back[CELLS_MAX + 1];
    bool at_edge; /* one of the columns has a count as large as is tried: there are others beyond */
} Explanations;

static Explanations *slot(Explanations *table, uint64_t key)
{
    size_t at = (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) % TOLD_MAX);
    while (table[at].key && table[at].key != key)
        at = (at + 1) % TOLD_MAX;
    return &table[at];
}

static void take(Explanations *e, size_t at, int64_t count, bool held_back, bool first)
{
    if (first || count < e->low[at]) e->low[at] = count;
    if (first || count > e->high[at]) e->high[at] = count;
    e->held_back[at] = held_back;
}

static void try_all(size_t n, int64_t threshold, int64_t most)
{
    _arena_free_ Arena *keep = arena_new();
    _arena_free_ Arena *scratch = arena_new();
    Explanations *table = arena_calloc(keep, TOLD_MAX, sizeof *table);
    assert_non_null(table);
    int64_t counts[CELLS_MAX] = {0};
    for (size_t i = 0; i < n;) {
        PublicCount cells[CELLS_MAX], total;
        int64_t sum = 0;
        uint64_t key = told(counts, n, threshold, scratch, cells, &total);
        Explanations *e = slot(table, key);
        bool first = !e->key;
        e->key = key;
        for (size_t k = 0; k < n; k++) {
            assert_int_equal(cells[k].kind == PUBLIC_FEW, counts[k] < threshold);
            assert_int_equal(cells[k].count, cells[k].kind == PUBLIC_EXACT ? counts[k] : 0);
            take(e, k, counts[k], counts[k] && cells[k].kind != PUBLIC_EXACT, first);
            e->at_edge |= counts[k] == most;
            sum += counts[k];
        }
        take(e, n, sum, total.kind != PUBLIC_EXACT, first);
        arena_reset(scratch);
        for (i = 0; i < n && ++counts[i] > most; i++)
            counts[i] = 0;
    }
    for (size_t at = 0; at < TOLD_MAX; at++) {
        const Explanations *e = &table[at];
        if (!e->key || e->at_edge) continue;
        for (size_t k = 0; k <= n; k++)
            if (e->held_back[k] && e->low[k] == e->high[k])
                fail_msg("with %zu counts and threshold %lld, one is known to be %lld", n, (long long)threshold,
                         (long long)e->low[k]);
    }
}

static void nothing_held_back_can_be_worked_out(void **state)
{
    (void)state;
    try_all(1, 5, 30);
    try_all(2, 5, 30);
    try_all(3, 5, 22);
    try_all(2, 3, 20);
    try_all(4, 3, 9);
}

static void a_lone_small_count_takes_the_next_with_it(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    PublicCount cells[4], total;
    assert_int_equal(lagesbild_public_column((const int64_t[]){20, 3, 9, 0}, 4, 5, cells, &total, arena), 0);
    assert_int_equal(cells[0].kind, PUBLIC_EXACT);
    assert_int_equal(cells[0].count, 20);
    assert_int_equal(cells[1].kind, PUBLIC_FEW);
    assert_int_equal(cells[2].kind, PUBLIC_HIDDEN);
    assert_int_equal(cells[2].count, 0);
    assert_int_equal(cells[3].kind, PUBLIC_FEW);
    assert_int_equal(total.kind, PUBLIC_EXACT);
    assert_int_equal(total.count, 32);
}

static void large_counts_are_all_told(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    PublicCount cells[3], total;
    assert_int_equal(lagesbild_public_column((const int64_t[]){5, 6, 0}, 3, 5, cells, &total, arena), 0);
    assert_int_equal(cells[0].kind, PUBLIC_EXACT);
    assert_int_equal(cells[1].kind, PUBLIC_EXACT);
    assert_int_equal(total.count, 11);
}

/* --- the document --- */

static LagesbildPublic made(Arena *arena, Lagesbild *l)
{
    LagesbildPublic out;
    assert_int_equal(lagesbild_complete(l, arena), 0);
    assert_int_equal(lagesbild_public(&out, l, 5, arena), 0);
    return out;
}

static void a_busy_week_is_told_without_its_small_numbers(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    LagesbildPublic l = made(arena, fixture_busy(arena));
    assert_int_equal(l.category_count, 4);
    assert_string_equal(l.categories[0].code, "skadegorelse");
    assert_int_equal(l.categories[0].figure.count.count, 14);
    assert_int_equal(l.categories[0].figure.previous.kind, PUBLIC_FEW);
    /* by code, not by how many they are */
    assert_string_equal(l.categories[1].code, "narkotika");
    assert_int_equal(l.categories[1].figure.count.kind, PUBLIC_HIDDEN);
    assert_string_equal(l.categories[2].code, "raddning");
    assert_string_equal(l.categories[3].code, "stold");
    assert_int_equal(l.categories[3].figure.count.kind, PUBLIC_FEW);
    assert_int_equal(l.total.count.count, 23);
    assert_int_equal(l.total.previous.kind, PUBLIC_HIDDEN);
    assert_int_equal(l.place_count, 1);
    assert_string_equal(l.places[0].name, "Bro station");
    assert_int_equal(l.source_count, 2);
    assert_string_equal(l.summary, "För Bro finns 23 rapporterade händelser under v. 11.");
}

static void an_address_is_no_public_place(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *busy = fixture_busy(arena);
    busy->places[0].name = "Ginnlögs väg 14";
    assert_int_equal(made(arena, busy).place_count, 0);
}

static void few_incidents_are_not_told_by_kind(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    LagesbildPublic l = made(arena, fixture_running(arena));
    assert_int_equal(l.total.count.kind, PUBLIC_FEW);
    assert_int_equal(l.total.year_ago.kind, PUBLIC_UNKNOWN);
    assert_int_equal(l.category_count, 0);
    assert_int_equal(l.place_count, 0);
    assert_string_equal(l.summary, "För Upplands-Bro finns hittills färre än 5 rapporterade händelser under v. 11–12.");
    l = made(arena, fixture_empty(arena));
    assert_string_equal(l.summary, "Ingen har rapporterat för Brunna under v. 11.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_held_back_can_be_worked_out),
        cmocka_unit_test(a_lone_small_count_takes_the_next_with_it),
        cmocka_unit_test(large_counts_are_all_told),
        cmocka_unit_test(a_busy_week_is_told_without_its_small_numbers),
        cmocka_unit_test(an_address_is_no_public_place),
        cmocka_unit_test(few_incidents_are_not_told_by_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
