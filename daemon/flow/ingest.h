/*
 * The straight path of a report or an observation into the database: read, one unit of work, answer.
 *
 * Everything runs on the worker's loop; `done` is called exactly once, from the loop or, where memory is out or the
 * queue is full, before the call returns. The arena and the submission's strings must live until then.
 */
#pragma once

#include "context.h"
#include "core/knowledge/knowledge.h"
#include "db/pool.h"
#include "flow/content.h"
#include "util/arena.h"

typedef struct IngestQueue IngestQueue;

typedef enum IngestVerdict {
    INGEST_STORED,     /* new; `json` is the report or incident */
    INGEST_KNOWN,      /* it was here already; `json` is what is stored */
    INGEST_REVISED,    /* a new revision was stored */
    INGEST_KEY_REUSED, /* the Idempotency-Key came before with another text or report */
    INGEST_NOT_FOUND,  /* PUT of a report that does not exist */
    INGEST_OVERTAKEN,  /* PUT of a report that has got another revision than the one corrected */
    INGEST_BUSY,   /* the database is away or its queue is full: nothing is known to be stored, and it may be sent again
                    */
    INGEST_FAILED, /* the database refused: logged */
} IngestVerdict;

typedef struct IngestResult {
    IngestVerdict verdict;
    const char *id;   /* of the report or incident; lives as long as the callback */
    const char *json; /* its representation, with STORED, KNOWN and REVISED */
} IngestResult;

typedef void (*IngestDone)(const IngestResult *result, void *arg);

/* What a failed unit of work means to the one who asked. */
IngestVerdict ingest_verdict(const DbOutcome *outcome);

/* Counts what was newly stored, for /metrics. On the worker's loop. */
void ingest_count(Worker *worker, int reports, int incidents);

/* Stores a report that content_from_report() read; takes over the content's trees. */
void ingest_report(Worker *worker, Content *content, IngestDone done, void *arg);

/* A corrected text for a stored report. */
typedef struct RevisionSubmission {
    const char *municipality; /* the actor's, or NULL for any */
    const char *report;       /* uuid */
    const char *text;         /* UTF-8 */
    size_t len;
    const char *created_by;
    const char *corrects; /* the revision that it is a correction of, in digits; NULL for whichever is the newest */
} RevisionSubmission;

/* Reads the corrected text as its report was read and stores it as the next revision: incidents that did not change
 * keep their id and what people decided. The same text as the newest is KNOWN, whatever it corrects. `knowledge` is
 * referenced until done. */
void ingest_revision(Worker *worker, Arena *arena, Knowledge *knowledge, const RevisionSubmission *submission,
                     IngestDone done, void *arg);

/* The same for a notice of the feed that was edited since it was stored: `content` is its new reading. */
void ingest_revised_content(Worker *worker, Arena *arena, Content *content, const char *report, IngestDone done,
                            void *arg);

/* Stores one observation's row (observation.h), in one unit with others that wait on the loop; KNOWN where its id is
 * stored already with the same text, KEY_REUSED with another. BUSY at once when the setting `queue` many wait or are
 * under way. Takes over `row`. */
void ingest_observation(Worker *worker, cJSON *row, IngestDone done, void *arg);

/* The single observations that wait on a loop (Worker.observations). NULL without memory. */
IngestQueue *ingest_queue_new(Worker *worker);

/* Gives all that wait to the pool, whose end then answers them. NULL is allowed. */
void ingest_queue_flush(IngestQueue *queue);

/* After the pool's end. NULL is allowed. */
void ingest_queue_free(IngestQueue *queue);
