/*
 * A report or a notice, read: what is to be stored of it, as the rows that insert_reports.sql and insert_incidents.sql
 * take.
 *
 * The two kinds of arrival differ only here: a daily report is read as many incidents in one municipality; a notice of
 * the Police's feed is one incident whose category and time its type and title give, or a digest of several, and its
 * incidents may belong to another municipality than the county that published it.
 */
#pragma once

#include <cjson/cJSON.h>

#include "core/arrival/notice.h"
#include "flow/reading.h"
#include "util/uuid.h"

/* What somebody sent as a daily report. */
typedef struct ReportSubmission {
    const char *text; /* UTF-8 */
    size_t len;
    const char *source;
    const char *organisation;    /* or NULL */
    const char *created_by;      /* the token's id, or NULL */
    const char *idempotency_key; /* or NULL */
    MunicipalityId municipality; /* MUNICIPALITY_NONE: told by the text, else `otherwise` */
    MunicipalityId otherwise;
    CivilDate report_date;
} ReportSubmission;

/* One report in one municipality. Frees with content_deinit(). */
typedef struct Content {
    const char *municipality;    /* code */
    char report[UUID_TEXT_SIZE]; /* the id it gets if it is new */
    const char *source;
    const char *key;                                     /* in report_key, with `source` */
    const char *idempotency_key;                         /* in report_key, with an empty source; or NULL */
    const char *kind;                                    /* "report" or "notice" */
    const char *organisation, *created_by, *title, *url; /* or NULL */
    CivilDate report_date;
    int64_t published_ms; /* 0 where not known */
    const char *text;     /* masked, to be stored; a notice's is without its title */
    MaskedReading reading;
    cJSON *pii;       /* array */
    cJSON *warnings;  /* array of strings */
    cJSON *incidents; /* array of rows for insert_incidents.sql */
} Content;

void content_deinit(Content *content);

/*
 * Reads a daily report. Strings of the submission are not copied: they must outlive `content`. Returns 0 or what
 * read_text() returns; nothing is to be freed after an error.
 */
int content_from_report(Content *content, Arena *arena, const Knowledge *knowledge, const ReportSubmission *submission,
                        int64_t now_ms);

/*
 * Reads a notice: the first content is that of the notice's own municipality (or county), the rest one for each other
 * municipality that an incident in it belongs to. `*contents` lies in `arena`; each is to be freed with
 * content_deinit().
 */
int content_from_notice(Content **contents, size_t *count, Arena *arena, const Knowledge *knowledge,
                        const Notice *notice, const char *created_by, int64_t now_ms);

/* The row for insert_reports.sql, or NULL without memory. */
cJSON *content_report_row(const Content *content);
