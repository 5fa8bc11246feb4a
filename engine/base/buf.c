/* Bytes that grow up to a named ceiling. */
#include <casebook/buf.h>

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

void buf_init(struct buf *b, size_t max)
{
	memset(b, 0, sizeof(*b));
	b->max = max;
}

void buf_release(struct buf *b)
{
	free(b->p);
	b->p = NULL;
	b->n = b->cap = 0;
	b->over = false;
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	b->over = false;
	if (b->p != NULL)
		b->p[0] = '\0';
}

static bool make_room(struct buf *b, size_t more)
{
	size_t cap;

	if (more > b->max - b->n) {
		b->over = true;
		return false;
	}
	if (b->n + more + 1 <= b->cap)
		return true;
	cap = b->cap != 0 ? b->cap : 64;
	while (cap < b->n + more + 1)
		cap *= 2;
	b->p = xrealloc(b->p, cap);
	b->cap = cap;
	return true;
}

void buf_put(struct buf *b, const void *mem, size_t n)
{
	if (n == 0 || b->over)
		return;
	if (!make_room(b, n)) {
		n = b->max - b->n; /* keep what fits; `over` says that something is missing */
		if (n == 0)
			return;
		b->over = false;
		if (!make_room(b, n))
			return;
		b->over = true;
	}
	memcpy(b->p + b->n, mem, n);
	b->n += n;
	b->p[b->n] = '\0';
}

void buf_str(struct buf *b, const char *s)
{
	if (s != NULL)
		buf_put(b, s, strlen(s));
}

void buf_char(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void buf_int(struct buf *b, int64_t i)
{
	uint64_t left = i < 0 ? 0 - (uint64_t)i : (uint64_t)i;
	char text[24];
	size_t at = sizeof(text);

	do {
		text[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left != 0);
	if (i < 0)
		text[--at] = '-';
	buf_put(b, text + at, sizeof(text) - at);
}

void buf_fmt(struct buf *b, const char *fmt, ...)
{
	char small[512];
	va_list ap, again;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(small, sizeof(small), fmt, ap);
	va_end(ap);
	if (n > 0 && (size_t)n < sizeof(small)) {
		buf_put(b, small, (size_t)n);
	} else if (n > 0) {
		char *big = xmalloc((size_t)n + 1);

		vsnprintf(big, (size_t)n + 1, fmt, again);
		buf_put(b, big, (size_t)n);
		free(big);
	}
	va_end(again);
}

void buf_shift(struct buf *b, size_t n)
{
	if (n >= b->n) {
		buf_clear(b);
		return;
	}
	memmove(b->p, b->p + n, b->n - n + 1);
	b->n -= n;
}

char *buf_steal(struct buf *b)
{
	char *p = b->p != NULL ? b->p : xstrdup("");

	b->p = NULL;
	b->n = b->cap = 0;
	b->over = false;
	return p;
}

const char *buf_cstr(const struct buf *b)
{
	return b->p != NULL ? b->p : "";
}
