#include "render/html_page.h"

#include "render/html.h"
#include "render/lagesbild_css.h"

void html_page_open(FILE *out, const HtmlPage *page)
{
    fputs("<!doctype html>\n<html lang=\"sv\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
          out);
    html_text(out, page->title[0]);
    if (page->title[1]) fputs(", ", out);
    html_text(out, page->title[1]);
    fputs("</title>\n<style>\n", out);
    fwrite(lagesbild_css, 1, lagesbild_css_len, out);
    fputs("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#innehall\">Till innehållet</a>\n"
          "<div class=\"band\"><header>\n",
          out);
    if (page->kind) html_element(out, "p", "kind", page->kind);
    html_element(out, "h1", NULL, page->heading);
    if (page->span) html_element(out, "p", "span", page->span);
    for (size_t i = 0; i < HTML_PAGE_STATES && page->states[i]; i++)
        html_element(out, "p", "state", page->states[i]);
    fputs("</header></div>\n<main id=\"innehall\">\n", out);
}

void html_page_close(FILE *out, const char *footer)
{
    fputs("</main>\n", out);
    if (footer) {
        fputs("<footer><p class=\"quiet\">", out);
        html_text(out, footer);
        fputs("</p></footer>\n", out);
    }
    fputs("</body>\n</html>\n", out);
}
