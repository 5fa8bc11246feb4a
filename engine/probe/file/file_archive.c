/*
 * Walking folders and archives, and opening one member.  Knows libarchive; the
 * names in an archive are foreign text and are cleaned here, so that a printed
 * name finds its member again.
 */
#include "file_src_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#include <archive.h>
#include <archive_entry.h>

struct pack {
	struct archive *a;
	struct file_src *lower;
	unsigned char buf[65536];
	struct err err; /* of the lower level, which libarchive would only repeat in part */
};

const char *file_archive_kind(const unsigned char *p, size_t n)
{
	if (n >= 4 && memcmp(p, "PK\3\4", 4) == 0)
		return "zip";
	if (n >= 4 && memcmp(p, "PK\5\6", 4) == 0)
		return "zip";
	if (n >= 8 && memcmp(p, "MSCF\0\0\0\0", 8) == 0)
		return "cab";
	if (n >= 512 && memcmp(p + 257, "ustar", 5) == 0)
		return "tar";
	return NULL;
}

/* ---- libarchive over a source ---- */

static la_ssize_t pack_read(struct archive *a, void *arg, const void **out)
{
	struct pack *p = arg;
	ssize_t got = file_read(p->lower, p->buf, sizeof(p->buf), &p->err);

	*out = p->buf;
	if (got < 0)
		archive_set_error(a, EIO, "%s", p->err.msg);
	return got;
}

static la_int64_t pack_seek(struct archive *a, void *arg, la_int64_t offset, int whence)
{
	struct pack *p = arg;
	off_t at = lseek(p->lower->fd, (off_t)offset, whence);

	(void)a;
	p->lower->head_at = p->lower->head_n;
	p->lower->over = false;
	return at < 0 ? ARCHIVE_FATAL : at;
}

static void pack_close(struct pack *p)
{
	if (!p)
		return;
	archive_read_free(p->a);
	free(p);
}

/* libarchive gives no words to an archive that just ends. */
static const char *why_of(const struct pack *p)
{
	const char *said = archive_error_string(p->a);

	return said != NULL ? said : "it ends too early";
}

static struct pack *pack_open(struct file_src *lower, struct err *err)
{
	struct pack *p = xcalloc(1, sizeof(*p));

	p->lower = lower;
	p->a = archive_read_new();
	if (!p->a)
		die_oom();
	archive_read_support_format_zip(p->a);
	archive_read_support_format_cab(p->a);
	archive_read_support_format_tar(p->a);
	archive_read_set_callback_data(p->a, p);
	archive_read_set_read_callback(p->a, pack_read);
	if (lower->fd >= 0)
		archive_read_set_seek_callback(p->a, pack_seek);
	if (archive_read_open1(p->a) != ARCHIVE_OK) {
		err_set(err, FAIL_FORMAT, 0, "%s: the archive cannot be read: %s", lower->path, why_of(p));
		pack_close(p);
		return NULL;
	}
	return p;
}

static void member_name(struct archive_entry *e, unsigned number, struct buf *out)
{
	const char *name = archive_entry_pathname_utf8(e);

	if (!name)
		name = archive_entry_pathname(e);
	buf_clear(out);
	if (name && *name)
		utf8_clean(out, name, strlen(name), UTF8_ONE_LINE);
	else
		buf_fmt(out, "member-%u", number);
}

/* 1 a regular member, 0 the end, -1 damaged */
static int pack_next(struct pack *p, struct archive_entry **e, unsigned *number, struct err *err)
{
	for (;;) {
		int rc = archive_read_next_header(p->a, e);

		if (rc == ARCHIVE_EOF)
			return 0;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return err_set(err, FAIL_FORMAT, 0, "%s: the archive is damaged after member %u: %s",
			               p->lower->path, *number, why_of(p));
		++*number;
		if (archive_entry_filetype(*e) == AE_IFREG || archive_entry_filetype(*e) == 0)
			return 1;
	}
}

/* ---- one member as a source ---- */

static ssize_t member_take(struct file_src *s, void *buf, size_t n, struct err *err)
{
	struct pack *p = s->impl;
	la_ssize_t got = archive_read_data(p->a, buf, n);

	if (got < 0)
		return err_set(err, FAIL_FORMAT, 0, "%s: damaged at byte %llu of its content: %s", s->path,
		               (unsigned long long)s->given, why_of(p));
	s->given += (uint64_t)got;
	if (src_check_size(s, s->lower->given, err))
		return -1;
	s->given -= (uint64_t)got;
	return got;
}

static void member_release(struct file_src *s)
{
	pack_close(s->impl);
}

static struct file_src *member_new(struct pack *p, struct archive_entry *e, const char *path, bool hash)
{
	struct file_src *s = src_new(path);

	s->impl = p;
	s->stored = archive_entry_size_is_set(e) && archive_entry_size(e) > 0
	                    ? (uint64_t)archive_entry_size(e)
	                    : 0;
	s->lower = p->lower;
	s->take = member_take;
	s->hash = hash ? sha256_new() : NULL;
	return s;
}

/* `rest` is "name" or "name!inner"; true when the member `name` is on its way. */
static bool leads_to(const char *rest, const char *name)
{
	size_t n = strlen(name);

	return strncmp(rest, name, n) == 0 && (rest[n] == '\0' || rest[n] == '!');
}

static int no_member(struct file_src *lower, const char *member, struct err *err)
{
	err_set(err, FAIL_NOT_FOUND, 0, "%s: has no member %s", lower->path, member);
	file_close(lower);
	return -1;
}

int src_open_member(struct file_src *lower, const char *member, const char *path, bool hash,
                    struct file_src **out, struct err *err)
{
	struct pack *p = pack_open(lower, err);
	struct archive_entry *e;
	struct buf name;
	unsigned number = 0;
	int rc = p ? 1 : -1;

	buf_init(&name, FILE_PATH);
	while (p && (rc = pack_next(p, &e, &number, err)) > 0) {
		struct file_src *s;
		size_t n;

		member_name(e, number, &name);
		if (!leads_to(member, buf_cstr(&name)))
			continue;
		n = name.n;
		buf_release(&name);
		s = member_new(p, e, path, hash && !member[n]);
		s->owns = true;
		s->release = member_release;
		s = src_gunzip(s);
		if (member[n])
			return src_open_member(s, member + n + 1, path, hash, out, err);
		*out = s;
		return 0;
	}
	buf_release(&name);
	pack_close(p);
	if (rc == 0)
		return no_member(lower, member, err);
	file_close(lower);
	return -1;
}

/* ---- the walk ---- */

static bool walk_source(struct file_walk *w, struct file_src *s, unsigned depth);

static bool visit(struct file_walk *w, const char *path, struct file_src *s, const char *why)
{
	struct file_item item = {.path = path, .src = s, .why = why};

	if (w->seen >= FILE_MAX_FILES) {
		w->cut = true;
		return false;
	}
	w->seen++;
	return w->visit(w->arg, &item);
}

static bool walk_members(struct file_walk *w, struct pack *p, unsigned depth)
{
	struct archive_entry *e;
	struct err err = {0};
	struct buf path, name;
	unsigned number = 0;
	bool on = true;
	int rc = 0;

	buf_init(&path, FILE_PATH - 1);
	buf_init(&name, FILE_PATH);
	while (on && (rc = pack_next(p, &e, &number, &err)) > 0) {
		member_name(e, number, &name);
		buf_clear(&path);
		buf_fmt(&path, "%s!%s", p->lower->path, buf_cstr(&name));
		if (archive_entry_is_encrypted(e) > 0) {
			on = visit(w, buf_cstr(&path), NULL,
			           "is encrypted; unpack it with its password first");
		} else {
			struct file_src *s = src_gunzip(member_new(p, e, buf_cstr(&path), w->hash));

			on = walk_source(w, s, depth);
			file_close(s);
		}
	}
	if (on && rc < 0)
		on = visit(w, p->lower->path, NULL, err.msg);
	buf_release(&path);
	buf_release(&name);
	return on;
}

/* Does not close s. */
static bool walk_source(struct file_walk *w, struct file_src *s, unsigned depth)
{
	const unsigned char *head;
	size_t n = file_peek(s, &head);
	struct err err = {0};
	struct pack *p;
	bool on;

	if (!file_archive_kind(head, n))
		return visit(w, s->path, s, NULL);
	if (depth >= FILE_MAX_DEPTH) {
		w->cut = true;
		return visit(w, s->path, NULL, "is an archive inside too many others; unpack it first");
	}
	p = pack_open(s, &err);
	if (!p)
		return visit(w, s->path, NULL, err.msg);
	on = walk_members(w, p, depth + 1);
	pack_close(p);
	return on;
}

static bool walk_file(struct file_walk *w, const char *path, unsigned depth)
{
	struct file_src *s = NULL;
	struct err err = {0};
	bool on;

	if (src_open_plain(path, w->hash, &s, &err))
		return visit(w, path, NULL, err.msg);
	s = src_gunzip(s);
	on = walk_source(w, s, depth);
	file_close(s);
	return on;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in the folder, sorted; at most FILE_MAX_FILES of them. */
static char **list_folder(const char *path, size_t *count, bool *cut)
{
	DIR *d = opendir(path);
	char **names = NULL;
	const struct dirent *e;
	size_t n = 0, cap = 0;

	*count = 0;
	if (!d)
		return NULL;
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (n == 4 * FILE_MAX_FILES) {
			*cut = true;
			break;
		}
		if (n == cap) {
			cap = cap ? cap * 2 : 64;
			names = xrealloc(names, cap * sizeof(*names));
		}
		names[n++] = xstrdup(e->d_name);
	}
	closedir(d);
	if (n)
		qsort(names, n, sizeof(*names), by_name);
	*count = n;
	return names ? names : xcalloc(1, sizeof(*names));
}

static bool walk_folder(struct file_walk *w, const char *path, unsigned depth)
{
	size_t n;
	char **names = list_folder(path, &n, &w->cut);
	bool on = true;

	if (!names)
		return visit(w, path, NULL, strerror(errno));
	for (size_t i = 0; i < n; i++) {
		char full[FILE_PATH];
		struct stat st;
		int len = snprintf(full, sizeof(full), "%s%s%s", path,
		                   path[strlen(path) - 1] == '/' ? "" : "/", names[i]);

		if (on && (size_t)len < sizeof(full) && lstat(full, &st) == 0) {
			if (S_ISREG(st.st_mode))
				on = walk_file(w, full, depth);
			else if (S_ISDIR(st.st_mode) && depth < FILE_MAX_DEPTH)
				on = walk_folder(w, full, depth + 1);
			else if (S_ISDIR(st.st_mode))
				w->cut = true;
		}
		free(names[i]);
	}
	free(names);
	return on;
}

bool file_is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int file_walk(struct file_walk *w, const char *path, struct err *err)
{
	struct file_src *s = NULL;

	if (!*path || strlen(path) >= FILE_PATH)
		return err_set(err, FAIL_USAGE, 0, "the file name is empty or longer than %u bytes",
		               FILE_PATH - 1);
	if (file_is_folder(path)) {
		walk_folder(w, path, 0);
		return 0;
	}
	if (file_open(path, w->hash, &s, err))
		return -1;
	walk_source(w, s, 0);
	file_close(s);
	return 0;
}
