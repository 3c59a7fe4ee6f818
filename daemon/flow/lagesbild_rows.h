/*
 * What the statements of a lägesbild gave, read into its document: figures in, no verdicts yet but those that
 * lagesbild_complete() makes of them.
 */
#pragma once

#include <libpq-fe.h>

#include "core/knowledge/knowledge.h"
#include "core/lagesbild/lagesbild.h"
#include "core/lagesbild/lagesbild_weeks.h"

/* The spans of days that are counted: this one, the two it is compared with, and its history. */
enum { SPAN_NOW, SPAN_PREVIOUS, SPAN_YEAR_AGO, SPAN_HISTORY, SPAN_COUNT = SPAN_HISTORY + EXPECTED_HISTORY_MAX };

/* The statements of the unit, in this order. */
enum {
    OF_MOMENT,
    OF_PLAN,
    OF_SLOTS, /* the first whose rows tell anything */
    OF_COUNTS,
    OF_PLACES,
    OF_FIGURES,
    OF_INCIDENTS,
    OF_SOURCES,
    OF_WITHOUT_AREA,
    OF_REPORTED_WEEKS,
    OF_ALL_WEEKS, /* of the whole municipality */
    OF_WEEKS,
    OF_EDIT,
    OF_FOLLOWUP,
    OF_PUBLISHED,
    OF_CLOSED,
    OF_COUNT
};

/* Columns that are told apart elsewhere too. */
enum { SLOTS_CUT_AT = 3, PLACES_DAYS = 8 };

typedef struct LagesbildRows {
    Arena *arena; /* the document's */
    const Knowledge *knowledge;
    AreaId area; /* whose map is drawn */
    Period spans[SPAN_COUNT];
    PGresult *of[OF_COUNT];
    Lagesbild *l; /* with its area and period */

    /* Filled on the way. */
    bool reported[SPAN_COUNT];
    bool week_reported[LAGESBILD_WEEKS_READ];
    int64_t **series; /* of each category: its weeks */
} LagesbildRows;

/* Fills the document, all but its fingerprint. False without memory, or where the rows are not what was asked for. */
bool lagesbild_rows_read(LagesbildRows *rows);
