#include "util/clock.h"

#include <string.h>

#include "unit.h"

static int64_t parse(const char *text)
{
    int64_t ms = -1;
    assert_true(clock_parse(text, strlen(text), &ms));
    return ms;
}

static void zones_and_the_police_form_are_read(void **state)
{
    (void)state;
    assert_int_equal(parse("1970-01-01T01:00:00+01:00"), 0);
    assert_int_equal(parse("2023-10-11 3:07:41 +02:00"), parse("2023-10-11T01:07:41Z"));
    assert_int_equal(parse("2026-03-14T08:00:00.25Z") - parse("2026-03-14T08:00:00Z"), 250);
}

static void times_without_zone_are_refused(void **state)
{
    (void)state;
    static const char *bad[] = {"2026-03-14T08:00:00",
                                "2026-03-14T08:00+01:00",
                                "2026-02-30T08:00:00Z",
                                "2026-03-14T24:00:00Z",
                                "2026-03-14T08:00:00Zx",
                                "2026-03-14",
                                "",
                                "2026-03-14T8:00:00Z",
                                "2026-03-14T08:00:00.Z"};
    int64_t ms;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(clock_parse(bad[i], strlen(bad[i]), &ms));
}

static void summer_time_moves_the_clock(void **state)
{
    (void)state;
    int minute;
    char text[CLOCK_TEXT_SIZE];
    CivilDate date = clock_local(parse("2026-03-29T00:59:00Z"), &minute);
    assert_int_equal(date.day, 29);
    assert_int_equal(minute, 119);
    clock_local(parse("2026-03-29T01:00:00Z"), &minute);
    assert_int_equal(minute, 180);
    assert_string_equal(clock_format(parse("2026-10-25T00:30:00Z"), text), "2026-10-25T02:30:00+02:00");
    assert_string_equal(clock_format(parse("2026-10-25T01:30:00Z"), text), "2026-10-25T02:30:00+01:00");
}

static int use_stockholm(void **state)
{
    (void)state;
    return clock_use_stockholm();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zones_and_the_police_form_are_read),
        cmocka_unit_test(times_without_zone_are_refused),
        cmocka_unit_test(summer_time_moves_the_clock),
    };
    return cmocka_run_group_tests(tests, use_stockholm, NULL);
}
