/* How sure a score is, and when a person should look: from texts judged by a model that did not see them. */
#include "core/category/train-internal.h"

#include <errno.h>
#include <linear.h>
#include <stdlib.h>

/*
 * The review limit is where the rest is this often right, but never so high that more than this go to review: people
 * have time for some 15 in a hundred, and other doubts (the area, personal data) take one of them.
 */
static const double RIGHT_TARGET = 0.98, REVIEW_MOST = 0.14;

/* Platt's logistic over the judged texts. The dual solver, because it is the one that uses no BLAS. */
static int fit_logistic(Arena *arena, const JudgedTexts *texts, ModelCalibration *calibration, Error *err)
{
    Judged *judged = texts->items;
    const size_t count = texts->count;
    struct problem problem = {.l = (int)count, .n = MODEL_CALIBRATION, .bias = -1};
    problem.x = arena_alloc(arena, count * sizeof *problem.x);
    problem.y = arena_alloc(arena, count * sizeof *problem.y);
    struct feature_node *nodes = arena_alloc(arena, count * (MODEL_TERMS + 1) * sizeof *nodes);
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
    srand(TRAIN_SEED);
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

int train_calibrate(Arena *arena, const JudgedTexts *texts, ModelCalibration *calibration, TrainDoubt *doubt,
                    Error *err)
{
    int status = fit_logistic(arena, texts, calibration, err);
    if (!status) calibration->review_limit = find_limit(texts, doubt);
    return status;
}

static void add_reliability(TrainReport *report, const Judged *judged)
{
    int bin = (int)(judged->confidence * TRAIN_BINS);
    if (bin >= TRAIN_BINS) bin = TRAIN_BINS - 1;
    report->reliability[bin].count++;
    report->reliability[bin].confidence += judged->confidence;
    report->reliability[bin].right += judged->want == judged->got;
}

int train_sum_up(Arena *arena, const JudgedTexts *texts, size_t category_count, TrainReport *report)
{
    const Judged *judged = texts->items;
    const size_t count = texts->count;
    size_t seen = 0, right = 0;
    size_t *want = arena_calloc(arena, category_count * 3, sizeof *want);
    if (!want) return -ENOMEM;
    size_t *got = want + category_count, *hit = got + category_count;
    for (size_t i = 0; i < count; i++) {
        want[judged[i].want]++;
        got[judged[i].got]++;
        hit[judged[i].want] += judged[i].want == judged[i].got;
        right += judged[i].want == judged[i].got;
        add_reliability(report, &judged[i]);
    }
    for (size_t i = 0; i < category_count; i++) {
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
