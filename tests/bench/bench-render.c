/*
 * How long a lägesbild takes to write: bench-render [incidents] [times] [pdf|html|json|txt|csv]. The first one, which
 * for PDF reads the fonts, is told by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lagesbild_fixture.h"
#include "render/lagesbild_forms.h"

static double now_ms(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static const LagesbildForm *form_named(const char *name)
{
    for (size_t i = 0; i < lagesbild_form_count; i++)
        if (strcmp(lagesbild_forms[i].name, name) == 0) return &lagesbild_forms[i];
    return NULL;
}

static double draw(const Lagesbild *l, const LagesbildForm *form, size_t *len)
{
    char *bytes = NULL;
    FILE *out = open_memstream(&bytes, len);
    if (!out) exit(EXIT_FAILURE);
    const double start = now_ms(CLOCK_MONOTONIC);
    if (form->write(l, out)) exit(EXIT_FAILURE);
    const double took = now_ms(CLOCK_MONOTONIC) - start;
    fclose(out);
    free(bytes);
    return took;
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    const size_t incidents = argc > 1 ? strtoul(argv[1], NULL, 10) : 100;
    const int times = argc > 2 ? atoi(argv[2]) : 100;
    const LagesbildForm *form = form_named(argc > 3 ? argv[3] : "pdf");
    _arena_free_ Arena *arena = arena_new();
    Lagesbild *l = arena ? fixture_many(arena, incidents) : NULL;
    double *took = times > 0 ? calloc((size_t)times, sizeof *took) : NULL;
    size_t len = 0;
    if (!form || !l || !took || lagesbild_complete(l, arena)) return EXIT_FAILURE;
    printf("first %.1f ms\n", draw(l, form, &len));
    const double before = now_ms(CLOCK_PROCESS_CPUTIME_ID);
    for (int i = 0; i < times; i++)
        took[i] = draw(l, form, &len);
    const double processor = (now_ms(CLOCK_PROCESS_CPUTIME_ID) - before) / times;
    qsort(took, (size_t)times, sizeof *took, by_size);
    printf("%zu incidents, %zu bytes: median %.2f ms, slowest of %d %.2f ms; processor %.2f ms each\n", incidents, len,
           took[times / 2], times, took[times - 1], processor);
    free(took);
    return EXIT_SUCCESS;
}
