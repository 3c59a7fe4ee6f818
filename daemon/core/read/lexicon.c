#include "core/read/lexicon.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/knowledge/knowledge-internal.h"
#include "core/knowledge/knowledge_csv.h"

static const char *const LEXICON_ROLES[LEX_ROLE_COUNT] = {
    [LEX_WEEKDAY] = "weekday",
    [LEX_WEEKDAY_SHORT] = "weekday-short",
    [LEX_WEEKDAY_PAST] = "weekday-past",
    [LEX_MONTH] = "month",
    [LEX_HOUR] = "hour",
    [LEX_HOUR_ABOUT] = "hour-about",
    [LEX_MINUTES] = "minutes",
    [LEX_NUMBER] = "number",
    [LEX_HALF] = "half",
    [LEX_PAST] = "past",
    [LEX_BEFORE] = "before",
    [LEX_CLOCK] = "clock",
    [LEX_AT] = "at",
    [LEX_TIDEN] = "tiden",
    [LEX_NAMED_CLOCK] = "named-clock",
    [LEX_DAY] = "day",
    [LEX_PART] = "part",
    [LEX_DAY_PART] = "day-part",
    [LEX_NIGHT_TO] = "night-to",
    [LEX_NIGHT_BETWEEN] = "night-between",
    [LEX_WEEKEND] = "weekend",
    [LEX_HABIT] = "habit",
    [LEX_NO_START] = "no-start",
    [LEX_MAYBE_START] = "maybe-start",
    [LEX_THEN] = "then",
    [LEX_NO_START_NEXT] = "no-start-next",
    [LEX_SINCE] = "since",
    [LEX_UNIT] = "unit",
    [LEX_RANGE] = "range",
    [LEX_BETWEEN] = "between",
    [LEX_LATER] = "later",
    [LEX_HOURS] = "hours",
    [LEX_ON] = "on",
    [LEX_HOLIDAY] = "holiday",
    [LEX_EASTER] = "easter",
    [LEX_WEEKDAY_FROM] = "weekday-from",
    [LEX_VERB] = "verb",
    [LEX_SENT] = "sent",
    [LEX_PART_HINT] = "part-hint",
    [LEX_NUMBER_LABEL] = "number-label",
    [LEX_ROUND] = "round",
    [LEX_AFTER_CLOCK] = "after-clock",
    [LEX_GREETING] = "greeting",
    [LEX_CLOSING] = "closing",
    [LEX_MAIL] = "mail",
    [LEX_TITLE] = "title",
    [LEX_INTRO] = "intro",
    [LEX_NOISE] = "noise",
    [LEX_NOISE_ANY] = "noise-any",
    [LEX_NOTHING] = "nothing",
    [LEX_MISC] = "misc",
    [LEX_UPDATE] = "update",
    [LEX_FIELD] = "field",
    [LEX_FIELD_TIME] = "field-time",
    [LEX_EVENT] = "event",
    [LEX_OWN] = "own",
    [LEX_PLACE_PREP] = "place-prep",
    [LEX_REGION] = "region",
    [LEX_ROAD] = "road",
    [LEX_LIST] = "list",
    [LEX_AND] = "and",
    [LEX_CONTINUE] = "continue",
    [LEX_SOMEONE] = "someone",
    [LEX_SELF] = "self",
};
_Static_assert(LEX_ROLE_COUNT <= 64, "a set of roles is 64 bits");

/* A phrase's word. */
typedef struct Part {
    const char *norm;
    uint32_t len, hash;
    bool prefix; /* "larm*" */
    bool suffix; /* "*rapport"; only in a phrase of one word */
} Part;

typedef struct Entry {
    struct Entry *next; /* the next in the same bucket, shorter or equal */
    Part *parts;
    uint32_t last_hash; /* of the last word; 0 where it is one with * */
    uint16_t part_count;
    uint8_t role;
    int16_t value;
} Entry;

/* A first word with * is found by its first or last bytes, so it must have at least as many. */
enum { STEM = 3, BUCKETS = 4096, PHRASE_WORDS = 16 };

struct Lexicon {
    Entry *whole[BUCKETS];         /* by the hash of the first word */
    Entry *pair[BUCKETS];          /* by those of the first two, where neither has a *: "i" alone begins a hundred */
    Entry *stem[BUCKETS];          /* by the hash of its first STEM bytes */
    Entry *tail[BUCKETS];          /* by the hash of its last STEM bytes */
    uint64_t first_roles[BUCKETS]; /* by the hash of the first word, the roles in both: what a word may begin */
    uint64_t whole_roles[BUCKETS]; /* the roles in each, so that most words need no walk */
    uint64_t pair_roles[BUCKETS];
    uint64_t stem_roles[BUCKETS];
    uint64_t tail_roles[BUCKETS];
    uint64_t all_stem_roles, all_tail_roles;
};

static uint32_t pair_bucket(uint32_t first, uint32_t second)
{
    return (first * 31 + second) % BUCKETS;
}

static bool part_is(const Part *part, const Token *token)
{
    if (part->suffix)
        return token->norm_len >= part->len &&
               memcmp(token->norm + token->norm_len - part->len, part->norm, part->len) == 0;
    if (part->prefix) return token->norm_len >= part->len && memcmp(token->norm, part->norm, part->len) == 0;
    return token->hash == part->hash && token->norm_len == part->len && memcmp(token->norm, part->norm, part->len) == 0;
}

/* False where the last word's hash shows that the entry isn't here: most entries of a common first word end so. */
static inline bool may_be_at(const Entry *entry, const Token *tokens)
{
    return !entry->last_hash || entry->last_hash == tokens[entry->part_count - 1].hash;
}

static const Entry *walk(const Entry *entry, const Text *text, uint32_t at, uint32_t end, uint64_t roles)
{
    for (; entry; entry = entry->next) {
        if (!(roles & LEX(entry->role)) || entry->part_count > end - at) continue;
        if (!may_be_at(entry, &text->tokens[at])) continue;
        uint16_t i = 0;
        while (i < entry->part_count && part_is(&entry->parts[i], &text->tokens[at + i]))
            i++;
        if (i == entry->part_count) return entry;
    }
    return NULL;
}

static uint64_t roles_of(const Lexicon *lexicon, const Token *token, uint64_t roles)
{
    uint64_t found = lexicon->first_roles[token->hash % BUCKETS];
    if (token->norm_len >= STEM) {
        /* Most roles have no phrase with *, and then the hashes need not be taken. */
        if (roles & lexicon->all_stem_roles) found |= lexicon->stem_roles[text_hash(token->norm, STEM) % BUCKETS];
        if (roles & lexicon->all_tail_roles)
            found |= lexicon->tail_roles[text_hash(token->norm + token->norm_len - STEM, STEM) % BUCKETS];
    }
    return found & roles;
}

void lexicon_mark(const Lexicon *lexicon, Text *text)
{
    for (uint32_t i = 0; i < text->token_count; i++)
        text->tokens[i].begins = roles_of(lexicon, &text->tokens[i], UINT64_MAX);
    text->marked_by = lexicon;
}

uint64_t lexicon_roles(const Lexicon *lexicon, const Text *text, uint32_t at, uint64_t roles)
{
    const Token *token = &text->tokens[at];
    return text->marked_by == lexicon ? token->begins & roles : roles_of(lexicon, token, roles);
}

/* The longest phrase whose first word has no *. */
static const Entry *match_whole(const Lexicon *lexicon, const Text *text, uint32_t at, uint32_t end, uint64_t roles)
{
    const Token *token = &text->tokens[at];
    uint32_t bucket = token->hash % BUCKETS;
    const Entry *best =
        lexicon->whole_roles[bucket] & roles ? walk(lexicon->whole[bucket], text, at, end, roles) : NULL;
    if (at + 1 >= end) return best;
    bucket = pair_bucket(token->hash, token[1].hash);
    const Entry *pair = lexicon->pair_roles[bucket] & roles ? walk(lexicon->pair[bucket], text, at, end, roles) : NULL;
    return pair && (!best || pair->part_count > best->part_count) ? pair : best;
}

bool lexicon_match_phrase(const Lexicon *lexicon, const Text *text, uint32_t at, uint32_t end, uint64_t roles,
                          LexiconHit *hit)
{
    const Token *token = &text->tokens[at];
    const Entry *best =
        lexicon->first_roles[token->hash % BUCKETS] & roles ? match_whole(lexicon, text, at, end, roles) : NULL;
    uint32_t bucket;
    if (token->norm_len >= STEM && roles & lexicon->all_stem_roles) {
        bucket = text_hash(token->norm, STEM) % BUCKETS;
        const Entry *entry =
            lexicon->stem_roles[bucket] & roles ? walk(lexicon->stem[bucket], text, at, end, roles) : NULL;
        if (entry && (!best || entry->part_count > best->part_count)) best = entry;
    }
    if (!best && token->norm_len >= STEM && roles & lexicon->all_tail_roles) {
        bucket = text_hash(token->norm + token->norm_len - STEM, STEM) % BUCKETS;
        if (lexicon->tail_roles[bucket] & roles) best = walk(lexicon->tail[bucket], text, at, end, roles);
    }
    if (!best) return false;
    *hit = (LexiconHit){.role = best->role, .value = best->value, .start = at, .end = at + best->part_count};
    return true;
}

bool lexicon_find(const Lexicon *lexicon, const Text *text, uint32_t from, uint32_t end, uint64_t roles,
                  LexiconHit *hit)
{
    for (uint32_t at = from; at < end; at++) {
        if (lexicon_match(lexicon, text, at, end, roles, hit)) return true;
    }
    return false;
}

static void insert(Entry **bucket, Entry *entry)
{
    while (*bucket && (*bucket)->part_count >= entry->part_count)
        bucket = &(*bucket)->next;
    entry->next = *bucket;
    *bucket = entry;
}

static int find_role(const char *name)
{
    for (int role = 0; role < LEX_ROLE_COUNT; role++) {
        if (strcmp(LEXICON_ROLES[role], name) == 0) return role;
    }
    return -1;
}

/* Puts a phrase where its first word finds it. */
static int insert_entry(Lexicon *lexicon, Entry *entry, Error *err)
{
    if (!entry->part_count || entry->part_count > PHRASE_WORDS)
        return error_set(err, -EINVAL, "a phrase has 1 to %d words", PHRASE_WORDS);
    const Part *first = entry->parts;
    if ((first->prefix || first->suffix) && first->len < STEM)
        return error_set(err, -EINVAL, "\"%s\" is too short for *", first->norm);
    if (first->suffix && (entry->part_count > 1 || first->prefix))
        return error_set(err, -EINVAL, "a word that begins with * stands alone, without another *");
    Entry **buckets = lexicon->whole;
    uint64_t *roles = lexicon->whole_roles;
    uint32_t hash = first->hash;
    if (!first->prefix && !first->suffix) lexicon->first_roles[hash % BUCKETS] |= LEX(entry->role);
    if (first->prefix) {
        buckets = lexicon->stem;
        roles = lexicon->stem_roles;
        hash = text_hash(first->norm, STEM);
    } else if (first->suffix) {
        buckets = lexicon->tail;
        roles = lexicon->tail_roles;
        hash = text_hash(first->norm + first->len - STEM, STEM);
    } else if (entry->part_count > 1 && !first[1].prefix && !first[1].suffix) {
        buckets = lexicon->pair;
        roles = lexicon->pair_roles;
        hash = pair_bucket(first->hash, first[1].hash);
    }
    insert(&buckets[hash % BUCKETS], entry);
    roles[hash % BUCKETS] |= LEX(entry->role);
    if (first->prefix) lexicon->all_stem_roles |= LEX(entry->role);
    if (first->suffix) lexicon->all_tail_roles |= LEX(entry->role);
    return 0;
}

typedef struct Loader {
    Lexicon *lexicon;
    Arena *arena;
} Loader;

/* Adds one phrase; the same rules cut it as cut a report. */
static int add_phrase(void *context, const char *const *fields, size_t line, Error *err)
{
    (void)line;
    Loader *loader = context;
    int role = find_role(fields[0]);
    if (role < 0) return error_set(err, -EINVAL, "unknown role \"%s\"", fields[0]);
    /* Tokens point into the text, so that must outlive the row. */
    char *phrase = arena_strdup(loader->arena, fields[1]);
    if (!phrase) return error_set(err, -ENOMEM, "out of memory");
    Text text;
    int r = text_init(&text, loader->arena, phrase, strlen(phrase), NULL);
    if (r == -EILSEQ) return error_set(err, -EINVAL, "the phrase is not UTF-8");
    if (r < 0) return error_set(err, r, "out of memory");
    char *rest = NULL;
    errno = 0;
    long value = *fields[2] ? strtol(fields[2], &rest, 10) : 0;
    if ((rest && *rest) || errno || value < INT16_MIN || value > INT16_MAX)
        return error_set(err, -EINVAL, "\"%s\" is no whole number", fields[2]);
    Entry *entry = arena_calloc(loader->arena, 1, sizeof *entry);
    Part *parts = arena_calloc(loader->arena, text.token_count, sizeof *parts);
    if (!entry || !parts) return error_set(err, -ENOMEM, "out of memory");
    *entry = (Entry){.parts = parts, .role = (uint8_t)role, .value = (int16_t)value};
    bool suffix = false;
    for (uint32_t i = 0; i < text.token_count; i++) {
        const Token *token = &text.tokens[i];
        if (!token_is(token, "*"))
            parts[entry->part_count++] = (Part){token->norm, token->norm_len, token->hash, false, suffix};
        else if (entry->part_count && !(token->flags & TOKEN_SPACE_BEFORE))
            parts[entry->part_count - 1].prefix = true;
        else
            suffix = true;
    }
    const Part *last = entry->part_count ? &parts[entry->part_count - 1] : NULL;
    if (last && !last->prefix && !last->suffix) entry->last_hash = last->hash;
    return insert_entry(loader->lexicon, entry, err);
}

/* Lays the entries of each bucket side by side: they are walked for every common word of every text. */
static int lay_out(Entry *buckets[static BUCKETS], Arena *arena)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        size_t count = 0;
        for (const Entry *entry = buckets[i]; entry; entry = entry->next)
            count++;
        if (!count) continue;
        Entry *laid = arena_alloc(arena, count * sizeof *laid), *last = laid;
        if (!laid) return -ENOMEM;
        for (const Entry *entry = buckets[i]; entry; entry = entry->next, last++) {
            *last = *entry;
            last->next = last + 1;
        }
        last[-1].next = NULL;
        buckets[i] = laid;
    }
    return 0;
}

int lexicon_load(Lexicon **out, Arena *arena, const char *directory, Error *err)
{
    static const char *const columns[] = {"role", "phrase", "value"};
    Lexicon *lexicon = arena_calloc(arena, 1, sizeof *lexicon);
    if (!lexicon) return error_set(err, -ENOMEM, "out of memory");
    Loader loader = {.lexicon = lexicon, .arena = arena};
    int r = knowledge_csv_read(directory, "time-words.csv", columns, 3, add_phrase, &loader, err);
    if (r == 0) r = knowledge_csv_read(directory, "report-cues.csv", columns, 3, add_phrase, &loader, err);
    if (r < 0) return r;
    if (lay_out(lexicon->whole, arena) || lay_out(lexicon->pair, arena) || lay_out(lexicon->stem, arena) ||
        lay_out(lexicon->tail, arena))
        return error_set(err, -ENOMEM, "out of memory");
    *out = lexicon;
    return 0;
}

int knowledge_load_lexicon(Knowledge *k, const char *directory, Error *err)
{
    return lexicon_load(&k->lexicon, k->arena, directory, err);
}
