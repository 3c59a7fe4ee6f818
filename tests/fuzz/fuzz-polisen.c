/* Any bytes as the Police's feed, as the import takes it: elements, strict JSON, notices with believable times and text
 * that is UTF-8; or refused with a reason. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "core/arrival/notice.h"
#include "core/read/text.h"
#include "fuzz.h"
#include "util/json_elements.h"
#include "util/json_strict.h"

enum { NOTICE_MAX = 4096 };

static void check_text(Arena *arena, const char *bytes)
{
    Text text;
    assert(text_init(&text, arena, bytes, strlen(bytes), NULL) == 0);
}

static void check_notice(const Notice *notice, Arena *arena)
{
    assert(notice->name && notice->type && notice->location && notice->text);
    if (notice->has_event_time) {
        const CivilDate published = civil_from_days((int32_t)(notice->published_ms / 86400000));
        assert(civil_is_valid(notice->event_date.year, notice->event_date.month, notice->event_date.day));
        assert(notice->event_minute >= 0 && notice->event_minute < 24 * 60);
        assert(civil_to_days(notice->event_date) <= civil_to_days(published) + 2);
    }
    check_text(arena, notice->name);
    check_text(arena, notice->type);
    check_text(arena, notice->location);
    check_text(arena, notice->text);
}

static int take(const char *bytes, size_t len, uint64_t number, uint64_t line, void *arg)
{
    (void)number, (void)line, (void)arg;
    cJSON *json = NULL;
    if (!bytes || json_strict_parse(&json, bytes, len, NULL)) return 0;
    Arena *arena = arena_new();
    Notice notice;
    Error err = {""};
    if (arena) {
        const int r = notice_read(&notice, arena, json, fuzz_knowledge(), &err);
        if (r == 0) check_notice(&notice, arena);
        assert(r == 0 || r == -ENOMEM || err.text[0] == '/' || err.text[0]);
        arena_free(arena);
    }
    cJSON_Delete(json);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Error err = {""};
    JsonElements *elements = json_elements_new(JSON_ELEMENTS_EITHER, NOTICE_MAX, take, NULL);
    if (!elements) return 0;
    int r = json_elements_feed(elements, (const char *)data, size, &err);
    if (r == 0) r = json_elements_end(elements, &err);
    assert(r == 0 || err.text[0]);
    json_elements_free(elements);
    return 0;
}
