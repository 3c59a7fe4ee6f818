/* Any text, as a report and as an observation: incidents in order, apart, inside the text, with words that are there.
 */
#include <assert.h>

#include "core/read/read.h"
#include "core/read/when.h"
#include "fuzz.h"

static void check_span(Span span, size_t len)
{
    assert(span.start <= span.end && span.end <= len);
}

static void check_reading(const Reading *reading, const ReadInput *input)
{
    uint32_t end = 0;
    if (input->kind == READ_OBSERVATION) assert(reading->incident_count == 1);
    for (uint32_t i = 0; i < reading->incident_count; i++) {
        const ReadIncident *incident = &reading->incidents[i];
        check_span(incident->span, input->len);
        check_span(incident->title, input->len);
        check_span(incident->when.evidence, input->len);
        check_span(incident->place_words, input->len);
        assert(incident->span.start >= end);
        end = incident->span.end;
        assert(incident->when.minute >= -1 && incident->when.minute < 24 * 60);
        if (civil_is_known(incident->when.date)) {
            assert(civil_is_valid(incident->when.date.year, incident->when.date.month, incident->when.date.day));
            assert(civil_compare(incident->when.date, civil_add_days(input->date, WHEN_AHEAD_MOST)) <= 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Arena *arena = arena_new();
    if (!arena) return 0;
    ReadInput input = {.text = (const char *)data,
                       .len = size,
                       .municipality = knowledge_find_municipality(fuzz_knowledge(), "upplands-bro"),
                       .date = {2026, 3, 14},
                       .sent_minute = -1};
    Reading reading;
    input.kind = READ_REPORT;
    if (read_text(&reading, arena, fuzz_knowledge(), &input) == 0) check_reading(&reading, &input);
    input.kind = READ_OBSERVATION;
    if (read_text(&reading, arena, fuzz_knowledge(), &input) == 0) check_reading(&reading, &input);
    arena_free(arena);
    return 0;
}
