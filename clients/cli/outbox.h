/*
 * The outbox: what was to be sent but has no answer yet, one file each, so that nothing is lost and nothing is sent
 * twice.
 *
 *   $XDG_STATE_HOME/lagesbild/outbox (~/.local/state/lagesbild/outbox)
 *     lock                      held while somebody sends; runs at the same time wait for each other
 *     000000000001-<key>.item   first line JSON about it, then the body as it shall be sent; 0600
 *     refused/                  what the server judged and did not want, with its reason
 *
 * An item is written before its first try (fsync, rename, fsync of the directory) and removed when the server has
 * answered. Its key is the Idempotency-Key of every try. The server honours a key for a day, so an observation whose
 * first try may have arrived, and which is older than that, is not sent again by itself (outbox_is_uncertain).
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "util/arena.h"
#include "util/error.h"

typedef struct Outbox Outbox;

typedef struct OutboxItem {
    const char *name;         /* the file; given by outbox_add() */
    const char *key;          /* Idempotency-Key, a new UUID; given by outbox_add() */
    const char *url;          /* the server it is for, as LAGESBILD_URL */
    const char *method;       /* "POST" or "PUT" */
    const char *path;         /* "/v1/reports?date=…" */
    const char *content_type; /* with its charset */
    const char *what;         /* for people: "rapport 2026-03-03" */
    const char *reason;       /* why the server did not want it, in refused/; else NULL */
    int64_t kept_at;          /* Unix time of outbox_add() */
    int64_t tried_at;         /* Unix time of the first try that may have arrived; 0 where none can have */
    bool repeatable;          /* the server knows a second one by its content, so that it may always be sent again */
    const void *body;
    size_t len;
} OutboxItem;

typedef struct OutboxNames {
    const char **names; /* in the order they were put in */
    size_t count;
} OutboxNames;

/* The directory that the environment says; NULL when there is no home or memory is out. */
const char *outbox_directory(Arena *arena);

/* True when there is nothing to send; looks without making or locking anything. */
bool outbox_is_empty(const char *directory);

/* Makes the directories (0700) and waits for the lock. 0 or a negative errno with the reason. */
int outbox_open(Outbox **outbox, const char *directory, Error *err);
void outbox_close(Outbox *outbox);

/* Gives `item` its name, key and time, and writes it. `name` and `key` live in `arena`. */
int outbox_add(Outbox *outbox, Arena *arena, OutboxItem *item, Error *err);

/* Writes the item again with another `tried_at`. */
int outbox_mark(Outbox *outbox, OutboxItem *item, int64_t tried_at, Error *err);

/* The names of all items, or of all refused ones. */
int outbox_list(Outbox *outbox, bool refused, Arena *arena, OutboxNames *names, Error *err);

/* Reads an item into `arena`. -EBADMSG for a file that is no item. */
int outbox_read(Outbox *outbox, bool refused, const char *name, Arena *arena, OutboxItem *item, Error *err);

/* It has been answered. */
int outbox_remove(Outbox *outbox, const char *name, Error *err);

/* Moves it to refused/, with the reason. */
int outbox_refuse(Outbox *outbox, const OutboxItem *item, const char *reason, Error *err);

/* Moves a file that is no item out of the way. */
int outbox_set_aside(Outbox *outbox, const char *name, Error *err);

/* True when sending it could make it twice: it is not repeatable and may have arrived longer ago than a key lives. */
bool outbox_is_uncertain(const OutboxItem *item, int64_t now);
