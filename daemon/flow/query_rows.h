/*
 * One statement that only reads, whose rows are the answer.
 */
#pragma once

#include "context.h"
#include "db/pool.h"
#include "util/arena.h"

/* `rows` is NULL unless `status` is DB_OK, and lives as long as the callback; its columns are the statement's. */
typedef void (*RowsDone)(DbStatus status, const PGresult *rows, void *arg);

/*
 * Asks for the rows, and calls `done` exactly once: from the loop, or, without memory (DB_OVERLOAD), before it returns.
 * So it also does where not all parameters were `made`. The array of `params` is copied; its strings and `arena`
 * must last until `done`.
 */
void query_rows(Worker *worker, Arena *arena, const Query *query, const char *const *params, bool made, RowsDone done,
                void *arg);
