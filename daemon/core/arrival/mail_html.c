#include <errno.h>
#include <gumbo.h>
#include <string.h>
#include <strings.h>

#include "core/arrival/mail-internal.h"

enum {
    HTML_MAX = 4 * 1024 * 1024,
    DEPTH_MAX = 1000,    /* elements in each other; the parser frees its tree by recursion */
    CELL_BLOCKS_MAX = 3, /* paragraphs in a cell of a table of data; more, and the table is there for the layout */
};

typedef struct Writer {
    MailText *text;
    int quote;    /* quotations around */
    int cell;     /* cells of data around: their blocks are no lines */
    int pre;      /* preformatted elements around */
    int list;     /* lists around */
    bool line;    /* the line has text */
    bool space;   /* white space waits for text on its line */
    bool bare;    /* the line or cell has no text yet */
    bool started; /* there is some text */
    int blank;    /* empty lines before the next text: 0 or 1 */
} Writer;

static void end_line(Writer *w)
{
    if (w->cell) {
        w->space = true;
        return;
    }
    if (w->line) mail_text_add(w->text, "\n", 1);
    w->line = w->space = false;
}

static void end_paragraph(Writer *w)
{
    end_line(w);
    if (!w->cell) w->blank = 1;
}

static void start_line(Writer *w)
{
    if (w->line) return;
    if (w->blank && w->started) mail_text_add(w->text, "\n", 1);
    for (int i = 0; i < w->quote; i++)
        mail_text_add(w->text, "> ", 2);
    w->blank = 0;
    w->line = w->started = w->bare = true;
}

static void put(Writer *w, const char *bytes, size_t len)
{
    start_line(w);
    if (w->space && !w->bare) mail_text_add(w->text, " ", 1);
    w->space = w->bare = false;
    mail_text_add(w->text, bytes, len);
}

/* White space is one space, but for lines in preformatted text. A no-break space is a space. */
static void put_text(Writer *w, const char *s)
{
    while (*s) {
        size_t len = strcspn(s, " \t\r\n\f\xc2");
        if (len) put(w, s, len);
        s += len;
        if (!*s) return;
        if (*s == '\xc2' && s[1] != '\xa0') {
            put(w, s, s[1] ? 2 : 1);
            s += s[1] ? 2 : 1;
            continue;
        }
        if (*s == '\n' && w->pre && !w->cell) {
            if (!w->line) w->blank = 1;
            end_line(w);
        } else {
            w->space = w->line;
        }
        s += *s == '\xc2' ? 2 : 1;
    }
}

static const char *attribute(const GumboNode *node, const char *name)
{
    const GumboAttribute *found = gumbo_get_attribute(&node->v.element.attributes, name);
    return found ? found->value : "";
}

static bool is_hidden(const GumboNode *node)
{
    const char *style = attribute(node, "style");
    return strcasestr(style, "display:none") || strcasestr(style, "display: none") ||
           gumbo_get_attribute(&node->v.element.attributes, "hidden");
}

static bool is_quotation(const GumboNode *node)
{
    if (node->v.element.tag == GUMBO_TAG_BLOCKQUOTE) return true;
    return strstr(attribute(node, "class"), "gmail_quote") && !strstr(attribute(node, "class"), "container");
}

static bool is_paragraph(GumboTag tag)
{
    return tag == GUMBO_TAG_P || (tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6) || tag == GUMBO_TAG_TABLE ||
           tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL || tag == GUMBO_TAG_BLOCKQUOTE || tag == GUMBO_TAG_PRE ||
           tag == GUMBO_TAG_DL || tag == GUMBO_TAG_HR;
}

static bool is_block(GumboTag tag)
{
    switch (tag) {
    case GUMBO_TAG_DIV:
    case GUMBO_TAG_SECTION:
    case GUMBO_TAG_ARTICLE:
    case GUMBO_TAG_HEADER:
    case GUMBO_TAG_FOOTER:
    case GUMBO_TAG_MAIN:
    case GUMBO_TAG_ADDRESS:
    case GUMBO_TAG_LI:
    case GUMBO_TAG_DT:
    case GUMBO_TAG_DD:
    case GUMBO_TAG_TR:
    case GUMBO_TAG_TD:
    case GUMBO_TAG_TH:
    case GUMBO_TAG_CAPTION:
    case GUMBO_TAG_CENTER:
    case GUMBO_TAG_FIELDSET:
    case GUMBO_TAG_FORM:
        return true;
    default:
        return is_paragraph(tag);
    }
}

static bool is_unread(GumboTag tag)
{
    return tag == GUMBO_TAG_HEAD || tag == GUMBO_TAG_SCRIPT || tag == GUMBO_TAG_STYLE || tag == GUMBO_TAG_TITLE ||
           tag == GUMBO_TAG_TEMPLATE || tag == GUMBO_TAG_NOSCRIPT;
}

static bool is_cell(const GumboNode *node)
{
    return node->type == GUMBO_NODE_ELEMENT &&
           (node->v.element.tag == GUMBO_TAG_TD || node->v.element.tag == GUMBO_TAG_TH);
}

/* Counts the blocks and breaks in a cell; a table in it counts as too many. */
static int blocks_in(const GumboNode *node)
{
    int blocks = 0;
    if (node->type != GUMBO_NODE_ELEMENT) return 0;
    for (unsigned i = 0; i < node->v.element.children.length && blocks <= CELL_BLOCKS_MAX; i++) {
        const GumboNode *child = node->v.element.children.data[i];
        if (child->type != GUMBO_NODE_ELEMENT) continue;
        if (child->v.element.tag == GUMBO_TAG_TABLE) return CELL_BLOCKS_MAX + 1;
        blocks += (is_block(child->v.element.tag) || child->v.element.tag == GUMBO_TAG_BR) + blocks_in(child);
    }
    return blocks;
}

/* A row of data: several cells, each with little in it. */
static bool is_data_row(const GumboNode *row)
{
    int cells = 0;
    for (unsigned i = 0; i < row->v.element.children.length; i++) {
        const GumboNode *child = row->v.element.children.data[i];
        if (!is_cell(child)) continue;
        cells++;
        if (blocks_in(child) > CELL_BLOCKS_MAX) return false;
    }
    return cells > 1;
}

static void write_node(Writer *w, const GumboNode *node);

static void write_children(Writer *w, const GumboNode *node)
{
    for (unsigned i = 0; i < node->v.element.children.length; i++)
        write_node(w, node->v.element.children.data[i]);
}

static void write_row(Writer *w, const GumboNode *row)
{
    bool first = true;
    end_line(w);
    w->blank = 0;
    for (unsigned i = 0; i < row->v.element.children.length; i++) {
        const GumboNode *child = row->v.element.children.data[i];
        if (!is_cell(child)) continue;
        start_line(w);
        if (!first) mail_text_add(w->text, "\t", 1);
        first = false;
        w->cell++;
        w->bare = true;
        write_children(w, child);
        w->cell--;
    }
    end_line(w);
}

static void write_list_item(Writer *w, const GumboNode *node)
{
    end_line(w);
    w->blank = 0;
    for (int i = 1; i < w->list; i++)
        put(w, "  ", 2);
    put(w, "- ", 2);
    write_children(w, node);
    end_line(w);
    w->blank = 0;
}

static void write_element(Writer *w, const GumboNode *node)
{
    GumboTag tag = node->v.element.tag;
    if (is_unread(tag) || is_hidden(node)) return;
    if (tag == GUMBO_TAG_BR) {
        if (!w->line && !w->cell) w->blank = 1;
        end_line(w);
        return;
    }
    bool quotation = is_quotation(node), list = tag == GUMBO_TAG_UL || tag == GUMBO_TAG_OL;
    if (is_paragraph(tag))
        end_paragraph(w);
    else if (is_block(tag) || quotation)
        end_line(w);
    w->quote += quotation;
    w->pre += tag == GUMBO_TAG_PRE;
    w->list += list;
    if (tag == GUMBO_TAG_TR && !w->cell && is_data_row(node))
        write_row(w, node);
    else if (tag == GUMBO_TAG_LI && !w->cell)
        write_list_item(w, node);
    else
        write_children(w, node);
    if (is_paragraph(tag))
        end_paragraph(w);
    else if (is_block(tag) || quotation)
        end_line(w);
    w->quote -= quotation;
    w->pre -= tag == GUMBO_TAG_PRE;
    w->list -= list;
}

static void write_node(Writer *w, const GumboNode *node)
{
    switch (node->type) {
    case GUMBO_NODE_ELEMENT:
        write_element(w, node);
        break;
    case GUMBO_NODE_TEXT:
    case GUMBO_NODE_CDATA:
    case GUMBO_NODE_WHITESPACE:
        put_text(w, node->v.text.text);
        break;
    case GUMBO_NODE_DOCUMENT:
    case GUMBO_NODE_COMMENT:
    case GUMBO_NODE_TEMPLATE:
        break;
    }
}

/* An element that closes its like, so that it cannot lie in itself however often it is opened. */
static bool is_flat(const char *name, size_t len)
{
    static const char *const FLAT[] = {"p",  "br", "hr",   "img",  "li",    "td",  "th", "tr",
                                       "dt", "dd", "meta", "link", "input", "col", "wbr"};
    for (size_t i = 0; i < sizeof FLAT / sizeof *FLAT; i++)
        if (strlen(FLAT[i]) == len && strncasecmp(name, FLAT[i], len) == 0) return true;
    return false;
}

/*
 * How deep elements can lie in each other, at the most: start tags less end tags, counted by name so that a stray end
 * tag takes no other element's place. Names whose hashes are the same share a count.
 */
static bool is_too_deep(const char *html, size_t len)
{
    int open[256] = {0}, depth = 0;
    for (size_t i = 0; i + 1 < len; i++) {
        if (html[i] != '<') continue;
        bool end = html[i + 1] == '/';
        const char *name = html + i + 1 + end;
        size_t n = 0;
        uint32_t hash = 2166136261u;
        for (; name + n < html + len && n < 32 && !strchr(" \t\r\n\f/>", name[n]); n++)
            hash = (hash ^ (unsigned char)(name[n] | 0x20)) * 16777619u;
        if (n == 0 || (name[0] | 0x20) < 'a' || (name[0] | 0x20) > 'z' || is_flat(name, n)) continue;
        int *count = &open[hash % 256];
        if (!end) {
            ++*count;
            if (++depth > DEPTH_MAX) return true;
        } else if (*count > 0) {
            --*count;
            depth--;
        }
    }
    return false;
}

int mail_html(MailText *text, const char *html, size_t len, Error *err)
{
    if (len > HTML_MAX) return error_set(err, -E2BIG, "dess HTML är större än %d byte", HTML_MAX);
    if (is_too_deep(html, len)) return error_set(err, -E2BIG, "dess HTML är djupare än %d nivåer", DEPTH_MAX);
    GumboOptions options = kGumboDefaultOptions;
    options.max_errors = 0;
    GumboOutput *output = gumbo_parse_with_options(&options, html, len);
    if (!output) return error_set(err, -ENOMEM, "out of memory");
    Writer writer = {.text = text};
    write_node(&writer, output->root);
    end_line(&writer);
    gumbo_destroy_output(&options, output);
    return text->failed ? error_set(err, -ENOMEM, "out of memory") : 0;
}
