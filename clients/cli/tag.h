/*
 * `lagesbild tag`: NDJSON in, NDJSON out, no server and no database; the code the daemon stores with.
 *
 *   in   {"id", "kind": "report"|"observation", "text", "municipality": code|null, "date": "YYYY-MM-DD"|null}
 *   out  {"id", "incidents": [{"start", "end", "areas": [code], "category": code, "occurred_at", "review": bool}],
 *         "pii": [{"start", "end", "kind"}]}
 *
 * With `confidence` an incident also has "category_confidence" and "area_confidences" (one for each of "areas"), 0
 * to 1. start and end are byte offsets into the UTF-8 text. "review" is about the tags, as /v1/review's "category" and
 * "area": personal data has its own list.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "core/knowledge/knowledge.h"
#include "util/error.h"

/*
 * Reads `in` to its end, one line out for each line in, in order; blank lines are skipped. Returns 0, -EBADMSG where a
 * line is at fault (the lines before it have been answered), -EIO or -ENOMEM, with a sentence in Swedish, line number
 * first, in `err`.
 */
int tag_stream(FILE *in, FILE *out, const Knowledge *knowledge, bool confidence, Error *err);
