#include "core/place/locate.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/place/locate-internal.h"

/*
 * How sure a tag is, by what decided it: measured on labelled notices and observations (docs/reading.md, "Areas") and
 * rounded down; where they have too few cases to measure, set lower.
 */
static const float SURE_ROOT_TITLE = 0.90f;     /* the title's municipality, nothing more said */
static const float SURE_ROOT_SENDER = 0.60f;    /* the sender's, nothing said */
static const float SURE_HOME_SENDER = 0.55f;    /* the same, and a part of it that its reports are about */
static const float SURE_REPORT_HEADING = 0.80f; /* the area that the whole report is about, nothing more said */
static const float SURE_BEFORE = 0.80f;         /* the area of the incident before, whose "station" is spoken of */
static const float SURE_POSITION = 0.90f;       /* a position written out in the text */
static const float SURE_DESTINATION = 0.75f;    /* factors: only where somebody went, … */
static const float SURE_FOUND = 0.85f;          /* … only where somebody was found */
static const float SURE_RESIDENT = 0.70f;       /* … only where somebody lives */
static const float SURE_VISITED = 0.75f;        /* … only where those who tell were */
static const float SURE_QUIET = 0.60f;          /* … only where it was quiet */
static const float SURE_HEADING_AWAY = 0.70f;   /* … the heading, over words that name a place elsewhere */

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

/* True where the two stand in one sentence with a joining word between: "en i Brunna och en vid Bro station". */
static bool are_joined(const Locator *l, const Mention *a, const Mention *b)
{
    enum { SENTENCE_MAX = 60 }; /* words; what stands farther apart is not one statement */
    if (a->stream != b->stream) return false;
    bool joined = false;
    if (a->first > b->first) {
        const Mention *swap = a;
        a = b;
        b = swap;
    }
    if (b->first - a->end > SENTENCE_MAX) return false;
    for (size_t i = a->end; i < b->first; i++) {
        if (locate_starts_sentence(l, a->stream, i)) return false;
        joined |= locate_token(l, a->stream, i)->kind == TOKEN_WORD && locate_word_is(l, a->stream, i, WORD_JOINER);
    }
    return joined && !locate_starts_sentence(l, a->stream, b->first);
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
    case LOCATE_VISITED:
        return SURE_VISITED;
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

/* `trust` is a factor of how sure the tags are. */
static int tag_mentions(Locator *l, Location *location, LocateRole role, bool headings, float trust)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (m->heading != headings || !counts(m) || m->role != role || gives_way(l, m, role, headings)) continue;
        const char *rule = headings ? "area-heading" : "place";
        int status =
            add_tag(l, location, m->chosen->area, m->sure * role_factor(role) * trust, rule, locate_span(l, m));
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

/* True where two numbers with decimals stand at `i`: degrees. `*value` gets the first. */
static bool read_degrees(const Locator *l, const Stream *s, size_t i, double *value)
{
    enum { DECIMALS_MIN = 3 }; /* fewer say nothing, and are more often a date */
    if (i + 2 >= s->count) return false;
    const Token *whole = locate_token(l, s, i);
    if (whole->kind != TOKEN_NUMBER) return false;
    const Token *point = locate_token(l, s, i + 1), *part = locate_token(l, s, i + 2);
    bool number = part->kind == TOKEN_NUMBER && part->norm_len >= DECIMALS_MIN;
    if (!number || !token_is(point, ".") || whole->end != point->start || point->end != part->start) return false;
    char digits[64];
    if (snprintf(digits, sizeof digits, "%s.%s", whole->norm, part->norm) >= (int)sizeof digits) return false;
    *value = strtod(digits, NULL);
    return true;
}

/* A position written out, "59.4785, 17.7503": tags its area. Returns 1 where there was one. */
static int tag_position(Locator *l, Location *location)
{
    const Stream *s = &l->stream;
    for (size_t i = 0; i + 5 < s->count; i++) {
        double lat, lon;
        if (!read_degrees(l, s, i, &lat)) continue;
        size_t second = i + 3 + (locate_token(l, s, i + 3)->kind == TOKEN_PUNCT);
        if (!read_degrees(l, s, second, &lon)) continue;
        AreaId area = locate_point(l->k, lat, lon);
        if (area == AREA_NONE) continue;
        Span span = {locate_token(l, s, i)->start, locate_token(l, s, second + 2)->end};
        int status = add_tag(l, location, area, SURE_POSITION, "position", span);
        return status ? status : 1;
    }
    return 0;
}

static int tag_senders(Locator *l, Location *location)
{
    AreaId area;
    Span span;
    if (locate_speaks_of_before(l, &span)) return add_tag(l, location, l->before, SURE_BEFORE, "incident-before", span);
    if (locate_report_heading(l, &area, &span)) return -ENOMEM;
    if (area != AREA_NONE) return add_tag(l, location, area, SURE_REPORT_HEADING, "report-heading", span);
    bool root = l->g->home[l->sender] == l->k->municipalities[l->sender].root;
    return add_tag(l, location, l->g->home[l->sender], root ? SURE_ROOT_SENDER : SURE_HOME_SENDER, "sender",
                   (Span){0, 0});
}

/*
 * No words name an own place where it happened: a position, or the municipality as a whole, where the title or the
 * sender says so much. `away` is the strongest role of a place of no known area.
 */
static int tag_whole(Locator *l, Location *location, LocateRole away)
{
    int status = tag_position(l, location);
    if (status) return status < 0 ? status : 0;
    const Mention *title = NULL;
    for (size_t i = 0; i < l->mention_count; i++)
        if (l->mentions[i].title) title = &l->mentions[i];
    if (title && l->g->covered[l->title])
        return add_tag(l, location, l->k->municipalities[l->title].root, SURE_ROOT_TITLE, "title",
                       locate_span(l, title));
    LocateRole said = strongest_said(l);
    bool only_belongs = said == LOCATE_ORIGIN || said == LOCATE_RESIDENT;
    bool foreign = (title && !l->g->reaches[l->title]) || (l->sender != MUNICIPALITY_NONE && !l->g->reaches[l->sender]);
    location->elsewhere = foreign || away == LOCATE_HAPPENED || (only_belongs && away == LOCATE_FOUND);
    bool home = l->sender != MUNICIPALITY_NONE && l->g->covered[l->sender];
    if (location->elsewhere || said == LOCATE_NEGATED || !home) return 0;
    return tag_senders(l, location);
}

static bool is_road(const Locator *l, const Mention *m)
{
    return m->chosen->class == TARGET_STREET ||
           (m->chosen->place != PLACE_NONE && strcmp(l->k->places[m->chosen->place].kind, "road") == 0);
}

/*
 * Whether all that is named here are roads that pass through the municipality: then a place elsewhere, "E18 i höjd med
 * Kallhäll", says more.
 */
static bool only_passes_through(const Locator *l)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (!counts(m) || m->role != LOCATE_HAPPENED) continue;
        if (!is_road(l, m)) return false;
        if (m->chosen->area != l->k->municipalities[m->chosen->municipality].root) return false;
    }
    return true;
}

/*
 * Whether all that is named here are roads through a municipality of which one part is the reports' home: they don't
 * say that it was outside that part.
 */
static bool only_passes_home(const Locator *l)
{
    if (l->sender == MUNICIPALITY_NONE || l->g->home[l->sender] == l->k->municipalities[l->sender].root) return false;
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (!counts(m) || m->role != LOCATE_HAPPENED) continue;
        bool road = m->chosen->place != PLACE_NONE && strcmp(l->k->places[m->chosen->place].kind, "road") == 0;
        if (!road || m->chosen->area != l->k->municipalities[l->sender].root) return false;
    }
    return true;
}

/*
 * Whether the report is about another place than those that are only named as where somebody went, lives or was: what
 * its first lines say, or its home, "sprang mot Blackeberg" in a report of Hässelby-Vällingby's.
 */
static int leads_away(Locator *l, LocateRole role, bool *away)
{
    *away = false;
    if (l->sender == MUNICIPALITY_NONE || role >= LOCATE_FOUND) return 0;
    AreaId area;
    Span span;
    if (locate_report_heading(l, &area, &span)) return -ENOMEM;
    if (area == AREA_NONE) area = l->g->home[l->sender];
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        bool negated = m->chosen && m->role == LOCATE_NEGATED;
        if (!negated && (m->heading || !counts(m) || m->role != role)) continue;
        if (knowledge_area_within(l->k, m->chosen->area, area)) return 0;
    }
    *away = true;
    return 0;
}

static int tag_areas(Locator *l, Location *location)
{
    location->areas = arena_alloc(l->arena, (l->mention_count + 1) * sizeof *location->areas);
    if (!location->areas) return -ENOMEM;
    LocateRole own = strongest(l, false), heading = strongest(l, true), away = strongest_elsewhere(l);
    bool home = l->sender != MUNICIPALITY_NONE || l->title != MUNICIPALITY_NONE;
    if (own == LOCATE_HAPPENED && away == LOCATE_HAPPENED && only_passes_through(l)) own = LOCATE_NO_PLACE;
    if (own == LOCATE_HAPPENED && only_passes_home(l)) own = LOCATE_NO_PLACE;
    if (own == LOCATE_HAPPENED) return tag_mentions(l, location, own, false, 1);
    if (heading != LOCATE_NO_PLACE)
        return tag_mentions(l, location, heading, true, away == LOCATE_HAPPENED ? SURE_HEADING_AWAY : 1);
    bool settled = own == LOCATE_FOUND ? home || away < LOCATE_HAPPENED : own > LOCATE_NO_PLACE && away < LOCATE_FOUND;
    bool leads = false;
    if (settled && leads_away(l, own, &leads)) return -ENOMEM;
    return settled && !leads ? tag_mentions(l, location, own, false, 1) : tag_whole(l, location, away);
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
    location->place_words = locate_span(l, best);
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
        const Token *token = locate_token(l, &l->stream, i);
        if (l->stream.words[i] || !(token->flags & TOKEN_CAPITAL)) continue;
        for (size_t e = 0; e < l->g->street_ending_count; e++) {
            if (!ends_with(token, l->g->street_endings[e])) continue;
            location->place_words = (Span){token->start, token->end};
            return;
        }
    }
}

int locate_read(Location *location, Arena *arena, const Text *text, const Segment *segment, const Knowledge *knowledge,
                const LocateContext *context)
{
    *location = (Location){.place = PLACE_NONE};
    Locator l = {.k = knowledge,
                 .g = knowledge->gazetteer,
                 .arena = arena,
                 .text = text,
                 .segment = segment,
                 .sender = context->sender,
                 .before = context->before,
                 .head_end = context->head_end,
                 .title = MUNICIPALITY_NONE,
                 .heading = MUNICIPALITY_NONE};
    if (segment->area_context.end <= segment->span.start && segment->area_context.end > segment->area_context.start) {
        if (locate_stream_init(&l, &l.heading_stream, segment->area_context)) return -ENOMEM;
        if (locate_find_mentions(&l, &l.heading_stream)) return -ENOMEM;
    }
    if (locate_stream_init(&l, &l.stream, segment->span) || locate_find_mentions(&l, &l.stream)) return -ENOMEM;
    locate_read_title(&l);
    locate_read_heading(&l);
    locate_give_roles(&l);
    locate_choose_meanings(&l);
    locate_choose_local_meanings(&l);
    int status = tag_areas(&l, location);
    if (status) return status;
    choose_place(&l, location);
    if (location->place == PLACE_NONE) find_unknown_street(&l, location);
    return 0;
}
