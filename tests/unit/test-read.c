#include "core/read/read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

typedef struct Fixture {
    Knowledge *knowledge;
    Arena *arena;
} Fixture;

static int set_up(void **state)
{
    static Fixture fixture;
    Error err = {{0}};
    if (knowledge_load(&fixture.knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err) < 0) fail_msg("%s", err.text);
    fixture.arena = arena_new();
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    Fixture *fixture = *state;
    knowledge_unref(fixture->knowledge);
    arena_free(fixture->arena);
    return 0;
}

static Reading read_bytes(Fixture *fixture, ReadKind kind, const char *bytes, size_t len)
{
    ReadInput input = {.text = bytes,
                       .len = len,
                       .kind = kind,
                       .municipality = knowledge_find_municipality(fixture->knowledge, "upplands-bro"),
                       .date = {2026, 3, 14},
                       .sent_minute = -1};
    Reading reading;
    assert_int_equal(read_text(&reading, fixture->arena, fixture->knowledge, &input), 0);
    return reading;
}

static Reading read_string(Fixture *fixture, ReadKind kind, const char *bytes)
{
    return read_bytes(fixture, kind, bytes, strlen(bytes));
}

static bool is_in(const Fixture *fixture, const ReadIncident *incident, const char *area)
{
    for (uint32_t i = 0; i < incident->area_count; i++)
        if (strcmp(knowledge_area(fixture->knowledge, incident->areas[i].area)->code, area) == 0) return true;
    return false;
}

static void a_report_is_read_whole(void **state)
{
    Fixture *fixture = *state;
    Reading reading = read_string(fixture, READ_REPORT,
                                  "Dygnsrapport\n\nBRO\n23.40 Misshandel vid Bro centrum. Ring 070-174 06 12.\n"
                                  "01.15 Bilbrand på Köpmanvägen.\n\nBRUNNA\n05.30 Inbrott på Mätarvägen.\n\nMvh\n");
    assert_int_equal(reading.incident_count, 3);
    assert_true(is_in(fixture, &reading.incidents[0], "bro"));
    assert_true(is_in(fixture, &reading.incidents[1], "bro"));
    assert_true(is_in(fixture, &reading.incidents[2], "brunna"));
    assert_int_equal(reading.incidents[0].when.minute, 23 * 60 + 40);
    assert_int_equal(reading.incidents[0].when.date.day, 13);
    assert_int_equal(reading.incidents[1].when.date.day, 14);
    assert_int_equal(reading.pii_count, 1);
    assert_int_equal(reading.pii[0].kind, PII_TELEFON);
    assert_true(reading.incidents[0].review & REVIEW_PII);
    assert_false(reading.incidents[1].review & REVIEW_PII);
}

static void an_observation_is_one_incident(void **state)
{
    Fixture *fixture = *state;
    static const char text[] = "  \n Slagsmål vid Bro station 21.30.\n\nOch klotter på Broskolan.  \n";
    Reading reading = read_string(fixture, READ_OBSERVATION, text);
    assert_int_equal(reading.incident_count, 1);
    const ReadIncident *incident = &reading.incidents[0];
    assert_int_equal(incident->span.start, 4);
    assert_int_equal(incident->span.end, strlen(text) - 3);
    assert_int_equal(incident->when.minute, 21 * 60 + 30);
    assert_int_equal(incident->title.start, 4);
    reading = read_string(fixture, READ_OBSERVATION, "");
    assert_int_equal(reading.incident_count, 1);
    assert_int_equal(reading.incidents[0].span.end, 0);
}

static void a_missing_area_is_doubt_only_for_a_municipality(void **state)
{
    Fixture *fixture = *state;
    Reading reading = read_string(fixture, READ_OBSERVATION, "Någon har sparkat sönder en papperskorg.");
    if (!reading.incidents[0].area_count) assert_true(reading.incidents[0].review & REVIEW_AREA);
    ReadInput input = {.text = "Någon har sparkat sönder en papperskorg.",
                       .kind = READ_OBSERVATION,
                       .municipality = MUNICIPALITY_NONE,
                       .sent_minute = -1};
    input.len = strlen(input.text);
    assert_int_equal(read_text(&reading, fixture->arena, fixture->knowledge, &input), 0);
    assert_int_equal(reading.incidents[0].area_count, 0);
    assert_false(reading.incidents[0].review & REVIEW_AREA);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
    Fixture *fixture = *state;
    ReadInput input = {.text = "Bråk \xff", .len = 7, .municipality = MUNICIPALITY_NONE, .sent_minute = -1};
    Reading reading;
    assert_int_equal(read_text(&reading, fixture->arena, fixture->knowledge, &input), -EILSEQ);
}

static void ten_thousand_incidents(void **state)
{
    Fixture *fixture = *state;
    static const char line[] = "22.15 Bråk på torget i Bro, Karl Alm 070-174 06 12.\n";
    enum { COUNT = 10000 };
    size_t len = strlen(line) * COUNT;
    char *bytes = malloc(len);
    assert_non_null(bytes);
    for (size_t i = 0; i < COUNT; i++)
        memcpy(bytes + i * strlen(line), line, strlen(line));
    Reading reading = read_bytes(fixture, READ_REPORT, bytes, len);
    assert_int_equal(reading.incident_count, COUNT);
    assert_true(reading.incidents[COUNT - 1].review & REVIEW_PII);
    free(bytes);
}

/* "kvall", "pa", "kungsangen": the letters come back for the reading, and positions stay. */
static void letters_left_out_come_back(void **state)
{
    Fixture *fixture = *state;
    Reading reading = read_string(fixture, READ_OBSERVATION,
                                  "min son fick sin mossa stulen pa kungsangens station igar kvall vid halv atta");
    assert_int_equal(reading.incident_count, 1);
    assert_true(is_in(fixture, &reading.incidents[0], "kungsangen"));
    assert_int_equal(reading.incidents[0].when.minute, 19 * 60 + 30);
    assert_int_equal(reading.incidents[0].when.date.day, 13);
    /* A line with such letters keeps its words. */
    reading = read_string(fixture, READ_OBSERVATION, "Hån och hot pa torget igar");
    assert_int_not_equal(reading.incidents[0].when.date.day, 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_read_whole),
        cmocka_unit_test(letters_left_out_come_back),
        cmocka_unit_test(an_observation_is_one_incident),
        cmocka_unit_test(a_missing_area_is_doubt_only_for_a_municipality),
        cmocka_unit_test(bytes_that_are_no_text_are_refused),
        cmocka_unit_test(ten_thousand_incidents),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
