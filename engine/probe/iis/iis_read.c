/*
 * One line into the tally, and a whole text line by line.  iis_line() is the judge:
 * the fast scanner takes short cuts only where this would come to the same.
 */
#include "iis_tally.h"

#include <string.h>

#include "file_kind.h"

/* ---- the clock ---- */

static bool parse_clock(const char *p, int64_t *s)
{
	return p[10] == ' ' && iis_parse_time(p, p + 11, s);
}

static void add_gap(struct iis_clock *c, int64_t from_s, int64_t to_s)
{
	if (to_s - from_s < IIS_GAP)
		return;
	if (c->ngaps == IIS_MAX_GAPS) {
		/* The latest are kept. */
		memmove(c->gaps, c->gaps + 1, sizeof(c->gaps) - sizeof(c->gaps[0]));
		c->ngaps--;
	}
	c->gaps[c->ngaps++] = (struct iis_gap){from_s, to_s};
}

void iis_clock_at(struct iis_clock *c, int64_t at_s)
{
	if (!c->any) {
		c->any = true;
		c->first_s = c->last_s = c->begin_s = c->end_s = at_s;
		return;
	}
	add_gap(c, c->end_s, at_s);
	c->steps_back += c->end_s - at_s > 120;
	c->end_s = at_s;
	if (at_s < c->first_s)
		c->first_s = at_s;
	if (at_s > c->last_s)
		c->last_s = at_s;
}

/* Seconds count only where a minute ends: most lines cost one comparison. */
bool iis_clock_line(struct iis_clock *c, const char *p)
{
	int64_t at_s;

	if (memcmp(p, c->now, 16) != 0) {
		if (!parse_clock(p, &at_s))
			return false;
		iis_clock_end(c);
		iis_clock_at(c, at_s);
	} else if (p[16] != ':' || (unsigned)(p[17] - '0') > 5 || (unsigned)(p[18] - '0') > 9) {
		return false;
	}
	memcpy(c->now, p, 19);
	return true;
}

/* Takes the last line's seconds into account. */
void iis_clock_end(struct iis_clock *c)
{
	int64_t at_s;

	if (c->now[0] && parse_clock(c->now, &at_s))
		iis_clock_at(c, at_s);
}

void iis_clock_add(struct iis_clock *c, const struct iis_clock *next, bool same_file)
{
	if (!next->any)
		return;
	if (!c->any) {
		*c = *next;
		return;
	}
	if (same_file || next->begin_s > c->last_s)
		add_gap(c, same_file ? c->end_s : c->last_s, next->begin_s);
	c->steps_back += next->steps_back + (same_file && c->end_s - next->begin_s > 120);
	for (uint32_t i = 0; i < next->ngaps; i++)
		add_gap(c, next->gaps[i].from_s, next->gaps[i].to_s);
	if (next->first_s < c->first_s)
		c->first_s = next->first_s;
	if (next->last_s > c->last_s)
		c->last_s = next->last_s;
	c->end_s = next->end_s;
	memcpy(c->now, next->now, sizeof(c->now));
}

/* ---- one line ---- */

static void header(struct iis_tally *t, struct iis_state *state, const char *p, size_t n)
{
	struct iis_layout before = state->layout;

	if (!iis_header(state, p, n))
		return;
	t->headers++;
	t->changes += before.n && !iis_layout_equal(&before, &state->layout);
}

bool iis_begins_with_time(const struct iis_layout *l)
{
	return l->col[COL_DATE] == 0 && l->col[COL_TIME] == 1;
}

/* The time of a line of any layout; false when it bears a wrong one. */
static bool clock_of(struct iis_tally *t, const struct iis_state *state, const struct file_line *line,
                     const struct iis_slice *f)
{
	const struct iis_layout *l = &state->layout;
	const char *date = state->date;
	int64_t at_s;

	if (iis_begins_with_time(l) && f[0].p == line->p && f[1].p == line->p + 11 && line->n >= 19)
		return iis_clock_line(&t->clock, line->p);
	if (l->col[COL_TIME] < 0)
		return true;
	if (l->col[COL_DATE] >= 0) {
		if (f[l->col[COL_DATE]].n != 10)
			return false;
		date = f[l->col[COL_DATE]].p;
	} else if (!*date) {
		return true;
	}
	if (f[l->col[COL_TIME]].n < 8 || !iis_parse_time(date, f[l->col[COL_TIME]].p, &at_s))
		return false;
	iis_clock_end(&t->clock);
	t->clock.now[0] = '\0';
	iis_clock_at(&t->clock, at_s);
	return true;
}

static void count_plugin(struct iis_tally *t, const struct iis_request *r, const struct file_line *line)
{
	struct iis_spot at = {line->number, line->offset, r->at_s, t->file, 1, false};

	t->plugin++;
	for (uint32_t i = 0; i < IIS_MAX_PLUGIN; i++) {
		struct iis_status_row *row = &t->plugin_status[i];

		if (i == t->nplugin) {
			row->s = r->status;
			row->first = at;
			t->nplugin++;
		}
		if (iis_status_equal(row->s, r->status)) {
			row->n++;
			row->last = at;
			return;
		}
	}
}

void iis_record(struct iis_tally *t, const struct iis_state *state, const struct file_line *line,
                const struct iis_slice *f, size_t n)
{
	const struct iis_layout *l = &state->layout;
	struct iis_slice stem;
	struct iis_request r;

	if (line->cut || n != l->n || !clock_of(t, state, line, f)) {
		iis_bad(t, line);
		return;
	}
	t->lines++;
	if (l->col[COL_STEM] < 0)
		return;
	stem = f[l->col[COL_STEM]];
	if (iis_stem_is_scep(stem.p, stem.n)) {
		if (iis_request_of(l, state->date, f, &t->day, &r)) {
			iis_count(t, &r, line, 1);
		} else {
			t->lines--;
			iis_bad(t, line);
		}
	} else if (l->col[COL_AGENT] >= 0 &&
	           mem_find(f[l->col[COL_AGENT]].p, f[l->col[COL_AGENT]].n, "NDES_Plugin", 11)) {
		if (iis_request_of(l, state->date, f, &t->day, &r))
			count_plugin(t, &r, line);
	} else if (l->col[COL_QUERY] >= 0 && iis_asks(f[l->col[COL_QUERY]].p, f[l->col[COL_QUERY]].n)) {
		if (iis_request_of(l, state->date, f, &t->day, &r))
			iis_count_astray(t, &r, &stem, line);
	}
}

static bool is_empty(const char *p, size_t n)
{
	while (n && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\0')) {
		p++;
		n--;
	}
	return n == 0;
}

void iis_line(struct iis_tally *t, struct iis_state *state, const struct file_line *line)
{
	struct iis_slice f[IIS_MAX_COLS];
	const struct iis_layout *l = &state->layout;

	if (line->n && line->p[0] == '#')
		header(t, state, line->p, line->n);
	else if (!is_empty(line->p, line->n))
		iis_record(t, state, line, f, iis_split(line->p, line->n, l->quoted, l->tabs, f));
}

/* ---- texts ---- */

#define JOIN_MAX 64u     /* lines; a request of 4 KB at 76 columns is 54 */
#define NARROWEST 40u    /* nothing breaks lines at fewer columns */
#define JOINED_MAX 65536 /* bytes; IIS writes no longer line */

/*
 * Mail breaks a line at a blank, a terminal where its width ends, within a word.  Both
 * readings are tried; the width of the widest line tells which comes first.
 */
struct guesser {
	struct iis_tally *t;
	struct buf spaced, glued; /* the lines joined so far */
	size_t width;             /* of the widest line of the beginning */
	uint16_t joined;
	bool full; /* every line joined so far was as wide as that */
	struct file_line first;
	bool local; /* a line bore the server's own time */
};

static size_t widest(struct file_src *src)
{
	struct sample_text t;
	size_t most = 0;
	const char *p, *end;

	sample_of(src, &t);
	for (p = t.s.text, end = p + t.s.text_n; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		n -= n && p[n - 1] == '\r';
		if (n > most)
			most = n;
		p += n + 1;
	}
	sample_release(&t);
	return most;
}

static void guess_whole(struct guesser *g, const struct iis_request *r, bool is_scep)
{
	g->t->lines++;
	g->local |= r->local;
	if (r->at_s != IIS_NO_TIME)
		iis_clock_at(&g->t->clock, r->at_s);
	if (is_scep)
		iis_count(g->t, r, &g->first, g->joined);
	g->joined = 0;
}

static void guess_flush(struct guesser *g)
{
	if (g->joined)
		iis_bad(g->t, &g->first);
	g->joined = 0;
}

static void guess_joined(struct guesser *g, bool wide)
{
	struct buf *order[2] = {g->full ? &g->glued : &g->spaced, g->full ? &g->spaced : &g->glued};
	enum iis_guess kind[2];
	struct iis_request r[2];
	bool is_scep[2];

	for (size_t i = 0; i < 2; i++) {
		kind[i] = iis_guess(buf_cstr(order[i]), order[i]->n, &r[i], &is_scep[i]);
		r[i].glued = order[i] == &g->glued;
		if (kind[i] == GUESS_WHOLE && r[i].sound) {
			guess_whole(g, &r[i], is_scep[i]);
			return;
		}
	}
	if (g->joined > 1 && !wide && kind[0] == GUESS_WHOLE)
		guess_whole(g, &r[0], is_scep[0]);
	else if (g->joined == JOIN_MAX || g->glued.n > JOINED_MAX)
		guess_flush(g);
}

static void guess_line(struct guesser *g, const struct file_line *line)
{
	const char *p = line->p;
	size_t n = line->n;
	struct iis_request r;
	enum iis_guess kind;
	bool is_scep, wide;

	iis_trim(&p, &n);
	if (!n || line->cut)
		return;
	kind = iis_guess(p, n, &r, &is_scep);
	wide = line->n >= NARROWEST && line->n == g->width;
	if (kind != GUESS_NO || !g->joined) {
		guess_flush(g);
		if (kind == GUESS_NO)
			return; /* prose around the lines */
		buf_clear(&g->spaced);
		buf_clear(&g->glued);
		g->first = *line;
		g->full = true;
	} else {
		buf_char(&g->spaced, ' ');
	}
	g->joined++;
	buf_put(&g->spaced, p, n);
	iis_glue(&g->glued, line->p, line->n);
	if (kind == GUESS_WHOLE)
		guess_whole(g, &r, is_scep);
	else
		guess_joined(g, wide);
	g->full &= wide;
}

int iis_read(struct iis_lines *how, struct file_text *text, struct iis_state *state, struct iis_tally *t,
             struct err *err)
{
	struct guesser g = {.t = t};
	struct file_line line;
	int rc;

	buf_init(&g.spaced, 2 * FILE_LINE_MAX);
	buf_init(&g.glued, 2 * FILE_LINE_MAX);
	g.width = widest(file_text_src(text));
	while ((rc = file_text_next(text, &line, err)) > 0) {
		t->physical++;
		if (!how->guess && (state->layout.n || (line.n && line.p[0] == '#'))) {
			iis_line(t, state, &line);
		} else {
			how->guessed = true;
			guess_line(&g, &line);
		}
		if (line.number % 4096 == 0 && how->each && !how->each(how->arg, line.offset))
			break;
	}
	guess_flush(&g);
	state->layout.local |= g.local;
	buf_release(&g.spaced);
	buf_release(&g.glued);
	iis_clock_end(&t->clock);
	iis_tally_settle(t);
	return rc < 0 ? -1 : 0;
}
