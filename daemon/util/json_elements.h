/*
 * The elements of a JSON array, or the lines of NDJSON, out of bytes that come in pieces of any size.
 *
 * Finds only where an element starts and ends (brackets and strings); what is in it is read, strictly, by the caller.
 * So an import of any length needs memory for one element.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/error.h"

typedef struct JsonElements JsonElements;

typedef enum JsonElementsForm {
    JSON_ELEMENTS_ARRAY, /* one JSON array */
    JSON_ELEMENTS_LINES, /* NDJSON: one element a line, blank lines skipped */
    JSON_ELEMENTS_EITHER /* an array where the first character is '[', else lines */
} JsonElementsForm;

/* Called for each element, in order: its bytes (without white space around it), its number from 0, and the line (from
 * 1) it starts on. Returns 0 to go on, a negative errno to stop. An element over the limit comes with bytes == NULL. */
typedef int (*JsonElementFunction)(const char *bytes, size_t len, uint64_t number, uint64_t line, void *arg);

/* `element_max`: bytes one element may have. NULL without memory. */
JsonElements *json_elements_new(JsonElementsForm form, size_t element_max, JsonElementFunction function, void *arg);
void json_elements_free(JsonElements *elements);

/* Takes the next bytes. -EBADMSG where they are no array (text after its end, a missing value) with the reason, in
 * Swedish; -ENOMEM; or what the function returned. After an error the rest must not be given. */
int json_elements_feed(JsonElements *elements, const char *bytes, size_t len, Error *err);

/* The last byte has come: -EBADMSG where an array is not closed; a last line needs no line end. */
int json_elements_end(JsonElements *elements, Error *err);
