/* Feeds a fuzz target every file of the folders on its command line, so that what was found once stays found. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static int replay(const char *directory, const char *name)
{
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s", directory, name) >= (int)sizeof path) return -1;
    FILE *file = fopen(path, "rb");
    if (!file) return -1;
    uint8_t *bytes = NULL;
    long size = -1;
    if (fseek(file, 0, SEEK_END) == 0) size = ftell(file);
    /* An exact copy, so that a sanitizer sees a step too far. */
    if (size >= 0) bytes = malloc(size ? (size_t)size : 1);
    rewind(file);
    int r = bytes && fread(bytes, 1, (size_t)size, file) == (size_t)size ? 0 : -1;
    if (r == 0) LLVMFuzzerTestOneInput(bytes, (size_t)size);
    free(bytes);
    fclose(file);
    return r;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *directory = opendir(argv[i]);
        if (!directory) {
            perror(argv[i]);
            return 2;
        }
        for (struct dirent *entry; (entry = readdir(directory));) {
            if (entry->d_name[0] == '.') continue;
            if (replay(argv[i], entry->d_name) < 0) {
                fprintf(stderr, "%s/%s could not be read\n", argv[i], entry->d_name);
                return 2;
            }
            count++;
        }
        closedir(directory);
    }
    printf("%d inputs\n", count);
    return count ? 0 : 1;
}
