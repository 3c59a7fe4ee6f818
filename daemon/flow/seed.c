#include "flow/seed.h"

#include <errno.h>
#include <libpq-fe.h>

#include "db/queries.h"
#include "flow/stored_knowledge.h"
#include "util/json_build.h"

/* Any number: whoever seeds holds it, so that two daemons do it one after the other. */
#define SEED_LOCK "7305516"

static cJSON *municipality_rows(const Knowledge *k)
{
    cJSON *rows = cJSON_CreateArray();
    bool ok = rows != NULL;
    for (size_t i = 0; ok && i < knowledge_municipality_count(k); i++) {
        const Municipality *m = knowledge_municipality(k, (MunicipalityId)i);
        cJSON *row = cJSON_CreateObject();
        ok = json_append(rows, row) && json_add_text(row, "municipality", m->code) &&
             json_add_text(row, "name", m->name) && json_add_text(row, "kind", m->kind) &&
             json_add_text(row, "county", m->county);
    }
    if (ok) return rows;
    cJSON_Delete(rows);
    return NULL;
}

static cJSON *category_rows(const Knowledge *k)
{
    cJSON *rows = cJSON_CreateArray();
    bool ok = rows != NULL;
    for (size_t i = 0; ok && i < knowledge_category_count(k); i++) {
        const Category *c = knowledge_category(k, (CategoryId)i);
        cJSON *row = cJSON_CreateObject();
        ok = json_append(rows, row) && json_add_text(row, "category", c->code) && json_add_text(row, "name", c->name) &&
             json_add_number(row, "ordinal", (double)i);
    }
    if (ok) return rows;
    cJSON_Delete(rows);
    return NULL;
}

static cJSON *area_rows(const Knowledge *k)
{
    cJSON *rows = cJSON_CreateArray();
    bool ok = rows != NULL;
    for (size_t i = 0; ok && i < knowledge_area_count(k); i++) {
        const Area *a = knowledge_area(k, (AreaId)i);
        cJSON *row = cJSON_CreateObject();
        ok = json_append(rows, row) &&
             json_add_text(row, "municipality", knowledge_municipality(k, a->municipality)->code) &&
             json_add_text(row, "code", a->code) && json_add_text(row, "name", a->name) &&
             json_add_text(row, "parent", a->parent == AREA_NONE ? NULL : knowledge_area(k, a->parent)->code) &&
             json_add_text(row, "geojson", a->geojson);
    }
    if (ok) return rows;
    cJSON_Delete(rows);
    return NULL;
}

static cJSON *rhythm_rows(const Knowledge *k)
{
    cJSON *rows = cJSON_CreateArray();
    bool ok = rows != NULL;
    for (size_t i = 0; ok && i < knowledge_area_count(k); i++) {
        const Area *a = knowledge_area(k, (AreaId)i);
        char starts[CIVIL_TEXT_SIZE];
        if (!a->has_rhythm) continue;
        cJSON *row = cJSON_CreateObject();
        ok = json_append(rows, row) &&
             json_add_text(row, "municipality", knowledge_municipality(k, a->municipality)->code) &&
             json_add_text(row, "area", a->code) && json_add_text(row, "every", rhythm_name(a->rhythm.every)) &&
             json_add_text(row, "starts",
                           civil_is_known(a->rhythm.starts) ? civil_format(a->rhythm.starts, starts) : NULL);
    }
    if (ok) return rows;
    cJSON_Delete(rows);
    return NULL;
}

static cJSON *place_rows(const Knowledge *k)
{
    cJSON *rows = cJSON_CreateArray();
    bool ok = rows != NULL;
    for (size_t i = 0; ok && i < knowledge_place_count(k); i++) {
        const Place *p = knowledge_place(k, (PlaceId)i);
        const Area *a = knowledge_area(k, p->area);
        cJSON *row = cJSON_CreateObject();
        ok = json_append(rows, row) &&
             json_add_text(row, "municipality", knowledge_municipality(k, a->municipality)->code) &&
             json_add_text(row, "area", a->code) && json_add_text(row, "name", p->name) &&
             json_add_text(row, "kind", p->kind) &&
             json_add_text(row, "aliases", knowledge_place_aliases(k, (PlaceId)i));
        if (ok && (p->lat != 0 || p->lon != 0))
            ok = json_add_number(row, "lat", p->lat) && json_add_number(row, "lon", p->lon);
    }
    if (ok) return rows;
    cJSON_Delete(rows);
    return NULL;
}

/* Runs one statement. Returns its result, or NULL with the server's words in `err`. */
static PGresult *run(PGconn *conn, const char *sql, int count, const char *const *params, const char *what, Error *err)
{
    PGresult *result = PQexecParams(conn, sql, count, NULL, params, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return result;
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    error_set(err, -EIO, "%s could not be written to the database: %s", what, message ? message : PQerrorMessage(conn));
    PQclear(result);
    return NULL;
}

/* Takes over `rows`. */
static int write_rows(PGconn *conn, const Query *query, cJSON *rows, const char *what, Error *err)
{
    char *json = rows ? cJSON_PrintUnformatted(rows) : NULL;
    cJSON_Delete(rows);
    if (!json) return error_set(err, -ENOMEM, "out of memory");
    const char *params[] = {json};
    PGresult *result = run(conn, query->sql, 1, params, what, err);
    cJSON_free(json);
    PQclear(result);
    return result ? 0 : -EIO;
}

static int step(PGconn *conn, const char *sql, Error *err)
{
    PGresult *result = run(conn, sql, 0, NULL, "the knowledge", err);
    PQclear(result);
    return result ? 0 : -EIO;
}

static int write_all(PGconn *conn, const Knowledge *k, Error *err)
{
    int r = step(conn, "BEGIN", err);
    if (r == 0) r = step(conn, "SELECT pg_advisory_xact_lock(" SEED_LOCK ")", err);
    if (r == 0) r = write_rows(conn, &query_upsert_municipalities, municipality_rows(k), "the municipalities", err);
    if (r == 0) r = write_rows(conn, &query_upsert_categories, category_rows(k), "the categories", err);
    if (r == 0) r = write_rows(conn, &query_upsert_areas, area_rows(k), "the areas", err);
    if (r == 0) r = write_rows(conn, &query_upsert_rhythms, rhythm_rows(k), "the rhythms", err);
    if (r == 0) r = write_rows(conn, &query_upsert_places, place_rows(k), "the places", err);
    return r == 0 ? step(conn, "COMMIT", err) : r;
}

static int read_back(Knowledge **out, int64_t *version, Knowledge *files, PGconn *conn, Error *err)
{
    PGresult *result = run(conn, query_select_knowledge.sql, 0, NULL, "the knowledge", err);
    if (!result) return -EIO;
    StoredKnowledge stored;
    int r = stored_knowledge_copy(&stored, result);
    PQclear(result);
    if (r < 0) return error_set(err, r, "out of memory");
    *version = stored.version;
    r = stored_knowledge_make(out, files, &stored, err);
    stored_knowledge_deinit(&stored);
    return r;
}

int seed_run(Knowledge **out, int64_t *version, Knowledge *files, const char *conninfo, Error *err)
{
    PGconn *conn = PQconnectdb(conninfo);
    int r = PQstatus(conn) == CONNECTION_OK
                ? write_all(conn, files, err)
                : error_set(err, -ECONNREFUSED, "no connection to the database: %s", PQerrorMessage(conn));
    if (r == 0) r = read_back(out, version, files, conn, err);
    PQfinish(conn);
    return r;
}
