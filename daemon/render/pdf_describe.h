/*
 * What cairo 1.16 cannot say in a PDF: its language, that a window is to show the title, what a figure shows, and which
 * way a table's heads reach.
 *
 * Said in an incremental update (ISO 32000-1, 7.5.6): the file as it is, and after it new versions of the catalogue and
 * of the structure elements concerned. A reader that knows no updates still reads the file.
 */
#pragma once

#include <stddef.h>
#include <stdio.h>

typedef enum PdfScope { PDF_SCOPE_COLUMN, PDF_SCOPE_ROW } PdfScope;

typedef struct PdfDescription {
    const char *language;       /* BCP 47: "sv-SE" */
    const char *const *figures; /* what each Figure shows, in the order of the document; UTF-8 */
    size_t figure_count;
    const PdfScope *heads; /* what each TH is the head of, in the order of the document */
    size_t head_count;
} PdfDescription;

/*
 * Writes `pdf` and its description. Returns 0, -EIO, -ENOMEM, or -EBADMSG where the file has another build than cairo's
 * (one cross-reference table, objects in plain text) or other numbers of figures and heads than described.
 */
int pdf_describe(const char *pdf, size_t len, const PdfDescription *description, FILE *out);
