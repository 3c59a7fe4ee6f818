#include "core/arrival/personal.h"

#include <string.h>

#include "core/pii/pii.h"

void personal_tell(Faults *told, const char *pointer, const Pii *found, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        faults_add(told, pointer, "%s, byte %u till %u", read_pii_code(found[i].kind), found[i].span.start,
                   found[i].span.end);
}

const char *personal_mask(Faults *told, const char *pointer, const Knowledge *knowledge, const char *words)
{
    Text text;
    Pii *found;
    uint32_t count;
    size_t len;
    if (text_init(&text, told->arena, words, strlen(words), NULL) < 0 ||
        pii_find(&text, knowledge, told->arena, &found, &count) < 0)
        return NULL;
    personal_tell(told, pointer, found, count);
    return count ? pii_mask(&text, found, count, told->arena, &len, NULL) : words;
}
