/*
 * The public lägesbild as PDF: what the other forms say, on paper (paper.h). The same document gives the same bytes.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild_public.h"

/* 0, -ENOMEM, -EIO or -EBADMSG (cairo). Any thread. */
int public_pdf_write(const LagesbildPublic *l, FILE *out);
