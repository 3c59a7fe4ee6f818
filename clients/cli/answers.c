#include "answers.h"

#include <errno.h>
#include <string.h>

#include "reply.h"
#include "terminal.h"

/* What is wrong with a line: title, detail, and where. NULL: memory is out. */
static const char *reason_of(const cJSON *line, Arena *arena)
{
    const char *title = reply_text(line, "title"), *detail = reply_text(line, "detail");
    const char *reason = arena_printf(arena, "%s %s", title ? title : "", detail ? detail : "");
    const cJSON *fault;
    cJSON_ArrayForEach(fault, reply_member(line, "errors"))
    {
        const char *pointer = reply_text(fault, "pointer"), *text = reply_text(fault, "detail");
        if (reason) reason = arena_printf(arena, "%s %s %s", reason, pointer ? pointer : "", text ? text : "");
    }
    return reason ? terminal_clean(arena, reason) : NULL;
}

static AnswersVerdict verdict_of(const cJSON *line)
{
    if (reply_text(line, "id")) return ANSWERS_TAKEN;
    double status = reply_number(line, "status", 0);
    return status >= 400 && status < 500 ? ANSWERS_REFUSED : ANSWERS_WAIT;
}

int answers_read(const HttpAnswer *answer, size_t count, Arena *arena, AnswersEach each, void *arg)
{
    const char *at = answer->body;
    size_t index = 0;
    while (*at && index < count) {
        size_t len = strcspn(at, "\n");
        _reply_ cJSON *line = cJSON_ParseWithLength(at, len);
        at += len + (at[len] == '\n');
        if (len == 0) continue;
        AnswersVerdict verdict = verdict_of(line);
        const char *reason = verdict == ANSWERS_TAKEN ? "" : reason_of(line, arena);
        if (!reason) return -ENOMEM;
        each(index++, verdict, reason, arg);
    }
    for (; index < count; index++)
        each(index, ANSWERS_WAIT, "servern svarade inte på raden", arg);
    return 0;
}
