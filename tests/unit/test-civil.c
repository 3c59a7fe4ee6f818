#include "util/civil.h"

#include <string.h>

#include "unit.h"

static void weeks_around_new_year(void **state)
{
    (void)state;
    int year;
    assert_int_equal(civil_iso_week((CivilDate){2021, 1, 3}, &year), 53);
    assert_int_equal(year, 2020);
    assert_int_equal(civil_iso_week((CivilDate){2025, 12, 29}, &year), 1);
    assert_int_equal(year, 2026);
    CivilDate monday;
    assert_true(civil_iso_monday(2020, 53, &monday));
    assert_int_equal(civil_compare(monday, (CivilDate){2020, 12, 28}), 0);
    assert_false(civil_iso_monday(2021, 53, &monday));
    assert_true(civil_iso_monday(2026, 1, &monday));
    assert_int_equal(civil_compare(monday, (CivilDate){2025, 12, 29}), 0);
}

static void days_go_there_and_back(void **state)
{
    (void)state;
    assert_int_equal(civil_to_days((CivilDate){1970, 1, 1}), 0);
    for (int32_t day = -200000; day < 200000; day += 37) {
        CivilDate date = civil_from_days(day);
        assert_true(civil_is_valid(date.year, date.month, date.day));
        assert_int_equal(civil_to_days(date), day);
    }
    assert_int_equal(civil_weekday((CivilDate){2026, 3, 14}), 6);
}

static void only_whole_dates_parse(void **state)
{
    (void)state;
    CivilDate date;
    assert_true(civil_parse("2024-02-29", 10, &date));
    assert_int_equal(date.day, 29);
    static const char *bad[] = {"2023-02-29", "2023-13-01", "2023-1-01", "2023-01-01 ", "2023-01-0x", "0000-01-01", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(civil_parse(bad[i], strlen(bad[i]), &date));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weeks_around_new_year),
        cmocka_unit_test(days_go_there_and_back),
        cmocka_unit_test(only_whole_dates_parse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
