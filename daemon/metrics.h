/*
 * What the daemon counts, and its text for Prometheus (exposition format 0.0.4).
 *
 * Each loop has its own Metrics, which only that loop's thread changes; any thread may read them. Times are seconds.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct Metrics Metrics;

typedef enum MetricId {
#define COUNTER(name, text) METRIC_##name,
#define GAUGE(name, text)   METRIC_##name,
#include "metrics.def"
#undef COUNTER
#undef GAUGE
    METRIC_COUNT,
} MetricId;

/* `route_count` routes, and one more for requests that no route took. NULL without memory. */
Metrics *metrics_new(size_t route_count);
void metrics_free(Metrics *metrics);

void metrics_add(Metrics *metrics, MetricId id, int64_t change);
void metrics_set(Metrics *metrics, MetricId id, int64_t value);

/* One answered request; `route` from 0, `route_count` where none took it. */
void metrics_request(Metrics *metrics, size_t route, int status, double seconds);

/* The text of all loops together; the caller frees it. `route_names` has `route_count` names. NULL without memory. */
char *metrics_text(Metrics *const *all, size_t count, const char *const *route_names, size_t route_count, size_t *len);
