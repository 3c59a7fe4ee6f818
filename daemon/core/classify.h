/*
 * What kind of incident it is: the police heading where there is one, cue phrases, and a linear model over words;
 * and the cross-cutting flags.
 */
#pragma once

#include "core/read.h"
#include "core/split.h"

/* Returns 0 or -ENOMEM. `tag->confidence` is calibrated (docs/reading.md shows the reliability table). */
int classify_read(CategoryTag *tag, Arena *arena, const Text *text, const Segment *segment, const Knowledge *knowledge);

/* FLAG_… bits for the incident. */
uint32_t classify_flags(const Text *text, const Segment *segment, const Knowledge *knowledge);

/* The confidence under which a category goes to a person; comes with the model. */
float classify_review_limit(const Knowledge *knowledge);
