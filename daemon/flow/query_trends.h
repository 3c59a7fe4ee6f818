/*
 * A question about counts over time, answered by one unit of work.
 */
#pragma once

#include "context.h"
#include "core/lagesbild/scope.h"
#include "core/lagesbild/trend.h"
#include "db/pool.h"

/* Whether to tell who reported in each bucket. It costs a look at an index for each reporter and bucket, so of more
 * than TREND_WATCH_MAX buckets it is told only when asked for. */
typedef enum TrendWatching { TREND_WATCH_FEW, TREND_WATCH_ALWAYS, TREND_WATCH_NEVER } TrendWatching;
enum { TREND_WATCH_MAX = 120 };

typedef struct TrendOrder {
    Arena *arena;
    Scope scope;
    Trend trend;                   /* from, to, bucket, compare, by: set; rows: filled in */
    const char *const *areas;      /* as asked for; NULL-terminated, or NULL */
    const char *const *categories; /* NULL-terminated, or NULL for all */
    const char *const *sources;
    const char *place;
    TrendWatching watching;
} TrendOrder;

typedef enum TrendVerdict {
    TREND_ANSWERED,
    TREND_TOO_BROAD, /* more rows than anyone would read: `why` says in Swedish how to narrow it */
    TREND_FAILED,    /* the database's status tells why; DB_OVERLOAD also for memory */
} TrendVerdict;

typedef struct TrendAnswer {
    TrendVerdict verdict;
    DbStatus status;
    const Trend *trend; /* in the order's arena */
    const char *why;
} TrendAnswer;

typedef void (*TrendDone)(const TrendAnswer *answer, void *arg);

/* Calls `done` exactly once: from the loop, or, where nothing was sent, before this returns. Everything in the order
 * lives until then. */
void query_trends(Worker *worker, const TrendOrder *order, TrendDone done, void *arg);
