#include "db/column.h"

#include <endian.h>
#include <sodium.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The head: how many dimensions, whether there are NULLs, the elements' type, how many they are, the first one's index;
 * then each with its length, -1 for NULL. All are big-endian. */
enum { HEAD = 20, NULLS_AT = 4, COUNT_AT = 12 };

static char *make_room(Column *column, size_t more)
{
    if (column->len + more > column->room) {
        bool own = column->bytes != column->first;
        size_t wanted = column->room * 2;
        while (wanted < column->len + more)
            wanted *= 2;
        char *larger = column->no_memory ? NULL : realloc(own ? column->bytes : NULL, wanted);
        if (!larger) {
            column->no_memory = true;
            return NULL;
        }
        if (!own) memcpy(larger, column->first, column->len);
        column->bytes = larger;
        column->room = wanted;
    }
    char *at = column->bytes + column->len;
    column->len += more;
    return at;
}

static void put(char *at, uint32_t number)
{
    number = htobe32(number);
    memcpy(at, &number, sizeof number);
}

void column_init(Column *column, ColumnType type)
{
    column->bytes = column->first;
    column->len = 0;
    column->room = sizeof column->first;
    column->no_memory = false;
    char *head = make_room(column, HEAD);
    put(head, 1);
    put(head + NULLS_AT, 0);
    put(head + 8, type);
    put(head + COUNT_AT, 0);
    put(head + 16, 1);
}

void column_free(Column *column)
{
    if (column->bytes != column->first) free(column->bytes);
}

/* Room for one more element of `len` bytes. */
static char *add(Column *column, uint32_t len, size_t bytes)
{
    char *at = make_room(column, 4 + bytes);
    if (!at) return NULL;
    put(at, len);
    uint32_t count;
    memcpy(&count, column->bytes + COUNT_AT, sizeof count);
    put(column->bytes + COUNT_AT, be32toh(count) + 1);
    return at + 4;
}

void column_add_null(Column *column)
{
    if (add(column, UINT32_MAX, 0)) put(column->bytes + NULLS_AT, 1);
}

static void add_bytes(Column *column, const void *bytes, size_t len)
{
    char *at = add(column, (uint32_t)len, len);
    if (at) memcpy(at, bytes, len);
}

void column_add_text(Column *column, const char *text)
{
    if (text)
        add_bytes(column, text, strlen(text));
    else
        column_add_null(column);
}

void column_add_uuid(Column *column, const char *uuid)
{
    unsigned char bytes[16];
    if (uuid && sodium_hex2bin(bytes, sizeof bytes, uuid, strlen(uuid), "-", NULL, NULL) == 0)
        add_bytes(column, bytes, sizeof bytes);
    else
        column_add_null(column);
}

void column_add_real(Column *column, double value)
{
    float narrowed = (float)value;
    uint32_t bits;
    memcpy(&bits, &narrowed, sizeof bits);
    bits = htobe32(bits);
    add_bytes(column, &bits, sizeof bits);
}

void column_add_double(Column *column, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    bits = htobe64(bits);
    add_bytes(column, &bits, sizeof bits);
}
