#include "core/arrival/charset.h"

#include <errno.h>
#include <iconv.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>
#include <utf8proc.h>

enum { NAME_MAX_LEN = 40 };

/* A name that can go to iconv_open(): "//IGNORE" and friends are not part of a charset's name. */
static bool is_name(const char *name)
{
    size_t len = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+");
    return len > 0 && len <= NAME_MAX_LEN && name[len] == '\0';
}

/* The converter's name for a declared one. */
static const char *canonical(const char *declared)
{
    static const struct {
        const char *declared, *name;
    } ALIASES[] = {
        {"utf8", "UTF-8"},        {"us-ascii", "UTF-8"},      {"ascii", "UTF-8"},       {"ansi_x3.4-1968", "UTF-8"},
        {"iso-8859-1", "CP1252"}, {"iso8859-1", "CP1252"},    {"iso_8859-1", "CP1252"}, {"latin1", "CP1252"},
        {"latin-1", "CP1252"},    {"windows-1252", "CP1252"}, {"cp-1252", "CP1252"},    {"macintosh", "MACINTOSH"},
    };
    if (!declared || !*declared) return "UTF-8";
    for (size_t i = 0; i < sizeof ALIASES / sizeof *ALIASES; i++)
        if (strcasecmp(declared, ALIASES[i].declared) == 0) return ALIASES[i].name;
    return declared;
}

/* The byte at which `bytes` stop being UTF-8; `len` when they don't. */
static size_t utf8_end(const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        unsigned char first = (unsigned char)bytes[at];
        if (first < 0x80) {
            at++;
            continue;
        }
        utf8proc_int32_t value;
        utf8proc_ssize_t n =
            utf8proc_iterate((const utf8proc_uint8_t *)bytes + at, (utf8proc_ssize_t)(len - at), &value);
        if (n <= 0) return at;
        at += (size_t)n;
    }
    return len;
}

static int bad_byte(Error *err, size_t at, const char *bytes, size_t len, const char *charset)
{
    if (at == len)
        return error_set(err, -EILSEQ, "den har något som inte är ett tecken i %s, eller slutar mitt i ett", charset);
    if (bytes[at] == '\0') return error_set(err, -EILSEQ, "byte %zu är noll, som ingen text har", at);
    return error_set(err, -EILSEQ, "byte %zu (0x%02x) är inte %s; är teckenkodningen en annan får den anges", at,
                     (unsigned char)bytes[at], charset);
}

static void iconv_closep(iconv_t *converter)
{
    if (*converter != (iconv_t)-1) iconv_close(*converter);
}

/* Converts all of `bytes`; where that fails, `*bad` says at which byte. */
static int convert(Arena *arena, const char *bytes, size_t len, const char *charset, char **out, size_t *out_len,
                   size_t *bad)
{
    __attribute__((cleanup(iconv_closep))) iconv_t converter = iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1) return errno == ENOMEM ? -ENOMEM : -EINVAL;
    /* The UTF-8 of a byte in an 8-bit charset takes three bytes at the most, in UTF-16 and UTF-7 less. */
    size_t size = len * 3 + 16, left = len, room = size;
    char *buffer = arena_alloc(arena, size + 1), *to = buffer, *from = (char *)(uintptr_t)bytes;
    if (!buffer) return -ENOMEM;
    if (iconv(converter, &from, &left, &to, &room) == (size_t)-1 ||
        iconv(converter, NULL, NULL, &to, &room) == (size_t)-1) {
        *bad = len - left; /* behind the last byte where it lacks a part of a character */
        return -EILSEQ;
    }
    *to = '\0';
    *out = buffer;
    *out_len = size - room;
    /* The converter lets code points pass that are none (lone surrogates, over U+10FFFF). */
    *bad = len;
    return utf8_end(*out, *out_len) == *out_len ? 0 : -EILSEQ;
}

/* U+FEFF at the start is a mark, not text. */
static void strip_mark(char **bytes, size_t *len)
{
    if (*len < 3 || memcmp(*bytes, "\xef\xbb\xbf", 3) != 0) return;
    *bytes += 3;
    *len -= 3;
}

static int keep_utf8(Arena *arena, const char *bytes, size_t len, bool declared, char **out, size_t *out_len,
                     Error *err)
{
    size_t bad = utf8_end(bytes, len);
    const char *nul = memchr(bytes, '\0', bad);
    if (nul) bad = (size_t)(nul - bytes);
    if (bad < len)
        return bad_byte(err, bad, bytes, len, declared ? "UTF-8" : "UTF-8, and no other charset is declared");
    *out = arena_strndup(arena, bytes, len);
    *out_len = len;
    return *out ? 0 : error_set(err, -ENOMEM, "out of memory");
}

int charset_to_utf8(Arena *arena, const char *bytes, size_t len, const char *declared, char **out, size_t *out_len,
                    Error *err)
{
    const char *charset = canonical(declared);
    size_t bad = 0;
    int r;
    if (len > CHARSET_MAX) return error_set(err, -E2BIG, "den är större än %d byte", CHARSET_MAX);
    if (!is_name(charset)) return error_set(err, -EINVAL, "det som anges som teckenkodning är inget namn på en");
    if (strcasecmp(charset, "UTF-8") == 0) {
        r = keep_utf8(arena, bytes, len, declared && *declared, out, out_len, err);
        if (r < 0) return r;
    } else {
        r = convert(arena, bytes, len, charset, out, out_len, &bad);
        if (r == -EINVAL) return error_set(err, r, "teckenkodningen ”%s” är inte känd", declared);
        if (r == -EILSEQ) return bad_byte(err, bad, bytes, len, declared);
        if (r < 0) return error_set(err, r, "out of memory");
        if (memchr(*out, '\0', *out_len)) return error_set(err, -EILSEQ, "den har en nollbyte, som ingen text har");
    }
    strip_mark(out, out_len);
    return 0;
}

static void drop_nul(char *bytes, size_t *len)
{
    size_t kept = 0;
    for (size_t i = 0; i < *len; i++)
        if (bytes[i]) bytes[kept++] = bytes[i];
    bytes[kept] = '\0';
    *len = kept;
}

int charset_guess(Arena *arena, const char *bytes, size_t len, const char *declared, char **out, size_t *out_len,
                  Error *err)
{
    /* Windows-1252 leaves five bytes undefined, ISO-8859-1 none: the last attempt cannot fail for its bytes. */
    const char *const ATTEMPTS[] = {canonical(declared), "UTF-8", "CP1252", "ISO-8859-1"};
    size_t bad = 0;
    if (len > CHARSET_MAX) return error_set(err, -E2BIG, "den är större än %d byte", CHARSET_MAX);
    for (size_t i = 0; i < sizeof ATTEMPTS / sizeof *ATTEMPTS; i++) {
        if (!is_name(ATTEMPTS[i])) continue;
        int r = convert(arena, bytes, len, ATTEMPTS[i], out, out_len, &bad);
        if (r == -ENOMEM) return error_set(err, r, "out of memory");
        if (r < 0) continue;
        drop_nul(*out, out_len);
        strip_mark(out, out_len);
        return 0;
    }
    return error_set(err, -EINVAL, "teckenkodningar går inte att översätta här");
}
