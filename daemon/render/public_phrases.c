#include "render/public_phrases.h"

#include <stdio.h>

#include "core/lagesbild/swedish.h"

const char public_phrases_places[] = "Platser med flest händelser";

const char *public_phrases_count(const LagesbildPublic *l, const PublicCount *count, char out[static PHRASES_CELL])
{
    switch (count->kind) {
    case PUBLIC_EXACT:
        return swedish_integer(count->count, out);
    case PUBLIC_FEW:
        snprintf(out, PHRASES_CELL, "färre än %lld", (long long)l->threshold);
        return out;
    case PUBLIC_HIDDEN:
        return "visas inte";
    case PUBLIC_UNKNOWN:
        break;
    }
    return "–";
}

const char *public_phrases_note(const LagesbildPublic *l, char out[static PUBLIC_PHRASES_NOTE])
{
    snprintf(out, PUBLIC_PHRASES_NOTE,
             "Antal under %lld anges som ”färre än %lld”, också när de är noll. ”Visas inte” står där ett större antal "
             "skulle göra att ett litet gick att räkna ut. Streck (–) betyder att ingen rapporterade. Händelserna "
             "själva återges inte.",
             (long long)l->threshold, (long long)l->threshold);
    return out;
}

const char *public_phrases_state(const LagesbildPublic *l, char out[static PUBLIC_PHRASES_STATE])
{
    if (l->version)
        snprintf(out, PUBLIC_PHRASES_STATE, "Utgiven %.10s, version %d. För allmänheten.", l->published.at, l->version);
    else
        snprintf(out, PUBLIC_PHRASES_STATE, "Utkast, följer uppgifterna. För allmänheten.");
    return out;
}
