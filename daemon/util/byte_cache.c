#include "util/byte_cache.h"

#include <stdlib.h>
#include <string.h>

/* uthash ends the process when memory is out, unless told otherwise. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

typedef struct Entry {
    UT_hash_handle hh;
    size_t size; /* of the whole block */
    CachedBytes item;
    char *key;
    char block[]; /* key, kind and tag with their NULs, then the bytes */
} Entry;

/* The table's own order is the order of use: the head was asked for longest ago. */
struct ByteCache {
    Entry *entries;
    size_t most, used;
};

ByteCache *byte_cache_new(size_t most)
{
    ByteCache *cache = calloc(1, sizeof *cache);
    if (cache) cache->most = most;
    return cache;
}

static void forget(ByteCache *cache, Entry *entry)
{
    HASH_DEL(cache->entries, entry);
    cache->used -= entry->size;
    free(entry);
}

void byte_cache_free(ByteCache *cache)
{
    while (cache && cache->entries)
        forget(cache, cache->entries);
    free(cache);
}

/* Puts the entry last. False without memory: the entry is then gone. */
static bool append(ByteCache *cache, Entry *entry)
{
    HASH_ADD_KEYPTR(hh, cache->entries, entry->key, strlen(entry->key), entry);
    if (entry->hh.tbl) return true;
    free(entry);
    return false;
}

bool byte_cache_get(ByteCache *cache, const char *key, CachedBytes *out)
{
    Entry *entry = NULL;
    HASH_FIND_STR(cache->entries, key, entry);
    if (!entry) return false;
    HASH_DEL(cache->entries, entry);
    cache->used -= entry->size;
    size_t size = entry->size;
    if (!append(cache, entry)) return false;
    cache->used += size;
    *out = entry->item;
    return true;
}

static char *put_text(char **at, const char *text)
{
    size_t size = strlen(text) + 1;
    char *to = memcpy(*at, text, size);
    *at += size;
    return to;
}

static Entry *make(const char *key, const CachedBytes *item, size_t size)
{
    Entry *entry = malloc(size);
    if (!entry) return NULL;
    char *at = entry->block;
    *entry = (Entry){.size = size};
    entry->key = put_text(&at, key);
    entry->item.kind = put_text(&at, item->kind);
    entry->item.tag = put_text(&at, item->tag);
    entry->item.bytes = memcpy(at, item->bytes, item->len);
    entry->item.len = item->len;
    return entry;
}

void byte_cache_put(ByteCache *cache, const char *key, const CachedBytes *item)
{
    Entry *entry = NULL;
    size_t size = sizeof *entry + strlen(key) + strlen(item->kind) + strlen(item->tag) + 3 + item->len;
    HASH_FIND_STR(cache->entries, key, entry);
    if (entry || size > cache->most / 4) return;
    while (cache->used + size > cache->most)
        forget(cache, cache->entries);
    entry = make(key, item, size);
    if (entry && append(cache, entry)) cache->used += size;
}
