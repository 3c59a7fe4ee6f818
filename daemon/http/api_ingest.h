/*
 * What the calls that store something share: who sends, and the answer to a verdict.
 */
#pragma once

#include "core/knowledge/knowledge.h"
#include "flow/ingest.h"
#include "http/request.h"
#include "util/fault.h"

/* Answers for a verdict: 201 with Location for STORED, 200 for KNOWN and REVISED, 404, 412, 422 or 503 otherwise.
 * `path` is
 * "/v1/reports/" or "/v1/incidents/". */
void api_ingest_answer(Request *request, const IngestResult *result, const char *path);

/* 400 or another status with every fault. */
void api_ingest_refuse(Request *request, int status, const char *title, const Faults *faults);

/* The municipality a token is for, or MUNICIPALITY_NONE for one that covers all. */
MunicipalityId api_ingest_municipality(const Request *request, const Knowledge *knowledge);

/* The municipality of a report that names none and whose text does not tell: the deployment's setting. */
MunicipalityId api_ingest_otherwise(const Request *request, const Knowledge *knowledge);

/* What a sender's reports and observations count as when they do not say: "polis", "kommun" or "okand". */
const char *api_ingest_source(const Request *request);

/* The Idempotency-Key header (at most 255 printable characters); NULL where absent. False, answered with 400, where it
 * is not one. */
bool api_ingest_key(Request *request, const char **key);

/* True where the deployment refuses texts with personal data instead of masking it. */
bool api_ingest_refuses_pii(const Request *request);
