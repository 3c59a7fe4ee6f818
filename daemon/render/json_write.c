#include "render/json_write.h"

#include <errno.h>

int json_write_line(cJSON *json, bool made, FILE *out)
{
    char *text = made ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    if (!text) return -ENOMEM;
    fputs(text, out);
    fputc('\n', out);
    cJSON_free(text);
    return ferror(out) ? -EIO : 0;
}

int json_write_text(const char *text, FILE *out)
{
    if (!text) {
        fputs("null", out);
        return 0;
    }
    cJSON *string = cJSON_CreateString(text);
    char *quoted = string ? cJSON_PrintUnformatted(string) : NULL;
    cJSON_Delete(string);
    if (!quoted) return -ENOMEM;
    fputs(quoted, out);
    cJSON_free(quoted);
    return 0;
}
