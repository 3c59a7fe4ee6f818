/*
 * The interface's OpenAPI 3.1 document: docs/api/openapi.json, embedded by the build.
 */
#pragma once

#include <stddef.h>

extern const char openapi_json[];
extern const size_t openapi_json_len;
