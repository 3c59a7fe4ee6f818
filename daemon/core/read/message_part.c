#include "core/read/message_part.h"

#include "core/read/clockwords.h"

enum {
    MARK_TOKENS = 5,  /* ( 2 / 3 ) */
    PARTS_APART = 40, /* lines between two of them, at most */
};

/* "(2/3)" at token `at`: how many pieces there are, or 0. */
static int count_pieces(const Text *text, uint32_t at)
{
    const Token *first = &text->tokens[at];
    bool is_mark = at + MARK_TOKENS <= text->token_count && token_is_sign(first, "([") &&
                   token_number(first + 1) >= 1 && token_is_sign(first + 2, "/") &&
                   token_number(first + 3) >= token_number(first + 1) && token_is_sign(first + 4, ")]");
    return is_mark ? token_number(first + 3) : 0;
}

uint32_t message_part_skip(const Text *text, uint32_t at)
{
    const int pieces = count_pieces(text, at);
    if (!pieces) return at;
    const uint32_t line = text->tokens[at].line, first = line > PARTS_APART ? line - PARTS_APART : 0;
    for (uint32_t i = first; i < text->line_count && i <= line + PARTS_APART; i++) {
        const uint32_t other = text->lines[i].first_token;
        if (other < text->lines[i].token_end && count_pieces(text, other) == pieces &&
            token_number(&text->tokens[other + 1]) != token_number(&text->tokens[at + 1]))
            return at + MARK_TOKENS;
    }
    return at;
}
