#include "db/find_row.h"

#include <string.h>

int find_row(const PGresult *result, int column, const char *value, int *from)
{
    int count = PQntuples(result);
    for (int i = 0; i < count; i++) {
        int row = (*from + i) % count;
        if (strcmp(PQgetvalue(result, row, column), value) != 0) continue;
        *from = row + 1;
        return row;
    }
    return -1;
}
