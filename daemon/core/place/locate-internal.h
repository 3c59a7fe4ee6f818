/*
 * What locate.c is made of: names are found in the words and get a role from the words around them
 * (locate_mention.c), each gets the meaning that the context makes likely (locate_meaning.c), and the strongest say
 * where it happened (locate.c); where none does, the rest of the report may (locate_context.c).
 */
#pragma once

#include <stdbool.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/place/gazetteer.h"
#include "core/place/locate.h"

/* A stretch of text as word numbers. */
typedef struct Stream {
    uint32_t *words;  /* numbers; 0 for a word of no name */
    uint32_t *tokens; /* which token each is */
    bool *misspelt;
    size_t count;
} Stream;

/* A name in the text. */
typedef struct Mention {
    const Stream *stream;
    uint32_t first, end;  /* in the stream */
    uint32_t target;      /* its first meaning */
    const Target *chosen; /* its meaning here: an own place, or NULL */
    float sure;           /* of `chosen` */
    LocateRole role;
    bool elsewhere; /* its meaning here is a place in no known area */
    bool heading;
    bool title;
} Mention;

typedef struct Locator {
    const Knowledge *k;
    const Gazetteer *g;
    Arena *arena;
    const Text *text;
    const Segment *segment;
    MunicipalityId sender;
    AreaId before;          /* of the report's incident before, or NONE */
    uint32_t head_end;      /* where the report's first incident begins */
    MunicipalityId title;   /* the municipality or county in the notice's title, or NONE */
    MunicipalityId heading; /* … in the heading above the incident, where it's elsewhere */
    Stream heading_stream, stream;
    Mention *mentions;
    size_t mention_count, mention_capacity;
} Locator;

static inline const Token *locate_token(const Locator *l, const Stream *stream, size_t at)
{
    return &l->text->tokens[stream->tokens[at]];
}

static inline bool locate_is_own(const Target *target)
{
    return target->area != AREA_NONE;
}

static inline bool locate_word_is(const Locator *l, const Stream *stream, size_t at, uint8_t flag)
{
    return l->g->vocabulary.words[stream->words[at]].flags & flag;
}

/* True where a new sentence or line starts at `at`. */
static inline bool locate_starts_sentence(const Locator *l, const Stream *stream, size_t at)
{
    return locate_token(l, stream, at)->flags & TOKEN_SENTENCE_START;
}

static inline MunicipalityId locate_county(const Locator *l, MunicipalityId m)
{
    return m == MUNICIPALITY_NONE ? MUNICIPALITY_NONE : l->g->county[m];
}

/* Where a mention stands in the text. */
static inline Span locate_span(const Locator *l, const Mention *m)
{
    return (Span){.start = locate_token(l, m->stream, m->first)->start,
                  .end = locate_token(l, m->stream, m->end - 1)->end};
}

/* Cuts a span into word numbers. Returns 0 or -ENOMEM. */
int locate_stream_init(Locator *l, Stream *stream, Span span);

/* Appends the names in a stream to l->mentions. Returns 0 or -ENOMEM. */
int locate_find_mentions(Locator *l, const Stream *stream);

/* Sets l->title and the title's mention: "11 oktober 00:51, Rån, Upplands-Bro". */
void locate_read_title(Locator *l);

/* Sets l->heading where the heading above the incident names a place outside every known area. */
void locate_read_heading(Locator *l);

/* What the cues around each mention say of it. */
void locate_give_roles(Locator *l);

/* The meaning outside every known area, where the name has that and no other; or NULL. */
const Target *locate_only_elsewhere(const Locator *l, const Mention *m);

/* Whether a name can have this meaning, by how it is written. */
bool locate_is_written_as(const Locator *l, const Mention *m, const Target *target);

/* Gives each mention its meaning here and how sure that is; needs title, heading and roles. */
void locate_choose_meanings(Locator *l);

/* After that: "torget" is Hässelby torg where Hässelby gård is mentioned. */
void locate_choose_local_meanings(Locator *l);

/*
 * The area that the report's first lines say it is about, or AREA_NONE: what the first line names, "Rapport från
 * Kungsängens IP", "Hässelby torg 17.00–01.00", where all names in it lie in one area; or, where that names none, those
 * below it above the first incident, "Allt är från Råby där inget annat sägs."; else one with areas in it wherever it
 * stands, "Lägesrapport Hässelby-Vällingby". "Bro: …" is no heading but an item. `span` has the words that name it.
 * Returns 0 or -ENOMEM.
 */
int locate_report_heading(Locator *l, AreaId *area, Span *span);

/*
 * Whether words mean a place in the area of the incident before: "… på perrongen", "… på samma gräsmatta", "Samma
 * plats, …". `words` is where they stand.
 */
bool locate_speaks_of_before(const Locator *l, Span *words);
