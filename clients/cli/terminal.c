#include "terminal.h"

#include <stdbool.h>
#include <string.h>
#include <utf8proc.h>

/* One character from `text`; U+FFFD over one byte where it is broken. */
static size_t next(const char *text, size_t len, utf8proc_int32_t *code)
{
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text, (utf8proc_ssize_t)len, code);
    if (n > 0) return (size_t)n;
    *code = 0xfffd;
    return 1;
}

static size_t columns_of(utf8proc_int32_t code)
{
    int width = utf8proc_charwidth(code);
    return width > 0 ? (size_t)width : 0;
}

size_t terminal_columns(const char *text, size_t len)
{
    size_t columns = 0;
    utf8proc_int32_t code;
    for (size_t at = 0; at < len;) {
        at += next(text + at, len - at, &code);
        columns += columns_of(code);
    }
    return columns;
}

size_t terminal_fit(const char *text, size_t len, size_t columns)
{
    size_t at = 0, used = 0;
    utf8proc_int32_t code;
    while (at < len) {
        size_t n = next(text + at, len - at, &code);
        used += columns_of(code);
        if (used > columns) break;
        at += n;
    }
    return at;
}

/* Turns the direction of what follows, so that a line can be made to read as another one. */
static bool is_directional(utf8proc_int32_t code)
{
    return (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

static bool is_blank(utf8proc_int32_t code)
{
    utf8proc_category_t category = utf8proc_category(code);
    return category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_ZS || category == UTF8PROC_CATEGORY_ZL ||
           category == UTF8PROC_CATEGORY_ZP;
}

const char *terminal_clean(Arena *arena, const char *text)
{
    size_t len = text ? strlen(text) : 0, out = 0;
    char *clean = arena_alloc(arena, len * 3 + 1); /* a broken byte becomes the three of U+FFFD */
    if (!clean) return NULL;
    bool blank = false;
    utf8proc_int32_t code;
    for (size_t at = 0; at < len;) {
        at += next(text + at, len - at, &code);
        if (is_directional(code)) continue;
        if (is_blank(code)) {
            blank = out > 0;
            continue;
        }
        if (blank) clean[out++] = ' ';
        blank = false;
        out += (size_t)utf8proc_encode_char(code, (utf8proc_uint8_t *)clean + out);
    }
    clean[out] = '\0';
    return clean;
}

void terminal_guard(char *bytes, size_t len, int *state)
{
    enum { PLAIN, AFTER_C2 };
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if ((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f) bytes[i] = '?';
        if (*state == AFTER_C2 && c >= 0x80 && c <= 0x9f) bytes[i] = '\xa0'; /* a no-break space; still UTF-8 */
        *state = c == 0xc2 ? AFTER_C2 : PLAIN;
    }
}
