/*
 * Allocation that never returns NULL. When memory runs out, the die hook runs (it restores the terminal), one
 * line is printed and the process exits with 1; a probe's child uses _exit. Bounded inputs keep attackers
 * from causing this.
 */
#ifndef CASEBOOK_XALLOC_H
#define CASEBOOK_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);

/* fn is called once before the process dies of memory exhaustion or BUG(). */
void die_hook(void (*fn)(void *), void *arg);
_Noreturn void die_oom(void);
_Noreturn void die_bug(const char *file, int line, const char *what);
#define BUG(what) die_bug(__FILE__, __LINE__, what)

#endif
