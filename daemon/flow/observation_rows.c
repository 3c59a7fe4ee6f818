#include "flow/observation_rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "db/column.h"
#include "db/queries.h"

/* How a member becomes a column's value. */
typedef enum As {
    AS_TEXT,
    AS_UUID,
    AS_REAL,
    AS_DOUBLE,
    AS_WORDS, /* a list of codes, with a space between each two */
    AS_JSON,  /* a list; NULL where it is empty */
} As;

typedef struct Member {
    const char *name;
    As as;
} Member;

/* In the order of the statement's parameters. */
enum {
    MUNICIPALITY,
    INCIDENT,
    OCCURRED_AT,
    OCCURRED_LOCAL,
    PRECISION,
    CATEGORY,
    CATEGORY_CONFIDENCE,
    CATEGORY_RULE,
    CATEGORY_EVIDENCE,
    PLACE,
    LAT,
    LON,
    TITLE,
    TEXT,
    FLAGS,
    SOURCE,
    ORGANISATION,
    STATUS,
    REVIEW,
    PII,
    CREATED_BY,
    MEMBERS,
};
static const Member members[MEMBERS] = {
    [MUNICIPALITY] = {"municipality", AS_TEXT},
    [INCIDENT] = {"incident", AS_UUID},
    [OCCURRED_AT] = {"occurred_at", AS_TEXT},
    [OCCURRED_LOCAL] = {"occurred_local", AS_TEXT},
    [PRECISION] = {"precision", AS_TEXT},
    [CATEGORY] = {"category", AS_TEXT},
    [CATEGORY_CONFIDENCE] = {"category_confidence", AS_REAL},
    [CATEGORY_RULE] = {"category_rule", AS_TEXT},
    [CATEGORY_EVIDENCE] = {"category_evidence", AS_TEXT},
    [PLACE] = {"place", AS_TEXT},
    [LAT] = {"lat", AS_DOUBLE},
    [LON] = {"lon", AS_DOUBLE},
    [TITLE] = {"title", AS_TEXT},
    [TEXT] = {"text", AS_TEXT},
    [FLAGS] = {"flags", AS_WORDS},
    [SOURCE] = {"source", AS_TEXT},
    [ORGANISATION] = {"organisation", AS_TEXT},
    [STATUS] = {"status", AS_TEXT},
    [REVIEW] = {"review", AS_WORDS},
    [PII] = {"pii", AS_JSON},
    [CREATED_BY] = {"created_by", AS_UUID},
};

enum { AREA, CONFIDENCE, RULE, EVIDENCE, AREA_MEMBERS };
static const Member area_members[AREA_MEMBERS] = {
    [AREA] = {"area", AS_TEXT},
    [CONFIDENCE] = {"confidence", AS_REAL},
    [RULE] = {"rule", AS_TEXT},
    [EVIDENCE] = {"evidence", AS_TEXT},
};

/* An area's columns: whose it is, then its members. */
enum { AREA_COLUMNS = 2 + AREA_MEMBERS, COLUMNS = MEMBERS + AREA_COLUMNS };

struct ObservationRows {
    Column columns[COLUMNS];
    const char *params[COLUMNS];
    int lengths[COLUMNS];
};

/* Finds all members in one pass: they come nearly in the order of the table, so each is looked for from where the last
 * one was. */
static void find(const cJSON *object, const Member *wanted, size_t count, const cJSON *found[])
{
    memset(found, 0, count * sizeof *found);
    size_t next = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, object)
    {
        for (size_t i = 0; i < count; i++) {
            size_t at = (next + i) % count;
            if (strcmp(wanted[at].name, item->string) != 0) continue;
            found[at] = item;
            next = at + 1;
            break;
        }
    }
}

static const char *text_of(const cJSON *item)
{
    return cJSON_IsString(item) ? item->valuestring : NULL;
}

/* --- into the database --- */

static void add_words(Column *column, const cJSON *list)
{
    size_t size = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, list) size += strlen(item->valuestring) + 1;
    char *words = size ? malloc(size) : NULL, *at = words;
    if (size && !words) column->no_memory = true;
    for (item = words ? list->child : NULL; item; item = item->next) {
        if (at > words) *at++ = ' ';
        at = stpcpy(at, item->valuestring);
    }
    column_add_text(column, words);
    free(words);
}

static void add_json(Column *column, const cJSON *list)
{
    char *json = cJSON_GetArraySize(list) > 0 ? cJSON_PrintUnformatted(list) : NULL;
    if (cJSON_GetArraySize(list) > 0 && !json) column->no_memory = true;
    column_add_text(column, json);
    cJSON_free(json);
}

static void add(Column *column, As as, const cJSON *item)
{
    switch (as) {
    case AS_TEXT:
        column_add_text(column, text_of(item));
        return;
    case AS_UUID:
        column_add_uuid(column, text_of(item));
        return;
    case AS_WORDS:
        add_words(column, item);
        return;
    case AS_JSON:
        add_json(column, item);
        return;
    case AS_REAL:
    case AS_DOUBLE:
        break;
    }
    if (!cJSON_IsNumber(item))
        column_add_null(column);
    else if (as == AS_REAL)
        column_add_real(column, item->valuedouble);
    else
        column_add_double(column, item->valuedouble);
}

static void init(Column *column, As as)
{
    static const ColumnType types[] = {[AS_TEXT] = COLUMN_TEXT,     [AS_UUID] = COLUMN_UUID,  [AS_REAL] = COLUMN_REAL,
                                       [AS_DOUBLE] = COLUMN_DOUBLE, [AS_WORDS] = COLUMN_TEXT, [AS_JSON] = COLUMN_TEXT};
    column_init(column, types[as]);
}

static void add_area(Column *columns, const cJSON *area, const cJSON *const row[])
{
    const cJSON *found[AREA_MEMBERS];
    find(area, area_members, AREA_MEMBERS, found);
    column_add_text(&columns[0], text_of(row[MUNICIPALITY]));
    column_add_uuid(&columns[1], text_of(row[INCIDENT]));
    for (size_t i = 0; i < AREA_MEMBERS; i++)
        add(&columns[2 + i], area_members[i].as, found[i]);
}

static void add_row(Column *columns, const cJSON *row)
{
    const cJSON *found[MEMBERS], *area;
    find(row, members, MEMBERS, found);
    for (size_t i = 0; i < MEMBERS; i++)
        add(&columns[i], members[i].as, found[i]);
    cJSON_ArrayForEach(area, cJSON_GetObjectItemCaseSensitive(row, "areas")) add_area(columns + MEMBERS, area, found);
}

ObservationRows *observation_rows_new(const cJSON *const *rows, size_t count)
{
    ObservationRows *made = malloc(sizeof *made);
    if (!made) return NULL;
    for (size_t i = 0; i < MEMBERS; i++)
        init(&made->columns[i], members[i].as);
    init(&made->columns[MEMBERS], AS_TEXT);
    init(&made->columns[MEMBERS + 1], AS_UUID);
    for (size_t i = 0; i < AREA_MEMBERS; i++)
        init(&made->columns[MEMBERS + 2 + i], area_members[i].as);
    for (size_t i = 0; i < count; i++)
        add_row(made->columns, rows[i]);
    for (size_t i = 0; i < COLUMNS; i++) {
        if (made->columns[i].no_memory) {
            observation_rows_free(made);
            return NULL;
        }
        made->params[i] = made->columns[i].bytes;
        made->lengths[i] = (int)made->columns[i].len;
    }
    return made;
}

void observation_rows_free(ObservationRows *rows)
{
    if (!rows) return;
    for (size_t i = 0; i < COLUMNS; i++)
        column_free(&rows->columns[i]);
    free(rows);
}

int observation_rows_store(DbWork *work, const ObservationRows *rows)
{
    int r = db_work_add(work, &query_plan_once, NULL);
    return r < 0 ? r : db_work_add_binary(work, &query_insert_observations, rows->params, rows->lengths);
}

char *observation_keys(const cJSON *const *rows, size_t count)
{
    cJSON *keys = cJSON_CreateArray();
    bool ok = keys != NULL;
    for (size_t i = 0; ok && i < count; i++) {
        cJSON *key = cJSON_CreateObject();
        ok = cJSON_AddItemToArray(keys, key);
        for (size_t m = MUNICIPALITY; ok && m <= INCIDENT; m++)
            ok = cJSON_AddItemReferenceToObject(key, members[m].name,
                                                cJSON_GetObjectItemCaseSensitive(rows[i], members[m].name));
    }
    char *json = ok ? cJSON_PrintUnformatted(keys) : NULL;
    cJSON_Delete(keys);
    return json;
}

/* --- as the interface gives it --- */

/* What one byte of a text may become: \u001f. */
enum { ESCAPED_MAX = 6, NUMBER_MAX = 32, REST = 1024, AREA_REST = 128 };

/* The most that a value and all within it can take. */
static size_t most(const cJSON *item)
{
    size_t size = AREA_REST + (item->valuestring ? ESCAPED_MAX * strlen(item->valuestring) : 0);
    const cJSON *child;
    cJSON_ArrayForEach(child, item) size += most(child);
    return size;
}

static char *put(char *at, const char *bytes)
{
    return stpcpy(at, bytes);
}

static char *put_escaped(char *at, unsigned char byte)
{
    static const char short_form[] = {['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't'};
    *at++ = '\\';
    if (byte == '"' || byte == '\\')
        *at++ = (char)byte;
    else if (byte < sizeof short_form && short_form[byte])
        *at++ = short_form[byte];
    else
        at += sprintf(at, "u%04x", byte);
    return at;
}

static char *put_text(char *at, const char *text)
{
    if (!text) return put(at, "null");
    *at++ = '"';
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < ' ' || byte == '"' || byte == '\\')
            at = put_escaped(at, byte);
        else
            *at++ = (char)byte;
    }
    *at++ = '"';
    return at;
}

static char *put_member(char *at, const char *name, const cJSON *item)
{
    return put_text(put(put(put(at, ",\""), name), "\":"), text_of(item));
}

/* A real from 0 to 1 rounded as round(value::numeric, 3) does: that type has the six digits that a real is sure of, and
 * its halves are rounded up. */
static char *put_confidence(char *at, const cJSON *item)
{
    double real = (double)(float)item->valuedouble, thousandths = real * 1000;
    int rounded = (int)(thousandths + 0.5);
    if (fabs(thousandths - floor(thousandths) - 0.5) < 0.001) { /* too near a half for binary fractions */
        char digits[NUMBER_MAX];
        snprintf(digits, sizeof digits, "%.6g", real);
        rounded = (int)(strtod(digits, NULL) * 1000000 + 0.5);
        rounded = (rounded + 500) / 1000;
    }
    *at++ = (char)('0' + rounded / 1000);
    *at++ = '.';
    for (int unit = 100; unit > 0; unit /= 10)
        *at++ = (char)('0' + rounded / unit % 10);
    return at;
}

/* The shortest that is the same number again. */
static char *put_degrees(char *at, const cJSON *item)
{
    for (int digits = 15; digits <= 17; digits++) {
        int len = snprintf(at, NUMBER_MAX, "%.*g", digits, item->valuedouble);
        if (digits == 17 || strtod(at, NULL) == item->valuedouble) return at + len;
    }
    return at;
}

static char *put_texts(char *at, const char *name, const cJSON *list)
{
    at = put(put(put(at, ",\""), name), "\":[");
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (item != list->child) *at++ = ',';
        at = put_text(at, item->valuestring);
    }
    return put(at, "]");
}

static char *put_pii(char *at, const cJSON *list)
{
    at = put(at, ",\"pii\":[");
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        const cJSON *start = cJSON_GetObjectItemCaseSensitive(item, "start");
        const cJSON *end = cJSON_GetObjectItemCaseSensitive(item, "end");
        at += sprintf(at, "%s{\"end\":%d,\"kind\":", item == list->child ? "" : ",", end->valueint);
        at = put_text(at, text_of(cJSON_GetObjectItemCaseSensitive(item, "kind")));
        at += sprintf(at, ",\"start\":%d}", start->valueint);
    }
    return put(at, "]");
}

static bool comes_before(const cJSON *a, const cJSON *b)
{
    float of_a = (float)cJSON_GetObjectItemCaseSensitive(a, "confidence")->valuedouble;
    float of_b = (float)cJSON_GetObjectItemCaseSensitive(b, "confidence")->valuedouble;
    if (of_a != of_b) return of_a > of_b;
    return strcmp(cJSON_GetObjectItemCaseSensitive(a, "area")->valuestring,
                  cJSON_GetObjectItemCaseSensitive(b, "area")->valuestring) < 0;
}

/* The area that comes after `last` (NULL: the first); NULL where there are no more. They are few. */
static const cJSON *next_area(const cJSON *areas, const cJSON *last)
{
    const cJSON *area, *best = NULL;
    cJSON_ArrayForEach(area, areas) if ((!last || comes_before(last, area)) && (!best || comes_before(area, best)))
        best = area;
    return best;
}

static char *put_areas(char *at, const cJSON *areas)
{
    at = put(at, ",\"areas\":[");
    for (const cJSON *area = NULL; (area = next_area(areas, area));) {
        const cJSON *found[AREA_MEMBERS];
        find(area, area_members, AREA_MEMBERS, found);
        if (at[-1] == '}') *at++ = ',';
        at = put_text(put(at, "{\"code\":"), text_of(found[AREA]));
        at = put_confidence(put(at, ",\"confidence\":"), found[CONFIDENCE]);
        at = put_member(at, "evidence", found[EVIDENCE]);
        at = put(put_member(at, "rule", found[RULE]), "}");
    }
    return put(at, "]");
}

static char *put_category(char *at, const cJSON *const row[])
{
    at = put_text(put(at, ",\"category\":{\"code\":"), text_of(row[CATEGORY]));
    at = put_confidence(put(at, ",\"confidence\":"), row[CATEGORY_CONFIDENCE]);
    at = put_member(at, "evidence", row[CATEGORY_EVIDENCE]);
    return put(put_member(at, "rule", row[CATEGORY_RULE]), "}");
}

static char *put_position(char *at, const cJSON *const row[])
{
    if (!row[LON]) return put(at, ",\"position\":null");
    at = put_degrees(put(at, ",\"position\":{\"lat\":"), row[LAT]);
    return put(put_degrees(put(at, ",\"lon\":"), row[LON]), "}");
}

char *observation_json(const cJSON *row, const char *occurred_at, const char *received_at)
{
    const cJSON *found[MEMBERS];
    find(row, members, MEMBERS, found);
    char *json = malloc(REST + most(row)), *at = json;
    if (!json) return NULL;
    at = put_text(put(at, "{\"id\":"), text_of(found[INCIDENT]));
    at = put_member(at, "municipality", found[MUNICIPALITY]);
    at = put(put(at, ",\"occurred_at\":"), occurred_at);
    at = put_member(at, "precision", found[PRECISION]);
    at = put_areas(at, cJSON_GetObjectItemCaseSensitive(row, "areas"));
    at = put_category(at, found);
    at = put_member(at, "place", found[PLACE]);
    at = put_position(at, found);
    at = put_member(at, "title", found[TITLE]);
    at = put_member(at, "text", found[TEXT]);
    at = put_texts(at, "flags", found[FLAGS]);
    at = put_member(at, "source", found[SOURCE]);
    at = put_member(at, "organisation", found[ORGANISATION]);
    at = put(at, ",\"report_id\":null");
    at = put_member(at, "status", found[STATUS]);
    at = put_texts(at, "review", found[REVIEW]);
    at = put_pii(at, found[PII]);
    at = put(at, ",\"decided\":[],\"published_at\":null,\"created_at\":");
    put(put(at, received_at), "}");
    return json;
}
