#include "render/html.h"

static void put(FILE *out, unsigned char c)
{
    switch (c) {
    case '&':
        fputs("&amp;", out);
        break;
    case '<':
        fputs("&lt;", out);
        break;
    case '>':
        fputs("&gt;", out);
        break;
    case '"':
        fputs("&quot;", out);
        break;
    case '\'':
        fputs("&#39;", out);
        break;
    default:
        fputc((c < 0x20 && c != '\n' && c != '\t') || c == 0x7f ? ' ' : c, out);
    }
}

void html_text(FILE *out, const char *text)
{
    for (; text && *text; text++)
        put(out, (unsigned char)*text);
}

void html_element(FILE *out, const char *name, const char *class_name, const char *text)
{
    fprintf(out, "<%s", name);
    if (class_name) fprintf(out, " class=\"%s\"", class_name);
    fputc('>', out);
    html_text(out, text);
    fprintf(out, "</%s>\n", name);
}
