#include "core/place/locate_words.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_csv.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static int out_of_memory(Error *err)
{
    return error_set(err, -ENOMEM, "out of memory");
}

/* The index of `word` among `words`, or -1. */
static int index_of(const char *word, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, words[i]) == 0) return (int)i;
    return -1;
}

/* Copies of strings; false where memory is out. */
static bool copy(Arena *arena, const char *const *fields, const char **const *out, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!(*out[i] = arena_strdup(arena, fields[i]))) return false;
    return true;
}

static int cue_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    static const char *const roles[] = {"no-place", "negated",     "origin", "quiet",   "visited",
                                        "resident", "destination", "found",  "happened"};
    static const char *const sides[] = {"before", "after"};
    Knowledge *k = context;
    LocateWords *words = k->locate_words;
    int role = index_of(fields[0], roles, COUNT(roles)), side = index_of(fields[1], sides, COUNT(sides));
    if (role < 0) return error_set(err, -EINVAL, "there is no role \"%s\"", fields[0]);
    if (side < 0) return error_set(err, -EINVAL, "the side must be before or after, not \"%s\"", fields[1]);
    char *end;
    long reach = strtol(fields[3], &end, 10);
    if (*end || end == fields[3] || reach < 0 || reach > 8)
        return error_set(err, -EINVAL, "the reach must be 0 to 8, not \"%s\"", fields[3]);
    if (!*fields[2]) return error_set(err, -EINVAL, "the words are missing");
    LocateCue *cues = arena_grow(k->arena, words->cues, words->cue_count, &words->cue_capacity, sizeof *cues);
    if (!cues) return out_of_memory(err);
    words->cues = cues;
    LocateCue cue = {.words = arena_strdup(k->arena, fields[2]),
                     .role = (LocateRole)role,
                     .side = (LocateSide)side,
                     .reach = (uint8_t)reach};
    if (!cue.words) return out_of_memory(err);
    cues[words->cue_count++] = cue;
    return 0;
}

static int elsewhere_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Knowledge *k = context;
    LocateWords *words = k->locate_words;
    MunicipalityId municipality = knowledge_find_municipality(k, fields[1]);
    if (municipality == MUNICIPALITY_NONE)
        return error_set(err, -EINVAL, "there is no municipality or county \"%s\"", fields[1]);
    if (!*fields[0]) return error_set(err, -EINVAL, "a name is missing");
    ElsewhereRow *rows =
        arena_grow(k->arena, words->elsewhere, words->elsewhere_count, &words->elsewhere_capacity, sizeof *rows);
    if (!rows) return out_of_memory(err);
    words->elsewhere = rows;
    const char *names = arena_strdup(k->arena, fields[0]);
    if (!names) return out_of_memory(err);
    rows[words->elsewhere_count++] = (ElsewhereRow){.names = names, .municipality = municipality};
    return 0;
}

static int homonym_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Knowledge *k = context;
    LocateWords *words = k->locate_words;
    bool noun = strcmp(fields[1], "noun") == 0, word = noun || strcmp(fields[1], "word") == 0;
    MunicipalityId municipality = MUNICIPALITY_NONE;
    if (!word && strcmp(fields[1], "place") != 0)
        return error_set(err, -EINVAL, "the kind must be word, noun or place, not \"%s\"", fields[1]);
    if (!word) municipality = knowledge_find_municipality(k, fields[2]);
    if (!word && municipality == MUNICIPALITY_NONE)
        return error_set(err, -EINVAL, "there is no municipality or county \"%s\"", fields[2]);
    if (!*fields[0]) return error_set(err, -EINVAL, "a name is missing");
    HomonymRow *rows =
        arena_grow(k->arena, words->homonyms, words->homonym_count, &words->homonym_capacity, sizeof *rows);
    if (!rows) return out_of_memory(err);
    words->homonyms = rows;
    const char *name = arena_strdup(k->arena, fields[0]);
    if (!name) return out_of_memory(err);
    rows[words->homonym_count++] = (HomonymRow){.name = name, .word = word, .noun = noun, .municipality = municipality};
    return 0;
}

static int forms_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    static const char *const classes[LOCATE_CLASS_COUNT] = {"variant", "compound",      "preposition", "within",
                                                            "joiner",  "street-ending", "ordinary",    "nothing",
                                                            "teller",  "spot"};
    Knowledge *k = context;
    LocateWords *words = k->locate_words;
    int class = index_of(fields[0], classes, COUNT(classes));
    if (class < 0) return error_set(err, -EINVAL, "there is no class \"%s\"", fields[0]);
    if ((class == LOCATE_VARIANT) != (*fields[1] != '\0'))
        return error_set(err, -EINVAL, "a word belongs to the class variant, and to no other");
    LocateForms *rows = arena_grow(k->arena, words->forms, words->form_count, &words->form_capacity, sizeof *rows);
    if (!rows) return out_of_memory(err);
    words->forms = rows;
    LocateForms row = {.class = (LocateClass) class};
    if (!copy(k->arena, fields + 1, (const char **const[]){&row.word, &row.forms}, 2)) return out_of_memory(err);
    rows[words->form_count++] = row;
    return 0;
}

static int local_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Knowledge *k = context;
    LocateWords *words = k->locate_words;
    LocalRow *rows = arena_grow(k->arena, words->locals, words->local_count, &words->local_capacity, sizeof *rows);
    if (!rows) return out_of_memory(err);
    words->locals = rows;
    LocalRow row;
    if (!copy(k->arena, fields, (const char **const[]){&row.words, &row.near, &row.place}, 3))
        return out_of_memory(err);
    rows[words->local_count++] = row;
    return 0;
}

static int home_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Knowledge *k = context;
    LocateWords *words = k->locate_words;
    MunicipalityId municipality = knowledge_find_municipality(k, fields[0]);
    if (municipality == MUNICIPALITY_NONE) return error_set(err, -EINVAL, "there is no municipality \"%s\"", fields[0]);
    if (knowledge_find_area_in(k, municipality, fields[1]) == AREA_NONE)
        return error_set(err, -EINVAL, "there is no area \"%s\" in %s", fields[1], fields[0]);
    HomeRow *rows = arena_grow(k->arena, words->homes, words->home_count, &words->home_capacity, sizeof *rows);
    if (!rows) return out_of_memory(err);
    words->homes = rows;
    const char *area = arena_strdup(k->arena, fields[1]);
    if (!area) return out_of_memory(err);
    rows[words->home_count++] = (HomeRow){.municipality = municipality, .area = area};
    return 0;
}

int locate_words_load(Knowledge *k, const char *directory, Error *err)
{
    static const struct {
        const char *file;
        const char *columns[4];
        size_t column_count;
        KnowledgeCsvRow row;
    } files[] = {
        {"elsewhere.csv", {"names", "municipality"}, 2, elsewhere_row},
        {"homonyms.csv", {"name", "kind", "municipality"}, 3, homonym_row},
        {"locate-cues.csv", {"role", "side", "words", "reach"}, 4, cue_row},
        {"locate-words.csv", {"class", "word", "forms"}, 3, forms_row},
        {"local-words.csv", {"words", "near", "place"}, 3, local_row},
        {"home.csv", {"municipality", "area"}, 2, home_row},
    };
    k->locate_words = arena_calloc(k->arena, 1, sizeof *k->locate_words);
    if (!k->locate_words) return out_of_memory(err);
    for (size_t i = 0; i < COUNT(files); i++) {
        int status =
            knowledge_csv_read(directory, files[i].file, files[i].columns, files[i].column_count, files[i].row, k, err);
        if (status) return status;
    }
    return 0;
}
