/*
 * What the fuzz targets share. Each fuzz-<name>.c has libFuzzer's LLVMFuzzerTestOneInput(); run.sh runs
 * them. In `meson test`, replay.c takes libFuzzer's place and feeds them tests/fuzz/corpus/<name>/.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"

/* The shipped knowledge (LAGESBILD_KNOWLEDGE), loaded at the first call; ends the program where it can't be. */
const Knowledge *fuzz_knowledge(void);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
