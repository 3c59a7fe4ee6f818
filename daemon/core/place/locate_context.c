/* What the rest of the report says of where an incident happened: its first lines, and the incident before. */
#include "core/place/locate-internal.h"

#include <errno.h>

static bool has_areas_in_it(const Locator *l, AreaId area)
{
    for (size_t i = 0; i < l->k->area_count; i++)
        if (l->k->areas[i].parent == area) return true;
    return false;
}

/* The name that starts at a word of the report's first lines and stands for a place of the sender's, or NULL. */
static const Target *heading_name(const Locator *l, const Stream *stream, size_t at, const Phrase **phrase)
{
    *phrase = stream->words[at] ? phrase_table_match(&l->g->names, stream->words + at, stream->count - at) : NULL;
    if (!*phrase) return NULL;
    Mention m = {.stream = stream, .first = (uint32_t)at, .end = (uint32_t)at + (*phrase)->len, .heading = true};
    for (m.target = (*phrase)->value; m.target != GAZETTEER_END; m.target = l->g->targets[m.target].next) {
        const Target *target = &l->g->targets[m.target];
        if (target->municipality == l->sender && locate_is_own(target) && target->class != TARGET_LOCAL &&
            locate_is_written_as(l, &m, target))
            return target;
    }
    return NULL;
}

/* "Hässelby gård/torget": the word at hand means a place only beside the one named before it. */
static const Target *local_name(const Locator *l, const Phrase *phrase, const Target *near)
{
    for (uint32_t t = phrase && near ? phrase->value : GAZETTEER_END; t != GAZETTEER_END; t = l->g->targets[t].next) {
        const Target *target = &l->g->targets[t];
        if (target->class == TARGET_LOCAL &&
            (target->near_place != PLACE_NONE ? target->near_place == near->place : target->area == near->area))
            return target;
    }
    return NULL;
}

/* The one area in which all names of some words lie. */
typedef struct Named {
    AreaId area; /* AREA_NONE: none is named */
    Span words;
    bool ambiguous; /* they lie in several */
} Named;

static void add_named(const Locator *l, Named *named, AreaId area, Span words)
{
    if (named->area == AREA_NONE || knowledge_area_within(l->k, area, named->area)) {
        named->area = area;
        named->words = words;
    } else if (!knowledge_area_within(l->k, named->area, area)) {
        named->ambiguous = true;
    }
}

int locate_report_heading(Locator *l, AreaId *area, Span *span)
{
    enum { HEADING_LINES = 3, HEADING_BYTES = 400, TITLE_BYTES = 120 };
    uint32_t lines = l->text->line_count < HEADING_LINES ? l->text->line_count : HEADING_LINES;
    uint32_t end = lines ? l->text->lines[lines - 1].end : 0;
    if (end > HEADING_BYTES) end = HEADING_BYTES;
    if (end > l->head_end) end = l->head_end;
    Stream stream;
    if (locate_stream_init(l, &stream, (Span){0, end})) return -ENOMEM;
    uint32_t title_end = lines ? l->text->lines[0].end : 0;
    Named title = {.area = AREA_NONE, .ambiguous = title_end > TITLE_BYTES}, below = {.area = AREA_NONE},
          whole = {.area = AREA_NONE};
    const Phrase *phrase;
    const Target *before = NULL;
    for (size_t i = 0; i < stream.count; i += phrase ? phrase->len : 1) {
        const Target *target = heading_name(l, &stream, i, &phrase);
        if (!target) target = local_name(l, phrase, before);
        if (!target) continue;
        before = target;
        Span words = {locate_token(l, &stream, i)->start, locate_token(l, &stream, i + phrase->len - 1)->end};
        if (whole.area == AREA_NONE && has_areas_in_it(l, target->area)) {
            whole.area = target->area;
            whole.words = words;
        }
        size_t after = i + phrase->len;
        bool item = i == 0 && after < stream.count && token_is(locate_token(l, &stream, after), ":");
        if (!item && target->class != TARGET_MUNICIPALITY)
            add_named(l, words.end > title_end ? &below : &title, target->area, words);
    }
    const Named *about = title.area != AREA_NONE || title.ambiguous ? &title : &below;
    if (about->area == AREA_NONE || about->ambiguous) about = &whole;
    *area = about->area;
    *span = about->words;
    return 0;
}

/* "Samma adress, nytt larm", "2310 samma hus": at a sentence's start or behind a number, and a place's word behind
 * it. */
static bool names_same_spot(const Locator *l, size_t at)
{
    return at + 1 < l->stream.count && locate_word_is(l, &l->stream, at + 1, WORD_SPOT) &&
           (at == 0 || locate_starts_sentence(l, &l->stream, at) ||
            locate_token(l, &l->stream, at - 1)->kind != TOKEN_WORD);
}

bool locate_speaks_of_before(const Locator *l, Span *words)
{
    if (l->before == AREA_NONE) return false;
    for (size_t i = 0; i < l->mention_count; i++)
        for (uint32_t t = l->mentions[i].target; t != GAZETTEER_END; t = l->g->targets[t].next) {
            *words = locate_span(l, &l->mentions[i]);
            if (l->g->targets[t].class == TARGET_LOCAL && l->g->targets[t].area == l->before) return true;
        }
    for (size_t i = 0; i < l->stream.count; i++) {
        const Token *same = locate_token(l, &l->stream, i);
        *words = (Span){same->start, same->end};
        if (token_is(same, "samma") &&
            ((i > 0 && locate_word_is(l, &l->stream, i - 1, WORD_PREPOSITION)) || names_same_spot(l, i)))
            return true;
    }
    return false;
}
