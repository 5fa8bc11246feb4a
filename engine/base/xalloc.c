/* Allocation that ends the program in order when memory ends. */
#include <casebook/xalloc.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void (*hook)(void *);
static void *hook_arg;

void die_hook(void (*fn)(void *), void *arg)
{
	hook = fn;
	hook_arg = arg;
}

static void run_hook(void)
{
	void (*fn)(void *) = hook;

	hook = NULL; /* a hook that dies itself must not run again */
	if (fn != NULL)
		fn(hook_arg);
}

_Noreturn void die_oom(void)
{
	run_hook();
	fputs("casebook: out of memory\n", stderr);
	exit(1);
}

_Noreturn void die_bug(const char *file, int line, const char *what)
{
	run_hook();
	fprintf(stderr, "casebook: internal error at %s:%d: %s\n", file, line, what);
	abort();
}

void *xmalloc(size_t n)
{
	void *p = malloc(n != 0 ? n : 1);

	if (p == NULL)
		die_oom();
	return p;
}

void *xcalloc(size_t n, size_t size)
{
	void *p = calloc(n != 0 ? n : 1, size != 0 ? size : 1);

	if (p == NULL)
		die_oom();
	return p;
}

void *xrealloc(void *old, size_t n)
{
	void *p = realloc(old, n != 0 ? n : 1);

	if (p == NULL)
		die_oom();
	return p;
}

char *xstrndup(const char *s, size_t n)
{
	char *p = xmalloc(n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *xstrdup(const char *s)
{
	return xstrndup(s, strlen(s));
}
