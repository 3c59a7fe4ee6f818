#include "flow/import_polisen.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/arrival/notice.h"
#include "db/queries.h"
#include "flow/content.h"
#include "flow/ingest.h"
#include "util/clock.h"
#include "util/json_build.h"
#include "util/json_elements.h"
#include "util/json_strict.h"

enum {
    NOTICE_MAX = 1024 * 1024, /* bytes of one notice as JSON */
    BATCH_NOTICES = 100,      /* a unit of work: enough to share a commit, short enough to leave the loop free */
    BATCH_BYTES = 512 * 1024, /* of text, whichever comes first */
    BATCHES_MAX = 4,          /* under way at the same time */
};

/* A notice in a batch: its contents are `count` from `first`. */
typedef struct Entry {
    uint64_t index, line;
    int64_t id;
    size_t first, count;
    bool changed; /* at least one of its contents became a revision */
} Entry;

typedef struct Batch {
    struct Import *import;
    Arena *arena;
    Entry *entries;
    size_t entry_count, entry_capacity;
    Content *contents;
    size_t content_count, content_capacity, bytes;
    size_t from, to;           /* the entries of the unit under way: all, or one at a time after a refusal */
    char *reports, *incidents; /* parameters of the unit under way */
    size_t revising;           /* the content whose turn it is */
} Batch;

struct Import {
    Worker *worker;
    Knowledge *knowledge;
    char created_by[64];
    ImportCallbacks callbacks;
    JsonElements *elements;
    Batch *filling;
    size_t under_way;
    bool ended, paused, stopped;
    cJSON *skipped;
    ImportSummary summary;
    Error error;
};

/* --- the import as a whole --- */

static void finish_if_done(Import *import)
{
    if (!import->ended || import->under_way > 0) return;
    import->summary.skipped = import->skipped;
    import->callbacks.done(&import->summary, import->callbacks.arg);
    cJSON_Delete(import->skipped);
    json_elements_free(import->elements);
    knowledge_unref(import->knowledge);
    free(import);
}

static void pause_or_resume(Import *import)
{
    bool full = import->under_way >= BATCHES_MAX;
    if (full == import->paused) return;
    import->paused = full;
    import->callbacks.pause(full, import->callbacks.arg);
}

static void skip(Import *import, const Entry *entry, const char *reason)
{
    if (import->summary.skipped_count++ >= IMPORT_SKIPPED_MAX) return;
    cJSON *one = cJSON_CreateObject();
    if (!json_append(import->skipped, one) || !json_add_number(one, "index", (double)entry->index) ||
        !json_add_number(one, "line", (double)entry->line) ||
        (entry->id && !json_add_number(one, "id", (double)entry->id)) || !json_add_text(one, "reason", reason))
        import->summary.failed = true;
}

static void batch_free(Batch *batch)
{
    if (!batch) return;
    for (size_t i = 0; i < batch->content_count; i++)
        content_deinit(&batch->contents[i]);
    cJSON_free(batch->reports);
    cJSON_free(batch->incidents);
    arena_free(batch->arena);
    free(batch);
}

static Batch *batch_new(Import *import)
{
    Batch *batch = calloc(1, sizeof *batch);
    if (!batch) return NULL;
    batch->import = import;
    batch->arena = arena_new();
    if (batch->arena) return batch;
    free(batch);
    return NULL;
}

/* The batch is finished, well or not. */
static void batch_done(Batch *batch)
{
    Import *import = batch->import;
    batch_free(batch);
    import->under_way--;
    pause_or_resume(import);
    finish_if_done(import);
}

/* --- a batch that is stored: count it, and revise what was edited --- */

static void revise_next(Batch *batch);

static const Entry *entry_of(const Batch *batch, size_t content)
{
    for (size_t i = 0; i < batch->entry_count; i++)
        if (content - batch->entries[i].first < batch->entries[i].count) return &batch->entries[i];
    return NULL;
}

static void revised(const IngestResult *result, void *arg)
{
    Batch *batch = arg;
    if (result->verdict == INGEST_BUSY) batch->import->summary.busy = true;
    if (result->verdict == INGEST_FAILED || result->verdict == INGEST_NOT_FOUND)
        skip(batch->import, entry_of(batch, batch->revising), "den rättade notisen kunde inte sparas");
    batch->revising++;
    revise_next(batch);
}

/* A content whose `report` id was replaced by the stored one waits to be revised; it is marked by having no key. */
static void revise_next(Batch *batch)
{
    while (batch->revising < batch->content_count && batch->contents[batch->revising].key)
        batch->revising++;
    if (batch->revising == batch->content_count) {
        batch_done(batch);
        return;
    }
    Content *content = &batch->contents[batch->revising];
    ingest_revised_content(batch->import->worker, batch->arena, content, content->report, revised, batch);
}

typedef struct Digest {
    const char *report, *sha256;
} Digest;

/* What select_report_digests found for a content, or false. */
static bool digest_of(const PGresult *digests, const Content *content, Digest *digest)
{
    for (int i = 0; i < PQntuples(digests); i++) {
        if (strcmp(PQgetvalue(digests, i, 1), content->key) != 0 ||
            strcmp(PQgetvalue(digests, i, 0), content->municipality) != 0)
            continue;
        *digest = (Digest){.report = PQgetvalue(digests, i, 2), .sha256 = PQgetvalue(digests, i, 3)};
        return true;
    }
    return false;
}

static void count_entry(Batch *batch, Entry *entry, const PGresult *digests)
{
    ImportSummary *summary = &batch->import->summary;
    bool is_new = false;
    for (size_t i = entry->first; i < entry->first + entry->count; i++) {
        Content *content = &batch->contents[i];
        Digest digest;
        if (!digest_of(digests, content, &digest)) continue;
        if (strcmp(digest.report, content->report) == 0) {
            if (i == entry->first) is_new = true;
            summary->incidents += (uint64_t)cJSON_GetArraySize(content->incidents);
        } else if (strcmp(digest.sha256, content->reading.sha256) != 0) {
            entry->changed = true;
            memcpy(content->report, digest.report, UUID_TEXT_SIZE);
            content->key = NULL;
        }
    }
    if (is_new)
        summary->stored++;
    else if (entry->changed)
        summary->updated++;
    else
        summary->known++;
}

static void send_unit(Batch *batch);

/* The unit's entries are settled; the rest, one at a time, then what was edited. */
static void go_on(Batch *batch)
{
    batch->from = batch->to;
    if (batch->from < batch->entry_count) {
        batch->to = batch->from + 1;
        send_unit(batch);
        return;
    }
    revise_next(batch);
}

static void stored(const DbOutcome *outcome, void *arg)
{
    Batch *batch = arg;
    Import *import = batch->import;
    bool refused = outcome->status == DB_REFUSED || outcome->status == DB_FAILED;
    if (refused && batch->to - batch->from > 1) {
        batch->to = batch->from + 1; /* one bad notice harms no neighbour */
        send_unit(batch);
        return;
    }
    if (outcome->status == DB_OK) {
        ingest_count(import->worker, PQntuples(outcome->results[0]), PQntuples(outcome->results[1]));
        for (size_t i = batch->from; i < batch->to; i++)
            count_entry(batch, &batch->entries[i], outcome->results[3]);
        go_on(batch);
    } else if (ingest_verdict(outcome) == INGEST_BUSY) {
        import->summary.busy = true;
        import->stopped = true;
        batch_done(batch);
    } else {
        for (size_t i = batch->from; i < batch->to; i++)
            skip(import, &batch->entries[i], "databasen tog inte emot notisen");
        go_on(batch);
    }
}

/* --- a batch on its way --- */

static bool append_rows(cJSON *all, const cJSON *rows)
{
    const cJSON *row;
    cJSON_ArrayForEach(row, rows)
    {
        /* Borrowed, not copied: `all` is printed and deleted while `rows` still owns them. */
        if (!cJSON_AddItemReferenceToArray(all, (cJSON *)row)) return false;
    }
    return true;
}

static int print_rows(Batch *batch)
{
    cJSON *reports = cJSON_CreateArray(), *incidents = cJSON_CreateArray();
    bool ok = reports && incidents;
    const Entry *last = &batch->entries[batch->to - 1];
    for (size_t i = batch->entries[batch->from].first; ok && i < last->first + last->count; i++)
        ok = json_append(reports, content_report_row(&batch->contents[i])) &&
             append_rows(incidents, batch->contents[i].incidents);
    cJSON_free(batch->reports);
    cJSON_free(batch->incidents);
    batch->reports = ok ? cJSON_PrintUnformatted(reports) : NULL;
    batch->incidents = ok ? cJSON_PrintUnformatted(incidents) : NULL;
    cJSON_Delete(reports);
    cJSON_Delete(incidents);
    return batch->reports && batch->incidents ? 0 : -ENOMEM;
}

static DbWork *store_unit(Batch *batch)
{
    const char *reports[] = {batch->reports}, *incidents[] = {batch->incidents};
    DbWork *work = db_work_new(batch->import->worker->pool, stored, batch);
    if (!work) return NULL;
    db_work_set_retry(work); /* its keys make it safe to run twice */
    if (db_work_add(work, &query_insert_reports, reports) == 0 &&
        db_work_add(work, &query_insert_incidents, incidents) == 0 &&
        db_work_add(work, &query_insert_incident_areas, incidents) == 0 &&
        db_work_add(work, &query_select_report_digests, reports) == 0)
        return work;
    db_work_free(work);
    return NULL;
}

static void send_unit(Batch *batch)
{
    DbWork *work = print_rows(batch) == 0 ? store_unit(batch) : NULL;
    if (work) {
        db_work_submit(work);
        return;
    }
    batch->import->summary.failed = true;
    batch_done(batch);
}

/* Sends what has been read so far. */
static void flush(Import *import)
{
    Batch *batch = import->filling;
    import->filling = NULL;
    if (!batch) return;
    if (batch->entry_count == 0) {
        batch_free(batch);
        return;
    }
    import->under_way++;
    batch->to = batch->entry_count;
    send_unit(batch);
    pause_or_resume(import);
}

/* --- notices out of the stream --- */

static int add_contents(Batch *batch, Content *contents, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        Content *all =
            arena_grow(batch->arena, batch->contents, batch->content_count, &batch->content_capacity, sizeof *all);
        if (!all) {
            for (; i < count; i++)
                content_deinit(&contents[i]);
            return -ENOMEM;
        }
        batch->contents = all;
        all[batch->content_count++] = contents[i];
    }
    return 0;
}

/* Reads one notice into the batch. -EINVAL with the reason where it is no notice. */
static int add_notice(Import *import, Entry *entry, const char *bytes, size_t len, Error *err)
{
    Batch *batch = import->filling;
    JsonFault fault;
    cJSON *json = NULL;
    int r = json_strict_parse(&json, bytes, len, &fault);
    if (r == -EBADMSG) return error_set(err, -EINVAL, "%s: %s", fault.pointer, fault.text);
    Notice notice;
    if (r == 0) r = notice_read(&notice, batch->arena, json, import->knowledge, err);
    cJSON_Delete(json);
    if (r < 0) return r;
    entry->id = notice.id;
    Content *contents;
    size_t count;
    r = content_from_notice(&contents, &count, batch->arena, import->knowledge, &notice, import->created_by,
                            clock_now_ms());
    if (r < 0) return r == -ENOMEM ? r : error_set(err, -EINVAL, "texten gick inte att läsa");
    entry->first = batch->content_count;
    entry->count = count;
    Entry *entries =
        arena_grow(batch->arena, batch->entries, batch->entry_count, &batch->entry_capacity, sizeof *entries);
    if (!entries) {
        for (size_t i = 0; i < count; i++)
            content_deinit(&contents[i]);
        return -ENOMEM;
    }
    batch->entries = entries;
    batch->bytes += len;
    r = add_contents(batch, contents, count);
    if (r == 0) batch->entries[batch->entry_count++] = *entry;
    return r;
}

static int element(const char *bytes, size_t len, uint64_t number, uint64_t line, void *arg)
{
    Import *import = arg;
    Entry entry = {.index = number, .line = line};
    import->summary.received++;
    if (import->stopped) return -ECANCELED;
    if (!bytes) {
        skip(import, &entry, "är längre än 1 MB");
        return 0;
    }
    if (!import->filling && !(import->filling = batch_new(import))) return -ENOMEM;
    Error err;
    int r = add_notice(import, &entry, bytes, len, &err);
    if (r == -ENOMEM) return r;
    if (r < 0) skip(import, &entry, err.text);
    if (import->filling->entry_count >= BATCH_NOTICES || import->filling->bytes >= BATCH_BYTES) flush(import);
    return 0;
}

Import *import_new(Worker *worker, Knowledge *knowledge, const char *created_by, ImportCallbacks callbacks)
{
    Import *import = calloc(1, sizeof *import);
    if (!import) return NULL;
    *import = (Import){.worker = worker, .callbacks = callbacks, .skipped = cJSON_CreateArray()};
    import->elements = json_elements_new(JSON_ELEMENTS_EITHER, NOTICE_MAX, element, import);
    if (!import->skipped || !import->elements) {
        cJSON_Delete(import->skipped);
        json_elements_free(import->elements);
        free(import);
        return NULL;
    }
    strncpy(import->created_by, created_by, sizeof import->created_by - 1);
    import->knowledge = knowledge_ref(knowledge);
    return import;
}

static void note_end(Import *import, int r)
{
    if (r == 0) return;
    import->stopped = true;
    if (r == -EBADMSG) import->summary.broken = import->error.text;
    if (r == -ENOMEM) import->summary.failed = true;
}

void import_feed(Import *import, const char *bytes, size_t len)
{
    if (!import->stopped) note_end(import, json_elements_feed(import->elements, bytes, len, &import->error));
}

void import_end(Import *import, bool complete)
{
    if (!import->stopped && complete) note_end(import, json_elements_end(import->elements, &import->error));
    flush(import);
    import->ended = true;
    finish_if_done(import);
}
