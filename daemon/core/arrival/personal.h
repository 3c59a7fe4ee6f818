/*
 * Personal data in what is sent to be stored: told with its place where the deployment refuses it, masked in the fields
 * that people type beside a text.
 */
#pragma once

#include "core/knowledge/knowledge.h"
#include "core/read/read.h"
#include "util/fault.h"

/* Adds a fault for each finding: its kind, and its bytes in the text that `pointer` leads to. */
void personal_tell(Faults *told, const char *pointer, const Pii *found, uint32_t count);

/* `words` as they may be stored, in the arena of `told`, where each finding is told. NULL without memory. */
const char *personal_mask(Faults *told, const char *pointer, const Knowledge *knowledge, const char *words);
