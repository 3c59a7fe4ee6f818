/*
 * Identifiers made by us, so that a report and everything in it is stored in one round trip.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

enum { UUID_TEXT_SIZE = 37 };

/* A new version 7 UUID (RFC 9562, 5.7): milliseconds of `unix_ms`, then 74 random bits; so ids sort by time, and two
 * daemons never make the same. Writes 36 characters and a NUL; returns `out`. */
char *uuid_new(uint64_t unix_ms, char out[static UUID_TEXT_SIZE]);

/* The UUID that a name always gives (RFC 9562, 5.8, version 8 over SHA-256): for what a client may send again under its
 * own key. */
char *uuid_from_name(const char *name, size_t len, char out[static UUID_TEXT_SIZE]);

/* Non-zero when `text` is a UUID in its usual form, either case. */
int uuid_is_valid(const char *text);
