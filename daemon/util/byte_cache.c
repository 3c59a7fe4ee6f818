#include "util/byte_cache.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* uthash ends the process when memory is out, unless told otherwise. */
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

enum {
    FILE_LEAST = 4096, /* what is shorter is copied as fast as it is handed over */
    FILES_MOST = 256,  /* descriptors are for clients; what comes after is kept in ordinary memory */
};

typedef struct Entry {
    UT_hash_handle hh;
    size_t size; /* of the whole block, and of the file */
    CachedBytes item;
    char block[]; /* the key, kind and tag with their NULs, then the bytes that are in no file */
} Entry;

/* The table's own order is the order of use: the head was asked for longest ago. */
struct ByteCache {
    Entry *entries;
    size_t most, used;
    int files;
};

ByteCache *byte_cache_new(size_t most)
{
    ByteCache *cache = calloc(1, sizeof *cache);
    if (cache) cache->most = most;
    return cache;
}

static void entry_free(ByteCache *cache, Entry *entry)
{
    if (entry->item.file >= 0) {
        munmap((void *)entry->item.bytes, entry->item.len);
        close(entry->item.file);
        cache->files--;
    }
    free(entry);
}

static void forget(ByteCache *cache, Entry *entry)
{
    HASH_DEL(cache->entries, entry);
    cache->used -= entry->size;
    entry_free(cache, entry);
}

void byte_cache_free(ByteCache *cache)
{
    while (cache && cache->entries)
        forget(cache, cache->entries);
    free(cache);
}

/* Puts the entry last. False without memory: the entry is then gone. */
static bool append(ByteCache *cache, Entry *entry, size_t key_len)
{
    HASH_ADD_KEYPTR(hh, cache->entries, entry->block, key_len, entry);
    if (entry->hh.tbl) return true;
    entry_free(cache, entry);
    return false;
}

bool byte_cache_get(ByteCache *cache, const void *key, size_t key_len, CachedBytes *out)
{
    Entry *entry = NULL;
    HASH_FIND(hh, cache->entries, key, key_len, entry);
    if (!entry) return false;
    if (entry->hh.next) {
        HASH_DEL(cache->entries, entry);
        cache->used -= entry->size;
        size_t size = entry->size;
        if (!append(cache, entry, key_len)) return false;
        cache->used += size;
    }
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

/* A file in memory with these bytes, mapped at `*mapped`; -1 where there can be none. */
static int make_file(const CachedBytes *item, const void **mapped)
{
    int file = memfd_create("byte_cache", MFD_CLOEXEC);
    if (file < 0) return -1;
    size_t done = 0;
    while (done < item->len) {
        ssize_t n = write(file, (const char *)item->bytes + done, item->len - done);
        if (n <= 0) break;
        done += (size_t)n;
    }
    void *map = done == item->len ? mmap(NULL, item->len, PROT_READ, MAP_SHARED, file, 0) : MAP_FAILED;
    if (map == MAP_FAILED) {
        close(file);
        return -1;
    }
    *mapped = map;
    return file;
}

static Entry *make(ByteCache *cache, size_t key_len, const CachedBytes *item)
{
    const void *bytes = NULL;
    const bool in_file = item->len >= FILE_LEAST && cache->files < FILES_MOST;
    const int file = in_file ? make_file(item, &bytes) : -1;
    const size_t strings = key_len + strlen(item->kind) + strlen(item->tag) + 2;
    Entry *entry = malloc(sizeof *entry + strings + (file < 0 ? item->len : 0));
    if (!entry) {
        if (file >= 0) {
            munmap((void *)bytes, item->len);
            close(file);
        }
        return NULL;
    }
    char *at = entry->block + key_len;
    *entry = (Entry){.size = sizeof *entry + strings + item->len};
    entry->item.kind = put_text(&at, item->kind);
    entry->item.tag = put_text(&at, item->tag);
    entry->item.bytes = file < 0 ? memcpy(at, item->bytes, item->len) : bytes;
    entry->item.len = item->len;
    entry->item.file = file;
    cache->files += file >= 0;
    return entry;
}

void byte_cache_put(ByteCache *cache, const void *key, size_t key_len, const CachedBytes *item)
{
    Entry *entry = NULL;
    size_t size = sizeof *entry + key_len + strlen(item->kind) + strlen(item->tag) + 2 + item->len;
    HASH_FIND(hh, cache->entries, key, key_len, entry);
    if (entry || size > cache->most / 4) return;
    while (cache->used + size > cache->most)
        forget(cache, cache->entries);
    entry = make(cache, key_len, item);
    if (!entry) return;
    memcpy(entry->block, key, key_len);
    if (append(cache, entry, key_len)) cache->used += size;
}
