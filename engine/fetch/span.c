/*
 * The last days of a log. A W3C log has its time at the beginning of each line, in UTC, and only grows: the
 * place where the span begins is found by halving. What has no such lines is fetched from the end back to the
 * budget.
 */
#include "span.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/io.h>
#include <casebook/xalloc.h>

#define HEAD 4096u        /* where the #Fields line is */
#define LOOK (64u * 1024) /* at a place of the log: longer than any line */
#define PART (4u << 20)   /* read and written at once */
#define NAMES 5000        /* of one folder */
#define FILES_MOST 16     /* of one pattern */
#define STAMP 19          /* "2026-11-30 08:15:00" */

int span_compare(const char *a, const char *b)
{
	while (*a != '\0' && *b != '\0') {
		if (isdigit((unsigned char)*a) && isdigit((unsigned char)*b)) {
			char *ea, *eb;
			unsigned long long x = strtoull(a, &ea, 10), y = strtoull(b, &eb, 10);

			if (x != y)
				return x < y ? -1 : 1;
			a = ea;
			b = eb;
		} else if (*a != *b) {
			return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
		} else {
			a++;
			b++;
		}
	}
	return *a != '\0' ? 1 : *b != '\0' ? -1 : 0;
}

static int newest_first(const void *a, const void *b)
{
	return span_compare(((const struct sftp_name *)b)->name, ((const struct sftp_name *)a)->name);
}

/* ---- where the span begins ---- */

static bool is_stamp(const char *p, size_t n)
{
	static const char like[] = "0000-00-00 00:00:00";

	if (n < STAMP)
		return false;
	for (size_t i = 0; i < STAMP; i++)
		if (like[i] == '0' ? !isdigit((unsigned char)p[i]) : p[i] != like[i])
			return false;
	return true;
}

/* The first line that begins with a time, after the first line end unless `whole`; NULL when there is none.
 */
static const char *first_stamp(const char *p, size_t n, bool whole)
{
	const char *end = p + n;

	if (!whole)
		p = memchr(p, '\n', n) != NULL ? (const char *)memchr(p, '\n', n) + 1 : end;
	while (p < end && !is_stamp(p, (size_t)(end - p))) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		p = nl != NULL ? nl + 1 : end;
	}
	return p < end ? p : NULL;
}

struct log {
	struct sftp *s;
	struct sftp_file f;
	char since[CLOCK_TEXT];
	struct buf head; /* up to the end of the first #Fields line */
	uint64_t begin;  /* of what travels */
	bool stamped;
};

/* Whether the first whole line at this place is older than the span: 1, 0, -1: it failed; 2: no time there.
 */
static int is_older(struct log *l, uint64_t at, uint64_t *line)
{
	struct buf b;
	const char *p;
	int rc;

	buf_init(&b, LOOK);
	rc = sftp_read(l->s, &l->f, at, LOOK, &b);
	p = rc == 0 ? first_stamp(buf_cstr(&b), b.n, at == 0) : NULL;
	if (rc == 0)
		rc = p == NULL ? 2 : memcmp(p, l->since, STAMP) < 0;
	*line = p != NULL ? at + (uint64_t)(p - b.p) : at;
	buf_release(&b);
	return rc;
}

static int find_begin(struct log *l)
{
	uint64_t low = 0, high = l->f.size, line;

	while (high - low > LOOK) {
		uint64_t middle = low + (high - low) / 2;
		int rc = is_older(l, middle, &line);

		if (rc < 0)
			return -1;
		if (rc == 1)
			low = middle;
		else
			high = middle;
	}
	l->begin = low; /* up to one look too early: the reader of the log knows the times */
	return 0;
}

static int look_at_head(struct log *l)
{
	const char *fields, *end;

	if (sftp_read(l->s, &l->f, 0, HEAD, &l->head) != 0)
		return -1;
	fields = strstr(buf_cstr(&l->head), "#Fields:");
	l->stamped = fields != NULL && strncmp(fields, "#Fields: date time ", 19) == 0;
	end = fields != NULL ? strchr(fields, '\n') : NULL;
	l->head.n = end != NULL ? (size_t)(end + 1 - l->head.p) : 0;
	return 0;
}

/* ---- writing ---- */

static int write_part(struct sftp *s, int fd, const void *p, size_t n)
{
	int sys = io_write_all(fd, p, n);

	if (sys == 0)
		return 0;
	snprintf(s->why, sizeof(s->why), "it cannot be written here: %s", strerror(sys));
	s->broken = true;
	return -1;
}

static int copy_rest(struct log *l, int fd)
{
	uint64_t at = l->begin;
	struct buf b;
	int rc = 0;

	buf_init(&b, PART);
	if (at > l->head.n)
		rc = write_part(l->s, fd, l->head.p, l->head.n);
	while (rc == 0 && at < l->f.size) {
		const char *p;
		size_t n;

		buf_clear(&b);
		rc = sftp_read(l->s, &l->f, at, PART, &b);
		if (rc != 0 || b.n == 0)
			break;
		p = b.p;
		n = b.n;
		if (at == l->begin && at != 0) { /* the first line is one that was cut */
			const char *nl = memchr(p, '\n', n);

			n = nl != NULL ? n - (size_t)(nl + 1 - p) : n;
			p = nl != NULL ? nl + 1 : p;
		}
		rc = write_part(l->s, fd, p, n);
		at += b.n;
	}
	buf_release(&b);
	return rc;
}

static int begin_of(struct log *l, struct span *span)
{
	if (look_at_head(l) != 0 || (l->stamped && l->f.size > LOOK && find_begin(l) != 0))
		return -1;
	if (l->f.size - l->begin > span->budget) {
		l->begin = l->f.size - span->budget;
		span->cut = true;
	}
	return 0;
}

static int fetch_one(struct sftp *s, const char *path, const char *name, int folder, struct span *span)
{
	struct log l = {.s = s};
	int rc, fd;

	if (sftp_open(s, path, &l.f) != 0)
		return -1;
	clock_iso(span->since_ms, l.since);
	l.since[10] = ' ';
	l.since[STAMP] = '\0';
	buf_init(&l.head, HEAD);
	rc = begin_of(&l, span);
	fd = rc == 0 ? openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
	if (rc == 0 && fd < 0) {
		snprintf(s->why, sizeof(s->why), "%s cannot be made here: %s", name, strerror(errno));
		rc = -1;
	}
	if (rc == 0)
		rc = copy_rest(&l, fd);
	if (fd >= 0) {
		close(fd);
		span->files++;
	}
	span->budget -= l.f.size - l.begin < span->budget ? l.f.size - l.begin : span->budget;
	buf_release(&l.head);
	sftp_close(s, &l.f);
	return rc;
}

static bool plain_name(const char *name)
{
	for (const char *p = name; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("._-() ", *p) == NULL)
			return false;
	return name[0] != '\0' && name[0] != '.';
}

/* The newest name is always fetched: a file that is held open shows an old date. */
static bool wanted(const struct sftp_name *f, const struct span *span, size_t taken)
{
	if (taken == 0)
		return true;
	return taken < FILES_MOST && span->budget != 0 &&
	       (f->modified_s == 0 || f->modified_s * 1000 >= span->since_ms);
}

int span_fetch(struct sftp *s, const char *pattern, int folder, struct span *span)
{
	const char *slash = strrchr(pattern, '/');
	char path[1024], in[700];
	struct sftp_name *names;
	size_t n, kept = 0, taken = 0;
	int rc;

	if (slash == NULL || (size_t)(slash - pattern) >= sizeof(in)) {
		snprintf(s->why, sizeof(s->why), "its path is longer than any");
		return -1;
	}
	snprintf(in, sizeof(in), "%.*s", (int)(slash - pattern), pattern);
	names = xcalloc(NAMES, sizeof(*names));
	rc = sftp_list(s, in, names, NAMES, &n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (!names[i].folder && plain_name(names[i].name) &&
		    fnmatch(slash + 1, names[i].name, 0) == 0)
			names[kept++] = names[i];
	qsort(names, kept, sizeof(*names), newest_first);
	for (size_t i = 0; rc == 0 && i < kept; i++) {
		if (!wanted(&names[i], span, taken)) {
			span->left_out++;
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", in, names[i].name);
		rc = fetch_one(s, path, names[i].name, folder, span);
		taken++;
	}
	free(names);
	return rc;
}
