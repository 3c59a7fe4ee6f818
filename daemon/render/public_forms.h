/*
 * Every form of the public lägesbild. A count that is held back stands as "färre än 5" or "visas inte" in all of them.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild_public.h"

typedef struct PublicForm {
    const char *name;       /* the extension and ?format=: "json"; "excel-sv" is a dialect of "csv" */
    const char *media_type; /* for Accept: "text/html" */
    const char *content_type;
    int (*write)(const LagesbildPublic *l, FILE *out); /* 0, -ENOMEM, -EIO or -EBADMSG. Any thread. */
    bool slow; /* takes longer than a loop may be held up: write it on a thread (flow/offload.h) */
} PublicForm;

extern const PublicForm public_forms[];
extern const size_t public_form_count;

int public_json_write(const LagesbildPublic *l, FILE *out);
int public_html_write(const LagesbildPublic *l, FILE *out);
int public_text_write(const LagesbildPublic *l, FILE *out);
int public_csv_write(const LagesbildPublic *l, FILE *out);
int public_excel_write(const LagesbildPublic *l, FILE *out);
