#include "http/addresses.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>

#include "unit.h"

static int enter(Addresses *addresses, const char *text, AddressEntry **entry)
{
    struct sockaddr_in v4 = {.sin_family = AF_INET};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
    if (inet_pton(AF_INET, text, &v4.sin_addr) == 1) return addresses_enter(addresses, (struct sockaddr *)&v4, entry);
    assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
    return addresses_enter(addresses, (struct sockaddr *)&v6, entry);
}

static void each_address_has_its_own_cap(void **state)
{
    (void)state;
    Addresses *addresses = addresses_new(100, 2);
    AddressEntry *one, *two, *other;
    assert_int_equal(enter(addresses, "192.0.2.1", &one), 0);
    assert_int_equal(enter(addresses, "::ffff:192.0.2.1", &two), 0); /* the same client on a socket for both families */
    assert_int_equal(enter(addresses, "192.0.2.1", &other), -EDQUOT);
    assert_int_equal(enter(addresses, "192.0.2.2", &other), 0);
    addresses_leave(addresses, one);
    assert_int_equal(enter(addresses, "192.0.2.1", &one), 0);
    addresses_leave(addresses, one);
    addresses_leave(addresses, two);
    addresses_leave(addresses, other);
    addresses_free(addresses);
}

static void a_64_is_one_address(void **state)
{
    (void)state;
    Addresses *addresses = addresses_new(100, 1);
    AddressEntry *one, *other;
    assert_int_equal(enter(addresses, "2001:db8::1", &one), 0);
    assert_int_equal(enter(addresses, "2001:db8::2:3", &other), -EDQUOT);
    assert_int_equal(enter(addresses, "2001:db8:0:1::1", &other), 0);
    addresses_free(addresses); /* with connections still counted */
}

static void all_together_have_a_cap(void **state)
{
    (void)state;
    Addresses *addresses = addresses_new(2, 2);
    AddressEntry *one, *two, *three;
    assert_int_equal(enter(addresses, "192.0.2.1", &one), 0);
    assert_int_equal(enter(addresses, "192.0.2.2", &two), 0);
    assert_int_equal(enter(addresses, "192.0.2.3", &three), -EUSERS);
    addresses_leave(addresses, one);
    assert_int_equal(enter(addresses, "192.0.2.3", &three), 0);
    addresses_leave(addresses, two);
    addresses_leave(addresses, three);
    addresses_free(addresses);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_address_has_its_own_cap),
        cmocka_unit_test(a_64_is_one_address),
        cmocka_unit_test(all_together_have_a_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
