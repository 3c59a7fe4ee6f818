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
    *found = AREA_NONE;
    for (size_t i = 0; i < knowledge_area_count(k); i++) {
        const Area *area = knowledge_area(k, (AreaId)i);
        if (within != MUNICIPALITY_NONE && area->municipality != within) continue;
        /* Every page asks here, and there are hundreds of areas: most differ in the first byte. */
        if (area->code[0] != code[0] || strcmp(area->code, code) != 0) continue;
        if (*found != AREA_NONE)
            return error_set(err, SCOPE_AMBIGUOUS,
                             "Flera kommuner har ett område ”%.64s”; ange vilken med ?municipality=.", code);
        *found = (AreaId)i;
    }
    if (*found != AREA_NONE) return SCOPE_OK;
    return error_set(err, SCOPE_UNKNOWN, "Det finns inget område ”%.64s”.", code);
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

/* Marks `area` and everything in it. */
static void mark(bool *marked, const Knowledge *k, AreaId area)
{
    for (size_t i = 0; i < knowledge_area_count(k); i++)
        if (knowledge_area_within(k, (AreaId)i, area)) marked[i] = true;
}

static bool is_root(const Knowledge *k, AreaId area)
{
    return knowledge_municipality(k, knowledge_area(k, area)->municipality)->root == area;
}

/* What a bound token may see: its areas, which a group has one or more of. `*all` where one is the whole municipality.
 */
static int bounds(bool *allowed, bool *all, const Knowledge *k, const ScopeQuestion *q, MunicipalityId municipality)
{
    *all = false;
    for (const char *const *code = q->bound_areas; *code; code++) {
        AreaId area;
        /* An area that has been taken away since the token was made gives no right, and no error to others. */
        if (find_area(&area, k, *code, municipality, NULL) != SCOPE_OK) continue;
        if (is_root(k, area)) *all = true;
        mark(allowed, k, area);
    }
    return SCOPE_OK;
}

/* Marks the areas asked for, all in one municipality, which comes out. */
static int ask(bool *asked, bool *all, Scope *out, MunicipalityId *municipality, const Knowledge *k,
               const ScopeQuestion *q, Error *err)
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
        if (out->area == AREA_NONE) out->area = area;
        if (is_root(k, area)) *all = true;
        mark(asked, k, area);
    }
    return SCOPE_OK;
}

static int name_areas(Scope *out, Arena *arena, const Knowledge *k, const bool *chosen)
{
    out->areas = arena_calloc(arena, knowledge_area_count(k) + 1, sizeof *out->areas);
    if (!out->areas) return -ENOMEM;
    for (size_t i = 0; i < knowledge_area_count(k); i++)
        if (chosen[i]) out->areas[out->area_count++] = knowledge_area(k, (AreaId)i)->code;
    return SCOPE_OK;
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
    size_t n = knowledge_area_count(k);
    bool *chosen = arena_calloc(arena, n + 1, sizeof *chosen), *allowed = arena_calloc(arena, n + 1, sizeof *allowed);
    if (!chosen || !allowed) return -ENOMEM;
    bool asks = q->areas && *q->areas, all = !asks, may_all = !q->bound_areas;
    if (asks && (rc = ask(chosen, &all, out, &municipality, k, q, err))) return rc;
    if (q->bound_areas) bounds(allowed, &may_all, k, q, municipality);
    if (!may_all) {
        if (!asks) {
            chosen = allowed;
            all = false;
        }
        for (size_t i = 0; i < n; i++)
            if (chosen[i] && !allowed[i])
                return error_set(err, SCOPE_FORBIDDEN, "Nyckeln gäller inte området ”%.64s”.",
                                 knowledge_area(k, (AreaId)i)->code);
        if (all) all = false;
    }
    rc = name_municipalities(out, arena, k, municipality);
    return rc || all ? rc : name_areas(out, arena, k, chosen);
}
