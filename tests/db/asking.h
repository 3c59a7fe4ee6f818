/* Units put to a pool, and what came of them. */
#pragma once

#include "fixture.h"

/* What one unit came to. */
typedef struct Answer {
    bool done;
    int calls;
    DbStatus status;
    char sqlstate[6];
    char constraint[64];
    char value[64]; /* first column of the first row of the last statement */
    size_t length;  /* its length */
    size_t results;
    bool maybe_committed;
    int order; /* as the how-manieth answer it came */
} Answer;

extern const Query echo;   /* $1 */
extern const Query nap;    /* sleeps $1 seconds */
extern const Query insert; /* id $1 and body $2 into the table t */
extern const Query count;  /* rows of t from id $1 */

extern const Query gate; /* waits for as long as the gate is shut */

/* Shuts the gate, so that units can be met in the middle of their work however slow the machine is. */
PGconn *gate_shut(const Fixture *fixture);

/* Until so many sessions wait at the gate. */
void gate_wait(Fixture *fixture, int sessions);

void gate_open(PGconn *shut);

/* Opens so many connections of a pool: units that are asked for now run side by side. */
void warm_up(Fixture *fixture, Pool *pool, int connections);

/* A unit with one statement, to be added to or submitted. */
DbWork *make(Pool *pool, Answer *answer, const Query *query, const char *const *params);

/* Submits a unit with one statement of at most two parameters. */
void ask(Pool *pool, Answer *answer, const Query *query, const char *first, const char *second);

/* A DbDone that fills the Answer in `arg`. */
void note(const DbOutcome *outcome, void *arg);

/* A pool with one connection to the fixture's cluster where the options do not say otherwise. */
Pool *open_pool(Fixture *fixture, PoolOptions options);

/* For cmocka: an empty table t, and answers counted from 1 again. */
int fresh_table(void **state);
