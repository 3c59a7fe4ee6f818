#include "core/locate.h"

#include <errno.h>
#include <string.h>

#include "core/gazetteer.h"
#include "core/knowledge-internal.h"

enum {
    MENTIONS_MAX = 256, /* in one incident; a list of more is no report of one */
    CUE_WINDOW = 10,    /* how many words before a place a cue can start */
    BOUND_GAP = 2,      /* how many words can stand between two places that belong together: "Bro (Kristinehamn" */
};

/*
 * How sure a tag is, by what decided it. Measured on labelled notices and observations (docs/reading.md, "Areas"),
 * rounded down.
 */
static const float SURE_SENDER = 0.97f;      /* a place of the sender's municipality */
static const float SURE_TITLE = 0.98f;       /* … of the municipality in the notice's title */
static const float SURE_EVIDENCE = 0.95f;    /* other words point to the same municipality */
static const float SURE_COUNTY = 0.90f;      /* the context is in the same county */
static const float SURE_ALONE = 0.85f;       /* nothing else, but the name stands for nothing else */
static const float SURE_HOMONYM = 0.50f;     /* nothing else, and there are other places with the name */
static const float SURE_ROOT_TITLE = 0.90f;  /* the title's municipality, nothing more said */
static const float SURE_ROOT_SENDER = 0.60f; /* the sender's, nothing said */
static const float SURE_DESTINATION = 0.75f; /* factors: only where somebody went, … */
static const float SURE_FOUND = 0.85f;       /* … only where somebody was found */
static const float SURE_RESIDENT = 0.70f;    /* … only where somebody lives */
static const float SURE_QUIET = 0.60f;       /* … only where it was quiet */
static const float SURE_MISSPELT = 0.95f;

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
    MunicipalityId title;   /* the municipality or county in the notice's title, or NONE */
    MunicipalityId heading; /* … in the heading above the incident, where it's elsewhere */
    Stream heading_stream, stream;
    Mention *mentions;
    size_t mention_count, mention_capacity;
} Locator;

static const Token *token_of(const Locator *l, const Stream *stream, size_t at)
{
    return &l->text->tokens[stream->tokens[at]];
}

static bool is_own(const Target *target)
{
    return target->area != AREA_NONE;
}

/* Hyphens are left out, as in the names. */
static bool is_hyphen(const Token *token)
{
    return token->kind == TOKEN_PUNCT && (token_is(token, "-") || token_is(token, "\xe2\x80\x93"));
}

static int stream_init(Locator *l, Stream *stream, Span span)
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

static bool word_is(const Locator *l, const Stream *stream, size_t at, uint8_t flag)
{
    return l->g->vocabulary.words[stream->words[at]].flags & flag;
}

/* True where a new sentence or line starts at `at`. */
static bool starts_sentence(const Locator *l, const Stream *stream, size_t at)
{
    return token_of(l, stream, at)->flags & TOKEN_SENTENCE_START;
}

static bool ends_line(const Locator *l, const Mention *m)
{
    return m->end == m->stream->count || token_of(l, m->stream, m->end)->flags & TOKEN_LINE_START;
}

/* True where something other than a word, or nothing, stands after the name: it is a heading or an item of a list. */
static bool stands_alone(const Locator *l, const Mention *m)
{
    return ends_line(l, m) || token_of(l, m->stream, m->end)->kind != TOKEN_WORD;
}

static bool after_preposition(const Locator *l, const Mention *m)
{
    return m->first > 0 && !starts_sentence(l, m->stream, m->first) &&
           word_is(l, m->stream, m->first - 1, WORD_PREPOSITION);
}

/* Whether a name that is also an ordinary word is meant as a name. */
static bool word_is_name(const Locator *l, const Mention *m, const Target *target)
{
    const Token *token = token_of(l, m->stream, m->first);
    bool home = l->sender == target->municipality;
    if (!(token->flags & TOKEN_CAPITAL)) return is_own(target) && home && after_preposition(l, m);
    if (!is_own(target)) return after_preposition(l, m) || (token->flags & TOKEN_LINE_START && stands_alone(l, m));
    return !(token->flags & TOKEN_SENTENCE_START) || home || m->heading || stands_alone(l, m);
}

enum { PLAIN_MIN = 6 }; /* bytes of a name that is recognised in lower case, elsewhere */

/* Whether a name can have this meaning, by how it is written. */
static bool is_written_as(const Locator *l, const Mention *m, const Target *target)
{
    if (target->flags & TARGET_WORD && m->end - m->first == 1) return word_is_name(l, m, target);
    const Token *token = token_of(l, m->stream, m->first);
    if (is_own(target) || token->flags & TOKEN_CAPITAL) return true;
    return l->sender != MUNICIPALITY_NONE && token->norm_len >= PLAIN_MIN && m->end - m->first == 1;
}

static int add_mention(Locator *l, const Stream *stream, size_t at, const Phrase *phrase)
{
    uint32_t first_token = token_of(l, stream, at)->start;
    const Span *context = &l->segment->area_context;
    Mention m = {.stream = stream,
                 .first = (uint32_t)at,
                 .end = (uint32_t)at + phrase->len,
                 .target = phrase->value,
                 .heading = first_token >= context->start && first_token < context->end};
    if (l->mention_count == MENTIONS_MAX) return 0;
    bool possible = false;
    for (uint32_t t = m.target; !possible && t != GAZETTEER_END; t = l->g->targets[t].next)
        possible = is_written_as(l, &m, &l->g->targets[t]);
    if (!possible) return 0;
    Mention *mentions = arena_grow(l->arena, l->mentions, l->mention_count, &l->mention_capacity, sizeof *mentions);
    if (!mentions) return -ENOMEM;
    l->mentions = mentions;
    mentions[l->mention_count++] = m;
    return 0;
}

static int find_mentions(Locator *l, const Stream *stream)
{
    for (size_t i = 0; i < stream->count;) {
        const Phrase *phrase =
            stream->words[i] ? gazetteer_match(&l->g->names, stream->words + i, stream->count - i) : NULL;
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
        if (starts_sentence(l, s, i + 1)) break;
        const Phrase *phrase = s->words[i] ? gazetteer_match(&l->g->cues_before, s->words + i, m->first - i) : NULL;
        if (!phrase) continue;
        size_t end = i + phrase->len;
        const LocateCue *cue = &l->g->cues[phrase->value];
        if (m->first - end > cue->reach || end < best_end) continue;
        best = cue;
        best_end = end;
    }
    return best;
}

static const LocateCue *cue_after(const Locator *l, const Mention *m)
{
    const Stream *s = m->stream;
    for (size_t i = m->end; i < s->count && i - m->end <= CUE_WINDOW; i++) {
        if (starts_sentence(l, s, i)) break;
        const Phrase *phrase = s->words[i] ? gazetteer_match(&l->g->cues_after, s->words + i, s->count - i) : NULL;
        if (phrase && i - m->end <= l->g->cues[phrase->value].reach) return &l->g->cues[phrase->value];
    }
    return NULL;
}

/* True where only joining words stand between two mentions: they are a list, and what is said of one holds for both. */
static bool are_listed(const Locator *l, const Mention *a, const Mention *b)
{
    if (a->stream != b->stream || b->first <= a->end || b->first - a->end > BOUND_GAP) return false;
    for (size_t i = a->end; i < b->first; i++)
        if (!word_is(l, a->stream, i, WORD_JOINER) || starts_sentence(l, a->stream, i)) return false;
    return true;
}

/* What a cue before says, what a cue after says (the weaker of the two), and what is said of a list. */
static void give_roles(Locator *l)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        Mention *m = &l->mentions[i];
        const LocateCue *before = cue_before(l, m), *after = cue_after(l, m);
        if (before && before->role == LOCATE_NO_PLACE && !(l->g->targets[m->target].flags & TARGET_WORD)) before = NULL;
        m->role = before ? before->role : LOCATE_HAPPENED;
        if (!before && i > 0 && are_listed(l, m - 1, m)) m->role = (m - 1)->role;
        for (Mention *listed = m; after && after->role < listed->role; listed--) {
            listed->role = after->role;
            if (listed == l->mentions || !are_listed(l, listed - 1, listed)) break;
        }
    }
}

/* The meaning outside every known area, where the name has one and no other. */
static const Target *only_elsewhere(const Locator *l, const Mention *m)
{
    const Target *found = NULL;
    for (uint32_t t = m->target; t != GAZETTEER_END; t = l->g->targets[t].next) {
        const Target *target = &l->g->targets[t];
        if (is_own(target)) return NULL;
        if (!found && is_written_as(l, m, target)) found = target;
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
static void read_title(Locator *l)
{
    if (l->text->line_count == 0 || l->segment->span.start > l->text->lines[0].start) return;
    size_t commas = 0;
    for (size_t i = 0; i < l->stream.count && token_of(l, &l->stream, i)->line == 0; i++)
        commas += token_is(token_of(l, &l->stream, i), ",");
    if (commas < 2) return;
    for (size_t i = 0; i < l->mention_count; i++) {
        Mention *m = &l->mentions[i];
        if (m->stream != &l->stream || token_of(l, m->stream, m->first)->line != 0 || !ends_line(l, m)) continue;
        if (m->first == 0 || !token_is(token_of(l, m->stream, m->first - 1), ",")) continue;
        l->title = names_municipality(l, m);
        m->title = l->title != MUNICIPALITY_NONE;
    }
}

static void read_heading(Locator *l)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Target *target = l->mentions[i].heading ? only_elsewhere(l, &l->mentions[i]) : NULL;
        if (target) l->heading = target->municipality;
    }
}

static MunicipalityId county_of(const Locator *l, MunicipalityId m)
{
    return m == MUNICIPALITY_NONE ? MUNICIPALITY_NONE : l->g->county[m];
}

/* Whether some words besides `than` point to a municipality: its name, or a place like no other. */
static bool has_evidence(const Locator *l, MunicipalityId municipality, const Mention *than)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        const Target *target = &l->g->targets[m->target];
        if (m == than || target->municipality != municipality || !is_own(target)) continue;
        if (target->class == TARGET_STREET || target->class == TARGET_LOCAL || target->flags ||
            m->role == LOCATE_NO_PLACE)
            continue;
        if (target->next == GAZETTEER_END || target->class == TARGET_MUNICIPALITY) return true;
    }
    return false;
}

/* Whether another place of the municipality is mentioned: two uncertain names that fit together, "E18 vid Bro". */
static bool has_company(const Locator *l, const Mention *than, const Target *target)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        const Target *other = &l->g->targets[m->target];
        if (m == than || m->role == LOCATE_NO_PLACE || other->class == TARGET_LOCAL || !is_own(other)) continue;
        if (other->municipality == target->municipality && other->area != target->area) return true;
        if (other->municipality == target->municipality && other->class != target->class) return true;
    }
    return false;
}

/* Whether the text says that it happened in a county other than this, and nothing of this. */
static bool is_in_other_county(const Locator *l, MunicipalityId county)
{
    bool other = false;
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        const Target *target = only_elsewhere(l, m);
        if (!target || m->role != LOCATE_HAPPENED) continue;
        if (county_of(l, target->municipality) == county) return false;
        other = true;
    }
    return other;
}

/* The place that stands right beside a mention and says where it is, "Bro (Kristinehamn)"; NONE where none does. */
static MunicipalityId bound_to(const Locator *l, size_t index)
{
    const Mention *m = &l->mentions[index];
    for (int step = -1; step <= 1; step += 2) {
        size_t other = index + (size_t)step;
        if (other >= l->mention_count || l->mentions[other].stream != m->stream || l->mentions[other].title) continue;
        const Mention *a = step < 0 ? &l->mentions[other] : m, *b = step < 0 ? m : &l->mentions[other];
        const Target *target = only_elsewhere(l, &l->mentions[other]);
        if (!target || b->first - a->end > BOUND_GAP) continue;
        bool joined = true;
        for (size_t i = a->end; i < b->first; i++)
            joined &= token_of(l, m->stream, i)->kind == TOKEN_PUNCT || word_is(l, m->stream, i, WORD_PREPOSITION);
        if (joined) return target->municipality;
    }
    return MUNICIPALITY_NONE;
}

static bool is_misspelt(const Mention *m)
{
    for (size_t i = m->first; i < m->end; i++)
        if (m->stream->misspelt[i]) return true;
    return false;
}

/* How sure it is that a mention means this own place where neither title nor sender name its municipality. */
static float sureness_abroad(const Locator *l, const Mention *m, const Target *target)
{
    bool unique = !(target->flags & (TARGET_WORD | TARGET_HOMONYM)) && target->next == GAZETTEER_END;
    bool context = l->title != MUNICIPALITY_NONE || l->sender != MUNICIPALITY_NONE;
    MunicipalityId county = county_of(l, target->municipality);
    bool near = county_of(l, l->title) == county || county_of(l, l->sender) == county;
    if ((context && !near) || is_misspelt(m)) return 0;
    if (has_evidence(l, target->municipality, m)) return SURE_EVIDENCE;
    if (!(target->flags & TARGET_KNOWN)) return 0;
    if (near || has_company(l, m, target)) return SURE_COUNTY;
    if (target->flags & TARGET_WORD || is_in_other_county(l, county)) return 0;
    return unique ? SURE_ALONE : SURE_HOMONYM;
}

/* How sure it is that a mention means this own place; 0 where it doesn't. */
static float sureness(const Locator *l, size_t index, const Target *target)
{
    const Mention *m = &l->mentions[index];
    MunicipalityId county = county_of(l, target->municipality), bound = bound_to(l, index);
    if (bound != MUNICIPALITY_NONE) {
        if (county_of(l, bound) != county) return 0;
        if (bound == county) return SURE_EVIDENCE;
        if (!(target->flags & TARGET_KNOWN)) return 0;
    }
    if (l->heading != MUNICIPALITY_NONE && !m->heading && county_of(l, l->heading) != county) return 0;
    if (l->title == target->municipality) return SURE_TITLE;
    if (l->sender == target->municipality)
        return l->heading == MUNICIPALITY_NONE || m->heading ? SURE_SENDER : SURE_COUNTY;
    return sureness_abroad(l, m, target);
}

static void choose_meanings(Locator *l)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        Mention *m = &l->mentions[i];
        bool elsewhere = false;
        for (uint32_t t = m->target; t != GAZETTEER_END; t = l->g->targets[t].next) {
            const Target *target = &l->g->targets[t];
            if (target->class == TARGET_LOCAL || !is_written_as(l, m, target)) continue;
            elsewhere |= target->class == TARGET_ELSEWHERE;
            float sure = is_own(target) ? sureness(l, i, target) : 0;
            if (sure <= m->sure) continue;
            m->sure = sure;
            m->chosen = target;
        }
        if (m->chosen && is_misspelt(m)) m->sure *= SURE_MISSPELT;
        m->elsewhere = elsewhere && !m->chosen;
    }
}

/* "torget" is Hässelby torg where Hässelby gård is mentioned. */
static void choose_local_meanings(Locator *l)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        Mention *m = &l->mentions[i];
        for (uint32_t t = m->target; !m->chosen && t != GAZETTEER_END; t = l->g->targets[t].next) {
            const Target *target = &l->g->targets[t];
            for (size_t j = 0; target->class == TARGET_LOCAL && j < l->mention_count; j++) {
                const Mention *near = &l->mentions[j];
                if (!near->chosen || near->chosen->class == TARGET_LOCAL || near->role <= LOCATE_NEGATED) continue;
                if (target->near_place != PLACE_NONE ? near->chosen->place != target->near_place
                                                     : near->chosen->area != target->area)
                    continue;
                m->chosen = target;
                m->sure = near->sure;
                break;
            }
        }
    }
}

/* True for a mention that can say where it happened. */
static bool counts(const Mention *m)
{
    if (!m->chosen || m->title || m->role <= LOCATE_ORIGIN) return false;
    /* A station "in Bro" says no more than "Bro"; a square in a district can be an area of its own. */
    return m->chosen->class != TARGET_LOCAL || m->chosen->near_place != PLACE_NONE;
}

static bool is_precise(const Mention *m)
{
    return m->chosen->class == TARGET_PLACE || m->chosen->class == TARGET_STREET || m->chosen->class == TARGET_LOCAL;
}

/* True where the two stand in one sentence with a joining word between: "en i Bro och en vid Kungsängens station". */
static bool are_joined(const Locator *l, const Mention *a, const Mention *b)
{
    if (a->stream != b->stream) return false;
    bool joined = false;
    if (a->first > b->first) {
        const Mention *swap = a;
        a = b;
        b = swap;
    }
    for (size_t i = a->end; i < b->first; i++) {
        if (starts_sentence(l, a->stream, i)) return false;
        joined |= token_of(l, a->stream, i)->kind == TOKEN_WORD && word_is(l, a->stream, i, WORD_JOINER);
    }
    return joined && !starts_sentence(l, a->stream, b->first);
}

/*
 * Whether a mention gives way to a more precise one: a town to a street or place in another area of the same
 * municipality ("a known street decides over a town name"), a municipality to anything in an area of its own.
 */
static bool gives_way(const Locator *l, const Mention *m, LocateRole role, bool headings)
{
    if (is_precise(m)) return false;
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *other = &l->mentions[i];
        if (other == m || !counts(other) || other->role != role || other->heading != headings) continue;
        if (m->chosen->class == TARGET_MUNICIPALITY) {
            if (other->chosen->class > TARGET_MUNICIPALITY) return true;
        } else if (is_precise(other) && other->chosen->municipality == m->chosen->municipality &&
                   other->chosen->area != m->chosen->area && !are_joined(l, m, other) &&
                   !knowledge_area_within(l->k, m->chosen->area, other->chosen->area)) {
            return true;
        }
    }
    return false;
}

static Span span_of(const Locator *l, const Mention *m)
{
    return (Span){.start = token_of(l, m->stream, m->first)->start, .end = token_of(l, m->stream, m->end - 1)->end};
}

static int add_tag(Locator *l, Location *location, AreaId area, float sure, const char *rule, Span span)
{
    AreaTag *tag = NULL;
    for (uint32_t i = 0; !tag && i < location->area_count; i++)
        if (location->areas[i].area == area) tag = &location->areas[i];
    if (!tag) {
        tag = &location->areas[location->area_count++];
        *tag = (AreaTag){.area = area, .evidence = {.rule = rule}};
        tag->evidence.spans = arena_alloc(l->arena, EVIDENCE_SPANS * sizeof *tag->evidence.spans);
        if (!tag->evidence.spans) return -ENOMEM;
    }
    if (sure > tag->confidence) tag->confidence = sure;
    if (span.end > span.start && tag->evidence.span_count < EVIDENCE_SPANS)
        tag->evidence.spans[tag->evidence.span_count++] = span;
    return 0;
}

/* Leaves out areas that have one of the others in them, and sorts by confidence. */
static void keep_most_specific(const Locator *l, Location *location)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < location->area_count; i++) {
        bool holds_another = false;
        for (uint32_t j = 0; j < location->area_count; j++)
            holds_another |= location->areas[j].area != location->areas[i].area &&
                             knowledge_area_within(l->k, location->areas[j].area, location->areas[i].area);
        if (!holds_another) location->areas[kept++] = location->areas[i];
    }
    location->area_count = kept;
    for (uint32_t i = 1; i < kept; i++) {
        AreaTag tag = location->areas[i];
        uint32_t j = i;
        for (; j > 0 && location->areas[j - 1].confidence < tag.confidence; j--)
            location->areas[j] = location->areas[j - 1];
        location->areas[j] = tag;
    }
}

static float role_factor(LocateRole role)
{
    switch (role) {
    case LOCATE_HAPPENED:
        return 1;
    case LOCATE_FOUND:
        return SURE_FOUND;
    case LOCATE_DESTINATION:
        return SURE_DESTINATION;
    case LOCATE_RESIDENT:
        return SURE_RESIDENT;
    default:
        return SURE_QUIET;
    }
}

/* The strongest role among mentions that count, in the heading or under it. */
static LocateRole strongest(const Locator *l, bool headings)
{
    LocateRole role = LOCATE_NO_PLACE;
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (m->heading == headings && counts(m) && m->role > role) role = m->role;
    }
    return role;
}

static int tag_mentions(Locator *l, Location *location, LocateRole role, bool headings)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (m->heading != headings || !counts(m) || m->role != role || gives_way(l, m, role, headings)) continue;
        const char *rule = headings ? "area-heading" : "place";
        int status = add_tag(l, location, m->chosen->area, m->sure * role_factor(role), rule, span_of(l, m));
        if (status) return status;
    }
    keep_most_specific(l, location);
    return 0;
}

/* The strongest role among places of no known area. */
static LocateRole strongest_elsewhere(const Locator *l)
{
    LocateRole role = LOCATE_NO_PLACE;
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (m->elsewhere && !m->title && m->role > role) role = m->role;
    }
    return role;
}

/* The strongest role an own place has, however weak. */
static LocateRole strongest_said(const Locator *l)
{
    LocateRole role = LOCATE_NO_PLACE;
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (m->chosen && !m->title && m->chosen->class > TARGET_MUNICIPALITY && m->role > role) role = m->role;
    }
    return role;
}

/*
 * No words name an own place where it happened: the municipality as a whole, where the title or the sender says so
 * much. `away` is the strongest role of a place of no known area.
 */
static int tag_whole(Locator *l, Location *location, LocateRole away)
{
    const Mention *title = NULL;
    for (size_t i = 0; i < l->mention_count; i++)
        if (l->mentions[i].title) title = &l->mentions[i];
    if (title && l->g->covered[l->title])
        return add_tag(l, location, l->k->municipalities[l->title].root, SURE_ROOT_TITLE, "title", span_of(l, title));
    LocateRole said = strongest_said(l);
    bool only_belongs = said == LOCATE_ORIGIN || said == LOCATE_RESIDENT;
    bool foreign = l->sender != MUNICIPALITY_NONE && !l->g->covered[l->sender];
    location->elsewhere = title || foreign || away == LOCATE_HAPPENED || (only_belongs && away == LOCATE_FOUND);
    if (location->elsewhere || said == LOCATE_NEGATED || l->sender == MUNICIPALITY_NONE) return 0;
    return add_tag(l, location, l->k->municipalities[l->sender].root, SURE_ROOT_SENDER, "sender", (Span){0, 0});
}

static int tag_areas(Locator *l, Location *location)
{
    location->areas = arena_alloc(l->arena, (l->mention_count + 1) * sizeof *location->areas);
    if (!location->areas) return -ENOMEM;
    LocateRole own = strongest(l, false), heading = strongest(l, true), away = strongest_elsewhere(l);
    bool home = l->sender != MUNICIPALITY_NONE || l->title != MUNICIPALITY_NONE;
    if (own == LOCATE_HAPPENED) return tag_mentions(l, location, own, false);
    if (heading != LOCATE_NO_PLACE) return tag_mentions(l, location, heading, true);
    bool settled = own == LOCATE_FOUND ? home || away < LOCATE_HAPPENED : own > LOCATE_NO_PLACE && away < LOCATE_FOUND;
    return settled ? tag_mentions(l, location, own, false) : tag_whole(l, location, away);
}

static bool is_tagged(const Location *location, AreaId area)
{
    for (uint32_t i = 0; i < location->area_count; i++)
        if (location->areas[i].area == area) return true;
    return false;
}

static int precision(const Mention *m)
{
    switch (m->chosen->class) {
    case TARGET_PLACE:
    case TARGET_LOCAL:
        return 3;
    case TARGET_STREET:
        return 2;
    default:
        return m->chosen->place == PLACE_NONE ? 0 : 1;
    }
}

/* The best known place in the areas it happened in, else the words of a town's name. */
static void choose_place(const Locator *l, Location *location)
{
    const Mention *best = NULL;
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (!m->chosen || m->title || m->role <= LOCATE_ORIGIN || !is_tagged(location, m->chosen->area)) continue;
        if (!best || m->role > best->role || (m->role == best->role && precision(m) > precision(best))) best = m;
    }
    if (!best) return;
    location->place = best->chosen->place;
    location->place_words = span_of(l, best);
}

static bool ends_with(const Token *token, const char *ending)
{
    size_t len = strlen(ending);
    return token->norm_len > len && memcmp(token->norm + token->norm_len - len, ending, len) == 0;
}

/* A street that stands in no file is still the words for the place. */
static void find_unknown_street(const Locator *l, Location *location)
{
    for (size_t i = 0; i < l->stream.count; i++) {
        const Token *token = token_of(l, &l->stream, i);
        if (l->stream.words[i] || !(token->flags & TOKEN_CAPITAL)) continue;
        for (size_t e = 0; e < l->g->street_ending_count; e++) {
            if (!ends_with(token, l->g->street_endings[e])) continue;
            location->place_words = (Span){token->start, token->end};
            return;
        }
    }
}

int locate_read(Location *location, Arena *arena, const Text *text, const Segment *segment, const Knowledge *knowledge,
                MunicipalityId sender)
{
    *location = (Location){.place = PLACE_NONE};
    Locator l = {.k = knowledge,
                 .g = knowledge->gazetteer,
                 .arena = arena,
                 .text = text,
                 .segment = segment,
                 .sender = sender,
                 .title = MUNICIPALITY_NONE,
                 .heading = MUNICIPALITY_NONE};
    if (segment->area_context.end <= segment->span.start && segment->area_context.end > segment->area_context.start) {
        if (stream_init(&l, &l.heading_stream, segment->area_context)) return -ENOMEM;
        if (find_mentions(&l, &l.heading_stream)) return -ENOMEM;
    }
    if (stream_init(&l, &l.stream, segment->span) || find_mentions(&l, &l.stream)) return -ENOMEM;
    read_title(&l);
    read_heading(&l);
    give_roles(&l);
    choose_meanings(&l);
    choose_local_meanings(&l);
    int status = tag_areas(&l, location);
    if (status) return status;
    choose_place(&l, location);
    if (location->place == PLACE_NONE) find_unknown_street(&l, location);
    return 0;
}
