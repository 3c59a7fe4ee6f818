/* Where the offline commands find the knowledge. */
#pragma once

/* `given` where it is not NULL, else LAGESBILD_KNOWLEDGE, else the checkout the program was built from, else what was
 * installed. Never NULL; lives as long as the environment. */
const char *knowledge_directory(const char *given);
