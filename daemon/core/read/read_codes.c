/* The names that a reading's flags and kinds of personal data go by in every interface. */
#include "core/read/read.h"

const char *read_flag_code(int index)
{
    static const char *const CODES[FLAG_COUNT] = {"nara-relation", "ungdomar", "skola", "kollektivtrafik", "aldre"};
    return index >= 0 && index < FLAG_COUNT ? CODES[index] : NULL;
}

const char *read_pii_code(PiiKind kind)
{
    switch (kind) {
    case PII_PERSONNUMMER:
        return "personnummer";
    case PII_SAMORDNINGSNUMMER:
        return "samordningsnummer";
    case PII_TELEFON:
        return "telefon";
    case PII_EPOST:
        return "epost";
    case PII_REGNR:
        return "regnr";
    case PII_NAMN:
        return "namn";
    }
    return NULL;
}
