#include "metrics.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/memstream.h"

/* Statuses that are counted by themselves; another counts as 0. */
static const int statuses[] = {0,   200, 201, 202, 204, 206, 304, 400, 401, 403, 404, 405, 406, 408, 409, 410,
                               411, 412, 413, 414, 415, 417, 422, 428, 429, 431, 500, 501, 502, 503, 504, 505};
enum { STATUS_COUNT = sizeof statuses / sizeof *statuses };

static const double bounds[] = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
enum { BOUND_COUNT = sizeof bounds / sizeof *bounds };

typedef struct RouteMetrics {
    atomic_uint_fast64_t requests[STATUS_COUNT];
    atomic_uint_fast64_t buckets[BOUND_COUNT + 1]; /* not cumulated; the last is +Inf */
    atomic_uint_fast64_t microseconds;
} RouteMetrics;

struct Metrics {
    atomic_int_fast64_t values[METRIC_COUNT];
    size_t route_count; /* with the one for no route */
    RouteMetrics routes[];
};

typedef struct Declaration {
    const char *name, *text, *type;
} Declaration;

static const Declaration declarations[METRIC_COUNT] = {
#define COUNTER(name, text) {#name, text, "counter"},
#define GAUGE(name, text)   {#name, text, "gauge"},
#include "metrics.def"
#undef COUNTER
#undef GAUGE
};

Metrics *metrics_new(size_t route_count)
{
    Metrics *metrics = calloc(1, sizeof *metrics + (route_count + 1) * sizeof *metrics->routes);
    if (metrics) metrics->route_count = route_count + 1;
    return metrics;
}

void metrics_free(Metrics *metrics)
{
    free(metrics);
}

/* Only the owner writes, so a load and a store will do: no locked instruction for each count. */
static void raise_by(atomic_uint_fast64_t *counter, uint64_t change)
{
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + change, memory_order_relaxed);
}

void metrics_add(Metrics *metrics, MetricId id, int64_t change)
{
    atomic_int_fast64_t *value = &metrics->values[id];
    atomic_store_explicit(value, atomic_load_explicit(value, memory_order_relaxed) + change, memory_order_relaxed);
}

void metrics_set(Metrics *metrics, MetricId id, int64_t value)
{
    atomic_store_explicit(&metrics->values[id], value, memory_order_relaxed);
}

void metrics_request(Metrics *metrics, size_t route, int status, double seconds)
{
    RouteMetrics *r = &metrics->routes[route < metrics->route_count ? route : metrics->route_count - 1];
    int slot = STATUS_COUNT - 1, bucket = 0;
    while (slot > 0 && statuses[slot] != status)
        slot--;
    while (bucket < BOUND_COUNT && seconds > bounds[bucket])
        bucket++;
    raise_by(&r->requests[slot], 1);
    raise_by(&r->buckets[bucket], 1);
    raise_by(&r->microseconds, (uint64_t)(seconds * 1e6));
}

/* --- reading --- */

typedef struct Sum {
    uint64_t requests[STATUS_COUNT], buckets[BOUND_COUNT + 1], microseconds;
} Sum;

static Sum sum_route(Metrics *const *all, size_t count, size_t route)
{
    Sum sum = {0};
    for (size_t i = 0; i < count; i++) {
        const RouteMetrics *r = &all[i]->routes[route];
        for (int s = 0; s < STATUS_COUNT; s++)
            sum.requests[s] += atomic_load_explicit(&r->requests[s], memory_order_relaxed);
        for (int b = 0; b <= BOUND_COUNT; b++)
            sum.buckets[b] += atomic_load_explicit(&r->buckets[b], memory_order_relaxed);
        sum.microseconds += atomic_load_explicit(&r->microseconds, memory_order_relaxed);
    }
    return sum;
}

static void write_values(FILE *out, Metrics *const *all, size_t count)
{
    for (int id = 0; id < METRIC_COUNT; id++) {
        int64_t sum = 0;
        for (size_t i = 0; i < count; i++)
            sum += atomic_load_explicit(&all[i]->values[id], memory_order_relaxed);
        const Declaration *d = &declarations[id];
        fprintf(out, "# HELP lagesbild_%s %s\n# TYPE lagesbild_%s %s\nlagesbild_%s %lld\n", d->name, d->text, d->name,
                d->type, d->name, (long long)sum);
    }
}

static void write_requests(FILE *out, const Sum *sums, const char *const *names, size_t route_count)
{
    fprintf(out, "# HELP lagesbild_http_requests_total Requests answered, by route and status\n"
                 "# TYPE lagesbild_http_requests_total counter\n");
    for (size_t r = 0; r <= route_count; r++)
        for (int s = 0; s < STATUS_COUNT; s++)
            if (sums[r].requests[s])
                fprintf(out, "lagesbild_http_requests_total{route=\"%s\",status=\"%d\"} %llu\n",
                        r < route_count ? names[r] : "none", statuses[s], (unsigned long long)sums[r].requests[s]);
}

static void write_durations(FILE *out, const Sum *sums, const char *const *names, size_t route_count)
{
    static const char metric[] = "lagesbild_http_request_duration_seconds";
    fprintf(out, "# HELP %s From a request's head to the end of its answer\n# TYPE %s histogram\n", metric, metric);
    for (size_t r = 0; r <= route_count; r++) {
        const char *name = r < route_count ? names[r] : "none";
        uint64_t total = 0;
        for (int b = 0; b < BOUND_COUNT; b++) {
            total += sums[r].buckets[b];
            fprintf(out, "%s_bucket{route=\"%s\",le=\"%g\"} %llu\n", metric, name, bounds[b],
                    (unsigned long long)total);
        }
        total += sums[r].buckets[BOUND_COUNT];
        fprintf(out, "%s_bucket{route=\"%s\",le=\"+Inf\"} %llu\n", metric, name, (unsigned long long)total);
        fprintf(out, "%s_sum{route=\"%s\"} %.6f\n", metric, name, (double)sums[r].microseconds / 1e6);
        fprintf(out, "%s_count{route=\"%s\"} %llu\n", metric, name, (unsigned long long)total);
    }
}

char *metrics_text(Metrics *const *all, size_t count, const char *const *route_names, size_t route_count, size_t *len)
{
    char *text = NULL;
    Sum *sums = calloc(route_count + 1, sizeof *sums);
    FILE *out = sums ? memstream_open(&text, len) : NULL;
    if (!out) {
        free(sums);
        return NULL;
    }
    for (size_t r = 0; r <= route_count; r++)
        sums[r] = sum_route(all, count, r);
    fprintf(out, "# HELP lagesbild_build_info The version that runs\n# TYPE lagesbild_build_info gauge\n"
                 "lagesbild_build_info{version=\"" LAGESBILD_VERSION "\"} 1\n");
    write_values(out, all, count);
    write_requests(out, sums, route_names, route_count);
    write_durations(out, sums, route_names, route_count);
    free(sums);
    if (!memstream_close(out)) {
        free(text);
        return NULL;
    }
    return text;
}
