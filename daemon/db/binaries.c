#include "db/binaries.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_both(const char *directory)
{
    static const char *const names[] = {"initdb", "postgres"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[PATH_MAX];
        int length = snprintf(path, sizeof path, "%s/%s", directory, names[i]);
        if (length >= (int)sizeof path || access(path, X_OK) < 0) return false;
    }
    return true;
}

/* Debian keeps every major version in a directory named by its number. */
static bool find_newest(char directory[PATH_MAX], const char *root, int version)
{
    DIR *versions = opendir(root);
    if (!versions) return false;
    int best = 0;
    for (struct dirent *entry; (entry = readdir(versions));) {
        char *end, path[PATH_MAX];
        long number = strtol(entry->d_name, &end, 10);
        if (*end != '\0' || number < BINARIES_OLDEST || number > 1000 || number <= best) continue;
        if (version && number != version) continue;
        if (snprintf(path, sizeof path, "%s/%ld/bin", root, number) >= (int)sizeof path || !has_both(path)) continue;
        best = (int)number;
        memcpy(directory, path, sizeof path);
    }
    closedir(versions);
    return best > 0;
}

static bool find_in_path(char directory[PATH_MAX])
{
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t len = strcspn(path, ":");
        if (len > 0 && len < PATH_MAX - 16) {
            snprintf(directory, PATH_MAX, "%.*s", (int)len, path);
            if (has_both(directory)) return true;
        }
        path += len + (path[len] == ':');
    }
    return false;
}

int binaries_find(char directory[PATH_MAX], const char *given, const char *root, int version, Error *err)
{
    if (given) {
        if (snprintf(directory, PATH_MAX, "%s", given) < PATH_MAX && has_both(directory)) return 0;
        return error_set(err, -ENOENT, "%s does not hold PostgreSQL's programs initdb and postgres", given);
    }
    if (find_newest(directory, root, version) || find_in_path(directory)) return 0;
    if (version)
        return error_set(err, -ENOENT,
                         "the data was made by PostgreSQL %d, which is not installed: install the Debian package "
                         "postgresql-%d",
                         version, version);
    return error_set(err, -ENOENT,
                     "PostgreSQL %d or newer is not installed: install the Debian packages postgresql and "
                     "postgresql-postgis, or use --database",
                     BINARIES_OLDEST);
}
