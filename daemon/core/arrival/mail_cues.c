#include <errno.h>
#include <gmime/gmime.h>
#include <string.h>

#include "core/arrival/mail-internal.h"
#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_csv.h"
#include "core/read/text.h"

typedef struct Loading {
    Arena *arena;
    MailCues *cues;
} Loading;

static int on_cue(void *context, const char *const *fields, size_t line, Error *err)
{
    static const char *const KINDS[MAIL_CUE_KINDS] = {"original", "from",     "sent",    "header",
                                                      "wrote",    "greeting", "closing", "client"};
    (void)line;
    const Loading *loading = context;
    for (int kind = 0; kind < MAIL_CUE_KINDS; kind++) {
        if (strcmp(fields[0], KINDS[kind]) != 0) continue;
        if (!*fields[1]) return error_set(err, -EINVAL, "the phrase is empty");
        MailCue *items = arena_grow(loading->arena, loading->cues->kinds[kind].items, loading->cues->kinds[kind].count,
                                    &loading->cues->kinds[kind].capacity, sizeof *items);
        char *phrase = text_normalise(loading->arena, fields[1], strlen(fields[1]));
        if (!items || !phrase) return error_set(err, -ENOMEM, "out of memory");
        loading->cues->kinds[kind].items = items;
        items[loading->cues->kinds[kind].count++] = (MailCue){.phrase = phrase, .len = strlen(phrase)};
        return 0;
    }
    return error_set(err, -EINVAL, "there is no kind \"%s\"", fields[0]);
}

int mail_cues_load(Knowledge *knowledge, const char *directory, Error *err)
{
    static const char *const COLUMNS[] = {"kind", "phrase"};
    MailCues *cues = arena_calloc(knowledge->arena, 1, sizeof *cues);
    if (!cues) return error_set(err, -ENOMEM, "out of memory");
    Loading loading = {.arena = knowledge->arena, .cues = cues};
    int r = knowledge_csv_read(directory, "mail-cues.csv", COLUMNS, 2, on_cue, &loading, err);
    if (r < 0) return r;
    /* The library counts its starts. Here no thread reads mail by this knowledge yet; it is never shut down, since
     * what it holds is shared by every knowledge. */
    g_mime_init();
    knowledge->mail_cues = cues;
    return 0;
}
