/*
 * What train.c is made of: texts become rows of numbers and are solved and judged (train.c, its corpus in
 * train_corpus.c), what judged texts say of certainty (train_calibrate.c), and the model as a file (train_write.c).
 */
#pragma once

#include "core/category/model.h"
#include "core/category/train.h"
#include "core/category/train_corpus.h"

enum { TRAIN_SEED = 1 }; /* of liblinear's rand(), before each solving */

/* Weights of the kinds of features against whole words; found on notices later than those trained on. */
#define TRAIN_PAIR_WEIGHT  0.7f
#define TRAIN_FIRST_WEIGHT 0.5f
#define TRAIN_GRAM_WEIGHT  0.8f

/* A training under way. */
typedef struct Trainer {
    Corpus *corpus;
    Arena *arena;
    struct feature_node **rows; /* liblinear's, one for each document */
    uint32_t *classes;          /* for each category its class + 1, or 0 */
    uint32_t *category_class;   /* the same as model_calibration_terms() takes it */
    CategoryId *categories;     /* for each class */
    uint32_t class_count;
    /* A sparse vector being added up: dense values, and which of them are in use. */
    float *sums;
    uint32_t *touched, touched_count;
} Trainer;

/* One weight for each term and class, and a bias for each class. */
typedef struct Weights {
    float *weights; /* (index - 1) * class_count + class */
    float *bias;
} Weights;

/* One judged text. */
typedef struct Judged {
    ModelTerm terms[MODEL_TERMS];
    uint32_t term_count;
    float confidence;
    CategoryId want, got;
} Judged;

/* The judged texts of one register. */
typedef struct JudgedTexts {
    Judged *items;
    size_t count;
} JudgedTexts;

/* The weight of a term by its kind: FeatureKind or CORPUS_GRAM. */
static inline float train_kind_weight(uint8_t kind)
{
    switch (kind) {
    case FEATURE_WORD:
        return 1;
    case FEATURE_PAIR:
        return TRAIN_PAIR_WEIGHT;
    case CORPUS_GRAM:
        return TRAIN_GRAM_WEIGHT;
    default:
        return TRAIN_FIRST_WEIGHT;
    }
}

/*
 * Fits a register's calibration to its judged texts (Platt's logistic) and sets its limit of review; fills `doubt` and
 * each text's confidence, by which they are sorted. Scratch comes from `arena`. Returns 0, -ENOMEM, or -EINVAL where
 * all were right or all wrong.
 */
int train_calibrate(Arena *arena, const JudgedTexts *texts, ModelCalibration *calibration, TrainDoubt *doubt,
                    Error *err);

/* Fills accuracy, macro F1 and reliability from texts that have their confidence. Returns 0 or -ENOMEM. */
int train_sum_up(Arena *arena, const JudgedTexts *texts, size_t category_count, TrainReport *report);

/*
 * Writes model.bin in `directory`, whole or not at all. `header` is filled but for its counts of rows and bytes, which
 * are set here. Returns 0, or a negative errno with the path in `err`.
 */
int train_write(const Trainer *trainer, const Weights *weights, ModelHeader *header, const char *directory, Error *err);
