#include "delivery.h"

#include <errno.h>
#include <string.h>

#include "answers.h"
#include "util/clock.h"
#include "util/uuid.h"

DeliveryVerdict delivery_judge(long status)
{
    if (status / 100 == 2) return DELIVERY_SENT;
    switch (status) {
    case 400:
    case 413:
    case 415:
    case 422:
        return DELIVERY_REFUSED;
    case 408:
    case 425:
    case 429:
    case 502:
    case 503:
    case 504:
        return DELIVERY_WAIT;
    default:
        return status >= 500 || status == 409 ? DELIVERY_FAILED : DELIVERY_BLOCKED;
    }
}

/* A fault of the outbox itself, shown as a remark: what it keeps is safe where it is. */
static void show_fault(Session *session, const Error *err)
{
    cli_note(session->cli, "lagesbild: %s", err->text);
}

/* Many observations, whose answer has a verdict for each. */
static bool is_many(const OutboxItem *item)
{
    return strcmp(item->content_type, "application/x-ndjson") == 0;
}

/*
 * One try. The item is marked as perhaps arrived before it leaves, and unmarked when it is known that it did not; so
 * the mark is right also when we are killed between.
 */
static int try_once(Session *session, Outbox *outbox, OutboxItem *item, HttpAnswer *answer, Error *err)
{
    int64_t first = item->tried_at;
    if (!first) {
        int code = outbox_mark(outbox, item, clock_now_ms() / 1000, err);
        if (code < 0) return code;
    }
    const HttpCall call = {
        .method = item->method,
        .path = item->path,
        .accept = is_many(item) ? "application/x-ndjson, application/json" : "application/json",
        .content_type = item->content_type,
        .idempotency_key = item->key,
        .body = {.bytes = item->body, .len = item->len},
    };
    int verdict = http_call(session->http, &call, answer, err);
    /* Never there, or turned away at the door. A 503 may come after the database took it and the answer was lost. */
    bool certain = verdict == HTTP_UNREACHABLE || (verdict == 0 && answer->status == 429);
    Error fault;
    if (!first && certain && outbox_mark(outbox, item, 0, &fault) < 0) show_fault(session, &fault);
    return verdict;
}

/* What the verdicts on the lines of many observations come to. */
typedef struct Lines {
    Arena *arena;
    size_t waiting, refused;
    const char *reasons; /* of the refused, a line each; NULL when memory is out */
} Lines;

static void count_line(size_t index, AnswersVerdict verdict, const char *reason, void *arg)
{
    Lines *lines = arg;
    if (verdict == ANSWERS_WAIT) lines->waiting++;
    if (verdict != ANSWERS_REFUSED) return;
    lines->refused++;
    if (lines->reasons)
        lines->reasons = arena_printf(lines->arena, "%s\n  rad %zu: %s", lines->reasons, index + 1, reason);
}

/* What the answer says about the item, each line of many looked at. `*reason` is for people; NULL: memory is out. */
static DeliveryVerdict judge_answer(const OutboxItem *item, const HttpAnswer *answer, Arena *arena, const char **reason)
{
    DeliveryVerdict judged = delivery_judge(answer->status);
    /* A collection that is not there is a wrong address; a report that is not there is this item's own fault. */
    if (answer->status == 404 && strcmp(item->method, "PUT") == 0) judged = DELIVERY_REFUSED;
    if (judged != DELIVERY_SENT || !is_many(item)) {
        *reason = session_refusal_line(arena, answer);
        return judged;
    }
    size_t count = 0;
    for (size_t i = 0; i < item->len; i++)
        count += ((const char *)item->body)[i] == '\n';
    Lines lines = {.arena = arena, .reasons = ""};
    if (answers_read(answer, count, arena, count_line, &lines) < 0 || !lines.reasons) {
        *reason = NULL;
        return DELIVERY_FAILED;
    }
    if (lines.waiting) {
        *reason = arena_printf(arena, "%zu av %zu rader kunde inte sparas just nu", lines.waiting, count);
        return DELIVERY_WAIT;
    }
    *reason = arena_printf(arena, "%zu av %zu rader avvisade%s", lines.refused, count, lines.reasons);
    return lines.refused ? DELIVERY_REFUSED : DELIVERY_SENT;
}

/* What became of the outbox in one go. */
typedef struct Flush {
    size_t sent, refused, kept, elsewhere; /* the last is for other servers */
    bool unreachable;                      /* there is no point in trying more */
    bool blocked;                          /* nor here; but the reason is ours, not the network's */
} Flush;

/* Sends one kept item and says what became of it. */
static void flush_item(Session *session, Outbox *outbox, OutboxItem *item, Flush *flush)
{
    _answer_ HttpAnswer answer = {0};
    Error err;
    int verdict = try_once(session, outbox, item, &answer, &err);
    if (verdict != 0) {
        flush->kept++;
        flush->unreachable = true;
        session_show_failure(session, verdict, &err);
        return;
    }
    const char *reason;
    int code = 0;
    DeliveryVerdict judged = judge_answer(item, &answer, session->cli->arena, &reason);
    switch (judged) {
    case DELIVERY_SENT:
        flush->sent++;
        cli_note(session->cli, "Sänt ur utkorgen: %s", item->what);
        code = outbox_remove(outbox, item->name, &err);
        break;
    case DELIVERY_REFUSED:
        flush->refused++;
        cli_note(session->cli, "Servern ville inte ha %s ur utkorgen; det ligger i refused/%s: %s", item->what,
                 item->name, reason ? reason : "");
        code = outbox_refuse(outbox, item, reason ? reason : "", &err);
        break;
    case DELIVERY_BLOCKED:
    case DELIVERY_WAIT:
    case DELIVERY_FAILED:
        flush->kept++;
        flush->unreachable = judged == DELIVERY_WAIT;
        flush->blocked = judged == DELIVERY_BLOCKED;
        cli_note(session->cli, "Kvar i utkorgen: %s: %s", item->what, reason ? reason : "");
        break;
    }
    if (code < 0) show_fault(session, &err);
}

/* Sends the items named, in order, but for the one named `except`. */
static Flush flush_names(Session *session, Outbox *outbox, const OutboxNames *names, const char *except, bool uncertain)
{
    Flush flush = {0};
    for (size_t i = 0; i < names->count && !flush.unreachable && !flush.blocked; i++) {
        _arena_free_ Arena *arena = arena_new();
        OutboxItem item;
        Error err;
        if (except && strcmp(names->names[i], except) == 0) continue;
        int code = arena ? outbox_read(outbox, false, names->names[i], arena, &item, &err)
                         : error_set(&err, -ENOMEM, "minnet tog slut");
        if (code == -EBADMSG) {
            flush.refused++;
            show_fault(session, &err);
            code = outbox_set_aside(outbox, names->names[i], &err);
        } else if (code == 0 && strcmp(item.url, session->cli->url) != 0) {
            flush.elsewhere++; /* it waits for a run that talks with that server */
        } else if (code == 0 && !uncertain && outbox_is_uncertain(&item, clock_now_ms() / 1000)) {
            flush.kept++;
            cli_note(session->cli,
                     "Kvar i utkorgen: %s kan redan ha kommit fram; se efter, och sänd med: lagesbild outbox send "
                     "--uncertain",
                     item.what);
        } else if (code == 0) {
            flush_item(session, outbox, &item, &flush);
        }
        if (code < 0) {
            flush.kept++;
            show_fault(session, &err);
        }
    }
    return flush;
}

/* Opens the outbox of this user. 0 or a negative errno with the reason. */
static int open_outbox(Session *session, Outbox **outbox, Error *err)
{
    const char *directory = outbox_directory(session->cli->arena);
    if (!directory) return error_set(err, -ENOENT, "ingen plats för utkorgen: sätt HOME eller XDG_STATE_HOME");
    return outbox_open(outbox, directory, err);
}

static int flush_all(Session *session, bool uncertain, Flush *flush, Error *err)
{
    Outbox *outbox;
    OutboxNames names;
    *flush = (Flush){0};
    int code = open_outbox(session, &outbox, err);
    if (code < 0) return code;
    code = outbox_list(outbox, false, session->cli->arena, &names, err);
    if (code == 0) *flush = flush_names(session, outbox, &names, NULL, uncertain);
    outbox_close(outbox);
    return code;
}

void delivery_flush(Session *session)
{
    const char *directory = outbox_directory(session->cli->arena);
    Flush flush;
    Error err;
    if (!directory || outbox_is_empty(directory)) return;
    if (flush_all(session, false, &flush, &err) < 0) show_fault(session, &err);
}

int delivery_flush_all(Session *session, bool uncertain)
{
    Flush flush;
    Error err;
    if (flush_all(session, uncertain, &flush, &err) < 0) return cli_fail(session->cli, CLI_REFUSED, "%s", err.text);
    if (flush.kept) return CLI_UNREACHABLE;
    if (!flush.sent && !flush.refused)
        cli_note(session->cli, "Utkorgen har inget att sända till %s.", session->cli->url);
    if (flush.elsewhere)
        cli_note(session->cli,
                 "%zu i utkorgen ska till en annan adress: se lagesbild outbox list, och sätt LAGESBILD_URL.",
                 flush.elsewhere);
    return flush.refused ? CLI_REFUSED : CLI_DONE;
}

/* Tells what became of an item that stays. Returns CLI_UNREACHABLE. */
static int say_kept(Session *session, const OutboxItem *item)
{
    cli_note(session->cli, "Lagt i utkorgen: %s. Det sänds vid nästa anrop, eller med: lagesbild outbox send",
             item->what);
    return CLI_UNREACHABLE;
}

static int send_new(Session *session, Outbox *outbox, OutboxItem *item, HttpAnswer *answer)
{
    Error err;
    int verdict = try_once(session, outbox, item, answer, &err);
    if (verdict != 0) {
        int status = session_show_failure(session, verdict, &err);
        if (verdict > 0) return say_kept(session, item);
        /* It never left, and will not the next time either (an address that is none): theirs to put right. */
        if (outbox_remove(outbox, item->name, &err) < 0) show_fault(session, &err);
        return status;
    }
    const char *reason;
    DeliveryVerdict judged = judge_answer(item, answer, session->cli->arena, &reason);
    int status = CLI_DONE;
    if (answer->status / 100 != 2)
        status = session_show_refusal(session, answer);
    else if (judged == DELIVERY_WAIT)
        cli_note(session->cli, "lagesbild: %s", reason ? reason : "");
    if (judged == DELIVERY_WAIT || judged == DELIVERY_FAILED) return say_kept(session, item);
    /* Lines that are refused are the caller's to show: it knows where they stand. */
    if (outbox_remove(outbox, item->name, &err) < 0) show_fault(session, &err);
    return status;
}

/* When there is no outbox (a full disk, no home) it is better to try than to give up. */
static int send_unkept(Session *session, OutboxItem *item, HttpAnswer *answer, const Error *fault)
{
    char key[UUID_TEXT_SIZE];
    const HttpCall call = {
        .method = item->method,
        .path = item->path,
        .accept = "application/json",
        .content_type = item->content_type,
        .idempotency_key = uuid_new((uint64_t)clock_now_ms(), key),
        .body = {.bytes = item->body, .len = item->len},
    };
    show_fault(session, fault);
    int status = session_call(session, &call, answer);
    if (status == CLI_UNREACHABLE)
        cli_note(session->cli, "%s är INTE sparat; sänd det igen när servern går att nå", item->what);
    return status;
}

int delivery_send(Session *session, OutboxItem *item, HttpAnswer *answer)
{
    Outbox *outbox = NULL;
    OutboxNames names;
    Error err;
    item->url = session->cli->url;
    int code = open_outbox(session, &outbox, &err);
    if (code == 0) code = outbox_add(outbox, session->cli->arena, item, &err);
    if (code == 0) code = outbox_list(outbox, false, session->cli->arena, &names, &err);
    int status;
    if (code < 0) {
        status = send_unkept(session, item, answer, &err);
    } else {
        Flush before = flush_names(session, outbox, &names, item->name, false);
        status = before.unreachable ? say_kept(session, item) : send_new(session, outbox, item, answer);
    }
    outbox_close(outbox);
    return status;
}

int delivery_keep(Session *session, OutboxItem *item)
{
    Outbox *outbox = NULL;
    Error err;
    item->url = session->cli->url;
    int code = open_outbox(session, &outbox, &err);
    if (code == 0) code = outbox_add(outbox, session->cli->arena, item, &err);
    outbox_close(outbox);
    if (code == 0) cli_note(session->cli, "Lagt i utkorgen: %s", item->what);
    return code == 0 ? CLI_UNREACHABLE
                     : cli_fail(session->cli, CLI_REFUSED, "%s är INTE sparat: %s", item->what, err.text);
}
