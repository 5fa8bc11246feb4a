/*
 * A book in a folder, on a share or in a working tree of Git: cases/ID/CONSOLE.jsonl, a file per case and
 * console that only grows.  Nothing is locked or written anew; two consoles never write the same file.
 *
 *   {"pos":3,"prev":"HASH","hash":"HASH","author":"NAME","body":RECORD}
 *
 * The last line of a file may be cut off, by a console that was killed or a copy that is under way: it is no
 * line yet.  Whoever can write to the folder can write any author's name there.
 */
#include "book.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <casebook/escape.h>
#include <casebook/io.h>
#include <casebook/json.h>
#include <casebook/sha256.h>
#include <casebook/value.h>
#include <casebook/xalloc.h>

#define MARK "casebook-desk.json"
#define MARK_TEXT "{\"schema_version\":1,\"kind\":\"casebook.desk\",\"mode\":\"full\"}\n"
#define FILE_MAX (300u << 20) /* a console's rows of one case */
#define LINE_MAX_BYTES (DESK_MAX_BODY + 4096u)
#define ID_LETTERS "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

struct book {
	char *folder;
	char author[DESK_NAME], console[DESK_NAME];
};

static int io_fail(const char *path, const char *doing, struct err *err)
{
	int sys = errno;

	return err_set(err, sys == ENOSPC ? FAIL_FULL : FAIL_NET, sys, "%s: %s: %s", path, doing,
	               strerror(sys));
}

static int folder_check(const char *where, struct err *err)
{
	if (where[0] == '\0')
		return err_set(err, FAIL_USAGE, 0, "a desk is a folder");
	if (strstr(where, "://") != NULL)
		return err_set(err, FAIL_USAGE, 0,
		               "%.60s: this casebook knows no such kind of desk; give a folder", where);
	return 0;
}

static char *path_of(const char *folder, const char *id, const char *file)
{
	struct buf b;

	buf_init(&b, 8192);
	buf_fmt(&b, "%s%s%s%s%s", folder, id != NULL ? "/cases" : "", id != NULL && *id != '\0' ? "/" : "",
	        id != NULL ? id : "", file != NULL ? "/" : "");
	buf_str(&b, file);
	return buf_steal(&b);
}

static int make_folder(const char *path, struct err *err)
{
	return mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : io_fail(path, "making the folder", err);
}

static int folder_init(const char *where, struct err *err)
{
	char *mark = path_of(where, NULL, MARK), *cases = path_of(where, "", NULL);
	int rc = make_folder(where, err), fd;

	if (rc == 0)
		rc = make_folder(cases, err);
	if (rc == 0) {
		fd = open(mark, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			rc = io_fail(mark, "writing", err);
		if (fd >= 0 && (io_write_all(fd, MARK_TEXT, strlen(MARK_TEXT)) != 0 || fsync(fd) != 0))
			rc = io_fail(mark, "writing", err);
		if (fd >= 0)
			close(fd);
		io_sync_folder(mark);
	}
	free(mark);
	free(cases);
	return rc;
}

static int read_mark(const char *path, struct err *err)
{
	struct arena *mem = arena_new();
	struct value v;
	struct buf text;
	int rc = 0, sys;

	buf_init(&text, 65536);
	sys = io_read_file(path, &text);
	if (sys != 0)
		rc = err_set(err, FAIL_NET, sys,
		             "%s: %s; the desk is not there, or was never made: casebook desk init", path,
		             strerror(sys));
	else if (value_parse_json(mem, buf_cstr(&text), text.n, &v, NULL) != 0 ||
	         value_find_str(&v, "kind") == NULL ||
	         strcmp(value_find_str(&v, "kind"), "casebook.desk") != 0)
		rc = err_set(err, FAIL_FORMAT, 0, "%s: this is not the mark of a desk", path);
	else if (value_find(&v, "schema_version") == NULL ||
	         value_find(&v, "schema_version")->type != VAL_INT ||
	         value_find(&v, "schema_version")->u.i != 1)
		rc = err_set(err, FAIL_FORMAT, 0, "%s: the desk was made by a newer casebook", path);
	buf_release(&text);
	arena_free(mem);
	return rc;
}

static void plain_name(char out[DESK_NAME], const char *name, bool for_file)
{
	size_t n = 0;

	for (; *name != '\0' && n + 1 < DESK_NAME; name++)
		if (!for_file || isalnum((unsigned char)*name) || *name == '-' || *name == '_')
			out[n++] = *name;
	out[n] = '\0';
}

static int folder_open(const char *where, const struct desk_who *who, struct book **out, struct err *err)
{
	char *mark = path_of(where, NULL, MARK);
	int rc = read_mark(mark, err);
	struct book *b;

	free(mark);
	if (rc != 0)
		return -1;
	b = xcalloc(1, sizeof(*b));
	b->folder = xstrdup(where);
	plain_name(b->author, who->author, false);
	plain_name(b->console, who->console, true);
	*out = b;
	return 0;
}

static void folder_close(struct book *b)
{
	free(b->folder);
	free(b);
}

/* ---- reading ---- */

static bool skip(const char **p, const char *end, const char *word)
{
	size_t n = strlen(word);

	if ((size_t)(end - *p) < n || memcmp(*p, word, n) != 0)
		return false;
	*p += n;
	return true;
}

static bool hash_of(const char **p, const char *end, char out[SHA256_HEX])
{
	size_t n = strspn(*p, "0123456789abcdef");

	if ((n != 0 && n != SHA256_HEX - 1) || n > (size_t)(end - *p))
		return false;
	memcpy(out, *p, n);
	out[n] = '\0';
	*p += n;
	return true;
}

struct line {
	struct store_row row;
	char prev[SHA256_HEX], hash[SHA256_HEX], author[DESK_NAME];
};

/* The author as JSON text, up to its closing quote. */
static bool author_of(const char **p, const char *end, char out[DESK_NAME])
{
	struct arena *mem = arena_new();
	const char *from = *p, *q = from;
	struct value v;
	bool good = false;

	if (q < end && *q == '"')
		for (q++; q < end && *q != '"'; q++)
			q += *q == '\\' && q + 1 < end;
	if (q > from && q < end && value_parse_json(mem, from, (size_t)(q + 1 - from), &v, NULL) == 0 &&
	    v.type == VAL_STR) {
		plain_name(out, v.u.s, false);
		*p = q + 1;
		good = true;
	}
	arena_free(mem);
	return good;
}

static bool read_line(const char *text, size_t n, struct line *l)
{
	const char *p = text, *end = text + n;
	unsigned long pos;
	char *after;

	if (n > LINE_MAX_BYTES || !skip(&p, end, "{\"pos\":") || p == end || !isdigit((unsigned char)*p))
		return false;
	pos = strtoul(p, &after, 10);
	p = after;
	if (pos > CASE_MAX_LOG || !skip(&p, end, ",\"prev\":\"") || !hash_of(&p, end, l->prev) ||
	    !skip(&p, end, "\",\"hash\":\"") || !hash_of(&p, end, l->hash) ||
	    !skip(&p, end, "\",\"author\":") || !author_of(&p, end, l->author) ||
	    !skip(&p, end, ",\"body\":") || end - p < 2 || end[-1] != '}')
		return false;
	l->row = (struct store_row){(uint32_t)pos, l->prev, l->hash, p, (size_t)(end - 1 - p)};
	return true;
}

/* A whole line that is no row is told as one that does not fit: somebody wrote it. One that was cut off is
 * the end of a console that was killed: what it was to say was never said to be there. */
static bool read_rows(const char *text, size_t n, bool (*each)(void *arg, const struct desk_row *row),
                      void *arg)
{
	const char *p = text, *end = text + n, *nl;
	struct line l;

	for (; p < end && (nl = memchr(p, '\n', (size_t)(end - p))) != NULL; p = nl + 1) {
		struct desk_row row = {.author = l.author};

		if (nl == p || nl[-1] != '}')
			continue;
		if (!read_line(p, (size_t)(nl - p), &l)) {
			l.author[0] = '\0';
			l.row = (struct store_row){0, "", "", "", 0};
		}
		row.row = l.row;
		if (!each(arg, &row))
			return false;
	}
	return true;
}

static bool is_book_file(const char *name)
{
	size_t n = strlen(name);

	return n > 6 && strcmp(name + n - 6, ".jsonl") == 0 && name[0] != '.';
}

static int read_file(const char *path, bool (*each)(void *arg, const struct desk_row *row), void *arg,
                     struct err *err)
{
	struct buf text;
	int sys, rc = 0;

	buf_init(&text, FILE_MAX);
	sys = io_read_file(path, &text);
	if (sys != 0) {
		errno = sys;
		rc = io_fail(path, "reading", err);
	} else {
		rc = read_rows(buf_cstr(&text), text.n, each, arg) ? 0 : 1;
	}
	buf_release(&text);
	return rc;
}

static int folder_rows(struct book *b, const char *id, bool (*each)(void *arg, const struct desk_row *row),
                       void *arg, struct err *err)
{
	char *path = path_of(b->folder, id, NULL);
	DIR *dir = opendir(path);
	struct dirent *e;
	int rc = 0;

	if (dir == NULL && errno != ENOENT)
		rc = io_fail(path, "reading the folder", err);
	while (dir != NULL && rc == 0 && (e = readdir(dir)) != NULL) {
		char *file;

		if (!is_book_file(e->d_name))
			continue;
		file = path_of(b->folder, id, e->d_name);
		rc = read_file(file, each, arg, err);
		free(file);
	}
	if (dir != NULL)
		closedir(dir);
	free(path);
	return rc < 0 ? -1 : 0;
}

struct ends {
	const char *id;
	char (*hashes)[2][SHA256_HEX];
	size_t n, cap;
};

static bool keep_end(void *arg, const struct desk_row *row)
{
	struct ends *e = arg;

	if (e->n == e->cap) {
		e->cap = e->cap != 0 ? 2 * e->cap : 128;
		e->hashes = xrealloc(e->hashes, e->cap * sizeof(*e->hashes));
	}
	/* One that does not fit is an end that no store has: the case is looked at. */
	snprintf(e->hashes[e->n][0], SHA256_HEX, "%s",
	         store_row_fits(e->id, &row->row) ? row->row.hash : "-");
	snprintf(e->hashes[e->n++][1], SHA256_HEX, "%s", row->row.prev);
	return e->n < DESK_MAX_ROWS;
}

static int by_prev(const void *a, const void *b)
{
	return strcmp((*(const char(*)[2][SHA256_HEX])a)[1], (*(const char(*)[2][SHA256_HEX])b)[1]);
}

static int hash_in_prev(const void *key, const void *b)
{
	return strcmp(key, (*(const char(*)[2][SHA256_HEX])b)[1]);
}

static int heads_of(struct book *b, const char *id, bool (*each)(void *arg, const char *id, const char *hash),
                    void *arg, struct err *err)
{
	struct ends e = {.id = id};
	int rc = folder_rows(b, id, keep_end, &e, err);

	if (rc == 0 && e.n != 0)
		qsort(e.hashes, e.n, sizeof(*e.hashes), by_prev);
	for (size_t i = 0; rc == 0 && i < e.n; i++)
		if (bsearch(e.hashes[i][0], e.hashes, e.n, sizeof(*e.hashes), hash_in_prev) == NULL &&
		    !each(arg, id, e.hashes[i][0]))
			rc = 1;
	free(e.hashes);
	return rc;
}

static int folder_heads(struct book *b, bool (*each)(void *arg, const char *id, const char *hash), void *arg,
                        struct err *err)
{
	char *path = path_of(b->folder, "", NULL);
	DIR *dir = opendir(path);
	struct dirent *e;
	int rc = dir != NULL ? 0 : io_fail(path, "reading the folder", err);

	while (rc == 0 && (e = readdir(dir)) != NULL)
		if (strlen(e->d_name) == CASE_ID - 1 && strspn(e->d_name, ID_LETTERS) == CASE_ID - 1)
			rc = heads_of(b, e->d_name, each, arg, err);
	if (dir != NULL)
		closedir(dir);
	free(path);
	return rc < 0 ? -1 : 0;
}

/* ---- writing ---- */

static void put_line(struct buf *out, const struct store_row *r, const char *author)
{
	struct jsonw j;

	buf_fmt(out, "{\"pos\":%u,\"prev\":\"%s\",\"hash\":\"%s\",\"author\":", r->pos, r->prev, r->hash);
	jsonw_init(&j, out);
	jsonw_str(&j, author);
	buf_str(out, ",\"body\":");
	buf_put(out, r->body, r->n);
	buf_str(out, "}\n");
}

/* A line that was cut off stays what it is: the next one begins a line of its own. */
static bool ends_a_line(int fd)
{
	off_t size = lseek(fd, 0, SEEK_END);
	char last = '\n';

	return size <= 0 || (pread(fd, &last, 1, size - 1) == 1 && last == '\n');
}

static int append(const char *path, const struct buf *text, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666), sys = 0;

	if (fd < 0)
		return io_fail(path, "writing", err);
	if (!ends_a_line(fd))
		sys = io_write_all(fd, "\n", 1);
	if (sys == 0)
		sys = io_write_all(fd, text->p, text->n);
	if (sys == 0 && fsync(fd) != 0)
		sys = errno;
	close(fd);
	errno = sys;
	if (sys != 0)
		return io_fail(path, "writing", err);
	io_sync_folder(path);
	return 0;
}

static int folder_put(struct book *b, const char *id, const struct store_row *rows, size_t n, struct err *err)
{
	char *folder = path_of(b->folder, id, NULL), *file = path_of(b->folder, id, b->console), *path;
	struct buf text;
	int rc = make_folder(folder, err);

	buf_init(&text, FILE_MAX);
	buf_fmt(&text, "%s.jsonl", file);
	path = buf_steal(&text);
	buf_init(&text, FILE_MAX);
	for (size_t i = 0; i < n; i++)
		put_line(&text, &rows[i], b->author);
	if (rc == 0 && text.over)
		rc = err_set(err, FAIL_LIMIT, 0, "%s: too much at once", path);
	if (rc == 0)
		rc = append(path, &text, err);
	if (rc == 0)
		io_sync_folder(folder);
	buf_release(&text);
	free(path);
	free(file);
	free(folder);
	return rc;
}

const struct book_kind book_folder = {
        .scheme = "",
        .check = folder_check,
        .init = folder_init,
        .open = folder_open,
        .close = folder_close,
        .heads = folder_heads,
        .rows = folder_rows,
        .put = folder_put,
};
