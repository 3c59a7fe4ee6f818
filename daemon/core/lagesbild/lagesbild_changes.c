#include "core/lagesbild/lagesbild_changes.h"

#include <errno.h>
#include <string.h>

#include "util/json_strict.h"

enum { CHANGES_MAX = 40 }; /* with 23 categories and a few other sentences there are never more */

/* The list under construction. */
typedef struct Changes {
    Arena *arena;
    LagesbildTexts *out;
    bool failed; /* out of memory */
} Changes;

static void say(Changes *c, const char *sentence)
{
    if (!sentence) c->failed = true;
    if (sentence && c->out->count < CHANGES_MAX) c->out->items[c->out->count++] = sentence;
}

static int64_t count_of(const cJSON *object)
{
    const cJSON *count = json_member(object, "count");
    return cJSON_IsNumber(count) ? (int64_t)count->valuedouble : 0;
}

static const char *text_of(const cJSON *object, const char *name)
{
    const cJSON *text = json_member(object, name);
    return cJSON_IsString(text) ? text->valuestring : "";
}

/* The object in `list` whose `name` is `value`, or NULL. */
static const cJSON *find(const cJSON *list, const char *name, const char *value)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, list) if (strcmp(text_of(item, name), value) == 0) return item;
    return NULL;
}

static void compare_count(Changes *c, const char *what, int64_t before, int64_t after)
{
    if (before != after)
        say(c, arena_printf(c->arena, "%s: %lld i stället för %lld.", what, (long long)after, (long long)before));
}

static void compare_categories(Changes *c, const cJSON *before, const cJSON *after)
{
    const cJSON *item;
    cJSON_ArrayForEach(item, after)
        compare_count(c, text_of(item, "name"), count_of(find(before, "code", text_of(item, "code"))), count_of(item));
    cJSON_ArrayForEach(item, before) if (!find(after, "code", text_of(item, "code")))
        compare_count(c, text_of(item, "name"), count_of(item), 0);
}

/* "3 händelser har tillkommit." */
static void tell_incidents(Changes *c, int n, const char *what)
{
    if (n) say(c, arena_printf(c->arena, "%d %s %s.", n, n == 1 ? "händelse" : "händelser", what));
}

/* Incidents come in the same order in both, but for those that differ; so each is looked for from where the last was.
 */
static const cJSON *find_from(const cJSON *list, const cJSON **at, const char *id)
{
    const cJSON *start = *at ? *at : list ? list->child : NULL;
    for (const cJSON *item = start; item; item = item->next)
        if (strcmp(text_of(item, "id"), id) == 0) return *at = item;
    const cJSON *item = find(list, "id", id);
    if (item) *at = item;
    return item;
}

static void compare_incidents(Changes *c, const cJSON *before, const cJSON *after)
{
    const cJSON *item, *at = NULL;
    int added = 0, gone = 0, changed = 0;
    cJSON_ArrayForEach(item, after)
    {
        const cJSON *old = find_from(before, &at, text_of(item, "id"));
        added += !old;
        changed += old && !cJSON_Compare(old, item, true);
    }
    at = NULL;
    cJSON_ArrayForEach(item, before) gone += !find_from(after, &at, text_of(item, "id"));
    tell_incidents(c, added, "har tillkommit");
    tell_incidents(c, gone, "har utgått");
    tell_incidents(c, changed, "har fått ändrade uppgifter");
}

static void compare_part(Changes *c, const cJSON *before, const cJSON *after, const char *name, const char *sentence)
{
    const cJSON *was = json_member(before, name), *is = json_member(after, name);
    if ((was || is) && !cJSON_Compare(was, is, true)) say(c, sentence);
}

int lagesbild_changes(LagesbildTexts *out, const cJSON *before, const cJSON *after, Arena *arena)
{
    Changes c = {.arena = arena, .out = out};
    *out = (LagesbildTexts){.items = arena_calloc(arena, CHANGES_MAX, sizeof *out->items)};
    if (!out->items) return -ENOMEM;
    compare_count(&c, "Antal händelser", count_of(json_member(before, "total")), count_of(json_member(after, "total")));
    compare_categories(&c, json_member(before, "categories"), json_member(after, "categories"));
    compare_incidents(&c, json_member(before, "incidents"), json_member(after, "incidents"));
    compare_part(&c, before, after, "sources", "Uppgifterna om vem som har rapporterat är ändrade.");
    compare_part(&c, before, after, "summary", "Inledningen är ändrad.");
    compare_part(&c, before, after, "followup", "Uppföljningen är ändrad.");
    compare_part(&c, before, after, "worries", "Känd oro och kommande händelser är ändrat.");
    compare_part(&c, before, after, "causes", "De troliga orsakerna är ändrade.");
    compare_part(&c, before, after, "decisions", "Besluten är ändrade.");
    if (!c.failed && !out->count) say(&c, "Inget av detta skiljer sig från den förra versionen.");
    return c.failed ? -ENOMEM : 0;
}
