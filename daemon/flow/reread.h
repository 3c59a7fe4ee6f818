/*
 * A stored incident's text, read again with another knowledge: which of its tags would be others.
 *
 * What a person has decided and what the sender said (a category, a position, the Police's own type) stays. Texts are
 * read as they were the first time: a report whole, so that its headings count, a notice with its title. Where the same
 * incident is no longer found in its report (another splitting), nothing is said of it.
 */
#pragma once

#include <cjson/cJSON.h>

#include "core/knowledge/knowledge.h"
#include "util/arena.h"

/* A row of retag_page.sql. NULL where NULL. */
typedef struct StoredIncident {
    const char *incident, *report, *text, *title, *category, *category_rule, *place, *status;
    const char *review, *decided; /* JSON arrays of texts */
    const char *areas;            /* JSON array of {area, rule} */
    const char *source;
    int64_t occurred_ms;
    int ordinal;
    const char *lat, *lon;
    const char *kind, *report_date, *report_source, *report_title, *report_text; /* of the report */
} StoredIncident;

/* The reading of the report that the incidents one after the other belong to. Starts zeroed. */
typedef struct RereadReport {
    const char *report, *text; /* the one that was read; its text, which only its first incident brings */
    cJSON *rows;               /* as for insert_incidents.sql; NULL where it could not be read */
} RereadReport;

void reread_deinit(RereadReport *report);

/*
 * `*change` gets what differs, {incident, municipality, …} as retag_apply.sql takes it, which the caller deletes; NULL
 * where nothing does. A text that can no longer be read differs in nothing. Returns 0 or -ENOMEM.
 */
int reread(cJSON **change, RereadReport *report, Arena *arena, const Knowledge *knowledge, MunicipalityId municipality,
           const StoredIncident *stored);

/* One line of NDJSON for each field that differs, {incident, municipality, field, before, after}, in the arena; NULL
 * without memory. */
const char *reread_lines(const cJSON *change, const StoredIncident *stored, Arena *arena);
