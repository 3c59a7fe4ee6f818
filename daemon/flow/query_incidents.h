/*
 * Stored incidents by any combination of filters, one with its history, what waits for a person, and what a person
 * decided.
 */
#pragma once

#include <stdbool.h>

#include "context.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"

/* Strings are as PostgreSQL reads them, checked by the caller but for what only the database knows; NULL where not
 * asked for. All live until done. */
typedef struct IncidentFilter {
    Scope scope;
    const char *const *categories; /* NULL-terminated, or NULL for all */
    const char *const *sources;
    const char *const *statuses; /* NULL for all but the rejected */
    const char *from, *before;   /* timestamptz */
    const char *place;
    const char *words;
    const char *west, *south, *east, *north; /* all four or none; west of east over the antimeridian */
} IncidentFilter;

/* Where a list goes on: the sort key of the last row given. Opaque to clients. */
enum { INCIDENT_KEYS = 3 };
typedef struct IncidentCursor {
    const char *keys[INCIDENT_KEYS]; /* all NULL for the first page */
} IncidentCursor;

typedef struct IncidentPage {
    const char *const *items; /* each an incident as the interface gives it, JSON; live as long as the callback */
    size_t count;
    bool more;
    IncidentCursor next; /* where `more`; lives as long as the callback */
} IncidentPage;

typedef void (*IncidentsDone)(DbStatus status, const IncidentPage *page, void *arg);

/* All of these call their callback exactly once: from the loop, or, without memory (DB_OVERLOAD), before they return.
 */

/* Newest first; `cursor` has two keys. DB_REFUSED where a filter's value is not one (a time, a cursor). */
void query_incidents(Worker *worker, Arena *arena, const IncidentFilter *filter, const IncidentCursor *cursor,
                     int limit, IncidentsDone done, void *arg);

/* All of what the filter lets through, in the list's order, a row at a time. */
typedef struct IncidentExport IncidentExport;

typedef struct ExportCallbacks {
    /* One incident: as JSON, alone in `values`, or as its INCIDENT_FIELDS, NULL for what it has not; until the callback
     * returns. False: no more are wanted. */
    bool (*row)(const char *const *values, void *arg);
    void (*done)(DbStatus status, void *arg); /* once; the export is gone when it returns */
    void *arg;
} ExportCallbacks;

/* NULL without memory; nothing is then called. Otherwise the callbacks come from the loop. */
IncidentExport *export_incidents(Worker *worker, Arena *arena, const IncidentFilter *filter, bool as_json,
                                 ExportCallbacks callbacks);

/* No rows between pause and resume, and what is held meanwhile is bounded. */
void export_incidents_pause(IncidentExport *export);
void export_incidents_resume(IncidentExport *export);

/* The most doubtful first; `cursor` has three keys. Only the filter's scope counts. */
void query_review(Worker *worker, Arena *arena, const Scope *scope, const IncidentCursor *cursor, int limit,
                  IncidentsDone done, void *arg);

typedef enum IncidentVerdict {
    INCIDENT_FOUND,
    INCIDENT_NOT_FOUND, /* or not the asker's to know of */
    INCIDENT_FORBIDDEN, /* in the asker's municipality, but in none of its areas */
    INCIDENT_NO_AREA,   /* decided to be in an area that its municipality has not */
    INCIDENT_NO_LESSON, /* what it was to teach names an area or a place that its municipality has not */
    INCIDENT_FAILED,    /* `status` tells why */
} IncidentVerdict;

typedef struct IncidentAnswer {
    IncidentVerdict verdict;
    DbStatus status;
    bool withdrawn;      /* a revision of its report took it away: it is in no list */
    const char *json;    /* as the interface gives it; lives as long as the callback */
    const char *history; /* JSON array of its changes */
} IncidentAnswer;

typedef void (*IncidentDone)(const IncidentAnswer *answer, void *arg);

/* One incident with its history. A withdrawn one is found too: its history matters. */
void query_incident(Worker *worker, Arena *arena, const Scope *scope, const char *id, IncidentDone done, void *arg);

typedef struct IncidentDecision {
    const char *id;
    const char *fields; /* JSON object, as incident_decide.sql takes it */
    const char *learn;  /* what the municipality learns from it, as knowledge_edit.sql takes it; or NULL */
    const char *token;
    const char *role;
} IncidentDecision;

/* Stores what a person decided, with its history, and what it teaches, in one unit. */
void decide_incident(Worker *worker, Arena *arena, const Scope *scope, const IncidentDecision *decision,
                     IncidentDone done, void *arg);
