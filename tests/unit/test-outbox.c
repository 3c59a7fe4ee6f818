#include "outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "delivery.h"
#include "unit.h"
#include "util/uuid.h"

typedef struct Fixture {
    char top[64], directory[128];
    Arena *arena;
    Outbox *outbox;
} Fixture;

static int set_up(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    strcpy(f->top, "/tmp/test-outbox-XXXXXX");
    assert_non_null(mkdtemp(f->top));
    snprintf(f->directory, sizeof f->directory, "%s/state/lagesbild/outbox", f->top);
    f->arena = arena_new();
    Error err;
    assert_int_equal(outbox_open(&f->outbox, f->directory, &err), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *f = *state;
    outbox_close(f->outbox);
    arena_free(f->arena);
    char command[160];
    snprintf(command, sizeof command, "rm -r '%s'", f->top);
    assert_int_equal(system(command), 0);
    free(f);
    return 0;
}

static OutboxItem add(Fixture *f, const char *body)
{
    OutboxItem item = {
        .url = "http://127.0.0.1:8080",
        .method = "PUT",
        .path = "/v1/reports?date=2026-03-14",
        .content_type = "text/plain; charset=utf-8",
        .what = "rapport 2026-03-14",
        .repeatable = true,
        .body = body,
        .len = strlen(body),
    };
    Error err;
    assert_int_equal(outbox_add(f->outbox, f->arena, &item, &err), 0);
    return item;
}

static void what_is_put_in_comes_out_the_same(void **state)
{
    Fixture *f = *state;
    OutboxItem put = add(f, "Rad ett\nrad två\n{\"ser ut som\": \"JSON\"}\n"), got;
    Error err;
    assert_true(uuid_is_valid(put.key));
    assert_int_equal(outbox_read(f->outbox, false, put.name, f->arena, &got, &err), 0);
    assert_string_equal(got.key, put.key);
    assert_string_equal(got.url, put.url);
    assert_string_equal(got.method, put.method);
    assert_string_equal(got.path, put.path);
    assert_string_equal(got.content_type, put.content_type);
    assert_string_equal(got.what, put.what);
    assert_null(got.reason);
    assert_true(got.repeatable);
    assert_int_equal(got.kept_at, put.kept_at);
    assert_int_equal(got.tried_at, 0);
    assert_int_equal(got.len, put.len);
    assert_memory_equal(got.body, put.body, put.len);
}

static void files_are_the_users_alone(void **state)
{
    Fixture *f = *state;
    OutboxItem item = add(f, "x");
    char path[256];
    struct stat status;
    snprintf(path, sizeof path, "%s/%s", f->directory, item.name);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_int_equal(stat(f->directory, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0700);
}

static void order_is_kept_also_past_nine(void **state)
{
    Fixture *f = *state;
    char body[32];
    for (int i = 0; i < 12; i++) {
        snprintf(body, sizeof body, "nummer %d", i);
        add(f, body);
    }
    OutboxNames names;
    Error err;
    assert_int_equal(outbox_list(f->outbox, false, f->arena, &names, &err), 0);
    assert_int_equal(names.count, 12);
    for (size_t i = 0; i < names.count; i++) {
        OutboxItem item;
        assert_int_equal(outbox_read(f->outbox, false, names.names[i], f->arena, &item, &err), 0);
        snprintf(body, sizeof body, "nummer %zu", i);
        assert_memory_equal(item.body, body, strlen(body));
    }
}

static void a_refused_item_keeps_its_text_and_the_reason(void **state)
{
    Fixture *f = *state;
    OutboxItem item = add(f, "text"), got;
    OutboxNames names;
    Error err;
    assert_int_equal(outbox_refuse(f->outbox, &item, "servern svarade 422: text saknas", &err), 0);
    assert_true(outbox_is_empty(f->directory));
    assert_int_equal(outbox_list(f->outbox, true, f->arena, &names, &err), 0);
    assert_int_equal(names.count, 1);
    assert_int_equal(outbox_read(f->outbox, true, names.names[0], f->arena, &got, &err), 0);
    assert_string_equal(got.reason, "servern svarade 422: text saknas");
    assert_memory_equal(got.body, "text", 4);
}

static void marking_changes_the_mark_and_nothing_else(void **state)
{
    Fixture *f = *state;
    OutboxItem item = add(f, "text"), got;
    Error err;
    assert_int_equal(outbox_mark(f->outbox, &item, 1773500000, &err), 0);
    assert_int_equal(outbox_read(f->outbox, false, item.name, f->arena, &got, &err), 0);
    assert_int_equal(got.tried_at, 1773500000);
    assert_string_equal(got.key, item.key);
    assert_memory_equal(got.body, "text", 4);
}

static void what_is_no_item_is_told_and_set_aside(void **state)
{
    Fixture *f = *state;
    static const char *const broken[] = {
        "",
        "ingen rad",
        "{}\n",
        "[1]\n",
        "{\"key\":\"k\",\"url\":1}\ntext",
        "{\"key\":\"k\",\"url\":\"u\",\"method\":\"PUT\",\"path\":\"x\",\"content_type\":\"t\",\"what\":\"w\"}\n"};
    Error err;
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        char path[256];
        OutboxItem item;
        snprintf(path, sizeof path, "%s/000000000001-x.item", f->directory);
        FILE *file = fopen(path, "w");
        assert_non_null(file);
        fputs(broken[i], file);
        fclose(file);
        assert_int_equal(outbox_read(f->outbox, false, "000000000001-x.item", f->arena, &item, &err), -EBADMSG);
    }
    assert_false(outbox_is_empty(f->directory));
    assert_int_equal(outbox_set_aside(f->outbox, "000000000001-x.item", &err), 0);
    assert_true(outbox_is_empty(f->directory));
}

static void a_half_written_file_is_not_seen(void **state)
{
    Fixture *f = *state;
    char path[256];
    snprintf(path, sizeof path, "%s/.new", f->directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs("{\"key\":", file);
    fclose(file);
    assert_true(outbox_is_empty(f->directory));
    add(f, "hel");
    OutboxNames names;
    Error err;
    assert_int_equal(outbox_list(f->outbox, false, f->arena, &names, &err), 0);
    assert_int_equal(names.count, 1);
}

static void only_an_old_observation_that_may_have_arrived_is_uncertain(void **state)
{
    (void)state;
    const int64_t day = 24 * 3600, now = 1773500000;
    OutboxItem never = {.tried_at = 0}, fresh = {.tried_at = now - 3600}, old = {.tried_at = now - day},
               report = {.tried_at = now - day, .repeatable = true};
    assert_false(outbox_is_uncertain(&never, now));
    assert_false(outbox_is_uncertain(&fresh, now));
    assert_true(outbox_is_uncertain(&old, now));
    assert_false(outbox_is_uncertain(&report, now));
}

static void a_status_says_what_becomes_of_an_item(void **state)
{
    (void)state;
    static const struct {
        long status;
        DeliveryVerdict verdict;
    } cases[] = {
        {200, DELIVERY_SENT},    {201, DELIVERY_SENT},    {400, DELIVERY_REFUSED}, {413, DELIVERY_REFUSED},
        {415, DELIVERY_REFUSED}, {422, DELIVERY_REFUSED}, {401, DELIVERY_BLOCKED}, {403, DELIVERY_BLOCKED},
        {404, DELIVERY_BLOCKED}, {301, DELIVERY_BLOCKED}, {409, DELIVERY_FAILED},  {500, DELIVERY_FAILED},
        {429, DELIVERY_WAIT},    {503, DELIVERY_WAIT},    {502, DELIVERY_WAIT},    {408, DELIVERY_WAIT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(delivery_judge(cases[i].status), cases[i].verdict);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_put_in_comes_out_the_same, set_up, tear_down),
        cmocka_unit_test_setup_teardown(files_are_the_users_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(order_is_kept_also_past_nine, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_refused_item_keeps_its_text_and_the_reason, set_up, tear_down),
        cmocka_unit_test_setup_teardown(marking_changes_the_mark_and_nothing_else, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_no_item_is_told_and_set_aside, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_half_written_file_is_not_seen, set_up, tear_down),
        cmocka_unit_test(only_an_old_observation_that_may_have_arrived_is_uncertain),
        cmocka_unit_test(a_status_says_what_becomes_of_an_item),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
