/*
 * What the subcommands read out of answers. Names are case-sensitive; what is absent or of another type reads as
 * absent.
 */
#pragma once

#include <cjson/cJSON.h>

#include "http.h"

/* The answer's body as JSON, or NULL. The caller frees it with cJSON_Delete(). */
cJSON *reply_parse(const HttpAnswer *answer);

/* A member's string, or NULL. */
const char *reply_text(const cJSON *json, const char *name);

/* A member, or NULL; any type but null. */
const cJSON *reply_member(const cJSON *json, const char *name);

/* A member's number, or `otherwise`. */
double reply_number(const cJSON *json, const char *name, double otherwise);

/* "12", "-3.5", "text", "true"; NULL for null, absent, arrays and objects, or when memory is out. */
const char *reply_scalar(Arena *arena, const cJSON *value);

/* The strings of an array, or their member `name` where they are objects, joined with ", "; "" where none. NULL: memory
 * is out. */
const char *reply_join(Arena *arena, const cJSON *array, const char *name);

static inline void reply_deletep(cJSON **json)
{
    cJSON_Delete(*json);
}

/* For locals: `_reply_ cJSON *json = reply_parse(&answer);` */
#define _reply_ __attribute__((cleanup(reply_deletep)))
