#include "render/phrases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/lagesbild/swedish.h"
#include "util/memstream.h"

const char phrases_about[] =
    "Lägesbilden är framställd av tjänsten lagesbild ur inkomna rapporter. Den beskriver platser och situationer, inte "
    "personer, och ersätter ingen polisanmälan.";

static const char *plural(int64_t n, const char *one, const char *many)
{
    return n == 1 ? one : many;
}

/* "den 16 mars 2026 kl. 08.00" */
static char *step_time(const LagesbildStep *step, char *out, size_t size)
{
    CivilDate day;
    int hour, minute;
    char date[32];
    if (sscanf(step->at, "%d-%d-%dT%d:%d", &day.year, &day.month, &day.day, &hour, &minute) != 5 || day.month < 1 ||
        day.month > 12)
        return strcpy(out, "");
    snprintf(out, size, "den %s kl. %02d.%02d", swedish_date(day, date, sizeof date), hour, minute);
    return out;
}

char *phrases_status(const Lagesbild *l, char *out, size_t size)
{
    char date[64], state[96], last[112] = "";
    if (l->version)
        snprintf(state, sizeof state, "Utgiven %s, version %d.", step_time(&l->published, date, sizeof date),
                 l->version);
    else
        snprintf(state, sizeof state, "Utkast, följer uppgifterna.%s", l->waits ? " Väntar på att ges ut." : "");
    if (!l->version && l->published.number)
        snprintf(last, sizeof last, " Senast utgiven %s, version %d.", step_time(&l->published, date, sizeof date),
                 l->published.number);
    snprintf(out, size, "%s Uppgifterna hämtade den %s kl. %02d.%02d.%s", state,
             swedish_date(l->cut_date, date, sizeof date), l->cut_hour, l->cut_minute, last);
    return out;
}

char *phrases_source(const LagesbildSource *source, char *out, size_t size)
{
    char count[SWEDISH_NUMBER_SIZE], reports[SWEDISH_NUMBER_SIZE], last[48];
    swedish_integer(source->count, count);
    swedish_integer(source->reports, reports);
    if (!lagesbild_has_reported(source)) {
        if (civil_is_known(source->last))
            snprintf(out, size, "inget för perioden, senast %s", swedish_date(source->last, last, sizeof last));
        else
            snprintf(out, size, "inget för perioden");
    } else if (source->reports) {
        snprintf(out, size, "%s %s här, %s %s", count, plural(source->count, "händelse", "händelser"), reports,
                 plural(source->reports, "rapport", "rapporter"));
    } else {
        snprintf(out, size, "%s %s här", count, plural(source->count, "händelse", "händelser"));
    }
    return out;
}

/* Adds "label: value." when there is a value, cutting at the end of the buffer. */
static void part(char *out, size_t size, const char *label, const char *value)
{
    size_t n = strlen(out);
    if (!value || !*value || n + 1 >= size) return;
    snprintf(out + n, size - n, "%s%s%s.", n ? " " : "", label, value);
}

char *phrases_decision(const LagesbildDecision *decision, char *out, size_t size)
{
    char date[48];
    out[0] = '\0';
    part(out, size, "Ansvarig: ", decision->owner);
    part(out, size, "Plats: ", decision->place);
    if (civil_is_known(decision->start)) part(out, size, "Start: ", swedish_date(decision->start, date, sizeof date));
    if (civil_is_known(decision->check))
        part(out, size, "Stäms av: ", swedish_date(decision->check, date, sizeof date));
    part(out, size, "Läge: ", decision->status);
    return out;
}

char *phrases_count(int64_t count, char out[static PHRASES_CELL])
{
    if (count == LAGESBILD_UNKNOWN)
        snprintf(out, PHRASES_CELL, "–");
    else
        swedish_integer(count, out);
    return out;
}

char *phrases_normal(const Expected *expected, char out[static PHRASES_CELL])
{
    char low[SWEDISH_NUMBER_SIZE], high[SWEDISH_NUMBER_SIZE];
    if (!expected->known)
        snprintf(out, PHRASES_CELL, "–");
    else if (expected->low == expected->high)
        snprintf(out, PHRASES_CELL, "%.30s", swedish_integer(expected->low, low));
    else
        snprintf(out, PHRASES_CELL, "%.30s–%.30s", swedish_integer(expected->low, low),
                 swedish_integer(expected->high, high));
    return out;
}

char *phrases_week(const LagesbildWeek *week, char out[static PHRASES_CELL])
{
    int year, number = civil_iso_week(week->monday, &year);
    snprintf(out, PHRASES_CELL, "v. %d %d", number, year);
    return out;
}

char *phrases_week_normal(const LagesbildWeek *week, char out[static PHRASES_CELL])
{
    return phrases_normal(&(Expected){.known = week->has_normal, .low = week->low, .high = week->high}, out);
}

const char *phrases_weeks(const Lagesbild *l)
{
    for (size_t i = 0; i < l->week_count; i++)
        if (l->weeks[i].has_normal)
            return "Det ljusa fältet är vad som var normalt när veckan kom, räknat på veckorna före den. Linjen bryts "
                   "där ingen har rapporterat.";
    return "Linjen bryts där ingen har rapporterat.";
}

const char *phrases_map(const Lagesbild *l, Arena *arena)
{
    const LagesbildMap *map = &l->map;
    const int64_t elsewhere = l->total.count - map->placed;
    const bool others = map->dot_count && map->dots[map->dot_count - 1].place == LAGESBILD_PLACES_MAX;
    char n[SWEDISH_NUMBER_SIZE], of[SWEDISH_NUMBER_SIZE], missing[160] = "";
    if (!map->dot_count) return "Ingen av platserna har ett känt läge, så kartan visar bara områdets gräns.";
    if (l->incidents_omitted)
        snprintf(missing, sizeof missing, " Händelser utan känt läge är inte med.");
    else if (elsewhere > 0)
        snprintf(missing, sizeof missing, " %s av %s %s saknar känt läge och är inte med på kartan.",
                 swedish_integer(elsewhere, n), swedish_integer(l->total.count, of),
                 plural(l->total.count, "händelse", "händelser"));
    return arena_printf(arena, "Siffrorna är platsernas i listan; större prick är fler händelser.%s%s",
                        others ? " Små prickar är andra platser." : "", missing);
}

const char *phrases_total(const Lagesbild *l)
{
    return lagesbild_is_complete(l) ? "rapporterade händelser" : "rapporterade hittills";
}

const char *phrases_no_clock(const Lagesbild *l)
{
    return l->total.count ? "Klockslaget är inte känt för någon av händelserna."
                          : "Inga händelser att fördela på dagar och timmar.";
}

const char *phrases_no_place(const Lagesbild *l)
{
    return l->total.count ? "Platsen är inte känd för någon av händelserna." : "Inga händelser att visa på kartan.";
}

/* "Har rapporterat: A, B och C." of those who have, or have not. */
static bool say_reporters(const Lagesbild *l, const char *label, bool reported, FILE *out)
{
    size_t n = 0, at = 0;
    for (size_t i = 0; i < l->source_count; i++)
        n += lagesbild_has_reported(&l->sources[i]) == reported;
    if (!n) return false;
    fprintf(out, "%s", label);
    for (size_t i = 0; i < l->source_count; i++) {
        if (lagesbild_has_reported(&l->sources[i]) != reported) continue;
        fprintf(out, "%s%s", at == 0 ? "" : at + 1 == n ? " och " : ", ", l->sources[i].organisation);
        at++;
    }
    fputc('.', out);
    return true;
}

const char *phrases_reporters(const Lagesbild *l, Arena *arena)
{
    char *text = NULL;
    size_t len;
    FILE *out = memstream_open(&text, &len);
    if (!out) return NULL;
    if (!say_reporters(l, "Har rapporterat: ", true, out)) fputs("Ingen har rapporterat.", out);
    say_reporters(l, " Inget har kommit från: ", false, out);
    const bool failed = !memstream_close(out);
    const char *kept = failed ? NULL : arena_strdup(arena, text);
    free(text);
    return kept;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

const char *phrases_bound(const char *text, Arena *arena)
{
    static const char dash[] = "–", joiner[] = "\u2060", unbroken[] = "\u00a0";
    char *out = arena_alloc(arena, 3 * strlen(text) + 1), *at = out;
    if (!out) return NULL;
    for (const char *p = text; *p; p++) {
        const size_t before = (size_t)(p - text);
        const bool abbreviated =
            (before >= 2 && strncmp(p - 2, "v.", 2) == 0) || (before >= 3 && strncmp(p - 3, "kl.", 3) == 0);
        if (*p == ' ' && abbreviated && is_digit(p[1])) {
            at = stpcpy(at, unbroken);
        } else if (before && is_digit(p[-1]) && strncmp(p, dash, strlen(dash)) == 0 && is_digit(p[strlen(dash)])) {
            at = stpcpy(stpcpy(at, dash), joiner);
            p += strlen(dash) - 1;
        } else {
            *at++ = *p;
        }
    }
    *at = '\0';
    return out;
}

const char phrases_more_measures[] = "Fler beslut står på de följande sidorna.";

const char *phrases_measure(const LagesbildDecision *decision, Arena *arena)
{
    char date[48], check[96] = "";
    const char *status = decision->status, *effect = decision->effect;
    if (civil_is_known(decision->check) && !effect)
        snprintf(check, sizeof check, " Stäms av %s.", swedish_date(decision->check, date, sizeof date));
    return arena_printf(arena, "%s – %s.%s%s%s%s%s%s", decision->measure, decision->owner, check,
                        status ? " Läge: " : "", status ? status : "", status ? "." : "", effect ? " " : "",
                        effect ? effect : "");
}

const char *phrases_verdict(const Expected *expected)
{
    switch (expected->direction) {
    case EXPECTED_UP:
        return "fler";
    case EXPECTED_DOWN:
        return "färre";
    case EXPECTED_SAME:
        break;
    }
    return "";
}

const char *phrases_method(const Lagesbild *l)
{
    if (!l->total.expected.known)
        return "Streck (–) betyder att uppgift saknas. Vad som är normalt anges när det finns minst sex tidigare, lika "
               "långa perioder med rapporter.";
    if (l->total.expected.method == EXPECTED_YEARS)
        return "Normalt är det spann som 19 av 20 perioder hamnar i, räknat på områdets egna veckor med rapporter "
               "under "
               "tre till fem år, med hänsyn till trend och årstid. ”Fler” och ”färre” anges bara när slumpen inte är "
               "en "
               "rimlig förklaring, och ”fler” aldrig för färre än fem händelser på fyra veckor. Streck (–) betyder att "
               "uppgift saknas.";
    return "Normalt är det spann som 19 av 20 perioder hamnar i, räknat på områdets egna föregående perioder med "
           "rapporter (högst tolv). ”Fler” och ”färre” anges bara när slumpen inte är en rimlig förklaring, och ”fler” "
           "aldrig för färre än fem händelser på fyra veckor. Streck (–) betyder att uppgift saknas.";
}

char *phrases_clocked(const Lagesbild *l, char *out, size_t size)
{
    char clocked[SWEDISH_NUMBER_SIZE], total[SWEDISH_NUMBER_SIZE];
    snprintf(out, size, "Klockslaget är känt för %s av %s %s.", swedish_integer(l->clocked, clocked),
             swedish_integer(l->total.count, total), plural(l->total.count, "händelse", "händelser"));
    return out;
}

char *phrases_when(const LagesbildIncident *incident, char *out, size_t size)
{
    char clock[32] = "";
    if (incident->has_clock && incident->clock_is_rough)
        snprintf(clock, sizeof clock, " ca kl. %02d", incident->hour);
    else if (incident->has_clock)
        snprintf(clock, sizeof clock, " kl. %02d.%02d", incident->hour, incident->minute);
    snprintf(out, size, "%s %d %s%s", swedish_weekday_short(civil_weekday(incident->date)), incident->date.day,
             swedish_month(incident->date.month), clock);
    return out;
}

char *phrases_incident(const LagesbildIncident *incident, char *out, size_t size)
{
    char when[96];
    snprintf(out, size, "%s: %s%s%s%s%s", phrases_when(incident, when, sizeof when), incident->category,
             incident->area ? " (" : "", incident->area ? incident->area : "", incident->area ? ")" : "",
             incident->to_review ? ", ej granskad" : "");
    return out;
}

const char *phrases_place(const LagesbildIncident *incident)
{
    return incident->place ? incident->place : "Plats inte angiven";
}

bool phrases_title_adds(const LagesbildIncident *incident)
{
    size_t n = strlen(incident->title);
    return n && strcmp(incident->title, incident->category) != 0 && strncmp(incident->text, incident->title, n) != 0;
}

char *phrases_omitted(const Lagesbild *l, char *out, size_t size)
{
    char n[SWEDISH_NUMBER_SIZE];
    snprintf(out, size, "Ytterligare %s %s är medräknade ovan men återges inte här.",
             swedish_integer(l->incidents_omitted, n), plural(l->incidents_omitted, "händelse", "händelser"));
    return out;
}

bool phrases_has_causes(const Lagesbild *l)
{
    return l->causes.count || l->period.kind != PERIOD_WEEKS;
}
