/*
 * Growable bytes with a named ceiling.  Going past the ceiling sets `over` and drops the rest; writes never
 * fail midway, so callers check once at the end. `p` is NUL-terminated whenever it is not NULL; the NUL is
 * not counted.
 */
#ifndef CASEBOOK_BUF_H
#define CASEBOOK_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <casebook/err.h>

#define BUF_MAX_LINE (1u << 20)      /* one wire message: a fact of a big log, with headroom */
#define BUF_MAX_HTTP_HEADERS 65536u  /* what IIS itself would refuse to send */
#define BUF_MAX_HTTP_BODY (1u << 20) /* an error page or a PKCS#7 answer; real ones are under 64 KB */
#define BUF_MAX_TEXT (256u << 20)    /* a report on the largest case */
#define BUF_MAX_FLOW (32u << 20)     /* a flow file of 10,000 steps is 12 MB */

struct buf {
	char *p;
	size_t n, cap, max;
	bool over;
};

void buf_init(struct buf *b, size_t max);
void buf_release(struct buf *b); /* accepts a zeroed or released buffer */
void buf_clear(struct buf *b);
void buf_put(struct buf *b, const void *mem, size_t n);
void buf_str(struct buf *b, const char *s); /* NULL puts nothing */
void buf_char(struct buf *b, char c);
void buf_int(struct buf *b, int64_t i); /* decimal; a report has thousands */
void buf_fmt(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* Drop n bytes from the front. */
void buf_shift(struct buf *b, size_t n);
/* The bytes, NUL-terminated, never NULL; caller frees; empties the buffer. */
char *buf_steal(struct buf *b);
const char *buf_cstr(const struct buf *b); /* "" when empty */

#endif
