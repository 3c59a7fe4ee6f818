/* Which place a name means here: the local one, another with the same name, or none. */
#include "core/place/locate-internal.h"

enum { BOUND_GAP = 2 }; /* words that can stand between two places that belong together: "Bro (Kristinehamn" */

/*
 * How sure a tag is, by what decided it: measured on labelled notices and observations (docs/reading.md, "Areas") and
 * rounded down; where they have too few cases to measure, set lower.
 */
static const float SURE_SENDER = 0.97f;   /* a place of the sender's municipality */
static const float SURE_TITLE = 0.98f;    /* … of the municipality in the notice's title */
static const float SURE_EVIDENCE = 0.95f; /* other words point to the same municipality */
static const float SURE_COUNTY = 0.90f;   /* the context is in the same county */
static const float SURE_BORDER = 0.60f;   /* the context is in another county, but another place there fits */
static const float SURE_ALONE = 0.85f;    /* nothing else, but the name stands for nothing else */
static const float SURE_HOMONYM = 0.50f;  /* nothing else, and there are other places with the name */
static const float SURE_MISSPELT = 0.95f;

/* Whether some words besides `than` point to a municipality: its name, or a place like no other. */
static bool has_evidence(const Locator *l, MunicipalityId municipality, const Mention *than)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        const Target *target = &l->g->targets[m->target];
        if (m == than || target->municipality != municipality || !locate_is_own(target)) continue;
        if (target->flags != TARGET_KNOWN || target->class == TARGET_LOCAL || m->role == LOCATE_NO_PLACE) continue;
        if (target->next == GAZETTEER_END || target->class == TARGET_MUNICIPALITY) return true;
    }
    return false;
}

static bool is_misspelt(const Mention *m)
{
    for (size_t i = m->first; i < m->end; i++)
        if (m->stream->misspelt[i]) return true;
    return false;
}

/* Whether a place of the municipality is mentioned that fits an uncertain name: "E18 vid Bro", "Köpmanvägen i Bro". */
static bool has_company(const Locator *l, const Mention *than, const Target *target)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        const Target *other = &l->g->targets[m->target];
        bool precise = other->class == TARGET_PLACE || other->class == TARGET_STREET;
        if (m != than && precise && locate_is_own(other) && other->municipality == target->municipality &&
            !is_misspelt(m))
            return true;
    }
    return false;
}

/* "Vidare från Norrköping: …": the place outside every known area that labels the whole text, or NONE. */
static MunicipalityId source_of(const Locator *l)
{
    enum { SOURCE_WORDS = 6 };
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        if (m->stream != &l->stream || m->first > SOURCE_WORDS || m->end >= m->stream->count) continue;
        const Target *target = locate_only_elsewhere(l, m);
        if (target && token_is(locate_token(l, m->stream, m->end), ":")) return target->municipality;
    }
    return MUNICIPALITY_NONE;
}

/* Whether the text says that it happened in a county other than this, and nothing of this. */
static bool is_in_other_county(const Locator *l, MunicipalityId county)
{
    bool other = false;
    for (size_t i = 0; i < l->mention_count; i++) {
        const Mention *m = &l->mentions[i];
        const Target *target = locate_only_elsewhere(l, m);
        if (!target || m->role != LOCATE_HAPPENED) continue;
        if (locate_county(l, target->municipality) == county) return false;
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
        const Target *target = locate_only_elsewhere(l, &l->mentions[other]);
        if (!target || b->first - a->end > BOUND_GAP) continue;
        if (step < 0 && a->role == LOCATE_DESTINATION) continue; /* "hållplatsen mot Bålsta, Kungsängens station" */
        bool joined = true;
        for (size_t i = a->end; i < b->first; i++)
            joined &=
                locate_token(l, m->stream, i)->kind == TOKEN_PUNCT || locate_word_is(l, m->stream, i, WORD_PREPOSITION);
        if (joined) return target->municipality;
    }
    return MUNICIPALITY_NONE;
}

/* Whether another mention is a municipality or town of the county, or the county: "Bro norr om Stockholm". */
static bool names_county(const Locator *l, const Mention *than, MunicipalityId county)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        const Target *target = &l->g->targets[l->mentions[i].target];
        if (&l->mentions[i] == than || target->class > TARGET_MUNICIPALITY) continue;
        if (locate_county(l, target->municipality) == county) return true;
    }
    return false;
}

/* Whether a name is also that of a place in a municipality or anywhere in a county. */
static bool has_homonym_in(const Locator *l, const Mention *m, MunicipalityId where)
{
    for (uint32_t t = m->target; t != GAZETTEER_END; t = l->g->targets[t].next) {
        const Target *target = &l->g->targets[t];
        if (locate_is_own(target)) continue;
        if (target->municipality == where || locate_county(l, target->municipality) == where) return true;
    }
    return false;
}

/* How sure it is that a mention means this own place where neither title nor sender name its municipality. */
static float sureness_abroad(const Locator *l, const Mention *m, const Target *target)
{
    MunicipalityId county = locate_county(l, target->municipality);
    MunicipalityId said = l->title != MUNICIPALITY_NONE ? l->title : l->sender, context = locate_county(l, said);
    bool unique = !(target->flags & (TARGET_WORD | TARGET_HOMONYM)) && target->next == GAZETTEER_END;
    bool near = context == county, company = has_company(l, m, target);
    MunicipalityId source = said == MUNICIPALITY_NONE ? source_of(l) : MUNICIPALITY_NONE;
    if (source != MUNICIPALITY_NONE && (locate_county(l, source) != county || has_homonym_in(l, m, source))) return 0;
    if (is_misspelt(m) || (near && said != county && has_homonym_in(l, m, said))) return 0;
    if (context != MUNICIPALITY_NONE && !near)
        return target->flags & TARGET_KNOWN && company && !has_homonym_in(l, m, context) ? SURE_BORDER : 0;
    if (has_evidence(l, target->municipality, m)) return SURE_EVIDENCE;
    if (!(target->flags & TARGET_KNOWN)) return 0;
    if (near || company) return SURE_COUNTY;
    if (is_in_other_county(l, county)) return 0;
    if (target->flags & TARGET_WORD) return names_county(l, m, county) ? SURE_BORDER : 0;
    return unique ? SURE_ALONE : SURE_HOMONYM;
}

/* How sure it is that a mention means this own place; 0 where it doesn't. */
static float sureness(const Locator *l, size_t index, const Target *target)
{
    const Mention *m = &l->mentions[index];
    MunicipalityId county = locate_county(l, target->municipality), bound = bound_to(l, index);
    if (bound != MUNICIPALITY_NONE) {
        if (locate_county(l, bound) != county) return 0;
        if (bound == county) return SURE_EVIDENCE;
        if (has_homonym_in(l, m, bound)) return 0;
        if (!(target->flags & TARGET_KNOWN)) return 0;
    }
    if (l->heading != MUNICIPALITY_NONE && !m->heading) {
        if (locate_county(l, l->heading) != county) return 0;
        if (!(target->flags & TARGET_KNOWN) && l->heading != county) return 0;
    }
    if (l->title == target->municipality) return SURE_TITLE;
    if (l->sender == target->municipality)
        return l->heading == MUNICIPALITY_NONE || m->heading ? SURE_SENDER : SURE_COUNTY;
    return sureness_abroad(l, m, target);
}

void locate_choose_meanings(Locator *l)
{
    for (size_t i = 0; i < l->mention_count; i++) {
        Mention *m = &l->mentions[i];
        bool elsewhere = false;
        for (uint32_t t = m->target; t != GAZETTEER_END; t = l->g->targets[t].next) {
            const Target *target = &l->g->targets[t];
            if (target->class == TARGET_LOCAL || !locate_is_written_as(l, m, target)) continue;
            elsewhere |= target->class == TARGET_ELSEWHERE;
            float sure = locate_is_own(target) ? sureness(l, i, target) : 0;
            if (sure <= m->sure) continue;
            m->sure = sure;
            m->chosen = target;
        }
        if (m->chosen && is_misspelt(m)) m->sure *= SURE_MISSPELT;
        m->elsewhere = elsewhere && !m->chosen;
    }
}

void locate_choose_local_meanings(Locator *l)
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
