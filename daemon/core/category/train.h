/*
 * Making the model that classify.c reads: `lagesbild train`.
 *
 * One-against-all linear support vectors (liblinear's L2-loss dual solver) over the features of feature.h; how
 * sure a score is gets measured on notices the model did not see: the notices are cut into TRAIN_FOLDS stretches of
 * time, and each is judged by a model trained on the others (Platt 1999 on out-of-fold scores; model.h has what the
 * logistic looks at). The same input gives the same bytes: the order is the input's, and the solver's rand() is seeded.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"
#include "util/error.h"

enum { TRAIN_FOLDS = 5, TRAIN_BINS = 10 };

typedef struct TrainOptions {
    const char *const *inputs; /* NDJSON files, {"text", "category"} a line, oldest first */
    size_t input_count;
    const char *knowledge; /* a knowledge directory: categories, cues and examples.csv */
    const char *output;    /* a directory; model.bin is written there, whole or not at all */
} TrainOptions;

/* How much goes to review, and how often the rest is right; 0 where that was not looked at. */
typedef struct TrainDoubt {
    double review_share, right_without_review;
} TrainDoubt;

/* What the out-of-fold judgement came to: of the notices, where nothing else is said. */
typedef struct TrainReport {
    size_t documents, examples; /* notices read; written examples beside them */
    size_t features;            /* rows in the model */
    double accuracy, macro_f1;
    TrainDoubt doubt, examples_doubt;
    /* Tags by confidence: [0, 0.1), … [0.9, 1]. */
    struct {
        size_t count;
        double confidence, right; /* means */
    } reliability[TRAIN_BINS];
} TrainReport;

/*
 * Trains and writes. Takes a minute or two and about a gigabyte for 35,000 notices. Not for threads: liblinear uses
 * rand(). Returns 0, or a negative errno with the file, the line and the fault in `err`.
 */
int train_model(const TrainOptions *options, TrainReport *report, Error *err);
