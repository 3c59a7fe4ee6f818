#include "core/lagesbild/lagesbild_parts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "core/arrival/personal.h"
#include "util/compose.h"
#include "util/json_build.h"
#include "util/json_strict.h"

enum { POINTER_SIZE = 96 };

/* What was sent on its way to what is stored. */
typedef struct Taking {
    const Knowledge *knowledge;
    Faults *faults, *personal;
    bool failed; /* out of memory */
} Taking;

/* A text as it is stored. NULL, with `failed`, without memory. */
static const char *masked(Taking *t, const char *pointer, const char *words)
{
    const char *out = personal_mask(t->personal, pointer, t->knowledge, words);
    if (!out) t->failed = true;
    return out;
}

/* The words of a member, in composed form (a place is compared byte for byte); NULL where there are none, they are at
 * fault (`*bad`) or, with `failed`, without memory. */
static const char *words_of(Taking *t, const cJSON *value, const char *pointer, size_t most, bool *bad)
{
    *bad = false;
    if (!value || cJSON_IsNull(value)) return NULL;
    if (cJSON_IsString(value) && strlen(value->valuestring) <= most) {
        const char *words = compose_text(t->faults->arena, value->valuestring);
        if (!words) t->failed = true;
        return words;
    }
    faults_add(t->faults, pointer, "ska vara en text på högst %zu byte", most);
    *bad = true;
    return NULL;
}

static bool is_blank(const char *text)
{
    return !text || !text[strspn(text, " \t\r\n")];
}

static void take_summary(Taking *t, cJSON *out, const cJSON *value)
{
    bool bad;
    const char *words = words_of(t, value, "/summary", LAGESBILD_PARTS_TEXT, &bad);
    if (bad) return;
    if (!json_add_text(out, "summary", is_blank(words) ? NULL : masked(t, "/summary", words))) t->failed = true;
}

/* A list, or NULL where it is none or too long. */
static bool is_list(Taking *t, const cJSON *value, const char *pointer)
{
    if (cJSON_IsNull(value) || (cJSON_IsArray(value) && cJSON_GetArraySize(value) <= LAGESBILD_PARTS_MAX)) return true;
    faults_add(t->faults, pointer, "ska vara en lista med högst %d saker, eller null", LAGESBILD_PARTS_MAX);
    return false;
}

/* One text alone is a list of one. */
static void take_texts(Taking *t, cJSON *out, const char *name, const cJSON *value)
{
    char pointer[POINTER_SIZE];
    snprintf(pointer, sizeof pointer, "/%s", name);
    bool alone = cJSON_IsString(value);
    if (!alone && !is_list(t, value, pointer)) return;
    cJSON *texts = cJSON_CreateArray();
    int n = 0;
    for (const cJSON *item = alone ? value : value->child; item; item = alone ? NULL : item->next, n++) {
        bool bad;
        if (!alone) snprintf(pointer, sizeof pointer, "/%s/%d", name, n);
        const char *words = words_of(t, item, pointer, LAGESBILD_PARTS_TEXT, &bad);
        if (!bad && is_blank(words)) {
            faults_add(t->faults, pointer, "är tom");
            bad = true;
        }
        if (!bad && !json_append_text(texts, masked(t, pointer, words))) t->failed = true;
    }
    if (!json_add_item(out, name, texts)) t->failed = true;
}

static void take_date(Taking *t, cJSON *out, const char *name, const cJSON *value, const char *pointer)
{
    CivilDate date;
    if (!value || cJSON_IsNull(value)) return;
    if (cJSON_IsString(value) && civil_parse(value->valuestring, strlen(value->valuestring), &date) &&
        date.year >= PERIOD_YEAR_MIN && date.year <= PERIOD_YEAR_MAX) {
        if (!json_add_text(out, name, value->valuestring)) t->failed = true;
        return;
    }
    faults_add(t->faults, pointer, "ska vara ett datum, som 2026-03-30");
}

/* One of a decision's members. */
typedef struct DecisionMember {
    const char *name;
    size_t most; /* bytes; 0 for a date */
    bool needed, masked;
} DecisionMember;

static const DecisionMember decision_members[] = {
    {"measure", LAGESBILD_PARTS_TEXT, true, true},
    {"owner", LAGESBILD_PARTS_NAME, true, false},
    {"place", LAGESBILD_PARTS_NAME, false, true},
    {"start", 0, false, false},
    {"check", 0, false, false},
    {"status", LAGESBILD_PARTS_STATUS, false, true},
};
enum { DECISION_MEMBERS = sizeof decision_members / sizeof *decision_members };

static void take_member(Taking *t, cJSON *out, const DecisionMember *member, const cJSON *value, const char *pointer)
{
    bool bad;
    if (!member->most) {
        take_date(t, out, member->name, value, pointer);
        return;
    }
    const char *words = words_of(t, value, pointer, member->most, &bad);
    if (bad) return;
    if (is_blank(words)) {
        if (member->needed) faults_add(t->faults, pointer, "saknas");
        return;
    }
    if (!json_add_text(out, member->name, member->masked ? masked(t, pointer, words) : words)) t->failed = true;
}

/* What is checked before it starts is a slip of the pen. Both are written so that text sorts as time. */
static void check_order(Taking *t, const cJSON *decision, int n)
{
    char pointer[POINTER_SIZE];
    const char *start = cJSON_GetStringValue(json_member(decision, "start"));
    const char *check = cJSON_GetStringValue(json_member(decision, "check"));
    if (!start || !check || strcmp(start, check) <= 0) return;
    snprintf(pointer, sizeof pointer, "/decisions/%d/check", n);
    faults_add(t->faults, pointer, "ligger före dagen då det börjar");
}

static void take_decision(Taking *t, cJSON *decisions, const cJSON *sent, int n)
{
    char pointer[POINTER_SIZE];
    snprintf(pointer, sizeof pointer, "/decisions/%d", n);
    if (!cJSON_IsObject(sent)) {
        faults_add(t->faults, pointer, "ska vara ett objekt");
        return;
    }
    const cJSON *member;
    cJSON_ArrayForEach(member, sent)
    {
        size_t i = 0;
        while (i < DECISION_MEMBERS && strcmp(member->string, decision_members[i].name) != 0)
            i++;
        if (i < DECISION_MEMBERS) continue;
        snprintf(pointer, sizeof pointer, "/decisions/%d/%.60s", n, member->string);
        faults_add(t->faults, pointer, "hör inte till ett beslut");
    }
    cJSON *decision = cJSON_CreateObject();
    for (size_t i = 0; i < DECISION_MEMBERS; i++) {
        snprintf(pointer, sizeof pointer, "/decisions/%d/%s", n, decision_members[i].name);
        take_member(t, decision, &decision_members[i], json_member(sent, decision_members[i].name), pointer);
    }
    check_order(t, decision, n);
    if (!json_append(decisions, decision)) t->failed = true;
}

static void take_decisions(Taking *t, cJSON *out, const cJSON *value)
{
    if (!is_list(t, value, "/decisions")) return;
    cJSON *decisions = cJSON_CreateArray();
    int n = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, value) take_decision(t, decisions, item, n++);
    if (!json_add_item(out, "decisions", decisions)) t->failed = true;
}

static void take_parts(Taking *t, cJSON *out, const cJSON *sent)
{
    const cJSON *member;
    cJSON_ArrayForEach(member, sent)
    {
        if (strcmp(member->string, "summary") == 0) {
            take_summary(t, out, member);
        } else if (strcmp(member->string, "worries") == 0 || strcmp(member->string, "causes") == 0) {
            take_texts(t, out, member->string, member);
        } else if (strcmp(member->string, "decisions") == 0) {
            take_decisions(t, out, member);
        } else {
            char pointer[POINTER_SIZE];
            snprintf(pointer, sizeof pointer, "/%.60s", member->string);
            faults_add(t->faults, pointer, "går inte att ändra");
        }
    }
}

int lagesbild_parts_take(cJSON **out, Faults *personal, const cJSON *sent, const Knowledge *knowledge, Faults *faults)
{
    Taking t = {.knowledge = knowledge, .faults = faults, .personal = personal};
    cJSON *parts = cJSON_CreateObject();
    if (!cJSON_IsObject(sent) || !sent->child)
        faults_add(faults, "", "ska vara ett objekt med något av summary, worries, causes, decisions");
    else
        take_parts(&t, parts, sent);
    if (!t.failed && parts && !faults->count) {
        *out = parts;
        return 0;
    }
    cJSON_Delete(parts);
    return t.failed || !parts ? -ENOMEM : -EINVAL;
}

/* --- stored → document --- */

static int copy_text(const char **out, const cJSON *object, const char *name, Arena *arena)
{
    const cJSON *value = json_member(object, name);
    *out = NULL;
    if (!value) return 0;
    if (!cJSON_IsString(value)) return -EBADMSG;
    *out = arena_strdup(arena, value->valuestring);
    return *out ? 0 : -ENOMEM;
}

static int copy_texts(LagesbildTexts *out, const cJSON *list, Arena *arena)
{
    if (!list) return 0;
    if (!cJSON_IsArray(list)) return -EBADMSG;
    const char **items = arena_calloc(arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *items);
    if (!items) return -ENOMEM;
    *out = (LagesbildTexts){.items = items};
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        if (!cJSON_IsString(item)) return -EBADMSG;
        if (!(items[out->count++] = arena_strdup(arena, item->valuestring))) return -ENOMEM;
    }
    return 0;
}

static CivilDate stored_date(const cJSON *object, const char *name)
{
    const cJSON *value = json_member(object, name);
    CivilDate date = {0};
    if (cJSON_IsString(value)) civil_parse(value->valuestring, strlen(value->valuestring), &date);
    return date;
}

static int copy_decision(LagesbildDecision *out, const cJSON *stored, Arena *arena)
{
    *out = (LagesbildDecision){.start = stored_date(stored, "start"), .check = stored_date(stored, "check")};
    int rc = copy_text(&out->measure, stored, "measure", arena);
    if (!rc) rc = copy_text(&out->owner, stored, "owner", arena);
    if (!rc) rc = copy_text(&out->place, stored, "place", arena);
    if (!rc) rc = copy_text(&out->status, stored, "status", arena);
    return rc ? rc : out->measure && out->owner ? 0 : -EBADMSG;
}

static int copy_decisions(Lagesbild *l, const cJSON *list, Arena *arena)
{
    if (!list) return 0;
    if (!cJSON_IsArray(list)) return -EBADMSG;
    l->decisions = arena_calloc(arena, (size_t)cJSON_GetArraySize(list) + 1, sizeof *l->decisions);
    if (!l->decisions) return -ENOMEM;
    const cJSON *item;
    cJSON_ArrayForEach(item, list)
    {
        int rc = copy_decision(&l->decisions[l->decision_count], item, arena);
        if (rc) return rc;
        l->decision_count++;
    }
    return 0;
}

static int apply(Lagesbild *l, const cJSON *parts, Arena *arena)
{
    const char *summary;
    int rc = copy_text(&summary, parts, "summary", arena);
    if (!rc) rc = copy_texts(&l->worries, json_member(parts, "worries"), arena);
    if (!rc) rc = copy_texts(&l->causes, json_member(parts, "causes"), arena);
    if (!rc) rc = copy_decisions(l, json_member(parts, "decisions"), arena);
    if (rc || !summary) return rc;
    l->summary = summary;
    l->summary_is_own = true;
    return 0;
}

int lagesbild_parts_apply(Lagesbild *l, const char *stored, Arena *arena)
{
    cJSON *parts = cJSON_Parse(stored);
    int rc = cJSON_IsObject(parts) ? apply(l, parts, arena) : -EBADMSG;
    cJSON_Delete(parts);
    return rc;
}
