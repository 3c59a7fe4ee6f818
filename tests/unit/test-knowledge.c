#include "core/knowledge/knowledge.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/knowledge/knowledge_csv.h"

#include "unit.h"

static int load_default(void **state)
{
    Knowledge *k = NULL;
    Error err = {{0}};
    int status = knowledge_load(&k, getenv("LAGESBILD_KNOWLEDGE"), &err);
    if (status) print_error("%s\n", err.text);
    *state = k;
    return status;
}

static int unload(void **state)
{
    knowledge_unref(*state);
    return 0;
}

/* A directory with copies of the default files, to put a fault into. */
static void copy_directory(const char *from, const char *to)
{
    DIR *dir = opendir(from);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') continue;
        char path[2048], target[2048];
        snprintf(path, sizeof path, "%s/%s", from, entry->d_name);
        snprintf(target, sizeof target, "%s/%s", to, entry->d_name);
        assert_int_equal(symlink(path, target), 0);
    }
    closedir(dir);
}

static void write_file(const char *directory, const char *file, const char *content)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s", directory, file);
    unlink(path);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_int_equal(fputs(content, out) >= 0, 1);
    assert_int_equal(fclose(out), 0);
}

static void remove_directory(const char *directory)
{
    DIR *dir = opendir(directory);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (entry->d_name[0] != '.') assert_int_equal(unlinkat(dirfd(dir), entry->d_name, 0), 0);
    closedir(dir);
    assert_int_equal(rmdir(directory), 0);
}

static void the_country_is_whole(void **state)
{
    Knowledge *k = *state;
    size_t municipalities = 0, counties = 0;
    for (size_t i = 0; i < knowledge_municipality_count(k); i++) {
        const Municipality *m = knowledge_municipality(k, (MunicipalityId)i);
        municipalities += strcmp(m->kind, "municipality") == 0;
        counties += strcmp(m->kind, "county") == 0;
        assert_string_equal(knowledge_area(k, m->root)->code, m->code);
    }
    assert_int_equal(municipalities, 290);
    assert_int_equal(counties, 21);
    const Municipality *m = knowledge_municipality(k, knowledge_find_municipality(k, "Upplands-bro"));
    assert_string_equal(m->code, "upplands-bro");
    assert_string_equal(m->county, "stockholms-lan");
    assert_string_equal(knowledge_municipality(k, knowledge_find_municipality(k, "HÅBO"))->name, "Håbo");
    assert_string_equal(knowledge_municipality(k, knowledge_find_municipality(k, " Stockholms län "))->kind, "county");
    assert_int_equal(knowledge_find_municipality(k, "Ankeborg"), MUNICIPALITY_NONE);
    assert_null(knowledge_municipality(k, MUNICIPALITY_NONE));
}

static void areas_form_a_tree(void **state)
{
    Knowledge *k = *state;
    AreaId torg = knowledge_find_area(k, "hasselby-torg"), stockholm = knowledge_find_area(k, "stockholm");
    assert_int_not_equal(torg, AREA_NONE);
    assert_true(knowledge_area_within(k, torg, knowledge_find_area(k, "hasselby-vallingby")));
    assert_true(knowledge_area_within(k, torg, stockholm));
    assert_false(knowledge_area_within(k, stockholm, torg));
    assert_false(knowledge_area_within(k, torg, knowledge_find_area(k, "bro")));
    assert_int_equal(knowledge_find_area(k, "Bro"), AREA_NONE);
    assert_null(knowledge_area(k, AREA_NONE));
}

static CategoryId police_type(const Knowledge *k, const char *type)
{
    CategoryId id;
    _arena_free_ Arena *arena = arena_new();
    assert_int_equal(knowledge_look_up_police_type(k, arena, type, &id), 0);
    return id;
}

static void police_types_have_categories(void **state)
{
    Knowledge *k = *state;
    CategoryId id = police_type(k, "rån väpnat");
    assert_int_equal(id, knowledge_find_category(k, "ran"));
    assert_string_equal(knowledge_category(k, id)->name, "Rån");
    assert_int_equal(police_type(k, "Lagen om hundar och katter "), knowledge_find_category(k, "raddning"));
    assert_int_equal(police_type(k, "Sammanfattning natt"), CATEGORY_NONE);
}

static void places_lie_in_areas(void **state)
{
    Knowledge *k = *state;
    bool station = false;
    for (PlaceId i = 0; i < knowledge_place_count(k); i++) {
        const Place *place = knowledge_place(k, i);
        assert_non_null(knowledge_area(k, place->area));
        station |= strcmp(place->name, "Bro station") == 0 && place->area == knowledge_find_area(k, "bro");
    }
    assert_true(station);
}

static void refuses(const char *directory, const char *file, const char *content, const char *said)
{
    write_file(directory, file, content);
    Knowledge *k = NULL;
    Error err = {{0}};
    assert_true(knowledge_load(&k, directory, &err) < 0);
    assert_null(k);
    if (!strstr(err.text, said)) fail_msg("\"%s\" does not say \"%s\"", err.text, said);
}

static void faults_are_named(void **state)
{
    (void)state;
    char directory[] = "/tmp/lagesbild-knowledge-XXXXXX";
    assert_non_null(mkdtemp(directory));
    copy_directory(getenv("LAGESBILD_KNOWLEDGE"), directory);
    static const char places[] = "municipality,area,name,kind,aliases,lat,lon\n";
    char text[512];
    snprintf(text, sizeof text, "%s\n# said twice\nupplands-bro,bor,Bro station,station,,,\n", places);
    refuses(directory, "places.csv", text, "places.csv, line 4: there is no area \"bor\"");
    snprintf(text, sizeof text, "%supplands-bro,bro,Bro station,station\n", places);
    refuses(directory, "places.csv", text, "places.csv, line 2: 4 fields where the file has 7 columns");
    snprintf(text, sizeof text, "%sstockholm,bro,Bro station,station,,,\n", places);
    refuses(directory, "places.csv", text, "the area \"bro\" is not in stockholm");
    snprintf(text, sizeof text, "%supplands-bro,bro,Bro station,station,,59.5,north\n", places);
    refuses(directory, "places.csv", text, "line 2: \"north\" is no position");
    snprintf(text, sizeof text, "%supplands-bro,bro,\"Bro\nstation,station,,,\n", places);
    refuses(directory, "places.csv", text, "places.csv, line 2: a quoted field has no end");
    snprintf(text, sizeof text, "%supplands-bro,bro,Bro st\xe5tion,station,,,\n", places);
    refuses(directory, "places.csv", text, "line 2: field 3 is not UTF-8");
    refuses(directory, "places.csv", "", "there is no header");
    refuses(directory, "places.csv", "municipality,area,namn,kind,aliases,lat,lon\n", "column 3 must be \"name\"");
    write_file(directory, "places.csv", places);
    refuses(directory, "areas.geojson", "{\n\"features\": [\n}", "areas.geojson, line 3: is not JSON");
    refuses(directory, "areas.geojson",
            "{\"features\": [{\"properties\": {\"code\": \"a\", \"name\": \"A\", \"municipality\": \"umea\", "
            "\"parent\": \"b\"}}, {\"properties\": {\"code\": \"b\", \"name\": \"B\", \"municipality\": \"umea\", "
            "\"parent\": \"a\"}}]}",
            "lies in itself");
    refuses(directory, "areas.geojson", "{\"features\": [{\"properties\": {\"code\": \"a\"}}]}",
            "feature 1: \"name\" is missing");
    static const char *const rhythms[][2] = {
        {"\"rhythm\": \"often\"", "there is no rhythm \"often\""},
        {"\"rhythm\": \"fortnight\"", "\"rhythm_starts\" must be a week"},
        {"\"rhythm\": \"fortnight\", \"rhythm_starts\": \"2025-W53\"", "\"rhythm_starts\" must be a week"},
        {"\"rhythm\": \"week\", \"rhythm_starts\": \"2026-W10\"", "needs no \"rhythm_starts\""},
        {"\"rhythm_starts\": \"2026-W10\"", "\"rhythm_starts\" without a \"rhythm\""},
    };
    for (size_t i = 0; i < sizeof rhythms / sizeof *rhythms; i++) {
        char json[256];
        snprintf(
            json, sizeof json,
            "{\"features\": [{\"properties\": {\"code\": \"a\", \"name\": \"A\", \"municipality\": \"umea\", %s}}]}",
            rhythms[i][0]);
        refuses(directory, "areas.geojson", json, rhythms[i][1]);
    }
    remove_directory(directory);
    Knowledge *k = NULL;
    Error err = {{0}};
    assert_int_equal(knowledge_load(&k, directory, &err), -ENOENT);
    assert_non_null(strstr(err.text, "municipalities.csv: can't be read: No such file"));
}

typedef struct Rows {
    size_t count, lines[8];
    char last[64];
} Rows;

static int note_row(void *context, const char *const *fields, size_t line, Error *err)
{
    Rows *rows = context;
    if (strcmp(fields[0], "stop") == 0) return error_set(err, -EDOM, "stopped");
    rows->lines[rows->count++] = line;
    snprintf(rows->last, sizeof rows->last, "%s|%s", fields[0], fields[1]);
    return 0;
}

static void csv_keeps_count_of_lines(void **state)
{
    (void)state;
    char directory[] = "/tmp/lagesbild-csv-XXXXXX";
    assert_non_null(mkdtemp(directory));
    const char *const columns[] = {"a", "b"};
    write_file(directory, "x.csv",
               "\xef\xbb\xbf"
               "a,b\r\n\r\n\"two\nlines\",\"say \"\"hi\"\"\"\r\n#,\n x , å \nstop,\nlast,");
    Rows rows = {0};
    Error err;
    assert_int_equal(knowledge_csv_read(directory, "x.csv", columns, 2, note_row, &rows, &err), -EDOM);
    assert_string_equal(err.text, "x.csv, line 7: stopped");
    assert_int_equal(rows.count, 2);
    assert_int_equal(rows.lines[0], 3);
    assert_int_equal(rows.lines[1], 6);
    assert_string_equal(rows.last, "x|å");
    write_file(directory, "x.csv", "a,b\nlast,");
    assert_int_equal(knowledge_csv_read(directory, "x.csv", columns, 2, note_row, &rows, &err), 0);
    assert_string_equal(rows.last, "last|");
    remove_directory(directory);
}

static void areas_can_come_from_rows(void **state)
{
    Knowledge *base = *state;
    cJSON *areas = cJSON_Parse("[{\"code\": \"umea\", \"name\": \"Umeå kommun\", \"municipality\": \"umea\"},"
                               "{\"code\": \"ersboda\", \"name\": \"Ersboda\", \"municipality\": \"umea\","
                               " \"parent\": null, \"geojson\": {\"type\": \"Polygon\", \"coordinates\": "
                               "[[[20.2,63.8],[20.4,63.8],[20.4,63.9],[20.2,63.8]]]}}]");
    cJSON *places = cJSON_Parse("[{\"area\": \"ersboda\", \"name\": \"Ersboda torg\", \"kind\": \"square\","
                                " \"aliases\": [\"torget\", \"Ersbodatorget\"], \"lat\": 63.85, \"lon\": 20.31}]");
    Knowledge *k = NULL;
    Error err = {{0}};
    assert_int_equal(knowledge_with_areas(&k, base, areas, places, NULL, &err), 0);
    assert_int_equal(knowledge_place_count(k), 1);
    assert_string_equal(knowledge_place_aliases(k, 0), "torget|Ersbodatorget");
    AreaId ersboda = knowledge_find_area(k, "ersboda"), umea = knowledge_find_area(k, "umea");
    assert_int_equal(knowledge_area(k, ersboda)->parent, umea);
    assert_string_equal(knowledge_area(k, umea)->name, "Umeå kommun");
    assert_int_equal(knowledge_find_area(k, "bro"), AREA_NONE);
    assert_int_not_equal(knowledge_find_area(k, "upplands-bro"), AREA_NONE);
    assert_int_equal(knowledge_category_count(k), knowledge_category_count(base));
    /* One made from another shares with the files', so a chain of reloads does not grow. */
    Knowledge *again = NULL;
    assert_int_equal(knowledge_with_areas(&again, k, areas, NULL, NULL, &err), 0);
    knowledge_unref(k);
    assert_string_equal(knowledge_category(again, knowledge_find_category(again, "ran"))->name, "Rån");
    knowledge_unref(again);
    cJSON_AddItemToArray(places, cJSON_Parse("{\"name\": \"Nowhere\"}"));
    assert_int_equal(knowledge_with_areas(&k, base, areas, places, NULL, &err), -EINVAL);
    assert_string_equal(err.text, "place 2: \"Nowhere\" has no area");
    assert_int_equal(knowledge_with_areas(&k, base, places, NULL, NULL, &err), -EINVAL);
    assert_string_equal(err.text, "area 1: \"code\" is missing or is no text");
    cJSON_Delete(areas);
    cJSON_Delete(places);
}

static void names_and_phrases_are_checked_before_they_are_stored(void **state)
{
    (void)state;
    assert_int_equal(knowledge_check_name("Hässelby torg"), 0);
    assert_int_equal(knowledge_check_name("E18"), 0);
    assert_int_equal(knowledge_check_name("Upplands-Bro"), 0);
    assert_int_equal(knowledge_check_name(""), -EINVAL);
    assert_int_equal(knowledge_check_name("!?"), -EINVAL);
    assert_int_equal(knowledge_check_name("Bro|Brunna"), -EINVAL);
    assert_int_equal(knowledge_check_name("a b c d e f g h i j k l"), 0);
    assert_int_equal(knowledge_check_name("a b c d e f g h i j k l m"), -E2BIG);
    assert_int_equal(knowledge_check_name("\xff"), -EILSEQ);
    assert_int_equal(knowledge_check_phrase("ungdomar _ samlade"), 0);
    assert_int_equal(knowledge_check_phrase("*klott*"), 0);
    assert_int_equal(knowledge_check_phrase("på"), -EINVAL);
    assert_int_equal(knowledge_check_phrase("*"), -EINVAL);
    assert_int_equal(knowledge_check_phrase("_ eld"), -EINVAL);
    assert_int_equal(knowledge_check_phrase("a b c d e f g"), -EINVAL);
}

static void *take_and_give(void *k)
{
    for (int i = 0; i < 10000; i++)
        knowledge_unref(knowledge_ref(k));
    return NULL;
}

static void references_are_counted_across_threads(void **state)
{
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, take_and_give, *state), 0);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(knowledge_category_count(*state) > 0, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_country_is_whole),
        cmocka_unit_test(areas_form_a_tree),
        cmocka_unit_test(police_types_have_categories),
        cmocka_unit_test(places_lie_in_areas),
        cmocka_unit_test(faults_are_named),
        cmocka_unit_test(csv_keeps_count_of_lines),
        cmocka_unit_test(areas_can_come_from_rows),
        cmocka_unit_test(names_and_phrases_are_checked_before_they_are_stored),
        cmocka_unit_test(references_are_counted_across_threads),
    };
    return cmocka_run_group_tests(tests, load_default, unload);
}
