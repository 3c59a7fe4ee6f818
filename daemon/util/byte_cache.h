/*
 * Byte strings that never change, kept by key within a bound on their bytes; the one asked for longest ago goes first.
 * The longer ones are kept in files in memory (memfd_create), so that sendfile() can hand their pages to a socket without
 * copying them. Not thread-safe: one for each loop.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

typedef struct ByteCache ByteCache;

typedef struct CachedBytes {
    const char *kind; /* for whoever caches: a content type */
    const char *tag;  /* the same: an entity tag */
    const void *bytes;
    size_t len;
    int file; /* the same bytes from its start, for sendfile(); -1 where there is none. Not looked at by put */
} CachedBytes;

/* A cache of at most `most` bytes (what is kept about each included; 0 keeps nothing), or NULL. */
ByteCache *byte_cache_new(size_t most);

/* NULL is allowed. */
void byte_cache_free(ByteCache *cache);

/* True with what is kept under the key; it is the cache's and lives until the next put. */
bool byte_cache_get(ByteCache *cache, const void *key, size_t key_len, CachedBytes *out);

/* Copies and keeps it; a key that is there already stays as it is. What is larger than a quarter of the cache is not
 * kept, nor anything without memory: a cache may forget. */
void byte_cache_put(ByteCache *cache, const void *key, size_t key_len, const CachedBytes *item);
