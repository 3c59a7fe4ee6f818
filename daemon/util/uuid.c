#include "util/uuid.h"

#include <ctype.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

static char *format(const unsigned char bytes[static 16], char out[static UUID_TEXT_SIZE])
{
    char hex[33];
    sodium_bin2hex(hex, sizeof hex, bytes, 16);
    snprintf(out, UUID_TEXT_SIZE, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12, hex + 16, hex + 20);
    return out;
}

static void set_version(unsigned char bytes[static 16], unsigned version)
{
    bytes[6] = (unsigned char)((bytes[6] & 0x0f) | version << 4);
    bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
}

char *uuid_new(uint64_t unix_ms, char out[static UUID_TEXT_SIZE])
{
    unsigned char bytes[16];
    randombytes_buf(bytes, sizeof bytes);
    for (int i = 0; i < 6; i++)
        bytes[i] = (unsigned char)(unix_ms >> (8 * (5 - i)));
    set_version(bytes, 7);
    return format(bytes, out);
}

char *uuid_from_name(const char *name, size_t len, char out[static UUID_TEXT_SIZE])
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)name, len);
    set_version(hash, 8);
    return format(hash, out);
}

int uuid_is_valid(const char *text)
{
    if (strlen(text) != UUID_TEXT_SIZE - 1) return 0;
    for (int i = 0; i < UUID_TEXT_SIZE - 1; i++) {
        int dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i])) return 0;
    }
    return 1;
}
