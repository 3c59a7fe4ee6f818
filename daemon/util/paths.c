#include "util/paths.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int paths_find(char out[static PATHS_SIZE], const char *configured, const char *relative, Error *err)
{
    static const char *const roots[] = {LAGESBILD_SOURCE_ROOT, LAGESBILD_DATA_DIRECTORY};
    if (*configured) {
        if (snprintf(out, PATHS_SIZE, "%s", configured) >= PATHS_SIZE)
            return error_set(err, -ENAMETOOLONG, "the path %.40s… is too long", configured);
        return 0;
    }
    for (size_t i = 0; i < sizeof roots / sizeof *roots; i++)
        if (snprintf(out, PATHS_SIZE, "%s/%s", roots[i], relative) < PATHS_SIZE && access(out, R_OK | X_OK) == 0)
            return 0;
    return error_set(err, -ENOENT, "there is no %s, neither in %s nor in %s", relative, roots[0], roots[1]);
}
