/*
 * Mails as they come, from tests/unit/data/mail (fictional), and some that nobody should send.
 */
#include "core/arrival/mail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena_fixture.h"
#include "unit.h"

static Knowledge *knowledge;

static int read_bytes(Arena *arena, const char *bytes, size_t len, Mail *mail, Error *err)
{
    /* An exact copy, so that a sanitizer sees a step too far. */
    char *copy = malloc(len ? len : 1);
    assert_non_null(copy);
    memcpy(copy, bytes, len);
    int r = mail_read(mail, arena, copy, len, knowledge, err);
    free(copy);
    return r;
}

static int read_file(Arena *arena, const char *name, Mail *mail, Error *err)
{
    char path[512];
    snprintf(path, sizeof path, "%s/mail/%s.eml", getenv("LAGESBILD_TEST_DATA"), name);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("no file %s", path);
    char *bytes = arena_alloc(arena, 64 * 1024);
    assert_non_null(bytes);
    size_t len = fread(bytes, 1, 64 * 1024, file);
    fclose(file);
    return read_bytes(arena, bytes, len, mail, err);
}

#define REPORT                                                                                                         \
    "Hej!\n\nLugnt dygn i Kungsängen.\n\n22.50 Råby. Många boende störs av vrål från körbanan.\n"               \
    "03.05 Skällstavägen. Lastbil stoppas, chauffören misstänks för drograttfylla."

static void texts(void **state)
{
    static const struct {
        const char *file, *text;
    } CASES[] = {
        {"plain", REPORT},
        {"base64", REPORT},
        {"declared-wrong", REPORT},
        {"undeclared", REPORT},
        {"alternative", REPORT},
        {"quoted-printable-1252",
         "Hej!\n\nLugnt dygn i Kungsängen.\n\n22.50 Råby. Många boende störs av ”vrål” – från körbanan.\n"
         "03.05 Skällstavägen. Lastbil stoppas, chauffören misstänks för drograttfylla."},
        {"html-list", "Hej!\n\nLugnt dygn i Kungsängen.\nInget mer om rånet.\n\nBRO\n"
                      "- 22.50 Råby. Många boende störs av vrål.\n- 03.05 Skällstavägen. Lastbil stoppas.\n  - "
                      "Chauffören nykter\n\n"
                      "Slut"},
        {"html-table",
         "Utdrag:\nTid\tPlats\tHändelse\n10.40\tÅkermyntan\tFickstöld. Ingen misstänkt\n15.20\t\tNarkotika\n\n"
         "Totalt 2 ärenden"},
        {"html-layout",
         "Fredag\n\n18.30 Bro C. Fyra män avvisade.\n\n19.00 Brunna. Brand.\n\nLördag\n\n14.20 Match på Bro IP."},
        {"alternative-blank", "22.10 Slagsmål i Bro."},
        {"reply", "Rättelse: det var i Brunna, inte i Bro.\n\n\n\nKlockan var 23.50."},
        {"outlook-original", "I morse vid sextiden gick en dam ut på motorvägen vid Brunna."},
        {"outlook-block", "Komplettering: dörren på Elementvägen bröts upp 04.20."},
        {"forwarded", "Hej!\n- Båtstöld i Kungsängen, anmäld kl 11 igår.\n- Kl 1945 välte en mopedbil i Brunna."},
        {"attached-text", "22.50 Råby. Vrål.\n03.05 Skällstavägen. Rattfylleri."},
        {"attached-beside", "22.10 Slagsmål i Bro."},
        {"attached-mail", "04.20 Elementvägen. Dörr uppbruten."},
        {"flowed", "I morse vid sextiden gick en dam ut på motorvägen vid Brunna. En bilist körde henne hem.\n22.50 "
                   "Råby. Vrål."},
        {"signature", "22.10 Slagsmål i Bro."},
        {"gmail-html", "Det var i Brunna."},
        {"closing-inside", "22.10 Slagsmål i Bro.\n\nMvh\n\n22.50 Skrik i Råby."},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Mail mail;
        Error err = {""};
        int r = read_file(*state, CASES[i].file, &mail, &err);
        if (r == 0 && strcmp(mail.text, CASES[i].text) == 0 && mail.text_len == strlen(mail.text)) continue;
        print_error("%s: %d %s\n--- want\n%s\n--- got\n%s\n---\n", CASES[i].file, r, err.text, CASES[i].text,
                    mail.text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

/* The text of a plain mail with this body. */
static const char *body(Arena *arena, const char *text)
{
    Mail mail;
    Error err = {""};
    const char *bytes = arena_printf(arena, "Content-Type: text/plain; charset=utf-8\n\n%s", text);
    int r = read_bytes(arena, bytes, strlen(bytes), &mail, &err);
    if (r < 0 && r != -ENODATA) fail_msg("%s", err.text);
    return mail.text;
}

static void own_words_stay(void **state)
{
    static const struct {
        const char *body, *text;
    } CASES[] = {
        {"Vänligen notera att gatan är avstängd.\n\nBråk i Bro.",
         "Vänligen notera att gatan är avstängd.\n\nBråk i Bro."},
        {"Tack vare en granne kunde mannen gripas.\n\n-----Original Message-----\nGammalt",
         "Tack vare en granne kunde mannen gripas."},
        {"Hej! Slagsmål i Bro.\n\nFrån: A <a@example.com>\nÄmne: B\n\nGammalt", "Hej! Slagsmål i Bro."},
        {"Hej, se nedan.\n\nFrån: A <a@example.com>\nÄmne: B\n\nNytt", "Nytt"},
        {"Bussen gick\nFrån: Bro\nTill: Kungsängen\noch blev försenad",
         "Bussen gick\nFrån: Bro\nTill: Kungsängen\noch blev försenad"},
        {"22.10 Någon skrev på väggen:\nhotfulla ord", "22.10 Någon skrev på väggen:\nhotfulla ord"},
        {"Bråk.\n\n22 jan. 2026 kl. 07:41 skrev Anna <a@example.com>:\n\nGammalt", "Bråk."},
        {"Bråk.\n\nMvh Anna Ek\n070-174 06 12", "Bråk."},
        {"Bråk.\n\nHälsningar\n/Anna\n\n> Gammalt", "Bråk."},
        {"*Från:* A <a@example.com>\n*Skickat:* den 3 mars\n*Ämne:* B\n\nNytt", "Nytt"},
        {"Hej", "Hej"},
        {"> bara\n> citat", ""},
    };
    int wrong = 0;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        const char *text = body(*state, CASES[i].body);
        if (strcmp(text, CASES[i].text) == 0) continue;
        print_error("%s\n--- want\n%s\n--- got\n%s\n---\n", CASES[i].body, CASES[i].text, text);
        wrong++;
    }
    assert_int_equal(wrong, 0);
}

static void assert_day(CivilDate day, const char *wanted)
{
    char text[CIVIL_TEXT_SIZE];
    assert_string_equal(civil_format(day, text), wanted);
}

static void headers(void **state)
{
    Mail mail;
    Error err;
    assert_int_equal(read_file(*state, "plain", &mail, &err), 0);
    assert_string_equal(mail.from, "kommunpolis@polis.example");
    assert_string_equal(mail.subject, "Nuläge 21-22/1");
    assert_string_equal(mail.message_id, "20260122064100.1@polis.example");
    assert_day(mail.day, "2026-01-22");
    static const char BARE[] = "Subject: r\xe5n\n\n22.10 Slagsmål i Bro.";
    assert_int_equal(read_bytes(*state, BARE, sizeof BARE - 1, &mail, &err), 0);
    assert_string_equal(mail.subject, "rån");
    assert_string_equal(mail.from, "");
    assert_false(civil_is_known(mail.day));
}

/* What is passed on is of the day it was written, not of the day it was passed on. */
static void what_is_passed_on_keeps_its_day(void **state)
{
    Mail mail;
    Error err;
    assert_int_equal(read_file(*state, "forwarded", &mail, &err), 0);
    assert_day(mail.day, "2026-01-22");
    assert_int_equal(read_file(*state, "attached-mail", &mail, &err), 0);
    assert_day(mail.day, "2026-01-21");
    assert_int_equal(read_file(*state, "outlook-block", &mail, &err), 0); /* its own words */
    assert_day(mail.day, "2026-01-22");
    static const char *const SENT[][2] = {
        {"Den tis 17 mars 2026 kl 07:10 skrev Kommunpolis <kp@polis.example>:\n\n22.10 Skrik i Råby.\n", "2026-03-17"},
        {"Från: Kommunpolis\nDatum: 2026-03-16 07:10\nTill: Samordnaren\nÄmne: Läget 14/3\n\n22.10 Skrik i Råby.\n",
         "2026-03-16"},
        {"Från: Kommunpolis\nSkickat: den 17 januari 2025 07:10\nTill: Oss\nÄmne: Läget\n\n22.10 Skrik i Råby.\n",
         "2026-03-18"}, /* a year ago */
        {"Från: Kommunpolis\nSkickat: den 19 mars 2026 07:10\nTill: Oss\nÄmne: Läget\n\n22.10 Skrik i Råby.\n",
         "2026-03-18"}, /* not yet */
    };
    for (size_t i = 0; i < sizeof SENT / sizeof *SENT; i++) {
        char bytes[1024];
        int len =
            snprintf(bytes, sizeof bytes, "Date: Wed, 18 Mar 2026 08:00:00 +0100\n\nHej, se nedan.\n\n%s", SENT[i][0]);
        assert_int_equal(read_bytes(*state, bytes, (size_t)len, &mail, &err), 0);
        assert_day(mail.day, SENT[i][1]);
        assert_string_equal(mail.text, "22.10 Skrik i Råby.");
    }
}

static void refused(void **state)
{
    Mail mail;
    Error err = {""};
    assert_int_equal(read_file(*state, "no-text", &mail, &err), -ENODATA);
    assert_true(err.text[0]);
    assert_int_equal(read_bytes(*state, "", 0, &mail, &err), -EINVAL);
    assert_int_equal(read_bytes(*state, "Bara text utan huvud\n", 21, &mail, &err), -EINVAL);
}

/* `head`, then `unit` so many times. */
static char *repeat(Arena *arena, const char *head, const char *unit, int times)
{
    size_t head_len = strlen(head), unit_len = strlen(unit);
    char *bytes = arena_alloc(arena, head_len + unit_len * (size_t)times + 1);
    assert_non_null(bytes);
    memcpy(bytes, head, head_len + 1);
    for (int i = 0; i < times; i++)
        memcpy(bytes + head_len + unit_len * (size_t)i, unit, unit_len + 1);
    return bytes;
}

static void bombs(void **state)
{
    static const struct {
        const char *head, *unit;
        int times;
    } CASES[] = {
        {"Content-Type: multipart/mixed; boundary=a\n\n", "--a\n\nx\n", 20000},
        {"", "Content-Type: message/rfc822\n\n", 100000},
        {"", "Content-Type: multipart/mixed; boundary=a\n\n--a\n", 5000},
        {"Content-Type: text/html\n\n", "<div>", 200000},
        {"Content-Type: text/html\n\n", "<b></i>", 200000},
        {"Content-Type: text/html\n\n", "<table><tr><td>x", 2000},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Mail mail;
        Error err = {""};
        char *bytes = repeat(*state, CASES[i].head, CASES[i].unit, CASES[i].times);
        int r = read_bytes(*state, bytes, strlen(bytes), &mail, &err);
        if (r != -E2BIG) print_error("case %zu: %s\n", i, err.text);
        assert_int_equal(r, -E2BIG);
        assert_true(err.text[0]);
    }
}

static void every_cut_is_survived(void **state)
{
    static const char *const FILES[] = {"alternative-blank", "attached-mail", "html-table", "forwarded", "gmail-html"};
    for (size_t i = 0; i < sizeof FILES / sizeof *FILES; i++) {
        char path[512], bytes[4096];
        snprintf(path, sizeof path, "%s/mail/%s.eml", getenv("LAGESBILD_TEST_DATA"), FILES[i]);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        size_t len = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        for (size_t cut = 0; cut < len; cut += 3) {
            Mail mail;
            Error err;
            int r = read_bytes(*state, bytes, cut, &mail, &err);
            assert_true(r == 0 || r == -EINVAL || r == -ENODATA);
            assert_int_equal(mail.text_len, strlen(mail.text));
        }
    }
}

static int load(void **state)
{
    (void)state;
    Error err;
    if (knowledge_load(&knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err) == 0) return 0;
    print_error("%s\n", err.text);
    return -1;
}

static int unload(void **state)
{
    (void)state;
    knowledge_unref(knowledge);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(own_words_stay, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(headers, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(what_is_passed_on_keeps_its_day, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(refused, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(bombs, arena_fixture_set_up, arena_fixture_tear_down),
        cmocka_unit_test_setup_teardown(every_cut_is_survived, arena_fixture_set_up, arena_fixture_tear_down),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
