#include "outbox.h"

#include <cjson/cJSON.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/clock.h"
#include "util/uuid.h"

/* An hour less than the day that the server keeps a key. */
enum { KEY_SECONDS = 23 * 3600, ITEM_LIMIT = 64 * 1024 * 1024 };

static const char suffix[] = ".item";

struct Outbox {
    int directory, refused, lock;
};

const char *outbox_directory(Arena *arena)
{
    const char *state = getenv("XDG_STATE_HOME");
    if (state && *state == '/') return arena_printf(arena, "%s/lagesbild/outbox", state);
    const char *home = getenv("HOME");
    if (!home || !*home) {
        const struct passwd *user = getpwuid(getuid());
        home = user ? user->pw_dir : NULL;
    }
    return home ? arena_printf(arena, "%s/.local/state/lagesbild/outbox", home) : NULL;
}

static bool is_item(const char *name)
{
    size_t len = strlen(name);
    return len > sizeof suffix && *name != '.' && strcmp(name + len - (sizeof suffix - 1), suffix) == 0;
}

bool outbox_is_empty(const char *directory)
{
    DIR *dir = opendir(directory);
    if (!dir) return true;
    bool empty = true;
    for (const struct dirent *entry; empty && (entry = readdir(dir));)
        empty = !is_item(entry->d_name);
    closedir(dir);
    return empty;
}

static int failed(Error *err, const char *what)
{
    int code = errno ? -errno : -EIO;
    return error_set(err, code, "%s i utkorgen gick inte: %s", what, strerror(-code));
}

/* mkdir -p, each new directory for the user alone. */
static int make_directories(const char *directory, Error *err)
{
    char *path = strdup(directory);
    if (!path) return error_set(err, -ENOMEM, "minnet tog slut");
    for (char *c = path + 1;; c++) {
        if (*c && *c != '/') continue;
        char was = *c;
        *c = '\0';
        if (mkdir(path, 0700) < 0 && errno != EEXIST) {
            int code = error_set(err, -errno, "katalogen %s kan inte skapas: %s", path, strerror(errno));
            free(path);
            return code;
        }
        *c = was;
        if (!was) break;
    }
    free(path);
    return 0;
}

static int open_all(Outbox *outbox, const char *directory, Error *err)
{
    int code = make_directories(directory, err);
    if (code < 0) return code;
    outbox->directory = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (outbox->directory < 0) return failed(err, "öppna katalogen");
    if (mkdirat(outbox->directory, "refused", 0700) < 0 && errno != EEXIST) return failed(err, "skapa refused");
    outbox->refused = openat(outbox->directory, "refused", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (outbox->refused < 0) return failed(err, "öppna refused");
    outbox->lock = openat(outbox->directory, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (outbox->lock < 0) return failed(err, "öppna låset");
    while (flock(outbox->lock, LOCK_EX) < 0)
        if (errno != EINTR) return failed(err, "låsa");
    return 0;
}

int outbox_open(Outbox **outboxp, const char *directory, Error *err)
{
    Outbox *outbox = malloc(sizeof *outbox);
    if (!outbox) return error_set(err, -ENOMEM, "minnet tog slut");
    *outbox = (Outbox){.directory = -1, .refused = -1, .lock = -1};
    int code = open_all(outbox, directory, err);
    if (code < 0) {
        outbox_close(outbox);
        return code;
    }
    *outboxp = outbox;
    return 0;
}

void outbox_close(Outbox *outbox)
{
    if (!outbox) return;
    if (outbox->lock >= 0) close(outbox->lock); /* which also lets go of it */
    if (outbox->refused >= 0) close(outbox->refused);
    if (outbox->directory >= 0) close(outbox->directory);
    free(outbox);
}

/* --- an item as a file --- */

static bool put(cJSON *json, const char *name, const char *value)
{
    return !value || cJSON_AddStringToObject(json, name, value);
}

/* The first line of an item's file, or NULL; the caller frees it with cJSON_free(). */
static char *make_head(const OutboxItem *item)
{
    cJSON *json = cJSON_CreateObject();
    bool ok = json && put(json, "key", item->key) && put(json, "url", item->url) && put(json, "method", item->method) &&
              put(json, "path", item->path) && put(json, "content_type", item->content_type) &&
              put(json, "what", item->what) && put(json, "reason", item->reason) &&
              cJSON_AddNumberToObject(json, "kept_at", (double)item->kept_at) &&
              cJSON_AddNumberToObject(json, "tried_at", (double)item->tried_at) &&
              cJSON_AddBoolToObject(json, "repeatable", item->repeatable);
    char *head = ok ? cJSON_PrintUnformatted(json) : NULL;
    cJSON_Delete(json);
    return head;
}

static bool write_all(int fd, const void *bytes, size_t len)
{
    for (const char *at = bytes; len;) {
        ssize_t n = write(fd, at, len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        len -= (size_t)n;
    }
    return true;
}

/* Whole or not at all, also when the power goes: a temporary file, fsync, rename, fsync of the directory. */
static int write_item(int directory, const OutboxItem *item, Error *err)
{
    static const char temporary[] = ".new";
    char *head = make_head(item);
    if (!head) return error_set(err, -ENOMEM, "minnet tog slut");
    int fd = openat(directory, temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_all(fd, head, strlen(head)) && write_all(fd, "\n", 1) &&
              write_all(fd, item->body, item->len) && fsync(fd) == 0;
    int code = ok ? 0 : failed(err, "skriva");
    if (fd >= 0) close(fd);
    cJSON_free(head);
    if (ok && (renameat(directory, temporary, directory, item->name) < 0 || fsync(directory) < 0))
        code = failed(err, "spara");
    if (code < 0) unlinkat(directory, temporary, 0);
    return code;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int outbox_list(Outbox *outbox, bool refused, Arena *arena, OutboxNames *names, Error *err)
{
    *names = (OutboxNames){0};
    size_t capacity = 0;
    int fd = openat(refused ? outbox->refused : outbox->directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *dir = fd < 0 ? NULL : fdopendir(fd);
    if (!dir) {
        int code = failed(err, "läsa katalogen");
        if (fd >= 0) close(fd);
        return code;
    }
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (!is_item(entry->d_name)) continue;
        const char **grown = arena_grow(arena, names->names, names->count, &capacity, sizeof *grown);
        if (grown) names->names = grown;
        if (!grown || !(grown[names->count] = arena_strdup(arena, entry->d_name))) {
            closedir(dir);
            return error_set(err, -ENOMEM, "minnet tog slut");
        }
        names->count++;
    }
    closedir(dir);
    if (names->count) qsort(names->names, names->count, sizeof *names->names, by_name);
    return 0;
}

int outbox_add(Outbox *outbox, Arena *arena, OutboxItem *item, Error *err)
{
    char key[UUID_TEXT_SIZE];
    OutboxNames names;
    int code = outbox_list(outbox, false, arena, &names, err);
    if (code < 0) return code;
    unsigned long long last = names.count ? strtoull(names.names[names.count - 1], NULL, 10) : 0;
    item->key = arena_strdup(arena, uuid_new((uint64_t)clock_now_ms(), key));
    item->name = arena_printf(arena, "%012llu-%s%s", last + 1, key, suffix);
    item->kept_at = clock_now_ms() / 1000;
    if (!item->key || !item->name) return error_set(err, -ENOMEM, "minnet tog slut");
    return write_item(outbox->directory, item, err);
}

int outbox_mark(Outbox *outbox, OutboxItem *item, int64_t tried_at, Error *err)
{
    if (item->tried_at == tried_at) return 0;
    item->tried_at = tried_at;
    return write_item(outbox->directory, item, err);
}

/* The whole file, NUL-terminated, in the arena. */
static int read_file(int directory, const char *name, Arena *arena, char **bytes, size_t *len, Error *err)
{
    struct stat status;
    int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW), code = 0;
    if (fd < 0 || fstat(fd, &status) < 0) {
        code = failed(err, "läsa");
    } else if (!S_ISREG(status.st_mode) || status.st_size > ITEM_LIMIT) {
        code = error_set(err, -EBADMSG, "%s är inte något som lagts i utkorgen", name);
    } else if (!(*bytes = arena_alloc(arena, (size_t)status.st_size + 1))) {
        code = error_set(err, -ENOMEM, "minnet tog slut");
    } else {
        *len = 0;
        for (ssize_t n; *len < (size_t)status.st_size; *len += (size_t)n) {
            n = read(fd, *bytes + *len, (size_t)status.st_size - *len);
            if (n < 0 && errno == EINTR)
                n = 0;
            else if (n <= 0)
                break;
        }
        (*bytes)[*len] = '\0';
        if (*len < (size_t)status.st_size) code = failed(err, "läsa");
    }
    if (fd >= 0) close(fd);
    return code;
}

static const char *get(const cJSON *json, const char *name, Arena *arena)
{
    const char *value = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
    return value ? arena_strdup(arena, value) : NULL;
}

static int64_t get_time(const cJSON *json, const char *name)
{
    const cJSON *number = cJSON_GetObjectItemCaseSensitive(json, name);
    return cJSON_IsNumber(number) && number->valuedouble > 0 ? (int64_t)number->valuedouble : 0;
}

int outbox_read(Outbox *outbox, bool refused, const char *name, Arena *arena, OutboxItem *item, Error *err)
{
    char *bytes = NULL;
    size_t len = 0;
    int code = read_file(refused ? outbox->refused : outbox->directory, name, arena, &bytes, &len, err);
    if (code < 0) return code;
    const char *end = memchr(bytes, '\n', len);
    cJSON *json = end ? cJSON_ParseWithLength(bytes, (size_t)(end - bytes)) : NULL;
    *item = (OutboxItem){
        .name = arena_strdup(arena, name),
        .key = get(json, "key", arena),
        .url = get(json, "url", arena),
        .method = get(json, "method", arena),
        .path = get(json, "path", arena),
        .content_type = get(json, "content_type", arena),
        .what = get(json, "what", arena),
        .reason = get(json, "reason", arena),
        .kept_at = get_time(json, "kept_at"),
        .tried_at = get_time(json, "tried_at"),
        .repeatable = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(json, "repeatable")),
        .body = end ? end + 1 : NULL,
        .len = end ? len - (size_t)(end + 1 - bytes) : 0,
    };
    cJSON_Delete(json);
    if (item->name && item->key && item->url && item->method && item->path && *item->path == '/' &&
        item->content_type && item->what)
        return 0;
    return error_set(err, -EBADMSG, "%s är inte något som lagts i utkorgen", name);
}

int outbox_remove(Outbox *outbox, const char *name, Error *err)
{
    if (unlinkat(outbox->directory, name, 0) < 0 || fsync(outbox->directory) < 0) return failed(err, "ta bort");
    return 0;
}

int outbox_refuse(Outbox *outbox, const OutboxItem *item, const char *reason, Error *err)
{
    OutboxItem refused = *item;
    refused.reason = reason;
    int code = write_item(outbox->refused, &refused, err);
    return code < 0 ? code : outbox_remove(outbox, item->name, err);
}

int outbox_set_aside(Outbox *outbox, const char *name, Error *err)
{
    if (renameat(outbox->directory, name, outbox->refused, name) < 0 || fsync(outbox->refused) < 0 ||
        fsync(outbox->directory) < 0)
        return failed(err, "flytta undan");
    return 0;
}

bool outbox_is_uncertain(const OutboxItem *item, int64_t now)
{
    return !item->repeatable && item->tried_at && (now - item->tried_at > KEY_SECONDS || now < item->tried_at - 3600);
}
