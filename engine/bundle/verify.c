/* Proves a bundle by itself: every part of the manifest is there, as it was, and nothing else is. */
#include "bundle_int.h"
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/io.h>
#include <casebook/value.h>
#include <casebook/xalloc.h>

#include "stream.h"

/* What the zip holds. */
struct found {
	char *name;
	size_t n;
	char sha256[SHA256_HEX];
	bool listed;
};
struct reading {
	struct bundle_check *check;
	struct found *all;
	size_t n, cap;
	struct buf manifest;
	char failed[1024]; /* what the helper said; "" when it came to the end */
};

static void fault(struct bundle_check *c, const char *part, const char *what)
{
	c->faults++;
	if (c->fault != NULL)
		c->fault(c->arg, &(struct bundle_fault){part, what});
}

static struct found *add(struct reading *r, const char *name)
{
	if (r->n == r->cap) {
		r->cap = r->cap != 0 ? r->cap * 2 : 64;
		r->all = xrealloc(r->all, r->cap * sizeof(*r->all));
	}
	r->all[r->n] = (struct found){.name = xstrdup(name)};
	return &r->all[r->n++];
}

/* False when the stream ended before the part did. */
static bool read_part(struct reading *r, struct stream *s, const struct stream_head *h)
{
	struct found *f = add(r, h->text);
	struct sha256 *sum = sha256_new();
	bool is_manifest = strcmp(h->text, MANIFEST) == 0;
	bool is_wanted = r->check->want != NULL && strcmp(h->text, r->check->want) == 0;
	char part[16384];

	while (f->n < h->size) {
		size_t left = h->size - f->n;
		size_t got = stream_read(s, part, left < sizeof(part) ? left : sizeof(part));

		if (got == 0)
			break;
		sha256_add(sum, part, got);
		if (is_manifest)
			buf_put(&r->manifest, part, got);
		if (is_wanted)
			buf_put(r->check->part, part, got);
		f->n += got;
	}
	sha256_finish(sum, f->sha256);
	return f->n == h->size;
}

static void read_parts(struct reading *r, int fd)
{
	struct stream *s = xmalloc(sizeof(*s));
	struct stream_head h;

	stream_init(s, fd);
	while ((h = stream_next(s)).kind == STREAM_PART && r->n <= BUNDLE_MAX_PARTS)
		if (!read_part(r, s, &h))
			break;
	if (h.kind == STREAM_FAIL)
		snprintf(r->failed, sizeof(r->failed), "%s", h.text);
	else if (h.kind != STREAM_END)
		snprintf(r->failed, sizeof(r->failed), "casebook-zip ended before the zip did");
	free(s);
}

/* What comes through a pipe as a file, so that its end can be looked at first. */
static int spool(int from, const char *path, struct err *err)
{
	int to = scratch_file(err), sys = 0;
	size_t total = 0;
	char part[65536];
	ssize_t got;

	if (to < 0)
		return -1;
	while (sys == 0 && total <= BUNDLE_MAX_BYTES && (got = read(from, part, sizeof(part))) != 0) {
		if (got < 0 && errno != EINTR)
			sys = errno;
		if (got > 0)
			sys = io_write_all(to, part, (size_t)got);
		total += got > 0 ? (size_t)got : 0;
	}
	if (sys == 0 && total <= BUNDLE_MAX_BYTES && lseek(to, 0, SEEK_SET) == 0)
		return to;
	close(to);
	return err_set(err, sys != 0 ? FAIL_IO : FAIL_LIMIT, sys, "%s cannot be read: %s", path,
	               sys != 0 ? strerror(sys) : "it is larger than a bundle may be");
}

static int open_zip(const char *path, struct err *err)
{
	int zip = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC), spooled;
	struct stat st;

	if (zip < 0)
		return err_set(err, errno == ENOENT ? FAIL_NOT_FOUND : FAIL_IO, errno,
		               "%s cannot be read: %s", path, strerror(errno));
	if (fstat(zip, &st) != 0 || S_ISREG(st.st_mode))
		return zip;
	spooled = spool(zip, path, err);
	close(zip);
	return spooled;
}

static uint32_t little(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* A zip of ours begins with its first part and ends with the end of its directory (APPNOTE.TXT 4.3.16), which
 * says where both lie: readers skip whatever stands before, between or after, and so would we. */
static void check_outside(struct reading *r, int zip)
{
	enum { END = 22 };
	unsigned char first[4], end[END];
	off_t from = lseek(zip, 0, SEEK_CUR), size = lseek(zip, 0, SEEK_END);

	if (from != 0 || size < END || lseek(zip, 0, SEEK_SET) != 0)
		return;
	if (pread(zip, first, sizeof(first), 0) != sizeof(first) || pread(zip, end, END, size - END) != END)
		return;
	if (memcmp(first, "PK\003\004", 4) != 0)
		fault(r->check, NULL, "there are bytes before the zip: they are none of casebook's");
	else if (memcmp(end, "PK\005\006", 4) != 0 || end[20] != 0 || end[21] != 0)
		fault(r->check, NULL,
		      "there are bytes after the zip, or a comment in it: they are none of casebook's");
	else if ((off_t)little(end + 12) + (off_t)little(end + 16) != size - END)
		fault(r->check, NULL, "there are bytes between the parts of the zip and its end");
}

static int unpack(struct reading *r, const char *path, struct err *err)
{
	int ends[2], zip = open_zip(path, err);
	pid_t pid;
	int rc;

	if (zip < 0)
		return -1;
	check_outside(r, zip);
	if (pipe(ends) != 0) {
		close(zip);
		return err_set(err, FAIL_CHILD, errno, "no pipe can be made: %s", strerror(errno));
	}
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	rc = zip_start("unpack", NULL, zip, ends[1], &pid, err);
	close(zip);
	close(ends[1]);
	if (rc == 0) {
		read_parts(r, ends[0]);
		if (r->failed[0] != '\0')
			zip_kill(pid);
		else
			helper_wait(pid);
	}
	close(ends[0]);
	return rc;
}

/* ---- against the manifest ---- */
static void compare(struct reading *r, const char *name, const char *sha256, int64_t bytes)
{
	struct bundle_check *c = r->check;
	struct found *f = NULL;

	for (size_t i = 0; i < r->n && f == NULL; i++)
		if (strcmp(r->all[i].name, name) == 0)
			f = &r->all[i];
	if (f == NULL) {
		/* Reading ends where the zip is damaged: what comes after may well be there. */
		fault(c, name, r->failed[0] != '\0' ? "could not be read: the zip is damaged" : "is missing");
		return;
	}
	if (f->listed)
		fault(c, name, "is listed twice");
	f->listed = true;
	if (bytes < 0 || (uint64_t)bytes != f->n)
		fault(c, name, "has another size than the manifest says");
	else if (strcmp(sha256, f->sha256) != 0)
		fault(c, name, "was changed: its SHA-256 is another than the manifest says");
}

static void check_listed(struct reading *r, const struct value *parts)
{
	for (size_t i = 0; i < parts->u.list.n; i++) {
		const struct value *v = &parts->u.list.items[i], *bytes = value_find(v, "bytes");
		const char *name = value_find_str(v, "name"), *sum = value_find_str(v, "sha256");

		if (name == NULL || sum == NULL || bytes == NULL || bytes->type != VAL_INT) {
			fault(r->check, MANIFEST, "has a line without name, size or SHA-256");
			continue;
		}
		r->check->parts++;
		if (!bundle_name_ok(name))
			fault(r->check, name, "has a name that no part may have");
		compare(r, name, sum, bytes->u.i);
	}
}

static void check_found(struct reading *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct found *f = &r->all[i];

		if (!f->listed && strcmp(f->name, MANIFEST) != 0)
			fault(r->check, f->name, "is not in the manifest");
		for (size_t k = 0; k < i; k++)
			if (strcmp(r->all[k].name, f->name) == 0)
				fault(r->check, f->name, "is in the zip twice");
	}
}

static int check_manifest(struct reading *r, const char *path, struct err *err)
{
	struct arena *mem = arena_new();
	const struct value *parts;
	const char *id;
	struct value v;
	int rc = 0;

	if (value_parse_json(mem, buf_cstr(&r->manifest), r->manifest.n, &v, err) != 0) {
		rc = err_set(err, FAIL_FORMAT, 0, "%s is not a bundle: its %s is not JSON", path, MANIFEST);
	} else if ((parts = value_find(&v, "parts")) == NULL || parts->type != VAL_LIST) {
		rc = err_set(err, FAIL_FORMAT, 0, "%s is not a bundle: its %s lists no parts", path,
		             MANIFEST);
	} else {
		id = value_find_str(&v, "case");
		if (id != NULL && strlen(id) < CASE_ID)
			snprintf(r->check->id, CASE_ID, "%s", id);
		sha256_of(buf_cstr(&r->manifest), r->manifest.n, r->check->seal);
		check_listed(r, parts);
		check_found(r);
	}
	arena_free(mem);
	return rc;
}

static int judge(struct reading *r, const char *path, struct err *err)
{
	if (r->manifest.n == 0)
		return err_set(err, FAIL_FORMAT, 0, "%s is not a casebook bundle: %s", path,
		               r->failed[0] != '\0' ? r->failed : "it has no " MANIFEST);
	if (r->failed[0] != '\0')
		fault(r->check, NULL, r->failed);
	return check_manifest(r, path, err);
}

int bundle_verify(const char *path, struct bundle_check *c, struct err *err)
{
	struct reading r = {.check = c};
	int rc;

	c->parts = c->faults = 0;
	c->seal[0] = c->id[0] = '\0';
	buf_init(&r.manifest, BUF_MAX_TEXT);
	rc = unpack(&r, path, err);
	if (rc == 0)
		rc = judge(&r, path, err);
	for (size_t i = 0; i < r.n; i++)
		free(r.all[i].name);
	free(r.all);
	buf_release(&r.manifest);
	return rc;
}
