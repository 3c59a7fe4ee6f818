#include "core/lagesbild/scope.h"

#include <cjson/cJSON.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static Knowledge *knowledge;

/* The real municipalities, with areas of the test's own: two of them have a "centrum". */
static int load(void **state)
{
    (void)state;
    static const char areas[] =
        "[{\"code\":\"bro\",\"name\":\"Bro\",\"municipality\":\"upplands-bro\",\"parent\":\"upplands-bro\"},"
        "{\"code\":\"centrum\",\"name\":\"Centrum\",\"municipality\":\"upplands-bro\",\"parent\":\"bro\"},"
        "{\"code\":\"torget\",\"name\":\"Torget\",\"municipality\":\"upplands-bro\",\"parent\":\"centrum\"},"
        "{\"code\":\"brunna\",\"name\":\"Brunna\",\"municipality\":\"upplands-bro\",\"parent\":\"upplands-bro\"},"
        "{\"code\":\"centrum\",\"name\":\"Centrum\",\"municipality\":\"kristinehamn\",\"parent\":\"kristinehamn\"}]";
    Knowledge *files;
    Error err;
    if (knowledge_load(&files, getenv("LAGESBILD_KNOWLEDGE"), &err)) fail_msg("%s", err.text);
    cJSON *tree = cJSON_Parse(areas);
    int rc = knowledge_with_areas(&knowledge, files, tree, NULL, NULL, &err);
    cJSON_Delete(tree);
    knowledge_unref(files);
    if (rc) fail_msg("%s", err.text);
    return 0;
}

static int unload(void **state)
{
    (void)state;
    knowledge_unref(knowledge);
    return 0;
}

#define CODES(...) ((const char *const[]){__VA_ARGS__, NULL})

static Scope resolved(Arena *arena, ScopeQuestion question)
{
    Scope scope;
    Error err = {""};
    int rc = scope_resolve(&scope, arena, knowledge, &question, &err);
    if (rc) fail_msg("%d: %s", rc, err.text);
    return scope;
}

static void refused(ScopeQuestion question, ScopeVerdict verdict, const char *says)
{
    _arena_free_ Arena *arena = arena_new();
    Scope scope;
    Error err = {""};
    assert_int_equal(scope_resolve(&scope, arena, knowledge, &question, &err), verdict);
    if (!strstr(err.text, says)) fail_msg("“%s” does not say “%s”", err.text, says);
}

static bool has(const Scope *scope, const char *code)
{
    for (size_t i = 0; i < scope->area_count; i++)
        if (strcmp(scope->areas[i], code) == 0) return true;
    return false;
}

static void an_area_stands_for_everything_in_it(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Scope scope = resolved(arena, (ScopeQuestion){.areas = CODES("bro")});
    assert_int_equal(scope.municipality_count, 1);
    assert_string_equal(scope.municipalities[0], "upplands-bro");
    assert_int_equal(scope.area_count, 3);
    assert_true(has(&scope, "bro") && has(&scope, "centrum") && has(&scope, "torget"));
    assert_string_equal(knowledge_area(knowledge, scope.area)->code, "bro");
}

static void areas_within_each_other_stand_once(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Scope scope = resolved(arena, (ScopeQuestion){.areas = CODES("torget", "bro", "brunna", "centrum", "bro"),
                                                  .municipality = "upplands-bro"});
    assert_int_equal(scope.area_count, 4);
    assert_true(has(&scope, "bro") && has(&scope, "centrum") && has(&scope, "torget") && has(&scope, "brunna"));
    assert_string_equal(knowledge_area(knowledge, scope.area)->code, "torget");
}

static void a_municipality_stands_for_all_its_incidents(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Scope scope = resolved(arena, (ScopeQuestion){.areas = CODES("bro", "upplands-bro")});
    assert_null(scope.areas);
    assert_int_equal(scope.municipality_count, 1);
    scope = resolved(arena, (ScopeQuestion){.bound_municipality = "kristinehamn"});
    assert_null(scope.areas);
    assert_string_equal(scope.municipalities[0], "kristinehamn");
    scope = resolved(arena, (ScopeQuestion){0});
    assert_null(scope.areas);
    assert_int_equal(scope.municipality_count, knowledge_municipality_count(knowledge));
}

static void a_code_that_several_have_needs_the_municipality(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    refused((ScopeQuestion){.areas = CODES("centrum")}, SCOPE_AMBIGUOUS, "?municipality=");
    Scope scope = resolved(arena, (ScopeQuestion){.areas = CODES("centrum"), .municipality = "kristinehamn"});
    assert_string_equal(scope.municipalities[0], "kristinehamn");
    assert_int_equal(scope.area_count, 1);
    scope = resolved(arena, (ScopeQuestion){.areas = CODES("centrum"), .bound_municipality = "upplands-bro"});
    assert_int_equal(scope.area_count, 2);
}

static void what_there_is_not(void **state)
{
    (void)state;
    refused((ScopeQuestion){.areas = CODES("atlantis")}, SCOPE_UNKNOWN, "atlantis");
    refused((ScopeQuestion){.municipality = "atlantis"}, SCOPE_UNKNOWN, "atlantis");
    refused((ScopeQuestion){.areas = CODES("bro"), .municipality = "kristinehamn"}, SCOPE_UNKNOWN, "bro");
    refused((ScopeQuestion){.areas = CODES("bro", "kristinehamn")}, SCOPE_MIXED, "kommuner");
}

static void a_token_sees_its_own(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    const char *const *brunna = CODES("brunna"), *const *bro = CODES("bro"), *const *whole = CODES("upplands-bro");
    ScopeQuestion group = {.bound_municipality = "upplands-bro", .bound_areas = brunna};
    Scope scope = resolved(arena, group);
    assert_int_equal(scope.area_count, 1);
    assert_string_equal(scope.areas[0], "brunna");
    group.areas = bro;
    refused(group, SCOPE_FORBIDDEN, "bro");
    group.areas = whole;
    refused(group, SCOPE_FORBIDDEN, "gäller inte");
    group = (ScopeQuestion){.bound_municipality = "upplands-bro", .bound_areas = bro, .areas = CODES("torget")};
    assert_int_equal(resolved(arena, group).area_count, 1);
    group.bound_areas = whole;
    group.areas = NULL;
    assert_null(resolved(arena, group).areas);
    refused((ScopeQuestion){.bound_municipality = "kristinehamn", .areas = bro}, SCOPE_FORBIDDEN, "kristinehamn");
    refused((ScopeQuestion){.bound_municipality = "kristinehamn", .municipality = "upplands-bro"}, SCOPE_FORBIDDEN,
            "kristinehamn");
}

static void a_token_whose_areas_are_gone_sees_nothing(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    ScopeQuestion group = {.bound_municipality = "upplands-bro", .bound_areas = CODES("atlantis")};
    Scope scope = resolved(arena, group);
    assert_non_null(scope.areas);
    assert_int_equal(scope.area_count, 0);
    group.areas = CODES("bro");
    refused(group, SCOPE_FORBIDDEN, "bro");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_area_stands_for_everything_in_it),
        cmocka_unit_test(areas_within_each_other_stand_once),
        cmocka_unit_test(a_municipality_stands_for_all_its_incidents),
        cmocka_unit_test(a_code_that_several_have_needs_the_municipality),
        cmocka_unit_test(what_there_is_not),
        cmocka_unit_test(a_token_sees_its_own),
        cmocka_unit_test(a_token_whose_areas_are_gone_sees_nothing),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
