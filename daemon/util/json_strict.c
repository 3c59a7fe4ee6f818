#include "util/json_strict.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    NUMBER_MAX = 60,  /* cJSON copies a number to 63 bytes */
    POINTER_ROOM = 8, /* kept free at the pointer's end for "…" */
};

/* A key of an object that is open, unescaped in Scan.text. */
typedef struct Key {
    size_t start, len; /* in Scan.text */
    size_t offset;     /* in the input, for the fault */
} Key;

/* Where we are: the member or the element of each value that is open. */
typedef struct Level {
    bool is_object;
    bool has_member;  /* a key of this object has been read */
    size_t first_key; /* of this object, in Scan.keys */
    size_t index;     /* of the array's element */
} Level;

typedef struct Scan {
    const unsigned char *bytes;
    size_t len, at;
    Level levels[JSON_STRICT_DEPTH];
    int depth;
    Key *keys; /* of all objects that are open, outermost first */
    size_t key_count, key_capacity;
    char *text; /* their bytes; cut back when an object closes */
    size_t text_len, text_capacity;
    const char *fault;
    size_t fault_at;
    int result;
} Scan;

static bool fail_at(Scan *s, size_t offset, const char *text)
{
    s->fault = text;
    s->fault_at = offset;
    s->result = -EBADMSG;
    return false;
}

static bool fail(Scan *s, const char *text)
{
    return fail_at(s, s->at, s->at < s->len ? text : "texten slutar för tidigt");
}

static bool out_of_memory(Scan *s)
{
    s->result = -ENOMEM;
    return false;
}

static void *grow(void *items, size_t wanted, size_t *capacity, size_t size)
{
    if (wanted <= *capacity) return items;
    size_t larger = *capacity ? *capacity * 2 : 64;
    while (larger < wanted)
        larger *= 2;
    void *moved = realloc(items, larger * size);
    if (moved) *capacity = larger;
    return moved;
}

static bool keep(Scan *s, const void *bytes, size_t len)
{
    char *text = grow(s->text, s->text_len + len, &s->text_capacity, 1);
    if (!text) return out_of_memory(s);
    s->text = text;
    memcpy(s->text + s->text_len, bytes, len);
    s->text_len += len;
    return true;
}

static void skip_space(Scan *s)
{
    while (s->at < s->len &&
           (s->bytes[s->at] == ' ' || s->bytes[s->at] == '\t' || s->bytes[s->at] == '\n' || s->bytes[s->at] == '\r'))
        s->at++;
}

/* Four hexadecimal digits. */
static bool scan_hex(Scan *s, uint32_t *out)
{
    *out = 0;
    for (int i = 0; i < 4; i++, s->at++) {
        if (s->at >= s->len || !isxdigit(s->bytes[s->at]))
            return fail(s, "\\u ska följas av fyra hexadecimala siffror");
        unsigned char c = s->bytes[s->at];
        *out = *out << 4 | (uint32_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10);
    }
    return true;
}

/* After "\u". */
static bool scan_unicode_escape(Scan *s, uint32_t *out)
{
    size_t start = s->at - 2;
    uint32_t low;
    if (!scan_hex(s, out)) return false;
    if (*out == 0) return fail_at(s, start, "\\u0000 kan inte sparas som text");
    if (*out >= 0xdc00 && *out <= 0xdfff) return fail_at(s, start, "halva av ett surrogatpar");
    if (*out < 0xd800 || *out > 0xdbff) return true;
    if (s->len - s->at < 2 || s->bytes[s->at] != '\\' || s->bytes[s->at + 1] != 'u')
        return fail_at(s, start, "halva av ett surrogatpar");
    s->at += 2;
    if (!scan_hex(s, &low)) return false;
    if (low < 0xdc00 || low > 0xdfff) return fail_at(s, start, "halva av ett surrogatpar");
    *out = 0x10000 + ((*out - 0xd800) << 10) + (low - 0xdc00);
    return true;
}

/* After a backslash. */
static bool scan_escape(Scan *s, bool keeping)
{
    static const char escapes[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    if (s->at >= s->len) return fail(s, "");
    unsigned char c = s->bytes[s->at];
    utf8proc_uint8_t text[4];
    size_t n = 1;
    if (c == 'u') {
        uint32_t code;
        s->at++;
        if (!scan_unicode_escape(s, &code)) return false;
        n = (size_t)utf8proc_encode_char((utf8proc_int32_t)code, text);
    } else {
        const char *found = c ? strchr(escapes, c) : NULL;
        if (!found) return fail(s, "så skrivs inget tecken efter \\");
        text[0] = (utf8proc_uint8_t)meanings[found - escapes];
        s->at++;
    }
    return !keeping || keep(s, text, n);
}

/* Behind the bytes from `at` that mean themselves: ASCII but quotes, backslashes and control characters, and the
 * letters of two bytes that European languages have beside them. */
static size_t skip_plain(const Scan *s, size_t at)
{
    while (at < s->len) {
        unsigned char c = s->bytes[at];
        if (c >= 0x20 && c < 0x80 && c != '"' && c != '\\') {
            at++;
        } else if (c >= 0xc2 && c <= 0xdf && at + 1 < s->len && (s->bytes[at + 1] & 0xc0) == 0x80) {
            at += 2;
        } else {
            break;
        }
    }
    return at;
}

/* A string, from its first quote; its bytes are added to `text` when it is a key. */
static bool scan_string(Scan *s, bool keeping)
{
    for (s->at++;;) {
        size_t start = s->at;
        s->at = skip_plain(s, start);
        if (keeping && s->at > start && !keep(s, s->bytes + start, s->at - start)) return false;
        if (s->at >= s->len || s->bytes[s->at] == '"') break;
        unsigned char c = s->bytes[s->at];
        if (c == '\\') {
            s->at++;
            if (!scan_escape(s, keeping)) return false;
            continue;
        }
        if (c < 0x20) return fail(s, c ? "ett styrtecken i en sträng ska skrivas med \\" : "en nollbyte");
        utf8proc_int32_t code;
        utf8proc_ssize_t n = utf8proc_iterate(s->bytes + s->at, (utf8proc_ssize_t)(s->len - s->at), &code);
        if (n <= 0) return fail(s, "är inte UTF-8");
        if (keeping && !keep(s, s->bytes + s->at, (size_t)n)) return false;
        s->at += (size_t)n;
    }
    if (s->at >= s->len) return fail(s, "");
    s->at++;
    return true;
}

static bool scan_digits(Scan *s)
{
    size_t start = s->at;
    while (s->at < s->len && isdigit(s->bytes[s->at]))
        s->at++;
    return s->at > start || fail(s, "en siffra saknas");
}

static bool check_number(Scan *s, size_t start, bool whole)
{
    char text[NUMBER_MAX + 1];
    size_t n = s->at - start;
    if (n > NUMBER_MAX) return fail_at(s, start, "ett tal på mer än 60 tecken");
    memcpy(text, s->bytes + start, n);
    text[n] = '\0';
    double value = strtod(text, NULL);
    if (!isfinite(value)) return fail_at(s, start, "ett för stort tal");
    if (whole && fabs(value) > 9007199254740991.0)
        return fail_at(s, start, "ett heltal över 2^53 - 1 tappar siffror; sänd det som en sträng");
    return true;
}

static bool scan_number(Scan *s)
{
    size_t start = s->at;
    bool whole = true;
    if (s->bytes[s->at] == '-') s->at++;
    size_t first = s->at;
    if (!scan_digits(s)) return false;
    if (s->bytes[first] == '0' && s->at - first > 1) return fail_at(s, start, "ett tal som börjar med noll");
    if (s->at < s->len && s->bytes[s->at] == '.') {
        whole = false;
        s->at++;
        if (!scan_digits(s)) return false;
    }
    if (s->at < s->len && (s->bytes[s->at] | 32) == 'e') {
        whole = false;
        s->at++;
        if (s->at < s->len && (s->bytes[s->at] == '+' || s->bytes[s->at] == '-')) s->at++;
        if (!scan_digits(s)) return false;
    }
    return check_number(s, start, whole);
}

static bool scan_word(Scan *s, const char *word)
{
    size_t n = strlen(word);
    if (s->len - s->at < n || memcmp(s->bytes + s->at, word, n) != 0) return fail(s, "är inte JSON");
    s->at += n;
    return true;
}

static bool scan_value(Scan *s);

static bool open_level(Scan *s, bool is_object)
{
    if (s->depth == JSON_STRICT_DEPTH) return fail(s, "djupare än 32 nivåer");
    s->levels[s->depth++] = (Level){.is_object = is_object, .first_key = s->key_count};
    s->at++;
    skip_space(s);
    return true;
}

static bool scan_array(Scan *s)
{
    if (!open_level(s, false)) return false;
    Level *level = &s->levels[s->depth - 1];
    if (s->at < s->len && s->bytes[s->at] == ']') goto closed;
    for (;; level->index++) {
        if (!scan_value(s)) return false;
        skip_space(s);
        if (s->at < s->len && s->bytes[s->at] == ']') goto closed;
        if (s->at >= s->len || s->bytes[s->at] != ',') return fail(s, "ett komma eller ] saknas");
        s->at++;
    }
closed:
    s->at++;
    s->depth--;
    return true;
}

static bool scan_key(Scan *s, Level *level)
{
    level->has_member = false; /* a fault in the key itself is the object's */
    skip_space(s);
    if (s->at >= s->len || s->bytes[s->at] != '"') return fail(s, "en nyckel i citattecken saknas");
    Key *keys = grow(s->keys, s->key_count + 1, &s->key_capacity, sizeof *keys);
    if (!keys) return out_of_memory(s);
    s->keys = keys;
    Key key = {.start = s->text_len, .offset = s->at};
    if (!scan_string(s, true)) return false;
    key.len = s->text_len - key.start;
    s->keys[s->key_count++] = key;
    level->has_member = true;
    skip_space(s);
    if (s->at >= s->len || s->bytes[s->at] != ':') return fail(s, "ett kolon saknas");
    s->at++;
    return true;
}

static int compare_keys(const void *a, const void *b, void *text)
{
    const Key *x = a, *y = b;
    size_t n = x->len < y->len ? x->len : y->len;
    int order = n ? memcmp((char *)text + x->start, (char *)text + y->start, n) : 0;
    if (order == 0) order = (x->len > y->len) - (x->len < y->len);
    return order ? order : (x->offset > y->offset) - (x->offset < y->offset);
}

/* Sorting finds doubled keys in bounded time however they were chosen, where a hash table could be made slow. */
static bool check_keys(Scan *s, Level *level)
{
    Key *keys = s->keys + level->first_key;
    size_t count = s->key_count - level->first_key;
    if (count < 2) return true;
    qsort_r(keys, count, sizeof *keys, compare_keys, s->text);
    for (size_t i = 1; i < count; i++) {
        const size_t len = keys[i].len;
        if (len != keys[i - 1].len) continue;
        if (len && memcmp(s->text + keys[i].start, s->text + keys[i - 1].start, len) != 0) continue;
        size_t offset = keys[i].offset;
        s->keys[s->key_count - 1] = keys[i]; /* the pointer names it */
        return fail_at(s, offset, "samma nyckel en gång till");
    }
    return true;
}

static bool scan_object(Scan *s)
{
    size_t text_len = s->text_len;
    if (!open_level(s, true)) return false;
    Level *level = &s->levels[s->depth - 1];
    if (s->at < s->len && s->bytes[s->at] == '}') goto closed;
    for (;;) {
        if (!scan_key(s, level) || !scan_value(s)) return false;
        skip_space(s);
        if (s->at < s->len && s->bytes[s->at] == '}') break;
        if (s->at >= s->len || s->bytes[s->at] != ',') return fail(s, "ett komma eller } saknas");
        s->at++;
    }
    if (!check_keys(s, level)) return false;
closed:
    s->at++;
    s->depth--;
    s->key_count = level->first_key;
    s->text_len = text_len;
    return true;
}

static bool scan_value(Scan *s)
{
    skip_space(s);
    if (s->at >= s->len) return fail(s, "");
    switch (s->bytes[s->at]) {
    case '{':
        return scan_object(s);
    case '[':
        return scan_array(s);
    case '"':
        return scan_string(s, false);
    case 't':
        return scan_word(s, "true");
    case 'f':
        return scan_word(s, "false");
    case 'n':
        return scan_word(s, "null");
    case '-':
    case '0' ... '9':
        return scan_number(s);
    default:
        return fail(s, "är inte JSON");
    }
}

/* --- the pointer --- */

/* Adds one step; false when it does not fit. */
static bool pointer_add(char *out, size_t *used, size_t room, const char *text, size_t len)
{
    size_t n = *used;
    if (n + 1 > room) return false;
    out[n++] = '/';
    for (size_t i = 0; i < len; i++) {
        const char *escape = text[i] == '~' ? "~0" : text[i] == '/' ? "~1" : NULL;
        if (n + 2 > room) return false;
        if (escape) {
            out[n++] = escape[0];
            out[n++] = escape[1];
        } else {
            out[n++] = text[i];
        }
    }
    *used = n;
    return true;
}

static void pointer_write(const Scan *s, char *out, size_t size)
{
    size_t used = 0;
    for (int i = 0; i < s->depth; i++) {
        const Level *level = &s->levels[i];
        char index[24];
        const char *text = index;
        size_t len;
        if (level->is_object) {
            if (!level->has_member) break;
            /* The member of an object that is open is the last key before its children's. */
            size_t last = i + 1 < s->depth ? s->levels[i + 1].first_key : s->key_count;
            len = s->keys[last - 1].len;
            text = len ? s->text + s->keys[last - 1].start : ""; /* with empty keys alone there is no text yet */
        } else {
            len = (size_t)snprintf(index, sizeof index, "%zu", level->index);
        }
        if (!pointer_add(out, &used, size - POINTER_ROOM, text, len)) {
            memcpy(out + used, "/…", sizeof "/…" - 1);
            used += sizeof "/…" - 1;
            break;
        }
    }
    out[used] = '\0';
}

int json_strict_check(const char *bytes, size_t len, JsonFault *fault)
{
    Scan s = {.bytes = (const unsigned char *)bytes, .len = len};
    if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        fail_at(&s, 0, "ett byteordningsmärke före värdet");
    } else if (scan_value(&s)) {
        skip_space(&s);
        if (s.at < len) fail(&s, "något efter värdet");
    }
    if (s.result == -EBADMSG && fault) {
        fault->offset = s.fault_at;
        fault->text = s.fault;
        pointer_write(&s, fault->pointer, sizeof fault->pointer);
    }
    free(s.keys);
    free(s.text);
    return s.result;
}

int json_strict_parse(cJSON **out, const char *bytes, size_t len, JsonFault *fault)
{
    *out = NULL;
    int r = json_strict_check(bytes, len, fault);
    if (r < 0) return r;
    /* What the scan has passed cJSON can read; so a failure is want of memory. */
    *out = cJSON_ParseWithLengthOpts(bytes, len, NULL, false);
    return *out ? 0 : -ENOMEM;
}

const cJSON *json_member(const cJSON *object, const char *name)
{
    return cJSON_GetObjectItemCaseSensitive(object, name);
}
