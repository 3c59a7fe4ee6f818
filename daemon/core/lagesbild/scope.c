#include "core/lagesbild/scope.h"

#include <errno.h>
#include <string.h>

/* Municipality codes are exact here: a name is for people, a parameter for programs. */
static MunicipalityId municipality_of(const Knowledge *k, const char *code)
{
    MunicipalityId id = knowledge_find_municipality(k, code);
    if (id == MUNICIPALITY_NONE || strcmp(knowledge_municipality(k, id)->code, code) != 0) return MUNICIPALITY_NONE;
    return id;
}

static int find_area(AreaId *found, const Knowledge *k, const char *code, MunicipalityId within, Error *err)
{
    *found = within != MUNICIPALITY_NONE ? knowledge_find_area_in(k, within, code) : knowledge_find_area(k, code);
    if (*found == AREA_NONE) return error_set(err, SCOPE_UNKNOWN, "Det finns inget område ”%.64s”.", code);
    if (within == MUNICIPALITY_NONE && knowledge_area_has_namesake(k, *found))
        return error_set(err, SCOPE_AMBIGUOUS, "Flera kommuner har ett område ”%.64s”; ange vilken med ?municipality=.",
                         code);
    return SCOPE_OK;
}

/* The municipality in question: the asked one, else the bound one, else none in particular. */
static int find_municipality(MunicipalityId *found, const Knowledge *k, const ScopeQuestion *q, Error *err)
{
    *found = MUNICIPALITY_NONE;
    if (q->bound_municipality && q->municipality && strcmp(q->bound_municipality, q->municipality) != 0)
        return error_set(err, SCOPE_FORBIDDEN, "Nyckeln gäller bara kommunen ”%.64s”.", q->bound_municipality);
    const char *code = q->municipality ? q->municipality : q->bound_municipality;
    if (!code) return SCOPE_OK;
    *found = municipality_of(k, code);
    if (*found != MUNICIPALITY_NONE) return SCOPE_OK;
    return error_set(err, SCOPE_UNKNOWN, "Det finns ingen kommun ”%.64s”.", code);
}

/* Areas, each with everything in it. */
typedef struct Tops {
    AreaId *areas;
    size_t count;
} Tops;

static bool tops_init(Tops *tops, Arena *arena, const char *const *codes)
{
    size_t most = 0;
    while (codes && codes[most])
        most++;
    *tops = (Tops){.areas = arena_alloc(arena, most * sizeof *tops->areas)};
    return tops->areas;
}

static bool holds(const Tops *tops, const Knowledge *k, AreaId area)
{
    for (size_t i = 0; i < tops->count; i++)
        if (knowledge_area_within(k, area, tops->areas[i])) return true;
    return false;
}

/* Whether it holds a whole municipality, also what lies in no area of it. */
static bool holds_root(const Tops *tops, const Knowledge *k)
{
    for (size_t i = 0; i < tops->count; i++)
        if (knowledge_municipality(k, knowledge_area(k, tops->areas[i])->municipality)->root == tops->areas[i])
            return true;
    return false;
}

/* What a bound token may see: its areas, which a group has one or more of. */
static void bounds(Tops *bound, const Knowledge *k, const ScopeQuestion *q, MunicipalityId municipality)
{
    for (const char *const *code = q->bound_areas; *code; code++) {
        AreaId area;
        /* An area that has been taken away since the token was made gives no right, and no error to others. */
        if (find_area(&area, k, *code, municipality, NULL) == SCOPE_OK) bound->areas[bound->count++] = area;
    }
}

/* Finds the areas asked for, all in one municipality, which comes out. */
static int ask(Tops *asked, MunicipalityId *municipality, const Knowledge *k, const ScopeQuestion *q, Error *err)
{
    for (const char *const *code = q->areas; *code; code++) {
        AreaId area;
        int rc = find_area(&area, k, *code, *municipality, err);
        if (rc == SCOPE_UNKNOWN && q->bound_municipality &&
            find_area(&area, k, *code, MUNICIPALITY_NONE, NULL) == SCOPE_OK)
            return error_set(err, SCOPE_FORBIDDEN, "Nyckeln gäller bara kommunen ”%.64s”.", q->bound_municipality);
        if (rc == SCOPE_UNKNOWN && q->areas[1] && find_area(&area, k, *code, MUNICIPALITY_NONE, NULL) != SCOPE_UNKNOWN)
            return error_set(err, SCOPE_MIXED, "Områden i flera kommuner går inte att fråga efter på samma gång.");
        if (rc) return rc;
        *municipality = knowledge_area(k, area)->municipality;
        asked->areas[asked->count++] = area;
    }
    return SCOPE_OK;
}

static int name_areas(Scope *out, Arena *arena, const Knowledge *k, const Tops *tops)
{
    size_t capacity = 0;
    out->areas = arena_grow(arena, NULL, 0, &capacity, sizeof *out->areas); /* none is not NULL */
    for (Tops before = {.areas = tops->areas}; out->areas && before.count < tops->count; before.count++) {
        const AreaId top = tops->areas[before.count];
        for (AreaId area = top; area != AREA_NONE; area = knowledge_next_within(k, area, top)) {
            if (holds(&before, k, area)) continue; /* one may lie in another */
            out->areas = arena_grow(arena, out->areas, out->area_count, &capacity, sizeof *out->areas);
            if (!out->areas) return -ENOMEM;
            out->areas[out->area_count++] = knowledge_area(k, area)->code;
        }
    }
    return out->areas ? SCOPE_OK : -ENOMEM;
}

static int name_municipalities(Scope *out, Arena *arena, const Knowledge *k, MunicipalityId one)
{
    size_t count = one == MUNICIPALITY_NONE ? knowledge_municipality_count(k) : 1;
    out->municipalities = arena_calloc(arena, count, sizeof *out->municipalities);
    if (!out->municipalities) return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        out->municipalities[i] = knowledge_municipality(k, one == MUNICIPALITY_NONE ? (MunicipalityId)i : one)->code;
    out->municipality_count = count;
    return SCOPE_OK;
}

int scope_resolve(Scope *out, Arena *arena, const Knowledge *k, const ScopeQuestion *q, Error *err)
{
    *out = (Scope){.area = AREA_NONE};
    MunicipalityId municipality;
    int rc = find_municipality(&municipality, k, q, err);
    if (rc) return rc;
    Tops asked, bound;
    if (!tops_init(&asked, arena, q->areas) || !tops_init(&bound, arena, q->bound_areas)) return -ENOMEM;
    if (q->areas && (rc = ask(&asked, &municipality, k, q, err))) return rc;
    if (q->bound_areas) bounds(&bound, k, q, municipality);
    const bool may_all = !q->bound_areas || holds_root(&bound, k), all = !asked.count || holds_root(&asked, k);
    for (size_t i = 0; !may_all && i < asked.count; i++)
        if (!holds(&bound, k, asked.areas[i]))
            return error_set(err, SCOPE_FORBIDDEN, "Nyckeln gäller inte området ”%.64s”.",
                             knowledge_area(k, asked.areas[i])->code);
    if (asked.count) out->area = asked.areas[0];
    rc = name_municipalities(out, arena, k, municipality);
    return rc || (all && may_all) ? rc : name_areas(out, arena, k, asked.count ? &asked : &bound);
}
