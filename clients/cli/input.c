#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

enum { BUFFER = 128 * 1024 };

static int cannot(Error *err, const char *path, int code)
{
    return error_set(err, -code, "%s kan inte läsas: %s", path, strerror(code));
}

int input_open(Input *input, const char *path, Error *err)
{
    struct stat status;
    *input = (Input){0};
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return cannot(err, path, errno);
    int code = fstat(fd, &status) < 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (!code && S_ISREG(status.st_mode)) input->total = (uint64_t)status.st_size;
    if (!code && !(input->gz = gzdopen(fd, "rb"))) code = ENOMEM;
    if (code) {
        close(fd);
        return cannot(err, path, code);
    }
    gzbuffer(input->gz, BUFFER);
    return 0;
}

void input_close(Input *input)
{
    if (input->gz) gzclose(input->gz);
    input->gz = NULL;
}

ssize_t input_read(Input *input, void *to, size_t room, Error *err)
{
    int n = gzread(input->gz, to, room > BUFFER ? BUFFER : (unsigned)room), code = Z_OK;
    if (n > 0) return n;
    /* A file cut short in the middle of its compressed data reads as an end with an error waiting. */
    const char *reason = gzerror(input->gz, &code);
    if (n == 0 && (code == Z_OK || code == Z_STREAM_END)) return 0;
    if (code == Z_ERRNO) return error_set(err, -EIO, "filen kan inte läsas: %s", strerror(errno));
    return error_set(err, -EILSEQ, "filen är trasig: %s", reason);
}

uint64_t input_done(Input *input)
{
    z_off_t offset = gzoffset(input->gz);
    return offset > 0 ? (uint64_t)offset : 0;
}

int input_peek(Input *input)
{
    int c;
    while ((c = gzgetc((gzFile)input->gz)) == ' ' || c == '\t' || c == '\r' || c == '\n')
        ;
    if (c >= 0) gzungetc(c, input->gz);
    return c;
}

int input_read_all(const char *path, size_t limit, Arena *arena, char **bytes, size_t *len, Error *err)
{
    Input input;
    int code = input_open(&input, path, err);
    if (code < 0) return code;
    size_t capacity = 0;
    char *buffer = NULL;
    ssize_t n = 1;
    for (*len = 0; n > 0; *len += (size_t)n) {
        if (*len + BUFFER + 1 > capacity) {
            capacity = (*len + BUFFER + 1) * 2;
            char *moved = arena_alloc(arena, capacity);
            if (!moved) n = error_set(err, -ENOMEM, "minnet tog slut");
            if (!moved) break;
            if (*len) memcpy(moved, buffer, *len);
            buffer = moved;
        }
        n = input_read(&input, buffer + *len, BUFFER, err);
        if (n <= 0) break;
        if (*len + (size_t)n > limit) n = error_set(err, -EFBIG, "%s är för stor: högst %zu MB", path, limit >> 20);
    }
    input_close(&input);
    if (n < 0) return (int)n;
    buffer[*len] = '\0';
    *bytes = buffer;
    return 0;
}
