#include "http/auth.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "context.h"
#include "db/pool.h"
#include "db/queries.h"
#include "http/request-internal.h"
#include "http/token.h"
#include "util/clock.h"

/* Bits as in request.h; names as in the schema's role table. */
static const char *const role_names[] = {"admin", "coordinator", "police", "reporter", "group", "analyst"};

const char *request_role_name(unsigned role)
{
    bool single = role != 0 && (role & (role - 1)) == 0;
    size_t index = single ? (size_t)__builtin_ctz(role) : SIZE_MAX;
    return index < sizeof role_names / sizeof *role_names ? role_names[index] : "";
}

typedef struct CachedToken {
    char hash[TOKEN_HASH_SIZE];
    int64_t expires; /* milliseconds, monotonic */
    Actor actor;     /* role 0: there is no such token */
    Arena *arena;    /* of the actor */
    UT_hash_handle hh;
} CachedToken;

struct TokenCache {
    CachedToken *tokens;
    unsigned generation;
};

/* A token that is being looked up. */
typedef struct Lookup {
    Request *request;
    void (*done)(Request *request);
    unsigned generation; /* when it was asked; what has been revoked since must not be kept */
    char municipality[TOKEN_MUNICIPALITY_MAX + 1];
    char hash[TOKEN_HASH_SIZE];
} Lookup;

/* --- the cache --- */

TokenCache *token_cache_new(void)
{
    return calloc(1, sizeof(TokenCache));
}

static void forget(TokenCache *cache, CachedToken *token)
{
    HASH_DEL(cache->tokens, token);
    arena_free(token->arena);
    free(token);
}

static void forget_all(TokenCache *cache)
{
    CachedToken *token, *next;
    HASH_ITER(hh, cache->tokens, token, next)
    forget(cache, token);
}

void token_cache_free(TokenCache *cache)
{
    if (!cache) return;
    forget_all(cache);
    free(cache);
}

static const CachedToken *cache_find(TokenCache *cache, const char *hash, unsigned generation)
{
    if (cache->generation != generation) {
        forget_all(cache);
        cache->generation = generation;
    }
    CachedToken *token;
    HASH_FIND_STR(cache->tokens, hash, token);
    if (token && token->expires <= clock_steady_ms()) {
        forget(cache, token);
        token = NULL;
    }
    return token;
}

static char **copy_areas(Arena *arena, const char *const *areas)
{
    size_t count = 0;
    while (areas[count])
        count++;
    char **copy = arena_calloc(arena, count + 1, sizeof *copy);
    for (size_t i = 0; copy && i < count; i++)
        if (!(copy[i] = arena_strdup(arena, areas[i]))) return NULL;
    return copy;
}

/* A copy of an actor in another arena; false without memory. */
static bool copy_actor(Actor *to, Arena *arena, const Actor *from)
{
    *to = *from;
    to->token_id = arena_strdup(arena, from->token_id);
    if (from->municipality) to->municipality = arena_strdup(arena, from->municipality);
    if (from->organisation) to->organisation = arena_strdup(arena, from->organisation);
    if (from->areas) to->areas = (const char **)copy_areas(arena, (const char *const *)from->areas);
    return to->token_id && !to->municipality == !from->municipality && !to->organisation == !from->organisation &&
           !to->areas == !from->areas;
}

/* Keeps an answer; without memory it just is not kept. `actor` NULL: there is no such token. */
static void cache_keep(TokenCache *cache, const char *hash, const Actor *actor)
{
    CachedToken *token;
    HASH_FIND_STR(cache->tokens, hash, token); /* two requests may have asked at the same time */
    if (token) forget(cache, token);
    if (HASH_COUNT(cache->tokens) >= AUTH_CACHE_MAX) forget_all(cache);
    token = calloc(1, sizeof *token);
    if (token) token->arena = arena_new();
    if (!token || !token->arena || (actor && !copy_actor(&token->actor, token->arena, actor))) {
        if (token) arena_free(token->arena);
        free(token);
        return;
    }
    memcpy(token->hash, hash, sizeof token->hash);
    token->expires = clock_steady_ms() + AUTH_CACHE_MS;
    HASH_ADD_STR(cache->tokens, hash, token);
    if (!token->hh.tbl) {
        arena_free(token->arena);
        free(token);
    }
}

/* --- what the client sent --- */

static bool only_reads(const Request *request)
{
    return request_method(request) == METHOD_GET || request_method(request) == METHOD_HEAD;
}

/* A browser that shows a page. */
static bool is_browser(const Request *request)
{
    const char *accept = request_header(request, "accept");
    return only_reads(request) && accept && strstr(accept, "text/html");
}

/* The token in an Authorization header, or NULL. "Bearer TOKEN", or, so that a browser can show a page without a
 * script, the password of "Basic" (RFC 7617) — for reading only, because a browser also sends it along when another
 * site asks it to. */
static const char *token_of(const Request *request, const char *header, char password[static AUTH_PASSWORD_MAX + 1])
{
    if (strncasecmp(header, "bearer ", 7) == 0) return header + 7 + strspn(header + 7, " ");
    if (strncasecmp(header, "basic ", 6) != 0 || !only_reads(request)) return NULL;
    size_t len;
    const char *encoded = header + 6 + strspn(header + 6, " ");
    if (sodium_base642bin((unsigned char *)password, AUTH_PASSWORD_MAX, encoded, strlen(encoded), NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0)
        return NULL;
    password[len] = '\0';
    const char *colon = strchr(password, ':');
    return colon ? colon + 1 : NULL;
}

/* --- the verdict --- */

/* A map program, which like a browser knows names and passwords only. */
static bool is_map(const Request *request)
{
    return strncmp(request->match.route->path, "/ogc", 4) == 0;
}

/* Whoever asks its user for a password does so only where Basic is offered. */
static const char *challenge_of(const Request *request)
{
    return is_browser(request) || is_map(request) ? "Basic realm=\"lagesbild\", charset=\"UTF-8\""
                                                  : "Bearer realm=\"lagesbild\"";
}

static void refuse(Request *request, const char *challenge, const char *detail)
{
    request_add_header(request, "WWW-Authenticate", challenge);
    request_problem(request, 401, NULL, "%s", detail);
}

/* Judges what was found: the actor may use the route, or the request is answered. */
static void judge(Request *request, const Actor *actor)
{
    if (!actor) {
        refuse(request,
               is_browser(request) || is_map(request) ? challenge_of(request)
                                                      : "Bearer realm=\"lagesbild\", error=\"invalid_token\"",
               "Nyckeln gäller inte. Den kan vara felskriven eller återkallad.");
        return;
    }
    Actor *copy = arena_alloc(request->arena, sizeof *copy);
    if (!copy || !copy_actor(copy, request->arena, actor)) {
        request_out_of_memory(request);
    } else if (!(request->match.route->roles & actor->role)) {
        request_problem(request, 403, NULL, "Rollen %s får inte göra detta.", actor->role_name);
    } else {
        request->actor = copy;
    }
}

/* --- the database --- */

static unsigned role_bit(const char *name)
{
    for (unsigned i = 0; i < sizeof role_names / sizeof *role_names; i++)
        if (strcmp(role_names[i], name) == 0) return 1u << i;
    return 0;
}

/* "a,b" cut in the arena; NULL for no areas. */
static const char **split_areas(Arena *arena, const char *text)
{
    size_t count = 1;
    for (const char *p = text; *p; p++)
        count += *p == ',';
    char *copy = arena_strdup(arena, text), *rest = copy;
    const char **areas = arena_calloc(arena, count + 1, sizeof *areas);
    for (size_t i = 0; copy && areas && i < count; i++)
        areas[i] = strsep(&rest, ",");
    return copy ? areas : NULL;
}

static const char *value_or_null(const PGresult *row, int column)
{
    return PQgetisnull(row, 0, column) ? NULL : PQgetvalue(row, 0, column);
}

static void on_found(const DbOutcome *outcome, void *arg)
{
    Lookup *lookup = arg;
    Request *request = lookup->request;
    const PGresult *rows = outcome->status == DB_OK ? outcome->results[0] : NULL;
    bool gone = request_is_abandoned(request);
    if (rows && !gone) {
        Actor actor = {0};
        bool known = PQntuples(rows) == 1;
        if (known) {
            const char *areas = value_or_null(rows, 3);
            unsigned bit = role_bit(PQgetvalue(rows, 0, 1));
            actor = (Actor){
                .token_id = PQgetvalue(rows, 0, 0),
                .role = bit,
                .role_name = request_role_name(bit),
                .municipality = strcmp(PQgetvalue(rows, 0, 4), "t") == 0 ? NULL : lookup->municipality,
                .organisation = value_or_null(rows, 2),
                .areas = areas ? split_areas(request->arena, areas) : NULL,
            };
        }
        TokenCache *cache = request->front->worker->tokens;
        if (cache->generation == lookup->generation) cache_keep(cache, lookup->hash, known ? &actor : NULL);
        judge(request, known ? &actor : NULL);
    } else if (!gone) {
        request_problem(request, 503, NULL, "Databasen svarar inte just nu. Försök igen om en stund.");
    }
    if (gone) {
        request_drop(request);
        return;
    }
    request_release(request);
    lookup->done(request);
}

static void look_up(Request *request, const Lookup *found)
{
    Lookup *lookup = arena_alloc(request->arena, sizeof *lookup);
    if (lookup) *lookup = *found;
    const char *params[] = {lookup ? lookup->municipality : NULL, lookup ? lookup->hash : NULL};
    if (!lookup ||
        db_work_submit_one(request->front->worker->pool, &query_select_token, params, on_found, lookup) < 0) {
        request_out_of_memory(request);
        found->done(request);
        return;
    }
    request_hold(request);
}

void auth_start(Request *request, void (*done)(Request *request))
{
    struct Worker *worker = request->front->worker;
    if (request->match.route->roles == ROLE_ANYONE) {
        done(request);
        return;
    }
    const char *header = request_header(request, "authorization");
    char password[AUTH_PASSWORD_MAX + 1];
    Lookup lookup = {.request = request, .done = done};
    lookup.generation = atomic_load(&worker->daemon->token_generation);
    const char *token = header ? token_of(request, header, password) : NULL;
    if (!header) {
        refuse(request, challenge_of(request), "Här krävs en nyckel (Authorization: Bearer …).");
    } else if (!token || token_parse(token, lookup.municipality, lookup.hash) < 0) {
        judge(request, NULL);
    } else {
        const CachedToken *cached = cache_find(worker->tokens, lookup.hash, lookup.generation);
        if (!cached) {
            look_up(request, &lookup);
            return;
        }
        judge(request, cached->actor.role ? &cached->actor : NULL);
    }
    done(request);
}
