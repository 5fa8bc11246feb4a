/* Both ends of the stream of parts, side by side. */
#include "stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/io.h>

void stream_init(struct stream *s, int fd)
{
	s->fd = fd;
	s->from = s->n = 0;
	s->over = false;
}

static bool fill(struct stream *s)
{
	ssize_t got;

	if (s->from == s->n)
		s->from = s->n = 0;
	if (s->n == sizeof(s->hold) || s->over)
		return false;
	do
		got = read(s->fd, s->hold + s->n, sizeof(s->hold) - s->n);
	while (got < 0 && errno == EINTR);
	if (got <= 0) {
		s->over = true;
		return false;
	}
	s->n += (size_t)got;
	return true;
}

/* One line without its newline; false when it is too long or the stream ends. */
static bool line(struct stream *s, char *out, size_t size)
{
	size_t n = 0;

	for (;;) {
		if (s->from == s->n && !fill(s))
			return false;
		if (s->hold[s->from] == '\n')
			break;
		if (n + 1 >= size)
			return false;
		out[n++] = s->hold[s->from++];
	}
	s->from++;
	out[n] = '\0';
	return true;
}

struct stream_head stream_next(struct stream *s)
{
	struct stream_head h = {.kind = STREAM_BROKEN};
	char text[1100], *end;
	unsigned long long size;

	if (!line(s, text, sizeof(text)))
		return h;
	if (strcmp(text, "END") == 0) {
		h.kind = STREAM_END;
	} else if (strncmp(text, "FAIL ", 5) == 0) {
		h.kind = STREAM_FAIL;
		snprintf(h.text, sizeof(h.text), "%.*s", (int)sizeof(h.text) - 1, text + 5);
	} else if (strncmp(text, "PART ", 5) == 0) {
		size = strtoull(text + 5, &end, 10);
		if (end == text + 5 || *end != ' ' || strlen(end + 1) >= sizeof(h.text))
			return h;
		h.kind = STREAM_PART;
		h.size = (size_t)size;
		snprintf(h.text, sizeof(h.text), "%.*s", (int)sizeof(h.text) - 1, end + 1);
	}
	return h;
}

size_t stream_read(struct stream *s, void *out, size_t n)
{
	if (n == 0 || (s->from == s->n && !fill(s)))
		return 0;
	if (n > s->n - s->from)
		n = s->n - s->from;
	memcpy(out, s->hold + s->from, n);
	s->from += n;
	return n;
}

int stream_put_part(int fd, const char *name, const void *bytes, size_t n)
{
	char head[1100];
	int len = snprintf(head, sizeof(head), "PART %zu %s\n", n, name);
	int sys;

	if (len < 0 || (size_t)len >= sizeof(head) || strchr(name, '\n') != NULL)
		return EINVAL;
	sys = io_write_all(fd, head, (size_t)len);
	return sys != 0 ? sys : io_write_all(fd, bytes, n);
}

int stream_put_end(int fd)
{
	return io_write_all(fd, "END\n", 4);
}
