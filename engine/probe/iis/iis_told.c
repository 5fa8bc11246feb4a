/* Tells the last requests of a log line by line.  Judges lines as iis_line.c does; counts nothing else. */
#include "iis_told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#include "file_kind.h"

struct telling {
	struct iis_told *t;
	struct iis_state state;
	struct iis_day day;
	int took; /* the column time-taken; -1 */
	uint64_t line;
};

/* The column of that name in the text of a #Fields line; -1. */
static int column_named(const char *p, size_t n, const char *name)
{
	int at = 0;

	for (size_t i = 0; i < n;) {
		size_t from;

		while (i < n && (p[i] == ' ' || p[i] == '\t'))
			i++;
		for (from = i; i < n && p[i] != ' ' && p[i] != '\t' && p[i] != '\r';)
			i++;
		if (i - from == strlen(name) && memcmp(p + from, name, i - from) == 0)
			return at;
		at += i != from;
		if (i < n && p[i] == '\r')
			break;
	}
	return -1;
}

static int64_t number_of(const struct iis_slice *f)
{
	int64_t v = 0;

	for (size_t i = 0; i < f->n && i < 15; i++) {
		if (f->p[i] < '0' || f->p[i] > '9')
			return -1;
		v = v * 10 + (f->p[i] - '0');
	}
	return f->n != 0 ? v : -1;
}

/* In order of time, the newest kept. */
static void insert(struct iis_told *t, const struct iis_told_row *row)
{
	size_t at = t->n;

	while (at > 0 && t->rows[at - 1].at_s > row->at_s)
		at--;
	if (t->n == IIS_TOLD) {
		if (at == 0)
			return;
		memmove(t->rows, t->rows + 1, (at - 1) * sizeof(*t->rows));
		at--;
	} else {
		memmove(t->rows + at + 1, t->rows + at, (t->n - at) * sizeof(*t->rows));
		t->n++;
	}
	t->rows[at] = *row;
}

/* ERROR_NETNAME_DELETED, ERROR_SEM_TIMEOUT, ERROR_CONNECTION_ABORTED: nobody took the answer. */
static bool gone(uint32_t win32)
{
	return win32 == 64 || win32 == 121 || win32 == 1236;
}

static void request(struct telling *s, const struct iis_request *q, const struct iis_slice *took)
{
	struct iis_told_row row = {.at_s = q->at_s,
	                           .took_ms = took != NULL ? number_of(took) : -1,
	                           .status = q->status,
	                           .op = (uint8_t)q->op,
	                           .platform = (uint8_t)iis_platform_of(q->agent.p, q->agent.n),
	                           .query = (uint32_t)q->query.n,
	                           .line = s->line};

	snprintf(row.client, sizeof(row.client), "%.*s", (int)(q->client.n < 47 ? q->client.n : 47),
	         q->client.p);
	if (row.took_ms >= 0) {
		s->t->timed = true;
		s->t->slow += row.took_ms >= IIS_TOLD_SLOW_MS;
		s->t->slowest_ms = row.took_ms > s->t->slowest_ms ? row.took_ms : s->t->slowest_ms;
	}
	s->t->given_up += q->status.parts > 2 && gone(q->status.win32);
	insert(s->t, &row);
}

static void one_line(struct telling *s, const char *p, size_t n)
{
	struct iis_slice cols[IIS_MAX_COLS];
	struct iis_request q;
	size_t k;

	if (n != 0 && p[n - 1] == '\r')
		n--;
	if (n == 0)
		return;
	if (*p == '#') {
		if (iis_header(&s->state, p, n))
			s->took = column_named(p + 8, n - 8, "time-taken");
		return;
	}
	if (s->state.layout.n == 0 || s->state.layout.col[COL_STEM] < 0)
		return;
	k = iis_split(p, n, s->state.layout.quoted, s->state.layout.tabs, cols);
	if (k != s->state.layout.n ||
	    !iis_stem_is_scep(cols[(size_t)s->state.layout.col[COL_STEM]].p,
	                      cols[(size_t)s->state.layout.col[COL_STEM]].n) ||
	    !iis_request_of(&s->state.layout, s->state.date, cols, &s->day, &q) || q.at_s == IIS_NO_TIME)
		return;
	request(s, &q, s->took >= 0 && (size_t)s->took < k ? &cols[s->took] : NULL);
}

/* The names of the columns stand at the head; they hold for the tail when its layout is the last one. */
static void names_from_head(struct telling *s, int fd, char *room, size_t max)
{
	ssize_t got = pread(fd, room, max < 65536 ? max : 65536, 0);
	const char *at = got > 0 ? mem_find(room, (size_t)got, "#Fields:", 8) : NULL;
	const char *end = at != NULL ? memchr(at, '\n', (size_t)(room + got - at)) : NULL;
	struct iis_layout head;

	if (end == NULL)
		return;
	iis_layout_parse(&head, at + 8, (size_t)(end - at) - 8);
	if (iis_layout_equal(&head, &s->state.layout))
		s->took = column_named(at + 8, (size_t)(end - at) - 8, "time-taken");
}

void iis_told_read(struct iis_told *t, int fd, uint64_t size, const struct iis_state *state)
{
	size_t n = size < IIS_TOLD_TAIL ? (size_t)size : IIS_TOLD_TAIL, at = 0;
	struct telling s = {.t = t, .took = -1};
	char *text = xmalloc(n + 1);
	bool whole = n == size;
	ssize_t got;

	memset(s.state.layout.col, -1, sizeof(s.state.layout.col));
	if (!whole) {
		s.state = *state;
		names_from_head(&s, fd, text, n);
	}
	got = pread(fd, text, n, (off_t)(size - n));
	n = got > 0 ? (size_t)got : 0;
	if (!whole) /* the first line is cut */
		while (at < n && text[at++] != '\n')
			continue;
	for (uint64_t line = 1; at < n; line++) {
		const char *nl = memchr(text + at, '\n', n - at);
		size_t len = nl != NULL ? (size_t)(nl - text) - at : n - at;

		s.line = whole ? line : 0;
		one_line(&s, text + at, len);
		at += len + 1;
	}
	free(text);
}

void iis_told_send(const struct iis_told *t, struct evidence_out *out)
{
	struct value_builder list;

	if (t->n == 0)
		return;
	vb_init(&list, ev_mem(out));
	for (size_t i = 0; i < t->n; i++) {
		const struct iis_told_row *r = &t->rows[i];
		struct value_builder row;
		char text[CLOCK_TEXT], status[32];

		vb_init(&row, ev_mem(out));
		clock_iso(r->at_s * 1000, text);
		iis_status_text(r->status, status);
		vb_add(&row, "at", value_str(text));
		vb_add(&row, "client", value_str(r->client));
		vb_add(&row, "platform", value_str(iis_platform_names[r->platform]));
		vb_add(&row, "operation", value_str(iis_op_names[r->op]));
		vb_add(&row, "status", value_str(status));
		vb_add(&row, "took_ms", r->took_ms >= 0 ? value_int(r->took_ms) : value_null());
		vb_add(&row, "query_bytes", value_int(r->query));
		vb_add(&row, "line", r->line != 0 ? value_int((int64_t)r->line) : value_null());
		vb_add(&list, NULL, vb_map(&row));
	}
	ev_value(out, "told", vb_list(&list));
	if (t->timed) {
		ev_int(out, "slow_answers", t->slow);
		ev_int(out, "slowest_ms", t->slowest_ms);
	}
	ev_int(out, "given_up", t->given_up);
}
