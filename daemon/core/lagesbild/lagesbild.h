/*
 * The lägesbild as a document: everything one page shows for an area and a period, before it becomes bytes.
 *
 * Built from figures (flow/build_lagesbild) by filling the struct and calling lagesbild_complete(), which judges the
 * figures and writes the words. Every renderer reads this one model and decides nothing but the form. All strings and
 * arrays live in the arena the builder used; nothing here is NULL unless the field says so.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/lagesbild/expected.h"
#include "core/lagesbild/period.h"
#include "util/arena.h"

/* A count that is not known: nobody reported then. Zero is something else. */
#define LAGESBILD_UNKNOWN INT64_C(-1)

enum {
    LAGESBILD_PLACES_MAX = 5,
    LAGESBILD_HOURS = 24,
    LAGESBILD_WEEKDAYS = 7,
    LAGESBILD_WEEKS = 53,       /* of the series: a year back, and the same week a year ago */
    LAGESBILD_SHORT_WEEKS = 13, /* its last quarter, looked at by itself */
};

/* A count with what it is compared to. */
typedef struct LagesbildFigure {
    int64_t count;
    int64_t previous;                      /* the period before, or LAGESBILD_UNKNOWN */
    int64_t year_ago;                      /* the same period a year earlier, or LAGESBILD_UNKNOWN */
    int64_t history[EXPECTED_HISTORY_MAX]; /* the reported ones among the periods before, newest first */
    size_t history_count;
    const int64_t *weeks; /* LAGESBILD_WEEKS_READ counts (lagesbild_weeks.h); NULL where no series was read */
    Expected expected;
    const char *reason; /* in Swedish: what the count is against what was expected, or why nothing was; written by
                           lagesbild_complete(), as is the next */
    const char *note;   /* the same where a difference is claimed; NULL where none is */
} LagesbildFigure;

typedef struct LagesbildCategory {
    const char *code;
    const char *name;
    LagesbildFigure figure;
} LagesbildCategory;

typedef struct LagesbildPlace {
    const char *name;
    LagesbildFigure figure;
    const char *top_category; /* name of the most frequent kind there */
    int64_t top_count;
    int64_t evening;    /* of those with a known clock, how many between 18 and 06 */
    int64_t clocked;    /* how many have a known clock */
    const char *reason; /* written by lagesbild_complete(), in Swedish */
} LagesbildPlace;

typedef struct LagesbildIncident {
    const char *id;
    const char *json; /* the whole incident as the interface gives it */
    CivilDate date;   /* local */
    int hour, minute; /* local; both meaningless where has_clock is false */
    bool has_clock;
    bool clock_is_rough; /* only the hour is known, or "at about" */
    const char *title;
    const char *text;
    const char *place;    /* NULL where not known */
    const char *area;     /* name of the most certain area, NULL where none */
    const char *category; /* name */
    const char *reported_by;
    bool to_review; /* the reading of it is uncertain and nobody has looked yet */
} LagesbildIncident;

/* One who reports. A count of 0 with reports means "nothing to report", which is a report. */
typedef struct LagesbildSource {
    const char *organisation;
    int64_t count;   /* incidents in the area and period */
    int64_t reports; /* reports for the period, whatever area they tell of */
    CivilDate last;  /* the newest day anything came for; not known where nothing has */
} LagesbildSource;

typedef struct LagesbildDecision {
    const char *measure;
    const char *owner;
    const char *place;  /* or NULL */
    const char *status; /* or NULL */
    const char *effect; /* or NULL; only in follow-up */
    CivilDate start;    /* may be not known */
    CivilDate check;    /* may be not known */
} LagesbildDecision;

/* One week of the area's series, whatever the period of the document. */
typedef struct LagesbildWeek {
    CivilDate monday;
    int64_t count;     /* or LAGESBILD_UNKNOWN: nobody reported, or the week was not over when the data was cut */
    bool has_normal;   /* false where too few weeks before it were reported for */
    int64_t low, high; /* nineteen of twenty weeks fall within, from the weeks before it alone */
} LagesbildWeek;

typedef struct LagesbildPoint {
    double lon, lat; /* WGS 84 */
} LagesbildPoint;

typedef struct LagesbildRing {
    LagesbildPoint *points; /* the last is the first again */
    size_t count;
} LagesbildRing;

/* Where a place of the period's incidents lies. */
typedef struct LagesbildDot {
    size_t place; /* index into places; LAGESBILD_PLACES_MAX where it is none of them */
    LagesbildPoint at;
} LagesbildDot;

/* The area's outline, and those of the period's places whose position the knowledge has. Incidents' own positions are
 * no part of it: one of those could single out a home. */
typedef struct LagesbildMap {
    LagesbildRing *rings;
    size_t ring_count;  /* 0 where the area has no polygon: then there is no map */
    LagesbildDot *dots; /* those in places first, in their order */
    size_t dot_count;
    int64_t placed; /* of the incidents in `incidents`, how many are at a dot */
} LagesbildMap;

/* Texts by the coordinator, or sentences about what changed. */
typedef struct LagesbildTexts {
    const char **items;
    size_t count;
} LagesbildTexts;

/* A step in the life of a document: who did it and when. */
typedef struct LagesbildStep {
    int number;     /* revision of the coordinator's parts, or version of what is published; 0 where it never was */
    const char *at; /* RFC 3339, local offset; NULL where it never was */
    const char *by; /* organisation or role; NULL where it never was */
} LagesbildStep;

typedef struct Lagesbild {
    const char *area_code;
    const char *area_name;
    bool area_is_root;   /* the whole municipality (or county), so what has no area of its own counts here */
    bool area_has_parts; /* the knowledge has areas in it */
    Period period;
    int version;             /* 0 for a draft */
    LagesbildStep published; /* a version's own publication; a draft's is the newest version's, where there is one */
    const char *closed_at;   /* when the period closed by the group's rhythm, RFC 3339; NULL where it has not */
    bool waits;              /* it has, and nothing was published since */
    LagesbildStep edited;    /* of the coordinator's parts */
    LagesbildTexts changes;  /* in a version after the first: what differs from the one before */
    const char *fingerprint; /* of all it is made from: the same as long as nothing but the clock differs */
    const char *data_cut_at; /* RFC 3339, local offset */
    CivilDate cut_date;      /* the same, local */
    int cut_hour, cut_minute;
    CivilDate history_from; /* the first day anything is known of; not known where nothing is */

    const char *summary;      /* the opening paragraph, by the service unless summary_is_own */
    bool summary_is_own;      /* the coordinator has written it */
    const char *reservations; /* what to keep in mind when reading the figures, by the service; NULL where nothing */
    LagesbildFigure total;
    LagesbildCategory *categories; /* most frequent first after lagesbild_complete(), which drops the empty ones */
    size_t category_count;
    LagesbildPlace *places; /* at most LAGESBILD_PLACES_MAX, most incidents first */
    size_t place_count;
    size_t places_looked_at; /* how many places had incidents; `places` has the most frequent of them */
    int64_t hour_of_week[LAGESBILD_WEEKDAYS][LAGESBILD_HOURS]; /* from Monday; only those with a known clock */
    int64_t clocked;                                           /* their sum */
    LagesbildWeek *weeks;                                      /* oldest first; the last holds the period's last day */
    size_t week_count;                                         /* LAGESBILD_WEEKS, or 0 where no series was made */
    LagesbildMap map;
    LagesbildIncident *incidents; /* by place, then time */
    size_t incident_count;
    int64_t incidents_omitted; /* in the period, but not among the above because they are too many */
    int64_t to_review;         /* among total: uncertain, and no person has looked yet */
    int64_t without_area;      /* in the municipality and period, without an area */
    LagesbildSource *sources;  /* who reported, and who has reported lately but not now */
    size_t source_count;
    LagesbildDecision *followup; /* of the last meeting's decisions */
    size_t followup_count;
    LagesbildDecision *decisions;
    size_t decision_count;
    LagesbildTexts worries; /* known worries and coming events, by the coordinator */
    LagesbildTexts causes;  /* probable causes, by the coordinator */
} Lagesbild;

/* True when the period was over when the data was cut. */
bool lagesbild_is_complete(const Lagesbild *l);

/* False where the data was cut before the period's first day. */
bool lagesbild_has_begun(const Lagesbild *l);

/* True when everything of a compared period is within what anything is known of: only then may words compare. */
bool lagesbild_knows_all_of(const Lagesbild *l, const Period *compared);

/* A source that has reported, for this period. */
bool lagesbild_has_reported(const LagesbildSource *source);

/* False where no source has and nothing has happened: then a count of 0 says nothing. */
bool lagesbild_anybody_reported(const Lagesbild *l);

/* More of those who report have not than have: then fewer incidents may be fewer reports. */
bool lagesbild_is_mostly_silent(const Lagesbild *l);

/* Judges the figures and writes the notes, the reasons, the summary and the reservations. Returns 0 or -ENOMEM. */
int lagesbild_complete(Lagesbild *l, Arena *arena);
