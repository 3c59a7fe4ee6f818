#include "render/html.h"

/* What a byte is written as; NULL: as it is. */
static const char *escaped(unsigned char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? " " : NULL;
    }
}

void html_text(FILE *out, const char *text)
{
    const char *from = text; /* what has not been written yet begins here */
    if (!text) return;
    for (; *text; text++) {
        const char *instead = escaped((unsigned char)*text);
        if (!instead) continue;
        fwrite(from, 1, (size_t)(text - from), out);
        fputs(instead, out);
        from = text + 1;
    }
    fwrite(from, 1, (size_t)(text - from), out);
}

void html_element(FILE *out, const char *name, const char *class_name, const char *text)
{
    fprintf(out, "<%s", name);
    if (class_name) fprintf(out, " class=\"%s\"", class_name);
    fputc('>', out);
    html_text(out, text);
    fprintf(out, "</%s>\n", name);
}
