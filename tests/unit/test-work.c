#include "db/work.h"
#include <stdio.h>

#include <errno.h>
#include <stdlib.h>

#include "unit.h"

static void a_sqlstate_says_what_to_tell(void **state)
{
    (void)state;
    static const struct {
        const char *sqlstate;
        DbStatus status;
        bool passing;
    } cases[] = {
        {"22012", DB_REFUSED, false},     {"23505", DB_REFUSED, false},     {"P0001", DB_REFUSED, false},
        {"40001", DB_CONFLICT, true},     {"40P01", DB_CONFLICT, true},     {"55P03", DB_CONFLICT, true},
        {"57014", DB_TIMEOUT, false},     {"57P01", DB_UNAVAILABLE, false}, {"57P03", DB_UNAVAILABLE, false},
        {"08006", DB_UNAVAILABLE, false}, {"53300", DB_UNAVAILABLE, false}, {"25006", DB_UNAVAILABLE, false},
        {"53100", DB_UNAVAILABLE, false}, {"53200", DB_UNAVAILABLE, false}, {"58030", DB_UNAVAILABLE, false},
        {"42P01", DB_FAILED, false},      {"XX000", DB_FAILED, false},      {"", DB_FAILED, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(work_status(cases[i].sqlstate), cases[i].status);
        assert_int_equal(work_is_passing(cases[i].sqlstate), cases[i].passing);
    }
}

static void statements_and_parameters_are_kept_in_order(void **state)
{
    (void)state;
    static const Query two = {"two", "SELECT $1, $2", 2}, none = {"none", "SELECT 1", 0};
    DbWork *work = db_work_new(NULL, NULL, NULL);
    char texts[200][8];
    for (int i = 0; i < 100; i++) {
        snprintf(texts[2 * i], sizeof texts[0], "%d", i);
        const char *params[] = {texts[2 * i], NULL};
        assert_int_equal(db_work_add(work, &two, params), 0);
        assert_int_equal(db_work_add(work, &none, NULL), 0);
    }
    assert_int_equal(work_make_ready(work), 0);
    assert_int_equal(work->statement_count, 200);
    for (int i = 0; i < 100; i++) {
        const WorkStatement *statement = &work->statements[2 * i];
        assert_ptr_equal(statement->query, &two);
        assert_string_equal(work->params[statement->params], texts[2 * i]);
        assert_null(work->params[statement->params + 1]);
        assert_ptr_equal(work->statements[2 * i + 1].query, &none);
    }
    db_work_free(work);
}

static void the_last_result_of_each_statement_is_the_outcome(void **state)
{
    (void)state;
    static const Query one = {"one", "SELECT 1", 0};
    DbWork *work = db_work_new(NULL, NULL, NULL);
    db_work_add(work, &one, NULL);
    db_work_add(work, &one, NULL);
    assert_int_equal(work_make_ready(work), 0);
    PGresult *first = PQmakeEmptyPGresult(NULL, PGRES_TUPLES_OK), *second = PQmakeEmptyPGresult(NULL, PGRES_COMMAND_OK);
    work_take_result(work, first);
    work->result_count++;
    work_take_result(work, second);
    work->result_count++;
    DbOutcome outcome;
    work_outcome(work, &outcome);
    assert_int_equal(outcome.status, DB_OK);
    assert_int_equal(outcome.result_count, 2);
    assert_ptr_equal(outcome.results[0], first);
    assert_ptr_equal(outcome.results[1], second);

    work_clear_results(work); /* the next attempt begins with nothing */
    work_take_result(work, PQmakeEmptyPGresult(NULL, PGRES_FATAL_ERROR));
    work_take_result(work, PQmakeEmptyPGresult(NULL, PGRES_PIPELINE_ABORTED));
    work_outcome(work, &outcome);
    assert_int_equal(outcome.status, DB_FAILED);
    assert_int_equal(outcome.result_count, 0);
    assert_string_equal(outcome.sqlstate, "");
    work_free(work);
}

static void a_unit_is_on_one_list_at_a_time(void **state)
{
    (void)state;
    WorkList one = TAILQ_HEAD_INITIALIZER(one), two = TAILQ_HEAD_INITIALIZER(two);
    DbWork *a = db_work_new(NULL, NULL, NULL), *b = db_work_new(NULL, NULL, NULL);
    work_move(a, &one);
    work_move(b, &one);
    work_move(a, &one); /* to the end */
    assert_ptr_equal(TAILQ_FIRST(&one), b);
    work_move(b, &two);
    assert_ptr_equal(TAILQ_FIRST(&one), a);
    assert_ptr_equal(TAILQ_FIRST(&two), b);
    work_free(a);
    work_free(b);
    assert_true(TAILQ_EMPTY(&one));
    assert_true(TAILQ_EMPTY(&two));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sqlstate_says_what_to_tell),
        cmocka_unit_test(statements_and_parameters_are_kept_in_order),
        cmocka_unit_test(the_last_result_of_each_statement_is_the_outcome),
        cmocka_unit_test(a_unit_is_on_one_list_at_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
