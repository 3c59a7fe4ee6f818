/*
 * What is wrong with something that was sent: where, and what was expected. Collected, so that one answer tells of all.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stddef.h>

#include "util/arena.h"

typedef struct Fault {
    const char *pointer; /* JSON Pointer into the body ("/text"), or "?name" for a query parameter */
    const char *detail;
} Fault;

enum { FAULTS_MAX = 16 };

typedef struct Faults {
    Arena *arena;
    Fault items[FAULTS_MAX];
    size_t count; /* more than FAULTS_MAX are not kept: the first ones are enough to mend */
} Faults;

void faults_add(Faults *faults, const char *pointer, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A fault for each member of `object` that is not among `known` (NULL-terminated), so that a misspelt name is not
 * silence. `detail` says what it does not belong to. */
void faults_unknown_members(Faults *faults, const cJSON *object, const char *const *known, const char *detail);
