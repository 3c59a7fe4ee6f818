#include "http/token.h"

#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char PREFIX[] = "lb_";
static const char CODE_CHARS[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

static bool is_code(const char *text, size_t len)
{
    return len > 0 && len <= TOKEN_MUNICIPALITY_MAX && strspn(text, CODE_CHARS) >= len;
}

int token_new(const char *municipality, char out[static TOKEN_SIZE])
{
    unsigned char bytes[32];
    char secret[TOKEN_SECRET_LENGTH + 1];
    if (!is_code(municipality, strlen(municipality))) return -EINVAL;
    if (sodium_init() < 0) return -EIO;
    randombytes_buf(bytes, sizeof bytes);
    sodium_bin2base64(secret, sizeof secret, bytes, sizeof bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    snprintf(out, TOKEN_SIZE, "%s%s_%s", PREFIX, municipality, secret);
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(secret, sizeof secret);
    return 0;
}

int token_parse(const char *token, char municipality[static TOKEN_MUNICIPALITY_MAX + 1],
                char hash[static TOKEN_HASH_SIZE])
{
    static const char secret_chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const size_t prefix_len = sizeof PREFIX - 1, len = strlen(token);
    if (len >= TOKEN_SIZE || len < prefix_len + 1 + 1 + TOKEN_SECRET_LENGTH) return -EINVAL;
    const char *code = token + prefix_len, *secret = token + len - TOKEN_SECRET_LENGTH;
    size_t code_len = (size_t)(secret - 1 - code);
    if (memcmp(token, PREFIX, prefix_len) != 0 || secret[-1] != '_' || !is_code(code, code_len) ||
        strspn(secret, secret_chars) != TOKEN_SECRET_LENGTH)
        return -EINVAL;
    memcpy(municipality, code, code_len);
    municipality[code_len] = '\0';

    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)token, len);
    sodium_bin2hex(hash, TOKEN_HASH_SIZE, digest, sizeof digest);
    return 0;
}
