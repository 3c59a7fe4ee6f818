#include "db/sqlfile.h"

#include <dirent.h>
#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int only_sql(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return entry->d_name[0] != '.' && len > 4 && strcmp(entry->d_name + len - 4, ".sql") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The whole file with a NUL after it. */
static int read_text(char **out, const char *path)
{
    FILE *file = fopen(path, "re");
    if (!file) return -errno;
    char *text = NULL;
    size_t len = 0, capacity = 0, got;
    int r = 0;
    do {
        if (len + 4096 + 1 > capacity) {
            capacity = (capacity + 4096) * 2;
            char *moved = realloc(text, capacity);
            if (!moved) {
                r = -ENOMEM;
                break;
            }
            text = moved;
        }
        got = fread(text + len, 1, 4096, file);
        len += got;
    } while (got > 0);
    if (r == 0 && ferror(file)) r = -EIO;
    fclose(file);
    if (r == 0) {
        text[len] = '\0';
        if (strlen(text) != len) r = -EINVAL;
    }
    if (r < 0) {
        free(text);
        return r;
    }
    *out = text;
    return 0;
}

static void hash_bytes(crypto_hash_sha256_state *state, const char *string)
{
    crypto_hash_sha256_update(state, (const unsigned char *)string, strlen(string) + 1); /* the NUL parts them */
}

static void hash_end(crypto_hash_sha256_state *state, char hash[SQLFILE_HASH_SIZE])
{
    unsigned char bytes[crypto_hash_sha256_BYTES];
    crypto_hash_sha256_final(state, bytes);
    sodium_bin2hex(hash, SQLFILE_HASH_SIZE, bytes, sizeof bytes);
}

static int read_one(SqlFile *file, const char *directory, const char *folder, const char *name, Error *err)
{
    file->name = strdup(name);
    if (!file->name || asprintf(&file->path, "%s/%s/%s", directory, folder, name) < 0) {
        file->path = NULL;
        return error_set(err, -ENOMEM, "out of memory");
    }
    int r = read_text(&file->text, file->path);
    if (r < 0)
        return error_set(err, r, "%s cannot be read: %s", file->path, r == -EINVAL ? "holds a NUL" : strerror(-r));
    unsigned char bytes[crypto_hash_sha256_BYTES]; /* of the bytes alone, so that sha256sum gives the same */
    crypto_hash_sha256(bytes, (const unsigned char *)file->text, strlen(file->text));
    sodium_bin2hex(file->hash, sizeof file->hash, bytes, sizeof bytes);
    return 0;
}

int sqlfiles_read(SqlFiles *files, const char *directory, const char *folder, Error *err)
{
    *files = (SqlFiles){0};
    char *path;
    if (asprintf(&path, "%s/%s", directory, folder) < 0) return error_set(err, -ENOMEM, "out of memory");
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, only_sql, by_bytes);
    int r = count < 0 && errno != ENOENT ? -errno : 0;
    if (r < 0) error_set(err, r, "%s cannot be read: %s", path, strerror(-r));
    free(path);
    if (count <= 0) {
        free(entries);
        return r;
    }
    files->items = calloc((size_t)count, sizeof *files->items);
    if (!files->items) r = error_set(err, -ENOMEM, "out of memory");
    for (int i = 0; i < count; i++) {
        if (r == 0) r = read_one(&files->items[files->count++], directory, folder, entries[i]->d_name, err);
        free(entries[i]);
    }
    free(entries);
    return r;
}

void sqlfiles_free(SqlFiles *files)
{
    for (size_t i = 0; i < files->count; i++) {
        free(files->items[i].name);
        free(files->items[i].path);
        free(files->items[i].text);
    }
    free(files->items);
    *files = (SqlFiles){0};
}

void sqlfiles_hash(char hash[SQLFILE_HASH_SIZE], const SqlFiles *const *lists, size_t count)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (size_t l = 0; l < count; l++) {
        for (size_t i = 0; i < lists[l]->count; i++) {
            hash_bytes(&state, lists[l]->items[i].name);
            hash_bytes(&state, lists[l]->items[i].text);
        }
        hash_bytes(&state, "");
    }
    hash_end(&state, hash);
}

int sqlfile_line_of_position(const char *text, int position)
{
    int line = 1;
    for (const char *p = text; *p; p++) {
        if (((unsigned char)*p & 0xc0) != 0x80 && --position <= 0) break; /* the first byte of a character */
        line += *p == '\n';
    }
    return line;
}

/* The end of a dollar-quoted string that begins at `p`, or `p` when none does. */
static const char *skip_dollar_quote(const char *p)
{
    const char *end = p + 1;
    while (*end == '_' || (*end >= 'a' && *end <= 'z') || (*end >= 'A' && *end <= 'Z') ||
           (end > p + 1 && *end >= '0' && *end <= '9'))
        end++;
    if (*end != '$') return p;
    size_t len = (size_t)(end - p) + 1;
    for (const char *q = end + 1; *q; q++)
        if (strncmp(q, p, len) == 0) return q + len;
    return end + strlen(end);
}

static const char *skip_comment(const char *p)
{
    if (p[0] == '-' && p[1] == '-') return p + strcspn(p, "\n");
    if (p[0] != '/' || p[1] != '*') return p;
    int depth = 0; /* PostgreSQL's comments nest */
    while (*p) {
        if (p[0] == '/' && p[1] == '*') {
            depth++;
            p += 2;
        } else if (p[0] == '*' && p[1] == '/') {
            p += 2;
            if (--depth == 0) break;
        } else {
            p++;
        }
    }
    return p;
}

static const char *skip_quote(const char *p)
{
    const char *end = strchr(p + 1, *p); /* a doubled quote is two strings side by side, which ends the same */
    return end ? end + 1 : p + strlen(p);
}

int sqlfile_line_of_statement(const char *text, int index)
{
    const char *p = text;
    bool between = true;
    while (*p) {
        const char *after = skip_comment(p);
        if (after != p) {
            p = after;
            continue;
        }
        bool space = strchr(" \t\r\n", *p) != NULL;
        if (between && !space && *p != ';') {
            if (index-- == 0) break;
            between = false;
        }
        if (*p == ';') between = true;
        after = *p == '\'' || *p == '"' ? skip_quote(p) : *p == '$' ? skip_dollar_quote(p) : p;
        p = after == p ? p + 1 : after;
    }
    int line = 1;
    for (const char *q = text; q < p; q++)
        line += *q == '\n';
    return line;
}
