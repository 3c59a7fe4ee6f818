/* lagesbild.css, embedded by the build; not NUL-terminated. */
#pragma once

#include <stddef.h>

extern const char lagesbild_css[];
extern const size_t lagesbild_css_len;
