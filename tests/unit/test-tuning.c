#include "db/tuning.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static char *settings(int64_t megabytes, const char *socket)
{
    char *text;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    Tuning tuning = {.name = "lagesbild-1-2",
                     .memory = megabytes << 20,
                     .max_connections = 17,
                     .socket_directory = socket,
                     .log_directory = "/log"};
    tuning_write(&tuning, out);
    fclose(out);
    return text;
}

static bool has_line(const char *text, const char *line)
{
    const size_t len = strlen(line);
    while (strncmp(text, line, len) != 0 || text[len] != '\n') {
        text += strcspn(text, "\n");
        if (!*text++) return false;
    }
    return true;
}

static void assert_has(const char *text, const char *line)
{
    if (!has_line(text, line)) fail_msg("no line %s", line);
}

static void memory_follows_the_machine_within_bounds(void **state)
{
    (void)state;
    static const struct {
        int64_t megabytes;
        const char *buffers, *work;
    } cases[] = {
        {128, "shared_buffers = 32MB", "work_mem = 4MB"},
        {4096, "shared_buffers = 512MB", "work_mem = 8MB"},
        {1 << 20, "shared_buffers = 2048MB", "work_mem = 32MB"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = settings(cases[i].megabytes, "/s");
        assert_has(text, cases[i].buffers);
        assert_has(text, cases[i].work);
        assert_has(text, "max_connections = 17");
        assert_has(text, "listen_addresses = ''");
        assert_has(text, "synchronous_commit = on");
        free(text);
    }
}

static void paths_are_quoted(void **state)
{
    (void)state;
    char *text = settings(1024, "/it's a \\ path");
    assert_has(text, "unix_socket_directories = '/it''s a \\\\ path'");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_follows_the_machine_within_bounds),
        cmocka_unit_test(paths_are_quoted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
