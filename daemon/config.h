/*
 * The settings, each declared once in config.def.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "util/error.h"

#define CONFIG_STRING_TYPE  char *
#define CONFIG_INT_TYPE     int64_t
#define CONFIG_BYTES_TYPE   int64_t
#define CONFIG_SECONDS_TYPE int64_t
#define CONFIG_BOOL_TYPE    bool

typedef struct Config {
#define OPTION(name, type, standard, min, max, text) CONFIG_##type##_TYPE name;
#include "config.def"
#undef OPTION
} Config;

/* Sets every option to its default. Returns 0 or -ENOMEM. */
int config_init(Config *config);
void config_deinit(Config *config);

/* Sets one option from text. -ENOENT for an unknown name, -EINVAL for a value that does not fit, with the reason. */
int config_set(Config *config, const char *name, const char *value, Error *err);

/* Reads an INI file ("name = value", # and ; comments, no sections); errors carry the file and the line. */
int config_read_file(Config *config, const char *path, Error *err);

/* Reads LAGESBILDD_<NAME>. An unknown LAGESBILDD_ variable is an error, so that a misspelling is not silent. */
int config_read_environment(Config *config, const char *const *environment, Error *err);

/* What no single option can say: a database or an embedded one, not both. */
int config_check(const Config *config, Error *err);

/* Prints every setting with its text, as a sample file; values as they are now. */
void config_print(const Config *config, FILE *out);

/* The option's declaration by index, for --help; false past the last. */
typedef struct ConfigOption {
    const char *name, *type, *standard, *text;
} ConfigOption;
bool config_option(int index, ConfigOption *option);
