/*
 * What lagesbild_pdf.c draws of the first page, in this order, and by whom: lagesbild_pdf_summary.c.
 */
#pragma once

#include "render/lagesbild_pdf.h"
#include "render/sheet.h"

/* What the lägesbild is of, and who has reported. */
void lagesbild_pdf_head(Sheet *s, const Lagesbild *l);

/* The opening paragraph and the four figures. */
void lagesbild_pdf_state(Sheet *s, const Lagesbild *l);

/* Kinds, hours, weeks, places and decisions, as far as the page has room. */
void lagesbild_pdf_charts(Sheet *s, const Lagesbild *l);
