/*
 * What the calls about lägesbilder share: which one is asked for, and the answer with it.
 */
#pragma once

#include "flow/build_lagesbild.h"
#include "http/request.h"

/* The order for the {area} of the path and a period's text, within what the actor may see; of the request's arena and
 * `knowledge`. Answers and returns false where there is no such lägesbild. */
bool api_lagesbild_order(Request *request, Knowledge *knowledge, const char *period, LagesbildOrder *order);

/* The path's {period} in two, "2026-W11.html": the period and the extension, NULL where it has none. False, answered,
 * without memory. */
bool api_lagesbild_split(Request *request, const char **period, const char **extension);

/* Answers with the draft as JSON and its ETag. */
void api_lagesbild_reply_json(Request *request, const Lagesbild *l);

/* Organisation or role of who asks, as documents show it. */
const char *api_lagesbild_actor(const Request *request);

/* What a browser may do with the HTML: show it, and nothing else. */
void api_lagesbild_guard_html(Request *request);
