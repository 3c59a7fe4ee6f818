/*
 * JSON on its way out, as every renderer writes it. Both return 0, -ENOMEM, or what they say themselves.
 */
#pragma once

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdio.h>

/* Writes `json` and a line end, and frees it; -ENOMEM, with nothing written, where it was not `made` whole. -EIO where
 * `out` has failed. */
int json_write_line(cJSON *json, bool made, FILE *out);

/* Writes a text in its quotes; NULL becomes null. */
int json_write_text(const char *text, FILE *out);
