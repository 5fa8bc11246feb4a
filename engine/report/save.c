/*
 * A report on disk: written beside its place, checked, made durable, then
 * renamed, so that nobody ever sees half of one.  Knows files; knows no format.
 */
#include <casebook/report.h>

#include "report_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/io.h>
#include <casebook/sha256.h>

static int say_why(struct err *err, const char *path, int sys)
{
	if (sys == ENOSPC || sys == EDQUOT)
		return err_set(err, FAIL_FULL, sys,
		               "%s was not written: the disk is full. Free some space, or name "
		               "another place with -o.",
		               path);
	if (sys == EROFS || sys == EACCES || sys == EPERM)
		return err_set(err, FAIL_READONLY, sys,
		               "%s was not written: %s. Name a place that you may write to with "
		               "-o.",
		               path, strerror(sys));
	if (sys == EISDIR)
		return err_set(err, FAIL_IO, sys, "%s is a folder. Name a file in it with -o.", path);
	if (sys == ENOENT || sys == ENOTDIR)
		return err_set(err, FAIL_IO, sys,
		               "%s was not written: its folder does not exist. Make the folder first.", path);
	return err_set(err, FAIL_IO, sys, "%s was not written: %s.", path, strerror(sys));
}

static int fill(int fd, const void *mem, size_t n, unsigned mode)
{
	int sys = io_write_all(fd, mem, n);

	if (sys == 0 && fchmod(fd, mode) != 0)
		sys = errno;
	if (sys == 0 && fsync(fd) != 0)
		sys = errno;
	if (close(fd) != 0 && sys == 0)
		sys = errno;
	return sys;
}

static int replace_file(const void *mem, size_t n, const char *path, unsigned mode)
{
	struct buf beside;
	int sys = 0, fd;

	buf_init(&beside, BUF_MAX_LINE);
	buf_fmt(&beside, "%s.XXXXXX", path);
	fd = mkstemp(beside.p);
	if (fd < 0) {
		sys = errno;
		buf_release(&beside);
		return sys;
	}
	sys = fill(fd, mem, n, mode);
	if (sys == 0 && rename(beside.p, path) != 0)
		sys = errno;
	if (sys != 0)
		unlink(beside.p);
	else
		io_sync_folder(path);
	buf_release(&beside);
	return sys;
}

/* A pipe, a terminal or /dev/null: there is nothing to rename over. */
static int write_through(const void *mem, size_t n, const char *path)
{
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	int sys;

	if (fd < 0)
		return errno;
	sys = io_write_all(fd, mem, n);
	if (close(fd) != 0 && sys == 0)
		sys = errno;
	return sys;
}

int report_save_bytes(const void *mem, size_t n, const char *path, unsigned mode, struct err *err)
{
	struct stat st;
	char *real = NULL;
	int sys;

	if (strcmp(path, "-") == 0) {
		sys = io_write_all(STDOUT_FILENO, mem, n);
		return sys == 0 ? 0 : say_why(err, "standard output", sys);
	}
	if (path[0] == '\0')
		return err_set(err, FAIL_USAGE, 0, "the file to write has no name");
	if (stat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return say_why(err, path, EISDIR);
		if (!S_ISREG(st.st_mode)) {
			sys = write_through(mem, n, path);
			return sys == 0 ? 0 : say_why(err, path, sys);
		}
		real = realpath(path, NULL); /* a link stays a link: its target is replaced */
	}
	sys = replace_file(mem, n, real != NULL ? real : path, mode);
	free(real);
	return sys == 0 ? 0 : say_why(err, path, sys);
}

int report_render(const struct report *r, const struct report_format *f, struct buf *out, struct err *err)
{
	struct sink s;

	sink_init_buf(&s, out);
	f->write(r, &s);
	sink_flush(&s);
	if (s.failed != 0)
		return err_set(err, FAIL_LIMIT, s.failed,
		               "the %s report is larger than %u MB. The JSON of the case holds everything: "
		               "casebook case export",
		               f->title, (unsigned)(out->max >> 20));
	return redaction_check(r, f->title, buf_cstr(out), out->n, err);
}

/* ---- a report goes to its file as it is made, and is searched for leaks on the way ---- */
struct pass {
	int fd;
	struct sha256 *sum;
	struct redaction_pass *check; /* NULL: nothing was replaced */
};

static int pass_on(void *arg, const void *mem, size_t n)
{
	struct pass *p = arg;

	if (p->check != NULL)
		redaction_pass_feed(p->check, mem, n);
	sha256_add(p->sum, mem, n);
	return io_write_all(p->fd, mem, n);
}

static int stream(const struct report *r, const struct report_format *f, int fd, const char *path,
                  char sha256[SHA256_HEX], struct err *err)
{
	struct pass p = {fd, sha256_new(), redaction_pass_new(r)};
	struct sink *s = xmalloc(sizeof(*s));
	int sys, rc;

	sink_init(s, pass_on, &p);
	f->write(r, s);
	sink_flush(s);
	sys = s->failed;
	free(s);
	sha256_finish(p.sum, sha256);
	rc = redaction_pass_end(p.check, f->title, err);
	return sys != 0 ? say_why(err, path, sys) : rc;
}

static int stream_to_file(const struct report *r, const struct report_format *f, const char *path,
                          char sha256[SHA256_HEX], struct err *err)
{
	struct buf beside;
	int rc, fd;

	buf_init(&beside, BUF_MAX_LINE);
	buf_fmt(&beside, "%s.XXXXXX", path);
	fd = mkstemp(beside.p);
	if (fd < 0) {
		rc = say_why(err, path, errno);
	} else {
		rc = stream(r, f, fd, path, sha256, err);
		if (fsync(fd) != 0 && rc == 0)
			rc = say_why(err, path, errno);
		if (close(fd) != 0 && rc == 0)
			rc = say_why(err, path, errno);
		if (rc == 0 && rename(beside.p, path) != 0)
			rc = say_why(err, path, errno);
		if (rc != 0)
			unlink(beside.p);
		else
			io_sync_folder(path);
	}
	buf_release(&beside);
	return rc;
}

int report_save(const struct report *r, const struct report_format *f, const char *path,
                char sha256[SHA256_HEX], struct err *err)
{
	char unasked[SHA256_HEX];
	struct stat st;
	struct buf b;
	char *real;
	int rc;

	sha256 = sha256 != NULL ? sha256 : unasked;
	if (strcmp(path, "-") != 0 && path[0] != '\0' && (stat(path, &st) != 0 || S_ISREG(st.st_mode))) {
		real = realpath(path, NULL); /* a link stays a link: its target is replaced */
		rc = stream_to_file(r, f, real != NULL ? real : path, sha256, err);
		free(real);
		return rc;
	}
	/* What goes to a pipe cannot be taken back: it is searched first. */
	buf_init(&b, BUF_MAX_TEXT);
	rc = report_render(r, f, &b, err);
	sha256_of(buf_cstr(&b), b.n, sha256);
	if (rc == 0)
		rc = report_save_bytes(buf_cstr(&b), b.n, path, 0600, err);
	buf_release(&b);
	return rc;
}
