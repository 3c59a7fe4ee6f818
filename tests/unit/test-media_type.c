#include "http/media_type.h"

#include <string.h>

#include "arena_fixture.h"
#include "unit.h"

static void the_most_exact_range_counts(void **state)
{
    (void)state;
    static const struct {
        const char *accept, *type;
        int quality;
    } cases[] = {
        {"text/html", "text/html", 1000},
        {"TEXT/HTML", "text/html", 1000},
        {"text/*", "text/html", 1000},
        {"*/*", "text/html", 1000},
        {"text/*;q=0.5", "text/html", 500},
        {"text/html;q=0.25, text/*;q=1", "text/html", 250},
        {"*/*;q=1, text/*;q=0.7", "text/html", 700},
        {"text/*;q=0.5, text/html;level=1;q=0.4", "text/html", 400},
        {"application/json ; Q=0.3", "application/json", 300},
        {"text/html;q=0", "text/html", 0},
        {"text/html;q=0, */*", "text/html", 0},
        {"text/html;q=1.0", "text/html", 1000},
        {"text/html;q=0.1239", "text/html", 123},
        {"text/html;q=", "text/html", 0},
        {"text/htm", "text/html", 0},
        {"text/html5", "text/html", 0},
        {"image/*", "text/html", 0},
        {"", "text/html", 0},
        {" , ,, text/html", "text/html", 1000},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (media_type_quality(cases[i].accept, cases[i].type) != cases[i].quality)
            fail_msg("%s of \"%s\" is %d", cases[i].type, cases[i].accept,
                     media_type_quality(cases[i].accept, cases[i].type));
}

static void parameters_are_unquoted(void **state)
{
    static const struct {
        const char *header, *value;
    } cases[] = {
        {"text/plain; charset=utf-8", "utf-8"},
        {"text/plain;charset=\"utf-8\"", "utf-8"},
        {"text/plain; CharSet=latin1; format=flowed", "latin1"},
        {"text/plain; format=\"a; charset=b\"; charset=c", "c"},
        {"text/plain; charset=\"a\\\"b\"", "a\"b"},
        {"text/plain; charset=\"open", "open"},
        {"text/plain; charset=", ""},
        {"text/plain; charsets=x", NULL},
        {"text/plain", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *value = media_type_parameter(*state, cases[i].header, "charset");
        if (cases[i].value ? !value || strcmp(value, cases[i].value) != 0 : value != NULL)
            fail_msg("\"%s\" gives %s", cases[i].header, value ? value : "nothing");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_most_exact_range_counts),
        cmocka_unit_test_setup_teardown(parameters_are_unquoted, arena_fixture_set_up, arena_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
