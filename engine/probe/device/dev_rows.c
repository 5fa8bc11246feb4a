/*
 * What a device did and when: a row per line that matters, alike ones without a change between as one.  The
 * newest are kept, and those near the attempt.
 */
#include "dev_log.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#define MOST 1800u            /* of EVIDENCE_MAX_ROWS */
#define NEAR (2 * 3600000LL)  /* of the attempt: these stay */
#define LOOK_BACK 16384u      /* bytes before a line without a time: a trace follows its line */
#define LOOK_MOST (32u << 20) /* of all lines together */

struct dev_row {
	uint8_t mark;
	bool idle;
	int status;
	char word[16];
	const char *url; /* in the evidence's memory */
	struct dev_when first, last;
	uint32_t n;
	uint64_t line;
};

struct dev_rows {
	struct dev_row *all;
	size_t n, cap;
	int64_t lost; /* rows up to here were given up; INT64_MIN: none */
	const char *url;
	size_t looked; /* bytes read again in search of times */
};

/* In UTC; else as the log says it, when that is a day and a time. */
static bool place(const struct dev_run *r, const struct dev_when *w, int64_t *ms)
{
	if (dev_utc(r, w, ms))
		return true;
	*ms = w->ms;
	return w->any && w->dated;
}

static int64_t when_of(const struct dev_run *r, const struct dev_when *w)
{
	int64_t ms;

	return place(r, w, &ms) ? ms : ABOUT_NO_TIME;
}

/* The older half goes, but for what is near the attempt. */
static void give_up(struct dev_run *r, struct dev_rows *rows)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->n; i++) {
		int64_t at = when_of(r, &rows->all[i].last);

		if (i >= rows->n / 2 || (kept < MOST / 4 && r->has_attempt && at != ABOUT_NO_TIME &&
		                         llabs(at - r->attempt_ms) <= NEAR))
			rows->all[kept++] = rows->all[i];
		else if (at > rows->lost)
			rows->lost = at;
	}
	rows->n = kept;
}

static bool alike(const struct dev_row *a, const struct dev_row *b)
{
	return a->mark == b->mark && a->idle == b->idle && a->status == b->status && a->url == b->url &&
	       strcmp(a->word, b->word) == 0;
}

static void add(struct dev_run *r, const struct dev_row *row)
{
	struct dev_rows *rows = r->rows;

	if (rows->n != 0 && alike(&rows->all[rows->n - 1], row)) {
		rows->all[rows->n - 1].last = row->last;
		rows->all[rows->n - 1].n++;
		return;
	}
	if (rows->n == MOST)
		give_up(r, rows);
	if (rows->n == rows->cap) {
		rows->cap = rows->cap != 0 ? 2 * rows->cap : 64;
		rows->all = xrealloc(rows->all, rows->cap * sizeof(*rows->all));
	}
	rows->all[rows->n++] = *row;
}

void dev_rows_take(struct dev_run *r, const struct file_line *l, const char *begin, uint64_t marks)
{
	struct dev_row row = {.n = 1, .line = l->number, .status = r->said.status, .idle = r->said.idle};
	const char *from = l->p;

	if (r->rows == NULL) {
		r->rows = xcalloc(1, sizeof(*r->rows));
		r->rows->lost = INT64_MIN;
	}
	memcpy(row.word, r->said.word, sizeof(row.word));
	if (r->url[0] != '\0' && (r->rows->url == NULL || strcmp(r->rows->url, r->url) != 0))
		r->rows->url = arena_strdup(ev_mem(r->out), r->url);
	row.url = r->rows->url;
	/* A trace bears no times: the line before it does. */
	while (!dev_when_parse(from, (size_t)(l->p + l->n - from), &row.last) && from > begin &&
	       (size_t)(l->p - from) < LOOK_BACK && r->rows->looked < LOOK_MOST)
		for (from--; from > begin && from[-1] != '\n';)
			from--;
	r->rows->looked += (size_t)(l->p - from);
	if (!row.last.any)
		row.last = r->near;
	r->near = row.first = row.last;
	for (; marks != 0; marks &= marks - 1) {
		row.mark = (uint8_t)__builtin_ctzll(marks);
		if (r->platform->marks[row.mark].row != NULL)
			add(r, &row);
	}
}

static void send_row(struct dev_run *r, const struct dev_row *k)
{
	const char *kind = r->platform->marks[k->mark].row, *blank = strchr(kind, ' ');
	struct evrow row = evrow_nothing;
	struct value_builder b;

	vb_init(&b, ev_mem(r->out));
	vb_add(&b, "mark", value_str(r->platform->marks[k->mark].id));
	if (blank != NULL)
		vb_add(&b, "operation", value_str(blank + 1));
	if (k->status != 0)
		vb_add(&b, "status", value_int(k->status));
	if (k->word[0] != '\0')
		vb_add(&b, "word", value_str(k->word));
	if (k->url != NULL)
		vb_add(&b, "url", value_str(k->url));
	row.kind = k->idle         ? "idle"
	           : blank != NULL ? arena_strndup(ev_mem(r->out), kind, (size_t)(blank - kind))
	                           : kind;
	row.first_ms = when_of(r, &k->first);
	row.last_ms = when_of(r, &k->last);
	row.n = k->n;
	row.line = k->line;
	row.data = vb_map(&b);
	ev_row(r->out, &row);
}

void dev_rows_send(struct dev_run *r)
{
	struct about a = about_nothing;
	int64_t ms;

	a.platform = r->platform->name;
	a.traces = TRACE_DEVICE;
	a.from_ms = when_of(r, &r->first);
	a.to_ms = when_of(r, &r->last);
	if (a.from_ms == ABOUT_NO_TIME || a.to_ms < a.from_ms)
		a.from_ms = a.to_ms = ABOUT_NO_TIME;
	if (a.from_ms != ABOUT_NO_TIME && !dev_utc(r, &r->first, &ms))
		a.slack_ms = DEV_ANY_ZONE;
	a.complete = r->verbose ? TRI_YES : TRI_UNKNOWN;
	ev_part(r->out, 0, &a);
	for (size_t i = 0; r->rows != NULL && i < r->rows->n; i++)
		send_row(r, &r->rows->all[i]);
	if (r->rows != NULL && r->rows->lost != INT64_MIN)
		ev_rows_from(r->out, r->rows->lost + 1);
}

void dev_rows_free(struct dev_run *r)
{
	if (r->rows != NULL)
		free(r->rows->all);
	free(r->rows);
}
