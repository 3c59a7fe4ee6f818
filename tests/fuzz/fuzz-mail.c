/* Any bytes as a mail: an answer in bounded time, and text that is UTF-8 without NUL. */
#include <assert.h>
#include <string.h>

#include "core/arrival/mail.h"
#include "core/read/text.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    if (!arena) return 0;
    Mail mail;
    Error err = {""};
    int r = mail_read(&mail, arena, (const char *)data, size, fuzz_knowledge(), &err);
    assert(r == 0 || err.text[0]);
    assert(strlen(mail.text) == mail.text_len);
    Text text;
    assert(text_init(&text, arena, mail.text, mail.text_len, NULL) == 0);
    assert(text_init(&text, arena, mail.subject, strlen(mail.subject), NULL) == 0);
    arena_free(arena);
    return 0;
}
