/*
 * A notice of the Police's public events API (polisen.se, "Regler för öppna data"), checked.
 *
 * The title ("11 oktober 00:51, Mord/dråp, försök, Upplands-bro") has the event's day and clock but no year, `datetime`
 * says when it was published, and `location.gps` is the middle of a municipality or county, never the place.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"
#include "util/arena.h"
#include "util/civil.h"
#include "util/error.h"

typedef struct Notice {
    int64_t id;
    int64_t published_ms;        /* `datetime` */
    const char *name, *type;     /* never NULL */
    const char *location;        /* `location.name`, never NULL */
    const char *url;             /* or NULL */
    const char *text;            /* summary and body, a line end between them; "" where there is neither */
    bool has_event_time;         /* the title says when */
    CivilDate event_date;        /* with the year that makes it the latest such day not after publication */
    int event_minute;            /* local minute of the day, 0 to 1439 */
    MunicipalityId municipality; /* the municipality or county the location names; MUNICIPALITY_NONE for neither */
    bool is_digest;              /* a "Sammanfattning": several incidents in one text */
} Notice;

/*
 * Checks one element of the feed. Strings are copied into `arena`. Returns 0, -EINVAL with what is wrong, in Swedish,
 * in `err` ("/datetime: …", a JSON Pointer first), or -ENOMEM.
 */
int notice_read(Notice *notice, Arena *arena, const cJSON *json, const Knowledge *knowledge, Error *err);

/*
 * The latest date with this month and day that is not after `published` (one day's slack: a title may be written for an
 * event just after midnight). Source: titles around New Year, where taking the publication's year puts events a year
 * ahead.
 */
CivilDate notice_year(int month, int day, CivilDate published);
