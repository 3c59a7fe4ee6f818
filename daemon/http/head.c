#include "http/head.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "http/request-internal.h"

/* The head is one buffer, so each name and each value comes in one piece. It is our own copy: the ":" behind a name can
 * become its NUL. */
static int on_header_field(http_parser *parser, const char *at, size_t len)
{
    Request *r = parser->data;
    char *name = (char *)at;
    for (size_t i = 0; i < len; i++)
        if (name[i] >= 'A' && name[i] <= 'Z') name[i] = (char)(name[i] | 32);
    r->headers[r->header_count++] = (HeaderField){.name = name, .value = ""};
    return 0;
}

static int on_header_value(http_parser *parser, const char *at, size_t len)
{
    Request *r = parser->data;
    while (len > 0 && (at[len - 1] == ' ' || at[len - 1] == '\t'))
        len--;
    if (len > 0) r->headers[r->header_count - 1].value = arena_strndup(r->arena, at, len);
    return r->headers[r->header_count - 1].value ? 0 : -1;
}

static int on_headers_complete(http_parser *parser)
{
    parser->upgrade = 0; /* an offer to speak something else is not taken up */
    return 0;
}

static const http_parser_settings head_settings = {
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_headers_complete = on_headers_complete,
};

/* Names end where the parser said; done after parsing, since it still reads the bytes behind them. */
static void end_names(Request *r)
{
    for (size_t i = 0; i < r->header_count; i++)
        *strchr(r->headers[i].name, ':') = '\0';
}

const GuardFault *head_read(Request *r, http_parser *parser, char *head, size_t len)
{
    static const GuardFault unreadable = {400, "The request cannot be read."};
    static const GuardFault no_memory = {503, "There is no memory for the request."};
    const GuardFault *fault = guard_head(head, len, &r->shape);
    if (fault) return fault;
    r->method_text = arena_strndup(r->arena, head, strcspn(head, " "));
    r->target = arena_strndup(r->arena, head + r->shape.target, r->shape.target_len);
    r->headers = arena_alloc(r->arena, GUARD_HEADERS_MAX * sizeof *r->headers);
    if (!r->method_text || !r->target || !r->headers) return &no_memory;
    http_parser_init(parser, HTTP_REQUEST);
    parser->data = r;
    size_t parsed = http_parser_execute(parser, &head_settings, head, len);
    if (parsed != len || HTTP_PARSER_ERRNO(parser) != HPE_OK) return &unreadable;
    r->http_minor = parser->http_minor;
    r->body_ended = !r->shape.chunked && r->shape.length == 0;
    int method = routes_method(r->method_text, strlen(r->method_text));
    if (method >= 0) r->method = (Method)method;
    end_names(r);
    return NULL;
}

/* Finds the route. Answers where there is none. */
static void find_route(Request *r)
{
    const char *target = r->target, *question = strchr(target, '?');
    size_t len = strlen(target), path_len = question ? (size_t)(question - target) : len;
    int method = routes_method(r->method_text, strlen(r->method_text));
    int code =
        routes_find(&r->match, routes_table, r->front->route_heads, routes_count, method, target, path_len, r->arena);
    if (code == 0 && question)
        code = percent_query(&r->query, &r->query_count, r->arena, question + 1, len - path_len - 1);
    if (code == -ENOMEM) {
        request_out_of_memory(r);
    } else if (code < 0) {
        request_problem(r, 400, NULL,
                        "Adressen är inte rätt kodad: %% ska följas av två hexadecimala siffror och "
                        "resultatet ska vara UTF-8.");
    } else if (!r->match.methods) {
        request_problem(r, 404, NULL, "Det finns inget på den adressen.");
    } else if (!r->match.route) {
        char allow[ROUTES_ALLOW_SIZE];
        routes_allow(r->match.methods, allow);
        request_add_header(r, "Allow", allow);
        request_problem(r, 405, NULL, "Adressen tar emot %s.", allow);
    }
}

/* What the route says about a body. Answers where it is refused. */
static void check_body(Request *r)
{
    const Route *route = r->match.route;
    const Config *config = r->front->config;
    const char *encoding = request_header(r, "content-encoding");
    r->body_limit = (uint64_t)(route->body == BODY_STREAM ? config->import_limit : config->body_limit);
    if (route->body == BODY_NONE && !r->body_ended)
        request_problem(r, 400, NULL, "Anropet ska inte ha något innehåll.");
    else if ((route->body == BODY_WHOLE || route->body == BODY_STREAM) && !r->shape.chunked && !r->shape.has_length)
        request_problem(r, 411, NULL, "Content-Length saknas.");
    else if (encoding && strcasecmp(encoding, "identity") != 0)
        request_problem(r, 415, NULL, "Innehållet får inte vara komprimerat (Content-Encoding).");
    else if (r->shape.length > r->body_limit)
        request_problem(r, 413, NULL, "Innehållet får vara högst %llu byte.", (unsigned long long)r->body_limit);
}

void head_route(Request *r)
{
    find_route(r);
    if (r->answer == ANSWER_NONE) check_body(r);
}
