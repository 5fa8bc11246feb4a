/* Writes a scenario's files as the field would send them today. */
#include "practice.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/io.h>
#include <casebook/utf8.h>

#define MAX_DEPTH 8

struct layout {
	const struct scenario *s;
	struct arena *mem;
	int64_t now_ms;
	struct err *err;
};

static const char *pair_of(const struct pairs *p, const char *key)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->at[i].key, key) == 0)
			return p->at[i].value;
	return NULL;
}

static int write_file(struct layout *l, const char *path, const struct buf *bytes, const char *mtime)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600), rc;
	int64_t t;

	if (fd < 0)
		return err_set(l->err, FAIL_IO, errno, "%s: %s", path, strerror(errno));
	rc = io_write_all(fd, bytes->p, bytes->n);
	if (rc == 0 && mtime != NULL && moment_move(mtime, strlen(mtime), l->now_ms, &t)) {
		struct timespec both[2] = {{.tv_sec = t / 1000}, {.tv_sec = t / 1000}};

		futimens(fd, both);
	}
	close(fd);
	return rc == 0 ? 0 : err_set(l->err, FAIL_IO, rc, "%s: %s", path, strerror(rc));
}

/* REL names it in the scenario's tables; what is not text keeps its bytes. */
static int copy_file(struct layout *l, const char *from, const char *to, const char *rel)
{
	const char *how = pair_of(&l->s->bytes, rel);
	struct buf raw, text, bytes;
	int rc;

	buf_init(&raw, FILE_MOST);
	buf_init(&text, BUF_MAX_TEXT);
	buf_init(&bytes, BUF_MAX_TEXT);
	rc = file_read(from, &raw, l->err);
	if (rc == 0 && !utf8_valid(buf_cstr(&raw), raw.n)) {
		buf_put(&bytes, raw.p, raw.n);
	} else if (rc == 0) {
		rc = moment_expand(&text, buf_cstr(&raw), raw.n, l->now_ms, l->err);
		if (rc == 0)
			rc = bytes_encode(&bytes, buf_cstr(&text), text.n, how != NULL ? how : "", l->err);
		if (rc != 0)
			err_wrap(l->err, "%s", from);
	}
	if (rc == 0)
		rc = write_file(l, to, &bytes, pair_of(&l->s->mtimes, rel));
	buf_release(&raw);
	buf_release(&text);
	buf_release(&bytes);
	return rc;
}

static int copy_folder(struct layout *l, const char *from, const char *to, const char *rel, unsigned depth);

static int copy_entry(struct layout *l, const char *from, const char *to, const char *rel, unsigned depth)
{
	struct stat st;

	if (stat(from, &st) != 0)
		return err_set(l->err, FAIL_IO, errno, "%s: %s", from, strerror(errno));
	if (S_ISDIR(st.st_mode))
		return depth < MAX_DEPTH ? copy_folder(l, from, to, rel, depth + 1)
		                         : err_set(l->err, FAIL_IO, 0, "%s: too many folders deep", from);
	return copy_file(l, from, to, rel);
}

static int copy_folder(struct layout *l, const char *from, const char *to, const char *rel, unsigned depth)
{
	DIR *d = opendir(from);
	struct dirent *e;
	int rc = 0;

	if (d == NULL)
		return err_set(l->err, FAIL_IO, errno, "%s: %s", from, strerror(errno));
	if (mkdir(to, 0700) != 0)
		rc = err_set(l->err, FAIL_IO, errno, "%s: %s", to, strerror(errno));
	while (rc == 0 && (e = readdir(d)) != NULL) {
		struct buf name;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		buf_init(&name, BUF_MAX_LINE);
		rc = moment_expand(&name, e->d_name, strlen(e->d_name), l->now_ms, l->err);
		if (rc == 0)
			rc = copy_entry(l, arena_fmt(l->mem, "%s/%s", from, e->d_name),
			                arena_fmt(l->mem, "%s/%s", to, buf_cstr(&name)),
			                arena_fmt(l->mem, "%s%s%s", rel, *rel != '\0' ? "/" : "", e->d_name),
			                depth);
		buf_release(&name);
	}
	closedir(d);
	return rc;
}

int layout_write(const struct scenario *s, const char *source, const char *target, int64_t now_ms,
                 struct err *err)
{
	struct layout l = {s, arena_new(), now_ms, err};
	int rc;

	if (access(source, F_OK) == 0)
		rc = copy_folder(&l, source, target, "", 0);
	else
		rc = mkdir(target, 0700) == 0
		             ? 0
		             : err_set(err, FAIL_IO, errno, "%s: %s", target, strerror(errno));
	arena_free(l.mem);
	return rc;
}
