/*
 * The walk over folders: which files lie there, in an order that is the same each time, so that a long
 * walk can be taken in parts.  Opens files only to hand them to the visitor; what is not visited is counted.
 */
#include "file_walk.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <casebook/file_name.h>
#include <casebook/xalloc.h>

#include "file_src_int.h"
#include "late.h"

unsigned walk_left(const struct file_walk *w)
{
	unsigned n = 0;

	for (int i = 0; i < LEFT__MAX; i++)
		n += w->left[i];
	return n;
}

void walk_left_words(const struct file_walk *w, struct buf *out)
{
	static const char *const why[LEFT__MAX] = {
	        [LEFT_DEEP] = "below too many folders",
	        [LEFT_MANY] = "beyond the most that are looked at",
	        [LEFT_PACKED] = "packed in one of too many archives",
	        [LEFT_LONG] = "with a name that is too long",
	        [LEFT_OUTSIDE] = "behind a link that leads out of the folder",
	        [LEFT_LOST] = "behind a link that leads nowhere",
	        [LEFT_LATE] = "when the time was over",
	};
	unsigned all = walk_left(w);
	const char *before = ": ";

	if (all == 0)
		return;
	buf_fmt(out, "%u %s left out", all, all == 1 ? "file was" : "files were");
	for (int i = 0; i < LEFT__MAX; i++) {
		if (w->left[i] == 0)
			continue;
		buf_fmt(out, "%s%u %s", before, w->left[i], why[i]);
		before = ", ";
	}
}

/* ---- visits ---- */

/* Was an earlier part here? */
static bool is_before(const struct file_walk *w)
{
	return w->skip != NULL && w->items < w->skip_items;
}

void walk_leave(struct file_walk *w, enum walk_left why)
{
	w->left[why] += !is_before(w);
}

bool walk_visit(struct file_walk *w, const char *path, struct file_src *s, const char *why)
{
	struct file_item item = {.path = path, .src = s, .why = why};

	if (is_before(w)) {
		w->items++;
		return true;
	}
	if (w->seen >= FILE_MAX_FILES) {
		w->left[LEFT_MANY]++;
		return true;
	}
	if (s == NULL ? late_was() : src_late(s, NULL)) {
		w->left[LEFT_LATE]++;
		return true;
	}
	w->seen++;
	w->items++;
	if (w->visit(w->arg, &item))
		return true;
	w->more = true;
	snprintf(w->next, sizeof(w->next), "%u %u %s", w->seen, w->items, w->file);
	return false;
}

bool walk_source(struct file_walk *w, struct file_src *s, unsigned depth)
{
	const unsigned char *head;
	size_t n = file_peek(s, &head);

	return file_archive_kind(head, n) ? walk_archive(w, s, depth) : walk_visit(w, s->path, s, NULL);
}

/* ---- one file on the disk ---- */

static bool walk_file(struct file_walk *w, const char *real, const char *shown)
{
	struct file_src *s = NULL;
	struct err err = {0};
	bool on;

	w->items = 0;
	w->file = shown;
	if (w->skip != NULL && strcmp(w->skip, shown) != 0)
		return true; /* an earlier part visited it */
	if (w->seen >= FILE_MAX_FILES || late_was()) {
		w->left[late_was() ? LEFT_LATE : LEFT_MANY]++;
		return true;
	}
	if (src_open_plain(real, shown, w->hash, &s, &err)) {
		on = walk_visit(w, shown, NULL, err.msg);
	} else {
		s = src_gunzip(s);
		on = walk_source(w, s, 0);
		file_close(s);
	}
	if (w->skip != NULL)
		w->skip = NULL; /* from here on everything is new */
	return on;
}

/* ---- folders ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names in the folder, sorted; NULL when it cannot be opened. */
static char **list_folder(const char *path, size_t *count)
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

struct place {
	char real[FILE_PATH], shown[FILE_PATH];
};

static bool join(struct place *out, const struct place *folder, const char *name)
{
	const char *slash = folder->real[strlen(folder->real) - 1] == '/' ? "" : "/";
	int real = snprintf(out->real, sizeof(out->real), "%s%s%s", folder->real, slash, name);
	struct buf shown;
	int n;

	buf_init(&shown, 4 * FILE_PATH);
	file_name_show(&shown, name);
	n = snprintf(out->shown, sizeof(out->shown), "%s%s%s", folder->shown, slash, buf_cstr(&shown));
	buf_release(&shown);
	return (size_t)real < sizeof(out->real) && (size_t)n < sizeof(out->shown);
}

/* What a link names is met by its own name when it lies in the folder. */
static void see_link(struct file_walk *w, const char *real)
{
	char *to = realpath(real, NULL);
	size_t n = strlen(w->root);

	if (to == NULL)
		walk_leave(w, LEFT_LOST);
	else if (strncmp(to, w->root, n) != 0 || (to[n] != '/' && to[n] != '\0' && n != 1))
		walk_leave(w, LEFT_OUTSIDE);
	free(to);
}

static bool walk_folder(struct file_walk *w, const struct place *at, unsigned depth);

static bool one_entry(struct file_walk *w, const struct place *at, unsigned depth)
{
	struct stat st;

	if (lstat(at->real, &st) != 0)
		return true; /* gone since it was listed */
	if (S_ISLNK(st.st_mode)) {
		see_link(w, at->real);
	} else if (S_ISDIR(st.st_mode)) {
		if (depth < FILE_MAX_FOLDERS)
			return walk_folder(w, at, depth + 1);
		walk_leave(w, LEFT_DEEP);
	} else {
		return walk_file(w, at->real, at->shown);
	}
	return true;
}

static bool no_folder(struct file_walk *w, const char *shown, int sys)
{
	if (w->skip != NULL) {
		if (strcmp(w->skip, shown) == 0)
			w->skip = NULL;
		return true;
	}
	w->file = shown;
	w->items = 0;
	return walk_visit(w, shown, NULL, strerror(sys));
}

static bool walk_folder(struct file_walk *w, const struct place *at, unsigned depth)
{
	struct place *entry = xmalloc(sizeof(*entry));
	size_t n;
	char **names = list_folder(at->real, &n);
	bool on = true;

	if (!names) {
		free(entry);
		return no_folder(w, at->shown, errno);
	}
	for (size_t i = 0; i < n; i++) {
		if (on && join(entry, at, names[i]))
			on = one_entry(w, entry, depth);
		else if (on)
			walk_leave(w, LEFT_LONG);
		free(names[i]);
	}
	free(names);
	free(entry);
	return on;
}

bool file_is_folder(const char *path)
{
	char real[FILE_PATH];
	struct stat st;

	return stat(file_real(path, real), &st) == 0 && S_ISDIR(st.st_mode);
}

/* "SEEN ITEMS PATH" of an earlier part. */
static int begin_at(struct file_walk *w, struct err *err)
{
	char *end = NULL;

	if (w->from == NULL)
		return 0;
	w->seen = (unsigned)strtoul(w->from, &end, 10);
	w->skip_items = (unsigned)strtoul(end, &end, 10);
	if (end[0] != ' ' || end[1] == '\0')
		return err_set(err, FAIL_USAGE, 0, "from= takes what the previous part gave as next");
	w->skip = end + 1;
	return 0;
}

static int walk_root(struct file_walk *w, const char *path, struct err *err)
{
	struct place *at = xmalloc(sizeof(*at));
	char *root;

	snprintf(at->real, sizeof(at->real), "%s", file_real(path, at->shown));
	snprintf(at->shown, sizeof(at->shown), "%s", path);
	root = realpath(at->real, NULL);
	snprintf(w->root, sizeof(w->root), "%s", root != NULL ? root : at->real);
	free(root);
	(void)walk_folder(w, at, 0);
	free(at);
	if (w->skip != NULL)
		return err_set(err, FAIL_NOT_FOUND, 0, "%s: %s is no longer there; read the folder again",
		               path, w->skip);
	return 0;
}

int file_walk(struct file_walk *w, const char *path, struct err *err)
{
	struct file_src *s = NULL;

	if (!*path || strlen(path) >= FILE_PATH)
		return err_set(err, FAIL_USAGE, 0, "the file name is empty or longer than %u bytes",
		               FILE_PATH - 1);
	if (begin_at(w, err))
		return -1;
	if (file_is_folder(path))
		return walk_root(w, path, err);
	if (file_open(path, w->hash, &s, err))
		return -1;
	w->file = path;
	(void)walk_source(w, s, 0);
	file_close(s);
	return 0;
}
