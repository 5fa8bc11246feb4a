/* Blocks in a list; the newest is filled from the front. */
#include <casebook/arena.h>

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#define BLOCK_MIN 8192

struct block {
	struct block *older;
	size_t size, used;
	alignas(max_align_t) char mem[];
};

struct arena {
	struct block *newest;
	size_t total;
};

struct arena *arena_new(void)
{
	return xcalloc(1, sizeof(struct arena));
}

static struct block *block_new(size_t size)
{
	struct block *b = xmalloc(sizeof(*b) + size);

	b->older = NULL;
	b->size = size;
	b->used = 0;
	return b;
}

static void free_from(struct block *b)
{
	while (b != NULL) {
		struct block *older = b->older;

		free(b);
		b = older;
	}
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	free_from(a->newest);
	free(a);
}

void arena_reset(struct arena *a)
{
	if (a->newest != NULL) {
		free_from(a->newest->older);
		a->newest->older = NULL;
		a->newest->used = 0;
	}
	a->total = 0;
}

static void *alloc_raw(struct arena *a, size_t size)
{
	size_t step = alignof(max_align_t);
	size_t need;
	void *p;

	if (size > SIZE_MAX / 2)
		die_oom();
	need = (size + step - 1) / step * step;
	if (need == 0)
		need = step;
	if (a->newest == NULL || a->newest->size - a->newest->used < need) {
		/* Blocks double, so a large tree costs few of them. */
		size_t want = a->newest != NULL ? a->newest->size * 2 : BLOCK_MIN;
		struct block *b;

		if (want > (1u << 20))
			want = 1u << 20;
		b = block_new(need > want ? need : want);
		b->older = a->newest;
		a->newest = b;
	}
	p = a->newest->mem + a->newest->used;
	a->newest->used += need;
	a->total += need;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(alloc_raw(a, size), 0, size);
}

void *arena_array(struct arena *a, size_t n, size_t size)
{
	if (size != 0 && n > SIZE_MAX / 2 / size)
		die_oom();
	return arena_alloc(a, n * size);
}

char *arena_room(struct arena *a, size_t n)
{
	return alloc_raw(a, n);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	char *p = alloc_raw(a, n + 1);

	memcpy(p, s, n);
	p[n] = '\0';
	return p;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s != NULL ? arena_strndup(a, s, strlen(s)) : NULL;
}

char *arena_fmt(struct arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = arena_alloc(a, (size_t)(n > 0 ? n : 0) + 1);
	if (n > 0)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return p;
}

size_t arena_used(const struct arena *a)
{
	return a->total;
}
