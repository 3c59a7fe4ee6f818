/*
 * What every form of the public lägesbild says alike.
 */
#pragma once

#include "core/lagesbild/lagesbild_public.h"
#include "render/phrases.h"

extern const char public_phrases_places[]; /* heading */

/* "12", "färre än 5", "visas inte", or "–" for what nobody reported. Returns `out` or a constant. */
const char *public_phrases_count(const LagesbildPublic *l, const PublicCount *count, char out[static PHRASES_CELL]);

/* What these words mean. Returns `out`. */
enum { PUBLIC_PHRASES_NOTE = 400 };
const char *public_phrases_note(const LagesbildPublic *l, char out[static PUBLIC_PHRASES_NOTE]);

/* Draft or version. Returns `out`. */
enum { PUBLIC_PHRASES_STATE = 96 };
const char *public_phrases_state(const LagesbildPublic *l, char out[static PUBLIC_PHRASES_STATE]);
