/*
 * Stands between the daemon and the libraries under it (LD_PRELOAD), and makes the nth call of a kind fail:
 * allocations, libpq's calls, or the system's calls on sockets. Also moves the wall clock.
 *
 * The test steers it through a file of sizeof(Control) bytes that both map, named in LAGESBILD_FAIL. Where the last
 * failure was is written to that name with ".trace".
 *
 * Allocations that GLib and the libraries that draw on it ask for never fail: GLib ends the process when it gets none,
 * by design and whatever we do, and the others crash, or keep a font that is broken.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <link.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Interposed functions are declared by the headers, some with attributes that a definition cannot repeat. */
#pragma GCC diagnostic ignored "-Wmissing-attributes"

enum { KIND_NONE, KIND_MEMORY, KIND_LIBPQ, KIND_SOCKET };

/* Shared with the test (tests/http/failing.py). */
typedef struct Control {
    _Atomic int64_t kind;     /* which kind of call fails; KIND_NONE: none, and none is counted */
    _Atomic int64_t first;    /* the call that fails, from 1 */
    _Atomic int64_t span;     /* how many calls in a row */
    _Atomic int64_t seen;     /* calls of the kind since the test reset it */
    _Atomic int64_t fired;    /* how many failed */
    _Atomic int64_t clock_us; /* what the wall clock is ahead of the system's */
} Control;

enum { EXEMPT_MAX = 64, TRACE_MAX = 40, EARLY_BYTES = 8 << 20 };

static Control *control;
static int trace_fd = -1;
static struct {
    uintptr_t from, to;
} exempt[EXEMPT_MAX];
static int exempt_count;

/* For what is allocated before we know where allocations come from, a sanitizer's own start included; never given back.
 */
static char early[EARLY_BYTES] __attribute__((aligned(16)));
static size_t early_used;
static bool ready;

static bool is_early(const void *memory)
{
    return (const char *)memory >= early && (const char *)memory < early + EARLY_BYTES;
}

static void *early_alloc(size_t size)
{
    size = (size + 31) & ~(size_t)15;
    if (early_used + size > EARLY_BYTES) abort();
    char *memory = early + early_used + 16;
    *(size_t *)(memory - 16) = size - 16;
    early_used += size;
    return memory;
}

/* The next function of that name: the sanitizer's, or the library's. */
#define REAL(name)                                                                                                     \
    static __typeof__(&(name)) real;                                                                                   \
    if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #name);

static int find_exempt(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)size;
    (void)arg;
    static const char *const names[] = {"/libglib-2.0", "/libgobject-2.0", "/libgmime-3.0", "/libpango",
                                        "/libcairo",    "/libfontconfig",  "/libfreetype",  "/libharfbuzz",
                                        "/libfribidi",  "/libpixman",      "/libexpat",     "/libpng"};
    size_t i = 0;
    while (i < sizeof names / sizeof *names && !strstr(info->dlpi_name, names[i]))
        i++;
    if (i == sizeof names / sizeof *names) return 0;
    for (int j = 0; j < info->dlpi_phnum && exempt_count < EXEMPT_MAX; j++) {
        const ElfW(Phdr) *part = &info->dlpi_phdr[j];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        exempt[exempt_count].from = info->dlpi_addr + part->p_vaddr;
        exempt[exempt_count++].to = info->dlpi_addr + part->p_vaddr + part->p_memsz;
    }
    return 0;
}

static bool is_exempt(const void *caller)
{
    for (int i = 0; i < exempt_count; i++)
        if ((uintptr_t)caller >= exempt[i].from && (uintptr_t)caller < exempt[i].to) return true;
    return false;
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("LAGESBILD_FAIL");
    char trace[4096];
    void *warm[4];
    ready = true;
    free(realloc(calloc(1, 1), 2)); /* each finds the next one while nobody else does */
    free(malloc(1));
    if (!path) return;
    backtrace(warm, 4); /* loads its library, and allocates, the first time */
    dl_iterate_phdr(find_exempt, NULL);
    snprintf(trace, sizeof trace, "%s.trace", path);
    trace_fd = open(trace, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *mapped = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (mapped == MAP_FAILED || trace_fd < 0) {
        perror(path);
        abort();
    }
    close(fd);
    control = mapped;
    unsetenv("LD_PRELOAD"); /* not for children */
}

static __thread bool tracing;

static void leave_trace(int64_t number)
{
    void *frames[TRACE_MAX];
    char head[64];
    tracing = true;
    int count = backtrace(frames, TRACE_MAX);
    int len = snprintf(head, sizeof head, "call %lld failed\n", (long long)number);
    if (ftruncate(trace_fd, 0) == 0 && lseek(trace_fd, 0, SEEK_SET) == 0 && write(trace_fd, head, (size_t)len) == len)
        backtrace_symbols_fd(frames, count, trace_fd);
    tracing = false;
}

static bool fails(int kind, const void *caller)
{
    if (!control || tracing || atomic_load(&control->kind) != kind) return false;
    if (kind == KIND_MEMORY && is_exempt(caller)) return false;
    int64_t number = atomic_fetch_add(&control->seen, 1) + 1, first = atomic_load(&control->first);
    if (number < first || number >= first + atomic_load(&control->span)) return false;
    if (atomic_fetch_add(&control->fired, 1) == 0) leave_trace(number);
    return true;
}

#define FAILS(kind) fails(kind, __builtin_return_address(0))

/* --- memory --- */

void *malloc(size_t size)
{
    if (!ready) return early_alloc(size);
    REAL(malloc)
    if (FAILS(KIND_MEMORY)) return errno = ENOMEM, NULL;
    return real(size);
}

void *calloc(size_t count, size_t size)
{
    if (!ready) return early_alloc(count * size); /* static, so zero */
    REAL(calloc)
    if (FAILS(KIND_MEMORY)) return errno = ENOMEM, NULL;
    return real(count, size);
}

static void *grow(void *memory, size_t size)
{
    if (!memory) return malloc(size);
    REAL(realloc)
    if (!is_early(memory)) return real(memory, size);
    size_t old = *(size_t *)((char *)memory - 16);
    void *fresh = malloc(size);
    if (fresh) memcpy(fresh, memory, old < size ? old : size);
    return fresh;
}

void *realloc(void *memory, size_t size)
{
    if (size > 0 && FAILS(KIND_MEMORY)) return errno = ENOMEM, NULL;
    return grow(memory, size);
}

void *reallocarray(void *memory, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || (bytes > 0 && FAILS(KIND_MEMORY))) return errno = ENOMEM, NULL;
    return grow(memory, bytes);
}

void free(void *memory)
{
    if (!memory || is_early(memory)) return;
    REAL(free)
    real(memory);
}

/* The sanitizers' own copies would not come by malloc(). */
static char *copy_of(const char *text, size_t len)
{
    REAL(malloc)
    char *copy = real(len + 1);
    if (!copy) return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *strndup(const char *text, size_t size)
{
    return FAILS(KIND_MEMORY) ? errno = ENOMEM, NULL : copy_of(text, strnlen(text, size));
}

char *strdup(const char *text)
{
    return FAILS(KIND_MEMORY) ? errno = ENOMEM, NULL : copy_of(text, strlen(text));
}

/* --- libpq: as it fails where the connection or its memory does --- */

#define LIBPQ(type, name, failed, parameters, arguments)                                                               \
    type name parameters                                                                                               \
    {                                                                                                                  \
        REAL(name)                                                                                                     \
        return FAILS(KIND_LIBPQ) ? (failed) : real arguments;                                                          \
    }

LIBPQ(PGconn *, PQconnectStartParams, NULL, (const char *const *k, const char *const *v, int e), (k, v, e))
LIBPQ(PostgresPollingStatusType, PQconnectPoll, PGRES_POLLING_FAILED, (PGconn * c), (c))
LIBPQ(int, PQsocket, -1, (const PGconn *c), (c))
LIBPQ(int, PQsetnonblocking, -1, (PGconn * c, int on), (c, on))
LIBPQ(int, PQenterPipelineMode, 0, (PGconn * c), (c))
LIBPQ(int, PQsetSingleRowMode, 0, (PGconn * c), (c))
LIBPQ(int, PQconsumeInput, 0, (PGconn * c), (c))
LIBPQ(int, PQpipelineSync, 0, (PGconn * c), (c))
LIBPQ(int, PQflush, -1, (PGconn * c), (c))
LIBPQ(int, PQsendQuery, 0, (PGconn * c, const char *q), (c, q))
LIBPQ(int, PQsendPrepare, 0, (PGconn * c, const char *s, const char *q, int n, const Oid *t), (c, s, q, n, t))
LIBPQ(int, PQsendQueryParams, 0,
      (PGconn * c, const char *q, int n, const Oid *t, const char *const *v, const int *l, const int *f, int r),
      (c, q, n, t, v, l, f, r))
LIBPQ(int, PQsendQueryPrepared, 0,
      (PGconn * c, const char *s, int n, const char *const *v, const int *l, const int *f, int r),
      (c, s, n, v, l, f, r))
LIBPQ(unsigned char *, PQunescapeBytea, NULL, (const unsigned char *t, size_t *n), (t, n))

/* A result that there was no memory for comes as an error without a code. */
PGresult *PQgetResult(PGconn *connection)
{
    REAL(PQgetResult)
    PGresult *result = real(connection);
    ExecStatusType status = PQresultStatus(result);
    bool rows = status == PGRES_TUPLES_OK || status == PGRES_SINGLE_TUPLE || status == PGRES_COMMAND_OK;
    if (!rows || !FAILS(KIND_LIBPQ)) return result;
    PQclear(result);
    return PQmakeEmptyPGresult(connection, PGRES_FATAL_ERROR);
}

/* --- sockets --- */

/* A connection that failed once is gone: the other end hears so too, and so does who waits for the socket. */
#define CONNECTION(name, parameters, arguments)                                                                        \
    ssize_t name parameters                                                                                            \
    {                                                                                                                  \
        REAL(name)                                                                                                     \
        if (!FAILS(KIND_SOCKET)) return real arguments;                                                                \
        shutdown(fd, SHUT_RDWR);                                                                                       \
        return errno = ECONNRESET, -1;                                                                                 \
    }

CONNECTION(recv, (int fd, void *b, size_t n, int f), (fd, b, n, f))
CONNECTION(send, (int fd, const void *b, size_t n, int f), (fd, b, n, f))
CONNECTION(readv, (int fd, const struct iovec *v, int n), (fd, v, n))
CONNECTION(writev, (int fd, const struct iovec *v, int n), (fd, v, n))

int accept4(int fd, struct sockaddr *restrict address, socklen_t *restrict len, int flags)
{
    REAL(accept4)
    return FAILS(KIND_SOCKET) ? errno = ECONNABORTED, -1 : real(fd, address, len, flags);
}

int socket(int domain, int type, int protocol)
{
    REAL(socket)
    return FAILS(KIND_SOCKET) ? errno = ENOBUFS, -1 : real(domain, type, protocol);
}

/* --- the wall clock --- */

static bool is_wall(clockid_t id)
{
    return id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
    REAL(clock_gettime)
    int r = real(id, now);
    int64_t ahead = control && is_wall(id) && r == 0 ? atomic_load(&control->clock_us) : 0;
    int64_t ns = now->tv_nsec + ahead % 1000000 * 1000;
    now->tv_sec += ahead / 1000000 + (ns < 0 ? -1 : ns >= 1000000000 ? 1 : 0);
    now->tv_nsec = ns < 0 ? ns + 1000000000 : ns % 1000000000;
    return r;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    (void)zone;
    struct timespec precise;
    clock_gettime(CLOCK_REALTIME, &precise);
    *now = (struct timeval){.tv_sec = precise.tv_sec, .tv_usec = precise.tv_nsec / 1000};
    return 0;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
