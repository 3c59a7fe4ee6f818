#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "unit.h"

typedef struct Fixture {
    Config config;
    Error err;
    char path[64];
} Fixture;

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    if (!f || config_init(&f->config) < 0) return -1;
    strcpy(f->path, "/tmp/lagesbild-config-XXXXXX");
    int fd = mkstemp(f->path);
    if (fd < 0) return -1;
    close(fd);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    unlink(f->path);
    config_deinit(&f->config);
    config_deinit(&f->config); /* twice is safe */
    free(f);
    return 0;
}

static int read_text(Fixture *f, const char *text)
{
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    return config_read_file(&f->config, f->path, &f->err);
}

static void units_and_bounds(void **state)
{
    Fixture *f = *state;
    assert_int_equal(f->config.body_limit, 8 << 20);
    assert_int_equal(config_set(&f->config, "head_limit", "32K", &f->err), 0);
    assert_int_equal(f->config.head_limit, 32768);
    static const char *const bad[] = {"", "-1", "+5", " 5", "5 k", "5t", "1k", "1023", "99999999999999999999", "0x800"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int expected = strcmp(bad[i], "1k") == 0 ? 0 : -EINVAL;
        assert_int_equal(config_set(&f->config, "head_limit", bad[i], &f->err), expected);
    }
    assert_int_equal(config_set(&f->config, "threads", "2k", &f->err), -EINVAL);
    assert_int_equal(config_set(&f->config, "treads", "2", &f->err), -ENOENT);
}

static void file_faults_name_the_line(void **state)
{
    Fixture *f = *state;
    assert_int_equal(read_text(f, "# comment\nthreads = 4\n\nlisten = [::1]:0\n"), 0);
    assert_int_equal(f->config.threads, 4);
    assert_string_equal(f->config.listen, "[::1]:0");
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"threads = 4\nthreads = 5\n", "line 2: threads is set a second time"},
        {"threads = 4\n  5\n", "line 2: threads is set a second time"},
        {"\nthreds = 4\n", "line 2: there is no setting named \"threds\""},
        {"[a]\nthreads = 4\n", "line 2: sections"},
        {"threads\n", "line 1: not \"name = value\""},
        {"threads = many\nthreads = 4\n", "line 1: threads: \"many\""},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_not_equal(read_text(f, bad[i].text), 0);
        assert_non_null(strstr(f->err.text, bad[i].says));
        assert_ptr_equal(strstr(f->err.text, f->path), f->err.text);
    }
}

static void long_lines_are_whole_or_refused(void **state)
{
    Fixture *f = *state;
    char text[6000] = "database = ";
    memset(text + 11, 'x', 1000);
    assert_int_equal(read_text(f, text), 0);
    assert_int_equal(strlen(f->config.database), 1000);
    memset(text + 11, 'x', 5000);
    assert_int_equal(read_text(f, text), -EINVAL);
    assert_non_null(strstr(f->err.text, "line 1: longer than"));
}

static void environment_is_strict(void **state)
{
    Fixture *f = *state;
    const char *good[] = {"HOME=/root", "LAGESBILDD_LOG_LEVEL=debug", "LAGESBILD_URL=x", NULL};
    assert_int_equal(config_read_environment(&f->config, good, &f->err), 0);
    assert_string_equal(f->config.log_level, "debug");
    const char *bad[] = {"LAGESBILDD_LOGLEVEL=debug", NULL};
    assert_int_equal(config_read_environment(&f->config, bad, &f->err), -ENOENT);
    assert_non_null(strstr(f->err.text, "LAGESBILDD_LOGLEVEL"));
}

static void one_database_and_only_one(void **state)
{
    Fixture *f = *state;
    assert_int_equal(config_check(&f->config, &f->err), -EINVAL);
    assert_int_equal(config_set(&f->config, "embedded", "var", NULL), 0);
    assert_int_equal(config_check(&f->config, &f->err), 0);
    assert_int_equal(config_set(&f->config, "database", "host=db", NULL), 0);
    assert_int_equal(config_check(&f->config, &f->err), -EINVAL);
    assert_int_equal(config_set(&f->config, "database", "", NULL), 0);
    assert_int_equal(config_set(&f->config, "pii", "keep", NULL), 0);
    assert_int_equal(config_check(&f->config, &f->err), -EINVAL);
}

static void what_is_printed_reads_back(void **state)
{
    Fixture *f = *state;
    assert_int_equal(config_set(&f->config, "import_limit", "3g", NULL), 0);
    assert_int_equal(config_set(&f->config, "body_limit", "1025", NULL), 0);
    assert_int_equal(config_set(&f->config, "embedded", "/srv/data dir", NULL), 0);
    FILE *file = fopen(f->path, "w");
    assert_non_null(file);
    config_print(&f->config, file);
    assert_int_equal(fclose(file), 0);
    Config again;
    assert_int_equal(config_init(&again), 0);
    assert_int_equal(config_read_file(&again, f->path, &f->err), 0);
    assert_int_equal(again.import_limit, INT64_C(3) << 30);
    assert_int_equal(again.body_limit, 1025);
    assert_string_equal(again.embedded, "/srv/data dir");
    config_deinit(&again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(units_and_bounds, setup, teardown),
        cmocka_unit_test_setup_teardown(file_faults_name_the_line, setup, teardown),
        cmocka_unit_test_setup_teardown(long_lines_are_whole_or_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(environment_is_strict, setup, teardown),
        cmocka_unit_test_setup_teardown(one_database_and_only_one, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_printed_reads_back, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
