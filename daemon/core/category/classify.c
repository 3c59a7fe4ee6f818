#include "core/category/classify.h"

#include <errno.h>

#include "core/category/classifier.h"
#include "core/knowledge/knowledge-internal.h"

/* Of the police headings in summaries that name an offence, this share decides as the labels do (docs/reading.md). */
static const float HEADING_CONFIDENCE = 0.98f;

/* What the municipality's own people have taught is taken at their word: that they need not look again is why they
 * teach. No labelled set can measure it. */
static const float LEARNED_CONFIDENCE = 0.95f;

enum { FLAG_HITS = 64, HEADING_HITS = 16, TOKENS_MOST = 1 << 14 };

typedef struct Range {
    uint32_t first, end; /* tokens */
} Range;

/*
 * The incident's own words: without the area or date heading that it may begin with, and no more than TOKENS_MOST. A
 * longer text is no incident; it must not take more time and memory for that. Of a town and its count below or behind
 * what is counted ("Cykelstölder: Bro 3, Kungsängen 2") they are the words of what is counted.
 */
static Range own_words(const Text *text, const Segment *segment)
{
    if (segment->heading.end && segment->heading.end <= segment->span.start)
        return (Range){text_token_at(text, segment->heading.start), text_token_at(text, segment->heading.end)};
    uint32_t start = segment->span.start;
    const Span *contexts[] = {&segment->area_context, &segment->date_context};
    for (size_t i = 0; i < 2; i++)
        if (contexts[i]->start >= segment->span.start && contexts[i]->end > start && contexts[i]->start <= start + 2 &&
            contexts[i]->end < segment->span.end)
            start = contexts[i]->end;
    uint32_t first = text_token_at(text, start), end = text_token_at(text, segment->span.end);
    return (Range){first, end - first < TOKENS_MOST ? end : first + TOKENS_MOST};
}

static Span span_of(const Text *text, uint32_t token, uint32_t token_end)
{
    return (Span){text->tokens[token].start, text->tokens[token_end - 1].end};
}

static int add_span(Evidence *evidence, Arena *arena, Span span)
{
    if (!evidence->spans) {
        evidence->spans = arena_alloc(arena, EVIDENCE_SPANS * sizeof *evidence->spans);
        if (!evidence->spans) return -ENOMEM;
    }
    if (evidence->span_count < EVIDENCE_SPANS) evidence->spans[evidence->span_count++] = span;
    return 0;
}

/* The first-named offence of the heading: the earliest name in it, the longest of those that start there. */
static bool find_heading(const Classifier *classifier, const Text *text, const Segment *segment, CueHit *found)
{
    if (segment->heading.end <= segment->heading.start) return false;
    CueHit hits[HEADING_HITS];
    uint32_t count = cues_find(classifier->headings, text, text_token_at(text, segment->heading.start),
                               text_token_at(text, segment->heading.end), hits, HEADING_HITS);
    for (uint32_t i = 0; i < count && hits[i].token == hits[0].token; i++)
        if (i == 0 || hits[i].token_end > found->token_end) *found = hits[i];
    return count > 0;
}

/* What cues and model say, for each category. */
typedef struct Judgement {
    float *scores, *cue_weights; /* one for each category */
    ModelScores model;
    ClassifierCue cues[CLASSIFIER_CUES];
    uint32_t cue_count;
    Range range;
} Judgement;

static int judge(Judgement *judgement, Arena *arena, const Text *text, const Knowledge *knowledge)
{
    const Classifier *classifier = knowledge->classifier;
    size_t count = knowledge->category_count;
    judgement->scores = arena_alloc(arena, count * sizeof(float));
    judgement->cue_weights = arena_alloc(arena, count * sizeof(float));
    if (!judgement->scores || !judgement->cue_weights) return -ENOMEM;
    judgement->cue_count = classifier_cues(classifier, text, judgement->range.first, judgement->range.end,
                                           judgement->cues, judgement->cue_weights, count);
    for (size_t i = 0; i < count; i++)
        judgement->scores[i] = MODEL_UNKNOWN;
    float cue_scale = 1, cue_doubt = 0;
    if (classifier->model) {
        int status = model_score(classifier->model, &judgement->model, arena, text, judgement->range.first,
                                 judgement->range.end);
        if (status) return status;
        const ModelHeader *header = model_header(classifier->model);
        for (uint32_t i = 0; i < header->class_count; i++)
            judgement->scores[classifier->class_category[i]] = judgement->model.score[i];
        cue_scale = header->cue_scale;
        cue_doubt = header->cue_doubt;
    }
    model_add_cues(judgement->scores, judgement->cue_weights, count, cue_scale, cue_doubt);
    return 0;
}

static bool overlaps(const Evidence *evidence, Span span)
{
    for (uint32_t i = 0; i < evidence->span_count; i++)
        if (span.start < evidence->spans[i].end && evidence->spans[i].start < span.end) return true;
    return false;
}

/* The cues that speak for `category`, strongest first. */
static int cue_evidence(Evidence *evidence, Arena *arena, const Text *text, const Judgement *judgement,
                        CategoryId category)
{
    evidence->rule = "cue";
    while (evidence->span_count < EVIDENCE_SPANS) {
        Span strongest = {0, 0};
        float most = 0;
        for (uint32_t i = 0; i < judgement->cue_count; i++) {
            const ClassifierCue *cue = &judgement->cues[i];
            Span span = span_of(text, cue->token, cue->token_end);
            if (cue->category != category || cue->weight <= most || overlaps(evidence, span)) continue;
            strongest = span;
            most = cue->weight;
        }
        if (most <= 0) return 0;
        int status = add_span(evidence, arena, strongest);
        if (status) return status;
    }
    return 0;
}

/* What a part of the text says for one class against another (class_count: against none). */
static float part_says(const ModelPart *part, uint32_t class, uint32_t against, uint32_t class_count)
{
    float weight = model_part_weight(part, class);
    return against < class_count ? weight - model_part_weight(part, against) : weight;
}

/* The words that speak most for `category` against `second`. */
static int model_evidence(Evidence *evidence, Arena *arena, const Text *text, const Judgement *judgement,
                          const Classifier *classifier, CategoryId category, CategoryId second)
{
    /* More than there is room for, because the strongest often overlap: a word and a pair with it. */
    enum { CANDIDATES = 3 * EVIDENCE_SPANS };
    uint32_t class_count = model_header(classifier->model)->class_count, class = classifier->category_class[category];
    uint32_t against = second == CATEGORY_NONE ? class_count : classifier->category_class[second];
    if (class == class_count) return 0;
    evidence->rule = "model";
    float weights[CANDIDATES];
    const ModelPart *parts[CANDIDATES];
    uint32_t count = 0;
    for (uint32_t i = 0; i < judgement->model.part_count; i++) {
        const ModelPart *part = &judgement->model.parts[i];
        float weight = part_says(part, class, against, class_count);
        if (weight <= 0 || (count == CANDIDATES && weight <= weights[count - 1])) continue;
        uint32_t at = count < CANDIDATES ? count++ : count - 1;
        for (; at > 0 && weights[at - 1] < weight; at--) {
            weights[at] = weights[at - 1];
            parts[at] = parts[at - 1];
        }
        weights[at] = weight;
        parts[at] = part;
    }
    for (uint32_t i = 0; i < count && evidence->span_count < EVIDENCE_SPANS; i++) {
        Span span = span_of(text, parts[i]->token, parts[i]->token_end);
        int status = overlaps(evidence, span) ? 0 : add_span(evidence, arena, span);
        if (status) return status;
    }
    return 0;
}

/* Which of the two decided: the cues, where without them the model would have said something else. */
static bool cues_decided(const CategoryTag *tag, const Judgement *judgement, const Classifier *classifier)
{
    if (judgement->cue_weights[tag->category] <= 0) return false;
    if (!classifier->model) return true;
    uint32_t class_count = model_header(classifier->model)->class_count;
    uint32_t class = classifier->category_class[tag->category];
    float own = class < class_count ? judgement->model.score[class] : MODEL_UNKNOWN;
    for (uint32_t i = 0; i < class_count; i++)
        if (judgement->model.score[i] > own) return true;
    return false;
}

static const ModelCalibration *calibration_of(const Classifier *classifier, bool own)
{
    return &model_header(classifier->model)->calibrations[own ? MODEL_OWN : MODEL_NOTICE];
}

static int decide(CategoryTag *tag, Arena *arena, const Text *text, const Judgement *judgement,
                  const Knowledge *knowledge, bool own)
{
    const Classifier *classifier = knowledge->classifier;
    if (!judgement->model.part_count && !judgement->cue_count) return 0;
    ModelTerm terms[MODEL_TERMS];
    uint32_t order[3];
    uint32_t count = model_calibration_terms(
        terms, order, judgement->scores, (uint32_t)knowledge->category_count, classifier->category_class,
        classifier->model ? model_header(classifier->model)->class_count : 0, judgement->model.word_count);
    tag->category = (CategoryId)order[0];
    tag->second = knowledge->category_count > 1 ? (CategoryId)order[1] : CATEGORY_NONE;
    if (classifier->model)
        tag->confidence = model_confidence(calibration_of(classifier, own), terms, count);
    else
        tag->confidence = 0.5f; /* nothing calibrates cues alone */
    if (cues_decided(tag, judgement, classifier))
        return cue_evidence(&tag->evidence, arena, text, judgement, tag->category);
    if (!classifier->model) return 0;
    return model_evidence(&tag->evidence, arena, text, judgement, classifier, tag->category, tag->second);
}

int classify_read(CategoryTag *tag, Arena *arena, const Text *text, const Segment *segment, const Knowledge *knowledge,
                  MunicipalityId municipality, bool own)
{
    const Classifier *classifier = knowledge->classifier;
    *tag = (CategoryTag){.category = classifier->fallback, .second = CATEGORY_NONE, .evidence = {.rule = "none"}};
    CueHit heading = {0};
    if (find_heading(classifier, text, segment, &heading)) {
        tag->category = heading.target;
        tag->confidence = HEADING_CONFIDENCE;
        tag->evidence.rule = "police-heading";
        return add_span(&tag->evidence, arena, span_of(text, heading.token, heading.token_end));
    }
    Judgement judgement = {.range = own_words(text, segment)};
    const CueSet *learned = knowledge->learned_cues && municipality < knowledge->municipality_count
                                ? knowledge->learned_cues[municipality]
                                : NULL;
    CueHit hit;
    if (learned && classifier_learned(classifier, learned, text, judgement.range.first, judgement.range.end, &hit)) {
        tag->category = hit.target;
        tag->confidence = LEARNED_CONFIDENCE;
        tag->evidence.rule = "learned";
        return add_span(&tag->evidence, arena, span_of(text, hit.token, hit.token_end));
    }
    int status = judge(&judgement, arena, text, knowledge);
    return status ? status : decide(tag, arena, text, &judgement, knowledge, own);
}

uint32_t classify_flags(const Text *text, const Segment *segment, const Knowledge *knowledge)
{
    CueHit hits[FLAG_HITS];
    Range range = own_words(text, segment);
    uint32_t flags = 0, count = cues_find(knowledge->classifier->flags, text, range.first, range.end, hits, FLAG_HITS);
    for (uint32_t i = 0; i < count; i++)
        flags |= 1u << hits[i].target;
    return flags;
}

float classify_review_limit(const Knowledge *knowledge, bool own)
{
    const Classifier *classifier = knowledge->classifier;
    return classifier->model ? calibration_of(classifier, own)->review_limit : 1.0f;
}
