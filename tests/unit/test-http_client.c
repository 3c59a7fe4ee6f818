/* The pure parts of the client's http.c, mail.c, dates.c, progress.c and command.c. */
#include "http.h"

#include <string.h>

#include "command.h"
#include "dates.h"
#include "mail_sniff.h"
#include "progress.h"
#include "unit.h"

static void queries_are_encoded(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    const char *path = http_query(arena, "/v1/incidents", "place", "Bro station & väg");
    assert_string_equal(path, "/v1/incidents?place=Bro%20station%20%26%20v%C3%A4g");
    path = http_query(arena, path, "q", NULL);
    assert_string_equal(http_query(arena, path, "q", "a=b"),
                        "/v1/incidents?place=Bro%20station%20%26%20v%C3%A4g&q=a%3Db");
    assert_string_equal(http_segment(arena, "2026-W10..2026-W11"), "2026-W10..2026-W11");
    assert_string_equal(http_segment(arena, "../a/b"), "..%2Fa%2Fb");
}

static void the_next_page_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *value, *next;
    } cases[] = {
        {"</v1/incidents?cursor=a%2Cb>; rel=\"next\"", "/v1/incidents?cursor=a%2Cb"},
        {"<http://h:1/v1/x?a=1,2>; rel=next", "http://h:1/v1/x?a=1,2"},
        {"</v1/a>; rel=\"prev\", </v1/b>; rel=\"next\"", "/v1/b"},
        {"</v1/a>; title=\"x\"; rel=\"next\"", "/v1/a"},
        {"</v1/a>; rel=\"nextish\"", NULL},
        {"</v1/a>; rel=\"prev\"", NULL},
        {"</v1/a", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = 0;
        const char *next = http_link_next(cases[i].value, &len);
        if (!cases[i].next) {
            assert_null(next);
            continue;
        }
        assert_non_null(next);
        assert_int_equal(len, strlen(cases[i].next));
        assert_memory_equal(next, cases[i].next, len);
    }
}

static bool mail(const char *text)
{
    return mail_sniff(text, strlen(text));
}

static void a_mail_is_told_from_a_text_that_looks_like_one(void **state)
{
    (void)state;
    assert_true(mail("From: a@b\r\nMIME-Version: 1.0\r\nSubject: x\r\n folded\r\n\r\nHej"));
    assert_true(mail("Received: by x\n\tid 1\nFrom: a@b\n\nHej"));
    assert_false(mail("Från: Kommunpolisen\nTill: Samordnaren\n\nHej"));
    assert_false(mail("From: a@b\nSubject: lägesbild\n\nHej"));
    assert_false(mail("Bro: lugnt\nMessage-ID: i texten\nmen här är prosa\n"));
    assert_false(mail(" Message-ID: x\n\n"));
    assert_false(mail("Message-ID: x"));
    assert_false(mail(""));
}

static void a_time_gets_the_offset_of_its_day(void **state)
{
    (void)state;
    char out[CLOCK_TEXT_SIZE];
    assert_int_equal(clock_use_stockholm(), 0);
    assert_true(dates_instant("2026-03-14 21:30", out));
    assert_string_equal(out, "2026-03-14T21:30:00+01:00");
    assert_true(dates_instant("2026-07-01T08.05", out));
    assert_string_equal(out, "2026-07-01T08:05:00+02:00");
    assert_true(dates_instant("2026-03-14T20:30:00Z", out));
    assert_string_equal(out, "2026-03-14T21:30:00+01:00");
    static const char *const wrong[] = {"",           "25:00", "21:60", "9:30", "2026-02-30 10:00",
                                        "2026-03-14", "i går", "21:30x"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(dates_instant(wrong[i], out));
}

static void a_clock_alone_is_the_last_one(void **state)
{
    (void)state;
    char text[16], out[CLOCK_TEXT_SIZE];
    int64_t now = clock_now_ms(), instant;
    for (int hour = 0; hour < 24; hour++) {
        snprintf(text, sizeof text, "%02d:15", hour);
        assert_true(dates_is_clock(text));
        assert_true(dates_instant(text, out));
        assert_int_equal(strncmp(out + 11, text, 5), 0);
        assert_true(clock_parse(out, strlen(out), &instant));
        /* Not to come, and at most a day ago; 25 hours when clocks are set back. */
        assert_in_range(instant, now - 25LL * 3600 * 1000, now + 11LL * 60 * 1000);
    }
    assert_false(dates_is_clock("2026-03-14 21:30"));
}

static void the_bar_says_how_far_and_how_long(void **state)
{
    (void)state;
    char line[PROGRESS_LINE_SIZE];
    const Progress known = {.what = "Sänder", .total = 100 * 1024 * 1024}, unknown = {.what = "Sänder"};
    progress_line(&known, 50 * 1024 * 1024, 30000, line);
    assert_non_null(strstr(line, " 50 %  50 MB  0:30 kvar"));
    progress_line(&known, 200 * 1024 * 1024, 30000, line);
    assert_non_null(strstr(line, "100 %"));
    assert_non_null(strstr(line, "väntar på svar"));
    assert_string_equal(progress_line(&unknown, 2048, 1000, line), "Sänder  2048 byte");
}

static void choices_are_whole_words(void **state)
{
    (void)state;
    assert_true(command_choice("text|json|csv", "json"));
    assert_true(command_choice("text|json|csv", "csv"));
    assert_false(command_choice("text|json|csv", "js"));
    assert_false(command_choice("text|json|csv", ""));
    assert_false(command_choice("text|json|csv", "text|json"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(queries_are_encoded),
        cmocka_unit_test(the_next_page_is_found),
        cmocka_unit_test(a_mail_is_told_from_a_text_that_looks_like_one),
        cmocka_unit_test(a_time_gets_the_offset_of_its_day),
        cmocka_unit_test(a_clock_alone_is_the_last_one),
        cmocka_unit_test(the_bar_says_how_far_and_how_long),
        cmocka_unit_test(choices_are_whole_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
