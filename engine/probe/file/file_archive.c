/*
 * The members of an archive, one or all.  Knows libarchive; the names in an archive are
 * foreign bytes and are shown as text here, so that a printed name finds its member again.
 */
#include "file_src_int.h"
#include "file_walk.h"
#include "late.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/file_name.h>
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
		file_name_show(out, name);
	else
		buf_fmt(out, "member-%u", number);
}

/* 1 a regular member, 0 the end, -1 damaged.  A link is no member of its own: what it names is one. */
static int pack_next(struct pack *p, struct archive_entry **e, unsigned *number, struct err *err)
{
	for (;;) {
		int rc;

		if (src_late(p->lower, err))
			return -1;
		rc = archive_read_next_header(p->a, e);
		if (rc == ARCHIVE_EOF)
			return 0;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN)
			return err_set(err, FAIL_FORMAT, 0, "%s: the archive is damaged after member %u: %s",
			               p->lower->path, *number, why_of(p));
		++*number;
		if (archive_entry_hardlink(*e) == NULL &&
		    (archive_entry_filetype(*e) == AE_IFREG || archive_entry_filetype(*e) == 0))
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

/* ---- all members ---- */

static bool one_member(struct file_walk *w, struct pack *p, struct archive_entry *e, const char *name,
                       unsigned depth)
{
	struct buf path;
	bool on;

	buf_init(&path, FILE_PATH - 1);
	buf_fmt(&path, "%s!%s", p->lower->path, name);
	if (path.over) {
		walk_leave(w, LEFT_LONG);
		on = true;
	} else if (archive_entry_is_encrypted(e) > 0) {
		on = walk_visit(w, buf_cstr(&path), NULL, "is encrypted; unpack it with its password first");
	} else {
		struct file_src *s = src_gunzip(member_new(p, e, buf_cstr(&path), w->hash));

		on = walk_source(w, s, depth);
		file_close(s);
	}
	buf_release(&path);
	return on;
}

static bool walk_members(struct file_walk *w, struct pack *p, unsigned depth)
{
	struct archive_entry *e;
	struct err err = {0};
	struct buf name;
	unsigned number = 0;
	bool on = true;
	int rc = 0;

	buf_init(&name, FILE_PATH);
	while (on && (rc = pack_next(p, &e, &number, &err)) > 0) {
		member_name(e, number, &name);
		on = one_member(w, p, e, buf_cstr(&name), depth);
	}
	if (on && rc < 0)
		on = walk_visit(w, p->lower->path, NULL, err.msg);
	buf_release(&name);
	return on;
}

bool walk_archive(struct file_walk *w, struct file_src *s, unsigned depth)
{
	struct err err = {0};
	struct pack *p;
	bool on;

	if (depth >= FILE_MAX_NESTED)
		return walk_visit(w, s->path, NULL, "is an archive inside too many others; unpack it first");
	if (w->archives >= FILE_MAX_ARCHIVES || late_was()) {
		walk_leave(w, late_was() ? LEFT_LATE : LEFT_PACKED);
		return true;
	}
	w->archives++;
	p = pack_open(s, &err);
	if (!p)
		return walk_visit(w, s->path, NULL, err.msg);
	on = walk_members(w, p, depth + 1);
	pack_close(p);
	return on;
}
