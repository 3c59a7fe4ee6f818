/*
 * A row of a result by a value of it.
 */
#pragma once

#include <libpq-fe.h>

/* The row whose `column` is `value`, or -1. It is looked for from `*from` on and then from the start; what is asked for
 * in nearly the order of the result is so found at once. `*from` is moved past it. */
int find_row(const PGresult *result, int column, const char *value, int *from);
