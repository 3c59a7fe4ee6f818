/*
 * SQL files in a folder: read in order, hashed, and lines found in them for error messages.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "util/error.h"

#define SQLFILE_HASH_SIZE 65 /* SHA-256 in hexadecimal, and a NUL */

typedef struct SqlFile {
    char *name; /* within the folder: "0001_foundation.sql" */
    char *path;
    char *text; /* UTF-8, NUL-terminated */
    char hash[SQLFILE_HASH_SIZE];
} SqlFile;

typedef struct SqlFiles {
    SqlFile *items; /* by name, in byte order */
    size_t count;
} SqlFiles;

/* Reads every *.sql of `directory`/`folder`; a folder that is not there is empty. Returns 0, -EINVAL for a file with a
 * NUL in it, or another negative errno. `files` is to be freed after failure too. */
int sqlfiles_read(SqlFiles *files, const char *directory, const char *folder, Error *err);
void sqlfiles_free(SqlFiles *files);

/* The SHA-256 over the names and texts of several lists. */
void sqlfiles_hash(char hash[SQLFILE_HASH_SIZE], const SqlFiles *const *lists, size_t count);

/* The line, from 1, of the character (not byte) number `position`, from 1, as PostgreSQL counts. */
int sqlfile_line_of_position(const char *text, int position);

/* The line where statement number `index`, from 0, begins; for errors that come without a position. Comments, quotes
 * and dollar quotes are known; a body in BEGIN ATOMIC … END counts as several, so the line is then a little late. */
int sqlfile_line_of_statement(const char *text, int index);
