#include "metrics.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void loops_are_summed(void **state)
{
    (void)state;
    static const char *const names[] = {"first", "second"};
    Metrics *all[] = {metrics_new(2), metrics_new(2)};
    assert_non_null(all[0]);
    assert_non_null(all[1]);
    metrics_add(all[0], METRIC_reports_stored_total, 2);
    metrics_add(all[1], METRIC_reports_stored_total, 40);
    metrics_add(all[0], METRIC_http_connections, 3);
    metrics_add(all[0], METRIC_http_connections, -1);
    metrics_set(all[1], METRIC_database_pending, 7);
    metrics_request(all[0], 0, 200, 0.0005);
    metrics_request(all[1], 0, 200, 0.2);
    metrics_request(all[1], 0, 503, 100);
    metrics_request(all[1], 2, 404, 0.001); /* no route took it; exactly on a bound */
    metrics_request(all[1], 1, 299, 0);     /* a status that nobody thought of */
    size_t len;
    char *text = metrics_text(all, 2, names, 2, &len);
    assert_non_null(text);
    assert_int_equal(strlen(text), len);
    static const char *const lines[] = {
        "\nlagesbild_reports_stored_total 42\n",
        "\nlagesbild_http_connections 2\n",
        "\nlagesbild_database_pending 7\n",
        "# TYPE lagesbild_http_connections gauge\n",
        "# TYPE lagesbild_reports_stored_total counter\n",
        "\nlagesbild_http_requests_total{route=\"first\",status=\"200\"} 2\n",
        "\nlagesbild_http_requests_total{route=\"first\",status=\"503\"} 1\n",
        "\nlagesbild_http_requests_total{route=\"none\",status=\"404\"} 1\n",
        "\nlagesbild_http_requests_total{route=\"second\",status=\"0\"} 1\n",
        "\nlagesbild_http_request_duration_seconds_bucket{route=\"first\",le=\"0.001\"} 1\n",
        "\nlagesbild_http_request_duration_seconds_bucket{route=\"first\",le=\"0.25\"} 2\n",
        "\nlagesbild_http_request_duration_seconds_bucket{route=\"first\",le=\"10\"} 2\n",
        "\nlagesbild_http_request_duration_seconds_bucket{route=\"first\",le=\"+Inf\"} 3\n",
        "\nlagesbild_http_request_duration_seconds_bucket{route=\"none\",le=\"0.001\"} 1\n",
        "\nlagesbild_http_request_duration_seconds_sum{route=\"first\"} 100.200500\n",
        "\nlagesbild_http_request_duration_seconds_count{route=\"first\"} 3\n",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (!strstr(text, lines[i])) fail_msg("missing: %s", lines[i]);
    assert_null(strstr(text, "route=\"second\",status=\"200\""));
    free(text);
    metrics_free(all[0]);
    metrics_free(all[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(loops_are_summed)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
