#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

const Knowledge *fuzz_knowledge(void)
{
    static Knowledge *knowledge; /* a fuzz target has no other place to keep it between inputs */
    if (knowledge) return knowledge;
    Error err = {""};
    const char *directory = getenv("LAGESBILD_KNOWLEDGE");
    if (!directory || knowledge_load(&knowledge, directory, &err) < 0) {
        fprintf(stderr, "no knowledge: %s\n", directory ? err.text : "LAGESBILD_KNOWLEDGE is not set");
        exit(2);
    }
    return knowledge;
}
