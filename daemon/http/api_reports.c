/*
 * POST and PUT of daily reports, as text, JSON or mail; GET of one.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/arrival/charset.h"
#include "core/arrival/mail.h"
#include "core/arrival/personal.h"
#include "db/queries.h"
#include "flow/content.h"
#include "flow/ingest.h"
#include "http/api_ingest.h"
#include "http/api_read.h"
#include "http/handlers.h"
#include "util/clock.h"
#include "util/json_strict.h"
#include "util/uuid.h"

/* A report on its way; lives in the request's arena. */
typedef struct Post {
    Request *request;
    Knowledge *knowledge;
    ReportSubmission submission;
    RevisionSubmission revision;
    Content content;
} Post;

/* --- what was sent --- */

/* The text as UTF-8 from a text/plain body in its declared charset. Answers and returns false where it is none. */
static bool read_plain(Post *post, const char *body, size_t len)
{
    Error err;
    const char *charset = request_content_type_parameter(post->request, "charset");
    char *text;
    int r = charset_to_utf8(request_arena(post->request), body, len, charset, &text, &post->submission.len, &err);
    post->submission.text = r == 0 ? text : NULL;
    if (r == 0) return true;
    if (r == -ENOMEM)
        request_out_of_memory(post->request);
    else
        request_problem(post->request, 400, NULL, "Texten gick inte att läsa: %s.", err.text);
    return false;
}

static bool read_mail(Post *post, const char *body, size_t len)
{
    Error err;
    Mail mail;
    int r = mail_read(&mail, request_arena(post->request), body, len, post->knowledge, &err);
    if (r < 0) {
        request_problem(post->request, r == -ENOMEM ? 503 : 400, NULL, "Brevet gick inte att läsa: %s.", err.text);
        return false;
    }
    post->submission.text = mail.text;
    post->submission.len = mail.text_len;
    if (civil_is_known(mail.day)) post->submission.report_date = mail.day;
    return true;
}

static const char *json_text(const cJSON *json, const char *name, Faults *faults)
{
    const cJSON *value = json_member(json, name);
    if (!value || cJSON_IsNull(value)) return NULL;
    if (cJSON_IsString(value)) return value->valuestring;
    char pointer[40];
    snprintf(pointer, sizeof pointer, "/%s", name);
    faults_add(faults, pointer, "ska vara en sträng");
    return NULL;
}

/* What may be said about a report, in the query or in the JSON. */
typedef struct Labels {
    const char *source, *date, *municipality, *organisation;
    const char *prefix; /* of the pointers: "/" or "?" */
} Labels;

static const cJSON *read_json(Post *post, Labels *labels, Faults *faults)
{
    static const char *const known[] = {"source", "report_date", "municipality", "organisation", "text", NULL};
    const cJSON *json = request_json(post->request);
    if (!json) return NULL;
    if (!cJSON_IsObject(json)) {
        faults_add(faults, "", "ska vara ett objekt");
        return json;
    }
    faults_unknown_members(faults, json, known, "hör inte till en rapport");
    *labels = (Labels){.source = json_text(json, "source", faults),
                       .date = json_text(json, "report_date", faults),
                       .municipality = json_text(json, "municipality", faults),
                       .organisation = json_text(json, "organisation", faults),
                       .prefix = "/"};
    post->submission.text = json_text(json, "text", faults);
    if (!json_member(json, "text")) faults_add(faults, "/text", "saknas");
    post->submission.len = post->submission.text ? strlen(post->submission.text) : 0;
    return json;
}

/* --- what was said about it, checked --- */

static void fault_at(Faults *faults, const Labels *labels, const char *json_name, const char *query_name,
                     const char *text)
{
    char pointer[40];
    bool json = *labels->prefix == '/';
    snprintf(pointer, sizeof pointer, "%s%s", labels->prefix, json ? json_name : query_name);
    faults_add(faults, pointer, "%s", text);
}

static void apply_date(Post *post, const Labels *labels, Faults *faults)
{
    ReportSubmission *s = &post->submission;
    CivilDate today = clock_local(clock_now_ms(), NULL);
    if (labels->date) {
        if (!civil_parse(labels->date, strlen(labels->date), &s->report_date))
            fault_at(faults, labels, "report_date", "date", "ska vara ett datum, som 2026-03-14");
        else if (civil_compare(s->report_date, civil_add_days(today, 1)) > 0)
            fault_at(faults, labels, "report_date", "date", "ligger i framtiden");
        else if (s->report_date.year < 1900)
            fault_at(faults, labels, "report_date", "date", "ligger före år 1900");
    } else if (!civil_is_known(s->report_date)) {
        s->report_date = today;
    }
}

static bool is_blank(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!strchr(" \t\r\n", text[i])) return false;
    return true;
}

static void apply_labels(Post *post, const Labels *labels, Faults *faults)
{
    ReportSubmission *s = &post->submission;
    MunicipalityId own = api_ingest_municipality(post->request, post->knowledge);
    s->municipality = own;
    if (labels->municipality) {
        s->municipality = knowledge_find_municipality(post->knowledge, labels->municipality);
        if (s->municipality == MUNICIPALITY_NONE)
            fault_at(faults, labels, "municipality", "municipality", "är ingen känd kommun");
    }
    if (labels->source && (is_blank(labels->source, strlen(labels->source)) || strlen(labels->source) > 60))
        fault_at(faults, labels, "source", "source", "ska vara 1 till 60 byte");
    s->source = labels->source ? labels->source : api_ingest_source(post->request);
    s->organisation = labels->organisation ? labels->organisation : request_actor(post->request)->organisation;
    s->otherwise = api_ingest_otherwise(post->request, post->knowledge);
    s->created_by = request_actor(post->request)->token_id;
    apply_date(post, labels, faults);
}

/* A token may send only for its own municipality. Answers and returns false otherwise. */
static bool check_municipality(Post *post)
{
    MunicipalityId own = api_ingest_municipality(post->request, post->knowledge);
    if (own == MUNICIPALITY_NONE || post->submission.municipality == own) return true;
    request_problem(post->request, 403, NULL, "Med den här nyckeln kan du bara lämna rapporter för %s.",
                    knowledge_municipality(post->knowledge, own)->name);
    return false;
}

/* Reads body and labels. Answers and returns false where something is wrong with them. */
static bool read_post(Post *post)
{
    Request *request = post->request;
    Faults faults = {.arena = request_arena(request)};
    const char *type = request_content_type(request);
    size_t len;
    const char *body = request_body(request, &len);
    Labels labels = {.source = request_query(request, "source"),
                     .date = request_query(request, "date"),
                     .municipality = request_query(request, "municipality"),
                     .organisation = request_query(request, "organisation"),
                     .prefix = "?"};
    if (strcmp(type, "text/plain") == 0) {
        if (!read_plain(post, body, len)) return false;
    } else if (strcmp(type, "message/rfc822") == 0) {
        if (!read_mail(post, body, len)) return false;
    } else if (strcmp(type, "application/json") == 0) {
        if (!read_json(post, &labels, &faults)) return false;
    } else {
        request_problem(request, 415, NULL,
                        "En rapport är text, JSON eller ett brev: Content-Type ska vara text/plain, application/json "
                        "eller message/rfc822.");
        return false;
    }
    if (post->submission.text && is_blank(post->submission.text, post->submission.len))
        faults_add(&faults, *labels.prefix == '/' ? "/text" : "", "texten är tom");
    apply_labels(post, &labels, &faults);
    if (faults.count) {
        api_ingest_refuse(request, 400, "Rapporten gick inte att läsa", &faults);
        return false;
    }
    return check_municipality(post);
}

/* --- storing it --- */

static void answer(const IngestResult *result, void *arg)
{
    Post *post = arg;
    api_ingest_answer(post->request, result, "/v1/reports/");
}

/* Where the deployment refuses personal data: 422 with each place. */
static bool refuse_pii(Post *post, const Reading *reading)
{
    if (reading->pii_count == 0 || !api_ingest_refuses_pii(post->request)) return false;
    Faults faults = {.arena = request_arena(post->request)};
    bool json = strcmp(request_content_type(post->request), "application/json") == 0;
    personal_tell(&faults, json ? "/text" : "", reading->pii, reading->pii_count);
    api_ingest_refuse(post->request, 422, "Texten innehåller personuppgifter", &faults);
    return true;
}

static void store(Post *post)
{
    Arena *arena = request_arena(post->request);
    int r = content_from_report(&post->content, arena, post->knowledge, &post->submission, clock_now_ms());
    if (r < 0) {
        if (r == -EILSEQ)
            request_problem(post->request, 400, NULL, "Texten är inte giltig UTF-8.");
        else
            request_out_of_memory(post->request);
        return;
    }
    if (refuse_pii(post, &post->content.reading.reading))
        content_deinit(&post->content);
    else
        ingest_report(request_worker(post->request), &post->content, answer, post);
}

static Post *post_new(Request *request)
{
    Post *post = arena_calloc(request_arena(request), 1, sizeof *post);
    if (!post) {
        request_out_of_memory(request);
        return NULL;
    }
    post->request = request;
    post->knowledge = daemon_knowledge(request_worker(request)->daemon);
    return post;
}

void api_reports_post(Request *request)
{
    static const char *const query[] = {"source", "date", "municipality", "organisation", NULL};
    if (!request_allow_query(request, query)) return;
    const char *key;
    if (!api_ingest_key(request, &key)) return;
    Post *post = post_new(request);
    if (!post) return;
    Knowledge *knowledge = post->knowledge; /* `post` is gone once the answer is */
    post->submission.idempotency_key = key;
    if (read_post(post)) store(post);
    knowledge_unref(knowledge);
}

/* The revision in If-Match ("3", as the report's `revision` says); NULL where there is none or it is *. Answers and
 * returns false where it is something else. */
static bool read_if_match(Request *request, const char **revision)
{
    const char *header = request_header(request, "if-match");
    size_t len;
    *revision = NULL;
    if (!header || strcmp(header, "*") == 0) return true;
    const char *tag = api_read_next_tag(&header, &len);
    size_t digits = tag && *tag == '"' ? strspn(tag + 1, "0123456789") : 0;
    if (digits == 0 || digits > 9 || digits + 2 != len || header[strspn(header, " \t")]) {
        request_problem(request, 400, NULL, "If-Match ska vara rapportens upplaga inom citattecken, som \"1\".");
        return false;
    }
    *revision = arena_printf(request_arena(request), "%.*s", (int)digits, tag + 1);
    if (!*revision) request_out_of_memory(request);
    return *revision;
}

void api_reports_put(Request *request)
{
    static const char *const query[] = {NULL};
    const char *id = request_path(request, "id"), *corrects;
    if (!request_allow_query(request, query) || !read_if_match(request, &corrects)) return;
    if (!uuid_is_valid(id)) {
        request_problem(request, 404, NULL, "Det finns ingen sådan rapport som du får se.");
        return;
    }
    Post *post = post_new(request);
    if (!post) return;
    Knowledge *knowledge = post->knowledge;
    if (read_post(post)) {
        post->revision = (RevisionSubmission){.municipality = request_actor(request)->municipality,
                                              .report = id,
                                              .text = post->submission.text,
                                              .len = post->submission.len,
                                              .created_by = request_actor(request)->token_id,
                                              .corrects = corrects};
        ingest_revision(request_worker(request), request_arena(request), knowledge, &post->revision, answer, post);
    }
    knowledge_unref(knowledge);
}

static void got_report(const DbOutcome *outcome, void *arg)
{
    Request *request = arg;
    if (outcome->status != DB_OK)
        request_problem(request, 503, NULL, "Databasen kan inte svara just nu. Fråga igen om en stund.");
    else if (PQntuples(outcome->results[0]) == 0)
        request_problem(request, 404, NULL, "Det finns ingen sådan rapport som du får se.");
    else
        request_reply(request, 200, "application/json", PQgetvalue(outcome->results[0], 0, 0),
                      (size_t)PQgetlength(outcome->results[0], 0, 0));
}

void api_reports_get(Request *request)
{
    static const char *const query[] = {NULL};
    if (!request_allow_query(request, query)) return;
    const char *params[] = {request_actor(request)->municipality, request_path(request, "id")};
    if (!uuid_is_valid(params[1])) {
        request_problem(request, 404, NULL, "Det finns ingen sådan rapport som du får se.");
        return;
    }
    if (db_work_submit_one(request_worker(request)->pool, &query_select_report, params, got_report, request))
        request_out_of_memory(request);
}
