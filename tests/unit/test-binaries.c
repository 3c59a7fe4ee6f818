#include "db/binaries.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void the_newest_that_is_whole_is_found(void **state)
{
    (void)state;
    char root[] = "/tmp/lagesbild-binaries-XXXXXX", command[PATH_MAX + 600], found[PATH_MAX], wanted[PATH_MAX];
    assert_non_null(mkdtemp(root));
    snprintf(command, sizeof command,
             "cd %s && mkdir -p 9/bin 14/bin 15/bin 16/bin 17/bin 15rc/bin path && "
             "for v in 9 14 15 16 15rc; do touch $v/bin/initdb $v/bin/postgres; done && "
             "touch 17/bin/initdb path/initdb path/postgres && chmod +x */bin/* path/*",
             root);
    assert_int_equal(system(command), 0);
    char *paths = strdup(getenv("PATH"));
    assert_non_null(paths);
    setenv("PATH", "/nowhere", 1);
    Error err;

    assert_int_equal(binaries_find(found, NULL, root, 0, &err), 0); /* 17 lacks postgres, 9 is not newer than 16 */
    snprintf(wanted, sizeof wanted, "%s/16/bin", root);
    assert_string_equal(found, wanted);
    assert_int_equal(binaries_find(found, NULL, root, 15, &err), 0);
    snprintf(wanted, sizeof wanted, "%s/15/bin", root);
    assert_string_equal(found, wanted);
    assert_int_equal(binaries_find(found, NULL, root, 18, &err), -ENOENT);
    assert_non_null(strstr(err.text, "postgresql-18"));
    assert_int_equal(binaries_find(found, NULL, "/nowhere", 0, &err), -ENOENT);
    assert_non_null(strstr(err.text, "install the Debian packages postgresql"));

    snprintf(wanted, sizeof wanted, "%s/path", root);
    assert_int_equal(binaries_find(found, wanted, "/nowhere", 0, &err), 0);
    snprintf(command, sizeof command, ":/nowhere:%s", wanted);
    setenv("PATH", command, 1);
    assert_int_equal(binaries_find(found, NULL, "/nowhere", 0, &err), 0);
    assert_string_equal(found, wanted);
    setenv("PATH", paths, 1);
    free(paths);
    snprintf(command, sizeof command, "rm -r %s", root);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_newest_that_is_whole_is_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
