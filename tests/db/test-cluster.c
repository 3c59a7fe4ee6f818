#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "fixture.h"

static int open_again(const Fixture *fixture, Cluster **cluster, const char *directory, Error *err)
{
    ClusterOptions options = {
        .directory = directory, .user = "postgres", .binaries = fixture->fast_binaries, .max_connections = 10};
    return cluster_open(cluster, &options, err);
}

static bool is_alive(pid_t pid)
{
    char path[64], state = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", pid);
    FILE *file = fopen(path, "r");
    if (!file) return false;
    if (fscanf(file, "%*d %*s %c", &state) != 1) state = 0;
    fclose(file);
    return state && state != 'Z';
}

static bool is_gone_within(pid_t pid, int seconds)
{
    for (int i = 0; i < seconds * 50 && is_alive(pid); i++)
        nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL);
    return !is_alive(pid);
}

static void it_is_durable_private_and_in_utf8(void **state)
{
    Fixture *fixture = *state;
    const char *conninfo = cluster_conninfo(fixture->cluster);
    static const char *const wanted[][2] = {
        {"SHOW listen_addresses", ""},         {"SHOW fsync", "on"},
        {"SHOW synchronous_commit", "on"},     {"SHOW data_checksums", "on"},
        {"SHOW server_encoding", "UTF8"},      {"SHOW timezone", "Europe/Stockholm"},
        {"SHOW log_error_verbosity", "terse"}, {"SHOW unix_socket_permissions", "0700"},
        {"SHOW max_connections", "70"},        {"SELECT current_database()", "lagesbild"},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        char *value = fixture_sql(conninfo, wanted[i][0]);
        assert_string_equal(value, wanted[i][1]);
        free(value);
    }
    char path[128];
    struct stat info;
    snprintf(path, sizeof path, "%s/socket", fixture->directory);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0700);
    snprintf(path, sizeof path, "/proc/%d", cluster_pid(fixture->cluster));
    assert_int_equal(stat(path, &info), 0);
    assert_int_not_equal(info.st_uid, 0);
}

static void one_daemon_for_each_directory(void **state)
{
    Fixture *fixture = *state;
    Cluster *second;
    Error err;
    assert_int_equal(open_again(fixture, &second, fixture->directory, &err), -EBUSY);
    assert_non_null(strstr(err.text, fixture->directory));
    free(fixture_sql(cluster_conninfo(fixture->cluster), "SELECT 1")); /* the first one is not disturbed */
}

static void a_server_that_dies_is_started_again(void **state)
{
    Fixture *fixture = *state;
    pid_t first = cluster_pid(fixture->cluster);
    free(fixture_sql(cluster_conninfo(fixture->cluster), "CREATE TABLE kept AS SELECT 1 AS n"));
    kill(first, SIGKILL);
    for (int i = 0; i < 600 && (cluster_pid(fixture->cluster) == first || cluster_pid(fixture->cluster) == 0); i++)
        fixture_run_ms(fixture, 50);
    assert_int_not_equal(cluster_pid(fixture->cluster), first);
    PGPing ping = PQPING_NO_RESPONSE;
    for (int i = 0; i < 600 && ping != PQPING_OK; i++) {
        fixture_run_ms(fixture, 50);
        ping = PQping(cluster_conninfo(fixture->cluster));
    }
    assert_int_equal(ping, PQPING_OK);
    free(fixture_sql(cluster_conninfo(fixture->cluster), "DROP TABLE kept"));
}

/* A daemon in another process: opens the cluster, tells its server's number, and sleeps until it is killed. */
static pid_t start_daemon(const Fixture *fixture, const char *directory, pid_t *server)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t daemon = fork();
    assert_true(daemon >= 0);
    if (daemon == 0) {
        Cluster *cluster;
        Error err;
        pid_t pid = 0;
        close(ends[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
        if (open_again(fixture, &cluster, directory, &err) == 0)
            pid = cluster_pid(cluster);
        else
            fprintf(stderr, "%s\n", err.text);
        if (write(ends[1], &pid, sizeof pid) != sizeof pid) _exit(1);
        for (;;)
            pause();
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], server, sizeof *server), sizeof *server);
    close(ends[0]);
    assert_true(*server > 0);
    return daemon;
}

static void a_killed_daemon_takes_its_server_along(void **state)
{
    Fixture *fixture = *state;
    char directory[128];
    snprintf(directory, sizeof directory, "%s/other", fixture->directory);
    pid_t server, daemon = start_daemon(fixture, directory, &server);
    kill(daemon, SIGKILL);
    waitpid(daemon, NULL, 0);
    assert_true(is_gone_within(server, 60));

    Cluster *cluster;
    Error err = {""};
    if (open_again(fixture, &cluster, directory, &err) < 0) fail_msg("%s", err.text);
    free(fixture_sql(cluster_conninfo(cluster), "SELECT 1"));
    cluster_close(cluster);
}

/* The kernel's signal to the server can fail to do its work in time; the next daemon then meets a living server. */
static void a_server_that_was_left_is_stopped_first(void **state)
{
    Fixture *fixture = *state;
    char directory[128], path[192];
    snprintf(directory, sizeof directory, "%s/other", fixture->directory);
    pid_t server, daemon = start_daemon(fixture, directory, &server);
    kill(server, SIGSTOP); /* it cannot see that its daemon goes */
    kill(daemon, SIGKILL);
    waitpid(daemon, NULL, 0);
    pid_t waker = fork();
    if (waker == 0) {
        sleep(1);
        kill(server, SIGCONT);
        _exit(0);
    }
    Cluster *cluster;
    Error err = {""};
    assert_true(is_alive(server));
    if (open_again(fixture, &cluster, directory, &err) < 0) fail_msg("%s", err.text);
    assert_false(is_alive(server));
    waitpid(waker, NULL, 0);
    cluster_close(cluster);

    /* A number that is somebody else's now does not stop the start. */
    snprintf(path, sizeof path, "%s/cluster/postmaster.pid", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fprintf(file, "%d\n%s/cluster\n", (int)getpid(), directory);
    fclose(file);
    if (open_again(fixture, &cluster, directory, &err) < 0) fail_msg("%s", err.text);
    cluster_close(cluster);
}

static void a_half_made_cluster_is_made_again(void **state)
{
    Fixture *fixture = *state;
    char directory[128], command[400];
    snprintf(directory, sizeof directory, "%s/half", fixture->directory);
    snprintf(command, sizeof command, "mkdir -p %s/cluster.new/base && echo 15 > %s/cluster.new/PG_VERSION", directory,
             directory);
    assert_int_equal(system(command), 0);
    Cluster *cluster;
    Error err = {""};
    if (open_again(fixture, &cluster, directory, &err) < 0) fail_msg("%s", err.text);
    free(fixture_sql(cluster_conninfo(cluster), "SELECT 1"));
    cluster_close(cluster);
    snprintf(directory, sizeof directory, "%s/half/cluster.new", fixture->directory);
    assert_int_equal(access(directory, F_OK), -1);
}

/* The cluster of the test before, at another place with another kind of socket. */
static void a_directory_can_be_moved_and_a_long_path_gets_a_short_socket(void **state)
{
    Fixture *fixture = *state;
    char half[128], directory[256], path[512], target[256];
    snprintf(half, sizeof half, "%s/half", fixture->directory);
    snprintf(directory, sizeof directory, "%s/it's a \\ %0100d", fixture->directory, 0);
    snprintf(path, sizeof path, "%s/socket", directory);
    assert_int_equal(rename(half, directory), 0);
    Cluster *cluster;
    Error err = {""};
    if (open_again(fixture, &cluster, directory, &err) < 0) fail_msg("%s", err.text);
    free(fixture_sql(cluster_conninfo(cluster), "SELECT 1"));
    ssize_t len = readlink(path, target, sizeof target - 1);
    assert_true(len > 0);
    target[len] = '\0';
    assert_int_equal(strncmp(target, "/tmp/lagesbild-", 15), 0);
    cluster_close(cluster);
    assert_int_equal(access(target, F_OK), -1);
}

static void what_cannot_work_says_what_to_do(void **state)
{
    Fixture *fixture = *state;
    char directory[128], path[160];
    Cluster *cluster;
    Error err;
    snprintf(directory, sizeof directory, "%s/other", fixture->directory);
    ClusterOptions options = {.directory = directory, .binaries = "/nowhere", .max_connections = 10};
    assert_int_equal(cluster_open(&cluster, &options, &err), -ENOENT);
    assert_non_null(strstr(err.text, "/nowhere"));

    snprintf(path, sizeof path, "%s/cluster/PG_VERSION", directory);
    FILE *file = fopen(path, "w");
    fputs("99\n", file);
    fclose(file);
    char *paths = strdup(getenv("PATH"));
    setenv("PATH", "/nowhere", 1); /* some machines have PostgreSQL's own directory there */
    options.binaries = NULL;
    assert_int_equal(cluster_open(&cluster, &options, &err), -ENOENT);
    assert_non_null(strstr(err.text, "postgresql-99"));
    setenv("PATH", paths, 1);
    free(paths);

    options = (ClusterOptions){.directory = "/proc/nothing", .max_connections = 10};
    assert_true(cluster_open(&cluster, &options, &err) < 0);
    assert_non_null(strstr(err.text, "/proc/nothing"));
    if (geteuid() != 0) return;

    snprintf(directory, sizeof directory, "%s/closed", fixture->directory);
    assert_int_equal(mkdir(directory, 0700), 0);
    snprintf(path, sizeof path, "%s/inside", directory);
    assert_int_equal(open_again(fixture, &cluster, path, &err), -EACCES);
    assert_non_null(strstr(err.text, directory));
    assert_null(strstr(err.text, path)); /* it names the directory that is closed, not the one asked for */

    options = (ClusterOptions){.directory = path, .user = "nobody-of-that-name", .max_connections = 10};
    assert_int_equal(cluster_open(&cluster, &options, &err), -ENOENT);
    assert_non_null(strstr(err.text, "nobody-of-that-name"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_durable_private_and_in_utf8),
        cmocka_unit_test(one_daemon_for_each_directory),
        cmocka_unit_test(a_server_that_dies_is_started_again),
        cmocka_unit_test(a_killed_daemon_takes_its_server_along),
        cmocka_unit_test(a_server_that_was_left_is_stopped_first),
        cmocka_unit_test(a_half_made_cluster_is_made_again),
        cmocka_unit_test(a_directory_can_be_moved_and_a_long_path_gets_a_short_socket),
        cmocka_unit_test(what_cannot_work_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, fixture_open, fixture_close);
}
