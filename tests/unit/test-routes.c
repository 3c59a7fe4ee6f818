#include "http/routes.h"

#include <errno.h>
#include <string.h>

#include "http/percent.h"
#include "unit.h"

/* The table under test; the daemon's own is tried over HTTP. */
const Route routes_table[] = {
    {METHOD_GET, "/", ROLE_ANYONE, BODY_NONE, NULL, "root"},
    {METHOD_GET, "/v1/areas", ROLE_ANYONE, BODY_NONE, NULL, "list"},
    {METHOD_POST, "/v1/areas", ROLE_ADMIN, BODY_WHOLE, NULL, "create"},
    {METHOD_GET, "/v1/areas/{code}", ROLE_ANYONE, BODY_NONE, NULL, "get"},
    {METHOD_DELETE, "/v1/areas/{area}", ROLE_ADMIN, BODY_NONE, NULL, "delete"},
    {METHOD_POST, "/v1/areas/import", ROLE_ADMIN, BODY_STREAM, NULL, "import"},
    {METHOD_GET, "/v1/lagesbilder/{area}/{period}", ROLE_ANYONE, BODY_NONE, NULL, "show"},
    {METHOD_GET, "/v1/lagesbilder/all/{period}", ROLE_ANYONE, BODY_NONE, NULL, "show_all"},
};
const size_t routes_count = sizeof routes_table / sizeof *routes_table;

static int find(RouteMatch *match, Arena *arena, const char *method, const char *path)
{
    RouteHead heads[sizeof routes_table / sizeof *routes_table];
    routes_heads(heads, routes_table, routes_count);
    return routes_find(match, routes_table, heads, routes_count, routes_method(method, strlen(method)), path,
                       strlen(path), arena);
}

static void paths_find_their_row(void **state)
{
    (void)state;
    static const struct {
        const char *method, *path, *name; /* name NULL: none */
    } cases[] = {
        {"GET", "/", "root"},
        {"GET", "/v1/areas", "list"},
        {"HEAD", "/v1/areas", "list"},
        {"POST", "/v1/areas", "create"},
        {"GET", "/v1/areas/bro", "get"},
        {"DELETE", "/v1/areas/bro", "delete"},
        {"POST", "/v1/areas/import", "import"},
        {"GET", "/v1/areas/import", NULL}, /* the literal goes first, and has no GET */
        {"GET", "/v1/lagesbilder/bro/2026-W11", "show"},
        {"GET", "/v1/lagesbilder/all/2026-W11", "show_all"},
        {"GET", "", NULL},
        {"GET", "/v1/areas/", NULL},
        {"GET", "/v1//areas", NULL},
        {"GET", "/v1/areas/a/b", NULL},
        {"GET", "/v1/area", NULL},
        {"GET", "/v1/areasx", NULL},
        {"PUT", "/v1/areas", NULL},
        {"OPTIONS", "/v1/areas", NULL},
    };
    _arena_free_ Arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        RouteMatch match;
        assert_int_equal(find(&match, arena, cases[i].method, cases[i].path), 0);
        if (!cases[i].name != !match.route || (match.route && strcmp(match.route->name, cases[i].name) != 0))
            fail_msg("%s %s: %s", cases[i].method, cases[i].path, match.route ? match.route->name : "none");
    }
}

static void what_a_path_takes_is_told(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    RouteMatch match;
    char allow[ROUTES_ALLOW_SIZE];
    assert_int_equal(find(&match, arena, "PATCH", "/v1/areas/bro"), 0);
    routes_allow(match.methods, allow);
    assert_string_equal(allow, "GET, HEAD, DELETE");
    assert_int_equal(find(&match, arena, "GET", "/v1/areas/import"), 0);
    routes_allow(match.methods, allow);
    assert_string_equal(allow, "POST");
    assert_int_equal(find(&match, arena, "GET", "/none"), 0);
    assert_int_equal(match.methods, 0);
    routes_allow(0xff, allow); /* all fit */
    assert_string_equal(allow, "GET, HEAD, POST, PUT, PATCH, DELETE");
}

static void names_take_one_decoded_segment(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    RouteMatch match;
    assert_int_equal(find(&match, arena, "GET", "/v1/lagesbilder/h%C3%A4sselby%2Ftorg+x/2026-W10..2026-W11"), 0);
    assert_int_equal(match.parameter_count, 2);
    assert_string_equal(match.parameters[0].value, "hässelby/torg+x");
    assert_memory_equal(match.parameters[1].name, "period", match.parameters[1].name_len);
    assert_string_equal(match.parameters[1].value, "2026-W10..2026-W11");
    static const char *const bad[] = {"/v1/areas/%",   "/v1/areas/%4",  "/v1/areas/%g0",
                                      "/v1/areas/%00", "/v1/areas/%ff", "/v1/areas/%c0%af"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(find(&match, arena, "GET", bad[i]), -EBADMSG);
}

static void queries_are_cut_and_decoded(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    QueryParameter *query;
    size_t count;
    static const char text[] = "&a=1&&b=%C3%A5+b%2B&c&d==&a=2&e=A%CC%8A";
    assert_int_equal(percent_query(&query, &count, arena, text, sizeof text - 1), 0);
    assert_int_equal(count, 6);
    static const char *const expected[][2] = {{"a", "1"}, {"b", "å b+"}, {"c", ""}, {"d", "="}, {"a", "2"}, {"e", "Å"}};
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(query[i].name, expected[i][0]);
        assert_string_equal(query[i].value, expected[i][1]);
    }
    assert_int_equal(percent_query(&query, &count, arena, "a=%", 3), -EBADMSG);
    assert_int_equal(percent_query(&query, &count, arena, "%ff=a", 5), -EBADMSG);
    assert_int_equal(percent_query(&query, &count, arena, "", 0), 0);
    assert_int_equal(count, 0);
    char many[3 * (PERCENT_QUERY_MAX + 1)];
    for (size_t i = 0; i <= PERCENT_QUERY_MAX; i++)
        memcpy(many + 3 * i, "a=&", 3);
    assert_int_equal(percent_query(&query, &count, arena, many, sizeof many - 3), 0);
    assert_int_equal(percent_query(&query, &count, arena, many, sizeof many), -E2BIG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_find_their_row),
        cmocka_unit_test(what_a_path_takes_is_told),
        cmocka_unit_test(names_take_one_decoded_segment),
        cmocka_unit_test(queries_are_cut_and_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
