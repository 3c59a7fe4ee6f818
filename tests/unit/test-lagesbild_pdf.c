/*
 * The lägesbild on paper, as poppler reads it: pages, text, fonts, structure, and the same bytes each time.
 * To look at the pages: LAGESBILD_PDF_KEEP=/tmp meson test -C build lagesbild_pdf leaves the files there.
 */
#include <errno.h>
#include <fontconfig/fontconfig.h>
#include <pango/pangocairo.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lagesbild_fixture.h"
#include "render/lagesbild_pdf.h"
#include "render/pdf_describe.h"
#include "unit.h"

typedef Lagesbild *(*Fixture)(Arena *arena);

static Lagesbild *none(Arena *arena)
{
    return fixture_many(arena, 0);
}

static Lagesbild *three(Arena *arena)
{
    return fixture_many(arena, 3);
}

static Lagesbild *three_hundred(Arena *arena)
{
    return fixture_many(arena, 300);
}

static const struct {
    const char *name;
    Fixture fixture;
} fixtures[] = {{"busy", fixture_busy}, {"running", fixture_running},    {"empty", fixture_empty}, {"none", none},
                {"three", three},       {"three-hundred", three_hundred}};

static char *drawn(Fixture fixture, size_t *len)
{
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture(arena);
    assert_int_equal(lagesbild_complete(l, arena), 0);
    char *pdf = NULL;
    FILE *out = open_memstream(&pdf, len);
    assert_non_null(out);
    assert_int_equal(lagesbild_pdf_write(l, out), 0);
    assert_int_equal(fclose(out), 0);
    return pdf;
}

/* The file drawn, in a place of its own; the caller unlinks and frees it. */
static char *filed(Fixture fixture, const char *name)
{
    const char *keep = getenv("LAGESBILD_PDF_KEEP");
    char path[256];
    snprintf(path, sizeof path, "%s/lagesbild-%s-XXXXXX.pdf", keep ? keep : "/tmp", name);
    int fd = mkstemps(path, 4);
    assert_true(fd >= 0);
    size_t len;
    char *pdf = drawn(fixture, &len);
    assert_int_equal(write(fd, pdf, len), (ssize_t)len);
    close(fd);
    free(pdf);
    return strdup(path);
}

static void forget(char *path)
{
    if (!getenv("LAGESBILD_PDF_KEEP")) unlink(path);
    free(path);
}

/* What one of poppler's tools says; nothing on its standard error. */
static char *said(const char *tool, const char *path, const char *rest)
{
    char command[512], *text = NULL;
    size_t len = 0;
    snprintf(command, sizeof command, "%s '%s' %s 2>&1", tool, path, rest);
    FILE *in = popen(command, "r");
    assert_non_null(in);
    if (getdelim(&text, &len, EOF, in) < 0) {
        free(text);
        text = strdup("");
    }
    if (pclose(in) != 0) fail_msg("%s: %s", command, text);
    assert_null(strstr(text, "Error"));
    return text;
}

static int pages_of(const char *path)
{
    char *info = said("pdfinfo", path, "");
    const char *pages = strstr(info, "Pages:");
    assert_non_null(pages);
    int n = atoi(pages + 6);
    free(info);
    return n;
}

static size_t times(const char *text, const char *what)
{
    size_t n = 0;
    for (const char *at = text; (at = strstr(at, what)); at += strlen(what))
        n++;
    return n;
}

static void without_poppler_skip(void)
{
    if (system("pdfinfo -v >/dev/null 2>&1") != 0) {
        print_message("poppler-utils are missing\n");
        skip();
    }
}

static void same_document_same_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        size_t a, b;
        char *first = drawn(fixtures[i].fixture, &a), *second = drawn(fixtures[i].fixture, &b);
        assert_int_equal(a, b);
        assert_memory_equal(first, second, a);
        free(first);
        free(second);
    }
}

static void says_what_it_is(void **state)
{
    (void)state;
    without_poppler_skip();
    char *path = filed(fixture_busy, "busy"), *info = said("pdfinfo", path, "");
    assert_non_null(strstr(info, "Title:           Lägesbild Bro, v. 11 2026 (9–15 mars 2026)\n"));
    assert_non_null(strstr(info, "Tagged:          yes\n"));
    assert_non_null(strstr(info, "(A4)"));
    free(info);
    info = said("TZ=UTC pdfinfo -isodates", path, "");
    assert_non_null(strstr(info, "CreationDate:    2026-03-16T08:00:00+01"));
    free(info);
    forget(path);
}

static void fonts_are_inside(void **state)
{
    (void)state;
    without_poppler_skip();
    char *path = filed(three_hundred, "fonts"), *fonts = said("pdffonts", path, "");
    size_t rows = 0;
    strtok(fonts, "\n");
    strtok(NULL, "\n");
    for (char *line; (line = strtok(NULL, "\n")); rows++)
        if (!strstr(line, " yes yes yes ")) fail_msg("not embedded, or its text cannot be read: %s", line);
    assert_true(rows >= 2);
    free(fonts);
    forget(path);
}

static void every_page_has_its_foot(void **state)
{
    (void)state;
    without_poppler_skip();
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        char *path = filed(fixtures[i].fixture, fixtures[i].name);
        const int pages = pages_of(path);
        assert_in_range(pages, 1, 60);
        for (int page = 1; page <= pages; page++) {
            char only[64], foot[64];
            snprintf(only, sizeof only, "-f %d -l %d -", page, page);
            snprintf(foot, sizeof foot, "Sida %d av %d", page, pages);
            char *text = said("pdftotext -layout", path, only);
            if (times(text, foot) != 1) fail_msg("%s, page %d: no “%s”", fixtures[i].name, page, foot);
            free(text);
        }
        forget(path);
    }
}

static void first_page_stands_alone(void **state)
{
    (void)state;
    without_poppler_skip();
    static const char *const there[] = {"Bro\n",
                                        "v. 11 2026 (9–15 mars 2026)",
                                        "Utkast",
                                        "Läget\n",
                                        "föregående period",
                                        "Händelser efter slag",
                                        "14, fler än normalt",
                                        "När\n",
                                        "Klockslaget är känt för 15 av 23 händelser."};
    char *path = filed(fixture_busy, "first"), *text = said("pdftotext -l 1", path, "-");
    for (size_t i = 0; i < sizeof there / sizeof *there; i++)
        if (!strstr(text, there[i])) fail_msg("“%s” is not on the first page:\n%s", there[i], text);
    free(text);
    forget(path);
}

/* Seven decisions to follow up, each told at length. */
static Lagesbild *much_decided(Arena *arena)
{
    enum { DECIDED = 7 };
    static char measures[DECIDED][600];
    static LagesbildDecision decided[DECIDED];
    Lagesbild *l = fixture_busy(arena);
    for (size_t i = 0; i < DECIDED; i++) {
        int n = snprintf(measures[i], sizeof measures[i], "Beslut %zu: ", i + 1);
        while (n < 500)
            n += snprintf(measures[i] + n, sizeof measures[i] - (size_t)n, "laga belysningen ");
        decided[i] =
            (LagesbildDecision){.measure = measures[i], .owner = "Kommunen", .status = "pågår", .effect = "0 kvar."};
    }
    l->followup = decided;
    l->followup_count = DECIDED;
    l->decision_count = 0;
    return l;
}

static void the_first_page_has_as_many_decisions_as_fit_on_it(void **state)
{
    (void)state;
    without_poppler_skip();
    char *path = filed(much_decided, "decided"), *text = said("pdftotext -l 1", path, "-");
    assert_non_null(strstr(text, "Händelser efter slag"));
    assert_non_null(strstr(text, "Förra mötets beslut"));
    assert_non_null(strstr(text, "Beslut 1: "));
    assert_non_null(strstr(text, "Läge: pågår. 0 kvar."));
    assert_null(strstr(text, "Beslut 7: "));
    assert_non_null(strstr(text, "Fler beslut står på de följande sidorna."));
    free(text);
    forget(path);
}

static void every_incident_is_told(void **state)
{
    (void)state;
    without_poppler_skip();
    char *path = filed(three_hundred, "told"), *text = said("pdftotext", path, "-");
    assert_int_equal(times(text, "Patrull på plats."), 300);
    /* Wrapped, not cut. */
    char *joined = said("pdftotext", path, "- | tr -d '\\n'");
    assert_non_null(strstr(joined, "kraftledningsgatanmotjärnvägen"));
    free(joined);
    free(text);
    forget(path);
}

/* No word reaches outside the margins. */
static void nothing_is_outside(void **state)
{
    (void)state;
    without_poppler_skip();
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        char *path = filed(fixtures[i].fixture, fixtures[i].name), *words = said("pdftotext -bbox", path, "-");
        double left, top, right, bottom;
        size_t n = 0;
        for (char *at = words; (at = strstr(at, "<word ")); at++, n++) {
            assert_int_equal(
                sscanf(at, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"", &left, &top, &right, &bottom),
                4);
            if (left < 41 || right > 554.5 || top < 30 || bottom > 825)
                fail_msg("%s: outside the margins: %.100s", fixtures[i].name, at);
        }
        assert_true(n > 50);
        free(words);
        forget(path);
    }
}

static void has_the_structure(void **state)
{
    (void)state;
    without_poppler_skip();
    char *path = filed(fixture_busy, "structure"), *tree = said("pdfinfo -struct-text", path, "");
    assert_non_null(strstr(tree, "H1 (block)\n    \"Bro\""));
    assert_true(times(tree, "H2 (block)") >= 9);
    assert_true(times(tree, "H3 (block)") >= 3);
    assert_int_equal(times(tree, "Table (block)"), 5); /* reporters, kinds, hours, and weeks in two */
    assert_int_equal(times(tree, "Figure"), 6);
    assert_true(times(tree, "    TR") > 60);
    free(tree);
    forget(path);
}

static void language_and_pictures_are_described(void **state)
{
    (void)state;
    size_t len;
    char *pdf = drawn(fixture_busy, &len), *update = memmem(pdf, len, "%%EOF", 5);
    assert_non_null(update);
    assert_non_null(strstr(update, "/Lang (sv-SE)"));
    assert_non_null(strstr(update, "/DisplayDocTitle true"));
    assert_int_equal(times(update, "/Alt <FEFF"), 6);
    assert_true(times(update, "/Scope /Column") >= 6);
    assert_true(times(update, "/Scope /Row") >= 50);
    /* The last table of the file says where each new version is. */
    const char *start = strstr(update, "startxref\n");
    size_t table = strtoul(start + 10, NULL, 10), number, offset;
    assert_true(strncmp(pdf + table, "xref\n", 5) == 0);
    int used;
    for (const char *row = pdf + table + 5; sscanf(row, "%zu 1\n%zu 00000 n \n%n", &number, &offset, &used) == 2;
         row += used) {
        char begin[32];
        snprintf(begin, sizeof begin, "%zu 0 obj\n", number);
        assert_true(strncmp(pdf + offset, begin, strlen(begin)) == 0);
    }
    free(pdf);
}

static void what_is_no_pdf_is_refused(void **state)
{
    (void)state;
    static const char *const files[] = {"", "%PDF-1.5\nstartxref\n", "startxref\n999999\n%%EOF\n",
                                        "xref\n0 9999\nstartxref\n0\n%%EOF\n",
                                        "xref\n0 1\n0000000000 65535 f \nstartxref\n0\n%%EOF\n"};
    const PdfDescription description = {.language = "sv-SE"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char *text = NULL;
        size_t len;
        FILE *out = open_memstream(&text, &len);
        assert_int_equal(pdf_describe(files[i], strlen(files[i]), &description, out), -EBADMSG);
        fclose(out);
        free(text);
    }
}

static void a_full_disk_is_told(void **state)
{
    (void)state;
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture_busy(arena);
    assert_int_equal(lagesbild_complete(l, arena), 0);
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    setvbuf(full, NULL, _IONBF, 0);
    assert_int_equal(lagesbild_pdf_write(l, full), -EIO);
    fclose(full);
}

/* What fontconfig and pango keep for the next drawing, so that the leak checker sees only ours. */
static int tidy(void **state)
{
    (void)state;
    pango_cairo_font_map_set_default(NULL);
    cairo_debug_reset_static_data();
    FcFini();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_document_same_bytes),
        cmocka_unit_test(says_what_it_is),
        cmocka_unit_test(fonts_are_inside),
        cmocka_unit_test(every_page_has_its_foot),
        cmocka_unit_test(first_page_stands_alone),
        cmocka_unit_test(the_first_page_has_as_many_decisions_as_fit_on_it),
        cmocka_unit_test(every_incident_is_told),
        cmocka_unit_test(nothing_is_outside),
        cmocka_unit_test(has_the_structure),
        cmocka_unit_test(language_and_pictures_are_described),
        cmocka_unit_test(what_is_no_pdf_is_refused),
        cmocka_unit_test(a_full_disk_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, tidy);
}
