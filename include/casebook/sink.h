/* Where a format writes to: a small buffer before a function that takes bytes, and the first failure kept. */
#ifndef CASEBOOK_SINK_H
#define CASEBOOK_SINK_H

#include <stddef.h>
#include <string.h>

#include <casebook/buf.h>

#define SINK_HOLD 16384
struct sink {
	int (*write)(void *arg, const void *mem, size_t n); /* 0, or an errno */
	void *arg;
	int failed; /* the first failure sticks: errno */
	size_t held;
	char hold[SINK_HOLD];
};
void sink_init(struct sink *s, int (*write)(void *, const void *, size_t), void *arg);
void sink_init_buf(struct sink *s, struct buf *b);         /* ENOSPC when the buffer is over */
void sink_long(struct sink *s, const void *mem, size_t n); /* flushes, then writes */
static inline void sink_put(struct sink *s, const void *mem, size_t n)
{
	if (n > SINK_HOLD - s->held) {
		sink_long(s, mem, n);
	} else if (n != 0) {
		memcpy(s->hold + s->held, mem, n);
		s->held += n;
	}
}
static inline void sink_str(struct sink *s, const char *text) /* NULL puts nothing */
{
	if (text != NULL)
		sink_put(s, text, strlen(text));
}
static inline void sink_char(struct sink *s, char c)
{
	sink_put(s, &c, 1);
}
void sink_fmt(struct sink *s, const char *fmt, ...) PRINTF_LIKE(2, 3); /* one line of at most 1023 bytes */
void sink_flush(struct sink *s);

#endif
