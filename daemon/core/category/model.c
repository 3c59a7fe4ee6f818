#include "core/category/model.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "core/category/feature.h"

/* One key in the open-addressing table; `row` is 1 for the first row, 0 in a free slot. */
typedef struct Slot {
    uint32_t key, row;
} Slot;

struct Model {
    const ModelHeader *header;
    const char *classes[MODEL_CLASSES_MAX];
    uint32_t stride;  /* weights in a row, padded */
    const char *rows; /* ModelRow and weights, row_size bytes each */
    size_t row_size;
    Slot *slots;
    uint32_t slot_mask;
};

/* Eight weights at a time: rows are padded so that a compiler can keep the sums in vector registers. */
typedef float Lane __attribute__((vector_size(MODEL_STRIDE * sizeof(float)), aligned(4)));
typedef int8_t Weights __attribute__((vector_size(MODEL_STRIDE), aligned(1)));
typedef int32_t Whole __attribute__((vector_size(MODEL_STRIDE * sizeof(int32_t))));

/* Once more for processors with wider registers, chosen at run time: the same sums in the same order. Not with clang
 * 14, which gives the choice another name than callers look for, nor where a sanitizer is not there yet when it is
 * made. */
#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MODEL_CLONES __attribute__((target_clones("avx2", "default")))
#else
#define MODEL_CLONES
#endif

static inline void add_row(float *sums, const int8_t *weights, uint32_t stride, float scale)
{
    for (uint32_t i = 0; i < stride; i += MODEL_STRIDE) {
        Lane *sum = (Lane *)(sums + i);
        Whole whole = __builtin_convertvector(*(const Weights *)(weights + i), Whole);
        *sum += __builtin_convertvector(whole, Lane) * scale;
    }
}

static int open_classes(Model *model, const char *bytes, Error *err)
{
    const char *at = bytes, *end = bytes + model->header->class_bytes;
    for (uint32_t i = 0; i < model->header->class_count; i++) {
        const char *stop = memchr(at, '\0', (size_t)(end - at));
        if (!stop || stop == at) return error_set(err, -EINVAL, "class %u has no name", i + 1);
        model->classes[i] = at;
        at = stop + 1;
    }
    return 0;
}

static int index_rows(Model *model, Arena *arena, const uint32_t *keys, Error *err)
{
    size_t size = 16;
    while (size < (size_t)model->header->row_count * 3 / 2)
        size *= 2;
    model->slot_mask = (uint32_t)size - 1;
    model->slots = arena_calloc(arena, size, sizeof *model->slots);
    if (!model->slots) return error_set(err, -ENOMEM, "out of memory");
    for (uint32_t i = 0; i < model->header->row_count; i++) {
        if (i && keys[i] <= keys[i - 1]) return error_set(err, -EINVAL, "the keys are not in order");
        uint32_t slot = keys[i] & model->slot_mask;
        while (model->slots[slot].row)
            slot = (slot + 1) & model->slot_mask;
        model->slots[slot] = (Slot){.key = keys[i], .row = i + 1};
    }
    return 0;
}

int model_open(Model **out, Arena *arena, const char *bytes, size_t len, Error *err)
{
    if (len < sizeof(ModelHeader)) return error_set(err, -EINVAL, "the file is too short to be a model");
    const ModelHeader *header = (const ModelHeader *)bytes;
    if (memcmp(header->magic, MODEL_MAGIC, sizeof header->magic) != 0 || header->byte_order != MODEL_BYTE_ORDER)
        return error_set(err, -EINVAL, "not a model of this version; `lagesbild train` makes one");
    if (header->class_count < 2 || header->class_count > MODEL_CLASSES_MAX || header->class_bytes % 4 != 0)
        return error_set(err, -EINVAL, "a model of %u classes can't be read", header->class_count);
    Model *model = arena_calloc(arena, 1, sizeof *model);
    if (!model) return error_set(err, -ENOMEM, "out of memory");
    model->header = header;
    model->stride = (header->class_count + MODEL_STRIDE - 1) / MODEL_STRIDE * MODEL_STRIDE;
    model->row_size = sizeof(ModelRow) + model->stride;
    size_t wanted =
        sizeof *header + (size_t)header->class_bytes + (size_t)header->row_count * (sizeof(uint32_t) + model->row_size);
    if (len != wanted) return error_set(err, -EINVAL, "the model is %zu bytes, not %zu", len, wanted);
    const char *classes = bytes + sizeof *header;
    const uint32_t *keys = (const uint32_t *)(classes + header->class_bytes);
    model->rows = (const char *)(keys + header->row_count);
    int status = open_classes(model, classes, err);
    if (!status) status = index_rows(model, arena, keys, err);
    if (!status) *out = model;
    return status;
}

const ModelHeader *model_header(const Model *model)
{
    return model->header;
}

const char *model_class(const Model *model, uint32_t index)
{
    return model->classes[index];
}

static const ModelRow *find_row(const Model *model, uint32_t key)
{
    for (uint32_t slot = key & model->slot_mask; model->slots[slot].row; slot = (slot + 1) & model->slot_mask)
        if (model->slots[slot].key == key)
            return (const ModelRow *)(model->rows + (size_t)(model->slots[slot].row - 1) * model->row_size);
    return NULL;
}

static const int8_t *row_weights(const ModelRow *row)
{
    return (const int8_t *)(row + 1);
}

/* A word that the training never saw speaks by its insides. Returns its part's weights, or NULL: it says nothing. */
static inline int add_unseen(const Model *model, ModelPart *part, Arena *arena, const Token *token)
{
    uint32_t grams[FEATURE_GRAMS], count = feature_grams(token, grams);
    float sums[MODEL_CLASSES_MAX] = {0}, mass = 0;
    for (uint32_t i = 0; i < count; i++) {
        const ModelRow *row = find_row(model, grams[i]);
        if (!row) continue;
        add_row(sums, row_weights(row), model->stride, row->scale);
        mass += row->mass;
    }
    part->sums = NULL;
    if (mass <= 0) return 0;
    float *kept = arena_alloc(arena, model->stride * sizeof *kept);
    if (!kept) return -ENOMEM;
    memcpy(kept, sums, model->stride * sizeof *kept);
    part->sums = kept;
    part->scale = model->header->unseen_idf / sqrtf(mass);
    return 0;
}

static void add_sums(float *total, const float *sums, uint32_t stride, float scale)
{
    for (uint32_t i = 0; i < stride; i++)
        total[i] += sums[i] * scale;
}

/* The rows of the features, NULL where there is none. Memory is fetched ahead: a lookup is mostly waiting for it. */
static void find_rows(const Model *model, const Feature *features, uint32_t count, const ModelRow **rows)
{
    enum { AHEAD = 8 };
    for (uint32_t i = 0; i < count; i++) {
        if (i + AHEAD < count) __builtin_prefetch(&model->slots[features[i + AHEAD].key & model->slot_mask]);
        rows[i] = find_row(model, features[i].key);
        if (rows[i]) __builtin_prefetch(rows[i]);
    }
}

MODEL_CLONES
int model_score(const Model *model, ModelScores *scores, Arena *arena, const Text *text, uint32_t first, uint32_t end)
{
    Feature *features;
    uint32_t count;
    int status = feature_read(&features, &count, arena, text, first, end);
    if (status) return status;
    *scores = (ModelScores){.parts = arena_alloc(arena, (count + 1) * sizeof(ModelPart))};
    const ModelRow **rows = arena_alloc(arena, (count + 1) * sizeof(ModelRow *));
    if (!scores->parts || !rows) return -ENOMEM;
    find_rows(model, features, count, rows);
    const ModelHeader *header = model->header;
    float total[MODEL_CLASSES_MAX] = {0}, mass = 0;
    for (uint32_t i = 0; i < count; i++) {
        const Feature *feature = &features[i];
        float weight = feature_weight(feature->count);
        bool pair = feature->kind == FEATURE_PAIR;
        ModelPart part = {.token = feature->token, .token_end = feature->token + (pair ? 2 : 1), .scale = weight};
        if (feature->kind == FEATURE_WORD) scores->word_count += feature->count;
        const ModelRow *row = rows[i];
        if (row) {
            part.weights = row_weights(row);
            part.scale *= row->scale;
            mass += row->mass * weight * weight;
            add_row(total, part.weights, model->stride, part.scale);
        } else if (feature->kind == FEATURE_WORD) {
            status = add_unseen(model, &part, arena, &text->tokens[feature->token]);
            if (status) return status;
            part.scale *= weight;
            mass += header->unseen_idf * header->unseen_idf * weight * weight;
            if (!part.sums) continue;
            add_sums(total, part.sums, model->stride, part.scale);
        } else {
            continue;
        }
        scores->parts[scores->part_count++] = part;
    }
    float norm = mass > 0 ? 1 / sqrtf(mass) : 0;
    for (uint32_t i = 0; i < header->class_count; i++)
        scores->score[i] = total[i] * norm + header->bias[i];
    for (uint32_t i = 0; i < scores->part_count; i++)
        scores->parts[i].scale *= norm;
    return 0;
}

void model_add_cues(float *scores, const float *cue_weights, size_t count, float cue_scale, float cue_doubt)
{
    float best = -INFINITY;
    for (size_t i = 0; i < count; i++)
        best = scores[i] > best ? scores[i] : best;
    float scale = cue_scale * (1 + cue_doubt * (best < 0 ? -best : 0));
    for (size_t i = 0; i < count; i++)
        scores[i] += scale * cue_weights[i];
}

/* The three best scores, and whose they are. */
static void find_best(float best[static 3], uint32_t order[static 3], const float *scores, uint32_t count)
{
    order[0] = order[1] = order[2] = 0;
    best[0] = best[1] = best[2] = -INFINITY;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = 3;
        while (at > 0 && scores[i] > best[at - 1])
            at--;
        for (uint32_t j = 2; j > at && at < 3; j--) {
            best[j] = best[j - 1];
            order[j] = order[j - 1];
        }
        if (at < 3) {
            best[at] = scores[i];
            order[at] = i;
        }
    }
    if (count < 3) best[2] = best[1];
}

uint32_t model_calibration_terms(ModelTerm terms[static MODEL_TERMS], uint32_t order[static 3], const float *scores,
                                 uint32_t category_count, const uint32_t *category_class, uint32_t class_count,
                                 uint32_t word_count)
{
    float best[3];
    find_best(best, order, scores, category_count);
    const float same[MODEL_CAL_BEST] = {1,       best[0] - best[1], best[0] - best[2],
                                        best[0], best[1],           logf(1.0f + (float)word_count)};
    uint32_t count = 0, class = category_class[order[0]], second = category_class[order[1]];
    for (uint32_t i = 0; i < MODEL_CAL_BEST; i++)
        terms[count++] = (ModelTerm){MODEL_CAL_LEADS + i, same[i]};
    if (class < class_count) {
        terms[count++] = (ModelTerm){MODEL_CAL_BEST + class, 1};
        terms[count++] = (ModelTerm){MODEL_CAL_BEST_LEAD + class, best[0] - best[1]};
    }
    if (second < class_count) terms[count++] = (ModelTerm){MODEL_CAL_SECOND + second, 1};
    uint32_t first_score = count;
    count += class_count;
    for (uint32_t i = 0; i < class_count; i++)
        terms[first_score + i] = (ModelTerm){MODEL_CAL_SCORE + i, 0};
    for (uint32_t i = 0; i < category_count; i++)
        if (category_class[i] < class_count) terms[first_score + category_class[i]].value = scores[i];
    return count;
}

float model_confidence(const ModelCalibration *calibration, const ModelTerm *terms, uint32_t count)
{
    float sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += calibration->weights[terms[i].index] * terms[i].value;
    return 1.0f / (1.0f + expf(-sum));
}
