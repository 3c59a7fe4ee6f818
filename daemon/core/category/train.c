#include "core/category/train.h"

#include <errno.h>
#include <linear.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/category/train-internal.h"
#include "core/knowledge/knowledge-internal.h"

/*
 * All found by training on notices to March 2024 and judging on those after (docs/reading.md). A class weighs
 * (mean size / its size) to the power RARE_POWER, which buys the rare ones recall.
 */
static const double COST = 0.4, STOP = 0.1, RARE_POWER = 0.4;
static const float CUE_SCALE = 0.3f, CUE_DOUBT = 2.0f;
enum { EXAMPLES_MIN = 500 }; /* from which the written examples have a calibration of their own */

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
        if (term->index) add_term(trainer, term->index, scale * term->idf * train_kind_weight(term->kind));
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
    srand(TRAIN_SEED);
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
    int status = train_calibrate(trainer->arena, &registers[MODEL_NOTICE], notice, &report->doubt, err);
    *own = *notice; /* few examples tell nothing of their own */
    if (!status && registers[MODEL_OWN].count >= EXAMPLES_MIN)
        status = train_calibrate(trainer->arena, &registers[MODEL_OWN], own, &report->examples_doubt, err);
    if (status) return status;
    if (train_sum_up(trainer->arena, &registers[MODEL_NOTICE], corpus->knowledge->category_count, report))
        return error_set(err, -ENOMEM, "out of memory");
    return 0;
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
    set_print_string_function(quiet);
    int status = cross_judge(trainer, &weights, &header, report, err);
    if (!status) status = solve(trainer, -1, &weights, err);
    if (status) return status;
    memcpy(header.bias, weights.bias, trainer->class_count * sizeof *weights.bias);
    report->documents = corpus->document_count - corpus->example_count;
    report->examples = corpus->example_count;
    report->features = corpus->index_count;
    return train_write(trainer, &weights, &header, options->output, err);
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
