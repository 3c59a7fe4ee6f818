#include "knowledge_directory.h"

#include <stdlib.h>
#include <unistd.h>

const char *knowledge_directory(const char *given)
{
    if (given) return given;
    const char *named = getenv("LAGESBILD_KNOWLEDGE");
    if (named && *named) return named;
    if (access(LAGESBILD_SOURCE_KNOWLEDGE, R_OK) == 0) return LAGESBILD_SOURCE_KNOWLEDGE;
    return LAGESBILD_INSTALLED_KNOWLEDGE;
}
