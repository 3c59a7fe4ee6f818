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
    const char *key;   /* the client's, which publishes at most once; or NULL */
} PublishOrder;

typedef enum PublishVerdict {
    PUBLISH_DONE,
    PUBLISH_KNOWN,      /* the key has published this version before */
    PUBLISH_UNCHANGED,  /* nothing differs from this version, the newest: there is no other */
    PUBLISH_KEY_REUSED, /* the key has published another lägesbild */
    PUBLISH_RACED,      /* others published it at the same time, again and again */
    PUBLISH_FAILED,     /* `status` tells why */
} PublishVerdict;

typedef struct PublishResult {
    PublishVerdict verdict;
    DbStatus status;
    int version;              /* this and the rest with DONE, KNOWN and UNCHANGED */
    const char *published_at; /* RFC 3339, local offset */
    const char *sha256;       /* hex, of the JSON document */
} PublishResult;

/* `result` lives as long as the callback. */
typedef void (*PublishDone)(const PublishResult *result, void *arg);

/*
 * Builds the document; where it differs from the newest version, tells how, writes it in every form and stores them all
 * in one unit. When the data was cut is no difference. Where somebody else took the version's number meanwhile, it
 * starts over. Calls `done` exactly once: from the loop, or, without memory, before this returns.
 */
void publish_lagesbild(Worker *worker, const PublishOrder *order, PublishDone done, void *arg);
