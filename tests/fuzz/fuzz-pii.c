/* Any text: findings in order, apart, inside the text and on whole characters; the mask holds what was around them. */
#include <assert.h>

#include "core/pii/pii.h"
#include "fuzz.h"

static bool is_boundary(const Text *text, uint32_t at)
{
    return at == text->len || ((unsigned char)text->bytes[at] & 0xc0) != 0x80;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    Text text;
    if (!arena) return 0;
    if (text_init(&text, arena, (const char *)data, size, NULL) < 0) {
        arena_free(arena);
        return 0;
    }
    Pii *found = NULL;
    uint32_t count = 0, end = 0;
    assert(pii_find(&text, fuzz_knowledge(), arena, &found, &count) == 0);
    for (uint32_t i = 0; i < count; i++) {
        assert(found[i].span.start >= end && found[i].span.end > found[i].span.start);
        end = found[i].span.end;
        assert(end <= text.len && is_boundary(&text, found[i].span.start) && is_boundary(&text, end));
    }
    size_t len;
    uint32_t *moved = arena_calloc(arena, (size_t)text.len + 1, sizeof *moved);
    char *masked = pii_mask(&text, found, count, arena, &len, moved);
    assert(masked && moved[text.len] == len);
    Text again;
    assert(text_init(&again, arena, masked, len, NULL) == 0);
    for (uint32_t i = 1; i <= text.len; i++)
        assert(moved[i] >= moved[i - 1]);
    arena_free(arena);
    return 0;
}
