/* Another municipality by data files alone: schema/example over schema/knowledge, as docs/municipality.md describes. */
#include "core/read/read.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/place/locate.h"

#include "unit.h"

typedef struct Fixture {
    char directory[64];
    Knowledge *k;
    Arena *arena;
} Fixture;

/* Links every file of `from` in `to`, in the place of one with the same name. */
static void lay_over(const char *from, const char *to)
{
    DIR *dir = opendir(from);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));) {
        if (entry->d_name[0] == '.') continue;
        char path[2048], target[2048];
        snprintf(path, sizeof path, "%s/%s", from, entry->d_name);
        snprintf(target, sizeof target, "%s/%s", to, entry->d_name);
        unlink(target);
        assert_int_equal(symlink(path, target), 0);
    }
    closedir(dir);
}

static int load(void **state)
{
    static Fixture f = {.directory = "/tmp/lagesbild-example-XXXXXX"};
    const char *knowledge = getenv("LAGESBILD_KNOWLEDGE");
    char example[2048];
    assert_non_null(knowledge);
    assert_non_null(mkdtemp(f.directory));
    snprintf(example, sizeof example, "%s/../example", knowledge);
    lay_over(knowledge, f.directory);
    lay_over(example, f.directory);
    f.arena = arena_new();
    Error err = {{0}};
    int status = knowledge_load(&f.k, f.directory, &err);
    if (status) print_error("%s\n", err.text);
    *state = &f;
    return status;
}

static int unload(void **state)
{
    Fixture *f = *state;
    knowledge_unref(f->k);
    arena_free(f->arena);
    DIR *dir = opendir(f->directory);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (entry->d_name[0] != '.') unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir) closedir(dir);
    return rmdir(f->directory);
}

static Reading read_report(Fixture *f, const char *text, const char *municipality)
{
    Reading reading;
    ReadInput input = {.text = text,
                       .len = strlen(text),
                       .kind = READ_REPORT,
                       .municipality =
                           municipality ? knowledge_find_municipality(f->k, municipality) : MUNICIPALITY_NONE,
                       .date = {2026, 3, 14},
                       .sent_minute = -1};
    assert_int_equal(read_text(&reading, f->arena, f->k, &input), 0);
    return reading;
}

static const char *area_of(const Fixture *f, const Reading *reading, uint32_t i)
{
    assert_true(i < reading->incident_count);
    if (reading->incidents[i].area_count == 0) return "";
    assert_int_equal(reading->incidents[i].area_count, 1);
    return knowledge_area(f->k, reading->incidents[i].areas[0].area)->code;
}

static void a_report_is_read_there(void **state)
{
    Fixture *f = *state;
    Reading r = read_report(f,
                            "Dygnsrapport Sjövalla 13-14 mars\n\n"
                            "Kl 18.20 Bråk på perrongen, Hammarbo stn. Två avvisade.\n"
                            "Kl 19.40 Skadegörelse på Hammarboskolans gymnastiksal.\n"
                            "Kl 21.15 Ungdomar från Vik kastade snöboll på bilar vid Bruksgårdens fritidsgård.\n"
                            "Kl 22.30 Båtmotor stulen i gästhamnen i Vik.\n"
                            "Kl 23.50 Rattfylleri på Masungsvägen, föraren greps i Grängesberg.\n"
                            "Kl 02.10 Inbrottslarm i Övre Sjövalla.\n",
                            "sjovalla");
    assert_int_equal(r.incident_count, 6);
    assert_string_equal(area_of(f, &r, 0), "hammarbo");
    assert_string_equal(area_of(f, &r, 1), "hammarbo");
    assert_string_equal(area_of(f, &r, 2), "bruksgarden");
    assert_string_equal(area_of(f, &r, 3), "vik");
    assert_string_equal(area_of(f, &r, 4), "hammarbo");
    assert_string_equal(area_of(f, &r, 5), "sjovalla");
    assert_string_equal(knowledge_place(f->k, r.incidents[0].place)->name, "Hammarbo station");
    assert_int_equal(r.incidents[5].when.minute, 130);
}

static void the_places_of_the_first_are_not_its_own(void **state)
{
    Fixture *f = *state;
    assert_int_equal(knowledge_find_area(f->k, "hasselby-torg"), AREA_NONE);
    Reading r = read_report(f, "22.10 Båten låg i en vik norr om Idkerberget.\n", "sjovalla");
    assert_string_equal(area_of(f, &r, 0), "");
    r = read_report(f, "22.10 Villabrand i Vik, Simrishamn.\n", NULL);
    assert_string_equal(area_of(f, &r, 0), "");
}

static void positions_lie_in_its_polygons(void **state)
{
    Fixture *f = *state;
    assert_int_equal(locate_point(f->k, 60.05, 14.05), knowledge_find_area(f->k, "hammarbo"));
    assert_int_equal(locate_point(f->k, 60.15, 14.3), knowledge_find_area(f->k, "sjovalla"));
    assert_int_equal(locate_point(f->k, 59.5, 17.6), AREA_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_read_there),
        cmocka_unit_test(the_places_of_the_first_are_not_its_own),
        cmocka_unit_test(positions_lie_in_its_polygons),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
