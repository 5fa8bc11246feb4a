/* What all device logs have in common: arguments, facts, pins. */
#include "dev_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#define MARGIN 300000LL /* a log is not said to cover its own last minutes */

/* ---- the URL ---- */

void dev_take_url(struct dev_run *r, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && i < DEV_URL - 1 && !strchr(" \t?\"'\\", p[i]) && p[i])
		i++;
	if (i < 9)
		return;
	memcpy(r->url, p, i);
	r->url[i] = '\0';
}

/* "host/path" of a URL, without a person's name and password; the path without what Windows appends. */
static void split_url(const char *url, char host[256], char path[DEV_URL])
{
	const char *p = strstr(url, "://"), *slash;
	size_t n;

	p = p ? p + 3 : url;
	slash = p + strcspn(p, "/?");
	for (const char *at = p; at < slash; at++)
		p = *at == '@' ? at + 1 : p;
	snprintf(host, 256, "%.*s", (int)(slash - p), p);
	n = strlen(host); /* the scheme's own port says nothing */
	if (n > 4 && strcmp(host + n - 4, ":443") == 0 && strncasecmp(url, "https:", 6) == 0)
		host[n - 4] = '\0';
	else if (n > 3 && strcmp(host + n - 3, ":80") == 0 && strncasecmp(url, "http:", 5) == 0)
		host[n - 3] = '\0';
	snprintf(path, DEV_URL, "%.*s", (int)strcspn(slash, "?#"), slash);
	n = strlen(path);
	if (n > 14 && strcasecmp(path + n - 14, "/pkiclient.exe") == 0)
		path[n - 14] = '\0';
}

static void send_url(struct dev_run *r)
{
	char host[256], path[DEV_URL], test_host[256], test_path[DEV_URL];

	ev_str(r->out, "url", r->url[0] ? r->url : NULL);
	split_url(r->url, host, path);
	ev_str(r->out, "host", r->url[0] ? host : NULL);
	if (!r->url[0] || !r->test_url) {
		ev_value(r->out, "url_matches", value_null());
		return;
	}
	split_url(r->test_url, test_host, test_path);
	/* An address is a way round the name, and says nothing about the profile. */
	if (test_host[0] == '[' || test_host[strspn(test_host, "0123456789.:")] == '\0' ||
	    strcasecmp(test_host, "localhost") == 0) {
		ev_value(r->out, "url_matches", value_null());
		return;
	}
	ev_bool(r->out, "url_matches", strcasecmp(host, test_host) == 0 && strcasecmp(path, test_path) == 0);
}

/* ---- key lines and errors ---- */

static struct value stamp_of(struct dev_run *r, const struct dev_place *p)
{
	char iso[CLOCK_TEXT];
	int64_t ms;

	if (!p->line || !p->when.any)
		return value_null();
	if (dev_utc(r, &p->when, &ms))
		return value_str(arena_strdup(ev_mem(r->out), clock_iso(ms, iso)));
	return value_str(arena_strdup(ev_mem(r->out), p->when.text));
}

static const char *redacted(struct dev_run *r, const struct dev_place *p, struct buf *out)
{
	struct buf utf8;

	(void)r;
	buf_init(&utf8, 8 * DEV_TEXT);
	buf_clear(out);
	file_utf8(&utf8, p->text, p->n);
	file_redact(out, buf_cstr(&utf8), utf8.n);
	buf_release(&utf8);
	return buf_cstr(out);
}

static void send_keys(struct dev_run *r)
{
	const struct dev_mark *before = NULL;
	struct value_builder list, row;
	bool ordered = true;
	unsigned found = 0;

	vb_init(&list, ev_mem(r->out));
	for (unsigned i = 0; i < r->platform->nmarks; i++) {
		const struct dev_mark *m = &r->marks[i];

		if (r->platform->marks[i].kind != DEV_KEY)
			continue;
		vb_init(&row, ev_mem(r->out));
		vb_add(&row, "id", value_str(r->platform->marks[i].id));
		vb_add(&row, "found", value_bool(m->lines != 0));
		vb_add(&row, "lines", value_int((int64_t)m->lines));
		vb_add(&row, "first", stamp_of(r, &m->first));
		vb_add(&row, "last", stamp_of(r, &m->last));
		vb_add(&row, "line", m->lines ? value_int((int64_t)m->first.line) : value_null());
		vb_add(&row, "file", m->lines ? value_str(r->paths[m->first.file]) : value_null());
		vb_add(&list, NULL, vb_map(&row));
		if (!m->lines)
			continue;
		if (before && (before->first.file > m->first.file ||
		               (before->first.file == m->first.file && before->first.line > m->first.line)))
			ordered = false;
		before = m;
		found++;
	}
	ev_value(r->out, "key_lines", vb_list(&list));
	ev_value(r->out, "in_order", found > 1 ? value_bool(ordered) : value_null());
}

static bool ends_later(const struct dev_place *a, const struct dev_place *b)
{
	return a->file != b->file ? a->file > b->file : a->line > b->line;
}

static void send_errors(struct dev_run *r)
{
	unsigned order[DEV_MARKS], n = 0;
	struct value_builder list, row;
	struct buf text;

	for (unsigned i = 0; i < r->platform->nmarks; i++) {
		unsigned k = n;

		if (r->platform->marks[i].kind != DEV_ERROR || !r->marks[i].lines)
			continue;
		for (; k > 0 && ends_later(&r->marks[i].last, &r->marks[order[k - 1]].last); k--)
			order[k] = order[k - 1];
		order[k] = i;
		n++;
	}
	buf_init(&text, 16 * DEV_TEXT);
	vb_init(&list, ev_mem(r->out));
	for (unsigned i = 0; i < n; i++) {
		const struct dev_mark *m = &r->marks[order[i]];

		vb_init(&row, ev_mem(r->out));
		vb_add(&row, "id", value_str(r->platform->marks[order[i]].id));
		vb_add(&row, "lines", value_int((int64_t)m->lines));
		vb_add(&row, "first", stamp_of(r, &m->first));
		vb_add(&row, "last", stamp_of(r, &m->last));
		vb_add(&row, "line", value_int((int64_t)m->last.line));
		vb_add(&row, "file", value_str(r->paths[m->last.file]));
		vb_add(&row, "text", value_str(redacted(r, &m->last, &text)));
		vb_add(&list, NULL, vb_map(&row));
	}
	ev_value(r->out, "errors", vb_list(&list));
	buf_release(&text);
}

/* ---- times ---- */

static void send_time(struct dev_run *r, const char *stamp, const char *time, const struct dev_when *w)
{
	int64_t ms;

	ev_str(r->out, stamp, w->any ? w->text : NULL);
	if (dev_utc(r, w, &ms))
		ev_time(r->out, time, ms);
	else
		ev_value(r->out, time, value_null());
}

/* Yes, no, or open: without a zone the clock may be up to 14 hours away. */
static struct value covers(const struct dev_run *r)
{
	int64_t first, last, slack = 0;

	if (!r->has_attempt || !r->first.any || !r->last.any)
		return value_null();
	if (!dev_utc(r, &r->first, &first) || !dev_utc(r, &r->last, &last)) {
		if (!r->first.dated || !r->last.dated)
			return value_null();
		first = r->first.ms;
		last = r->last.ms;
		slack = DEV_ANY_ZONE;
	}
	if (r->attempt_ms >= first + MARGIN + slack && r->attempt_ms <= last - MARGIN - slack)
		return value_bool(true);
	if (slack && r->attempt_ms > first - slack && r->attempt_ms < last + slack)
		return value_null();
	return value_bool(false);
}

void dev_send(struct dev_run *r)
{
	ev_int(r->out, "lines", (int64_t)r->lines);
	send_keys(r);
	send_errors(r);
	send_url(r);
	ev_str(r->out, "zone", !r->first.any ? "none" : r->first.zoned ? "offset" : "unstated");
	send_time(r, "first_stamp", "first_time", &r->first);
	send_time(r, "last_stamp", "last_time", &r->last);
	ev_value(r->out, "covers_attempt", covers(r));
	ev_bool(r->out, "was_rtf", r->was_rtf);
	ev_value(r->out, "files", vb_list(&r->files));
	ev_value(r->out, "other_files", r->frame.others);
}

static void pin(struct dev_run *r, const char *fact, const struct dev_place *p, struct buf *text)
{
	int64_t ms = PIN_NO_TIME;

	if (!p->line)
		return;
	(void)dev_utc(r, &p->when, &ms);
	redacted(r, p, text);
	ev_pin(r->out, fact, r->paths[p->file], p->line, p->offset, ms, buf_cstr(text), text->n);
}

/* The first of each key line, the last of each error. */
void dev_send_pins(struct dev_run *r)
{
	struct buf text;

	buf_init(&text, 16 * DEV_TEXT);
	for (unsigned i = 0; i < r->platform->nmarks; i++)
		if (r->platform->marks[i].kind == DEV_KEY)
			pin(r, "key_lines", &r->marks[i].first, &text);
	for (unsigned i = 0; i < r->platform->nmarks; i++)
		if (r->platform->marks[i].kind == DEV_ERROR)
			pin(r, "errors", &r->marks[i].last, &text);
	buf_release(&text);
}

/* ---- the run ---- */

static int read_one(void *arg, struct file_src *src, struct err *err)
{
	return dev_read(arg, src, err);
}

static void send_all(void *arg)
{
	struct dev_run *r = arg;

	dev_send(r);
	r->platform->send(r);
	dev_rows_send(r);
	dev_send_pins(r);
}

static bool take_args(struct dev_run *r, const struct probe_call *call)
{
	const char *attempt = call_arg(call, "attempt"), *shift = call_arg(call, "shift");
	char *end = NULL;
	long minutes = shift ? strtol(shift, &end, 10) : 0;

	r->date = call_arg(call, "date");
	r->test_url = call_arg(call, "url");
	r->has_attempt = attempt != NULL;
	if (attempt && !clock_parse_iso(attempt, &r->attempt_ms)) {
		ev_why(r->out, "attempt=%s is no time; write 2026-11-22T10:52:17Z", attempt);
		return false;
	}
	if (shift && (end == shift || *end || minutes < -1440 || minutes > 1440)) {
		ev_why(r->out, "shift=%s is no number of minutes from -1440 to 1440", shift);
		return false;
	}
	r->shifted = shift != NULL;
	r->shift_min = (int)minutes;
	return true;
}

const char *dev_after(const struct file_line *l, const char *word)
{
	const char *p = mem_find(l->p, l->n, word, strlen(word));

	return p ? p + strlen(word) : NULL;
}

unsigned dev_shaped(const struct sample *s, bool (*shape)(const char *p, size_t n), unsigned *lines)
{
	const char *p = s->text, *end = p != NULL ? p + s->text_n : NULL, *nl;
	unsigned shaped = 0;

	for (*lines = 0; p < end && *lines < 200; ++*lines, p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			nl = end;
		shaped += shape(p, (size_t)(nl - p));
	}
	return shaped;
}

enum evidence_outcome dev_run(const struct dev_platform *platform, void *own, const struct probe_call *call,
                              struct evidence_out *out)
{
	struct dev_run *r = xcalloc(1, sizeof(*r));
	enum evidence_outcome outcome = EV_UNREADABLE;

	r->platform = platform;
	r->own = own;
	r->out = out;
	buf_init(&r->clean, 2 * FILE_LINE_MAX);
	vb_init(&r->files, ev_mem(out));
	r->frame = (struct file_run){.out = out,
	                             .read = read_one,
	                             .send = send_all,
	                             .arg = r,
	                             .hash = file_wants_hash(call),
	                             .wanted = platform->wanted,
	                             .sign = platform->sign,
	                             .recognise = platform->recognise};
	if (take_args(r, call))
		outcome = file_run(&r->frame, call_arg(call, "file"));
	for (unsigned i = 0; i < DEV_FILES; i++)
		free(r->paths[i]);
	buf_release(&r->clean);
	dev_rows_free(r);
	free(r);
	return outcome;
}
