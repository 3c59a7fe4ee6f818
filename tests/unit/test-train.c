#include "core/category/train.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/category/classify.h"
#include "core/category/model.h"

#include "unit.h"

typedef struct Fixture {
    char directory[64]; /* of its own; the test's files and the model */
    char notices[128], knowledge[128];
    Arena *arena;
} Fixture;

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

/* Sixty notices of three kinds, some of them about two, so that there is something to be wrong about. */
static void write_notices(const char *path)
{
    static const char *const PLACES[] = {"vid torget", "utanför skolan", "på stationen", "i centrum", "vid hamnen"};
    static const char *const KINDS[][3] = {
        {"stold", "En cykel har stulits", "Tjuven lämnade platsen"},
        {"brand", "Det brinner i en container", "Räddningstjänsten har släckt"},
        {"vald", "En man har blivit slagen", "Ambulans har kallats"},
    };
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    for (int i = 0; i < 60; i++) {
        const char *const *kind = KINDS[i % 3], *const *other = KINDS[(i + 1) % 3];
        fprintf(file, "{\"category\": \"%s\", \"text\": \"%s %s. %s.\"}\n", kind[0], i % 7 == 3 ? other[1] : kind[1],
                PLACES[i % 5], i % 4 == 0 ? other[2] : kind[2]);
    }
    assert_int_equal(fclose(file), 0);
}

static char *read_whole(Arena *arena, const char *path, size_t *len)
{
    FILE *file = fopen(path, "r");
    if (!file) return NULL;
    enum { MOST = 8 << 20 };
    char *bytes = arena_alloc(arena, MOST);
    assert_non_null(bytes);
    *len = fread(bytes, 1, MOST, file);
    fclose(file);
    return bytes;
}

static int train_on(Fixture *fixture, const char *input, TrainReport *report, Error *err)
{
    TrainOptions options = {
        .inputs = &input, .input_count = 1, .knowledge = fixture->knowledge, .output = fixture->directory};
    return train_model(&options, report, err);
}

static void the_same_notices_give_the_same_bytes(void **state)
{
    Fixture *fixture = *state;
    TrainReport report;
    Error err = {{0}};
    char path[128];
    snprintf(path, sizeof path, "%s/model.bin", fixture->directory);
    assert_int_equal(train_on(fixture, fixture->notices, &report, &err), 0);
    size_t len = 0, again_len = 0;
    char *bytes = read_whole(fixture->arena, path, &len);
    assert_non_null(bytes);
    srand(4711); /* whoever used rand() before */
    (void)rand();
    assert_int_equal(train_on(fixture, fixture->notices, &report, &err), 0);
    char *again = read_whole(fixture->arena, path, &again_len);
    assert_int_equal(len, again_len);
    assert_memory_equal(bytes, again, len);

    assert_int_equal(report.documents, 60);
    assert_true(report.examples > 0);
    assert_true(report.accuracy > 0.6 && report.accuracy < 1);
    size_t judged = 0;
    for (int i = 0; i < TRAIN_BINS; i++)
        judged += report.reliability[i].count;
    assert_int_equal(judged, 60);
}

static void the_model_scores_what_it_learnt(void **state)
{
    Fixture *fixture = *state;
    TrainReport report;
    Error err = {{0}};
    char path[128];
    snprintf(path, sizeof path, "%s/model.bin", fixture->directory);
    assert_int_equal(train_on(fixture, fixture->notices, &report, &err), 0);
    size_t len = 0;
    const char *bytes = read_whole(fixture->arena, path, &len);
    Model *model = NULL;
    assert_int_equal(model_open(&model, fixture->arena, bytes, len, &err), 0);
    const char *words = "Det brinner i containrarna"; /* the last stands in no notice: its insides do */
    Text text;
    assert_int_equal(text_init(&text, fixture->arena, words, strlen(words), NULL), 0);
    ModelScores scores;
    assert_int_equal(model_score(model, &scores, fixture->arena, &text, 0, text.token_count), 0);
    assert_int_equal(scores.word_count, 4);
    const ModelPart *last = &scores.parts[scores.part_count - 1];
    assert_int_equal(last->token, 3);
    assert_null(last->weights);
    assert_non_null(last->sums);
    uint32_t best = 0;
    for (uint32_t i = 0; i < model_header(model)->class_count; i++)
        if (scores.score[i] > scores.score[best]) best = i;
    assert_string_equal(model_class(model, best), "brand");
    assert_true(model_header(model)->calibrations[MODEL_NOTICE].review_limit > 0 &&
                model_header(model)->calibrations[MODEL_NOTICE].review_limit < 1);
}

static void a_damaged_model_is_refused(void **state)
{
    Fixture *fixture = *state;
    TrainReport report;
    Error err = {{0}};
    char path[128];
    snprintf(path, sizeof path, "%s/model.bin", fixture->directory);
    assert_int_equal(train_on(fixture, fixture->notices, &report, &err), 0);
    size_t len = 0;
    char *bytes = read_whole(fixture->arena, path, &len);
    Model *model = NULL;
    assert_int_equal(model_open(&model, fixture->arena, bytes, len - 1, &err), -EINVAL);
    assert_int_equal(model_open(&model, fixture->arena, bytes, 3, &err), -EINVAL);
    ModelHeader *header = (ModelHeader *)bytes;
    header->class_count = 1000;
    assert_int_equal(model_open(&model, fixture->arena, bytes, len, &err), -EINVAL);
    header->class_count = 3;
    header->row_count = UINT32_MAX;
    assert_int_equal(model_open(&model, fixture->arena, bytes, len, &err), -EINVAL);
    bytes[0] = 'X';
    assert_int_equal(model_open(&model, fixture->arena, bytes, len, &err), -EINVAL);
    assert_non_null(strstr(err.text, "lagesbild train"));
    assert_null(model);
}

static void bad_notices_are_pointed_at(void **state)
{
    Fixture *fixture = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/bad.ndjson", fixture->directory);
    static const struct {
        const char *text, *says;
    } CASES[] = {
        {"{\"text\": \"Brand\", \"category\": \"brand\"}\n{\"text\": 1}\n", "line 2"},
        {"{\"text\": \"Brand\", \"category\": \"brandd\"}\n", "\"brandd\""},
        {"not json\n", "JSON object"},
        {"{\"text\": \"\xff\", \"category\": \"brand\"}\n", "UTF-8"},
        {"\n\n", "nothing to learn"},
    };
    TrainReport report;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Error err = {{0}};
        write_text(path, CASES[i].text);
        assert_true(train_on(fixture, path, &report, &err) < 0);
        assert_non_null(strstr(err.text, CASES[i].says));
    }
    unlink(path);
    Error err;
    assert_int_equal(train_on(fixture, path, &report, &err), -ENOENT);
}

/*
 * The shipped knowledge, by links, but with a handful of examples: all of those that are shipped take many times as
 * long and nothing here is about them.
 */
static int lend_knowledge(const Fixture *fixture)
{
    const char *shipped = getenv("LAGESBILD_KNOWLEDGE");
    DIR *directory = shipped ? opendir(shipped) : NULL;
    if (!directory || mkdir(fixture->knowledge, 0700)) return -1;
    char from[512], to[512];
    int status = 0;
    for (struct dirent *entry; !status && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.' || strcmp(entry->d_name, "examples.csv") == 0) continue;
        snprintf(from, sizeof from, "%s/%s", shipped, entry->d_name);
        snprintf(to, sizeof to, "%s/%s", fixture->knowledge, entry->d_name);
        status = symlink(from, to);
    }
    closedir(directory);
    snprintf(to, sizeof to, "%s/examples.csv", fixture->knowledge);
    write_text(to, "category,text\nstold,nån har tagit min cykel\nbrand,containern brann i natt\n"
                   "vald,killen blev slagen vid kiosken\n");
    return status;
}

static void return_knowledge(const Fixture *fixture)
{
    DIR *directory = opendir(fixture->knowledge);
    char path[512];
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", fixture->knowledge, entry->d_name);
        unlink(path);
    }
    if (directory) closedir(directory);
    rmdir(fixture->knowledge);
}

static int setup(void **state)
{
    Fixture *fixture = calloc(1, sizeof *fixture);
    if (!fixture) return -1;
    strcpy(fixture->directory, "/tmp/lagesbild-train-XXXXXX");
    if (!mkdtemp(fixture->directory)) return -1;
    snprintf(fixture->notices, sizeof fixture->notices, "%s/notices.ndjson", fixture->directory);
    write_notices(fixture->notices);
    snprintf(fixture->knowledge, sizeof fixture->knowledge, "%s/knowledge", fixture->directory);
    if (lend_knowledge(fixture)) return -1;
    fixture->arena = arena_new();
    *state = fixture;
    return fixture->arena ? 0 : -1;
}

static int teardown(void **state)
{
    Fixture *fixture = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/model.bin", fixture->directory);
    unlink(path);
    unlink(fixture->notices);
    return_knowledge(fixture);
    rmdir(fixture->directory);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_same_notices_give_the_same_bytes, setup, teardown),
        cmocka_unit_test_setup_teardown(the_model_scores_what_it_learnt, setup, teardown),
        cmocka_unit_test_setup_teardown(a_damaged_model_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_notices_are_pointed_at, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
