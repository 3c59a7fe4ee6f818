#include "mail_sniff.h"

#include <string.h>
#include <strings.h>

static bool only_mail_has(const char *line, size_t len)
{
    static const char *const names[] = {"message-id:", "mime-version:", "received:", "return-path:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (len >= n && strncasecmp(line, names[i], n) == 0) return true;
    }
    return false;
}

/* RFC 5322, 3.6.8: printable ASCII but the colon. */
static bool is_field(const char *line, size_t len)
{
    size_t at = 0;
    while (at < len && line[at] > ' ' && line[at] < 0x7f && line[at] != ':')
        at++;
    return at > 0 && at < len && line[at] == ':';
}

bool mail_sniff(const char *bytes, size_t len)
{
    bool found = false, first = true;
    while (len) {
        const char *end = memchr(bytes, '\n', len);
        size_t line = end ? (size_t)(end - bytes) : len, bare = line;
        if (bare && bytes[bare - 1] == '\r') bare--;
        if (!bare) return found;
        bool continues = *bytes == ' ' || *bytes == '\t';
        if (continues ? first : !is_field(bytes, bare)) return false;
        found = found || only_mail_has(bytes, bare);
        first = false;
        bytes += end ? line + 1 : line;
        len -= end ? line + 1 : line;
    }
    return false; /* headers without an end */
}
