#include "db/migrate.h"

#include <errno.h>
#include <libpq-fe.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "db/conninfo.h"
#include "db/sqlfile.h"

/* "lagesbld" in ASCII: who else uses advisory locks in the same database should not meet ours. */
#define MIGRATE_LOCK "7809636914262338660"

/* One version of the schema is one of these at a time. */
typedef struct Migrate {
    PGconn *connection;
    SqlFiles migrations, functions, views;
    int applied;
    Error *err;
} Migrate;

static const char *first_line(const char *text, int *len)
{
    *len = (int)strcspn(text, "\n");
    return text;
}

/* Runs one of our own statements, with the given parameters; the caller clears the result. NULL with `err` filled. */
static PGresult *run(Migrate *m, const char *what, const char *sql, int count, const char *const *params)
{
    PGresult *result = PQexecParams(m->connection, sql, count, NULL, params, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    int len;
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    message = first_line(message ? message : PQerrorMessage(m->connection), &len);
    error_set(m->err, -EIO, "%s: %.*s", what, len, message);
    PQclear(result);
    return NULL;
}

static int run_only(Migrate *m, const char *what, const char *sql)
{
    PGresult *result = run(m, what, sql, 0, NULL);
    PQclear(result);
    return result ? 0 : -EIO;
}

/* --- errors in files --- */

static int fail_in_file(Migrate *m, const SqlFile *file, const PGresult *result, int statement)
{
    const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    int line = position ? sqlfile_line_of_position(file->text, atoi(position))
                        : sqlfile_line_of_statement(file->text, statement);
    int len;
    message = first_line(message ? message : PQerrorMessage(m->connection), &len);
    return error_set(m->err, -EIO, "%s:%d: %.*s%s%s%s%s%s", file->path, line, len, message, hint ? " (" : "",
                     hint ? hint : "", hint ? ")" : "", sqlstate ? ", SQLSTATE " : "", sqlstate ? sqlstate : "");
}

/* The whole file as one simple query, so that the server splits it and not we. */
static int run_file(Migrate *m, const SqlFile *file)
{
    if (!PQsendQuery(m->connection, file->text))
        return error_set(m->err, -EIO, "%s: %s", file->path, PQerrorMessage(m->connection));
    int r = 0, statement = 0;
    PGresult *result;
    while ((result = PQgetResult(m->connection))) {
        switch (PQresultStatus(result)) {
        case PGRES_COMMAND_OK:
        case PGRES_TUPLES_OK:
            statement++;
            break;
        case PGRES_EMPTY_QUERY:
            break;
        case PGRES_COPY_IN:
        case PGRES_COPY_OUT:
        case PGRES_COPY_BOTH: /* waits for data that we have not got; only closing ends it for sure */
            PQclear(result);
            return error_set(m->err, -EINVAL, "%s:%d: COPY from or to the client is not possible in a migration",
                             file->path, sqlfile_line_of_statement(file->text, statement));
        default:
            if (r == 0) r = fail_in_file(m, file, result, statement);
        }
        PQclear(result);
        if (PQstatus(m->connection) == CONNECTION_BAD) return r < 0 ? r : error_set(m->err, -EIO, "connection lost");
    }
    if (r == 0 && PQtransactionStatus(m->connection) != PQTRANS_INTRANS)
        r = error_set(m->err, -EINVAL, "%s: ends the transaction it runs in; leave BEGIN, COMMIT and ROLLBACK out",
                      file->path);
    return r;
}

/* --- the order of migrations --- */

static int number_of(const char *name)
{
    for (int i = 0; i < 4; i++)
        if (name[i] < '0' || name[i] > '9') return -1;
    return name[4] == '_' ? atoi(name) : -1;
}

static int check_names(Migrate *m)
{
    int last = 0;
    for (size_t i = 0; i < m->migrations.count; i++) {
        const SqlFile *file = &m->migrations.items[i];
        int number = number_of(file->name);
        if (number <= 0)
            return error_set(m->err, -EINVAL, "%s: a migration is named NNNN_what.sql, from 0001", file->path);
        if (number == last)
            return error_set(m->err, -EINVAL, "%s: there are two migrations with the number %04d", file->path, number);
        last = number;
    }
    return 0;
}

static const SqlFile *find(const SqlFiles *files, const char *name)
{
    for (size_t i = 0; i < files->count; i++)
        if (strcmp(files->items[i].name, name) == 0) return &files->items[i];
    return NULL;
}

/* What ran before must be what the files say, and must be the first of them. `done` gets how many that is. */
static int check_history(Migrate *m, size_t *done)
{
    PGresult *rows = run(m, "the history of migrations cannot be read",
                         "SELECT name, sha256 FROM lagesbild.migration ORDER BY name COLLATE \"C\"", 0, NULL);
    if (!rows) return -EIO;
    int r = 0, count = PQntuples(rows);
    for (int i = 0; i < count && r == 0; i++) {
        const char *name = PQgetvalue(rows, i, 0);
        const SqlFile *file = find(&m->migrations, name);
        if (!file)
            r = error_set(m->err, -ESTALE,
                          "the database has the migration %s, which this program does not know: it was made by a newer "
                          "version",
                          name);
        else if (strcmp(file->hash, PQgetvalue(rows, i, 1)) != 0)
            r = error_set(m->err, -ESTALE,
                          "%s was changed after it ran in this database: put it back and write a new migration",
                          file->path);
        else if (file != &m->migrations.items[i])
            r = error_set(m->err, -ESTALE, "%s comes before %s, which has run already: give it a later number",
                          m->migrations.items[i].path, name);
    }
    *done = (size_t)count;
    PQclear(rows);
    return r;
}

/* --- applying --- */

static int rollback(Migrate *m, int r)
{
    if (PQstatus(m->connection) == CONNECTION_OK) PQclear(PQexec(m->connection, "ROLLBACK"));
    return r;
}

static int apply_migration(Migrate *m, const SqlFile *file)
{
    if (run_only(m, "a transaction cannot be begun", "BEGIN") < 0) return -EIO;
    int r = run_file(m, file);
    if (r < 0) return rollback(m, r);
    const char *params[] = {file->name, file->hash};
    PGresult *kept = run(m, "a migration cannot be noted",
                         "INSERT INTO lagesbild.migration (name, sha256) VALUES ($1, $2)", 2, params);
    PQclear(kept);
    if (!kept) return rollback(m, -EIO);
    if (run_only(m, file->path, "COMMIT") < 0) return rollback(m, -EIO);
    m->applied++;
    return 0;
}

static int run_list(Migrate *m, const SqlFiles *files)
{
    for (size_t i = 0; i < files->count; i++) {
        int r = run_file(m, &files->items[i]);
        if (r < 0) return r;
    }
    return 0;
}

/* Returns 1 when the definitions in the database are those of `hash`. */
static int definitions_are(Migrate *m, const char *hash)
{
    PGresult *rows =
        run(m, "the definitions' version cannot be read", "SELECT sha256 FROM lagesbild.definition", 0, NULL);
    if (!rows) return -EIO;
    int same = PQntuples(rows) == 1 && strcmp(PQgetvalue(rows, 0, 0), hash) == 0;
    PQclear(rows);
    return same;
}

/* Functions and views as they are in the files, all in one transaction. Functions come first and their bodies are not
 * checked until they run, because a function may use a view and a view a function. */
static int apply_definitions(Migrate *m)
{
    const SqlFiles *const lists[] = {&m->functions, &m->views};
    char hash[SQLFILE_HASH_SIZE];
    sqlfiles_hash(hash, lists, 2);
    int same = definitions_are(m, hash);
    if (same < 0 || (same && m->applied == 0)) return same < 0 ? same : 0;

    if (run_only(m, "a transaction cannot be begun", "BEGIN") < 0) return -EIO;
    int r = run_only(m, "definitions cannot be prepared", "SET LOCAL check_function_bodies = off");
    for (size_t i = 0; i < 2 && r == 0; i++)
        r = run_list(m, lists[i]);
    const char *params[] = {hash};
    if (r == 0) {
        PGresult *kept = run(m, "the definitions' version cannot be noted",
                             "INSERT INTO lagesbild.definition (sha256) VALUES ($1)"
                             " ON CONFLICT (one) DO UPDATE SET sha256 = excluded.sha256, applied_at = now()",
                             1, params);
        PQclear(kept);
        if (!kept) r = -EIO;
    }
    if (r == 0) r = run_only(m, "the functions and views cannot be put in place", "COMMIT");
    return r < 0 ? rollback(m, r) : 0;
}

/* --- the connection and the books --- */

static int open_connection(Migrate *m, const char *text)
{
    Conninfo *conninfo;
    int r = conninfo_new(&conninfo, text, m->err);
    if (r < 0) return r;
    m->connection = PQconnectdbParams(conninfo_keywords(conninfo), conninfo_values(conninfo), 0);
    conninfo_free(conninfo);
    if (!m->connection) return error_set(m->err, -ENOMEM, "out of memory");
    if (PQstatus(m->connection) != CONNECTION_OK) {
        int len;
        const char *message = first_line(PQerrorMessage(m->connection), &len);
        return error_set(m->err, -ENOTCONN, "the database cannot be reached: %.*s", len, message);
    }
    /* Whatever the role's defaults are, a migration may take its time and its literals mean one thing. "$user" goes
     * from the search path, because what an unqualified name means must not hang on who migrates. */
    return run_only(m, "the session cannot be set up",
                    "SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', '0', false),"
                    " set_config('client_min_messages', 'warning', false),"
                    " set_config('TimeZone', 'Europe/Stockholm', false),"
                    " set_config('standard_conforming_strings', 'on', false),"
                    " set_config('search_path', regexp_replace(current_setting('search_path'),"
                    " '\"?\\$user\"?,? *', ''), false)");
}

/* Looks before it creates: a daemon whose login may not create anything can then run on a database that is up to date.
 * Everybody may read the books; they hold no data. */
static int open_books(Migrate *m)
{
    static const char *const statements[] = {
        "CREATE SCHEMA IF NOT EXISTS lagesbild",
        "CREATE TABLE IF NOT EXISTS lagesbild.migration (name text PRIMARY KEY, sha256 text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())",
        "CREATE TABLE IF NOT EXISTS lagesbild.definition (one boolean PRIMARY KEY DEFAULT true CHECK (one),"
        " sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())",
        "GRANT SELECT ON lagesbild.migration, lagesbild.definition TO public",
    };
    PGresult *rows = run(m, "the schema cannot be looked at",
                         "SELECT to_regclass('lagesbild.migration') IS NOT NULL"
                         " AND to_regclass('lagesbild.definition') IS NOT NULL",
                         0, NULL);
    if (!rows) return -EIO;
    bool there = strcmp(PQgetvalue(rows, 0, 0), "t") == 0;
    PQclear(rows);
    int r = 0;
    for (size_t i = 0; !there && r == 0 && i < sizeof statements / sizeof *statements; i++)
        r = run_only(m, "the books of migrations cannot be made", statements[i]);
    return r;
}

static int read_files(Migrate *m, const char *directory)
{
    int r = sqlfiles_read(&m->migrations, directory, "migrations", m->err);
    if (r == 0) r = sqlfiles_read(&m->functions, directory, "functions", m->err);
    if (r == 0) r = sqlfiles_read(&m->views, directory, "views", m->err);
    if (r == 0 && m->migrations.count == 0)
        r = error_set(m->err, -ENOENT, "%s holds no migrations/NNNN_what.sql: is it the schema's directory?",
                      directory);
    return r == 0 ? check_names(m) : r;
}

static int migrate(Migrate *m, const char *conninfo, const char *directory)
{
    int r = read_files(m, directory);
    if (r == 0) r = open_connection(m, conninfo);
    /* Held until the connection closes; a second daemon waits here and then finds everything done. */
    if (r == 0) r = run_only(m, "the migrations' lock cannot be had", "SELECT pg_advisory_lock(" MIGRATE_LOCK ")");
    if (r == 0) r = open_books(m);
    size_t done = 0;
    if (r == 0) r = check_history(m, &done);
    for (size_t i = done; i < m->migrations.count && r == 0; i++)
        r = apply_migration(m, &m->migrations.items[i]);
    return r == 0 ? apply_definitions(m) : r;
}

int migrate_run(const char *conninfo, const char *schema_directory, int *applied, Error *err)
{
    Migrate m = {.err = err};
    int r = migrate(&m, conninfo, schema_directory);
    if (m.connection) PQfinish(m.connection);
    sqlfiles_free(&m.migrations);
    sqlfiles_free(&m.functions);
    sqlfiles_free(&m.views);
    if (applied) *applied = m.applied;
    return r;
}
