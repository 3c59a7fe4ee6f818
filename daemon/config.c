#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "util/log.h"

typedef enum OptionType { TYPE_STRING, TYPE_INT, TYPE_BYTES, TYPE_SECONDS, TYPE_BOOL } OptionType;

typedef struct Option {
    const char *name;
    OptionType type;
    size_t offset; /* in Config */
    const char *standard;
    int64_t min, max;
    const char *text;
} Option;

static const Option options[] = {
#define OPTION(name, type, standard, min, max, text)                                                                   \
    {#name, TYPE_##type, offsetof(Config, name), standard, min, max, text},
#include "config.def"
#undef OPTION
};
enum { OPTION_COUNT = sizeof options / sizeof *options };

static const char *const type_names[] = {
    [TYPE_STRING] = "TEXT", [TYPE_INT] = "N", [TYPE_BYTES] = "BYTES", [TYPE_SECONDS] = "SECONDS", [TYPE_BOOL] = "BOOL"};

static const Option *option_find(const char *name)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (strcmp(options[i].name, name) == 0) return &options[i];
    return NULL;
}

bool config_option(int index, ConfigOption *option)
{
    if (index < 0 || index >= OPTION_COUNT) return false;
    const Option *o = &options[index];
    *option = (ConfigOption){.name = o->name, .type = type_names[o->type], .standard = o->standard, .text = o->text};
    return true;
}

/* Digits only, and for BYTES one of k, m, g after them. */
static int parse_number(const Option *option, const char *value, int64_t *out, Error *err)
{
    char *end;
    errno = 0;
    long long number = isdigit((unsigned char)*value) ? strtoll(value, &end, 10) : (end = (char *)value, 0);
    int64_t unit = 1;
    if (end != value && option->type == TYPE_BYTES && *end) {
        static const char units[] = "kmg";
        const char *found = strchr(units, tolower((unsigned char)*end));
        if (found) {
            unit = INT64_C(1) << (10 * (found - units + 1));
            end++;
        }
    }
    if (end == value || *end)
        return error_set(err, -EINVAL, "%s: \"%s\" is not a whole number%s", option->name, value,
                         option->type == TYPE_BYTES ? ", with k, m or g after it where wanted" : "");
    int64_t product;
    if (errno || __builtin_mul_overflow((int64_t)number, unit, &product) || product < option->min ||
        product > option->max)
        return error_set(err, -EINVAL, "%s: %s is not between %lld and %lld", option->name, value,
                         (long long)option->min, (long long)option->max);
    *out = product;
    return 0;
}

static int parse_bool(const Option *option, const char *value, bool *out, Error *err)
{
    bool yes = strcmp(value, "yes") == 0 || strcmp(value, "true") == 0 || strcmp(value, "1") == 0;
    if (!yes && strcmp(value, "no") != 0 && strcmp(value, "false") != 0 && strcmp(value, "0") != 0)
        return error_set(err, -EINVAL, "%s: \"%s\" is neither yes nor no", option->name, value);
    *out = yes;
    return 0;
}

int config_set(Config *config, const char *name, const char *value, Error *err)
{
    const Option *option = option_find(name);
    if (!option) return error_set(err, -ENOENT, "there is no setting named \"%s\"", name);
    void *field = (char *)config + option->offset;
    switch (option->type) {
    case TYPE_STRING: {
        char *copy = strdup(value);
        if (!copy) return error_set(err, -ENOMEM, "%s: out of memory", name);
        free(*(char **)field);
        *(char **)field = copy;
        return 0;
    }
    case TYPE_BOOL:
        return parse_bool(option, value, field, err);
    default:
        return parse_number(option, value, field, err);
    }
}

int config_init(Config *config)
{
    *config = (Config){0};
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        int r = config_set(config, options[i].name, options[i].standard, NULL);
        if (r < 0) {
            config_deinit(config);
            return r;
        }
    }
    return 0;
}

void config_deinit(Config *config)
{
    for (size_t i = 0; i < OPTION_COUNT; i++)
        if (options[i].type == TYPE_STRING) free(*(char **)((char *)config + options[i].offset));
    *config = (Config){0};
}

/* --- the file --- */

enum { LINE_MAX_BYTES = 4096 };

typedef struct Reading {
    Config *config;
    FILE *file;
    int line;
    bool seen[OPTION_COUNT];
    int result; /* of the first fault; the rest of the file is then ignored */
    Error *err;
} Reading;

static char *read_line(char *out, int size, void *arg)
{
    Reading *reading = arg;
    if (reading->result < 0 || !fgets(out, size, reading->file)) return NULL;
    reading->line++;
    size_t len = strlen(out);
    /* The library would take the first part of a long line as the whole value. */
    if (len + 1 == (size_t)size && out[len - 1] != '\n' && !feof(reading->file)) {
        reading->result = error_set(reading->err, -EINVAL, "line %d: longer than %d bytes", reading->line, size - 2);
        return NULL;
    }
    return out;
}

static int take_setting(void *arg, const char *section, const char *name, const char *value)
{
    Reading *reading = arg;
    if (reading->result < 0) return 0;
    const Option *option = option_find(name);
    if (*section) {
        reading->result = error_set(reading->err, -EINVAL, "sections ([%s]) are not used here", section);
    } else if (option && reading->seen[option - options]) {
        reading->result = error_set(reading->err, -EINVAL, "%s is set a second time", name);
    } else {
        reading->result = config_set(reading->config, name, value, reading->err);
        if (option) reading->seen[option - options] = true;
        if (reading->result == 0) return 1;
    }
    error_prefix(reading->err, "line %d: ", reading->line);
    return 0;
}

int config_read_file(Config *config, const char *path, Error *err)
{
    Reading reading = {.config = config, .err = err, .file = fopen(path, "re")};
    if (!reading.file) {
        int code = errno;
        return error_set(err, -code, "cannot read the settings in %s: %s", path, strerror(code));
    }
    ini_max_line = LINE_MAX_BYTES; /* the library's own setting; its 200 is too short for a conninfo */
    int bad_line = ini_parse_stream(read_line, &reading, take_setting, &reading);
    if (reading.result == 0 && ferror(reading.file)) reading.result = error_set(err, -EIO, "cannot be read to its end");
    if (reading.result == 0 && bad_line > 0)
        reading.result = error_set(err, -EINVAL, "line %d: not \"name = value\"", bad_line);
    else if (reading.result == 0 && bad_line < 0)
        reading.result = error_set(err, -ENOMEM, "out of memory");
    fclose(reading.file);
    if (reading.result < 0) error_prefix(err, "%s: ", path);
    return reading.result;
}

/* --- the environment --- */

int config_read_environment(Config *config, const char *const *environment, Error *err)
{
    static const char prefix[] = "LAGESBILDD_";
    for (; environment && *environment; environment++) {
        const char *entry = *environment, *value = strchr(entry, '=');
        if (!value || strncmp(entry, prefix, sizeof prefix - 1) != 0) continue;
        char name[64];
        size_t len = (size_t)(value - entry) - (sizeof prefix - 1);
        if (len >= sizeof name) len = sizeof name - 1;
        for (size_t i = 0; i < len; i++)
            name[i] = (char)tolower((unsigned char)entry[sizeof prefix - 1 + i]);
        name[len] = '\0';
        int r = config_set(config, name, value + 1, err);
        if (r < 0) {
            error_prefix(err, "environment variable %.*s: ", (int)(value - entry), entry);
            return r;
        }
    }
    return 0;
}

/* --- the whole --- */

int config_check(const Config *config, Error *err)
{
    LogLevel level;
    if (*config->database && *config->embedded)
        return error_set(err, -EINVAL, "database and embedded are both set; choose one");
    if (!*config->database && !*config->embedded)
        return error_set(err, -EINVAL,
                         "no database: set embedded to a directory for a private PostgreSQL, or database to the "
                         "conninfo of one that you run");
    if (log_level_parse(&level, config->log_level) < 0)
        return error_set(err, -EINVAL, "log_level: \"%s\" is none of error, warning, info and debug",
                         config->log_level);
    if (strcmp(config->pii, "mask") != 0 && strcmp(config->pii, "refuse") != 0)
        return error_set(err, -EINVAL, "pii: \"%s\" is neither mask nor refuse", config->pii);
    return 0;
}

static void print_value(const Option *option, const void *field, FILE *out)
{
    switch (option->type) {
    case TYPE_STRING:
        fprintf(out, "%s", *(char *const *)field);
        return;
    case TYPE_BOOL:
        fprintf(out, "%s", *(const bool *)field ? "yes" : "no");
        return;
    case TYPE_BYTES: {
        int64_t bytes = *(const int64_t *)field;
        int unit = 0;
        for (; unit < 3 && bytes && bytes % 1024 == 0; unit++)
            bytes /= 1024;
        fprintf(out, "%lld%.1s", (long long)bytes, &"\0kmg"[unit]);
        return;
    }
    default:
        fprintf(out, "%lld", (long long)*(const int64_t *)field);
    }
}

void config_print(const Config *config, FILE *out)
{
    for (size_t i = 0; i < OPTION_COUNT; i++) {
        fprintf(out, "# %s\n%s = ", options[i].text, options[i].name);
        print_value(&options[i], (const char *)config + options[i].offset, out);
        fputc('\n', out);
    }
}
