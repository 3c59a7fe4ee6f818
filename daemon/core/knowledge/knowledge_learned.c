/* What people add to the knowledge one by one: the cues they teach, and what a name of theirs must be like. */
#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

#include "core/category/cues.h"
#include "core/knowledge/knowledge-internal.h"
#include "core/place/gazetteer.h"
#include "core/read/text.h"

/* A phrase of fewer letters ("på") stands in every text. */
enum { PHRASE_LETTERS_MIN = 3 };

static CueSet **sets_of(Knowledge *k)
{
    if (!k->learned_cues) k->learned_cues = arena_calloc(k->arena, k->municipality_count + 1, sizeof *k->learned_cues);
    return k->learned_cues;
}

int knowledge_add_learned(Knowledge *k, const cJSON *row, Error *err)
{
    const char *municipality = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "municipality"));
    const char *phrase = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "phrase"));
    const char *code = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(row, "category"));
    if (!municipality || !phrase || !code)
        return error_set(err, -EINVAL, "\"municipality\", \"phrase\" or \"category\" is missing");
    MunicipalityId id = knowledge_find_municipality(k, municipality);
    CategoryId category = knowledge_find_category(k, code);
    /* The files may have lost what was there when it was taught; that is no reason not to start. */
    if (id == MUNICIPALITY_NONE || category == CATEGORY_NONE) return 0;
    CueSet **sets = sets_of(k);
    if (sets && !sets[id]) sets[id] = cues_new(k->arena);
    if (!sets || !sets[id]) return error_set(err, -ENOMEM, "out of memory");
    return cues_add(sets[id], phrase, category, 0, err);
}

/* How many letters and digits the words of a phrase have. */
static size_t letters(const Text *text)
{
    size_t count = 0;
    for (uint32_t i = 0; i < text->token_count; i++)
        for (const char *at = text->tokens[i].norm; text->tokens[i].kind != TOKEN_PUNCT && *at; at++)
            count += (*at & 0xc0) != 0x80;
    return count;
}

int knowledge_check_phrase(const char *phrase)
{
    _arena_free_ Arena *arena = arena_new();
    CueSet *set = arena ? cues_new(arena) : NULL;
    Text text;
    Error err;
    if (!set) return -ENOMEM;
    int r = cues_add(set, phrase, 0, 0, &err);
    if (r == 0) r = text_init(&text, arena, phrase, strlen(phrase), NULL);
    if (r == 0 && letters(&text) < PHRASE_LETTERS_MIN) r = -EINVAL;
    return r;
}

int knowledge_check_name(const char *name)
{
    _arena_free_ Arena *arena = arena_new();
    Text text;
    if (!arena) return -ENOMEM;
    if (strchr(name, '|')) return -EINVAL; /* stands between the names of a list */
    int r = text_init(&text, arena, name, strlen(name), NULL);
    if (r < 0) return r;
    if (letters(&text) == 0) return -EINVAL;
    return text.token_count > GAZETTEER_NAME_WORDS ? -E2BIG : 0;
}
