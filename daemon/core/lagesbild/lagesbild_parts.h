/*
 * The coordinator's own parts of a lägesbild: the opening paragraph, known worries, probable causes and decisions.
 *
 * As sent and as stored they are {summary, worries: [text], causes: [text], decisions: [{measure, owner, place?,
 * start?, check?, status?}]}, each member where it is given. null (and an empty text or list) goes back to what the
 * service writes, or to nothing.
 */
#pragma once

#include <cjson/cJSON.h>

#include "core/knowledge/knowledge.h"
#include "core/lagesbild/lagesbild.h"
#include "util/fault.h"

enum {
    LAGESBILD_PARTS_MAX = 50,    /* worries, causes or decisions */
    LAGESBILD_PARTS_TEXT = 4000, /* bytes of the paragraph, a worry, a cause or a measure */
    LAGESBILD_PARTS_NAME = 120,  /* bytes of an owner or a place */
    LAGESBILD_PARTS_STATUS = 60, /* bytes of a decision's status */
};

/*
 * Checks what was sent and makes what is to be stored of it, which the caller deletes: personal data in running text is
 * masked, as it is in reports. An owner is left as it is: who answers for a measure is named on purpose. Every fault is
 * told with its pointer; `personal` (which has an arena) tells what was masked. Returns 0, -EINVAL with faults, or
 * -ENOMEM.
 */
int lagesbild_parts_take(cJSON **out, Faults *personal, const cJSON *sent, const Knowledge *knowledge, Faults *faults);

/* Puts stored parts (the JSON text of an object) in the document; the summary only where it is given. Call after
 * lagesbild_complete(). Returns 0, -EBADMSG for what was not stored by this program, or -ENOMEM. */
int lagesbild_parts_apply(Lagesbild *l, const char *stored, Arena *arena);
