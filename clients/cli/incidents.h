/*
 * Incidents as a table for people, the same wherever a command shows them.
 */
#pragma once

#include <cjson/cJSON.h>

#include "cli.h"
#include "table.h"

typedef struct IncidentTable {
    Table *table;
    bool with_ids, with_reasons;
} IncidentTable;

/* `with_ids`: a column with the ids; `with_reasons`: how sure the tags are and why a person should look. 0 or -ENOMEM.
 */
int incidents_init(IncidentTable *incidents, Arena *arena, bool with_ids, bool with_reasons);

/* Adds an incident of the contract. Returns 0 or -ENOMEM. */
int incidents_add(IncidentTable *incidents, Arena *arena, const cJSON *incident);

/* What people call a status: "granska"; the status itself where it is none of ours. */
const char *incidents_standing(const char *status);

/* "2026-03-13 23:40", "2026-03-13" as the precision says; "" where the time is not known. NULL: memory is out. */
const char *incidents_time(Arena *arena, const cJSON *incident);
