/*
 * A libpq conninfo taken apart, so that its hosts can be tried in turn.
 *
 * libpq itself goes to the next host when one refuses, but PQconnectPoll() has no timeout: a host that swallows packets
 * would be waited for for ever, and a new attempt would begin with the same host. So after an attempt that ran out of
 * time, the next one begins one host later.
 */
#pragma once

#include "util/error.h"

typedef struct Conninfo Conninfo;

/* Reads "host=a,b dbname=x" or a postgresql:// URI. 0, -EINVAL (the reason in `err`), or -ENOMEM. */
int conninfo_new(Conninfo **out, const char *text, Error *err);
void conninfo_free(Conninfo *conninfo);

/* For PQconnectStartParams(): arrays ended by NULL, owned by the conninfo and changed by conninfo_next_host().
 * application_name, client_encoding and the TCP keep-alive times are added where the text has none. */
const char *const *conninfo_keywords(const Conninfo *conninfo);
const char *const *conninfo_values(const Conninfo *conninfo);

/* The value of a keyword, or NULL where it is not given. */
const char *conninfo_get(const Conninfo *conninfo, const char *keyword);

/* Puts the first of several hosts (and its port) last. Does nothing for one host, or when memory is out. */
void conninfo_next_host(Conninfo *conninfo);

/* The text without its passwords, for people; malloc()ed. NULL where it cannot be read or memory is out. */
char *conninfo_without_passwords(const char *text);
