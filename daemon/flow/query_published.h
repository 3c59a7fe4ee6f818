/*
 * What has been published: the bytes of a version, all versions of a lägesbild, the newest of an area.
 */
#pragma once

#include "core/lagesbild/period.h"
#include "daemon.h"
#include "db/pool.h"
#include "util/arena.h"

/* Which lägesbild. Strings live until done. */
typedef struct PublishedKey {
    const char *municipality, *area;
    Period period;
} PublishedKey;

/* `rows` is NULL unless `status` is DB_OK, and lives as long as the callback; its columns are the statement's. */
typedef void (*PublishedDone)(DbStatus status, const PGresult *rows, void *arg);

/* All of these call `done` exactly once: from the loop, or, without memory (DB_OVERLOAD), before they return. */

/* select_lagesbild_document.sql */
void query_published_document(Worker *worker, Arena *arena, const PublishedKey *key, int version, const char *audience,
                              const char *format, PublishedDone done, void *arg);

/* select_lagesbild_versions.sql */
void query_published_versions(Worker *worker, Arena *arena, const PublishedKey *key, PublishedDone done, void *arg);

/* select_lagesbild_feed.sql; the key's period does not count */
void query_published_feed(Worker *worker, Arena *arena, const PublishedKey *key, int most, PublishedDone done,
                          void *arg);
