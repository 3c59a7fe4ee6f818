#include "db/tuning.h"

enum { MB = 1 << 20 };

static int64_t clamp(int64_t value, int64_t low, int64_t high)
{
    return value < low ? low : value > high ? high : value;
}

static void megabytes(FILE *out, const char *name, int64_t bytes)
{
    fprintf(out, "%s = %lldMB\n", name, (long long)(bytes / MB));
}

void tuning_quote(const char *value, FILE *out, char escape_quote)
{
    fputc('\'', out);
    for (; *value; value++) {
        if (*value == '\'') fputc(escape_quote, out);
        if (*value == '\\') fputc('\\', out);
        fputc(*value, out);
    }
    fputc('\'', out);
}

static void text(FILE *out, const char *name, const char *value)
{
    fprintf(out, "%s = ", name);
    tuning_quote(value, out, '\'');
    fputc('\n', out);
}

void tuning_write(const Tuning *tuning, FILE *out)
{
    fputs("# Written by lagesbildd at each start; changes here are lost. Put yours in local.conf beside this file.\n",
          out);
    text(out, "cluster_name", tuning->name);
    text(out, "listen_addresses", "");
    text(out, "unix_socket_directories", tuning->socket_directory);
    fputs("unix_socket_permissions = 0700\n"
          "port = 5432\n",
          out);
    fprintf(out, "max_connections = %d\n", tuning->max_connections);

    fputs("\n# Memory: an eighth of the machine, because others live there too.\n", out);
    megabytes(out, "shared_buffers", clamp(tuning->memory / 8, 32 * MB, 2048LL * MB));
    megabytes(out, "effective_cache_size", clamp(tuning->memory / 2, 128 * MB, 1024LL * 1024 * MB));
    megabytes(out, "work_mem", clamp(tuning->memory / 512, 4 * MB, 32 * MB));
    megabytes(out, "maintenance_work_mem", clamp(tuning->memory / 32, 32 * MB, 512 * MB));

    fputs("\n# What was answered with success is on the disk.\n"
          "fsync = on\n"
          "full_page_writes = on\n"
          "synchronous_commit = on\n"
          "wal_compression = lz4\n"
          "checkpoint_timeout = 15min\n"
          "checkpoint_completion_target = 0.9\n"
          "max_wal_size = 2GB\n"
          "# Files of the log that are kept for later: to make one when it is needed holds up every commit for 50 ms.\n"
          "min_wal_size = 1GB\n"
          "\n# Short statements on solid disks.\n"
          "jit = off\n"
          "random_page_cost = 1.1\n"
          "timezone = 'Europe/Stockholm'\n"
          "\n# A ring of seven days. No statements and no DETAIL: both quote reports.\n"
          "logging_collector = on\n"
          "log_filename = 'postgresql-%a.log'\n"
          "log_truncate_on_rotation = on\n"
          "log_rotation_age = 1d\n"
          "log_rotation_size = 0\n"
          "log_file_mode = 0600\n"
          "log_timezone = 'UTC'\n"
          "log_line_prefix = '%m [%p] '\n"
          "log_min_error_statement = panic\n"
          "log_error_verbosity = terse\n"
          "log_statement = none\n"
          "log_min_duration_statement = -1\n"
          "log_parameter_max_length_on_error = 0\n",
          out);
    text(out, "log_directory", tuning->log_directory);
}
