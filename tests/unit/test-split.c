#include "core/read/split.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/read/when.h"
#include "words_fixture.h"

typedef struct Cut {
    Text text;
    Segment *segments;
    uint32_t count;
} Cut;

static Cut cut_bytes(WordsFixture *fixture, const char *bytes, size_t len)
{
    Cut cut = {0};
    assert_int_equal(text_init(&cut.text, fixture->arena, bytes, len, NULL), 0);
    assert_int_equal(split_text(&cut.text, fixture->words, fixture->arena, &cut.segments, &cut.count), 0);
    uint32_t at = 0;
    for (uint32_t i = 0; i < cut.count; i++) {
        assert_true(cut.segments[i].span.start >= at && cut.segments[i].span.start < cut.segments[i].span.end);
        at = cut.segments[i].span.end;
    }
    assert_true(at <= len);
    return cut;
}

static Cut cut(WordsFixture *fixture, const char *report)
{
    return cut_bytes(fixture, report, strlen(report));
}

static void assert_words(const Cut *cut, Span span, const char *expected)
{
    size_t len = span.end - span.start;
    if (len != strlen(expected) || memcmp(cut->text.bytes + span.start, expected, len) != 0)
        fail_msg("\"%.*s\" where \"%s\" was expected", (int)len, cut->text.bytes + span.start, expected);
}

/* One incident of the labelled reports in data/daily.txt. */
typedef struct Label {
    uint32_t start, end;
    char date[16], time[8];
} Label;

enum { LABELS = 64 };

typedef struct Report {
    char name[64], date[16];
    char *text; /* without the labels */
    Label labels[LABELS];
    uint32_t count;
} Report;

/* Takes "⟦date time|" and "⟧" out of `body` and keeps where they stood. */
static void read_labels(WordsFixture *fixture, Report *report, const char *body, size_t len)
{
    static const char open[] = "⟦", close[] = "⟧";
    report->text = arena_alloc(fixture->arena, len + 1);
    uint32_t out = 0;
    report->count = 0;
    for (size_t at = 0; at < len;) {
        if (strncmp(body + at, open, strlen(open)) == 0) {
            Label *label = &report->labels[report->count++];
            int used = 0;
            assert_int_equal(sscanf(body + at + strlen(open), "%15s %7[^|]|%n", label->date, label->time, &used), 2);
            label->start = out;
            at += strlen(open) + (size_t)used;
        } else if (strncmp(body + at, close, strlen(close)) == 0) {
            report->labels[report->count - 1].end = out;
            at += strlen(close);
        } else {
            report->text[out++] = body[at++];
        }
        assert_true(report->count < LABELS);
    }
    report->text[out] = '\0';
}

static char *read_file(WordsFixture *fixture, const char *name)
{
    char *path = arena_printf(fixture->arena, "%s/%s", getenv("LAGESBILD_TEST_DATA"), name);
    FILE *file = fopen(path, "re");
    if (!file) fail_msg("%s cannot be read", path);
    char *bytes = arena_alloc(fixture->arena, 1 << 20);
    size_t len = fread(bytes, 1, (1 << 20) - 1, file);
    fclose(file);
    bytes[len] = '\0';
    return bytes;
}

/* The labelled sets' own measure: two spans are the same incident where they share 0.7 of what either covers. */
static bool is_same(const Label *label, Span span)
{
    int64_t shared = (int64_t)(label->end < span.end ? label->end : span.end) -
                     (label->start > span.start ? label->start : span.start);
    int64_t covered = (int64_t)(label->end > span.end ? label->end : span.end) -
                      (label->start < span.start ? label->start : span.start);
    return shared > 0 && shared * 10 >= covered * 7;
}

static unsigned check_report(WordsFixture *fixture, const Report *report)
{
    ReadInput input = {.text = report->text, .len = strlen(report->text), .kind = READ_REPORT, .sent_minute = -1};
    assert_true(civil_parse(report->date, strlen(report->date), &input.date));
    Cut got = cut(fixture, report->text);
    WhenContext context;
    when_survey(&context, &got.text, fixture->words, got.segments, got.count, &input);
    unsigned faults = got.count != report->count;
    if (faults) print_message("%s: %u incidents where %u stand\n", report->name, got.count, report->count);
    for (uint32_t i = 0; i < got.count && i < report->count; i++) {
        const Label *label = &report->labels[i];
        Span span = got.segments[i].span;
        When when = when_read(&got.text, &got.segments[i], fixture->words, &context);
        char date[CIVIL_TEXT_SIZE] = "", clock[16] = "-";
        if (civil_is_known(when.date)) civil_format(when.date, date);
        if (when.minute >= 0) snprintf(clock, sizeof clock, "%02d:%02d", when.minute / 60, when.minute % 60);
        bool right = is_same(label, span) && strcmp(label->time, clock) == 0 &&
                     (strcmp(label->date, "?") == 0 || strcmp(label->date, date) == 0);
        if (right) continue;
        faults++;
        print_message("%s: %s %s \"%.*s\" where %s %s was expected\n", report->name, date, clock,
                      (int)(span.end - span.start), report->text + span.start, label->date, label->time);
    }
    return faults;
}

static void reports_in_every_style(void **state)
{
    WordsFixture *fixture = *state;
    const char *at = strstr(read_file(fixture, "daily.txt"), "\n%% ");
    unsigned reports = 0, faults = 0;
    while (at) {
        Report report;
        int used = 0;
        assert_int_equal(sscanf(at, "\n%%%% %63s %15s%n", report.name, report.date, &used), 2);
        const char *body = at + used + 1, *next = strstr(body, "\n%% ");
        read_labels(fixture, &report, body, next ? (size_t)(next + 1 - body) : strlen(body));
        faults += check_report(fixture, &report);
        reports++;
        at = next;
    }
    assert_true(reports >= 45);
    assert_int_equal(faults, 0);
}

static void headings_cover_what_follows(void **state)
{
    Cut got = cut(*state, "FREDAG 13/3\nBRO\n22.15 Slagsmål på torget.\n23.40 Bilbrand.\n\nLÖRDAG 14/3\n"
                          "Kungsängen:\n* kl 1305 Fallolycka.\n");
    assert_int_equal(got.count, 3);
    assert_words(&got, got.segments[0].span, "BRO\n22.15 Slagsmål på torget.");
    assert_words(&got, got.segments[0].area_context, "BRO");
    assert_words(&got, got.segments[0].date_context, "FREDAG 13/3");
    assert_words(&got, got.segments[1].span, "23.40 Bilbrand.");
    assert_words(&got, got.segments[1].area_context, "BRO");
    assert_words(&got, got.segments[2].area_context, "Kungsängen:");
    assert_words(&got, got.segments[2].date_context, "LÖRDAG 14/3");
}

static void police_headings_are_found(void **state)
{
    Cut got = cut(*state, "Nattsammanfattning\n22:18, Göteborg, grov misshandel\nEn man slogs ner på Avenyn.\n"
                          "Misshandel i centrala Norrköping\nVid 01:10 larmar SOS om en misshandel i Strömparken.\n"
                          "Lindesberg, 01.04. Narkotikabrott.\nPolisen kontrollerar två män.\n");
    assert_int_equal(got.count, 3);
    assert_words(&got, got.segments[0].heading, "22:18, Göteborg, grov misshandel");
    assert_words(&got, got.segments[1].heading, "Misshandel i centrala Norrköping");
    assert_words(&got, got.segments[2].heading, "Lindesberg, 01.04. Narkotikabrott.");
}

static void texts_without_incidents_have_none(void **state)
{
    static const char *const texts[] = {
        "",
        "\n \r\n\t\n",
        "Hej\n\nInget att rapportera.\n\nMvh\nPolisen",
        "Polisen har hanterat ett 80-tal ärenden mellan klockan 22.00 och 07.00.",
        "1 2 3 4 5\n6 7 8 9 10\n",
        "It was the best of times, it was the worst of times.",
        "vi har haft en vanlig kväll i kungsängen och gick vår runda förbi stationen och badet och skolan och pratade "
        "med många som var ute i det fina vädret inga bråk inga fulla inget att rapportera vi började kl 19 och "
        "slutade "
        "kl 23 som vanligt och alla var på gott humör och nu tackar vi de föräldrar som var med oss ute och önskar en "
        "fin helg till er alla som läser",
        "---\n***\n1)\n2)\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(cut(*state, texts[i]).count, 0);
}

/* Long texts must take time in proportion; a quadratic walk over these would take minutes. */
static void long_texts_take_their_length(void **state)
{
    static const char *const pieces[] = {
        "22.15 Bråk på torget i Bro.\n",
        "vid 22 och 23 till 24 i Bro varje ",
        "i på vid i på vid ",
        "Bro 3, ",
        "Tid: 22.10\n",
        "| a | b | 22.10 |\n",
        "- x\n",
        "BRO\n",
        "22.15-23.00 ",
        "inträffade i Bro samt i Brunna, ",
        "\n\n\n",
        ". A ",
        "fredag 13/3 ",
        "släckt 22.10 ",
        "Från: a\n",
        "22.15 bråk i Bro 22.40 en man ",
        "22.15 en x 22.40 en y ",
        "klockan 22.10 kom en man, 22.30 kom en bil och ",
        "sen kvart i tio var det bråk ",
        "(1/2)\n",
        "Bro 4 st\n",
        "Stölder:\nBro 4 st\nBrunna 1 st\n",
        "Objekt: Bro\nIakttagelse: UA\n\n",
        "1 / fre 1840 / Bro / Stöld\n",
        "(fre 21.45) Bro. Bråk.\n(lör) Bro. Bråk.\n",
        "RÅN, BRO\nEn man i Bro.\n\n",
        "Från Bro\nBroskolan: bråk i Bro.\nRåby. Bråk i dag.\n\n",
        "553 mot Bro, 22.10. Bråk.\n",
        "på väg hem, kvart i tio, satt en pojke, ",
        "för tio minuter ",
    };
    enum { LENGTH = 1 << 20 };
    WordsFixture *fixture = *state;
    char *bytes = malloc(LENGTH);
    assert_non_null(bytes);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t piece = strlen(pieces[i]), len = LENGTH / piece * piece;
        for (size_t at = 0; at < len; at += piece)
            memcpy(bytes + at, pieces[i], piece);
        clock_t start = clock();
        Cut got = cut_bytes(fixture, bytes, len);
        ReadInput input = {.text = bytes, .len = len, .date = {2026, 3, 14}, .sent_minute = -1};
        WhenContext context;
        when_survey(&context, &got.text, fixture->words, got.segments, got.count, &input);
        for (uint32_t n = 0; n < got.count; n++)
            when_read(&got.text, &got.segments[n], fixture->words, &context);
        double seconds = (double)(clock() - start) / CLOCKS_PER_SEC;
        arena_reset(fixture->arena);
        /* A second or so under the sanitizers; quadratic is a hundred times as much. */
        if (seconds > 20) fail_msg("\"%s\" × %zu took %.1f s", pieces[i], len / piece, seconds);
        if (i == 0) assert_int_equal(got.count, len / piece);
    }
    free(bytes);
}

static void knowledge_is_checked(void **state)
{
    (void)state;
    Arena *arena = arena_new();
    Lexicon *words;
    Error err = {{0}};
    assert_true(lexicon_load(&words, arena, "/nonexistent", &err) < 0);
    assert_non_null(strstr(err.text, "time-words.csv"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reports_in_every_style),       cmocka_unit_test(headings_cover_what_follows),
        cmocka_unit_test(police_headings_are_found),    cmocka_unit_test(texts_without_incidents_have_none),
        cmocka_unit_test(long_texts_take_their_length), cmocka_unit_test(knowledge_is_checked),
    };
    return cmocka_run_group_tests(tests, words_fixture_set_up, words_fixture_tear_down);
}
