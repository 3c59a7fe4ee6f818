#include "http/cursor.h"

#include <sodium.h>
#include <string.h>

enum { CURSOR_MAX = 256 };

const char *cursor_encode(Arena *arena, const char *const *keys, int count)
{
    const char *joined = keys[0];
    for (int i = 1; joined && i < count; i++)
        joined = arena_printf(arena, "%s|%s", joined, keys[i]);
    if (!joined) return NULL;
    size_t size = sodium_base64_encoded_len(strlen(joined), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    char *text = arena_alloc(arena, size);
    if (!text) return NULL;
    return sodium_bin2base64(text, size, (const unsigned char *)joined, strlen(joined),
                             sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

bool cursor_decode(Arena *arena, const char *text, const char **keys, int count)
{
    char *bytes = arena_alloc(arena, CURSOR_MAX + 1), *rest = bytes;
    size_t len;
    if (!bytes || sodium_base642bin((unsigned char *)bytes, CURSOR_MAX, text, strlen(text), NULL, &len, NULL,
                                    sodium_base64_VARIANT_URLSAFE_NO_PADDING))
        return false;
    bytes[len] = '\0';
    if (strlen(bytes) != len) return false;
    for (int i = 0; i < count; i++) {
        keys[i] = strsep(&rest, "|");
        if (!keys[i]) return false;
    }
    return !rest;
}
