/*
 * Incidents as a whole file, however many, in constant memory.
 */
#pragma once

#include "flow/query_incidents.h"
#include "http/request.h"
#include "render/incidents.h"

/* Answers with all that the filter lets through, as it comes from the database and as fast as the client takes it. A
 * file that cannot be finished is broken off, so that nobody takes a part for the whole; one that could ends with its
 * row count, as the trailer field Row-Count. */
void api_export_incidents(Request *request, const IncidentFilter *filter, IncidentsForm form, const char *content_type);
