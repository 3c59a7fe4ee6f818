#include "incidents.h"

#include <errno.h>
#include <string.h>

#include "reply.h"

enum { TIME, AREA, CATEGORY, PLACE, TITLE, MARK, ID, COLUMNS };

static const TableColumn columns[COLUMNS] = {
    [TIME] = {"Tid"},
    [AREA] = {"Område", .shrinks = true},
    [CATEGORY] = {"Kategori", .shrinks = true},
    [PLACE] = {"Plats", .shrinks = true},
    [TITLE] = {"Rubrik", .shrinks = true},
    [MARK] = {"Läge"},
    [ID] = {"Id"},
};

int incidents_init(IncidentTable *incidents, Arena *arena, bool with_ids, bool with_reasons)
{
    *incidents = (IncidentTable){.with_ids = with_ids, .with_reasons = with_reasons};
    incidents->table = table_new(arena, columns, with_ids ? COLUMNS : COLUMNS - 1);
    return incidents->table ? 0 : -ENOMEM;
}

const char *incidents_time(Arena *arena, const cJSON *incident)
{
    const char *time = reply_text(incident, "occurred_at"), *precision = reply_text(incident, "precision");
    if (!time) return "";
    bool clock = !precision || strcmp(precision, "minute") == 0 || strcmp(precision, "hour") == 0;
    if (!clock || strlen(time) < 16) return arena_strndup(arena, time, strnlen(time, 10));
    return arena_printf(arena, "%.10s %.5s", time, time + 11);
}

static const struct Mark {
    const char *status;
    TableCell cell;
} marks[] = {
    {"review", {"granska", TABLE_YELLOW}},
    {"confirmed", {"bekräftad", TABLE_GREEN}},
    {"rejected", {"avvisad", TABLE_DIM}},
    {"tagged", {"tolkad", TABLE_PLAIN}},
};

static const struct Mark *find_mark(const char *status)
{
    for (size_t i = 0; status && i < sizeof marks / sizeof *marks; i++)
        if (strcmp(status, marks[i].status) == 0) return &marks[i];
    return NULL;
}

const char *incidents_standing(const char *status)
{
    const struct Mark *found = find_mark(status);
    return found ? found->cell.text : status;
}

/* "kategori, område": why a person should look. NULL: memory is out. */
static const char *reasons_of(Arena *arena, const cJSON *incident)
{
    static const char *const names[][2] = {{"category", "kategori"}, {"area", "område"}, {"pii", "personuppgifter"}};
    const char *joined = "";
    const cJSON *reason;
    cJSON_ArrayForEach(reason, reply_member(incident, "review"))
    {
        const char *text = cJSON_GetStringValue(reason);
        for (size_t i = 0; text && i < sizeof names / sizeof *names; i++)
            if (strcmp(text, names[i][0]) == 0) text = names[i][1];
        if (text && joined) joined = arena_printf(arena, "%s%s%s", joined, *joined ? ", " : "", text);
    }
    return joined;
}

/* What a person should know about a tag's standing; nothing where it is as most are. */
static TableCell mark(Arena *arena, const cJSON *incident, bool with_reasons)
{
    const char *status = reply_text(incident, "status");
    const struct Mark *found = find_mark(status);
    if (!found || strcmp(status, "tagged") == 0) return (TableCell){NULL, TABLE_PLAIN};
    TableCell cell = found->cell;
    const char *reasons = with_reasons ? reasons_of(arena, incident) : "";
    if (reasons && *reasons) cell.text = arena_printf(arena, "%s: %s", cell.text, reasons);
    return cell;
}

static const char *category(Arena *arena, const cJSON *incident, bool with_confidence)
{
    const cJSON *tag = reply_member(incident, "category");
    const char *code = reply_text(tag, "code");
    double confidence = reply_number(tag, "confidence", -1);
    if (!code) return "";
    if (!with_confidence || confidence < 0) return code;
    return arena_printf(arena, "%s %.0f %%", code, confidence * 100);
}

int incidents_add(IncidentTable *incidents, Arena *arena, const cJSON *incident)
{
    const TableCell cells[COLUMNS] = {
        [TIME] = {incidents_time(arena, incident), TABLE_DIM},
        [AREA] = {reply_join(arena, reply_member(incident, "areas"), "code"), TABLE_BLUE},
        [CATEGORY] = {category(arena, incident, incidents->with_reasons)},
        [PLACE] = {reply_text(incident, "place")},
        [TITLE] = {reply_text(incident, "title")},
        [MARK] = mark(arena, incident, incidents->with_reasons),
        [ID] = {reply_text(incident, "id"), TABLE_DIM},
    };
    return cells[TIME].text && cells[AREA].text && cells[CATEGORY].text ? table_add(incidents->table, cells) : -ENOMEM;
}
