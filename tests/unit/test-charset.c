#include "core/arrival/charset.h"

#include <errno.h>
#include <string.h>

#include "arena_fixture.h"
#include "unit.h"

typedef struct Case {
    const char *bytes;
    size_t len;
    const char *declared, *text; /* NULL where it is refused */
    int status;
} Case;

static void converts_and_refuses(void **state)
{
    static const Case CASES[] = {
        {"Kungsängen", 11, NULL, "Kungsängen", 0},
        {"Kungsängen", 11, "", "Kungsängen", 0},
        {"Kungsängen", 11, "utf-8", "Kungsängen", 0},
        {"Kungsängen", 11, "UTF8", "Kungsängen", 0},
        {"\xef\xbb\xbf"
         "Bro",
         6, NULL, "Bro", 0},
        {"Kungs\xe4ngen", 10, "windows-1252", "Kungsängen", 0},
        {"Kungs\xe4ngen", 10, "ISO-8859-1", "Kungsängen", 0},
        {"\x94"
         "bud\x94",
         5, "iso-8859-1", "”bud”", 0}, /* what says Latin-1 and is Windows-1252 */
        {"Kungs\xe4ngen", 10, "iso-8859-15", "Kungsängen", 0},
        {"\xff\xfe"
         "B\0r\0o\0",
         8, "utf-16", "Bro", 0},
        {"", 0, NULL, "", 0},
        {"", 0, "windows-1252", "", 0},
        {"Kungs\xe4ngen", 10, NULL, NULL, -EILSEQ},
        {"Kungs\xe4ngen", 10, "us-ascii", NULL, -EILSEQ},
        {"Bro\0Bro", 7, NULL, NULL, -EILSEQ},
        {"Bro\0Bro", 7, "windows-1252", NULL, -EILSEQ},
        {"Bro \x81", 5, "windows-1252", NULL, -EILSEQ},
        {"B\0r", 3, "utf-16le", NULL, -EILSEQ},
        {"\x00\xd8", 2, "utf-16le", NULL, -EILSEQ}, /* half a surrogate pair */
        {"\xff\xff\xff\x7f", 4, "ucs-4le", NULL, -EILSEQ},
        {"Bro", 3, "x-unknown-9", NULL, -EINVAL},
        {"Bro", 3, "utf-8//IGNORE", NULL, -EINVAL},
        {"Bro", 3, "a b", NULL, -EINVAL},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *out = NULL;
        size_t len = 0;
        Error err = {""};
        int r = charset_to_utf8(*state, CASES[i].bytes, CASES[i].len, CASES[i].declared, &out, &len, &err);
        if (r != CASES[i].status) print_error("case %zu: %s\n", i, err.text);
        assert_int_equal(r, CASES[i].status);
        if (r < 0) {
            assert_true(err.text[0]);
            continue;
        }
        assert_string_equal(out, CASES[i].text);
        assert_int_equal(len, strlen(CASES[i].text));
    }
}

static void says_at_which_byte(void **state)
{
    char *out;
    size_t len;
    Error err;
    assert_int_equal(charset_to_utf8(*state, "Kungs\xe4ngen", 10, NULL, &out, &len, &err), -EILSEQ);
    assert_non_null(strstr(err.text, "byte 5 "));
    assert_int_equal(charset_to_utf8(*state, "Bro \x81", 5, "windows-1252", &out, &len, &err), -EILSEQ);
    assert_non_null(strstr(err.text, "byte 4 "));
    assert_int_equal(charset_to_utf8(*state, "Bro\0", 4, NULL, &out, &len, &err), -EILSEQ);
    assert_non_null(strstr(err.text, "byte 3 "));
}

static void guesses_for_mail(void **state)
{
    static const Case CASES[] = {
        {"Kungs\xe4ngen", 10, "utf-8", "Kungsängen", 0},
        {"Kungsängen", 11, "x-unknown-9", "Kungsängen", 0},
        {"Kungs\xe4ngen", 10, "//IGNORE", "Kungsängen", 0},
        {"\xf6\xba\x9e\x85", 4, "utf-8", "öºž…", 0}, /* over U+10FFFF */
        {"B\0ro \x81", 6, NULL, "Bro \xc2\x81", 0},
        {"\xef\xbb\xbf"
         "Bro",
         6, "utf-8", "Bro", 0},
        {"", 0, NULL, "", 0},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char *out = NULL;
        size_t len = 0;
        Error err;
        assert_int_equal(charset_guess(*state, CASES[i].bytes, CASES[i].len, CASES[i].declared, &out, &len, &err), 0);
        assert_string_equal(out, CASES[i].text);
        assert_int_equal(len, strlen(CASES[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(converts_and_refuses, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(says_at_which_byte, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(guesses_for_mail, arena_fixture_set_up, arena_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
