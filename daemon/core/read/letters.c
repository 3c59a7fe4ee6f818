#include "core/read/letters.h"

#include <errno.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_csv.h"

typedef struct Letter {
    const char *bare, *word; /* without its marks, and with them; NULL in a free slot */
    uint32_t bare_hash, word_len, word_hash;
} Letter;

struct Letters {
    Arena *arena;
    Letter *slots; /* open addressing */
    Letter *words; /* in the file's order, until the table is made */
    size_t count, capacity;
    uint32_t mask;
};

/* The first byte of every letter from U+00C0 to U+00FF in UTF-8. */
static const char LATIN_1 = '\xc3';

/* The letter without its mark, of those after LATIN_1 in a case folded word; 0 for the others. */
static char without_mark(unsigned char second)
{
    switch (second) {
    case 0xa4: /* U+00E4 */
    case 0xa5: /* U+00E5 */
        return 'a';
    case 0xb6: /* U+00F6 */
        return 'o';
    default:
        return '\0';
    }
}

static char *bare_of(Arena *arena, const char *word)
{
    char *bare = arena_strdup(arena, word);
    if (!bare) return NULL;
    char *to = bare;
    for (const char *at = word; *at; at++) {
        char letter = *at == LATIN_1 && at[1] ? without_mark((unsigned char)at[1]) : '\0';
        *to++ = letter ? letter : *at;
        at += letter != '\0';
    }
    *to = '\0';
    return bare;
}

static int add_word(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Letters *letters = context;
    Letter *words = arena_grow(letters->arena, letters->words, letters->count, &letters->capacity, sizeof *words);
    if (!words) return error_set(err, -ENOMEM, "out of memory");
    letters->words = words;
    char *word = text_normalise(letters->arena, fields[0], strlen(fields[0]));
    char *bare = word ? bare_of(letters->arena, word) : NULL;
    if (!bare) return error_set(err, -ENOMEM, "out of memory");
    if (strcmp(bare, word) == 0) return error_set(err, -EINVAL, "\"%s\" has no letter with a mark", word);
    size_t len = strlen(word);
    words[letters->count++] = (Letter){.bare = bare,
                                       .word = word,
                                       .bare_hash = text_hash(bare, strlen(bare)),
                                       .word_len = (uint32_t)len,
                                       .word_hash = text_hash(word, len)};
    return 0;
}

int letters_load(Letters **out, Arena *arena, const char *directory, Error *err)
{
    static const char *const columns[] = {"word"};
    Letters *letters = arena_calloc(arena, 1, sizeof *letters);
    if (!letters) return error_set(err, -ENOMEM, "out of memory");
    letters->arena = arena;
    int r = knowledge_csv_read(directory, "letters.csv", columns, 1, add_word, letters, err);
    if (r < 0 && r != -ENOENT) return r;
    uint32_t size = 16;
    while (size < 2 * letters->count)
        size *= 2;
    letters->mask = size - 1;
    letters->slots = arena_calloc(arena, size, sizeof *letters->slots);
    if (!letters->slots) return error_set(err, -ENOMEM, "out of memory");
    for (size_t i = 0; i < letters->count; i++) {
        uint32_t slot = letters->words[i].bare_hash & letters->mask;
        while (letters->slots[slot].bare)
            slot = (slot + 1) & letters->mask;
        letters->slots[slot] = letters->words[i];
    }
    *out = letters;
    return 0;
}

int knowledge_load_letters(Knowledge *k, const char *directory, Error *err)
{
    return letters_load(&k->letters, k->arena, directory, err);
}

static void restore(const Letters *letters, Token *token)
{
    for (uint32_t slot = token->hash & letters->mask; letters->slots[slot].bare; slot = (slot + 1) & letters->mask) {
        const Letter *letter = &letters->slots[slot];
        if (letter->bare_hash != token->hash || strcmp(letter->bare, token->norm) != 0) continue;
        token->norm = letter->word;
        token->norm_len = letter->word_len;
        token->hash = letter->word_hash;
        return;
    }
}

void letters_restore(const Letters *letters, Text *text)
{
    for (uint32_t i = 0; i < text->line_count; i++) {
        const Line *line = &text->lines[i];
        if (memchr(text->bytes + line->start, LATIN_1, line->end - line->start)) continue;
        for (uint32_t at = line->first_token; at < line->token_end; at++)
            if (text->tokens[at].kind == TOKEN_WORD) restore(letters, &text->tokens[at]);
    }
}
