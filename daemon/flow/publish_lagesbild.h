/*
 * Publishing: the draft as it is now becomes a version, frozen byte for byte in every form.
 */
#pragma once

#include "flow/build_lagesbild.h"

/* All strings live until done. */
typedef struct PublishOrder {
    LagesbildOrder lagesbild;
    const char *token; /* uuid of who publishes */
    const char *actor; /* organisation or role, for the document */
} PublishOrder;

typedef enum PublishVerdict {
    PUBLISH_DONE,
    PUBLISH_RACED,  /* others published it at the same time, again and again */
    PUBLISH_FAILED, /* `status` tells why */
} PublishVerdict;

typedef struct PublishResult {
    PublishVerdict verdict;
    DbStatus status;
    int version;
    const char *published_at; /* RFC 3339, local offset */
    const char *sha256;       /* hex, of the JSON document */
} PublishResult;

/* `result` lives as long as the callback. */
typedef void (*PublishDone)(const PublishResult *result, void *arg);

/*
 * Builds the document, tells what differs from the version before, writes it in every form and stores them all in one
 * unit. Where somebody else took the version's number meanwhile, it starts over. Calls `done` exactly once: from the
 * loop, or, without memory, before this returns.
 */
void publish_lagesbild(Worker *worker, const PublishOrder *order, PublishDone done, void *arg);
