#include "core/category/train.h"

#include <errno.h>
#include <linear.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/category/model.h"
#include "core/category/train_corpus.h"
#include "core/knowledge/knowledge-internal.h"

/*
 * All found by training on notices to March 2024 and judging on those after (docs/reading.md). A class weighs
 * (mean size / its size) to the power RARE_POWER, which buys the rare ones recall.
 */
static const double COST = 0.4, STOP = 0.1, RARE_POWER = 0.4;
static const float CUE_SCALE = 0.3f, CUE_DOUBT = 2.0f;
enum {
    SEED = 1,
    EXAMPLES_MIN = 500, /* from which the written examples have a calibration of their own */
};

/*
 * The review limit is where the rest is this often right, but never so high that more than this go to review: people
 * have time for some 15 in a hundred, and other doubts (the area, personal data) take one of them.
 */
static const double RIGHT_TARGET = 0.98, REVIEW_MOST = 0.14;

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

static void add_term(Trainer *trainer, uint32_t index, float value)
{
    if (trainer->sums[index] == 0) trainer->touched[trainer->touched_count++] = index;
    trainer->sums[index] += value;
}

static int index_compare(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static float kind_weight(uint8_t kind)
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

static void add_word_grams(Trainer *trainer, const CorpusTerm *word, float scale)
{
    float norm = corpus_gram_norm(word);
    float word_idf = word->index ? word->idf : trainer->corpus->unseen_idf;
    for (uint16_t i = 0; norm > 0 && i < word->gram_count; i++) {
        const CorpusTerm *gram = word->grams[i];
        if (gram->index) add_term(trainer, gram->index, scale * word_idf * TRAIN_GRAM_WEIGHT * gram->idf / norm);
    }
}

/* A document as liblinear takes it; NULL where memory is out. */
static struct feature_node *make_row(Trainer *trainer, const CorpusDocument *document)
{
    float norm = corpus_norm(trainer->corpus, document);
    trainer->touched_count = 0;
    for (uint32_t i = 0; i < document->feature_count; i++) {
        const CorpusTerm *term = document->features[i].term;
        float scale = document->features[i].weight / norm;
        if (term->index) add_term(trainer, term->index, scale * term->idf * kind_weight(term->kind));
        if (term->kind == FEATURE_WORD) add_word_grams(trainer, term, scale);
    }
    qsort(trainer->touched, trainer->touched_count, sizeof *trainer->touched, index_compare);
    struct feature_node *row = arena_alloc(trainer->arena, (trainer->touched_count + 2) * sizeof *row);
    if (!row) return NULL;
    struct feature_node *at = row;
    for (uint32_t i = 0; i < trainer->touched_count; i++) {
        uint32_t index = trainer->touched[i];
        *at++ = (struct feature_node){.index = (int)index, .value = trainer->sums[index]};
        trainer->sums[index] = 0;
    }
    *at++ = (struct feature_node){.index = (int)trainer->corpus->index_count + 1, .value = 1};
    at->index = -1;
    return row;
}

static int make_rows(Trainer *trainer)
{
    const Corpus *corpus = trainer->corpus;
    size_t categories = corpus->knowledge->category_count;
    trainer->rows = arena_alloc(trainer->arena, corpus->document_count * sizeof *trainer->rows);
    trainer->sums = arena_calloc(trainer->arena, corpus->index_count + 1, sizeof *trainer->sums);
    trainer->touched = arena_alloc(trainer->arena, (corpus->index_count + 1) * sizeof *trainer->touched);
    trainer->classes = arena_calloc(trainer->arena, categories, sizeof *trainer->classes);
    trainer->categories = arena_calloc(trainer->arena, categories, sizeof *trainer->categories);
    trainer->category_class = arena_calloc(trainer->arena, categories, sizeof *trainer->category_class);
    if (!trainer->category_class || !trainer->rows || !trainer->sums || !trainer->touched || !trainer->classes ||
        !trainer->categories)
        return -ENOMEM;
    for (size_t i = 0; i < corpus->document_count; i++) {
        trainer->rows[i] = make_row(trainer, &corpus->documents[i]);
        if (!trainer->rows[i]) return -ENOMEM;
        trainer->classes[corpus->documents[i].category] = 1;
    }
    for (size_t i = 0; i < categories; i++) {
        trainer->category_class[i] = UINT32_MAX;
        if (!trainer->classes[i]) continue;
        trainer->categories[trainer->class_count] = (CategoryId)i;
        trainer->category_class[i] = trainer->class_count;
        trainer->classes[i] = ++trainer->class_count;
    }
    return 0;
}

/* The fold that a document is judged in. Notices' folds are stretches of the input, and so of time; the examples stand
 * by category and are dealt out. */
static int fold_of(const Trainer *trainer, size_t document)
{
    const Corpus *corpus = trainer->corpus;
    size_t notices = corpus->document_count - corpus->example_count;
    return (int)(corpus->documents[document].example ? document % TRAIN_FOLDS : document * TRAIN_FOLDS / notices);
}

/* The documents outside a fold (-1: all of them). */
static int make_problem(Trainer *trainer, struct problem *problem, int left_out)
{
    const Corpus *corpus = trainer->corpus;
    *problem = (struct problem){.n = (int)corpus->index_count + 1,
                                .x = arena_alloc(trainer->arena, corpus->document_count * sizeof *problem->x),
                                .y = arena_alloc(trainer->arena, corpus->document_count * sizeof *problem->y),
                                .bias = 1};
    if (!problem->x || !problem->y) return -ENOMEM;
    for (size_t i = 0; i < corpus->document_count; i++) {
        const CorpusDocument *document = &corpus->documents[i];
        if (left_out >= 0 && fold_of(trainer, i) == left_out) continue;
        problem->x[problem->l] = trainer->rows[i];
        problem->y[problem->l++] = trainer->classes[document->category];
    }
    return 0;
}

static void quiet(const char *text)
{
    (void)text;
}

/* Weights from liblinear's model, whose classes stand in the order it met them. */
static void take_weights(const Trainer *trainer, const struct model *model, Weights *weights)
{
    uint32_t terms = trainer->corpus->index_count, classes = trainer->class_count;
    for (int i = 0; i < model->nr_class; i++) {
        uint32_t class = (uint32_t)model->label[i] - 1;
        for (uint32_t t = 0; t < terms; t++)
            weights->weights[(size_t)t * classes + class] =
                (float)model->w[(size_t)t * (size_t)model->nr_class + (size_t)i];
        weights->bias[class] = (float)model->w[(size_t)terms * (size_t)model->nr_class + (size_t)i];
    }
}

static int solve(Trainer *trainer, int left_out, Weights *weights, Error *err)
{
    struct problem problem;
    if (make_problem(trainer, &problem, left_out)) return error_set(err, -ENOMEM, "out of memory");
    uint32_t classes = trainer->class_count;
    size_t *sizes = arena_calloc(trainer->arena, classes + 1, sizeof *sizes);
    int *labels = arena_calloc(trainer->arena, classes, sizeof *labels);
    double *costs = arena_calloc(trainer->arena, classes, sizeof *costs);
    if (!sizes || !labels || !costs) return error_set(err, -ENOMEM, "out of memory");
    for (int i = 0; i < problem.l; i++)
        sizes[(size_t)problem.y[i]]++;
    int present = 0;
    for (uint32_t c = 1; c <= classes; c++) {
        if (!sizes[c]) continue;
        labels[present] = (int)c;
        costs[present++] = pow((double)problem.l / classes / (double)sizes[c], RARE_POWER);
    }
    if (present < 3) return error_set(err, -EINVAL, "there must be three categories or more to tell apart");
    struct parameter parameter = {.solver_type = L2R_L2LOSS_SVC_DUAL,
                                  .eps = STOP,
                                  .C = COST,
                                  .nr_weight = present,
                                  .weight_label = labels,
                                  .weight = costs};
    const char *fault = check_parameter(&problem, &parameter);
    if (fault) return error_set(err, -EINVAL, "the solver refuses: %s", fault);
    set_print_string_function(quiet);
    srand(SEED);
    struct model *model = train(&problem, &parameter);
    if (!model) return error_set(err, -ENOMEM, "out of memory");
    memset(weights->weights, 0, (size_t)trainer->corpus->index_count * classes * sizeof *weights->weights);
    for (uint32_t c = 0; c < classes; c++)
        weights->bias[c] = -1;
    take_weights(trainer, model, weights);
    free_and_destroy_model(&model);
    return 0;
}

/* A document's scores by category, cues and all, as classify.c makes them. */
static void score(const Trainer *trainer, const Weights *weights, size_t document, float *scores)
{
    uint32_t classes = trainer->class_count;
    float sums[MODEL_CLASSES_MAX] = {0};
    for (const struct feature_node *node = trainer->rows[document]; node->index != -1; node++) {
        if ((uint32_t)node->index > trainer->corpus->index_count) break;
        const float *row = &weights->weights[(size_t)(node->index - 1) * classes];
        for (uint32_t c = 0; c < classes; c++)
            sums[c] += row[c] * (float)node->value;
    }
    size_t categories = trainer->corpus->knowledge->category_count;
    for (size_t i = 0; i < categories; i++) {
        uint32_t class = trainer->classes[i];
        scores[i] = class ? sums[class - 1] + weights->bias[class - 1] : MODEL_UNKNOWN;
    }
    model_add_cues(scores, trainer->corpus->documents[document].cue_weights, categories, CUE_SCALE, CUE_DOUBT);
}

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

static int judge_fold(const Trainer *trainer, const Weights *weights, int fold, JudgedTexts registers[MODEL_REGISTERS])
{
    const Corpus *corpus = trainer->corpus;
    size_t categories = corpus->knowledge->category_count;
    float *scores = arena_alloc(trainer->arena, categories * sizeof *scores);
    if (!scores) return -ENOMEM;
    for (size_t i = 0; i < corpus->document_count; i++) {
        if (fold_of(trainer, i) != fold) continue;
        score(trainer, weights, i, scores);
        uint32_t order[3];
        JudgedTexts *texts = &registers[corpus->documents[i].example ? MODEL_OWN : MODEL_NOTICE];
        Judged *j = &texts->items[texts->count++];
        j->term_count = model_calibration_terms(j->terms, order, scores, (uint32_t)categories, trainer->category_class,
                                                trainer->class_count, corpus->documents[i].word_count);
        j->want = corpus->documents[i].category;
        j->got = (CategoryId)order[0];
    }
    return 0;
}

/* Platt's logistic over the judged texts. The dual solver, because it is the one that uses no BLAS. */
static int fit_logistic(Trainer *trainer, const JudgedTexts *texts, ModelCalibration *calibration, Error *err)
{
    Judged *judged = texts->items;
    const size_t count = texts->count;
    struct problem problem = {.l = (int)count, .n = MODEL_CALIBRATION, .bias = -1};
    problem.x = arena_alloc(trainer->arena, count * sizeof *problem.x);
    problem.y = arena_alloc(trainer->arena, count * sizeof *problem.y);
    struct feature_node *nodes = arena_alloc(trainer->arena, count * (MODEL_TERMS + 1) * sizeof *nodes);
    if (!problem.x || !problem.y || !nodes) return error_set(err, -ENOMEM, "out of memory");
    size_t right = 0;
    for (size_t i = 0; i < count; i++) {
        problem.x[i] = nodes;
        problem.y[i] = judged[i].want == judged[i].got ? 1 : -1;
        right += judged[i].want == judged[i].got;
        for (uint32_t k = 0; k < judged[i].term_count; k++)
            *nodes++ =
                (struct feature_node){.index = (int)judged[i].terms[k].index + 1, .value = judged[i].terms[k].value};
        (nodes++)->index = -1;
    }
    if (right == 0 || right == count) return error_set(err, -EINVAL, "too few texts to calibrate on");
    struct parameter parameter = {.solver_type = L2R_LR_DUAL, .eps = 1e-3, .C = 1};
    srand(SEED);
    struct model *model = train(&problem, &parameter);
    if (!model) return error_set(err, -ENOMEM, "out of memory");
    for (int k = 0; k < MODEL_CALIBRATION; k++)
        calibration->weights[k] = (float)(model->label[0] == 1 ? model->w[k] : -model->w[k]);
    free_and_destroy_model(&model);
    for (size_t i = 0; i < count; i++)
        judged[i].confidence = model_confidence(calibration, judged[i].terms, judged[i].term_count);
    return 0;
}

static int confidence_compare(const void *a, const void *b)
{
    float x = ((const Judged *)a)->confidence, y = ((const Judged *)b)->confidence;
    return (x > y) - (x < y);
}

/* Sorts by confidence and finds the limit; see RIGHT_TARGET. */
static float find_limit(const JudgedTexts *texts, TrainDoubt *doubt)
{
    Judged *judged = texts->items;
    const size_t count = texts->count;
    qsort(judged, count, sizeof *judged, confidence_compare);
    size_t right = 0, start = 0;
    for (size_t i = 0; i < count; i++)
        right += judged[i].want == judged[i].got;
    while (start + 1 < (size_t)((double)count * REVIEW_MOST) &&
           (double)right / (double)(count - start) < RIGHT_TARGET) {
        right -= judged[start].want == judged[start].got;
        start++;
    }
    doubt->review_share = (double)start / (double)count;
    doubt->right_without_review = (double)right / (double)(count - start);
    return judged[start].confidence;
}

static void add_reliability(TrainReport *report, const Judged *judged)
{
    int bin = (int)(judged->confidence * TRAIN_BINS);
    if (bin >= TRAIN_BINS) bin = TRAIN_BINS - 1;
    report->reliability[bin].count++;
    report->reliability[bin].confidence += judged->confidence;
    report->reliability[bin].right += judged->want == judged->got;
}

static int fill_report(Trainer *trainer, const JudgedTexts *texts, TrainReport *report)
{
    const Judged *judged = texts->items;
    const size_t count = texts->count;
    size_t categories = trainer->corpus->knowledge->category_count, seen = 0, right = 0;
    size_t *want = arena_calloc(trainer->arena, categories * 3, sizeof *want);
    if (!want) return -ENOMEM;
    size_t *got = want + categories, *hit = got + categories;
    for (size_t i = 0; i < count; i++) {
        want[judged[i].want]++;
        got[judged[i].got]++;
        hit[judged[i].want] += judged[i].want == judged[i].got;
        right += judged[i].want == judged[i].got;
        add_reliability(report, &judged[i]);
    }
    for (size_t i = 0; i < categories; i++) {
        if (!want[i]) continue;
        seen++;
        report->macro_f1 += 2.0 * (double)hit[i] / (double)(want[i] + got[i]);
    }
    report->macro_f1 /= (double)seen;
    report->accuracy = (double)right / (double)count;
    for (int i = 0; i < TRAIN_BINS; i++) {
        if (!report->reliability[i].count) continue;
        report->reliability[i].confidence /= (double)report->reliability[i].count;
        report->reliability[i].right /= (double)report->reliability[i].count;
    }
    return 0;
}

static int calibrate(Trainer *trainer, const JudgedTexts *texts, ModelCalibration *calibration, TrainDoubt *doubt,
                     Error *err)
{
    int status = fit_logistic(trainer, texts, calibration, err);
    if (!status) calibration->review_limit = find_limit(texts, doubt);
    return status;
}

/* Judges every text by a model that didn't see it, nor a notice's stretch of time; fills the header's calibrations. */
static int cross_judge(Trainer *trainer, Weights *weights, ModelHeader *header, TrainReport *report, Error *err)
{
    const Corpus *corpus = trainer->corpus;
    const size_t sizes[MODEL_REGISTERS] = {corpus->document_count - corpus->example_count, corpus->example_count};
    JudgedTexts registers[MODEL_REGISTERS] = {0};
    for (int i = 0; i < MODEL_REGISTERS; i++)
        if (!(registers[i].items = arena_alloc(trainer->arena, (sizes[i] + 1) * sizeof *registers[i].items)))
            return error_set(err, -ENOMEM, "out of memory");
    for (int fold = 0; fold < TRAIN_FOLDS; fold++) {
        int status = solve(trainer, fold, weights, err);
        if (!status && judge_fold(trainer, weights, fold, registers)) status = error_set(err, -ENOMEM, "out of memory");
        if (status) return status;
    }
    ModelCalibration *notice = &header->calibrations[MODEL_NOTICE], *own = &header->calibrations[MODEL_OWN];
    int status = calibrate(trainer, &registers[MODEL_NOTICE], notice, &report->doubt, err);
    *own = *notice; /* few examples tell nothing of their own */
    if (!status && registers[MODEL_OWN].count >= EXAMPLES_MIN)
        status = calibrate(trainer, &registers[MODEL_OWN], own, &report->examples_doubt, err);
    if (status) return status;
    return fill_report(trainer, &registers[MODEL_NOTICE], report) ? error_set(err, -ENOMEM, "out of memory") : 0;
}

/* What reading a term adds for each class; of a word also what its grams add, so that reading need not cut it up. */
static float term_row(const Trainer *trainer, const Weights *weights, const CorpusTerm *term, float *row)
{
    uint32_t classes = trainer->class_count;
    float most = 0, norm = term->gram_count ? corpus_gram_norm(term) : 0;
    for (uint32_t c = 0; c < classes; c++) {
        float sum = weights->weights[(size_t)(term->index - 1) * classes + c] * kind_weight(term->kind);
        for (uint16_t i = 0; norm > 0 && i < term->gram_count; i++) {
            const CorpusTerm *gram = term->grams[i];
            if (!gram->index) continue;
            sum += weights->weights[(size_t)(gram->index - 1) * classes + c] * TRAIN_GRAM_WEIGHT * gram->idf / norm;
        }
        row[c] = sum * term->idf;
        if (fabsf(row[c]) > most) most = fabsf(row[c]);
    }
    return most;
}

static int key_compare(const void *a, const void *b)
{
    uint32_t x = (*(CorpusTerm *const *)a)->key, y = (*(CorpusTerm *const *)b)->key;
    return (x > y) - (x < y);
}

static void write_row(FILE *file, const Trainer *trainer, const Weights *weights, const CorpusTerm *term)
{
    float values[MODEL_CLASSES_MAX];
    int8_t small[MODEL_CLASSES_MAX + MODEL_STRIDE] = {0};
    float most = term_row(trainer, weights, term, values);
    ModelRow row = {.scale = most / INT8_MAX};
    if (term->kind == FEATURE_WORD || term->kind == CORPUS_GRAM) row.mass = term->idf * term->idf;
    for (uint32_t c = 0; most > 0 && c < trainer->class_count; c++)
        small[c] = (int8_t)lrintf(values[c] / row.scale);
    uint32_t stride = (trainer->class_count + MODEL_STRIDE - 1) / MODEL_STRIDE * MODEL_STRIDE;
    fwrite(&row, sizeof row, 1, file);
    fwrite(small, 1, stride, file);
}

static void write_classes(FILE *file, const Trainer *trainer, const ModelHeader *header)
{
    uint32_t written = 0;
    for (uint32_t c = 0; c < header->class_count; c++) {
        const char *code = trainer->corpus->knowledge->categories[trainer->categories[c]].code;
        written += (uint32_t)strlen(code) + 1;
        fwrite(code, strlen(code) + 1, 1, file);
    }
    for (; written < header->class_bytes; written++)
        fputc('\0', file);
}

static int write_model(FILE *file, Trainer *trainer, const Weights *weights, ModelHeader *header)
{
    Corpus *corpus = trainer->corpus;
    CorpusTerm **terms = arena_alloc(trainer->arena, corpus->index_count * sizeof *terms), *term, *next;
    if (!terms) return -ENOMEM;
    header->row_count = 0;
    HASH_ITER(hh, corpus->terms, term, next)
    {
        if (term->index) terms[header->row_count++] = term;
    }
    qsort(terms, header->row_count, sizeof *terms, key_compare);
    header->class_bytes = 0;
    for (uint32_t c = 0; c < header->class_count; c++)
        header->class_bytes += (uint32_t)strlen(corpus->knowledge->categories[trainer->categories[c]].code) + 1;
    header->class_bytes = (header->class_bytes + 3) / 4 * 4;
    fwrite(header, sizeof *header, 1, file);
    write_classes(file, trainer, header);
    for (uint32_t i = 0; i < header->row_count; i++)
        fwrite(&terms[i]->key, sizeof terms[i]->key, 1, file);
    for (uint32_t i = 0; i < header->row_count; i++)
        write_row(file, trainer, weights, terms[i]);
    return ferror(file) ? -EIO : 0;
}

/* Beside the old file first, so that a half-written model is never read. */
static int save_file(const char *directory, Trainer *trainer, const Weights *weights, ModelHeader *header, Error *err)
{
    const char *path = arena_printf(trainer->arena, "%s/model.bin", directory);
    const char *fresh = arena_printf(trainer->arena, "%s/model.bin.new", directory);
    if (!path || !fresh) return error_set(err, -ENOMEM, "out of memory");
    FILE *file = fopen(fresh, "we");
    if (!file) return error_set(err, -errno, "%s: %s", fresh, strerror(errno));
    int status = write_model(file, trainer, weights, header);
    if (fclose(file) && !status) status = -errno;
    if (!status && rename(fresh, path)) status = -errno;
    if (!status) return 0;
    unlink(fresh);
    return error_set(err, status, "%s: %s", path, strerror(-status));
}

static int run(Trainer *trainer, const TrainOptions *options, TrainReport *report, Error *err)
{
    Corpus *corpus = trainer->corpus;
    if (make_rows(trainer)) return error_set(err, -ENOMEM, "out of memory");
    if (trainer->class_count > MODEL_CLASSES_MAX)
        return error_set(err, -E2BIG, "a model can have %d categories, not %u", MODEL_CLASSES_MAX,
                         trainer->class_count);
    Weights weights = {
        .weights = arena_alloc(trainer->arena, (size_t)corpus->index_count * trainer->class_count * sizeof(float)),
        .bias = arena_alloc(trainer->arena, trainer->class_count * sizeof(float))};
    if (!weights.weights || !weights.bias) return error_set(err, -ENOMEM, "out of memory");
    ModelHeader header = {.magic = MODEL_MAGIC,
                          .byte_order = MODEL_BYTE_ORDER,
                          .class_count = trainer->class_count,
                          .unseen_idf = corpus->unseen_idf,
                          .cue_scale = CUE_SCALE,
                          .cue_doubt = CUE_DOUBT};
    int status = cross_judge(trainer, &weights, &header, report, err);
    if (!status) status = solve(trainer, -1, &weights, err);
    if (status) return status;
    memcpy(header.bias, weights.bias, trainer->class_count * sizeof *weights.bias);
    report->documents = corpus->document_count - corpus->example_count;
    report->examples = corpus->example_count;
    report->features = corpus->index_count;
    return save_file(options->output, trainer, &weights, &header, err);
}

int train_model(const TrainOptions *options, TrainReport *report, Error *err)
{
    *report = (TrainReport){0};
    Knowledge *knowledge;
    int status = knowledge_load_untrained(&knowledge, options->knowledge, err);
    if (status) return status;
    _arena_free_ Arena *arena = arena_new();
    Trainer trainer = {.arena = arena, .corpus = corpus_new(knowledge)};
    if (!arena || !trainer.corpus) status = error_set(err, -ENOMEM, "out of memory");
    for (size_t i = 0; !status && i < options->input_count; i++)
        status = corpus_read_ndjson(trainer.corpus, options->inputs[i], err);
    if (!status) status = corpus_read_examples(trainer.corpus, options->knowledge, err);
    if (!status) status = corpus_finish(trainer.corpus, err);
    if (!status) status = run(&trainer, options, report, err);
    corpus_free(trainer.corpus);
    knowledge_unref(knowledge);
    return status;
}
