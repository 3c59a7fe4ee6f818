/*
 * Areas, places and taught phrases as people change them. What they change, the knowledge files leave alone at the next
 * start; every daemon takes it up within seconds (reload.h).
 */
#pragma once

#include "context.h"
#include "core/lagesbild/scope.h"
#include "db/pool.h"

typedef enum EditVerdict {
    EDIT_MADE,
    EDIT_CHANGED,
    EDIT_DELETED,
    EDIT_NOT_FOUND,
    EDIT_REFUSED, /* `constraint` says by what */
    EDIT_FAILED,  /* `status` tells why */
} EditVerdict;

typedef struct EditAnswer {
    EditVerdict verdict;
    DbStatus status;
    const char *constraint; /* of schema/functions/knowledge_edit.sql or of a table; or NULL */
    const char *message;    /* what is wrong with a polygon (area_polygon_valid) */
    const char *id;         /* of the place; lives as long as the callback */
} EditAnswer;

typedef void (*EditDone)(const EditAnswer *answer, void *arg);

/* All of these call `done` exactly once: from the loop, or, without memory (EDIT_FAILED), before they return. Strings
 * live until then; bodies are JSON objects, checked, as knowledge_edit.sql takes them; `token` is who asks. */
void edit_put_area(Worker *worker, Arena *arena, const char *municipality, const char *code, const char *body,
                   const char *token, EditDone done, void *arg);
void edit_delete_area(Worker *worker, Arena *arena, const char *municipality, const char *code, const char *token,
                      EditDone done, void *arg);
void edit_add_place(Worker *worker, Arena *arena, const char *municipality, const char *body, const char *token,
                    EditDone done, void *arg);
void edit_delete_cue(Worker *worker, Arena *arena, const char *municipality, const char *phrase, const char *token,
                     EditDone done, void *arg);
/* Within the scope's municipalities and areas. */
void edit_put_place(Worker *worker, Arena *arena, const Scope *scope, const char *id, const char *body,
                    const char *token, EditDone done, void *arg);
void edit_delete_place(Worker *worker, Arena *arena, const Scope *scope, const char *id, const char *token,
                       EditDone done, void *arg);
