/*
 * The very lines that the facts of a log rest on: fetched again from the file,
 * because the scan keeps only places, and cleaned of what must not leave.
 */
#include "iis_facts.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/xalloc.h>

#define MOST 40u
#define HEAD 65536u /* a pin shows 400 bytes; the message before the status may be 40 KB */

struct want {
	const char *fact;
	struct iis_spot at;
	uint32_t left; /* lines still to come */
	struct buf text;
};

static void add(struct want *w, size_t *n, const char *fact, const struct iis_spot *at)
{
	if (*n == MOST || !at->joined)
		return;
	w[*n].fact = fact;
	w[*n].at = *at;
	w[*n].left = at->joined;
	buf_init(&w[*n].text, HEAD);
	++*n;
}

static size_t collect(const struct iis_results *r, struct want w[MOST])
{
	const struct iis_status_row *errors[IIS_MAX_STATUS];
	const struct iis_tally *t = r->t;
	const struct iis_last *l = t->device_requests ? &t->device : &t->any;
	size_t n = 0, nerrors = iis_errors(t, errors);

	add(w, &n, "last_status", &l->last);
	if (l->s.parts > 2)
		add(w, &n, "last_win32", &l->last);
	add(w, &n, "scep_requests", &t->any.first);
	for (size_t i = 0; i < nerrors && i < 12; i++)
		add(w, &n, "by_status", &errors[i]->last);
	for (size_t i = 0; i < nerrors; i++)
		if (errors[i]->s.status == 500) {
			add(w, &n, "last_500", &errors[i]->last);
			break;
		}
	for (uint32_t i = 0; i < t->nplugin; i++)
		if (t->plugin_status[i].s.status != 201 && t->plugin_status[i].s.status != 204)
			add(w, &n, "plugin_by_status", &t->plugin_status[i].last);
	add(w, &n, "requests_near_attempt", &t->nearest);
	add(w, &n, "bad_lines", &t->first_bad);
	return n;
}

/* ---- fetching ---- */

static void fetch_plain(int fd, struct want *w)
{
	char *piece = xmalloc(HEAD);
	ssize_t got = pread(fd, piece, HEAD, (off_t)w->at.offset);
	const char *nl = got > 0 ? memchr(piece, '\n', (size_t)got) : NULL;

	if (got > 0)
		buf_put(&w->text, piece, nl ? (size_t)(nl - piece) : (size_t)got);
	free(piece);
}

static void take_line(struct want *w, const struct file_line *line)
{
	const char *p = line->p;
	size_t n = line->n > HEAD ? HEAD : line->n, rest = n;

	iis_trim(&p, &rest);
	if (w->at.joined > 1 && rest == 0)
		return; /* blank lines within are not counted */
	w->left--;
	if (w->at.glued) {
		iis_glue(&w->text, line->p, n);
		return;
	}
	if (w->text.n)
		buf_char(&w->text, ' ');
	buf_put(&w->text, line->p, n);
}

static void fetch_lines(struct file_src *src, uint32_t file, struct want *w, size_t n)
{
	struct file_text *text = file_text_over(src, NULL);
	struct file_line line;
	bool more = true;

	file_text_keep_quotes(text);
	while (more && file_text_next(text, &line, NULL) > 0) {
		more = false;
		for (size_t i = 0; i < n; i++) {
			if (w[i].at.file != file || !w[i].left)
				continue;
			more = true;
			if (line.number >= w[i].at.line)
				take_line(&w[i], &line);
		}
	}
	file_text_close(text);
}

static void fetch(const struct iis_results *r, uint32_t file, struct want *w, size_t n)
{
	const struct iis_file *f = &r->files[file];
	struct file_src *src;
	bool wanted = false, joined = false;

	for (size_t i = 0; i < n; i++) {
		wanted |= w[i].at.file == file;
		joined |= w[i].at.file == file && w[i].at.joined > 1;
	}
	if (!wanted || file_open(f->path, false, &src, NULL))
		return;
	if (f->plain && !joined && file_fd(src) >= 0) {
		for (size_t i = 0; i < n; i++)
			if (w[i].at.file == file)
				fetch_plain(file_fd(src), &w[i]);
	} else {
		fetch_lines(src, file, w, n);
	}
	file_close(src);
}

/* ---- sending ---- */

/* The value of the cookie column is a session of somebody. */
static void without_cookie(struct buf *out, const struct iis_layout *l, const char *p, size_t n)
{
	struct iis_slice f[IIS_MAX_COLS], *c;

	if (l->col[COL_COOKIE] < 0 || iis_split(p, n, l->quoted, l->tabs, f) != l->n) {
		file_redact(out, p, n);
		return;
	}
	c = &f[l->col[COL_COOKIE]];
	file_redact(out, p, (size_t)(c->p - p));
	if (c->n == 1 && *c->p == '-')
		buf_char(out, '-');
	else
		buf_fmt(out, "<removed, %zu bytes>", c->n);
	file_redact(out, c->p + c->n, n - (size_t)(c->p + c->n - p));
}

static void send(const struct iis_results *r, struct evidence_out *out, struct want *w)
{
	struct buf utf8, clean;
	size_t n = w->text.n;

	while (n && (w->text.p[n - 1] == '\r' || w->text.p[n - 1] == '\n'))
		n--;
	buf_init(&utf8, 2 * HEAD);
	buf_init(&clean, 2 * HEAD);
	file_utf8(&utf8, buf_cstr(&w->text), n);
	without_cookie(&clean, &r->layout, buf_cstr(&utf8), utf8.n);
	ev_pin(out, w->fact, r->files[w->at.file].path, w->at.line, w->at.offset,
	       w->at.at_s == IIS_NO_TIME ? PIN_NO_TIME : w->at.at_s * 1000, buf_cstr(&clean), clean.n);
	buf_release(&utf8);
	buf_release(&clean);
}

void iis_send_pins(const struct iis_results *r, struct evidence_out *out)
{
	struct want *w = xcalloc(MOST, sizeof(*w));
	size_t n = collect(r, w);

	for (uint32_t i = 0; i < r->nfiles; i++)
		fetch(r, i, w, n);
	for (size_t i = 0; i < n; i++) {
		send(r, out, &w[i]);
		buf_release(&w[i].text);
	}
	free(w);
}
