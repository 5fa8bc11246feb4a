/*
 * Allocation that does not return NULL.  When memory ends, the die hook runs
 * (it gives the terminal back), one line is printed and the process exits with
 * 1; a probe's child uses _exit.  Bounded inputs keep this from being an attack.
 */
#ifndef CASEBOOK_XALLOC_H
#define CASEBOOK_XALLOC_H

#include <stddef.h>

void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);

/* Called once before the process ends for want of memory or through BUG(). */
void die_hook(void (*fn)(void *), void *arg);
_Noreturn void die_oom(void);
_Noreturn void die_bug(const char *file, int line, const char *what);
#define BUG(what) die_bug(__FILE__, __LINE__, what)

#endif
