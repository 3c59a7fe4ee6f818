#include "flow/publish_lagesbild.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/lagesbild_changes.h"
#include "core/lagesbild/lagesbild_public.h"
#include "db/queries.h"
#include "flow/offload.h"
#include "render/lagesbild_forms.h"
#include "render/public_forms.h"
#include "util/clock.h"
#include "util/memstream.h"

enum { TRIES_MAX = 4 };

/* One form of the document for an audience, as bytea literals ("\x…"), in the order's arena. */
typedef struct Frozen {
    const char *audience, *format, *content_type;
    const char *bytes, *sha256;
} Frozen;

typedef struct Publish {
    Worker *worker;
    PublishOrder order;
    const char *municipality, *area, *period, *first, *after;
    Lagesbild document; /* the draft that becomes the version */
    LagesbildStep last; /* the newest version before */
    const char *version;
    Frozen *frozen; /* every form for the group in their order, JSON first; then those for the public */
    size_t frozen_count;
    bool is_frozen;
    int tries;
    PublishDone done;
    void *arg;
} Publish;

static void start(Publish *p);

static void finish(Publish *p, const PublishResult *result)
{
    Knowledge *knowledge = p->order.lagesbild.knowledge;
    p->done(result, p->arg);
    knowledge_unref(knowledge);
}

static void fail(Publish *p, DbStatus status)
{
    finish(p, &(PublishResult){.verdict = PUBLISH_FAILED, .status = status});
}

/* --- a document into bytes --- */

/* What a form writes into. */
typedef struct Sheet {
    FILE *out;
    char *bytes;
    size_t len;
} Sheet;

static bool sheet_open(Sheet *sheet)
{
    *sheet = (Sheet){0};
    sheet->out = memstream_open(&sheet->bytes, &sheet->len);
    return sheet->out;
}

/* True where all of it was written; `rc` is the form's. The bytes are to be freed either way. */
static bool sheet_close(Sheet *sheet, int rc)
{
    return memstream_close(sheet->out) && rc == 0;
}

static const char *bytea(Arena *arena, const void *bytes, size_t len)
{
    char *text = arena_alloc(arena, 2 * len + 3);
    if (!text) return NULL;
    memcpy(text, "\\x", 2);
    sodium_bin2hex(text + 2, 2 * len + 1, bytes, len);
    return text;
}

/* The sheet, once its form has written it, as the next of the frozen. */
static bool freeze(Publish *p, Sheet *sheet, int rc, Frozen made)
{
    Arena *arena = p->order.lagesbild.arena;
    unsigned char hash[crypto_hash_sha256_BYTES];
    bool whole = sheet_close(sheet, rc);
    if (whole) {
        crypto_hash_sha256(hash, (const unsigned char *)sheet->bytes, sheet->len);
        made.bytes = bytea(arena, sheet->bytes, sheet->len);
        made.sha256 = bytea(arena, hash, sizeof hash);
        p->frozen[p->frozen_count++] = made;
    }
    free(sheet->bytes);
    return whole && made.bytes && made.sha256;
}

static bool freeze_for_group(Publish *p)
{
    for (size_t i = 0; i < lagesbild_form_count; i++) {
        const LagesbildForm *form = &lagesbild_forms[i];
        Sheet sheet;
        if (!sheet_open(&sheet)) return false;
        int rc = form->write(&p->document, sheet.out);
        if (!freeze(p, &sheet, rc, (Frozen){"group", form->name, form->content_type})) return false;
    }
    return true;
}

static bool freeze_for_public(Publish *p)
{
    LagesbildPublic public;
    int64_t threshold = p->worker->daemon->config.public_threshold;
    if (lagesbild_public(&public, &p->document, threshold, p->order.lagesbild.arena)) return false;
    for (size_t i = 0; i < public_form_count; i++) {
        const PublicForm *form = &public_forms[i];
        Sheet sheet;
        if (!sheet_open(&sheet)) return false;
        int rc = form->write(&public, sheet.out);
        if (!freeze(p, &sheet, rc, (Frozen){"public", form->name, form->content_type})) return false;
    }
    return true;
}

/* --- the last step: what is frozen, stored --- */

static void stored(const DbOutcome *outcome, void *arg)
{
    Publish *p = arg;
    bool raced = outcome->status == DB_REFUSED && outcome->constraint &&
                 (strcmp(outcome->constraint, "lagesbild_version_pkey") == 0 ||
                  strcmp(outcome->constraint, "lagesbild_version_idempotency_key") == 0);
    if (raced && ++p->tries < TRIES_MAX)
        start(p);
    else if (raced)
        finish(p, &(PublishResult){.verdict = PUBLISH_RACED, .status = outcome->status});
    else if (outcome->status != DB_OK)
        fail(p, outcome->status);
    else
        finish(p, &(PublishResult){.verdict = PUBLISH_DONE,
                                   .version = p->document.version,
                                   .published_at = p->document.published.at,
                                   .sha256 = PQgetvalue(outcome->results[0], 0, 0)});
}

static int add_version(const Publish *p, DbWork *work, const char *sha256)
{
    const Lagesbild *l = &p->document;
    const char *params[] = {p->municipality, l->area_code,   p->period, p->version,
                            l->area_name,    p->first,       p->after,  l->published.at,
                            p->order.token,  p->order.actor, sha256,    p->order.key};
    return db_work_add(work, &query_insert_lagesbild_version, params);
}

static int add_document(const Publish *p, DbWork *work, const Frozen *frozen)
{
    const char *params[] = {p->municipality, p->document.area_code, p->period,     p->version,    frozen->audience,
                            frozen->format,  frozen->content_type,  frozen->bytes, frozen->sha256};
    return db_work_add(work, &query_insert_lagesbild_document, params);
}

/* The version's row holds the hash of the first form, the group's JSON, and goes before all. */
static int add_statements(const Publish *p, DbWork *work)
{
    if (add_version(p, work, p->frozen[0].sha256)) return -ENOMEM;
    for (size_t i = 0; i < p->frozen_count; i++)
        if (add_document(p, work, &p->frozen[i])) return -ENOMEM;
    return 0;
}

static void store(Publish *p)
{
    DbWork *work = db_work_new(p->worker->pool, stored, p);
    if (!work || add_statements(p, work)) {
        db_work_free(work);
        fail(p, DB_OVERLOAD);
        return;
    }
    if (p->order.key) db_work_set_retry(work); /* the key keeps it from happening twice */
    db_work_submit(work);
}

/* On a thread, because of the forms that are slow; the order's arena is the thread's meanwhile. */
static void freeze_forms(void *arg)
{
    Publish *p = arg;
    Arena *arena = p->order.lagesbild.arena;
    p->frozen = arena_calloc(arena, lagesbild_form_count + public_form_count, sizeof *p->frozen);
    p->frozen_count = 0;
    p->is_frozen = p->frozen && freeze_for_group(p) && freeze_for_public(p);
}

static void frozen(bool worked, void *arg)
{
    Publish *p = arg;
    if (worked && p->is_frozen)
        store(p);
    else
        fail(p, DB_OVERLOAD);
}

static void freeze_document(Publish *p)
{
    int rc = offload_submit(p->worker->desk, freeze_forms, frozen, p);
    if (rc) fail(p, rc == -EAGAIN ? DB_OVERLOAD : DB_OVERLOAD);
}

/* --- what differs from the version before --- */

typedef enum Difference { DIFFERENCE_FAILED, DIFFERENCE_NONE, DIFFERENCE_TOLD } Difference;

/* All but what every publication has of its own, and when the data was cut. */
static bool is_same(cJSON *before, cJSON *after)
{
    static const char *const own[] = {"version", "status", "published", "changes", "data_cut_at", "closed_at"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        cJSON_DeleteItemFromObjectCaseSensitive(before, own[i]);
        cJSON_DeleteItemFromObjectCaseSensitive(after, own[i]);
    }
    return cJSON_Compare(before, after, true);
}

static Difference tell_changes(Publish *p, const char *before_bytes, size_t before_len)
{
    Sheet sheet;
    if (!sheet_open(&sheet)) return DIFFERENCE_FAILED;
    bool whole = sheet_close(&sheet, lagesbild_forms[0].write(&p->document, sheet.out));
    cJSON *after = whole ? cJSON_Parse(sheet.bytes) : NULL, *before = cJSON_ParseWithLength(before_bytes, before_len);
    Difference found = DIFFERENCE_FAILED;
    if (after && before && lagesbild_changes(&p->document.changes, before, after, p->order.lagesbild.arena) == 0)
        found = is_same(before, after) ? DIFFERENCE_NONE : DIFFERENCE_TOLD;
    cJSON_Delete(before);
    cJSON_Delete(after);
    free(sheet.bytes);
    return found;
}

static void got_last(const DbOutcome *outcome, void *arg)
{
    Publish *p = arg;
    if (outcome->status != DB_OK) {
        fail(p, outcome->status);
        return;
    }
    const PGresult *last = outcome->results[0];
    size_t len = 0;
    unsigned char *json = PQntuples(last) == 1 ? PQunescapeBytea((unsigned char *)PQgetvalue(last, 0, 2), &len) : NULL;
    Difference found = json ? tell_changes(p, (const char *)json, len) : DIFFERENCE_FAILED;
    PQfreemem(json);
    if (found == DIFFERENCE_TOLD)
        freeze_document(p);
    else if (found == DIFFERENCE_NONE)
        finish(p, &(PublishResult){.verdict = PUBLISH_UNCHANGED,
                                   .version = p->last.number,
                                   .published_at = p->last.at,
                                   .sha256 = PQgetvalue(last, 0, 1)});
    else
        fail(p, DB_FAILED);
}

static void read_last(Publish *p, const char *last)
{
    const char *params[] = {p->municipality, p->document.area_code, p->period, last, "group", lagesbild_forms[0].name};
    DbWork *work = db_work_new(p->worker->pool, got_last, p);
    if (!work || db_work_add(work, &query_select_lagesbild_document, params)) {
        db_work_free(work);
        fail(p, DB_OVERLOAD);
        return;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}

/* --- the first step: the draft --- */

static void built(DbStatus status, const Lagesbild *l, void *arg)
{
    Publish *p = arg;
    Arena *arena = p->order.lagesbild.arena;
    char now[CLOCK_TEXT_SIZE];
    if (status != DB_OK) {
        fail(p, status);
        return;
    }
    int last = l->published.number;
    p->last = l->published;
    p->document = *l;
    p->document.waits = false;
    p->document.version = last + 1;
    p->document.published = (LagesbildStep){
        .number = last + 1, .at = arena_strdup(arena, clock_format(clock_now_ms(), now)), .by = p->order.actor};
    p->version = arena_printf(arena, "%d", last + 1);
    const char *before = arena_printf(arena, "%d", last);
    if (!p->document.published.at || !p->version || !before)
        fail(p, DB_OVERLOAD);
    else if (last)
        read_last(p, before);
    else
        freeze_document(p);
}

static void build(Publish *p)
{
    build_lagesbild(p->worker, &p->order.lagesbild, built, p);
}

/* --- before it: what the client's key has published already --- */

static void got_key(const DbOutcome *outcome, void *arg)
{
    Publish *p = arg;
    if (outcome->status != DB_OK) {
        fail(p, outcome->status);
        return;
    }
    const PGresult *rows = outcome->results[0];
    if (PQntuples(rows) == 0) {
        build(p);
        return;
    }
    bool same = strcmp(PQgetvalue(rows, 0, 0), p->area) == 0 && strcmp(PQgetvalue(rows, 0, 1), p->period) == 0;
    finish(p, &(PublishResult){.verdict = same ? PUBLISH_KNOWN : PUBLISH_KEY_REUSED,
                               .version = atoi(PQgetvalue(rows, 0, 2)),
                               .published_at = PQgetvalue(rows, 0, 3),
                               .sha256 = PQgetvalue(rows, 0, 4)});
}

static void read_key(Publish *p)
{
    const char *params[] = {p->municipality, p->order.key};
    DbWork *work = db_work_new(p->worker->pool, got_key, p);
    if (!work || db_work_add(work, &query_select_lagesbild_by_key, params)) {
        db_work_free(work);
        fail(p, DB_OVERLOAD);
        return;
    }
    db_work_set_retry(work); /* it only reads */
    db_work_submit(work);
}

static void start(Publish *p)
{
    if (p->order.key)
        read_key(p);
    else
        build(p);
}

void publish_lagesbild(Worker *worker, const PublishOrder *order, PublishDone done, void *arg)
{
    Arena *arena = order->lagesbild.arena;
    const Period *period = &order->lagesbild.period;
    char code[PERIOD_CODE_SIZE], first[CIVIL_TEXT_SIZE], after[CIVIL_TEXT_SIZE];
    Publish *p = arena_calloc(arena, 1, sizeof *p);
    if (p)
        *p = (Publish){.worker = worker,
                       .order = *order,
                       .municipality = order->lagesbild.scope.municipalities[0],
                       .area = knowledge_area(order->lagesbild.knowledge, order->lagesbild.scope.area)->code,
                       .period = arena_strdup(arena, period_code(period, code)),
                       .first = arena_strdup(arena, civil_format(period->from, first)),
                       .after = arena_strdup(arena, civil_format(period->to, after)),
                       .done = done,
                       .arg = arg};
    if (!p || !p->period || !p->first || !p->after) {
        done(&(PublishResult){.verdict = PUBLISH_FAILED, .status = DB_OVERLOAD}, arg);
        return;
    }
    knowledge_ref(p->order.lagesbild.knowledge);
    start(p);
}
