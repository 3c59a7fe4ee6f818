/*
 * Small steps for building cJSON objects whose every failure is out of memory: each returns false then, so that a whole
 * object is built with && and checked once.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* NULL becomes null. */
bool json_add_text(cJSON *object, const char *name, const char *text);

/* Bytes that are not NUL-terminated. */
bool json_add_bytes(cJSON *object, const char *name, const char *bytes, size_t len);
bool json_add_number(cJSON *object, const char *name, double number);
bool json_add_bool(cJSON *object, const char *name, bool value);

/* Takes over `item`, also when it fails; a NULL item fails. */
bool json_add_item(cJSON *object, const char *name, cJSON *item);
bool json_append(cJSON *array, cJSON *item);
bool json_append_text(cJSON *array, const char *text);
