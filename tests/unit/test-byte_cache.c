#include "util/byte_cache.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

static void put(ByteCache *cache, const char *key, size_t len)
{
    char *bytes = malloc(len + 1);
    memset(bytes, key[0], len);
    byte_cache_put(cache, key, strlen(key),
                   &(CachedBytes){.kind = "text/plain", .tag = key, .bytes = bytes, .len = len});
    memset(bytes, '!', len); /* the cache has its own */
    free(bytes);
}

static bool has(ByteCache *cache, const char *key, size_t len)
{
    CachedBytes found;
    if (!byte_cache_get(cache, key, strlen(key), &found)) return false;
    assert_string_equal(found.tag, key);
    assert_string_equal(found.kind, "text/plain");
    assert_int_equal(found.len, len);
    for (size_t i = 0; i < len; i++)
        assert_int_equal(((const char *)found.bytes)[i], key[0]);
    if (found.file < 0) return true;
    char *again = malloc(len + 1);
    assert_int_equal(pread(found.file, again, len + 1, 0), len);
    assert_memory_equal(again, found.bytes, len);
    free(again);
    return true;
}

static void what_is_put_is_there(void **state)
{
    (void)state;
    ByteCache *cache = byte_cache_new(100000);
    assert_false(has(cache, "a", 10));
    put(cache, "a", 10);
    put(cache, "b", 0);
    put(cache, "a", 20); /* it never changes */
    assert_true(has(cache, "a", 10));
    assert_true(has(cache, "b", 0));
    byte_cache_free(cache);
}

static void the_one_not_asked_for_goes_first(void **state)
{
    (void)state;
    ByteCache *cache = byte_cache_new(10000);
    for (const char *key = "abcd"; *key; key++)
        put(cache, (const char[]){*key, '\0'}, 2000);
    assert_true(has(cache, "a", 2000));
    put(cache, "e", 2000);
    assert_true(has(cache, "a", 2000));
    assert_false(has(cache, "b", 2000));
    assert_true(has(cache, "e", 2000));
    byte_cache_free(cache);
}

static void it_stays_within_its_bound(void **state)
{
    (void)state;
    ByteCache *cache = byte_cache_new(10000), *none = byte_cache_new(0);
    put(cache, "x", 2600);
    assert_false(has(cache, "x", 2600)); /* one alone must not drive out all others */
    put(none, "x", 1);
    assert_false(has(none, "x", 1));
    int kept = 0;
    for (int i = 0; i < 500; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        put(cache, key, 900);
    }
    for (int i = 0; i < 500; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        kept += has(cache, key, 900);
    }
    assert_in_range(kept, 5, 11);
    byte_cache_free(cache);
    byte_cache_free(none);
    byte_cache_free(NULL);
}

/* Descriptors are given back, and where there are no more of them the bytes are kept all the same. */
static void long_ones_are_in_files(void **state)
{
    (void)state;
    const int before = dup(0);
    ByteCache *cache = byte_cache_new(2000 * 5000);
    CachedBytes found;
    int in_files = 0, kept = 0;
    for (int i = 0; i < 1500; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        put(cache, key, 4500);
    }
    for (int i = 0; i < 1500; i++) {
        char key[16];
        snprintf(key, sizeof key, "k%d", i);
        kept += has(cache, key, 4500);
        in_files += byte_cache_get(cache, key, strlen(key), &found) && found.file >= 0;
    }
    assert_int_equal(kept, 1500);
    assert_in_range(in_files, 100, 500);
    byte_cache_free(cache);
    const int after = dup(0);
    assert_int_equal(after, before + 1);
    close(before);
    close(after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_is_there),
        cmocka_unit_test(the_one_not_asked_for_goes_first),
        cmocka_unit_test(it_stays_within_its_bound),
        cmocka_unit_test(long_ones_are_in_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
