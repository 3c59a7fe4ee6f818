/*
 * A message that came in pieces: "(1/3)", "(2/3)" and "(3/3)" before the lines that its pieces begin with.
 */
#pragma once

#include "core/read/text.h"

/*
 * The token behind a "(2/3)" that stands at token `at`, where a line near it has another number of as many; else `at`. Only
 * lines near it are looked at, so that a long text of nothing but such numbers takes its length.
 */
uint32_t message_part_skip(const Text *text, uint32_t at);
