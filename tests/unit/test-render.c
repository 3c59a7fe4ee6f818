/*
 * Renderers against golden files in data/lagesbild. After a change that is meant, write them anew and read the diff:
 * LAGESBILD_GOLDEN_UPDATE=1 meson test -C build render
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "lagesbild_fixture.h"
#include "render/csv_row.h"
#include "render/lagesbild_csv.h"
#include "render/lagesbild_html.h"
#include "render/lagesbild_json.h"
#include "render/lagesbild_text.h"
#include "render/page.h"
#include "unit.h"

typedef int (*Writer)(const Lagesbild *l, FILE *out);

static char *rendered(Writer write, Lagesbild *(*fixture)(Arena *))
{
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = fixture(arena);
    assert_int_equal(lagesbild_complete(l, arena), 0);
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_int_equal(write(l, out), 0);
    assert_int_equal(fclose(out), 0);
    return text;
}

static char *read_file(const char *path)
{
    FILE *in = fopen(path, "r");
    if (!in) return NULL;
    char *text = NULL;
    size_t len = 0;
    if (getdelim(&text, &len, EOF, in) < 0) text = NULL;
    fclose(in);
    return text;
}

static void matches_golden(Writer write, Lagesbild *(*fixture)(Arena *), const char *name)
{
    char path[512];
    snprintf(path, sizeof path, "%s/lagesbild/%s", getenv("LAGESBILD_TEST_DATA"), name);
    char *text = rendered(write, fixture);
    if (getenv("LAGESBILD_GOLDEN_UPDATE")) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fputs(text, out);
        assert_int_equal(fclose(out), 0);
    }
    char *golden = read_file(path);
    if (!golden) fail_msg("%s cannot be read", path);
    if (strcmp(text, golden) != 0) {
        size_t at = 0;
        while (text[at] == golden[at])
            at++;
        fail_msg("%s differs at byte %zu: “%.80s” instead of “%.80s”", name, at, text + at, golden + at);
    }
    free(golden);
    free(text);
}

static void each_form_is_as_it_was(void **state)
{
    (void)state;
    static const struct {
        const char *extension;
        Writer write;
    } forms[] = {{"json", lagesbild_json_write},
                 {"txt", lagesbild_text_write},
                 {"html", lagesbild_html_write},
                 {"csv", lagesbild_csv_write}};
    static const struct {
        const char *name;
        Lagesbild *(*fixture)(Arena *);
    } fixtures[] = {{"busy", fixture_busy}, {"running", fixture_running}, {"empty", fixture_empty}};
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 3; k++) {
            char name[64];
            snprintf(name, sizeof name, "%s.%s", fixtures[k].name, forms[i].extension);
            matches_golden(forms[i].write, fixtures[k].fixture, name);
        }
}

static void html_lets_nothing_out(void **state)
{
    (void)state;
    char *html = rendered(lagesbild_html_write, fixture_busy);
    assert_null(strstr(html, "<script"));
    assert_null(strstr(html, "\033"));
    assert_non_null(strstr(html, "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;citat&#39;"));
    assert_null(strstr(html, "http://"));
    assert_null(strstr(html, "https://"));
    free(html);
}

static void text_keeps_to_its_columns(void **state)
{
    (void)state;
    char *text = rendered(lagesbild_text_write, fixture_busy);
    assert_null(strstr(text, "\033"));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        if (page_columns(line) > PAGE_WIDTH && !strstr(line, "Ord-som-är")) fail_msg("too long: %s", line);
    free(text);
}

static void json_has_the_contract(void **state)
{
    (void)state;
    static const char *const names[] = {"area",      "period",  "version",    "status",   "data_cut_at",
                                        "summary",   "total",   "categories", "places",   "hour_of_week",
                                        "incidents", "sources", "followup",   "decisions"};
    char *text = rendered(lagesbild_json_write, fixture_running);
    cJSON *root = cJSON_Parse(text);
    assert_non_null(root);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!cJSON_HasObjectItem(root, names[i])) fail_msg("%s is missing", names[i]);
    cJSON *week = cJSON_GetObjectItemCaseSensitive(root, "hour_of_week");
    assert_int_equal(cJSON_GetArraySize(week), 7);
    assert_int_equal(cJSON_GetArraySize(cJSON_GetArrayItem(week, 6)), 24);
    cJSON *total = cJSON_GetObjectItemCaseSensitive(root, "total");
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(total, "year_ago")));
    assert_true(cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(total, "expected")));
    cJSON_Delete(root);
    free(text);
}

static Lagesbild *with_namesakes(Arena *arena)
{
    static LagesbildSource sources[] = {{"Ordningsvakterna i Bro centrum och station, dag", 1, 1, {2026, 3, 9}},
                                        {"Ordningsvakterna i Bro centrum och station, natt", 2, 1, {2026, 3, 9}}};
    Lagesbild *l = fixture_running(arena);
    l->sources = sources;
    l->source_count = 2;
    return l;
}

static void long_names_of_sources_are_not_cut_in_text(void **state)
{
    (void)state;
    char *text = rendered(lagesbild_text_write, with_namesakes);
    assert_non_null(strstr(text, "\nOrdningsvakterna i Bro centrum och station, dag\n"));
    assert_non_null(strstr(text, "\nOrdningsvakterna i Bro centrum och station, natt\n                            "
                                 "          2 händelser här, 1 rapport\n"));
    free(text);
}

static void csv_quotes_what_needs_it(void **state)
{
    (void)state;
    char *text = NULL;
    size_t len;
    CsvRow row = {.out = open_memstream(&text, &len)};
    csv_row_text(&row, "sade \"nej\", och\r\ngick");
    csv_row_integer(&row, -3);
    csv_row_text(&row, NULL);
    csv_row_decimal(&row, 4.256, 2);
    csv_row_end(&row);
    csv_row_empty(&row);
    csv_row_text(&row, "å");
    csv_row_end(&row);
    fclose(row.out);
    assert_string_equal(text, "\"sade \"\"nej\"\", och\r\ngick\",-3,,4.26\r\n,\"å\"\r\n");
    free(text);
}

/* The bytes that a Swedish Excel needs (csv_row.h). */
static void excel_opens_it_right(void **state)
{
    (void)state;
    static const char *const formulas[] = {"=1+1", "+46", "-2", "@SUMMA(A1)", "\tx", "\rx", "=\"a\"", "a=1", NULL};
    char *text = NULL;
    size_t len;
    CsvRow row = {.out = open_memstream(&text, &len), .dialect = CSV_EXCEL_SV};
    csv_row_begin_file(&row);
    for (size_t i = 0; formulas[i]; i++)
        csv_row_text(&row, formulas[i]);
    csv_row_end(&row);
    csv_row_integer(&row, -3);
    csv_row_decimal(&row, -4.256, 2);
    csv_row_decimal(&row, 1e300, 0);
    csv_row_end(&row);
    csv_row_time(&row, "2026-03-14T22:18:00+01:00");
    csv_row_time(&row, "2026-03-14T22:18:00.123456+01:00");
    csv_row_time(&row, NULL);
    csv_row_hour(&row, 5, 22);
    csv_row_text(&row, "a;b");
    csv_row_end(&row);
    fclose(row.out);
    static const char first[] =
        "\xef\xbb\xbf\"'=1+1\";\"'+46\";\"'-2\";\"'@SUMMA(A1)\";\"'\tx\";\"'\rx\";\"'=\"\"a\"\"\";"
        "\"a=1\"\r\n-3;-4,26;1";
    static const char last[] = "\r\n2026-03-14 22:18:00;2026-03-14 22:18:00;;\"fredag 22\";\"a;b\"\r\n";
    assert_memory_equal(text, first, strlen(first));
    assert_string_equal(text + len - strlen(last), last);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_is_as_it_was),
        cmocka_unit_test(html_lets_nothing_out),
        cmocka_unit_test(text_keeps_to_its_columns),
        cmocka_unit_test(json_has_the_contract),
        cmocka_unit_test(long_names_of_sources_are_not_cut_in_text),
        cmocka_unit_test(csv_quotes_what_needs_it),
        cmocka_unit_test(excel_opens_it_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
