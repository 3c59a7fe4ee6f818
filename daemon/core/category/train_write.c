/* The trained model as the file that model.h describes. */
#include "core/category/train-internal.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/knowledge/knowledge-internal.h"

/* What reading a term adds for each class; of a word also what its grams add, so that reading need not cut it up. */
static float term_row(const Trainer *trainer, const Weights *weights, const CorpusTerm *term, float *row)
{
    uint32_t classes = trainer->class_count;
    float most = 0, norm = term->gram_count ? corpus_gram_norm(term) : 0;
    for (uint32_t c = 0; c < classes; c++) {
        float sum = weights->weights[(size_t)(term->index - 1) * classes + c] * train_kind_weight(term->kind);
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

static int write_model(FILE *file, const Trainer *trainer, const Weights *weights, ModelHeader *header)
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
int train_write(const Trainer *trainer, const Weights *weights, ModelHeader *header, const char *directory, Error *err)
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
