/*
 * What classifying knows: cues.csv, headings.csv, flags.csv and model.bin of a knowledge directory (its README.md
 * describes them). For classify.c, which reads with it, and train.c, which makes the model.
 */
#pragma once

#include "core/category/cues.h"
#include "core/category/model.h"
#include "core/knowledge/knowledge.h"

typedef struct Classifier {
    CueSet *cues;               /* targets: a CategoryId, or CLASSIFIER_NEGATION */
    CueSet *headings;           /* targets: a CategoryId; names of offences and of the Police's notice types */
    CueSet *flags;              /* targets: a flag's index */
    Model *model;               /* NULL where the directory has none: then cues and headings decide alone */
    CategoryId *class_category; /* for each of the model's classes */
    uint32_t *category_class;   /* for each category its class, or class_count where the model has none */
    CategoryId fallback;        /* "ovrigt", or the last category where there is no such code */
} Classifier;

enum { CLASSIFIER_NEGATION = UINT16_MAX };

/*
 * Loads the cues, headings and flags of `directory` into `k`, whose categories and police types are there already;
 * everything lives as long as `k`. Returns 0, or a negative errno with the file, the line and the fault in `err`.
 */
int classifier_load(Knowledge *k, const char *directory, Error *err);

/* The model, after classifier_load(). Likewise; that there is no model.bin is no fault. */
int classifier_load_model(Knowledge *k, const char *directory, Error *err);

typedef struct ClassifierCue {
    CategoryId category;
    float weight; /* 0 to 1 */
    uint32_t token, token_end;
} ClassifierCue;

enum { CLASSIFIER_CUES = 64 };

/*
 * The longest of a municipality's own phrases (the earliest of equally long ones) in the tokens from `first` to `end`
 * that nothing negates. False where there is none.
 */
bool classifier_learned(const Classifier *classifier, const CueSet *learned, const Text *text, uint32_t first,
                        uint32_t end, CueHit *found);

/*
 * The cues in the tokens from `first` to `end` that nothing negates; returns how many, at most CLASSIFIER_CUES.
 * `weights` (one for each category, cleared first) gets what they say together.
 */
uint32_t classifier_cues(const Classifier *classifier, const Text *text, uint32_t first, uint32_t end,
                         ClassifierCue cues[static CLASSIFIER_CUES], float *weights, size_t category_count);
