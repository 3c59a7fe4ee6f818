/*
 * What has been published: the bytes of a version, all versions of a lägesbild, the newest of an area.
 */
#pragma once

#include "core/lagesbild/period.h"
#include "flow/query_rows.h"

/* Which lägesbild. Strings live until done. */
typedef struct PublishedKey {
    const char *municipality, *area;
    Period period;
} PublishedKey;

/* All of these answer as query_rows(), with the rows of the statement they name. */

/* select_lagesbild_document.sql */
void query_published_document(Worker *worker, Arena *arena, const PublishedKey *key, int version, const char *audience,
                              const char *format, RowsDone done, void *arg);

/* select_lagesbild_versions.sql */
void query_published_versions(Worker *worker, Arena *arena, const PublishedKey *key, RowsDone done, void *arg);

/* select_lagesbild_feed.sql; the key's period does not count */
void query_published_feed(Worker *worker, Arena *arena, const PublishedKey *key, int most, RowsDone done, void *arg);
