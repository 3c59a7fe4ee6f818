#include "core/category/classifier.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/category/feature.h"
#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_csv.h"
#include "core/knowledge/knowledge_file.h"
#include "core/read/read.h"

enum {
    STRENGTH_MAX = 10,
    HEADING_STRENGTH = 10,
    NEGATION_WORDS = 3, /* how far "ingen" reaches */
};

/* What a cue after the first sentence, and each cue beside a category's strongest, is worth against one there. */
static const float LATER = 0.6f, BESIDE = 0.25f;

typedef struct Loading {
    Knowledge *k;
    CueSet *set;
} Loading;

static int category_of(const Loading *loading, const char *code, uint16_t *target, Error *err)
{
    *target = knowledge_find_category(loading->k, code);
    return *target == CATEGORY_NONE ? error_set(err, -EINVAL, "there is no category \"%s\"", code) : 0;
}

static int cue_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Loading *loading = context;
    if (strcmp(fields[0], "-") == 0) return cues_add(loading->set, fields[2], CLASSIFIER_NEGATION, 0, err);
    uint16_t target;
    int status = category_of(loading, fields[0], &target, err);
    if (status) return status;
    char *end;
    long strength = strtol(fields[1], &end, 10);
    if (*end || end == fields[1] || strength < 1 || strength > STRENGTH_MAX)
        return error_set(err, -EINVAL, "a strength is 1 to %d, not \"%s\"", STRENGTH_MAX, fields[1]);
    return cues_add(loading->set, fields[2], target, (uint16_t)strength, err);
}

static int heading_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Loading *loading = context;
    uint16_t target;
    int status = category_of(loading, fields[0], &target, err);
    return status ? status : cues_add(loading->set, fields[1], target, HEADING_STRENGTH, err);
}

static int flag_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Loading *loading = context;
    for (int i = 0; i < FLAG_COUNT; i++)
        if (strcmp(fields[0], read_flag_code(i)) == 0) return cues_add(loading->set, fields[1], (uint16_t)i, 0, err);
    return error_set(err, -EINVAL, "there is no flag \"%s\"", fields[0]);
}

/* "Våld/hot mot tjänsteman" as a phrase: every sign between words becomes a space. */
static int add_police_types(Loading *loading, Error *err)
{
    const KnowledgeIndex *types = &loading->k->police_type_index;
    for (size_t i = 0; i < types->count; i++) {
        char *phrase = arena_strdup(loading->k->arena, types->names[i].key);
        if (!phrase) return error_set(err, -ENOMEM, "out of memory");
        for (char *at = phrase; *at; at++)
            if (strchr("/,.()-", *at)) *at = ' ';
        int status = cues_add(loading->set, phrase, (uint16_t)types->names[i].id, HEADING_STRENGTH, err);
        if (status) return status;
    }
    return 0;
}

int classifier_load_model(Knowledge *k, const char *directory, Error *err)
{
    Classifier *classifier = k->classifier;
    char *bytes;
    size_t len;
    int status = knowledge_file_read(k->arena, directory, "model.bin", &bytes, &len, err);
    if (status == -ENOENT) return 0;
    if (!status) status = model_open(&classifier->model, k->arena, bytes, len, err);
    if (status) {
        error_prefix(err, "model.bin: ");
        return status;
    }
    uint32_t count = model_header(classifier->model)->class_count;
    classifier->class_category = arena_calloc(k->arena, count, sizeof *classifier->class_category);
    if (!classifier->class_category) return error_set(err, -ENOMEM, "out of memory");
    for (size_t i = 0; i < k->category_count; i++)
        classifier->category_class[i] = count;
    for (uint32_t i = 0; i < count; i++) {
        const char *code = model_class(classifier->model, i);
        classifier->class_category[i] = knowledge_find_category(k, code);
        if (classifier->class_category[i] == CATEGORY_NONE)
            return error_set(err, -EINVAL, "model.bin: its category \"%s\" is not in categories.csv", code);
        classifier->category_class[classifier->class_category[i]] = i;
    }
    return 0;
}

int classifier_load(Knowledge *k, const char *directory, Error *err)
{
    static const char *const CUE_COLUMNS[] = {"category", "strength", "cue"};
    static const char *const HEADING_COLUMNS[] = {"category", "heading"};
    static const char *const FLAG_COLUMNS[] = {"flag", "cue"};
    if (k->category_count == 0) return error_set(err, -EINVAL, "categories.csv: there are no categories");
    Classifier *classifier = arena_calloc(k->arena, 1, sizeof *classifier);
    if (!classifier) return error_set(err, -ENOMEM, "out of memory");
    classifier->cues = cues_new(k->arena);
    classifier->headings = cues_new(k->arena);
    classifier->flags = cues_new(k->arena);
    classifier->category_class = arena_calloc(k->arena, k->category_count, sizeof *classifier->category_class);
    if (!classifier->cues || !classifier->headings || !classifier->flags || !classifier->category_class)
        return error_set(err, -ENOMEM, "out of memory");
    classifier->fallback = knowledge_find_category(k, "ovrigt");
    if (classifier->fallback == CATEGORY_NONE) classifier->fallback = (CategoryId)(k->category_count - 1);
    Loading cues = {.k = k, .set = classifier->cues}, headings = {.k = k, .set = classifier->headings},
            flags = {.k = k, .set = classifier->flags};
    int status = knowledge_csv_read(directory, "cues.csv", CUE_COLUMNS, 3, cue_row, &cues, err);
    if (!status)
        status = knowledge_csv_read(directory, "headings.csv", HEADING_COLUMNS, 2, heading_row, &headings, err);
    if (!status) status = add_police_types(&headings, err);
    if (!status) status = knowledge_csv_read(directory, "flags.csv", FLAG_COLUMNS, 2, flag_row, &flags, err);
    if (!status) k->classifier = classifier;
    return status;
}

/* Whether a negation stands at most NEGATION_WORDS words before `token`, in its sentence. */
static bool negated(const Text *text, const CueHit *hits, uint32_t count, uint32_t token)
{
    for (uint32_t i = 0; i < count && hits[i].token < token; i++) {
        if (hits[i].target != CLASSIFIER_NEGATION) continue;
        uint32_t words = 0, at = hits[i].token_end;
        for (; at < token && words <= NEGATION_WORDS; at++) {
            if (text->tokens[at].flags & TOKEN_SENTENCE_START) break;
            words += text->tokens[at].kind != TOKEN_PUNCT;
        }
        if (at >= token && words < NEGATION_WORDS && !(text->tokens[token].flags & TOKEN_SENTENCE_START)) return true;
    }
    return false;
}

bool classifier_learned(const Classifier *classifier, const CueSet *learned, const Text *text, uint32_t first,
                        uint32_t end, CueHit *found)
{
    CueHit own[CLASSIFIER_CUES], others[CLASSIFIER_CUES];
    uint32_t count = cues_find(learned, text, first, end, own, CLASSIFIER_CUES), other_count = 0, most = 0;
    if (count) other_count = cues_find(classifier->cues, text, first, end, others, CLASSIFIER_CUES);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t words = own[i].token_end - own[i].token;
        if (words <= most || negated(text, others, other_count, own[i].token)) continue;
        most = words;
        *found = own[i];
    }
    return most > 0;
}

uint32_t classifier_cues(const Classifier *classifier, const Text *text, uint32_t first, uint32_t end,
                         ClassifierCue cues[static CLASSIFIER_CUES], float *weights, size_t category_count)
{
    CueHit hits[CLASSIFIER_CUES];
    uint32_t hit_count = cues_find(classifier->cues, text, first, end, hits, CLASSIFIER_CUES), count = 0;
    uint32_t first_end = feature_first_end(text, first, end);
    memset(weights, 0, category_count * sizeof *weights);
    for (uint32_t i = 0; i < hit_count; i++) {
        if (hits[i].target == CLASSIFIER_NEGATION || negated(text, hits, hit_count, hits[i].token)) continue;
        float weight = (float)hits[i].strength / STRENGTH_MAX * (hits[i].token < first_end ? 1.0f : LATER);
        cues[count++] = (ClassifierCue){
            .category = hits[i].target, .weight = weight, .token = hits[i].token, .token_end = hits[i].token_end};
        float *sum = &weights[hits[i].target];
        *sum = weight > *sum ? weight + *sum * BESIDE : *sum + weight * BESIDE;
    }
    return count;
}
