/* lagesbildd: reads the settings and starts what they ask for. */
#include <argp.h>
#include <errno.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "daemon.h"
#include "db/conninfo.h"
#include "http/routes.h"
#include "util/clock.h"

const char *argp_program_version = "lagesbildd " LAGESBILD_VERSION;

/* Above the characters, which would be short options. */
enum { KEY_CONFIG = 0x100, KEY_CHECK, KEY_ROUTES, KEY_OPTIONS };
enum { OPTIONS_MAX = 64 };

typedef struct Arguments {
    const char *file;               /* --config */
    const char *given[OPTIONS_MAX]; /* a value for the setting of that index, or NULL */
    bool check, routes, migrate;
} Arguments;

static error_t take_option(int key, char *value, struct argp_state *state)
{
    Arguments *arguments = state->input;
    switch (key) {
    case KEY_CONFIG:
        arguments->file = value;
        return 0;
    case KEY_CHECK:
        arguments->check = true;
        return 0;
    case KEY_ROUTES:
        arguments->routes = true;
        return 0;
    case ARGP_KEY_ARG:
        if (strcmp(value, "migrate") != 0 || arguments->migrate) argp_error(state, "unknown command \"%s\"", value);
        arguments->migrate = true;
        return 0;
    default:
        if (key < KEY_OPTIONS || key >= KEY_OPTIONS + OPTIONS_MAX) return ARGP_ERR_UNKNOWN;
        arguments->given[key - KEY_OPTIONS] = value;
        return 0;
    }
}

/* "max_connections" is --max-connections. */
static char *dashed(const char *name)
{
    char *copy = strdup(name);
    for (char *p = copy; p && *p; p++)
        if (*p == '_') *p = '-';
    return copy;
}

static int parse(Arguments *arguments, int argc, char **argv)
{
    struct argp_option options[OPTIONS_MAX + 8] = {
        {"config", KEY_CONFIG, "FILE", 0, "read the settings from FILE", 1},
        {"check-config", KEY_CHECK, NULL, 0, "print the settings and stop; exit status 1 when they cannot work", 1},
        {"routes", KEY_ROUTES, NULL, 0, "print the HTTP routes with their roles and stop", 1},
        {NULL, 0, NULL, 0, "Settings, also as LAGESBILDD_<NAME> in the environment:", 2},
    };
    char *texts[2 * OPTIONS_MAX] = {NULL};
    int used = 4, made = 0;
    ConfigOption option;
    for (int i = 0; i < OPTIONS_MAX && config_option(i, &option); i++) {
        char *name = texts[made++] = dashed(option.name), *text = NULL;
        if (!name || asprintf(&text, "%s [%s]", option.text, *option.standard ? option.standard : "none") < 0)
            return -ENOMEM;
        texts[made++] = text;
        options[used++] = (struct argp_option){name, KEY_OPTIONS + i, option.type, 0, text, 2};
    }
    struct argp argp = {options,
                        take_option,
                        "\nmigrate",
                        "The incident log's server.\v"
                        "With \"migrate\" the database's schema is brought up to date and nothing is served. "
                        "Settings come from --config, then the environment, then the options; the last one counts.",
                        NULL,
                        NULL,
                        NULL};
    error_t r = argp_parse(&argp, argc, argv, 0, NULL, arguments);
    for (int i = 0; i < made; i++)
        free(texts[i]);
    return -r;
}

static int read_settings(Config *config, const Arguments *arguments, Error *err)
{
    int r = config_init(config);
    if (r < 0) return error_set(err, r, "out of memory");
    if (arguments->file) r = config_read_file(config, arguments->file, err);
    if (r == 0) r = config_read_environment(config, (const char *const *)environ, err);
    ConfigOption option;
    for (int i = 0; r == 0 && i < OPTIONS_MAX && config_option(i, &option); i++)
        if (arguments->given[i]) r = config_set(config, option.name, arguments->given[i], err);
    return r == 0 ? config_check(config, err) : r;
}

static void print_routes(void)
{
    for (size_t i = 0; i < routes_count; i++) {
        const Route *route = &routes_table[i];
        printf("%s %s", routes_method_name(route->method), route->path);
        const char *separator = " ";
        for (unsigned bit = 0; bit < 32; bit++) {
            if (!(route->roles & 1u << bit)) continue;
            printf("%s%s", separator, request_role_name(1u << bit));
            separator = ",";
        }
        puts(route->roles == ROLE_ANYONE ? " anyone" : "");
    }
}

/* As a sample file: what is printed there ends in tickets and chats, so no password. */
static int check(Config *config)
{
    Error err;
    if (*config->database) {
        char *shown = conninfo_without_passwords(config->database);
        if (!shown || config_set(config, "database", shown, &err) < 0) {
            fprintf(stderr, "lagesbildd: database: this is no conninfo that libpq can read\n");
            free(shown);
            return EXIT_FAILURE;
        }
        free(shown);
    }
    config_print(config, stdout);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    Arguments arguments = {0};
    Config config;
    Daemon daemon;
    Error err;
    if (clock_use_stockholm() < 0) {
        fprintf(stderr, "lagesbildd: the time zone Europe/Stockholm is not installed (package tzdata)\n");
        return EXIT_FAILURE;
    }
    gsl_set_error_handler_off(); /* a figure that cannot be computed is no reason to end the process */
    if (parse(&arguments, argc, argv) < 0) return EXIT_FAILURE;
    if (arguments.routes) {
        print_routes();
        return EXIT_SUCCESS;
    }
    if (read_settings(&config, &arguments, &err) < 0) {
        fprintf(stderr, "lagesbildd: %s\n", err.text);
        config_deinit(&config);
        return EXIT_FAILURE;
    }
    if (arguments.check) {
        int status = check(&config);
        config_deinit(&config);
        return status;
    }
    daemon_init(&daemon, &config);
    int status = arguments.migrate ? daemon_migrate(&daemon) : daemon_run(&daemon);
    daemon_deinit(&daemon);
    return status;
}
