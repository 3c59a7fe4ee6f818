#include "http/guard.h"

#include <string.h>
#include <strings.h>

/* A pointer to a fault of its own, for the whole run. */
#define FAULT(code, text)                                                                                              \
    ({                                                                                                                 \
        static const GuardFault fault_ = {code, text};                                                                 \
        &fault_;                                                                                                       \
    })

static bool is_token_char(unsigned char c)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || (c && strchr(others, c));
}

static bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

/* --- where the head ends --- */

/* A head longer than allowed: a long target and many headers are different faults to the one who made them. */
static const GuardFault *too_long(const char *bytes, size_t len)
{
    return memchr(bytes, '\n', len) ? FAULT(431, "The request's headers are longer than this server takes.")
                                    : FAULT(414, "The request line is longer than this server takes.");
}

const GuardFault *guard_head_end(const char *bytes, size_t len, size_t limit, size_t *scanned, size_t *head_len)
{
    *head_len = 0;
    size_t end = len < limit ? len : limit;
    for (size_t i = *scanned; i < end; i++) {
        unsigned char c = (unsigned char)bytes[i];
        bool after_cr = i > 0 && bytes[i - 1] == '\r';
        if (c >= ' ' && c != 0x7f && !after_cr) continue; /* nearly all */
        if (after_cr != (c == '\n')) return FAULT(400, "A line must end with CR LF, and neither may stand alone.");
        if (c == '\n' && i >= 3 && bytes[i - 2] == '\n') {
            *head_len = i + 1;
            *scanned = i + 1;
            return NULL;
        }
        if ((c < ' ' && c != '\r' && c != '\n' && c != '\t') || c == 0x7f)
            return FAULT(400, "A control character in the request's head.");
    }
    *scanned = end;
    return len >= limit ? too_long(bytes, limit) : NULL;
}

/* --- the request line --- */

static bool is_known_method(const char *method, size_t len)
{
    static const char *const known[] = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strlen(known[i]) == len && memcmp(known[i], method, len) == 0) return true;
    return false;
}

/* host, host:port or [address]:port. No user name, no odd bytes, not empty. */
static bool is_authority(const char *text, size_t len)
{
    static const char host_others[] = "-._~!$&'()*+,;=%";
    size_t i = 0;
    if (len > 0 && text[0] == '[') {
        for (i = 1; i < len && text[i] != ']'; i++)
            if (!strchr("0123456789abcdefABCDEF:.", text[i])) return false;
        if (i == len || i < 3) return false;
        i++;
    } else {
        for (; i < len && text[i] != ':'; i++) {
            unsigned char c = (unsigned char)text[i];
            if (!is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z') && !strchr(host_others, c)) return false;
        }
        if (i == 0) return false;
    }
    if (i == len) return true;
    if (text[i++] != ':' || len - i > 5) return false;
    for (; i < len; i++)
        if (!is_digit((unsigned char)text[i])) return false;
    return true;
}

/* Origin form, or absolute form (RFC 9112, 3.2.2 bids every server take it; its path is what counts). */
static const GuardFault *check_target(const char *target, size_t len, GuardHead *out)
{
    if (len > GUARD_TARGET_MAX) return FAULT(414, "The request's target is longer than this server takes.");
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)target[i];
        if (c <= ' ' || c >= 0x7f || strchr("\"<>\\^`{|}#", c))
            return FAULT(400, "The request's target holds a character that must be percent-encoded.");
    }
    size_t path = 0;
    if (target[0] != '/') {
        size_t scheme = len >= 7 && strncasecmp(target, "http://", 7) == 0    ? 7
                        : len >= 8 && strncasecmp(target, "https://", 8) == 0 ? 8
                                                                              : 0;
        const char *slash = scheme ? memchr(target + scheme, '/', len - scheme) : NULL;
        if (!slash || !is_authority(target + scheme, (size_t)(slash - target) - scheme))
            return FAULT(400, "The request's target must be a path that starts with \"/\".");
        path = (size_t)(slash - target);
    }
    out->target += path;
    out->target_len = len - path;
    return NULL;
}

/* "METHOD SP target SP HTTP/1.x", single spaces. */
static const GuardFault *check_request_line(const char *line, size_t len, GuardHead *out, int *minor)
{
    const char *end = line + len, *space = memchr(line, ' ', len);
    if (!space || space == line) return FAULT(400, "The request line is not \"METHOD target HTTP/1.1\".");
    for (const char *p = line; p < space; p++)
        if (!is_token_char((unsigned char)*p)) return FAULT(400, "The method is not a word.");
    const char *target = space + 1, *second = memchr(target, ' ', (size_t)(end - target));
    if (!second || second == target) return FAULT(400, "The request line is not \"METHOD target HTTP/1.1\".");
    const char *version = second + 1;
    if (end - version != 8 || memcmp(version, "HTTP/", 5) != 0 || !is_digit((unsigned char)version[5]) ||
        version[6] != '.' || !is_digit((unsigned char)version[7]))
        return FAULT(400, "The request line does not end with an HTTP version.");
    if (version[5] != '1' || version[7] > '1') return FAULT(505, "This server speaks HTTP/1.1 and HTTP/1.0.");
    *minor = version[7] - '0';
    if (!is_known_method(line, (size_t)(space - line))) return FAULT(501, "This server does not know the method.");
    out->target = (size_t)(target - line);
    return check_target(target, (size_t)(second - target), out);
}

/* --- the headers --- */

/* Headers that mean something only once; with two, readers would choose differently. */
static const char *const singles[] = {
    "host",     "content-length", "transfer-encoding", "content-type",  "authorization",    "expect",
    "if-match", "if-none-match",  "idempotency-key",   "content-range", "content-encoding", "user-agent"};
enum { HOST, CONTENT_LENGTH, TRANSFER_ENCODING, CONTENT_TYPE, AUTHORIZATION, EXPECT, SINGLE_COUNT = 12 };

typedef struct Headers {
    unsigned seen; /* a bit for each of `singles` */
    int count;
} Headers;

static bool value_is(const char *value, size_t len, const char *text)
{
    return strlen(text) == len && strncasecmp(value, text, len) == 0;
}

static const GuardFault *check_content_length(const char *value, size_t len, GuardHead *out)
{
    if (len == 0 || len > 19) return FAULT(400, "Content-Length is not a number of bytes.");
    out->length = 0;
    for (size_t i = 0; i < len; i++) {
        if (!is_digit((unsigned char)value[i])) return FAULT(400, "Content-Length is not a number of bytes.");
        out->length = out->length * 10 + (uint64_t)(value[i] - '0');
    }
    if (out->length > INT64_MAX) return FAULT(400, "Content-Length is not a number of bytes.");
    out->has_length = true;
    return NULL;
}

static const GuardFault *check_single(int which, const char *value, size_t len, GuardHead *out)
{
    switch (which) {
    case HOST:
        return is_authority(value, len) ? NULL : FAULT(400, "The Host header is not a host.");
    case CONTENT_LENGTH:
        return check_content_length(value, len, out);
    case TRANSFER_ENCODING:
        out->chunked = true;
        return value_is(value, len, "chunked") ? NULL : FAULT(400, "Transfer-Encoding may only be \"chunked\".");
    case EXPECT:
        out->expect_continue = true;
        return value_is(value, len, "100-continue") ? NULL : FAULT(417, "Expect may only be \"100-continue\".");
    default:
        return NULL;
    }
}

static const GuardFault *check_header(const char *line, size_t len, Headers *headers, GuardHead *out)
{
    if (line[0] == ' ' || line[0] == '\t') return FAULT(400, "A header is folded over two lines.");
    if (++headers->count > GUARD_HEADERS_MAX) return FAULT(431, "The request has more than 100 headers.");
    const char *colon = memchr(line, ':', len);
    if (!colon || colon == line) return FAULT(400, "A header has no name.");
    size_t name_len = (size_t)(colon - line);
    for (size_t i = 0; i < name_len; i++)
        if (!is_token_char((unsigned char)line[i]))
            return FAULT(400, "A header's name holds a space or another character that it may not.");
    const char *value = colon + 1, *end = line + len;
    while (value < end && (*value == ' ' || *value == '\t'))
        value++;
    while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    for (int i = 0; i < SINGLE_COUNT; i++) {
        if (strlen(singles[i]) != name_len || strncasecmp(line, singles[i], name_len) != 0) continue;
        if (headers->seen & 1u << i) return FAULT(400, "A header that may stand once stands twice.");
        headers->seen |= 1u << i;
        return check_single(i, value, (size_t)(end - value), out);
    }
    return NULL;
}

const GuardFault *guard_head(const char *head, size_t len, GuardHead *out)
{
    *out = (GuardHead){0};
    Headers headers = {0};
    int minor = 0;
    const char *at = head, *end = head + len - 2; /* without the empty line */
    for (bool first = true; at < end; first = false) {
        const char *line_end = memchr(at, '\r', (size_t)(head + len - at));
        size_t line_len = (size_t)(line_end - at);
        const GuardFault *fault =
            first ? check_request_line(at, line_len, out, &minor) : check_header(at, line_len, &headers, out);
        if (fault) return fault;
        at = line_end + 2;
    }
    if (minor == 1 && !(headers.seen & 1u << HOST)) return FAULT(400, "The Host header is missing.");
    if (out->chunked && out->has_length)
        return FAULT(400, "Transfer-Encoding and Content-Length may not stand together.");
    if (out->chunked && minor == 0) return FAULT(400, "HTTP/1.0 has no Transfer-Encoding.");
    if (minor == 0) out->expect_continue = false; /* RFC 9110, 10.1.1 */
    return NULL;
}

/* --- a chunked body --- */

enum { SIZE, EXTENSION, SIZE_LF, DATA, DATA_CR, DATA_LF, LAST_CR, LAST_LF, DONE };

/* One byte of the size line. */
static const GuardFault *size_byte(GuardChunks *chunks, unsigned char c)
{
    if (++chunks->line > GUARD_CHUNK_LINE_MAX) return FAULT(400, "A chunk's size line is too long.");
    if (c == '\r' && chunks->digits > 0) {
        chunks->state = SIZE_LF;
        return NULL;
    }
    if (chunks->state == EXTENSION)
        return c == '\t' || (c >= ' ' && c != 0x7f) ? NULL : FAULT(400, "A control character in a chunk's size line.");
    if (c == ';' && chunks->digits > 0) {
        chunks->state = EXTENSION;
        return NULL;
    }
    int digit = is_digit(c) ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    if (digit < 0) return FAULT(400, "A chunk's size is not a hexadecimal number.");
    if (++chunks->digits > 15) return FAULT(400, "A chunk's size is too large.");
    chunks->left = chunks->left << 4 | (unsigned)digit;
    return NULL;
}

static const GuardFault *want(GuardChunks *chunks, unsigned char c, char wanted, int next)
{
    if (c != (unsigned char)wanted)
        return chunks->state == LAST_CR ? FAULT(400, "Trailer fields are not taken.")
                                        : FAULT(400, "A chunk does not end where its size says.");
    chunks->state = next;
    return NULL;
}

static const GuardFault *chunk_byte(GuardChunks *chunks, unsigned char c)
{
    switch (chunks->state) {
    case SIZE:
    case EXTENSION:
        return size_byte(chunks, c);
    case SIZE_LF:
        return want(chunks, c, '\n', chunks->left ? DATA : LAST_CR);
    case DATA_CR:
        return want(chunks, c, '\r', DATA_LF);
    case DATA_LF:
        chunks->line = chunks->digits = 0;
        return want(chunks, c, '\n', SIZE);
    case LAST_CR:
        return want(chunks, c, '\r', LAST_LF);
    default:
        return want(chunks, c, '\n', DONE);
    }
}

const GuardFault *guard_chunks(GuardChunks *chunks, const char *bytes, size_t len, size_t *passed)
{
    size_t i = 0;
    while (i < len && chunks->state != DONE) {
        if (chunks->state == DATA) {
            size_t n = chunks->left < len - i ? (size_t)chunks->left : len - i;
            i += n;
            chunks->left -= n;
            if (chunks->left == 0) chunks->state = DATA_CR;
            continue;
        }
        const GuardFault *fault = chunk_byte(chunks, (unsigned char)bytes[i]);
        if (fault) return fault;
        i++;
    }
    *passed = i;
    return NULL;
}

bool guard_chunks_done(const GuardChunks *chunks)
{
    return chunks->state == DONE;
}
