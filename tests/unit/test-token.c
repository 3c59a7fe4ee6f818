#include "http/token.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static void a_new_token_reads_back(void **state)
{
    (void)state;
    char first[TOKEN_SIZE], second[TOKEN_SIZE], municipality[TOKEN_MUNICIPALITY_MAX + 1], hash[TOKEN_HASH_SIZE],
        other[TOKEN_HASH_SIZE];
    assert_int_equal(token_new("upplands-bro", first), 0);
    assert_int_equal(token_new("upplands-bro", second), 0);
    assert_string_not_equal(first, second);
    assert_int_equal(strlen(first), strlen("lb_upplands-bro_") + TOKEN_SECRET_LENGTH);
    assert_int_equal(token_parse(first, municipality, hash), 0);
    assert_string_equal(municipality, "upplands-bro");
    assert_int_equal(token_parse(second, municipality, other), 0);
    assert_string_not_equal(hash, other);
}

/* SHA-256 by another program: printf %s lb_sverige_AAAA… | sha256sum */
static void the_hash_is_of_the_whole_token(void **state)
{
    (void)state;
    char municipality[TOKEN_MUNICIPALITY_MAX + 1], hash[TOKEN_HASH_SIZE];
    assert_int_equal(token_parse("lb_sverige_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", municipality, hash), 0);
    assert_string_equal(hash, "f71f8c60015fa4ba03827085f26196f6941e501f725da5f1be1b9a259c104f9f");
}

static void what_is_no_token_is_refused(void **state)
{
    (void)state;
#define SECRET "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    static const char *const bad[] = {
        "",
        "lb_",
        "lb_" SECRET,
        "lb__" SECRET,
        "xx_sverige_" SECRET,
        "lb_sverige-" SECRET,
        "lb_sverige_" SECRET "A",
        "lb_Sverige_" SECRET,
        "lb_sve rige_" SECRET,
        "lb_sve'rige_" SECRET,
        "lb_sverige_AAAA+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "lb_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_" SECRET, /* 65 */
    };
    char municipality[TOKEN_MUNICIPALITY_MAX + 1], hash[TOKEN_HASH_SIZE], token[TOKEN_SIZE];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (token_parse(bad[i], municipality, hash) != -EINVAL) fail_msg("%s", bad[i]);
    assert_int_equal(token_new("", token), -EINVAL);
    assert_int_equal(token_new("Bro", token), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_token_reads_back),
        cmocka_unit_test(the_hash_is_of_the_whole_token),
        cmocka_unit_test(what_is_no_token_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
