#include "core/pii/pii.h"

#include <errno.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/pii/pii-internal.h"

/* A finding that reaches back over earlier ones (an address over the name in it) takes their place. */
static int add(PiiFinder *finder, Pii pii)
{
    while (finder->count && finder->found[finder->count - 1].span.end > pii.span.start)
        finder->count--;
    Pii *found = arena_grow(finder->arena, finder->found, finder->count, &finder->capacity, sizeof *found);
    if (!found) return -ENOMEM;
    finder->found = found;
    found[finder->count++] = pii;
    return 0;
}

/* True where token `index` comes right after a plate, with at most one word or sign between: "GHT902 och KSB 61D". */
static bool follows_plate(const PiiFinder *finder, uint32_t index)
{
    if (!finder->count || finder->found[finder->count - 1].kind != PII_REGNR) return false;
    uint32_t end = finder->found[finder->count - 1].span.end;
    for (uint32_t i = 1; i <= 2 && i <= index; i++)
        if (finder->text->tokens[index - i].end == end)
            return finder->text->tokens[index].line == finder->text->tokens[index - i].line;
    return false;
}

static uint32_t find_at(PiiFinder *finder, uint32_t index, Pii *pii)
{
    const Token *token = &finder->text->tokens[index];
    uint32_t next = index;
    switch ((TokenKind)token->kind) {
    case TOKEN_NUMBER:
        next = pii_personal_number(finder, index, pii);
        return next > index ? next : pii_phone(finder, index, pii);
    case TOKEN_PUNCT:
        return token->norm[0] == '@' || token->norm[0] == '(' || token->norm[0] == '[' ? pii_email(finder, index, pii)
                                                                                       : index;
    case TOKEN_WORD:
        if (token->norm_len <= 3) next = pii_plate(finder, index, follows_plate(finder, index), pii);
        return next > index ? next : pii_name(finder, index, pii);
    }
    return index;
}

int pii_find(const Text *text, const Knowledge *knowledge, Arena *arena, Pii **found, uint32_t *count)
{
    PiiFinder finder = {.text = text, .lists = knowledge->pii_lists, .arena = arena};
    for (uint32_t at = 0; at < text->token_count;) {
        Pii pii;
        uint32_t next = find_at(&finder, at, &pii);
        if (next == at) {
            at++;
            continue;
        }
        if (add(&finder, pii) < 0) return -ENOMEM;
        at = next;
    }
    *found = finder.found;
    *count = (uint32_t)finder.count;
    return 0;
}

char *pii_mask(const Text *text, const Pii *found, uint32_t count, Arena *arena, size_t *len, uint32_t *moved)
{
    size_t size = text->len;
    for (uint32_t i = 0; i < count; i++)
        size += strlen(read_pii_code(found[i].kind)) + 2;
    char *masked = arena_alloc(arena, size + 1);
    if (!masked) return NULL;
    size_t out = 0;
    uint32_t at = 0;
    for (uint32_t i = 0; i <= count; i++) {
        uint32_t stop = i < count ? found[i].span.start : text->len;
        for (uint32_t k = at; moved && k < stop; k++)
            moved[k] = (uint32_t)(out + k - at);
        memcpy(masked + out, text->bytes + at, stop - at);
        out += stop - at;
        at = stop;
        if (i == count) break;
        /* A span that starts inside a finding starts with its mask; one that ends behind it ends behind the mask. */
        for (; moved && at < found[i].span.end; at++)
            moved[at] = (uint32_t)out;
        at = found[i].span.end;
        const char *code = read_pii_code(found[i].kind);
        masked[out++] = '[';
        memcpy(masked + out, code, strlen(code));
        out += strlen(code);
        masked[out++] = ']';
    }
    if (moved) moved[text->len] = (uint32_t)out;
    masked[out] = '\0';
    *len = out;
    return masked;
}
