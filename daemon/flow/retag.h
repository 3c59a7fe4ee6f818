/*
 * Stored texts read again with today's knowledge: what would change, and, where that is asked for, changed.
 *
 * A page at a time: read from the database by the loop, read again by the crew (offload.h), stored in one unit, told.
 * Each page is a commit of its own, so that an interrupted run has done what it has told, and the next one goes on:
 * what is right already does not differ.
 */
#pragma once

#include "context.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"

typedef struct RetagQuestion {
    const Scope *scope;
    const char *from, *before; /* timestamptz, or NULL */
    bool apply;
    const char *token; /* who asks */
} RetagQuestion;

typedef struct RetagSummary {
    uint64_t read, changed; /* incidents */
} RetagSummary;

typedef struct RetagCallbacks {
    /* Lines of NDJSON (reread.h), stored already where that was asked for; may be none, when much has been read that
     * does not differ. False: go on when retag_resume() is called. */
    bool (*lines)(const char *ndjson, size_t len, const RetagSummary *so_far, void *arg);
    /* Once; the work is gone when it returns. DB_OVERLOAD also where the crew has too much to do. */
    void (*done)(DbStatus status, const RetagSummary *summary, void *arg);
    void *arg;
} RetagCallbacks;

typedef struct Retag Retag;

/* The question's strings are copied. NULL without memory; nothing is then called. Callbacks come from the loop. */
Retag *retag_start(Worker *worker, const RetagQuestion *question, RetagCallbacks callbacks);

/* After lines() gave false. */
void retag_resume(Retag *retag);

/* Ends it after the page that is under way; done() is still called. */
void retag_stop(Retag *retag);
