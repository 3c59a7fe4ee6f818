/*
 * Swedish words that the text and the HTML of a lägesbild have in common.
 * Those that take a buffer write at most `size` bytes and return `out`.
 */
#pragma once

#include "core/lagesbild/lagesbild.h"
#include "util/arena.h"

/* What stands under every lägesbild, whoever it is for. */
extern const char phrases_about[];

/* "Utkast, följer uppgifterna. Uppgifterna hämtade den 16 mars 2026 kl. 08.00. Senast utgiven den 9 mars 2026 kl.
 * 09.00, version 1."; never longer than PHRASES_STATUS. */
enum { PHRASES_STATUS = 256 };
char *phrases_status(const Lagesbild *l, char *out, size_t size);

/* "5 händelser i 3 rapporter", "har inte rapporterat; senast den 2 mars 2026". */
char *phrases_source(const LagesbildSource *source, char *out, size_t size);

/* "Ansvarig: Bostadsbolaget. Plats: Bro centrum. Start: 16 mars 2026. Stäms av: 30 mars 2026. Pågår." */
char *phrases_decision(const LagesbildDecision *decision, char *out, size_t size);

enum { PHRASES_CELL = 64 };
/* A count in a table, "–" where it is not known. */
char *phrases_count(int64_t count, char out[static PHRASES_CELL]);
/* "3–8", "–" where it is not known. */
char *phrases_normal(const Expected *expected, char out[static PHRASES_CELL]);

/* "v. 11 2026", and what was normal then as "3–8" or "–". */
char *phrases_week(const LagesbildWeek *week, char out[static PHRASES_CELL]);
char *phrases_week_normal(const LagesbildWeek *week, char out[static PHRASES_CELL]);

/* How to read the lines over weeks; and the map. */
const char *phrases_weeks(const Lagesbild *l);
const char *phrases_map(const Lagesbild *l, Arena *arena); /* NULL without memory */

/* What the number of all incidents counts: also zero is true of what has been reported. */
const char *phrases_total(const Lagesbild *l);

/* Why there is no grid over the hours, and no list of places. */
const char *phrases_no_clock(const Lagesbild *l);
const char *phrases_no_place(const Lagesbild *l);

/* "Har rapporterat: Kommunpolisen och Skolan. Inget har kommit från: Väktarna." NULL without memory. */
const char *phrases_reporters(const Lagesbild *l, Arena *arena);

/* So many of a meeting's decisions stand on the first page, at most; and where the others are. */
enum { PHRASES_MEASURES = 4 };
extern const char phrases_more_measures[];

/* A decision in one line: "Tätare rondering – Ordningsvakterna. Stäms av 24 maj 2026. Läge: pågår."; with its effect,
 * where there is one, instead of the day it was to be checked. NULL without memory. */
const char *phrases_measure(const LagesbildDecision *decision, Arena *arena);

/* The text so that no line ends between "v." or "kl." and its number, nor within "3–8". NULL without memory. */
const char *phrases_bound(const char *text, Arena *arena);

/* "fler", "färre", or "" where nothing is claimed. */
const char *phrases_verdict(const Expected *expected);

/* How "normal" is found and when nothing is said, in a few sentences. */
const char *phrases_method(const Lagesbild *l);

/* "Klockslaget är känt för 18 av 23 händelser." */
char *phrases_clocked(const Lagesbild *l, char *out, size_t size);

/* "lör 14 mars kl. 23.40", "lör 14 mars ca kl. 22", "lör 14 mars" */
char *phrases_when(const LagesbildIncident *incident, char *out, size_t size);

/* "lör 14 mars kl. 23.40: Skadegörelse och klotter (Bro)" */
char *phrases_incident(const LagesbildIncident *incident, char *out, size_t size);

/* The place incidents are gathered under; "Plats inte angiven" where none is known. */
const char *phrases_place(const LagesbildIncident *incident);

/* False where the title says only what the category or the beginning of the text says already. */
bool phrases_title_adds(const LagesbildIncident *incident);

/* "Ytterligare 120 händelser visas inte här." */
char *phrases_omitted(const Lagesbild *l, char *out, size_t size);

/* Causes have their place in monthly, tertial and annual issues, and wherever someone wrote them. */
bool phrases_has_causes(const Lagesbild *l);
