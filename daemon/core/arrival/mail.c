#include "core/arrival/mail.h"

#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "core/arrival/charset.h"
#include "core/arrival/mail-internal.h"
#include "core/knowledge/knowledge-internal.h"
#include "core/read/clockwords.h"
#include "core/read/when.h"
#include "util/clock.h"

#define _object_unref_ __attribute__((cleanup(object_unrefp)))
static void object_unrefp(void *object)
{
    void *held = *(void **)object;
    if (held) g_object_unref(held);
}

static void options_freep(GMimeParserOptions **options)
{
    g_mime_parser_options_free(*options);
}

/* What a mail's parts hold, while they are walked. */
typedef struct Parts {
    Arena *arena;
    Error *err;
    MailText body;           /* of the parts that are shown */
    MailText attachment;     /* of the text files that come along */
    GMimeMessage *passed_on; /* the first mail that comes along, borrowed */
    int count;
} Parts;

static int walk(Parts *parts, GMimeObject *object, int depth, bool attached);

/* A part's bytes without their transfer encoding. The caller unrefs the stream. */
static GByteArray *decoded(GMimePart *part, GMimeStream **stream)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    *stream = g_mime_stream_mem_new();
    if (!content || g_mime_data_wrapper_write_to_stream(content, *stream) < 0) return NULL;
    return g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(*stream));
}

static bool is_yes(const char *value)
{
    return value && strcasecmp(value, "yes") == 0;
}

static int add_part(Parts *parts, GMimePart *part, bool html, MailText *to)
{
    _object_unref_ GMimeStream *stream = NULL;
    GMimeObject *object = GMIME_OBJECT(part);
    char *text;
    size_t len;
    GByteArray *bytes = decoded(part, &stream);
    if (!bytes || bytes->len == 0) return 0;
    int r = charset_guess(parts->arena, (const char *)bytes->data, bytes->len,
                          g_mime_object_get_content_type_parameter(object, "charset"), &text, &len, parts->err);
    if (r < 0) return r;
    if (to->len && to->bytes[to->len - 1] != '\n') mail_text_add(to, "\n", 1);
    if (html) return mail_html(to, text, len, parts->err);
    const char *format = g_mime_object_get_content_type_parameter(object, "format");
    if (format && strcasecmp(format, "flowed") == 0)
        len = mail_unflow(text, len, is_yes(g_mime_object_get_content_type_parameter(object, "delsp")));
    mail_text_add(to, text, len);
    return to->failed ? error_set(parts->err, -ENOMEM, "out of memory") : 0;
}

static bool is_type(GMimeObject *object, const char *type, const char *subtype)
{
    return g_mime_content_type_is_type(g_mime_object_get_content_type(object), type, subtype);
}

static bool is_blank(const MailText *text)
{
    return text->len == 0 || strspn(text->bytes, " \t\r\n") == text->len;
}

static int walk_part(Parts *parts, GMimePart *part, bool attached)
{
    GMimeObject *object = GMIME_OBJECT(part);
    bool plain = is_type(object, "text", "plain"), html = is_type(object, "text", "html");
    if (!plain && !html) return 0;
    if (attached || g_mime_part_is_attachment(part))
        return plain ? add_part(parts, part, false, &parts->attachment) : 0;
    return add_part(parts, part, html, &parts->body);
}

/* Of the ways to say the same, the plain text; another where that is missing or blank. */
static int walk_alternative(Parts *parts, GMimeMultipart *multipart, int depth, bool attached)
{
    int count = g_mime_multipart_get_count(multipart), r = 0;
    for (int html = 0; html <= 1 && r == 0; html++) {
        for (int i = 0; i < count && r == 0; i++) {
            GMimeObject *child = g_mime_multipart_get_part(multipart, i);
            if (is_type(child, "text", "plain") == !html) r = walk(parts, child, depth, attached);
            if (r == 0 && !is_blank(&parts->body)) return 0;
        }
    }
    return r;
}

static int walk(Parts *parts, GMimeObject *object, int depth, bool attached)
{
    if (++parts->count > MAIL_PARTS_MAX || depth > MAIL_DEPTH_MAX)
        return error_set(parts->err, -E2BIG, "det har fler än %d delar eller nivåer av delar",
                         depth > MAIL_DEPTH_MAX ? MAIL_DEPTH_MAX : MAIL_PARTS_MAX);
    if (GMIME_IS_MULTIPART(object)) {
        GMimeMultipart *multipart = GMIME_MULTIPART(object);
        if (is_type(object, "multipart", "alternative")) return walk_alternative(parts, multipart, depth + 1, attached);
        int r = 0;
        for (int i = 0; r == 0 && i < g_mime_multipart_get_count(multipart); i++)
            r = walk(parts, g_mime_multipart_get_part(multipart, i), depth + 1, attached);
        return r;
    }
    if (GMIME_IS_MESSAGE_PART(object)) {
        if (!parts->passed_on) parts->passed_on = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        return 0;
    }
    return GMIME_IS_PART(object) ? walk_part(parts, GMIME_PART(object), attached) : 0;
}

/* The text that the message's sender wrote or passes on. `*said` is false where it only greets. */
static int read_message(MailText *text, Arena *arena, GMimeMessage *message, const MailCues *cues, int depth,
                        bool *said, Error *err)
{
    Parts parts = {.arena = arena, .err = err, .body = {.arena = arena}, .attachment = {.arena = arena}};
    GMimeObject *root = g_mime_message_get_mime_part(message);
    int r = root ? walk(&parts, root, depth, false) : 0;
    *said = false;
    if (r == 0) r = mail_lines(text, parts.body.bytes, parts.body.len, cues, said);
    if (r == 0 && !*said && !is_blank(&parts.attachment)) {
        text->len = 0;
        r = mail_lines(text, parts.attachment.bytes, parts.attachment.len, cues, said);
    }
    if (r == 0 && !*said && parts.passed_on && depth < MAIL_DEPTH_MAX) {
        text->len = 0;
        text->attached = parts.passed_on;
        r = read_message(text, arena, parts.passed_on, cues, depth + 1, said, err);
    }
    return r;
}

/* A header's text as UTF-8; what is not, by guess. "" where there is none; NULL where memory is out. */
static const char *header_text(Arena *arena, const char *value)
{
    char *text;
    size_t len;
    if (!value) return "";
    return charset_guess(arena, value, strlen(value), NULL, &text, &len, NULL) < 0 ? NULL : text;
}

/* The first mailbox's address, in groups too. */
static const char *first_address(InternetAddressList *list)
{
    for (int i = 0; list && i < internet_address_list_length(list); i++) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_MAILBOX(address))
            return internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
    }
    return NULL;
}

static CivilDate day_of(GMimeMessage *message)
{
    GDateTime *date = g_mime_message_get_date(message);
    return date ? clock_local(g_date_time_to_unix(date) * 1000, NULL) : (CivilDate){0};
}

static int read_headers(Mail *mail, Arena *arena, GMimeMessage *message, Error *err)
{
    mail->from = header_text(arena, first_address(g_mime_message_get_from(message)));
    mail->subject = header_text(arena, g_mime_message_get_subject(message));
    mail->message_id = header_text(arena, g_mime_message_get_message_id(message));
    mail->day = day_of(message);
    return mail->from && mail->subject && mail->message_id ? 0 : error_set(err, -ENOMEM, "out of memory");
}

/*
 * The library builds a part for every boundary line and calls itself for every level, without bounds, so both are
 * counted before: a boundary is a line that starts with two hyphens, a level says "multipart/" or "message/".
 */
static int check_bounds(const char *bytes, size_t len, Error *err)
{
    size_t boundaries = 0, levels = 0;
    if (len > MAIL_MAX) return error_set(err, -E2BIG, "det är större än %d byte", MAIL_MAX);
    for (const char *at = bytes, *end = bytes + len; (at = memchr(at, '\n', (size_t)(end - at))); at++)
        if (end - at > 2 && at[1] == '-' && at[2] == '-') boundaries++;
    for (const char *at = bytes, *end = bytes + len; (at = memchr(at, '/', (size_t)(end - at))); at++) {
        if (at - bytes >= 9 && strncasecmp(at - 9, "multipart", 9) == 0) levels++;
        if (at - bytes >= 7 && strncasecmp(at - 7, "message", 7) == 0) levels++;
    }
    if (boundaries > 8 * MAIL_PARTS_MAX || levels > 8 * MAIL_DEPTH_MAX)
        return error_set(err, -E2BIG, "det har för många delar eller nivåer av delar");
    return 0;
}

static GMimeMessage *parse(const char *bytes, size_t len)
{
    static const char *CHARSETS[] = {"utf-8", "windows-1252", NULL};
    __attribute__((cleanup(options_freep))) GMimeParserOptions *options = g_mime_parser_options_new();
    _object_unref_ GMimeStream *stream = g_mime_stream_mem_new_with_buffer(bytes, len);
    _object_unref_ GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_options_set_fallback_charsets(options, CHARSETS);
    return g_mime_parser_construct_message(parser, options);
}

/* The library keeps the Content- lines with the part they describe. */
static bool has_headers(GMimeMessage *message)
{
    if (!message) return false;
    GMimeObject *part = g_mime_message_get_mime_part(message);
    return g_mime_header_list_get_count(g_mime_object_get_header_list(GMIME_OBJECT(message))) > 0 ||
           (part && g_mime_header_list_get_count(g_mime_object_get_header_list(part)) > 0);
}

/* The day in "Skickat: tisdag den 17 mars 2026 07:10", "Den tis 17 mars 2026 kl 07:10 skrev X:"; or unknown. */
static CivilDate day_in(const MailText *text, const Lexicon *words)
{
    Text line;
    DateWords date;
    if (!text->sent || text_init(&line, text->arena, text->sent, text->sent_len, NULL) < 0) return (CivilDate){0};
    for (uint32_t at = 0; at < line.token_count; at++)
        if (date_match(words, &line, at, line.token_count, &date) && date.year)
            return (CivilDate){date.year, date.month, date.day};
    return (CivilDate){0};
}

/* A text that is passed on is of the day it was written, if the mail about it is not much later. */
static void date_text(Mail *mail, const MailText *text, const Lexicon *words)
{
    const CivilDate sent = day_in(text, words), attached = text->attached ? day_of(text->attached) : (CivilDate){0};
    const CivilDate written = civil_is_known(sent) ? sent : attached;
    if (!civil_is_known(written)) return;
    const bool soon =
        !civil_is_known(mail->day) || (civil_compare(written, mail->day) <= 0 &&
                                       civil_compare(civil_add_days(written, WHEN_PASSED_ON_MOST), mail->day) >= 0);
    if (soon) mail->day = written;
}

static void trim(Mail *mail, const MailText *text)
{
    size_t start = 0, end = text->len;
    while (end > 0 && strchr(" \t\n", text->bytes[end - 1]))
        end--;
    for (size_t i = 0; i < end && strchr(" \t\n", text->bytes[i]); i++)
        if (text->bytes[i] == '\n') start = i + 1;
    if (end) text->bytes[end] = '\0';
    mail->text = end ? text->bytes + start : "";
    mail->text_len = end - start;
}

int mail_read(Mail *mail, Arena *arena, const char *bytes, size_t len, const Knowledge *knowledge, Error *err)
{
    *mail = (Mail){.text = "", .from = "", .subject = "", .message_id = ""};
    int r = check_bounds(bytes, len, err);
    if (r < 0) return r;
    _object_unref_ GMimeMessage *message = parse(bytes, len);
    if (!has_headers(message))
        return error_set(err, -EINVAL, "det är inget brev: det börjar inte med ett brevs huvud (From:, Date:)");
    MailText text = {.arena = arena};
    bool said;
    r = read_headers(mail, arena, message, err);
    if (r == 0) r = read_message(&text, arena, message, knowledge->mail_cues, 1, &said, err);
    if (r == -ENOMEM) return error_set(err, r, "out of memory");
    if (r < 0) return r;
    date_text(mail, &text, knowledge->lexicon);
    trim(mail, &text);
    return mail->text_len ? 0 : error_set(err, -ENODATA, "det har ingen text");
}
