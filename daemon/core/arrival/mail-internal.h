/*
 * What the parts of mail.c share: the cue phrases, a growing text, and the two ways to the report's lines.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/arrival/mail.h"

/* What a line of a mail can be, by the phrase it starts with (schema/knowledge/mail-cues.csv). */
typedef enum MailCueKind {
    MAIL_CUE_ORIGINAL, /* "Ursprungligt meddelande": an earlier mail follows */
    MAIL_CUE_FROM,     /* "Från": the first of an earlier mail's header lines */
    MAIL_CUE_SENT,     /* "Skickat": the one that tells when it was written */
    MAIL_CUE_HEADER,   /* "Ämne", "Till": the others */
    MAIL_CUE_WROTE,    /* "skrev": ends the line that says who wrote what is quoted below */
    MAIL_CUE_GREETING, /* "Hej", "se nedan": says nothing by itself */
    MAIL_CUE_CLOSING,  /* "Med vänlig hälsning" */
    MAIL_CUE_CLIENT,   /* "Skickat från min iPhone": the program's own line */
    MAIL_CUE_KINDS,
} MailCueKind;

typedef struct MailCue {
    const char *phrase; /* NFC, case folded */
    size_t len;
} MailCue;

typedef struct MailCues {
    struct {
        MailCue *items;
        size_t count, capacity;
    } kinds[MAIL_CUE_KINDS];
} MailCues;

/* A knowledge's loader. Returns 0, or a negative errno with the file, the line and the fault in `err`. */
int mail_cues_load(Knowledge *knowledge, const char *directory, Error *err);

/* Text that grows in an arena; `bytes` is NUL-terminated once there is any. */
typedef struct MailText {
    Arena *arena;
    char *bytes;
    size_t len, capacity;
    const char *sent; /* the line that tells when the mail that is passed on was written; NULL where there is none */
    size_t sent_len;
    struct _GMimeMessage *attached; /* the mail that is passed on whole, or NULL; the library's */
    bool failed; /* memory is out, and the text is not whole */
} MailText;

void mail_text_add(MailText *text, const char *bytes, size_t len);

/*
 * HTML as plain text: blocks and line breaks as lines, list items behind "- ", table rows as lines with tabs between
 * the cells, quotations behind "> ". Returns 0, -E2BIG where elements lie too deep in each other, or -ENOMEM.
 */
int mail_html(MailText *text, const char *html, size_t len, Error *err);

/*
 * The report's own lines: `bytes` (UTF-8) without quoted mail, signatures and client lines. Where that leaves nothing
 * but greetings, `*said` is false and the text is that of the mail it passes on, if any. Returns 0 or -ENOMEM.
 */
int mail_lines(MailText *text, const char *bytes, size_t len, const MailCues *cues, bool *said);

/* Joins lines that were broken for the wire (RFC 3676, format=flowed), in place. Returns the new length. */
size_t mail_unflow(char *bytes, size_t len, bool delete_space);
