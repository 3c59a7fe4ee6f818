/*
 * Which lines of a mail are the sender's own.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "core/arrival/mail-internal.h"
#include "core/read/text.h"

enum {
    HEADER_REACH = 4,     /* lines in which an earlier mail's "Från:" is followed by its "Skickat:" or so */
    SIGNATURE_LINES = 15, /* a closing with more than this behind it closes nothing */
    GREETING_MAX = 72,    /* bytes of a line that only greets */
    GREETING_WORDS = 4,   /* words behind a greeting or closing that belong to it */
    PASSED_ON_MAX = 8,    /* how often mail is passed on within one */
    HEADERS_MAX = 12,     /* lines of an earlier mail's head */
};

void mail_text_add(MailText *text, const char *bytes, size_t len)
{
    if (text->failed) return;
    if (text->len + len + 1 > text->capacity) {
        size_t capacity = text->capacity ? text->capacity : 1024;
        while (capacity < text->len + len + 1)
            capacity *= 2;
        char *grown = arena_alloc(text->arena, capacity);
        if (!grown) {
            text->failed = true;
            return;
        }
        if (text->len) memcpy(grown, text->bytes, text->len);
        text->bytes = grown;
        text->capacity = capacity;
    }
    if (len) memcpy(text->bytes + text->len, bytes, len);
    text->len += len;
    text->bytes[text->len] = '\0';
}

typedef struct MailLine {
    const char *bytes; /* without the line end */
    size_t len;
    const char *norm; /* case folded, without white space and bold marks at its ends */
    size_t norm_len;
    const char *trimmed; /* the same before folding, which can change the length */
    size_t trimmed_len;
} MailLine;

typedef struct MailLines {
    MailLine *items;
    size_t count, capacity;
} MailLines;

static int add_line(MailLines *lines, Arena *arena, const char *bytes, size_t len)
{
    MailLine *items = arena_grow(arena, lines->items, lines->count, &lines->capacity, sizeof *items);
    if (!items) return -ENOMEM;
    lines->items = items;
    size_t start = 0, end = len;
    while (start < end && strchr(" \t*", bytes[start]))
        start++;
    while (end > start && strchr(" \t*", bytes[end - 1]))
        end--;
    char *norm = text_normalise(arena, bytes + start, end - start);
    if (!norm) return -ENOMEM;
    items[lines->count++] = (MailLine){.bytes = bytes,
                                       .len = len,
                                       .norm = norm,
                                       .norm_len = strlen(norm),
                                       .trimmed = bytes + start,
                                       .trimmed_len = end - start};
    return 0;
}

static int cut_lines(MailLines *lines, Arena *arena, const char *bytes, size_t len)
{
    for (size_t at = 0; at < len;) {
        const char *newline = memchr(bytes + at, '\n', len - at);
        size_t end = newline ? (size_t)(newline - bytes) : len, stop = end;
        if (stop > at && bytes[stop - 1] == '\r') stop--;
        if (add_line(lines, arena, bytes + at, stop - at) < 0) return -ENOMEM;
        at = end + 1;
    }
    return 0;
}

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The bytes of the cue of this kind that `norm` starts with, as a whole word; 0 where none. */
static size_t starts_with(const MailCues *cues, MailCueKind kind, const char *norm, size_t len)
{
    size_t longest = 0;
    for (size_t i = 0; i < cues->kinds[kind].count; i++) {
        const MailCue *cue = &cues->kinds[kind].items[i];
        if (cue->len > longest && len >= cue->len && memcmp(norm, cue->phrase, cue->len) == 0 &&
            (len == cue->len || !is_letter(norm[cue->len])))
            longest = cue->len;
    }
    return longest;
}

/* "Från: …", "*Skickat:* …" */
static bool is_header(const MailCues *cues, MailCueKind kind, const MailLine *line)
{
    size_t at = starts_with(cues, kind, line->norm, line->norm_len);
    if (!at) return false;
    while (at < line->norm_len && strchr(" *\t", line->norm[at]))
        at++;
    return at < line->norm_len && line->norm[at] == ':';
}

static bool is_rule(const MailLine *line)
{
    return line->norm_len >= 3 && strspn(line->norm, "-_=* ") == line->norm_len;
}

/* "-----Ursprungligt meddelande-----" */
static bool is_original(const MailCues *cues, const MailLine *line)
{
    size_t at = strspn(line->norm, "-_ >");
    if (line->norm_len > GREETING_MAX) return false;
    size_t cue = starts_with(cues, MAIL_CUE_ORIGINAL, line->norm + at, line->norm_len - at);
    return cue && strspn(line->norm + at + cue, "-_: ") == line->norm_len - at - cue;
}

/* The line behind the header lines of an earlier mail that starts at line `at`; `at` where none does. */
static size_t header_end(const MailCues *cues, const MailLines *lines, size_t at)
{
    if (!is_header(cues, MAIL_CUE_FROM, &lines->items[at])) return at;
    size_t last = at, headers = 0;
    for (size_t i = at + 1; i < lines->count && i <= last + HEADER_REACH; i++) {
        if (lines->items[i].norm_len == 0 && last > at) break;
        if (!is_header(cues, MAIL_CUE_HEADER, &lines->items[i]) && !is_header(cues, MAIL_CUE_SENT, &lines->items[i]))
            continue;
        last = i;
        headers++;
    }
    /* "Från: Bro / Till: Kungsängen" may be a journey. */
    bool enough = headers > 1 || (headers == 1 && strchr(lines->items[at].norm, '@'));
    return enough ? last + 1 : at;
}

static bool has_wrote(const MailCues *cues, const MailLine *line)
{
    for (size_t at = 0; at < line->norm_len; at++) {
        bool word = at == 0 || !is_letter(line->norm[at - 1]);
        if (word && starts_with(cues, MAIL_CUE_WROTE, line->norm + at, line->norm_len - at)) return true;
    }
    return false;
}

static bool has_address(const MailLine *line)
{
    const char *at = strchr(line->norm, '@');
    return at && strchr(line->norm, '<') && strchr(at, '>');
}

static bool is_quoted(const MailLine *line)
{
    return line->norm_len && line->norm[0] == '>';
}

/* An incident's line, which no signature holds: a clock or a bullet first. */
static bool is_entry(const MailLine *line)
{
    const char *s = line->norm;
    if (line->len && line->bytes[0] == '*') return true;
    if ((s[0] == '-' || s[0] == '*') && s[1] == ' ') return true;
    if (strncmp(s, "\u2022", 3) == 0) return true;
    return isdigit((unsigned char)s[0]) && isdigit((unsigned char)s[1]) && (s[2] == '.' || s[2] == ':') &&
           isdigit((unsigned char)s[3]);
}

static size_t count_words(const char *s)
{
    size_t words = 0;
    for (bool in = false; *s; s++) {
        if (is_letter(*s) && !in) words++;
        in = is_letter(*s);
    }
    return words;
}

/* "Hej!", "Hej Anna", "Hej, se nedan": greetings one behind the other, the last with a few words. */
static bool only_greets(const MailCues *cues, const MailLine *line)
{
    const char *s = line->norm;
    if (line->norm_len == 0 || is_rule(line)) return true;
    if (line->norm_len > GREETING_MAX || strpbrk(s, "0123456789")) return false;
    for (size_t cue; (cue = starts_with(cues, MAIL_CUE_GREETING, s, strlen(s)));) {
        s += cue;
        size_t signs = strspn(s, " ,.!:;-");
        bool sentence = memchr(s, '.', signs) || memchr(s, '!', signs);
        s += signs;
        if (!*s) return true;
        if (!sentence && count_words(s) <= GREETING_WORDS) return true;
    }
    return false;
}

/* "Med vänlig hälsning", "Mvh Anna Ek": the phrase, then at most a name; "Vänligen notera att …" closes nothing. */
static bool is_closing(const MailCues *cues, const MailLine *line)
{
    size_t at = starts_with(cues, MAIL_CUE_CLOSING, line->norm, line->norm_len);
    if (!at) return false;
    at += strspn(line->norm + at, " ,.!/");
    const char *rest = line->norm + at;
    if (!*rest) return true;
    bool capital =
        line->trimmed_len == line->norm_len && at + 2 <= line->norm_len && memcmp(rest, line->trimmed + at, 2) != 0;
    return capital && count_words(rest) <= GREETING_WORDS && !strpbrk(rest, "0123456789:?");
}

/*
 * "Den fre 13 mars 2026 kl 08:14 skrev X <x@example.com>:", over up to three lines: the line behind it where it starts
 * at line `at`, or `at`.
 */
static size_t attribution_end(const MailCues *cues, const MailLines *lines, size_t at)
{
    bool wrote = false, address = false;
    for (size_t i = at; i < lines->count && i < at + 3; i++) {
        const MailLine *line = &lines->items[i];
        if (line->norm_len == 0 || is_quoted(line)) return at;
        wrote = wrote || has_wrote(cues, line);
        address = address || has_address(line) || strchr(line->norm, '@');
        /* A line of its own before "X skrev:" is a part of it only with the date. */
        if (i == at && !wrote && !strpbrk(line->norm, "0123456789")) return at;
        if (!wrote || line->norm[line->norm_len - 1] != ':') continue;
        size_t next = i + 1;
        while (next < lines->count && lines->items[next].norm_len == 0)
            next++;
        return next < lines->count && (address || is_quoted(&lines->items[next])) ? i + 1 : at;
    }
    return at;
}

/* Where an earlier mail begins at line `at`: the first line of its text. Or `at`. */
static size_t earlier_mail(const MailCues *cues, const MailLines *lines, size_t at)
{
    size_t text = attribution_end(cues, lines, at);
    bool wrote = text > at;
    if (!wrote && is_original(cues, &lines->items[at])) text = at + 1;
    if (text == at) return header_end(cues, lines, at);
    while (text < lines->count && lines->items[text].norm_len == 0)
        text++;
    if (text == lines->count) return text;
    if (wrote) return is_quoted(&lines->items[text]) ? at : text; /* quoted lines go by themselves */
    return header_end(cues, lines, text);
}

/* True where nothing but a signature stands behind line `at`, up to an earlier mail. */
static bool closes(const MailCues *cues, const MailLines *lines, size_t at)
{
    size_t left = 0;
    for (size_t i = at + 1; i < lines->count && !is_quoted(&lines->items[i]); i++) {
        if (earlier_mail(cues, lines, i) > i) break;
        if (is_entry(&lines->items[i]) || (lines->items[i].norm_len && ++left > SIGNATURE_LINES)) return false;
    }
    return true;
}

static bool is_signature(const MailCues *cues, const MailLines *lines, size_t at)
{
    const MailLine *line = &lines->items[at];
    if (line->len == 3 && memcmp(line->bytes, "-- ", 3) == 0) return true; /* RFC 3676, 4.3 */
    if (line->len == 2 && memcmp(line->bytes, "--", 2) == 0) return closes(cues, lines, at);
    return is_closing(cues, line) && closes(cues, lines, at);
}

/* One mail's own lines, from line `at`. Returns the line where the mail it passes on begins, or the count. */
static size_t own_lines(MailText *text, const MailCues *cues, const MailLines *lines, size_t at, bool *said)
{
    *said = false;
    text->len = 0;
    for (size_t i = at; i < lines->count; i++) {
        const MailLine *line = &lines->items[i];
        size_t earlier = earlier_mail(cues, lines, i);
        if (earlier > i) return earlier;
        size_t attributed = attribution_end(cues, lines, i);
        if (attributed > i) {
            i = attributed - 1;
            continue;
        }
        if (is_quoted(line)) continue;
        if (starts_with(cues, MAIL_CUE_CLIENT, line->norm, line->norm_len)) continue;
        if (is_signature(cues, lines, i)) {
            /* What it passes on may stand below its signature. */
            for (size_t below = i + 1; below < lines->count; below++) {
                earlier = earlier_mail(cues, lines, below);
                if (earlier > below) return earlier;
            }
            return lines->count;
        }
        if (!only_greets(cues, line)) *said = true;
        mail_text_add(text, line->bytes, line->len);
        mail_text_add(text, "\n", 1);
    }
    return lines->count;
}

/* Keeps the line above line `at`, where the text of an earlier mail begins, that tells when that mail was written. */
static void keep_sent(MailText *text, const MailCues *cues, const MailLines *lines, size_t at)
{
    for (size_t i = at; i-- > 0 && at - i <= HEADERS_MAX;) {
        const MailLine *line = &lines->items[i];
        if (!is_header(cues, MAIL_CUE_SENT, line) && !has_wrote(cues, line)) continue;
        text->sent = line->bytes;
        text->sent_len = line->len;
        return;
    }
}

int mail_lines(MailText *text, const char *bytes, size_t len, const MailCues *cues, bool *said)
{
    MailLines lines = {0};
    if (cut_lines(&lines, text->arena, bytes, len) < 0) return -ENOMEM;
    size_t at = 0;
    *said = false;
    text->sent = NULL;
    for (int i = 0; i < PASSED_ON_MAX && !*said && at < lines.count; i++) {
        if (at) keep_sent(text, cues, &lines, at);
        at = own_lines(text, cues, &lines, at, said);
    }
    return text->failed ? -ENOMEM : 0;
}

size_t mail_unflow(char *bytes, size_t len, bool delete_space)
{
    size_t out = 0;
    for (size_t at = 0; at < len;) {
        const char *newline = memchr(bytes + at, '\n', len - at);
        size_t end = newline ? (size_t)(newline - bytes) : len, stop = end;
        if (stop > at && bytes[stop - 1] == '\r') stop--;
        if (stop > at && bytes[at] == ' ') at++; /* RFC 3676, 4.4: space-stuffing */
        bool signature = stop - at == 3 && memcmp(bytes + at, "-- ", 3) == 0;
        bool flows = newline && !signature && stop > at && bytes[stop - 1] == ' ' && bytes[at] != '>';
        if (flows && delete_space) stop--;
        memmove(bytes + out, bytes + at, stop - at);
        out += stop - at;
        if (newline && !flows) bytes[out++] = '\n';
        at = end + 1;
    }
    return out;
}
