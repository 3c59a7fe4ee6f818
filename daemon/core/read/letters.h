/*
 * Words whose dots and rings people leave out: "kvall", "pa", "Kungsangen", on a keyboard without the letters or in
 * haste.
 *
 * Data: letters.csv in the knowledge directory, one word a row. A word stands there only if nothing else is written as
 * it is without its marks.
 */
#pragma once

#include "core/read/text.h"
#include "util/error.h"

typedef struct Letters Letters;

/*
 * Loads the file under `directory` into `arena`, which must outlive the words; without the file there are none.
 * Returns 0, or a negative errno with the file, the line and the fault in `err`.
 */
int letters_load(Letters **out, Arena *arena, const char *directory, Error *err);

/* Gives the words of lines that have no such letter at all the norm they were meant to have. Offsets stay. `text` then
 * points into `letters`. */
void letters_restore(const Letters *letters, Text *text);
