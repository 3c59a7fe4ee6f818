#include "util/json_build.h"

#include <stdlib.h>
#include <string.h>

bool json_add_text(cJSON *object, const char *name, const char *text)
{
    return text ? cJSON_AddStringToObject(object, name, text) != NULL : cJSON_AddNullToObject(object, name) != NULL;
}

bool json_add_bytes(cJSON *object, const char *name, const char *bytes, size_t len)
{
    char *copy = strndup(bytes, len);
    bool ok = copy && json_add_text(object, name, copy);
    free(copy);
    return ok;
}

bool json_add_number(cJSON *object, const char *name, double number)
{
    return cJSON_AddNumberToObject(object, name, number) != NULL;
}

bool json_add_bool(cJSON *object, const char *name, bool value)
{
    return cJSON_AddBoolToObject(object, name, value) != NULL;
}

bool json_add_item(cJSON *object, const char *name, cJSON *item)
{
    if (item && cJSON_AddItemToObject(object, name, item)) return true;
    cJSON_Delete(item);
    return false;
}

bool json_append(cJSON *array, cJSON *item)
{
    if (item && cJSON_AddItemToArray(array, item)) return true;
    cJSON_Delete(item);
    return false;
}

bool json_append_text(cJSON *array, const char *text)
{
    return json_append(array, cJSON_CreateString(text));
}
