/*
 * Any bytes as JSON: what passes the strict reading is what cJSON then holds, written out and read again it is the
 * same; what does not is refused at a byte of it. And as a stream of elements: the same ones however the bytes come in
 * pieces. The first byte says how they are cut.
 */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "util/json_elements.h"
#include "util/json_strict.h"

enum { ELEMENT_MAX = 64 };

/* A number written with an exponent may be larger than an integer may; cJSON writes it as an integer. */
static bool has_large_number(const cJSON *tree)
{
    if (cJSON_IsNumber(tree) && fabs(tree->valuedouble) >= 9007199254740992.0) return true;
    for (const cJSON *child = tree->child; child; child = child->next)
        if (has_large_number(child)) return true;
    return false;
}

static void check_value(const char *bytes, size_t len)
{
    cJSON *tree = NULL;
    JsonFault fault;
    const int checked = json_strict_check(bytes, len, &fault), r = json_strict_parse(&tree, bytes, len, &fault);
    assert(checked == r);
    if (r) {
        assert(r == -ENOMEM || (fault.offset <= len && fault.text && strlen(fault.pointer) < sizeof fault.pointer));
        return;
    }
    char *written = cJSON_PrintUnformatted(tree);
    cJSON *again = NULL;
    assert(written);
    if (!has_large_number(tree)) {
        assert(json_strict_parse(&again, written, strlen(written), &fault) == 0);
        assert(cJSON_Compare(tree, again, true));
    }
    free(written);
    cJSON_Delete(again);
    cJSON_Delete(tree);
}

/* What came out of a stream, as one number. */
typedef struct Elements {
    uint64_t digest, count;
    uint64_t line;
} Elements;

static int take(const char *bytes, size_t len, uint64_t number, uint64_t line, void *arg)
{
    Elements *elements = arg;
    assert(number == elements->count && line >= elements->line);
    assert(!bytes || len <= ELEMENT_MAX);
    for (size_t i = 0; bytes && i < len; i++)
        elements->digest = (elements->digest ^ (uint8_t)bytes[i]) * UINT64_C(1099511628211); /* FNV-1a */
    elements->digest = elements->digest * 31 + (bytes ? len : 1) + line;
    elements->line = line;
    elements->count++;
    return 0;
}

static int read_elements(Elements *found, JsonElementsForm form, const char *bytes, size_t len, size_t step)
{
    *found = (Elements){.digest = UINT64_C(14695981039346656037)};
    Error err = {""};
    JsonElements *elements = json_elements_new(form, ELEMENT_MAX, take, found);
    if (!elements) return 1;
    int r = 0;
    for (size_t at = 0; at < len && r == 0; at += step)
        r = json_elements_feed(elements, bytes + at, step < len - at ? step : len - at, &err);
    if (r == 0) r = json_elements_end(elements, &err);
    assert(r == 0 || err.text[0]);
    json_elements_free(elements);
    return r;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size) return 0;
    const char *bytes = (const char *)data + 1;
    const JsonElementsForm form = data[0] % 3;
    const size_t step = 1 + data[0] / 3 % 16;
    check_value(bytes, size - 1);
    Elements whole, pieces;
    const int r = read_elements(&whole, form, bytes, size - 1, size);
    assert(read_elements(&pieces, form, bytes, size - 1, step) == r);
    assert(pieces.digest == whole.digest && pieces.count == whole.count);
    return 0;
}
