/* Where a format writes.  Knows bytes and the first failure; knows no file and no format. */
#include <casebook/sink.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FMT_MAX 1024

void sink_init(struct sink *s, int (*write)(void *, const void *, size_t), void *arg)
{
	s->write = write;
	s->arg = arg;
	s->failed = 0;
	s->held = 0;
}

static int to_buf(void *arg, const void *mem, size_t n)
{
	struct buf *b = arg;

	buf_put(b, mem, n);
	return b->over ? ENOSPC : 0;
}

void sink_init_buf(struct sink *s, struct buf *b)
{
	sink_init(s, to_buf, b);
}

void sink_flush(struct sink *s)
{
	if (s->held != 0 && s->failed == 0)
		s->failed = s->write(s->arg, s->hold, s->held);
	s->held = 0;
}

void sink_long(struct sink *s, const void *mem, size_t n)
{
	sink_flush(s);
	if (n <= SINK_HOLD) {
		memcpy(s->hold, mem, n);
		s->held = n;
	} else if (s->failed == 0) {
		s->failed = s->write(s->arg, mem, n);
	}
}

void sink_fmt(struct sink *s, const char *fmt, ...)
{
	char text[FMT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n > 0)
		sink_put(s, text, (size_t)n < sizeof(text) ? (size_t)n : sizeof(text) - 1);
}
