/*
 * Opening and reading one file: plain, gzipped or a member of an archive.  Knows
 * how bytes are packed and when to refuse; knows nothing of what they mean.
 */
#include "file_src_int.h"
#include "beside.h"
#include "late.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/file_name.h>
#include <casebook/xalloc.h>

#include <zlib.h>

#define GZIP_IN 65536u

struct gunzip {
	z_stream z;
	bool begun; /* inside a gzip member */
	unsigned char in[GZIP_IN];
};

struct file_src *src_new(const char *path)
{
	struct file_src *s = xcalloc(1, sizeof(*s));

	snprintf(s->path, sizeof(s->path), "%s", path);
	s->fd = -1;
	return s;
}

int src_check_size(const struct file_src *s, uint64_t from, struct err *err)
{
	if (s->given > FILE_MAX_UNPACKED)
		return err_set(err, FAIL_LIMIT, 0,
		               "%s: unpacks to more than %llu GiB; unpack it and give the part that matters",
		               s->path, FILE_MAX_UNPACKED >> 30);
	if (s->given > FILE_RATIO_FROM && s->given / FILE_MAX_RATIO > from)
		return err_set(err, FAIL_LIMIT, 0,
		               "%s: unpacks to more than %u times its size, which no log does; it is not "
		               "read further",
		               s->path, FILE_MAX_RATIO);
	return 0;
}

/* ---- plain files ---- */

static ssize_t plain_take(struct file_src *s, void *buf, size_t n, struct err *err)
{
	ssize_t got;

	do
		got = read(s->fd, buf, n);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_set(err, FAIL_IO, errno, "%s: cannot be read at byte %llu: %s", s->path,
		               (unsigned long long)s->taken, strerror(errno));
	return got;
}

static void plain_release(struct file_src *s)
{
	close(s->fd);
}

int src_open_plain(const char *real, const char *path, bool hash, struct file_src **out, struct err *err)
{
	struct file_src *s;
	struct stat st;
	int fd = open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 || fstat(fd, &st) < 0) {
		int sys = errno;

		if (fd >= 0)
			close(fd);
		return err_set(err, FAIL_IO, sys, "%s: cannot be opened: %s", path, strerror(sys));
	}
	if (!S_ISREG(st.st_mode)) {
		close(fd);
		return err_set(err, FAIL_FORMAT, 0, "%s: %s, not a file; give the file itself", path,
		               S_ISDIR(st.st_mode) ? "is a folder" : "is a device or a pipe");
	}
	s = src_new(path);
	s->fd = fd;
	s->take = plain_take;
	s->release = plain_release;
	s->stored = (uint64_t)st.st_size;
	s->hash = hash ? sha256_new() : NULL;
	*out = s;
	return 0;
}

/* ---- gzip ---- */

static ssize_t gunzip_failed(struct file_src *s, const char *what, struct err *err)
{
	return err_set(err, FAIL_FORMAT, 0, "%s: %s near byte %llu of the packed file", s->path, what,
	               (unsigned long long)s->lower->given);
}

/* 1 more input, 0 its end, -1 an error */
static int gunzip_fill(struct file_src *s, struct gunzip *g, struct err *err)
{
	ssize_t got;

	if (g->z.avail_in)
		return 1;
	got = file_read(s->lower, g->in, sizeof(g->in), err);
	if (got <= 0)
		return (int)got;
	g->z.next_in = g->in;
	g->z.avail_in = (uInt)got;
	return 1;
}

static ssize_t gunzip_take(struct file_src *s, void *buf, size_t n, struct err *err)
{
	struct gunzip *g = s->impl;

	g->z.next_out = buf;
	g->z.avail_out = n > 1u << 30 ? 1u << 30 : (uInt)n;
	while (g->z.avail_out == (n > 1u << 30 ? 1u << 30 : (uInt)n)) {
		int more = gunzip_fill(s, g, err), rc;

		if (more < 0)
			return -1;
		if (!more)
			return g->begun ? gunzip_failed(s, "the gzip data end too early", err) : 0;
		/* What follows the last member and is none is padding (RFC 1952 section 2.2). */
		if (!g->begun && g->z.next_in[0] != 0x1F) {
			g->z.avail_in = 0;
			continue;
		}
		g->begun = true;
		rc = inflate(&g->z, Z_NO_FLUSH);
		if (rc == Z_STREAM_END) {
			g->begun = false;
			inflateReset(&g->z);
		} else if (rc != Z_OK && rc != Z_BUF_ERROR) {
			return gunzip_failed(s, "the gzip data are damaged", err);
		}
	}
	n = (size_t)(g->z.next_out - (unsigned char *)buf);
	s->given += n;
	if (src_check_size(s, s->lower->given, err))
		return -1;
	s->given -= n; /* counted by file_read */
	return (ssize_t)n;
}

static void gunzip_release(struct file_src *s)
{
	struct gunzip *g = s->impl;

	inflateEnd(&g->z);
	free(g);
}

struct file_src *src_gunzip(struct file_src *lower)
{
	const unsigned char *p;
	struct file_src *s;
	struct gunzip *g;
	size_t n = file_peek(lower, &p);

	if (n < 10 || p[0] != 0x1F || p[1] != 0x8B || p[2] != 8)
		return lower;
	g = xcalloc(1, sizeof(*g));
	if (inflateInit2(&g->z, 15 + 16) != Z_OK)
		die_oom();
	s = src_new(lower->path);
	s->impl = g;
	s->lower = lower;
	s->owns = true;
	s->take = gunzip_take;
	s->release = gunzip_release;
	return s;
}

/* ---- all alike ---- */

const char *file_real(const char *shown, char buf[FILE_PATH])
{
	struct stat st;

	if (strstr(shown, "\\x") == NULL || lstat(shown, &st) == 0 || !file_name_real(shown, buf, FILE_PATH))
		return shown;
	return buf;
}

/* Where the archive's own name ends: at the first '!' whose left side is a file. */
static const char *split_member(const char *path, char archive[FILE_PATH])
{
	char real[FILE_PATH];

	for (const char *bang = strchr(path, '!'); bang; bang = strchr(bang + 1, '!')) {
		struct stat st;

		if ((size_t)(bang - path) >= FILE_PATH)
			return NULL;
		memcpy(archive, path, (size_t)(bang - path));
		archive[bang - path] = '\0';
		if (stat(file_real(archive, real), &st) == 0 && S_ISREG(st.st_mode))
			return bang + 1;
	}
	return NULL;
}

int file_open(const char *path, bool hash, struct file_src **out, struct err *err)
{
	file_beside(path);
	return src_open(path, hash, out, err);
}

int src_open(const char *path, bool hash, struct file_src **out, struct err *err)
{
	char archive[FILE_PATH], real[FILE_PATH];
	struct file_src *s = NULL;
	const char *member;
	struct stat st;

	if (strlen(path) >= FILE_PATH)
		return err_set(err, FAIL_LIMIT, 0, "the file name is longer than %u bytes", FILE_PATH - 1);
	member = stat(file_real(path, real), &st) == 0 ? NULL : split_member(path, archive);
	if (!member)
		snprintf(archive, sizeof(archive), "%s", path);
	if (src_open_plain(file_real(archive, real), archive, hash && !member, &s, err))
		return -1;
	s = src_gunzip(s);
	/* Times within archives are local ones, of a zone that nobody knows. */
	if (!member) {
		beside_written((int64_t)st.st_mtim.tv_sec * 1000);
		*out = s;
		return 0;
	}
	return src_open_member(s, member, path, hash, out, err);
}

void file_close(struct file_src *s)
{
	char drop[SHA256_HEX];

	if (!s)
		return;
	if (s->release)
		s->release(s);
	if (s->owns)
		file_close(s->lower);
	if (s->hash)
		sha256_finish(s->hash, drop);
	free(s->head);
	free(s);
}

bool src_late(const struct file_src *s, struct err *err)
{
	if (!late_now())
		return false;
	err_set(err, FAIL_LIMIT, 0,
	        "%s: the time for this check was over at byte %llu; what came before was read", s->path,
	        (unsigned long long)file_taken(s));
	return true;
}

static ssize_t take(struct file_src *s, void *buf, size_t n, struct err *err)
{
	ssize_t got = s->over ? 0 : s->fd >= 0 && src_late(s, err) ? -1 : s->take(s, buf, n, err);

	if (got <= 0)
		s->over = true;
	if (got > 0) {
		s->taken += (uint64_t)got;
		s->given += (uint64_t)got;
		if (s->hash)
			sha256_add(s->hash, buf, (size_t)got);
	}
	return got;
}

ssize_t file_read(struct file_src *s, void *buf, size_t n, struct err *err)
{
	if (s->head_at < s->head_n) {
		if (n > s->head_n - s->head_at)
			n = s->head_n - s->head_at;
		memcpy(buf, s->head + s->head_at, n);
		s->head_at += n;
		return (ssize_t)n;
	}
	if (s->late.code) {
		if (err)
			*err = s->late;
		return -1;
	}
	return take(s, buf, n, err);
}

size_t file_peek(struct file_src *s, const unsigned char **bytes)
{
	if (!s->head) {
		s->head = xmalloc(FILE_SAMPLE);
		while (s->head_n < FILE_SAMPLE) {
			ssize_t got = take(s, s->head + s->head_n, FILE_SAMPLE - s->head_n, &s->late);

			if (got <= 0)
				break;
			s->head_n += (size_t)got;
		}
	}
	*bytes = s->head;
	return s->head_n;
}

const char *file_peek_failed(const struct file_src *s)
{
	return s->late.code ? s->late.msg : NULL;
}

int file_load(struct file_src *s, size_t max, char **out, size_t *n, struct err *err)
{
	size_t cap = 65536, used = 0;
	char *p = xmalloc(cap + 1);

	for (;;) {
		ssize_t got;

		if (used == cap) {
			if (cap >= max) {
				free(p);
				return err_set(err, FAIL_LIMIT, 0,
				               "%s: is larger than %zu MiB; files of this kind are not",
				               s->path, max >> 20);
			}
			cap = cap * 2 > max ? max : cap * 2;
			p = xrealloc(p, cap + 1);
		}
		got = file_read(s, p + used, cap - used, err);
		if (got < 0) {
			free(p);
			return -1;
		}
		if (!got)
			break;
		used += (size_t)got;
	}
	p[used] = '\0';
	*out = p;
	*n = used;
	return 0;
}

const char *file_path(const struct file_src *s)
{
	return s->path;
}

int file_fd(const struct file_src *s)
{
	return s->fd;
}

ssize_t file_read_at(int fd, void *mem, size_t n, uint64_t at, struct err *err)
{
	size_t have = 0;

	while (have < n) {
		ssize_t got = pread(fd, (char *)mem + have, n - have, (off_t)(at + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return err_set(err, FAIL_IO, errno, "the log cannot be read at byte %llu: %s",
			               (unsigned long long)at + have, strerror(errno));
		if (got == 0)
			break; /* it was cut while it was read */
		have += (size_t)got;
	}
	return (ssize_t)have;
}

uint64_t file_stored(const struct file_src *s)
{
	return s->stored || !s->lower ? s->stored : file_stored(s->lower);
}

uint64_t file_taken(const struct file_src *s)
{
	return s->stored || !s->lower ? s->taken : file_taken(s->lower);
}

const char *file_packing(const struct file_src *s)
{
	return !s->lower ? "none" : s->take == gunzip_take ? "gzip" : "archive";
}

bool file_sha256(struct file_src *s, char out[SHA256_HEX])
{
	static const size_t step = 1u << 18;
	struct file_src *at = s;
	bool was_late = late_was();
	unsigned char *drop;
	ssize_t got;

	while (at && !at->hash)
		at = at->lower;
	if (!at)
		return false;
	drop = xmalloc(step);
	while ((got = take(at, drop, step, NULL)) > 0)
		;
	free(drop);
	late_forget(was_late);
	if (got < 0 || at->late.code)
		return false;
	sha256_finish(at->hash, out);
	at->hash = NULL;
	return true;
}
