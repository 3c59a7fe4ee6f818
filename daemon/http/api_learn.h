/*
 * What people send to change the knowledge: areas, places, and what a correction teaches; checked.
 */
#pragma once

#include <cjson/cJSON.h>

#include "core/knowledge/knowledge.h"
#include "util/fault.h"

/* Each gives what is to be stored, as knowledge_edit.sql takes it, as text in the faults' arena; NULL with at least one
 * fault, or, without memory, with none. */

/* {name, parent?, geometry?} */
const char *api_learn_area(const cJSON *json, Faults *faults);

/* {area, name, kind, aliases?, position?} */
const char *api_learn_place(const cJSON *json, Faults *faults);

/* The "learn" of a correction: {place: {name, area, kind?, aliases?}}, {alias: {place, name}} or
 * {cue: {phrase, category}}. */
const char *api_learn_taught(const cJSON *json, const Knowledge *knowledge, Faults *faults);
