/*
 * The linear model over words: one-against-all linear support vectors (liblinear) over the features of feature.h,
 * with a calibration that turns scores into a probability of being right. Made by train.h; docs/reading.md tells
 * how, and how good it is.
 *
 * The file, little-endian: a ModelHeader, the class codes (NUL-terminated, padded together to a multiple of 4
 * bytes), the sorted keys (uint32), then for each key a ModelRow and its `class_stride` weights (int8).
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/read/text.h"
#include "util/arena.h"
#include "util/error.h"

/* Changes with the layout and with anything in feature.c: a model of another version is refused. */
#define MODEL_MAGIC "LBMODEL4"

enum {
    MODEL_CLASSES_MAX = 64,
    MODEL_STRIDE = 8, /* rows are padded to a multiple of this many weights */
};

/* The calibration's coefficients, by what each is multiplied with; see model_calibration_terms(). */
enum {
    MODEL_CAL_LEADS = 0,                                        /* those that are the same for every class */
    MODEL_CAL_BEST = 6,                                         /* one for each class: it is the best */
    MODEL_CAL_BEST_LEAD = MODEL_CAL_BEST + MODEL_CLASSES_MAX,   /* … times its lead over the second */
    MODEL_CAL_SECOND = MODEL_CAL_BEST_LEAD + MODEL_CLASSES_MAX, /* it is the second */
    MODEL_CAL_SCORE = MODEL_CAL_SECOND + MODEL_CLASSES_MAX,     /* its score */
    MODEL_CALIBRATION = MODEL_CAL_SCORE + MODEL_CLASSES_MAX,
    MODEL_TERMS = MODEL_CAL_BEST + 3 + MODEL_CLASSES_MAX, /* the most that one text has */
};

/* What kind of language a text is in: how sure a score makes one of the tag is not the same in both. */
typedef enum ModelRegister {
    MODEL_NOTICE, /* a national feed's */
    MODEL_OWN,    /* a municipality's own people's, as the written examples are */
    MODEL_REGISTERS,
} ModelRegister;

typedef struct ModelCalibration {
    float review_limit; /* confidence under which a person should look */
    float weights[MODEL_CALIBRATION];
} ModelCalibration;

typedef struct ModelHeader {
    char magic[8];
    uint32_t byte_order; /* MODEL_BYTE_ORDER as the writer saw it */
    uint32_t class_count, class_bytes, row_count;
    float unseen_idf;           /* of a word that the training never saw */
    float cue_scale, cue_doubt; /* see model_add_cues() */
    ModelCalibration calibrations[MODEL_REGISTERS];
    float bias[MODEL_CLASSES_MAX];
} ModelHeader;
#define MODEL_BYTE_ORDER 0x01020304u

/* The score of a category that the model doesn't know: a little under one it knows and that no word speaks for. */
#define MODEL_UNKNOWN (-1.2f)

typedef struct ModelRow {
    float scale; /* a weight is its int8 times this */
    float mass;  /* a word's share in the text's length, idf²; a gram's in its word's length; 0 for pairs */
} ModelRow;

typedef struct Model Model;

/* A feature found in a text: where, and what it says for each class. */
typedef struct ModelPart {
    uint32_t token, token_end;
    const int8_t *weights; /* NULL for the insides of an unseen word */
    float scale;
    const float *sums; /* the insides of an unseen word: one weight for each class */
} ModelPart;

typedef struct ModelScores {
    float score[MODEL_CLASSES_MAX]; /* about -1 to 1 and a little more; higher is surer */
    ModelPart *parts;               /* in the arena, in the order they stand */
    uint32_t part_count, word_count;
} ModelScores;

/*
 * Takes a model file's bytes, which must outlive the model and be aligned to 4. Returns 0 and a model in `arena`,
 * -EINVAL where they are no such model, or -ENOMEM.
 */
int model_open(Model **out, Arena *arena, const char *bytes, size_t len, Error *err);

const ModelHeader *model_header(const Model *model);
const char *model_class(const Model *model, uint32_t index);

/* Scores the tokens from `first` to `end`. Returns 0 or -ENOMEM. */
int model_score(const Model *model, ModelScores *scores, Arena *arena, const Text *text, uint32_t first, uint32_t end);

/* What a part adds to a class's score. */
static inline float model_part_weight(const ModelPart *part, uint32_t class)
{
    return part->weights ? (float)part->weights[class] * part->scale : part->sums[class] * part->scale;
}

/*
 * Adds to each score what the cues say for it, `cue_weights` times `cue_scale`: the more, the less the model recognises
 * (1 + `cue_doubt` for a best score of -1, where no class claims the text).
 */
void model_add_cues(float *scores, const float *cue_weights, size_t count, float cue_scale, float cue_doubt);

/* One number that the calibration looks at, and which of its coefficients it is multiplied with. */
typedef struct ModelTerm {
    uint32_t index;
    float value;
} ModelTerm;

/*
 * What the calibration looks at, from scores by category that hold the cues already: 1, the best score's lead over the
 * second and the third, the best and the second score, the logarithm of the number of words; which class is the best,
 * with its lead again, and which the second, because some pairs are harder to tell apart than others; and every class's
 * score. `category_class` has each category's class, `class_count` or more for one without. `order` gets the three best
 * categories. Returns how many terms there are, their indices rising.
 */
uint32_t model_calibration_terms(ModelTerm terms[static MODEL_TERMS], uint32_t order[static 3], const float *scores,
                                 uint32_t category_count, const uint32_t *category_class, uint32_t class_count,
                                 uint32_t word_count);

/* The probability that the best class is right: the logistic of the weighed terms (Platt 1999). */
float model_confidence(const ModelCalibration *calibration, const ModelTerm *terms, uint32_t count);
