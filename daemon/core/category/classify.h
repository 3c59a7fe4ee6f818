/*
 * What kind of incident it is: the police heading where there is one, else a linear model over words together with
 * cue phrases; and the cross-cutting flags. docs/reading.md tells how well.
 */
#pragma once

#include "core/read/read.h"
#include "core/read/split.h"

/*
 * Returns 0 or -ENOMEM. `tag->confidence` is calibrated (docs/reading.md shows the reliability table). The rule in
 * `tag->evidence` is "police-heading", "learned" (a phrase that somebody in `municipality` has taught), "cue", "model",
 * or "none" where no word says anything. `municipality` may be MUNICIPALITY_NONE. `own`: the text is a municipality's
 * own, not a national feed's; what is said in it is judged the same, but how sure that is is not.
 */
int classify_read(CategoryTag *tag, Arena *arena, const Text *text, const Segment *segment, const Knowledge *knowledge,
                  MunicipalityId municipality, bool own);

/* FLAG_… bits for the incident. */
uint32_t classify_flags(const Text *text, const Segment *segment, const Knowledge *knowledge);

/* The confidence under which a category goes to a person; comes with the model. */
float classify_review_limit(const Knowledge *knowledge, bool own);
