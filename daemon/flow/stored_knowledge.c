#include "flow/stored_knowledge.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Columns of select_knowledge.sql. */
enum { COLUMN_AREAS, COLUMN_PLACES, COLUMN_CUES, COLUMN_VERSION };

int stored_knowledge_copy(StoredKnowledge *out, const PGresult *row)
{
    *out = (StoredKnowledge){.areas = strdup(PQgetvalue(row, 0, COLUMN_AREAS)),
                             .places = strdup(PQgetvalue(row, 0, COLUMN_PLACES)),
                             .cues = strdup(PQgetvalue(row, 0, COLUMN_CUES)),
                             .version = strtoll(PQgetvalue(row, 0, COLUMN_VERSION), NULL, 10)};
    if (out->areas && out->places && out->cues) return 0;
    stored_knowledge_deinit(out);
    return -ENOMEM;
}

void stored_knowledge_deinit(StoredKnowledge *stored)
{
    free(stored->areas);
    free(stored->places);
    free(stored->cues);
    *stored = (StoredKnowledge){0};
}

int stored_knowledge_make(Knowledge **out, Knowledge *base, const StoredKnowledge *stored, Error *err)
{
    cJSON *areas = cJSON_Parse(stored->areas), *places = cJSON_Parse(stored->places), *cues = cJSON_Parse(stored->cues);
    int r = areas && places && cues ? knowledge_with_areas(out, base, areas, places, cues, err)
                                    : error_set(err, -ENOMEM, "out of memory");
    cJSON_Delete(areas);
    cJSON_Delete(places);
    cJSON_Delete(cues);
    return r;
}
