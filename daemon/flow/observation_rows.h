/*
 * Rows of observations (observation.h) on their way into the database, and the answers made of what was sent: the
 * database adds nothing to an observation but its times, so it need not be asked for the whole of it.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stddef.h>

#include "db/pool.h"

/* The parameters of insert_observations.sql. */
typedef struct ObservationRows ObservationRows;

/* From `count` rows, no two with the same id. NULL without memory. */
ObservationRows *observation_rows_new(const cJSON *const *rows, size_t count);
void observation_rows_free(ObservationRows *rows); /* NULL is allowed */

/* Adds what stores the rows, which must live until the unit is done: result 0 is empty, result 1 what
 * insert_observations.sql gives. Returns 0 or -ENOMEM. */
int observation_rows_store(DbWork *work, const ObservationRows *rows);

/* [{municipality, incident}], to look rows up by. NULL without memory; else to be free()d. */
char *observation_keys(const cJSON *const *rows, size_t count);

/* A stored row as the interface gives it, the same as incident_json() (schema/functions) makes; the times are JSON, as
 * insert_observations.sql gives them. NULL without memory; else to be free()d. */
char *observation_json(const cJSON *row, const char *occurred_at, const char *received_at);
