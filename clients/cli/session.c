#include "session.h"

#include <errno.h>

#include "reply.h"
#include "terminal.h"

int session_open(Session *session, Cli *cli)
{
    *session = (Session){.cli = cli, .http = http_new(cli->url, cli->token)};
    return session->http ? CLI_DONE : cli_out_of_memory(cli);
}

void session_close(Session *session)
{
    http_free(session->http);
    session->http = NULL;
}

int session_show_failure(Session *session, int verdict, const Error *err)
{
    const char *reason = terminal_clean(session->cli->arena, err->text);
    if (!reason) return cli_out_of_memory(session->cli);
    if (verdict == HTTP_UNREACHABLE)
        return cli_fail(session->cli, CLI_UNREACHABLE, "servern %s gick inte att nå: %s", session->cli->url, reason);
    if (verdict == HTTP_CUT)
        return cli_fail(session->cli, CLI_UNREACHABLE, "servern %s gav inget svar: %s", session->cli->url, reason);
    if (verdict == -ECANCELED) return CLI_REFUSED; /* whoever gave up knows why, and says so */
    if (verdict == -EINVAL) return cli_fail(session->cli, CLI_USAGE, "LAGESBILD_URL: %s", reason);
    return cli_fail(session->cli, CLI_REFUSED, "%s", reason);
}

const char *session_refusal_line(Arena *arena, const HttpAnswer *answer)
{
    _reply_ cJSON *problem = reply_parse(answer);
    const char *title = terminal_clean(arena, reply_text(problem, "title"));
    const char *detail = terminal_clean(arena, reply_text(problem, "detail"));
    if (!title || !detail) return NULL;
    const char *hint = answer->status == 401   ? " (sätt LAGESBILD_TOKEN till en giltig nyckel)"
                       : answer->status == 403 ? " (nyckeln får inte göra det)"
                                               : "";
    const char *line = arena_printf(arena, "servern svarade %ld%s%s%s%s%s", answer->status, *title ? ": " : "", title,
                                    *detail ? ": " : "", detail, hint);
    const cJSON *item;
    cJSON_ArrayForEach(item, reply_member(problem, "errors"))
    {
        const char *pointer = terminal_clean(arena, reply_text(item, "pointer"));
        const char *text = terminal_clean(arena, reply_text(item, "detail"));
        if (!line || !pointer || !text) return NULL;
        line = arena_printf(arena, "%s\n  %s%s%s", line, pointer, *pointer ? ": " : "", text);
    }
    return line;
}

int session_show_refusal(Session *session, const HttpAnswer *answer)
{
    const char *line = session_refusal_line(session->cli->arena, answer);
    if (!line) return cli_out_of_memory(session->cli);
    /* What stands between us and the daemon, or a daemon that cannot now: as good as not reached. */
    int status = answer->status >= 502 && answer->status <= 504 ? CLI_UNREACHABLE : CLI_REFUSED;
    return cli_fail(session->cli, status, "%s", line);
}

int session_show_nonsense(Session *session)
{
    return cli_fail(session->cli, CLI_REFUSED, "svaret från %s går inte att förstå; är det rätt adress?",
                    session->cli->url);
}

int session_call(Session *session, const HttpCall *call, HttpAnswer *answer)
{
    Error err;
    int verdict = http_call(session->http, call, answer, &err);
    if (verdict != 0) return session_show_failure(session, verdict, &err);
    return answer->status / 100 == 2 ? CLI_DONE : session_show_refusal(session, answer);
}

int session_get(Session *session, const char *path, const char *accept, HttpAnswer *answer)
{
    if (!path) return cli_out_of_memory(session->cli);
    const HttpCall call = {.method = "GET", .path = path, .accept = accept ? accept : "application/json"};
    return session_call(session, &call, answer);
}
