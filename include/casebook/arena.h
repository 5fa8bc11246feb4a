/*
 * An arena owns a tree of values: free the arena, not the nodes.  Allocation
 * never returns NULL: out of memory goes through the die hook of xalloc.h.
 */
#ifndef CASEBOOK_ARENA_H
#define CASEBOOK_ARENA_H

#include <stddef.h>

#include <casebook/err.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);  /* accepts NULL */
void arena_reset(struct arena *a); /* forgets everything, keeps one block for reuse */
/* Zeroed, aligned for any type; size 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t size);
/* Zeroed array; a product that overflows dies as out of memory does. */
void *arena_array(struct arena *a, size_t n, size_t size);
/* n bytes, not zeroed: for text that is written at once. */
char *arena_room(struct arena *a, size_t n);
char *arena_strdup(struct arena *a, const char *s); /* NULL in, NULL out */
char *arena_strndup(struct arena *a, const char *s, size_t n);
char *arena_fmt(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Bytes handed out so far, for ceilings. */
size_t arena_used(const struct arena *a);

#endif
