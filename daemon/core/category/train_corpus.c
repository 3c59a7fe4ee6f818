/* An allocation that fails leaves uthash's item out of the table, where hh.tbl tells. */
#define HASH_NONFATAL_OOM 1

#include "core/category/train_corpus.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_csv.h"

/* A term that fewer documents hold is left out: it says more about one document than about a category. */
enum { WORD_DOCUMENTS = 2, PAIR_DOCUMENTS = 3, GRAM_DOCUMENTS = 3, GRAM_WORDS = 2 };

Corpus *corpus_new(const Knowledge *knowledge)
{
    Corpus *corpus = calloc(1, sizeof *corpus);
    if (!corpus) return NULL;
    corpus->knowledge = knowledge;
    corpus->arena = arena_new();
    corpus->scratch = arena_new();
    if (corpus->arena && corpus->scratch) return corpus;
    corpus_free(corpus);
    return NULL;
}

void corpus_free(Corpus *corpus)
{
    if (!corpus) return;
    HASH_CLEAR(hh, corpus->terms); /* the terms themselves are the arena's */
    arena_free(corpus->scratch);
    arena_free(corpus->arena);
    free(corpus);
}

/* The term of a key, made where it is new. NULL where memory is out. */
static CorpusTerm *term_of(Corpus *corpus, uint32_t key, uint8_t kind, bool *made)
{
    CorpusTerm *term;
    *made = false;
    HASH_FIND(hh, corpus->terms, &key, sizeof key, term);
    if (term) return term;
    term = arena_calloc(corpus->arena, 1, sizeof *term);
    if (!term) return NULL;
    term->key = key;
    term->kind = kind;
    HASH_ADD(hh, corpus->terms, key, sizeof term->key, term);
    if (!term->hh.tbl) return NULL;
    *made = true;
    return term;
}

static int add_grams(Corpus *corpus, CorpusTerm *word, const Token *token)
{
    uint32_t grams[FEATURE_GRAMS], count = feature_grams(token, grams);
    word->grams = arena_calloc(corpus->arena, count, sizeof *word->grams);
    if (!word->grams) return -ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        bool made;
        CorpusTerm *gram = term_of(corpus, grams[i], CORPUS_GRAM, &made);
        if (!gram) return -ENOMEM;
        if (gram->kind != CORPUS_GRAM) continue; /* two keys that happen to be the same */
        gram->words++;
        word->grams[word->gram_count++] = gram;
    }
    return 0;
}

static int add_features(Corpus *corpus, CorpusDocument *document, const Text *text)
{
    Feature *features;
    uint32_t count;
    int status = feature_read(&features, &count, corpus->scratch, text, 0, text->token_count);
    if (status) return status;
    document->features = arena_alloc(corpus->arena, count * sizeof *document->features);
    if (!document->features) return -ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        bool made;
        CorpusTerm *term = term_of(corpus, features[i].key, (uint8_t)features[i].kind, &made);
        if (!term) return -ENOMEM;
        if (made && features[i].kind == FEATURE_WORD) {
            status = add_grams(corpus, term, &text->tokens[features[i].token]);
            if (status) return status;
        }
        if (term->kind != features[i].kind) continue;
        term->documents++;
        if (features[i].kind == FEATURE_WORD) document->word_count += features[i].count;
        document->features[document->feature_count++] =
            (CorpusFeature){.term = term, .weight = feature_weight(features[i].count)};
    }
    return 0;
}

static int add_cues(Corpus *corpus, CorpusDocument *document, const Text *text)
{
    ClassifierCue cues[CLASSIFIER_CUES];
    size_t count = corpus->knowledge->category_count;
    document->cue_weights = arena_alloc(corpus->arena, count * sizeof *document->cue_weights);
    if (!document->cue_weights) return -ENOMEM;
    classifier_cues(corpus->knowledge->classifier, text, 0, text->token_count, cues, document->cue_weights, count);
    return 0;
}

static int add_document(Corpus *corpus, const char *text, const char *category, bool example, Error *err)
{
    CorpusDocument *documents = arena_grow(corpus->arena, corpus->documents, corpus->document_count,
                                           &corpus->document_capacity, sizeof *documents);
    if (!documents) return error_set(err, -ENOMEM, "out of memory");
    corpus->documents = documents;
    CorpusDocument *document = &documents[corpus->document_count];
    *document = (CorpusDocument){.category = knowledge_find_category(corpus->knowledge, category), .example = example};
    if (document->category == CATEGORY_NONE) return error_set(err, -EINVAL, "there is no category \"%s\"", category);
    arena_reset(corpus->scratch);
    Text cut;
    int status = text_init(&cut, corpus->scratch, text, strlen(text), NULL);
    if (status == -EILSEQ) return error_set(err, status, "the text is not UTF-8");
    if (!status) status = add_features(corpus, document, &cut);
    if (!status) status = add_cues(corpus, document, &cut);
    if (status) return error_set(err, status, "%s", strerror(-status));
    corpus->document_count++;
    corpus->example_count += example;
    return 0;
}

static int add_line(Corpus *corpus, const char *line, Error *err)
{
    cJSON *row = cJSON_Parse(line);
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "text"));
    const char *category = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "category"));
    int status = text && category ? add_document(corpus, text, category, false, err)
                                  : error_set(err, -EINVAL, "must be a JSON object with \"text\" and \"category\"");
    cJSON_Delete(row);
    return status;
}

int corpus_read_ndjson(Corpus *corpus, const char *path, Error *err)
{
    FILE *file = fopen(path, "re");
    if (!file) return error_set(err, -errno, "%s: %s", path, strerror(errno));
    char *line = NULL;
    size_t size = 0, number = 0;
    int status = 0;
    while (!status) {
        errno = 0;
        ssize_t len = getline(&line, &size, file);
        if (len < 0) {
            if (!feof(file)) status = error_set(err, errno ? -errno : -EIO, "can't be read to its end");
            break;
        }
        number++;
        if (len > 1) status = add_line(corpus, line, err);
    }
    if (status) error_prefix(err, "%s, line %zu: ", path, number);
    free(line);
    fclose(file);
    return status;
}

static int example_row(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    return add_document(context, fields[1], fields[0], true, err);
}

int corpus_read_examples(Corpus *corpus, const char *directory, Error *err)
{
    static const char *const COLUMNS[] = {"category", "text"};
    return knowledge_csv_read(directory, "examples.csv", COLUMNS, 2, example_row, corpus, err);
}

static float idf(const Corpus *corpus, uint32_t documents)
{
    double all = (double)corpus->document_count, with = documents < all ? documents : all;
    return (float)(log((all + 1) / (with + 1)) + 1);
}

static bool is_common(const CorpusTerm *term)
{
    switch (term->kind) {
    case FEATURE_WORD:
        return term->documents >= WORD_DOCUMENTS;
    case CORPUS_GRAM:
        return term->documents >= GRAM_DOCUMENTS && term->words >= GRAM_WORDS;
    default:
        return term->documents >= PAIR_DOCUMENTS;
    }
}

int corpus_finish(Corpus *corpus, Error *err)
{
    if (corpus->document_count == corpus->example_count) return error_set(err, -EINVAL, "there is nothing to learn");
    CorpusTerm *term, *next;
    HASH_ITER(hh, corpus->terms, term, next)
    {
        for (uint16_t i = 0; i < term->gram_count; i++)
            term->grams[i]->documents += term->documents;
    }
    corpus->unseen_idf = idf(corpus, 1);
    HASH_ITER(hh, corpus->terms, term, next)
    {
        term->idf = idf(corpus, term->documents);
        if (is_common(term)) term->index = ++corpus->index_count;
    }
    return 0;
}

float corpus_norm(const Corpus *corpus, const CorpusDocument *document)
{
    float mass = 0;
    for (uint32_t i = 0; i < document->feature_count; i++) {
        const CorpusTerm *term = document->features[i].term;
        if (term->kind != FEATURE_WORD) continue;
        float length = (term->index ? term->idf : corpus->unseen_idf) * document->features[i].weight;
        mass += length * length;
    }
    return mass > 0 ? sqrtf(mass) : 1;
}

float corpus_gram_norm(const CorpusTerm *word)
{
    float mass = 0;
    for (uint16_t i = 0; i < word->gram_count; i++)
        if (word->grams[i]->index) mass += word->grams[i]->idf * word->grams[i]->idf;
    return sqrtf(mass);
}
