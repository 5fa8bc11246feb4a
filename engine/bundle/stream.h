/*
 * The stream of parts between casebook and casebook-zip, in both directions:
 *   "PART <size> <name>\n" <size bytes>   repeated, then   "END\n"
 * or, from casebook-zip only, "FAIL <sentence>\n" in place of the rest.
 */
#ifndef BUNDLE_STREAM_H
#define BUNDLE_STREAM_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/buf.h>

enum stream_kind { STREAM_PART, STREAM_END, STREAM_FAIL, STREAM_BROKEN };
struct stream {
	int fd;
	char hold[65536];
	size_t from, n;
	bool over; /* the other side is gone */
};
struct stream_head {
	enum stream_kind kind;
	size_t size;     /* of a part */
	char text[1024]; /* its name, or the sentence of a failure */
};

void stream_init(struct stream *s, int fd);
struct stream_head stream_next(struct stream *s);
/* Reads the current part, at most n bytes at a time; 0 at its end or when the stream breaks. */
size_t stream_read(struct stream *s, void *out, size_t n);

/* 0 or errno. */
int stream_put_part(int fd, const char *name, const void *bytes, size_t n);
int stream_put_end(int fd);

#endif
