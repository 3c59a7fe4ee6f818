#include "reply.h"

#include <math.h>

cJSON *reply_parse(const HttpAnswer *answer)
{
    return answer->body ? cJSON_ParseWithLength(answer->body, answer->len) : NULL;
}

const cJSON *reply_member(const cJSON *json, const char *name)
{
    const cJSON *member = cJSON_GetObjectItemCaseSensitive(json, name);
    return member && !cJSON_IsNull(member) ? member : NULL;
}

const char *reply_text(const cJSON *json, const char *name)
{
    return cJSON_GetStringValue(reply_member(json, name));
}

double reply_number(const cJSON *json, const char *name, double otherwise)
{
    const cJSON *member = reply_member(json, name);
    return cJSON_IsNumber(member) ? member->valuedouble : otherwise;
}

const char *reply_scalar(Arena *arena, const cJSON *value)
{
    if (cJSON_IsString(value)) return value->valuestring;
    if (cJSON_IsBool(value)) return cJSON_IsTrue(value) ? "true" : "false";
    if (!cJSON_IsNumber(value)) return NULL;
    double number = value->valuedouble;
    if (number == trunc(number) && fabs(number) < 1e15) return arena_printf(arena, "%.0f", number);
    return arena_printf(arena, "%.4g", number);
}

const char *reply_join(Arena *arena, const cJSON *array, const char *name)
{
    const char *joined = "";
    const cJSON *item;
    cJSON_ArrayForEach(item, array)
    {
        const char *text = cJSON_IsString(item) ? item->valuestring : reply_text(item, name);
        if (!text) continue;
        joined = arena_printf(arena, "%s%s%s", joined, *joined ? ", " : "", text);
        if (!joined) return NULL;
    }
    return joined;
}
