/* Is a file a mail as it lies on disk (RFC 5322)? Its reading is the server's. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* True when it begins with header fields of which some only a mail has (Message-ID, MIME-Version, Received,
 * Return-Path). A report that begins "Från: …" or "From: …" alone is text. */
bool mail_sniff(const char *bytes, size_t len);
