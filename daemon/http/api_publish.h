/*
 * A published version as the answer to GET /v1/lagesbilder/{area}/{period}?version=N.
 */
#pragma once

#include "http/request.h"

enum { API_PUBLISH_VERSION_MAX = 1000000 };

/* Answers with the very bytes of one form, or 404. The area is the path's; it may be one that is not there any more. */
void api_publish_show(Request *request, const char *period, int version, const char *audience, const char *form);
