#include "db/link.h"

#include "unit.h"

static void back_off_doubles_to_three_seconds_and_spreads(void **state)
{
    (void)state;
    for (unsigned failures = 0; failures < 100; failures++) {
        int middle = failures < 5 ? 100 << failures : 3000;
        int least = link_backoff_ms(failures, 0), most = link_backoff_ms(failures, 1023);
        assert_int_equal(least, middle / 2);
        assert_in_range(most, middle, middle * 3 / 2);
    }
    assert_int_not_equal(link_backoff_ms(5, 100), link_backoff_ms(5, 900));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(back_off_doubles_to_three_seconds_and_spreads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
