/*
 * The daily report as it comes by mail (RFC 5322, MIME): the report's text, and what the mail says about itself.
 *
 * The text is the first text/plain part, or the HTML part as lines where there is no plain one. Quoted earlier mail
 * and signatures are cut away; a mail that only passes a report on ("Hej, se nedan") gives what it passes on, from the
 * quoted mail, a text attachment or an attached mail, in this order.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/knowledge/knowledge.h"
#include "util/arena.h"
#include "util/civil.h"
#include "util/error.h"

/* Bounds: bytes of a mail, parts of it, and how deep they lie in each other. */
enum { MAIL_MAX = 32 * 1024 * 1024, MAIL_PARTS_MAX = 512, MAIL_DEPTH_MAX = 32 };

/* Everything in the arena, NUL-terminated UTF-8, "" where the mail does not say. */
typedef struct Mail {
    const char *text; /* lines end in LF; none at the start or the end is blank */
    size_t text_len;
    const char *from;       /* the first sender's address */
    const char *subject;    /* decoded */
    const char *message_id; /* without its angle brackets */
    CivilDate day;          /* Swedish, on which the text was written: that of the mail that is passed on; or unknown */
} Mail;

/*
 * Reads one mail. Returns 0, or with what is wrong in `err`, in Swedish, for the sender:
 *   -EINVAL   it has no header lines, so it is no mail
 *   -ENODATA  it holds no text
 *   -E2BIG    it is over one of the bounds
 *   -ENOMEM
 */
int mail_read(Mail *mail, Arena *arena, const char *bytes, size_t len, const Knowledge *knowledge, Error *err);
