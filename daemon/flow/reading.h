/*
 * A text, read and made ready to be stored: its incidents as rows, personal data masked.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/read/read.h"

enum { SHA256_HEX_SIZE = 65 };

typedef struct MaskedReading {
    Reading reading;  /* spans point into the text as received */
    const char *text; /* the text with personal data masked, in composed form */
    size_t len;
    const uint32_t *moved;        /* old offset → offset in `text` */
    char sha256[SHA256_HEX_SIZE]; /* of the text as received, where it is of a report (content.c); else not set */
} MaskedReading;

/* Where an incident's row comes from. Strings may be NULL where the column may. */
typedef struct IncidentOrigin {
    const char *municipality; /* whose row it is; areas of others are left out */
    const char *report;       /* uuid; NULL for an observation */
    const char *source, *organisation, *created_by;
    int64_t published_ms; /* 0 where not known */
    CivilDate date;       /* for an incident whose text gives no time */
    int64_t now_ms;       /* for its id */
} IncidentOrigin;

/* Reads and masks. Returns what read_text() returns. */
int reading_make(MaskedReading *out, Arena *arena, const Knowledge *knowledge, const ReadInput *input);

/* A new row for insert_incidents.sql (with a new id), or NULL without memory. */
cJSON *reading_incident_row(const MaskedReading *reading, const ReadIncident *incident, const Knowledge *knowledge,
                            const IncidentOrigin *origin, uint32_t ordinal, Arena *arena);

/* The findings as [{start, end, kind}], in the text as received; those inside `within`, relative to it, when it is not
 * NULL. */
cJSON *reading_pii_json(const Reading *reading, const Span *within);

/* {area, confidence, rule, evidence} appended to a row's areas. */
bool reading_add_area(cJSON *areas, const char *code, double confidence, const char *rule, const char *evidence);

/* True when the row has an area. */
bool reading_row_has_area(const cJSON *row);

/* Replaces a row's category with one that is certain, decided by `rule` from `evidence`. */
bool reading_set_category(cJSON *row, const char *code, const char *rule, const char *evidence);

/* Replaces a row's time with a Swedish date and, unless it is -1, minute of the day. */
bool reading_set_local_time(cJSON *row, CivilDate date, int minute, const char *precision);

/* SHA-256 of bytes in hex. */
void reading_sha256(const char *bytes, size_t len, char out[static SHA256_HEX_SIZE]);
