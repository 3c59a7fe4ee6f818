/*
 * Sending by way of the outbox: put in, tried, and taken out when the server has answered.
 */
#pragma once

#include "outbox.h"
#include "session.h"

/* What an HTTP status says about an item. */
typedef enum DeliveryVerdict {
    DELIVERY_SENT,    /* 2xx */
    DELIVERY_REFUSED, /* the server has judged the item and does not want it: 400, 413, 415, 422 */
    DELIVERY_BLOCKED, /* nothing of ours will pass: the key to the door or the address is wrong (3xx, 401, 403, 404, …)
                       */
    DELIVERY_FAILED,  /* not this one now (409 while an earlier try is under way, 500, …): kept, the next may pass */
    DELIVERY_WAIT,    /* not now: 408, 425, 429, 502, 503, 504 */
} DeliveryVerdict;

DeliveryVerdict delivery_judge(long status);

/*
 * Sends what the outbox holds for this server, oldest first, and says on stderr what became of it. Quick when it is
 * empty. Never fails: what cannot be sent stays.
 */
void delivery_flush(Session *session);

/* What `outbox send` does: as delivery_flush(), also what is uncertain with `uncertain`. Returns the exit code:
 * CLI_UNREACHABLE while something is left that could not be sent, CLI_REFUSED when something was refused. */
int delivery_flush_all(Session *session, bool uncertain);

/*
 * Puts `item` (method, path, content_type, what, body, repeatable; the rest is filled in) in the outbox, sends what is
 * before it and then itself. CLI_DONE with the answer for a 2xx (of many observations, some may be refused in it);
 * CLI_REFUSED when the server did not want it: it is then shown and not kept; CLI_UNREACHABLE when it is kept.
 */
int delivery_send(Session *session, OutboxItem *item, HttpAnswer *answer);

/* Puts `item` in the outbox without a try, when the server has just been found out of reach. CLI_UNREACHABLE, or
 * CLI_REFUSED with the reason shown when it could not be kept either. */
int delivery_keep(Session *session, OutboxItem *item);
