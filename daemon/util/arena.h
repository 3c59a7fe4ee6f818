/*
 * Memory that is freed together: one arena for each request, each report, each loaded knowledge.
 *
 * Not thread-safe; an arena has one owner. What it hands out is aligned for any type and lives until
 * arena_free() or arena_reset(). Every function that allocates returns NULL when memory is out.
 */
#pragma once

#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

/* A new, empty arena, or NULL. The caller frees it. */
Arena *arena_new(void);

/* Frees the arena and everything it handed out. NULL is allowed. */
void arena_free(Arena *arena);

/* Forgets everything handed out but keeps one block, so that a loop need not allocate again. */
void arena_reset(Arena *arena);

/* `size` bytes, not cleared. A size of 0 gives a valid, unique pointer. */
void *arena_alloc(Arena *arena, size_t size);

/* `count` × `size` bytes, cleared; NULL also when the product overflows. */
void *arena_calloc(Arena *arena, size_t count, size_t size);

/* A copy of `len` bytes with a NUL after them. */
char *arena_strndup(Arena *arena, const char *bytes, size_t len);
char *arena_strdup(Arena *arena, const char *string);
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

/*
 * Room for one more element at the end of a growing array: `items` (an array from this arena, or NULL)
 * with `count` in use and exactly `*capacity` allocated, `size` bytes each. Returns the array, moved when it had
 * to grow (the old one is then gone), or NULL with the old array untouched.
 */
void *arena_grow(Arena *arena, void *items, size_t count, size_t *capacity, size_t size);

static inline void arena_freep(Arena **arena)
{
    arena_free(*arena);
}

/* For locals: `_arena_free_ Arena *arena = arena_new();` */
#define _arena_free_ __attribute__((cleanup(arena_freep)))
