/*
 * What the calls that read share: whose data, in which form, and the answer where there is none.
 */
#pragma once

#include <stdbool.h>
#include <stdio.h>

#include "core/lagesbild/scope.h"
#include "db/pool.h"
#include "http/request.h"
#include "util/civil.h"

/* The municipality of the query (?municipality=) and these areas (NULL-terminated codes, or NULL), within what the
 * actor may see. Answers 400, 403, 404 or 409 and returns false where that cannot be. */
bool api_read_scope(Request *request, Scope *out, const Knowledge *knowledge, const char *const *areas);

/* The same, unanswered: a ScopeVerdict or -ENOMEM, with the sentence. */
int api_read_scope_verdict(Request *request, Scope *out, const Knowledge *knowledge, const char *const *areas,
                           Error *err);

/* The answer to a ScopeVerdict (or -ENOMEM) other than SCOPE_OK; true for SCOPE_OK. */
bool api_read_scope_answer(Request *request, int verdict, const Error *err);

/* What a query parameter lists with commas between, NULL-terminated, in the request's arena; NULL where it is absent.
 * Answers and returns false for an empty item, more than 64, or without memory. */
bool api_read_list(Request *request, const char *name, const char *const **out);

/* The categories that the query lists, as api_read_list(); answers and returns false for an unknown one too. */
bool api_read_categories(Request *request, const Knowledge *knowledge, const char *const **out);

/* The one area that a parameter names, with the scope of it alone. Answers and returns NULL for none, several, or what
 * api_read_scope() refuses. */
const Area *api_read_area(Request *request, const Knowledge *knowledge, const char *name, Scope *scope);

/* "2026-03-14", from 1990 to 2100; false for anything else. */
bool api_read_is_day(const char *text, CivilDate *out);

/* Such a day of the query; `*out` stays as it is where the parameter is absent. Answers 400 and returns false where it
 * is none. */
bool api_read_day(Request *request, const char *name, CivilDate *out);

/* 400 with one fault. */
void api_read_bad_query(Request *request, const char *name, const char *detail);

/* One form an answer comes in. */
typedef struct ApiForm {
    const char *name;       /* ?format= and the extension: "json" */
    const char *media_type; /* for Accept: "text/html" */
    const char *content_type;
} ApiForm;

/*
 * Which of `forms` (ended by a NULL name; the first is the default): by `extension` where not NULL, else ?format=, else
 * Accept. ?dialect=excel-sv chooses the form of that name, where CSV is asked for or nothing else is; the handler has
 * to allow the parameter. Answers 400 or 406 and returns -1 where there is no such.
 */
int api_read_form(Request *request, const ApiForm *forms, const char *extension);

/* A whole number within bounds from the query, `otherwise` where absent. Answers 400 and returns false where it is
 * none. */
bool api_read_number(Request *request, const char *name, int least, int most, int otherwise, int *out);

/* True, answered with 304, where If-None-Match names `tag` (RFC 9110, 13.1.2: weak comparison). The ETag header is the
 * caller's. */
bool api_read_is_known(Request *request, const char *tag);

/* The next of the entity tags in a header's list (RFC 9110, 8.8.3), from `*at`, which moves on; NULL at the end or
 * where it is none. `*len` is its length, W/ and quotes included. */
const char *api_read_next_tag(const char **at, size_t *len);

/* Answers for a database that did not. */
void api_read_failed(Request *request, DbStatus status);

/* What a renderer writes into, and the answer from it. */
typedef struct ApiOutput {
    FILE *out;
    char *text;
    size_t len;
} ApiOutput;

/* False, answered, without memory. */
bool api_output_open(Request *request, ApiOutput *output);

/* Lets go of what was written; nothing is answered. */
void api_output_drop(ApiOutput *output);

/* Answers with what was written, or 500 where `rc` or the stream says it failed. */
void api_output_reply(Request *request, ApiOutput *output, int rc, const char *content_type);
