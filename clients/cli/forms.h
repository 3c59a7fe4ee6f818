/*
 * What the formats of --format are called in a request.
 */
#pragma once

#include "util/arena.h"

/* The media type for Accept of "text", "json", "html", "pdf", "csv", "excel-sv" or "geojson"; of NULL or anything else
 * that of "json". */
const char *forms_media_type(const char *format);

/* `path` with the dialect that the format means, where it means one. NULL: memory is out. */
const char *forms_query(Arena *arena, const char *path, const char *format);
