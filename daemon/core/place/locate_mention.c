/* Names in the words of a report, and the role that the words around give each. */
#include <errno.h>
#include <string.h>

#include "core/place/locate-internal.h"

enum {
    MENTIONS_MAX = 256, /* in one incident; a list of more is no report of one */
    CUE_WINDOW = 10,    /* how many words before a place a cue can start, and after it end */
    CLOCK_TOKENS = 5,   /* "18.30 20" */
    LIST_GAP = 3,       /* how many words can stand between two places of a list: ", även i" */
};

/* Hyphens are left out, as in the names. */
static bool is_hyphen(const Token *token)
{
    return token->kind == TOKEN_PUNCT && (token->norm[0] == '-' || strcmp(token->norm, "\xe2\x80\x93") == 0);
}

int locate_stream_init(Locator *l, Stream *stream, Span span)
{
    uint32_t first = text_token_at(l->text, span.start), end = text_token_at(l->text, span.end);
    size_t room = end > first ? end - first : 0;
    *stream = (Stream){.words = arena_alloc(l->arena, (room + 1) * sizeof *stream->words),
                       .tokens = arena_alloc(l->arena, (room + 1) * sizeof *stream->tokens),
                       .misspelt = arena_alloc(l->arena, (room + 1) * sizeof *stream->misspelt)};
    if (!stream->words || !stream->tokens || !stream->misspelt) return -ENOMEM;
    bool informal = l->sender != MUNICIPALITY_NONE && l->g->covered[l->sender];
    for (uint32_t i = first; i < end; i++) {
        const Token *token = &l->text->tokens[i];
        if (is_hyphen(token)) continue;
        uint32_t word = vocabulary_find(&l->g->vocabulary, token->norm, token->norm_len, token->hash);
        bool misspelt = false;
        /* In a national feed only words written as names: there is too much text and too little context. */
        bool named = token->flags & TOKEN_CAPITAL && !(token->flags & TOKEN_SENTENCE_START);
        if (!word && token->kind == TOKEN_WORD && (informal || named)) {
            word = vocabulary_find_misspelt(&l->g->vocabulary, token->norm, token->norm_len);
            misspelt = word != 0;
        }
        stream->words[stream->count] = word;
        stream->misspelt[stream->count] = misspelt;
        stream->tokens[stream->count++] = i;
    }
    return 0;
}

static bool ends_line(const Locator *l, const Mention *m)
{
    return m->end == m->stream->count || locate_token(l, m->stream, m->end)->flags & TOKEN_LINE_START;
}

/* True where something other than a word, or nothing, stands after the name: it is a heading or an item of a list. */
static bool stands_alone(const Locator *l, const Mention *m)
{
    return ends_line(l, m) || locate_token(l, m->stream, m->end)->kind != TOKEN_WORD;
}

static bool after_preposition(const Locator *l, const Mention *m)
{
    return m->first > 0 && !locate_starts_sentence(l, m->stream, m->first) &&
           locate_word_is(l, m->stream, m->first - 1, WORD_PREPOSITION);
}

/* "bro. lampan sönder", "bro 22.15": the first word of all, with no other behind it. */
static bool begins_text_alone(const Locator *l, const Mention *m)
{
    return m->first == 0 && m->stream->tokens[0] == 0 && !ends_line(l, m) && stands_alone(l, m);
}

/* "bro: klotter", "först bro:": a line's first word but one at most, and a colon behind it; or "bro" over other lines.
 */
static bool labels_line(const Locator *l, const Mention *m)
{
    if (locate_token(l, m->stream, m->first)->flags & TOKEN_LINE_START && m->end < m->stream->count && ends_line(l, m))
        return true;
    if (m->end >= m->stream->count || !token_is(locate_token(l, m->stream, m->end), ":")) return false;
    return locate_token(l, m->stream, m->first)->flags & TOKEN_LINE_START || m->first == 0 ||
           locate_token(l, m->stream, m->first - 1)->flags & TOKEN_LINE_START;
}

/* Whether a name that is also an ordinary word is meant as a name. */
static bool word_is_name(const Locator *l, const Mention *m, const Target *target)
{
    const Token *token = locate_token(l, m->stream, m->first);
    bool home = l->sender == target->municipality;
    if (!(token->flags & TOKEN_CAPITAL)) {
        if (!locate_is_own(target) || !home || target->flags & TARGET_NOUN) return false;
        return after_preposition(l, m) || begins_text_alone(l, m) || labels_line(l, m);
    }
    if (!locate_is_own(target))
        return after_preposition(l, m) || (token->flags & TOKEN_LINE_START && stands_alone(l, m));
    return !(token->flags & TOKEN_SENTENCE_START) || home || m->heading || stands_alone(l, m);
}

enum { PLAIN_MIN = 6 }; /* bytes of a name that is recognised in lower case, elsewhere */

bool locate_is_written_as(const Locator *l, const Mention *m, const Target *target)
{
    if (target->flags & TARGET_WORD && m->end - m->first == 1) return word_is_name(l, m, target);
    const Token *token = locate_token(l, m->stream, m->first);
    if (locate_is_own(target) || token->flags & TOKEN_CAPITAL) return true;
    return l->sender != MUNICIPALITY_NONE && token->norm_len >= PLAIN_MIN && m->end - m->first == 1;
}

static int add_mention(Locator *l, const Stream *stream, size_t at, const Phrase *phrase)
{
    uint32_t first_token = locate_token(l, stream, at)->start;
    const Span *context = &l->segment->area_context;
    Mention m = {.stream = stream,
                 .first = (uint32_t)at,
                 .end = (uint32_t)at + phrase->len,
                 .target = phrase->value,
                 .heading = first_token >= context->start && first_token < context->end};
    if (l->mention_count == MENTIONS_MAX) return 0;
    bool possible = false;
    for (uint32_t t = m.target; !possible && t != GAZETTEER_END; t = l->g->targets[t].next)
        possible = l->g->targets[t].class != TARGET_NOTHING && locate_is_written_as(l, &m, &l->g->targets[t]);
    if (!possible) return 0;
    Mention *mentions = arena_grow(l->arena, l->mentions, l->mention_count, &l->mention_capacity, sizeof *mentions);
    if (!mentions) return -ENOMEM;
    l->mentions = mentions;
    mentions[l->mention_count++] = m;
    return 0;
}

/* Whether a name with a comma or slash in it, "Brunna, Kungsängen", is here rather a part of a longer list. */
static bool is_in_list(const Locator *l, const Stream *stream, size_t at, const Phrase *phrase)
{
    bool joined = false;
    for (size_t i = at; i < at + phrase->len; i++)
        joined |= locate_word_is(l, stream, i, WORD_JOINER);
    if (!joined) return false;
    size_t after = at + phrase->len + 1;
    if (after < stream->count && locate_word_is(l, stream, after - 1, WORD_JOINER) && stream->words[after] &&
        phrase_table_match(&l->g->names, stream->words + after, stream->count - after))
        return true;
    const Mention *before = l->mention_count ? &l->mentions[l->mention_count - 1] : NULL;
    return before && before->stream == stream && before->end + 1 == at &&
           locate_word_is(l, stream, at - 1, WORD_JOINER);
}

int locate_find_mentions(Locator *l, const Stream *stream)
{
    for (size_t i = 0; i < stream->count;) {
        const Phrase *phrase =
            stream->words[i] ? phrase_table_match(&l->g->names, stream->words + i, stream->count - i) : NULL;
        while (phrase && is_in_list(l, stream, i, phrase))
            phrase = phrase_table_match(&l->g->names, stream->words + i, phrase->len - 1u);
        if (phrase && add_mention(l, stream, i, phrase)) return -ENOMEM;
        i += phrase ? phrase->len : 1;
    }
    return 0;
}

/* The cue before a mention that ends nearest to it; of those the longest. */
static const LocateCue *cue_before(const Locator *l, const Mention *m)
{
    const Stream *s = m->stream;
    const LocateCue *best = NULL;
    size_t best_end = 0;
    for (size_t i = m->first; i-- > 0 && m->first - i <= CUE_WINDOW;) {
        if (locate_starts_sentence(l, s, i + 1)) break;
        const Phrase *phrase = s->words[i] ? phrase_table_match(&l->g->cues_before, s->words + i, m->first - i) : NULL;
        if (!phrase) continue;
        size_t end = i + phrase->len;
        const LocateCue *cue = &l->g->cues[phrase->value];
        if (m->first - end > cue->reach || end < best_end) continue;
        best = cue;
        best_end = end;
    }
    return best;
}

/* Whether words after a mention belong to the next one: "stökigt i Hässelby strand, lugnt på Hässelby torg". */
static bool belongs_to_next(const Locator *l, const Mention *m, size_t cue_end)
{
    const Mention *next = m + 1;
    return next < l->mentions + l->mention_count && next->stream == m->stream && next->first == cue_end + 1 &&
           locate_word_is(l, m->stream, cue_end, WORD_PREPOSITION);
}

/* "Bro station kl 19 lugnt": behind the clock that stands behind a place, or right behind the place. */
static size_t behind_clock(const Locator *l, const Mention *m)
{
    const Stream *s = m->stream;
    size_t at = m->end;
    if (at + 1 < s->count && (token_is(locate_token(l, s, at), "kl") || locate_word_is(l, s, at, WORD_PREPOSITION)))
        at++;
    size_t first = at;
    while (at < s->count && at - first < CLOCK_TOKENS && !locate_starts_sentence(l, s, at) &&
           (locate_token(l, s, at)->kind == TOKEN_NUMBER ||
            (at > first && token_is_sign(locate_token(l, s, at), ".:") && at + 1 < s->count &&
             locate_token(l, s, at + 1)->kind == TOKEN_NUMBER)))
        at++;
    return at > first ? at : m->end;
}

static const LocateCue *cue_after(const Locator *l, const Mention *m)
{
    const Stream *s = m->stream;
    size_t from = behind_clock(l, m);
    for (size_t i = m->end; i < s->count && i - m->end <= CUE_WINDOW; i++) {
        if (locate_starts_sentence(l, s, i)) break;
        const Phrase *phrase = s->words[i] ? phrase_table_match(&l->g->cues_after, s->words + i, s->count - i) : NULL;
        if (!phrase || (i >= from ? i - from : i - m->end) > l->g->cues[phrase->value].reach) continue;
        return belongs_to_next(l, m, i + phrase->len) ? NULL : &l->g->cues[phrase->value];
    }
    return NULL;
}

/*
 * True where only joining words stand between two mentions, or a dash, "Bro–Brunna": they are a list, and what is said
 * of one holds for both.
 */
static bool are_listed(const Locator *l, const Mention *a, const Mention *b)
{
    if (a->stream != b->stream || b->first < a->end || b->first - a->end > LIST_GAP) return false;
    if (b->first == a->end) return a->stream->tokens[b->first] == a->stream->tokens[a->end - 1] + 2;
    bool word = false; /* that joins: behind it the preposition may stand again, "i Bro eller i Brunna" */
    for (size_t i = a->end; i < b->first; i++) {
        bool again = word && i + 1 == b->first && locate_word_is(l, a->stream, i, WORD_PREPOSITION);
        if (!(again || locate_word_is(l, a->stream, i, WORD_JOINER)) || locate_starts_sentence(l, a->stream, i))
            return false;
        word |= locate_token(l, a->stream, i)->kind == TOKEN_WORD;
    }
    return true;
}

/* True where one place says where the other is: "Hjortronvägen i Kungsängen". */
static bool lies_in(const Locator *l, const Mention *place, const Mention *town)
{
    return place->stream == town->stream && town->first == place->end + 1 &&
           locate_word_is(l, place->stream, place->end, WORD_WITHIN) &&
           !locate_starts_sentence(l, place->stream, place->end) &&
           !locate_starts_sentence(l, place->stream, town->first);
}

/* "Perrongen mot Bålsta, Kungsängens station": a comma behind where the train goes; the place behind it is no goal. */
static bool parts_from_goal(const Locator *l, const Mention *goal, const Mention *m)
{
    return goal->role == LOCATE_DESTINATION && m->first == goal->end + 1 &&
           token_is(locate_token(l, m->stream, goal->end), ",") && locate_only_elsewhere(l, goal) &&
           !locate_only_elsewhere(l, m);
}

/*
 * A bare "från" that tells no more of somebody than of what happened: nobody belongs to a station ("larm från
 * vårdcentralen i Bro"), and with no one before it ("Från Brunna ringde …") it is where it was told of.
 */
static bool is_source(const Locator *l, const Mention *m, const LocateCue *cue)
{
    if (cue->role != LOCATE_ORIGIN || m->first == 0 || strchr(cue->words, ' ') ||
        !locate_word_is(l, m->stream, m->first - 1, WORD_PREPOSITION))
        return false;
    const Target *target = &l->g->targets[m->target];
    if (target->class == TARGET_PLACE && target->place != PLACE_NONE)
        return strstr(l->k->places[target->place].kind, "school") == NULL;
    return locate_starts_sentence(l, m->stream, m->first - 1) && m->end < m->stream->count &&
           locate_token(l, m->stream, m->end)->kind == TOKEN_WORD &&
           !locate_word_is(l, m->stream, m->end, WORD_PREPOSITION | WORD_JOINER);
}

/* "Ringde en dam från Bro", "en familj från Brunna anmälde": where they live is where it happened, if nothing else is
 * said. */
static bool is_tellers(const Locator *l, const Mention *m, const LocateCue *cue)
{
    const Stream *s = m->stream;
    if (cue->role != LOCATE_ORIGIN || strchr(cue->words, ' ')) return false;
    for (size_t i = m->first; i > 0 && m->first - i < CUE_WINDOW && !locate_starts_sentence(l, s, i); i--)
        if (locate_word_is(l, s, i - 1, WORD_TELLER)) return true;
    for (size_t i = m->end; i < s->count && i - m->end < CUE_WINDOW && !locate_starts_sentence(l, s, i); i++)
        if (locate_word_is(l, s, i, WORD_TELLER)) return true;
    return false;
}

/* "Bro: –": a line that names a place, and nothing of it. */
static bool has_nothing(const Locator *l, const Mention *m)
{
    const Token *tokens = l->text->tokens;
    uint32_t at = m->stream->tokens[m->end - 1] + 1, count = l->text->token_count;
    if (at + 1 >= count || !token_is(&tokens[at], ":") || !is_hyphen(&tokens[at + 1])) return false;
    return !(tokens[at + 1].flags & TOKEN_LINE_START) && (at + 2 == count || tokens[at + 2].flags & TOKEN_LINE_START);
}

/* "… från Finnsta hållet": the words right behind the name say that it happened there, whatever stands before it. */
static bool is_direction(const LocateCue *after)
{
    return after && after->role == LOCATE_HAPPENED && after->reach == 0;
}

/* What a cue before says, what a cue after says (the weaker of the two), and what is said of a list. */
void locate_give_roles(Locator *l)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        Mention *m = &l->mentions[i];
        const LocateCue *before = cue_before(l, m), *after = cue_after(l, m);
        if (before && before->role == LOCATE_NO_PLACE && !(l->g->targets[m->target].flags & TARGET_WORD)) before = NULL;
        bool parted = i > 0 && parts_from_goal(l, m - 1, m);
        if (parted || is_direction(after)) before = NULL;
        m->role = !before                                               ? LOCATE_HAPPENED
                  : is_source(l, m, before) || is_tellers(l, m, before) ? LOCATE_RESIDENT
                                                                        : before->role;
        if (!before && i > 0 && !parted && (are_listed(l, m - 1, m) || lies_in(l, m - 1, m))) m->role = (m - 1)->role;
        if (m->role > LOCATE_QUIET && has_nothing(l, m)) m->role = LOCATE_QUIET;
        for (Mention *listed = m; after && after->role < listed->role; listed--) {
            listed->role = after->role;
            if (listed == l->mentions || !are_listed(l, listed - 1, listed)) break;
        }
    }
}

const Target *locate_only_elsewhere(const Locator *l, const Mention *m)
{
    const Target *found = NULL;
    for (uint32_t t = m->target; t != GAZETTEER_END; t = l->g->targets[t].next) {
        const Target *target = &l->g->targets[t];
        if (locate_is_own(target)) return NULL;
        if (!found && locate_is_written_as(l, m, target)) found = target;
    }
    return found;
}

/* The municipality or county a mention stands for, or NONE. */
static MunicipalityId names_municipality(const Locator *l, const Mention *m)
{
    for (uint32_t t = m->target; t != GAZETTEER_END; t = l->g->targets[t].next) {
        const Target *target = &l->g->targets[t];
        if (target->class == TARGET_COUNTY || target->class == TARGET_MUNICIPALITY || target->class == TARGET_ELSEWHERE)
            return target->municipality;
    }
    return MUNICIPALITY_NONE;
}

/*
 * A notice of the Police starts with a title of fields, "11 oktober 00:51, Rån, Upplands-Bro", whose last is the
 * municipality or the county.
 */
void locate_read_title(Locator *l)
{
    if (l->text->line_count == 0 || l->segment->span.start > l->text->lines[0].start) return;
    size_t commas = 0;
    for (size_t i = 0; i < l->stream.count && locate_token(l, &l->stream, i)->line == 0; i++)
        commas += token_is(locate_token(l, &l->stream, i), ",");
    if (commas < 2) return;
    for (size_t i = 0; i < l->mention_count; i++) {
        Mention *m = &l->mentions[i];
        if (m->stream != &l->stream || locate_token(l, m->stream, m->first)->line != 0 || !ends_line(l, m)) continue;
        if (m->first == 0 || !token_is(locate_token(l, m->stream, m->first - 1), ",")) continue;
        l->title = names_municipality(l, m);
        m->title = l->title != MUNICIPALITY_NONE;
    }
}

void locate_read_heading(Locator *l)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Target *target = l->mentions[i].heading ? locate_only_elsewhere(l, &l->mentions[i]) : NULL;
        if (target) l->heading = target->municipality;
    }
}
