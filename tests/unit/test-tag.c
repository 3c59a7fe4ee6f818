#include "tag.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static int set_up(void **state)
{
    Error err = {{0}};
    Knowledge *knowledge;
    if (knowledge_load(&knowledge, getenv("LAGESBILD_KNOWLEDGE"), &err) < 0) fail_msg("%s", err.text);
    *state = knowledge;
    return 0;
}

static int tear_down(void **state)
{
    knowledge_unref(*state);
    return 0;
}

/* What tagging `in` writes; the caller frees it. */
static char *tag_with(const Knowledge *knowledge, const char *in, bool confidence, int expected, Error *err)
{
    char *out = NULL;
    size_t len = 0;
    FILE *input = fmemopen((void *)(uintptr_t)in, strlen(in), "r");
    FILE *output = open_memstream(&out, &len);
    assert_true(input && output);
    int r = tag_stream(input, output, knowledge, confidence, err);
    fclose(input);
    fclose(output);
    if (r != expected) fail_msg("%d where %d was expected: %s", r, expected, r ? err->text : "");
    return out;
}

static char *tag(const Knowledge *knowledge, const char *in, int expected, Error *err)
{
    return tag_with(knowledge, in, false, expected, err);
}

static void lines_come_back_in_order(void **state)
{
    Error err = {{0}};
    char *out =
        tag(*state,
            "{\"id\":7,\"kind\":\"report\",\"text\":\"Inget att rapportera.\",\"municipality\":null,\"date\":null}\n"
            "\n"
            "{\"id\":\"a\\\"b\",\"kind\":\"observation\",\"text\":\"22.15 \\u00e5ska i Bro\",\"municipality\":"
            "\"upplands-bro\",\"date\":\"2026-03-14\"}",
            0, &err);
    static const char first[] = "{\"id\":7,\"incidents\":[],\"pii\":[]}\n";
    assert_memory_equal(out, first, strlen(first));
    const char *second = out + strlen(first);
    static const char begins[] =
        "{\"id\":\"a\\\"b\",\"incidents\":[{\"start\":0,\"end\":17,\"areas\":[\"bro\"],\"category\":\"";
    assert_memory_equal(second, begins, strlen(begins));
    assert_non_null(strstr(second, "\"occurred_at\":\"2026-03-14T22:15\""));
    assert_string_equal(strchr(second, '\n'), "\n");
    free(out);
}

static void confidences_are_told_when_asked_for(void **state)
{
    static const char in[] = "{\"id\":1,\"kind\":\"observation\",\"text\":\"Klotter vid Bro station\","
                             "\"municipality\":\"upplands-bro\"}\n";
    Error err = {{0}};
    char *out = tag_with(*state, in, true, 0, &err), *at = strstr(out, "\"category_confidence\":");
    float category, area;
    assert_non_null(at);
    assert_int_equal(sscanf(at, "\"category_confidence\":%f,\"area_confidences\":[%f],", &category, &area), 2);
    assert_true(category > 0 && category <= 1 && area > 0 && area <= 1);
    free(out);
    out = tag(*state, in, 0, &err);
    assert_null(strstr(out, "confidence"));
    free(out);
}

static void faults_name_their_line(void **state)
{
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"{\"id\":1", "JSON"},
        {"[]", "objekt"},
        {"{\"kind\":\"report\",\"text\":\"x\"}", "\"id\""},
        {"{\"id\":1,\"kind\":\"letter\",\"text\":\"x\"}", "\"kind\""},
        {"{\"id\":1,\"kind\":\"report\"}", "\"text\""},
        {"{\"id\":1,\"kind\":\"report\",\"text\":\"x\",\"municipality\":\"atlantis\"}", "atlantis"},
        {"{\"id\":1,\"kind\":\"report\",\"text\":\"x\",\"date\":\"2026-02-30\"}", "\"date\""},
        {"{\"id\":1,\"kind\":\"report\",\"text\":\"x\",\"date\":20260214}", "\"date\""},
        {"{\"id\":1,\"kind\":\"report\",\"text\":\"a\\u0000b\"}", "JSON"},
    };
    static const char good[] = "{\"id\":0,\"kind\":\"report\",\"text\":\"x\"}\n";
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Error err = {{0}};
        char in[256];
        snprintf(in, sizeof in, "%s%s\n%s", good, cases[i].line, good);
        char *out = tag(*state, in, -EBADMSG, &err);
        assert_string_equal(out, "{\"id\":0,\"incidents\":[],\"pii\":[]}\n");
        assert_memory_equal(err.text, "rad 2: ", 7);
        if (!strstr(err.text, cases[i].says)) fail_msg("\"%s\" does not name %s", err.text, cases[i].says);
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_come_back_in_order),
        cmocka_unit_test(confidences_are_told_when_asked_for),
        cmocka_unit_test(faults_name_their_line),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
