#include "core/read/read.h"

#include <errno.h>

#include "core/category/classify.h"
#include "core/knowledge/knowledge-internal.h"
#include "core/pii/pii.h"
#include "core/place/locate.h"
#include "core/read/letters.h"
#include "core/read/split.h"
#include "core/read/title.h"
#include "core/read/when.h"

/* The confidence under which an area goes to a person: of 513 labelled ones above it 0.988 are right, of the 24 under
 * it 0.92 (docs/reading.md). */
static const float AREA_REVIEW_LIMIT = 0.82f;

/* An observation is one incident, over all its words. */
static int whole_text(const Text *text, Arena *arena, Segment **segments, uint32_t *count)
{
    Segment *whole = arena_calloc(arena, 1, sizeof *whole);
    if (!whole) return -ENOMEM;
    if (text->token_count) whole->span = (Span){text->tokens[0].start, text->tokens[text->token_count - 1].end};
    *segments = whole;
    *count = 1;
    return 0;
}

enum { TITLE_WHERE_MAX = 8 }; /* words that say where; more are rare, and a title may repeat them */

/* Personal data within the span. `*next` walks along with the incidents, which are in text order as the findings are.
 */
static bool holds_pii(const Reading *reading, Span span, uint32_t *next)
{
    while (*next < reading->pii_count && reading->pii[*next].span.end <= span.start)
        ++*next;
    return *next < reading->pii_count && reading->pii[*next].span.start < span.end;
}

/* Not a national feed's. */
static bool is_own(const ReadInput *input)
{
    return input->municipality != MUNICIPALITY_NONE;
}

static uint32_t review_of(const ReadIncident *incident, const Location *location, const ReadInput *input,
                          const Knowledge *knowledge)
{
    uint32_t review = 0;
    if (incident->category.confidence < classify_review_limit(knowledge, is_own(input))) review |= REVIEW_CATEGORY;
    /* A national feed is mostly about elsewhere; a municipality's own report is not. */
    if (!incident->area_count && !location->elsewhere && is_own(input)) review |= REVIEW_AREA;
    for (uint32_t i = 0; i < incident->area_count; i++)
        if (incident->areas[i].confidence < AREA_REVIEW_LIMIT) review |= REVIEW_AREA;
    return review;
}

/* What a title need not say again: the incident's place, and the words that gave it its areas. */
static Span find_title(const ReadIncident *incident, const Text *text, const Segment *segment, const Lexicon *words)
{
    Span spans[TITLE_WHERE_MAX] = {incident->place_words};
    uint32_t count = 1;
    for (uint32_t i = 0; i < incident->area_count; i++) {
        const Evidence *evidence = &incident->areas[i].evidence;
        for (uint8_t k = 0; k < evidence->span_count && count < TITLE_WHERE_MAX; k++)
            spans[count++] = evidence->spans[k];
    }
    return title_read(text, words, segment, &(Spans){spans, count});
}

static int read_incident(ReadIncident *incident, Arena *arena, const Text *text, const Segment *segment,
                         const Knowledge *knowledge, const ReadInput *input, WhenContext *when, LocateContext *where)
{
    Location location;
    int r = locate_read(&location, arena, text, segment, knowledge, where);
    if (r < 0) return r;
    /* What a municipality has taught holds for its own texts, and in a national feed for what happened there. */
    MunicipalityId teacher = input->municipality;
    if (teacher == MUNICIPALITY_NONE && location.area_count)
        teacher = knowledge_area(knowledge, location.areas[0].area)->municipality;
    r = classify_read(&incident->category, arena, text, segment, knowledge, teacher, is_own(input));
    if (r < 0) return r;
    incident->span = segment->span;
    incident->areas = location.areas;
    incident->area_count = location.area_count;
    incident->place = location.place;
    incident->place_words = location.place_words;
    incident->title = find_title(incident, text, segment, knowledge->lexicon);
    where->before = location.area_count == 1 ? location.areas[0].area : AREA_NONE;
    incident->when = when_read(text, segment, knowledge->lexicon, when);
    incident->flags = classify_flags(text, segment, knowledge);
    incident->review = review_of(incident, &location, input, knowledge);
    return 0;
}

int read_text(Reading *reading, Arena *arena, const Knowledge *knowledge, const ReadInput *input)
{
    *reading = (Reading){0};
    if (!knowledge_category_count(knowledge)) return -EINVAL;
    Text text;
    int r = text_init(&text, arena, input->text, input->len, NULL);
    if (r == 0) r = pii_find(&text, knowledge, arena, &reading->pii, &reading->pii_count);
    if (r == 0) letters_restore(knowledge->letters, &text);
    if (r == 0) lexicon_mark(knowledge->lexicon, &text);
    Segment *segments = NULL;
    uint32_t count = 0;
    if (r == 0)
        r = input->kind == READ_OBSERVATION ? whole_text(&text, arena, &segments, &count)
                                            : split_report(&text, knowledge, arena, &segments, &count);
    if (r < 0) return r;
    reading->incidents = arena_calloc(arena, count, sizeof *reading->incidents);
    if (!reading->incidents) return -ENOMEM;
    WhenContext when;
    when_survey(&when, &text, knowledge->lexicon, segments, count, input);
    LocateContext where = {input->municipality, AREA_NONE, count ? segments[0].span.start : 0};
    uint32_t pii = 0;
    for (uint32_t i = 0; r == 0 && i < count; i++) {
        ReadIncident *incident = &reading->incidents[i];
        r = read_incident(incident, arena, &text, &segments[i], knowledge, input, &when, &where);
        if (r == 0 && holds_pii(reading, incident->span, &pii)) incident->review |= REVIEW_PII;
        reading->incident_count = i + 1;
    }
    return r;
}
