/*
 * Where it happened: known places, streets and areas in an incident's words, weighed against negation, origin,
 * destination, homonyms elsewhere in the country, and who sent the report.
 */
#pragma once

#include "core/read/read.h"
#include "core/read/split.h"

typedef struct Location {
    AreaTag *areas; /* in `arena`; most specific only, most certain first */
    uint32_t area_count;
    PlaceId place;
    Span place_words;
    bool elsewhere; /* the words say that it happened outside every known area: no area is no doubt */
} Location;

/* What the rest of the report says of an incident's place. */
typedef struct LocateContext {
    MunicipalityId sender;
    AreaId before;     /* of the incident before, where it has one alone, or AREA_NONE */
    uint32_t head_end; /* where the report's first incident begins */
} LocateContext;

/* Returns 0 or -ENOMEM. */
int locate_read(Location *location, Arena *arena, const Text *text, const Segment *segment, const Knowledge *knowledge,
                const LocateContext *context);

/*
 * The smallest area (the one lowest in the tree) whose polygon holds a position; AREA_NONE where there is none or the
 * position is none. On an edge between two it is one of them. Thread-safe.
 */
AreaId locate_point(const Knowledge *knowledge, double lat, double lon);
