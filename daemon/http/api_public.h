/*
 * GET /v1/lagesbilder/{area}/{period}?audience=public: the lägesbild for those outside the group.
 */
#pragma once

#include "http/request.h"

/* Answers and returns true where the query's audience is the public, or none there is; false where it is the group. */
bool api_public_get(Request *request);
