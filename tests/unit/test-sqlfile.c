#include "db/sqlfile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

static void a_position_counts_characters(void **state)
{
    (void)state;
    const char *text = "åäö\nSELECT\n x";
    assert_int_equal(sqlfile_line_of_position(text, 1), 1);
    assert_int_equal(sqlfile_line_of_position(text, 4), 1); /* the line break itself */
    assert_int_equal(sqlfile_line_of_position(text, 5), 2);
    assert_int_equal(sqlfile_line_of_position(text, 13), 3);
    assert_int_equal(sqlfile_line_of_position(text, 1000), 3);
}

static void statements_are_found_past_what_only_looks_like_an_end(void **state)
{
    (void)state;
    const char *text = "-- one; two\n"
                       "/* a; /* nested; */ b; */ SELECT ';', \"a;b\"\n"
                       ";\n"
                       "DO $body$ x; $$ y; $$\n z; $body$;;\n"
                       "SELECT 'it''s;', $1, a$b\n"
                       "; SELECT 4";
    assert_int_equal(sqlfile_line_of_statement(text, 0), 2);
    assert_int_equal(sqlfile_line_of_statement(text, 1), 4);
    assert_int_equal(sqlfile_line_of_statement(text, 2), 6);
    assert_int_equal(sqlfile_line_of_statement(text, 3), 7);
    assert_int_equal(sqlfile_line_of_statement(text, 9), 7); /* past the end: the last line */
    assert_int_equal(sqlfile_line_of_statement("", 0), 1);
    assert_int_equal(sqlfile_line_of_statement("SELECT 'open", 1), 1);
    assert_int_equal(sqlfile_line_of_statement("DO $x$ open", 1), 1);
    assert_int_equal(sqlfile_line_of_statement("/* open", 0), 1);
}

static void write_text(const char *directory, const char *name, const char *text, size_t len)
{
    char path[256];
    snprintf(path, sizeof path, "%s/migrations/%s", directory, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
}

static void files_come_in_order_with_their_sha256(void **state)
{
    (void)state;
    char directory[] = "/tmp/lagesbild-sqlfile-XXXXXX", path[256], command[128];
    assert_non_null(mkdtemp(directory));
    SqlFiles files;
    Error err = {""};
    assert_int_equal(sqlfiles_read(&files, directory, "migrations", &err), 0);
    assert_int_equal(files.count, 0);
    snprintf(path, sizeof path, "%s/migrations", directory);
    mkdir(path, 0755);
    char *large = malloc(100000);
    memset(large, ' ', 100000);
    write_text(directory, "2.sql", "abc", 3);
    write_text(directory, "10.sql", large, 100000);
    write_text(directory, "1.txt", "no", 2);
    write_text(directory, ".hidden.sql", "no", 2);
    free(large);
    assert_int_equal(sqlfiles_read(&files, directory, "migrations", &err), 0);
    assert_int_equal(files.count, 2);
    assert_string_equal(files.items[0].name, "10.sql");
    assert_int_equal(strlen(files.items[0].text), 100000);
    assert_string_equal(files.items[1].name, "2.sql");
    /* FIPS 180-2, appendix B.1 */
    assert_string_equal(files.items[1].hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");

    /* The common hash tells apart what only differs in where a text begins. */
    char a[] = "a", bc[] = "bc", ab[] = "ab", c[] = "c";
    SqlFile one[] = {{.name = a, .text = bc}}, other[] = {{.name = ab, .text = c}};
    SqlFiles left = {one, 1}, right = {other, 1};
    const SqlFiles *lists[] = {&left};
    char hash[SQLFILE_HASH_SIZE], other_hash[SQLFILE_HASH_SIZE];
    sqlfiles_hash(hash, lists, 1);
    lists[0] = &right;
    sqlfiles_hash(other_hash, lists, 1);
    assert_string_not_equal(hash, other_hash);
    sqlfiles_free(&files);

    write_text(directory, "3.sql", "a\0b", 3);
    assert_int_equal(sqlfiles_read(&files, directory, "migrations", &err), -EINVAL);
    assert_non_null(strstr(err.text, "3.sql"));
    sqlfiles_free(&files);
    snprintf(command, sizeof command, "rm -r %s", directory);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_position_counts_characters),
        cmocka_unit_test(statements_are_found_past_what_only_looks_like_an_end),
        cmocka_unit_test(files_come_in_order_with_their_sha256),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
