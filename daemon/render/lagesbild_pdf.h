/*
 * The lägesbild as PDF on A4, for the archive and for who prints: the first page stands alone as the summary, the rest
 * is what it rests on. Tagged, with bookmarks, in Swedish, with its fonts inside; the same document gives the same
 * bytes.
 */
#pragma once

#include <stdio.h>

#include "core/lagesbild/lagesbild.h"

/* Writes the completed lägesbild. Returns 0, -ENOMEM, -EIO when `out` could not take it, or -EBADMSG where the drawing
 * failed. Takes some tens of milliseconds: not for a loop. Any thread. */
int lagesbild_pdf_write(const Lagesbild *l, FILE *out);
