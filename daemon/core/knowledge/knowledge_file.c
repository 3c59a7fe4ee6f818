#include "core/knowledge/knowledge_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static inline void file_closep(FILE **file)
{
    if (*file) fclose(*file);
}

static int file_fault(const char *file, int code, Error *err)
{
    return error_set(err, -code, "%s: can't be read: %s", file, strerror(code));
}

int knowledge_file_read(Arena *arena, const char *directory, const char *file, char **bytes, size_t *len, Error *err)
{
    char *path = arena_printf(arena, "%s/%s", directory, file);
    if (!path) return error_set(err, -ENOMEM, "%s: out of memory", file);
    __attribute__((cleanup(file_closep))) FILE *stream = fopen(path, "rbe");
    if (!stream) return file_fault(file, errno, err);
    struct stat status;
    if (fstat(fileno(stream), &status)) return file_fault(file, errno, err);
    if (!S_ISREG(status.st_mode)) return error_set(err, -EINVAL, "%s: is not a file", file);
    if (status.st_size > KNOWLEDGE_FILE_MAX)
        return error_set(err, -E2BIG, "%s: is larger than %d bytes", file, KNOWLEDGE_FILE_MAX);
    size_t size = (size_t)status.st_size;
    char *content = arena_alloc(arena, size + 1);
    if (!content) return error_set(err, -ENOMEM, "%s: out of memory", file);
    size_t got = fread(content, 1, size, stream);
    if (got != size) return file_fault(file, ferror(stream) && errno ? errno : EIO, err);
    content[size] = '\0';
    *bytes = content;
    *len = size;
    return 0;
}
