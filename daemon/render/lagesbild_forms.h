/*
 * Every form a lägesbild comes in. Their order is the preference where a client accepts several alike.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild.h"

typedef struct LagesbildForm {
    const char *name;       /* the extension and ?format=: "json"; "excel-sv" is a dialect of "csv" */
    const char *media_type; /* for Accept: "text/html" */
    const char *content_type;
    /* 0, -ENOMEM, -EIO, or -EBADMSG for a model that is none. Any thread. */
    int (*write)(const Lagesbild *l, FILE *out);
    bool slow; /* takes longer than a loop may be held up: write it on a thread (flow/offload.h) */
} LagesbildForm;

extern const LagesbildForm lagesbild_forms[];
extern const size_t lagesbild_form_count;
