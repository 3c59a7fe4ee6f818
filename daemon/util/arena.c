#include "util/arena.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Block {
    struct Block *next, *before;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
} Block;

struct Arena {
    Block *first; /* the block now filled; older ones and those of one large piece behind it */
};

enum { BLOCK_SIZE = 16 * 1024 };

static size_t aligned(size_t size)
{
    const size_t align = alignof(max_align_t);
    return size ? (size + align - 1) / align * align : align;
}

static Block *block_new(size_t size)
{
    Block *block = malloc(sizeof *block + size);
    if (block) *block = (Block){.size = size};
    return block;
}

static void link_first(Arena *arena, Block *block)
{
    block->next = arena->first;
    if (block->next) block->next->before = block;
    arena->first = block;
}

/* Behind the first, which goes on being filled. */
static void link_second(Arena *arena, Block *block)
{
    Block *first = arena->first;
    if (!first) {
        link_first(arena, block);
        return;
    }
    block->before = first;
    block->next = first->next;
    if (block->next) block->next->before = block;
    first->next = block;
}

/* What is larger than a block has one of its own, so that it can grow where it is. */
static void *alloc_large(Arena *arena, size_t size)
{
    Block *block = block_new(size);
    if (!block) return NULL;
    block->used = size;
    link_second(arena, block);
    return block->bytes;
}

static void *grow_large(Arena *arena, void *bytes, size_t size)
{
    Block *block = (Block *)((unsigned char *)bytes - offsetof(Block, bytes));
    Block *moved = realloc(block, sizeof *block + size);
    if (!moved) return NULL;
    moved->used = moved->size = size;
    if (moved->next) moved->next->before = moved;
    *(moved->before ? &moved->before->next : &arena->first) = moved;
    return moved->bytes;
}

Arena *arena_new(void)
{
    Arena *arena = calloc(1, sizeof *arena);
    return arena;
}

static void blocks_free(Block *block)
{
    while (block) {
        Block *next = block->next;
        free(block);
        block = next;
    }
}

void arena_free(Arena *arena)
{
    if (!arena) return;
    blocks_free(arena->first);
    free(arena);
}

void arena_reset(Arena *arena)
{
    if (!arena->first) return;
    blocks_free(arena->first->next);
    arena->first->next = NULL;
    arena->first->used = 0;
}

void *arena_alloc(Arena *arena, size_t size)
{
    if (size > SIZE_MAX / 2) return NULL;
    size = aligned(size);
    if (size > BLOCK_SIZE) return alloc_large(arena, size);
    Block *block = arena->first;
    if (!block || block->size - block->used < size) {
        block = block_new(BLOCK_SIZE);
        if (!block) return NULL;
        link_first(arena, block);
    }
    void *p = block->bytes + block->used;
    block->used += size;
    return p;
}

void *arena_calloc(Arena *arena, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    void *p = arena_alloc(arena, bytes);
    return p ? memset(p, 0, bytes) : NULL;
}

char *arena_strndup(Arena *arena, const char *bytes, size_t len)
{
    char *p = arena_alloc(arena, len + 1);
    if (!p) return NULL;
    if (len) memcpy(p, bytes, len);
    p[len] = '\0';
    return p;
}

char *arena_strdup(Arena *arena, const char *string)
{
    return arena_strndup(arena, string, strlen(string));
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *p = n < 0 ? NULL : arena_alloc(arena, (size_t)n + 1);
    if (p) vsnprintf(p, (size_t)n + 1, format, again);
    va_end(again);
    return p;
}

void *arena_grow(Arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return items;
    size_t wanted = *capacity ? *capacity * 2 : 8, bytes;
    if (__builtin_mul_overflow(wanted, size, &bytes)) return NULL;
    if (bytes > SIZE_MAX / 2) return NULL;
    bool large = aligned(*capacity * size) > BLOCK_SIZE;
    void *moved = large ? grow_large(arena, items, aligned(bytes)) : arena_alloc(arena, bytes);
    if (!moved) return NULL;
    if (count && !large) memcpy(moved, items, count * size);
    *capacity = wanted;
    return moved;
}
