/* The labelled texts that a model is trained on, as the features of feature.h. For train.c and its parts alone. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <uthash.h>

#include "core/category/classifier.h"
#include "core/category/feature.h"
#include "util/arena.h"
#include "util/error.h"

/* A word, pair or gram of the corpus. */
typedef struct CorpusTerm {
    uint32_t key;
    uint32_t index;     /* from 1, as liblinear counts; 0 for one that is too rare to be trained */
    uint32_t documents; /* how many hold it; of a gram: holds of words that hold it, so at least that many */
    uint32_t words;     /* of a gram: how many different words hold it */
    float idf;
    uint16_t gram_count; /* of a word */
    uint8_t kind;        /* FeatureKind, or CORPUS_GRAM */
    struct CorpusTerm **grams;
    UT_hash_handle hh;
} CorpusTerm;
enum { CORPUS_GRAM = FEATURE_PAIR + 1 };

typedef struct CorpusFeature {
    CorpusTerm *term;
    float weight; /* feature_weight() of its count */
} CorpusFeature;

typedef struct CorpusDocument {
    CorpusFeature *features;
    uint32_t feature_count, word_count;
    CategoryId category;
    bool example;       /* a written one, not a notice */
    float *cue_weights; /* one for each category */
} CorpusDocument;

typedef struct Corpus {
    Arena *arena;
    const Knowledge *knowledge;
    CorpusDocument *documents;
    size_t document_count, document_capacity, example_count;
    CorpusTerm *terms;    /* by key (uthash) */
    uint32_t index_count; /* the highest index */
    float unseen_idf;     /* of a word that no document holds */
    Arena *scratch;       /* for the text being read */
} Corpus;

/* Both NULL-safe; corpus_new() returns NULL where memory is out. `knowledge` must outlive it. */
Corpus *corpus_new(const Knowledge *knowledge);
void corpus_free(Corpus *corpus);

int corpus_read_ndjson(Corpus *corpus, const char *path, Error *err);
int corpus_read_examples(Corpus *corpus, const char *directory, Error *err);

/* After the last text: weighs the terms and gives those that are common enough their index. 0 or -ENOMEM. */
int corpus_finish(Corpus *corpus, Error *err);

/* What 1 for a word that stands once is divided by: the text's length, over its words alone. */
float corpus_norm(const Corpus *corpus, const CorpusDocument *document);

/* The length of a word's vector of grams, or 0: a gram's weight in it is its idf over this. */
float corpus_gram_norm(const CorpusTerm *word);
