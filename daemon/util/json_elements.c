#include "util/json_elements.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

typedef enum State {
    STATE_START,  /* before the first character that is not white space */
    STATE_VALUE,  /* in an array, before an element (or, first of all, its end) */
    STATE_INSIDE, /* in an element of an array */
    STATE_COMMA,  /* in an array, after an element */
    STATE_LINE,   /* in NDJSON */
    STATE_DONE,   /* after the array */
} State;

struct JsonElements {
    JsonElementsForm form;
    State state;
    size_t element_max;
    JsonElementFunction function;
    void *arg;
    char *held; /* the part of an element that came before this piece */
    size_t held_len, held_size;
    bool too_long;
    uint32_t depth; /* brackets open in the element */
    bool in_string, escaped, after_comma;
    uint64_t count, line, element_line;
};

JsonElements *json_elements_new(JsonElementsForm form, size_t element_max, JsonElementFunction function, void *arg)
{
    JsonElements *e = malloc(sizeof *e);
    if (e)
        *e = (JsonElements){
            .form = form, .element_max = element_max, .function = function, .arg = arg, .line = 1, .element_line = 1};
    return e;
}

void json_elements_free(JsonElements *e)
{
    if (!e) return;
    free(e->held);
    free(e);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int hold(JsonElements *e, const char *bytes, size_t len)
{
    if (e->too_long || len == 0) return 0;
    if (len > e->element_max - e->held_len) {
        e->too_long = true;
        return 0;
    }
    if (e->held_len + len > e->held_size) {
        size_t size = (e->held_len + len) * 2;
        char *moved = realloc(e->held, size);
        if (!moved) return -ENOMEM;
        e->held = moved;
        e->held_size = size;
    }
    memcpy(e->held + e->held_len, bytes, len);
    e->held_len += len;
    return 0;
}

/* The element is what is held and then `len` bytes. */
static int give(JsonElements *e, const char *bytes, size_t len)
{
    int r;
    if (e->held_len > 0 || e->too_long || len > e->element_max) {
        if (len > e->element_max) e->too_long = true;
        r = hold(e, bytes, len);
        if (r < 0) return r;
        bytes = e->too_long ? NULL : e->held;
        len = e->too_long ? 0 : e->held_len;
    }
    if (bytes) {
        while (len > 0 && is_space(bytes[len - 1]))
            len--;
        while (len > 0 && is_space(*bytes))
            bytes++, len--;
    }
    r = bytes && len == 0 ? 0 : e->function(bytes, len, e->count, e->element_line, e->arg);
    if (!bytes || len > 0) e->count++;
    e->held_len = 0;
    e->too_long = false;
    return r;
}

/* One character of an element in an array. True when the element ends before it. */
static bool ends_element(JsonElements *e, char c)
{
    if (e->in_string) {
        if (e->escaped)
            e->escaped = false;
        else if (c == '\\')
            e->escaped = true;
        else if (c == '"')
            e->in_string = false;
        return false;
    }
    switch (c) {
    case '"':
        e->in_string = true;
        return false;
    case '{':
    case '[':
        e->depth++;
        return false;
    case '}':
    case ']':
        if (e->depth == 0) return true;
        e->depth--;
        return false;
    default:
        return c == ',' && e->depth == 0;
    }
}

static int fail(const JsonElements *e, Error *err, const char *what)
{
    return error_set(err, -EBADMSG, "rad %" PRIu64 ": %s", e->line, what);
}

/* What a character between elements means. */
static int between(JsonElements *e, char c, Error *err)
{
    if (is_space(c)) return 0;
    switch (e->state) {
    case STATE_VALUE:
        if (c == ']' && !e->after_comma) {
            e->state = STATE_DONE;
            return 0;
        }
        if (c == ']' || c == ',' || c == '}') return fail(e, err, "ett värde saknas i listan");
        return 1;
    case STATE_COMMA:
        if (c != ',' && c != ']') return fail(e, err, "ett komma eller listans slut saknas");
        e->state = c == ',' ? STATE_VALUE : STATE_DONE;
        e->after_comma = c == ',';
        return 0;
    default:
        return fail(e, err, "det står något efter listans slut");
    }
}

/* Decides the form at the first character. 1: the character belongs to the first line. */
static int start(JsonElements *e, char c, Error *err)
{
    if (e->form == JSON_ELEMENTS_LINES || (e->form == JSON_ELEMENTS_EITHER && c != '[')) {
        e->state = STATE_LINE;
        e->element_line = e->line;
        return 1;
    }
    if (c != '[') return fail(e, err, "ska vara en JSON-lista");
    e->state = STATE_VALUE;
    return 0;
}

int json_elements_feed(JsonElements *e, const char *bytes, size_t len, Error *err)
{
    size_t from = 0; /* where the part of the element in this piece starts */
    for (size_t i = 0; i < len; i++) {
        char c = bytes[i];
        int r = 0;
        if (e->state == STATE_START && !is_space(c)) {
            r = start(e, c, err);
            if (r < 0) return r;
            if (r == 0) continue;
            from = i;
        }
        if (e->state == STATE_VALUE || e->state == STATE_COMMA || e->state == STATE_DONE) {
            r = between(e, c, err);
            if (r < 0) return r;
            if (r == 1) {
                e->state = STATE_INSIDE;
                e->element_line = e->line;
                e->depth = 0;
                from = i;
            }
        }
        r = 0;
        if (e->state == STATE_INSIDE && ends_element(e, c)) {
            r = give(e, bytes + from, i - from);
            e->state = STATE_COMMA;
            if (r == 0) r = between(e, c, err);
        } else if (e->state == STATE_LINE && c == '\n') {
            r = give(e, bytes + from, i - from);
            from = i + 1;
        }
        if (r < 0) return r;
        if (c == '\n') {
            e->line++;
            if (e->state == STATE_LINE) e->element_line = e->line;
        }
    }
    return e->state == STATE_INSIDE || e->state == STATE_LINE ? hold(e, bytes + from, len - from) : 0;
}

int json_elements_end(JsonElements *e, Error *err)
{
    switch (e->state) {
    case STATE_LINE:
        return e->held_len > 0 || e->too_long ? give(e, "", 0) : 0;
    case STATE_START:
        return e->form == JSON_ELEMENTS_ARRAY ? fail(e, err, "innehållet är tomt; det ska vara en JSON-lista") : 0;
    case STATE_DONE:
        return 0;
    default:
        return fail(e, err, "listan har inget slut");
    }
}
