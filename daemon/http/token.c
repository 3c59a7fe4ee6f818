#include "http/token.h"

#include <errno.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const char PREFIX[] = "lb_";

static bool is_code(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!((text[i] >= 'a' && text[i] <= 'z') || (text[i] >= '0' && text[i] <= '9') || text[i] == '-')) return false;
    return len > 0 && len <= TOKEN_MUNICIPALITY_MAX;
}

static bool is_secret(const char *text)
{
    for (int i = 0; i < TOKEN_SECRET_LENGTH; i++)
        if (!((text[i] | 32) >= 'a' && (text[i] | 32) <= 'z') && !(text[i] >= '0' && text[i] <= '9') &&
            text[i] != '-' && text[i] != '_')
            return false;
    return true;
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
    const size_t prefix_len = sizeof PREFIX - 1, len = strlen(token);
    if (len >= TOKEN_SIZE || len < prefix_len + 1 + 1 + TOKEN_SECRET_LENGTH) return -EINVAL;
    const char *code = token + prefix_len, *secret = token + len - TOKEN_SECRET_LENGTH;
    size_t code_len = (size_t)(secret - 1 - code);
    if (memcmp(token, PREFIX, prefix_len) != 0 || secret[-1] != '_' || !is_code(code, code_len) || !is_secret(secret))
        return -EINVAL;
    memcpy(municipality, code, code_len);
    municipality[code_len] = '\0';

    unsigned char digest[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(digest, (const unsigned char *)token, len);
    sodium_bin2hex(hash, TOKEN_HASH_SIZE, digest, sizeof digest);
    return 0;
}
