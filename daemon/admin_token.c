#include "admin_token.h"

#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "db/pool.h"
#include "db/queries.h"
#include "http/token.h"

static int failed(PGconn *connection, Error *err)
{
    return error_set(err, -EIO, "cannot make the first token: %s", PQerrorMessage(connection));
}

/* Two daemons may start at once: the lock lets one of them make it. */
static int lock(PGconn *connection, Error *err)
{
    PGresult *result = PQexec(connection, "BEGIN; LOCK TABLE lagesbild.token IN SHARE ROW EXCLUSIVE MODE");
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return ok ? 0 : failed(connection, err);
}

/* 1: an administrator's token is wanted for the country in `country`. */
static int is_wanted(PGconn *connection, char country[static TOKEN_MUNICIPALITY_MAX + 1], Error *err)
{
    PGresult *result = PQexec(connection, query_select_admin_wanted.sql);
    int r = PQresultStatus(result) == PGRES_TUPLES_OK ? 0 : failed(connection, err);
    if (r == 0 && PQntuples(result) == 0) {
        r = error_set(err, -ENOENT, "cannot make the first token: no municipality of the kind \"country\" is stored");
    } else if (r == 0) {
        snprintf(country, TOKEN_MUNICIPALITY_MAX + 1, "%s", PQgetvalue(result, 0, 0));
        r = strcmp(PQgetvalue(result, 0, 1), "t") == 0;
    }
    PQclear(result);
    return r;
}

static int store(PGconn *connection, const char *token, Error *err)
{
    char municipality[TOKEN_MUNICIPALITY_MAX + 1], hash[TOKEN_HASH_SIZE], json[256];
    if (token_parse(token, municipality, hash) < 0) return error_set(err, -EINVAL, "the first token is malformed");
    snprintf(json, sizeof json, "{\"municipality\":\"%s\",\"sha256\":\"%s\",\"role\":\"admin\"}", municipality, hash);
    const char *params[] = {json};
    PGresult *result = PQexecParams(connection, query_insert_token.sql, 1, NULL, params, NULL, NULL, 0);
    bool ok = PQresultStatus(result) == PGRES_TUPLES_OK;
    PQclear(result);
    return ok ? 0 : failed(connection, err);
}

static int commit(PGconn *connection, Error *err)
{
    PGresult *result = PQexec(connection, "COMMIT");
    bool ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
    return ok ? 0 : error_set(err, -EIO, "the token that was just shown may not count: %s", PQerrorMessage(connection));
}

/* Before the token counts: one that is stored and could not be written down would be lost. */
static int write_file(const char *path, const char *token, Error *err)
{
    if (unlink(path) < 0 && errno != ENOENT)
        return error_set(err, -errno, "cannot replace %s: %s", path, strerror(errno));
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    char line[TOKEN_SIZE + 1];
    int len = snprintf(line, sizeof line, "%s\n", token);
    bool ok = fd >= 0 && write(fd, line, (size_t)len) == len && fsync(fd) == 0;
    int code = ok ? 0 : error_set(err, -errno, "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0) close(fd);
    return code;
}

int admin_token_ensure(const char *conninfo, const char *file, void (*show)(const char *token, const char *file),
                       Error *err)
{
    char country[TOKEN_MUNICIPALITY_MAX + 1], token[TOKEN_SIZE];
    PGconn *connection = PQconnectdb(conninfo);
    int r = PQstatus(connection) == CONNECTION_OK ? lock(connection, err) : failed(connection, err);
    if (r == 0) r = is_wanted(connection, country, err);
    if (r == 1) {
        r = token_new(country, token);
        if (r < 0) error_set(err, r, "cannot make the first token: %s", strerror(-r));
        if (r == 0) r = store(connection, token, err);
        if (r == 0 && file) r = write_file(file, token, err);
        if (r == 0) {
            show(token, file);
            r = commit(connection, err);
        }
        if (r == 0) r = 1;
        sodium_memzero(token, sizeof token);
    }
    PQfinish(connection); /* without COMMIT nothing has happened */
    return r;
}
