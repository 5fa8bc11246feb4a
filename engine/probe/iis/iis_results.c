/* The files of one run over IIS logs: their names, their times, what they cover. */
#include "iis_facts.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

void iis_results_init(struct iis_results *r, int64_t attempt_s)
{
	memset(r, 0, sizeof(*r));
	r->attempt_s = attempt_s;
	r->t = iis_tally_new(attempt_s);
}

void iis_results_release(struct iis_results *r)
{
	for (size_t i = 0; i < r->nfiles; i++) {
		free(r->files[i].path);
		free(r->files[i].why);
	}
	free(r->files);
	iis_tally_free(r->t);
}

struct iis_file *iis_results_begin(struct iis_results *r, const char *path)
{
	struct iis_file *f;

	if (r->nfiles == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 8;
		r->files = xrealloc(r->files, r->cap * sizeof(*r->files));
	}
	f = &r->files[r->nfiles];
	memset(f, 0, sizeof(*f));
	f->path = xstrdup(path);

	/* What the run had before; the difference is the file's. */
	f->lines = r->t->lines;
	f->bad = r->t->bad;
	f->requests = r->t->requests;
	r->t->file = (uint32_t)r->nfiles++;
	r->t->physical = 0;
	memset(&r->t->clock, 0, sizeof(r->t->clock));
	return f;
}

void iis_results_end(struct iis_results *r, const struct iis_state *state, const char *why)
{
	struct iis_file *f = &r->files[r->nfiles - 1];

	f->lines = r->t->lines - f->lines;
	f->bad = r->t->bad - f->bad;
	f->requests = r->t->requests - f->requests;
	f->physical = r->t->physical;
	f->clock = r->t->clock;
	f->why = why ? xstrdup(why) : NULL;
	r->local |= state->layout.local;
	r->layout = state->layout;
	if (state->software[0])
		memcpy(r->software, state->software, sizeof(r->software));
	iis_clock_add(&r->total, &f->clock, false);
}

static int by_begin(const void *a, const void *b)
{
	const struct iis_clock *x = a, *y = b;

	return x->first_s < y->first_s ? -1 : x->first_s > y->first_s;
}

/* Files that follow one another within an hour count as one stretch. */
bool iis_covers(const struct iis_results *r, int64_t at_s)
{
	struct iis_clock *c = xcalloc(r->nfiles + 1, sizeof(*c));
	int64_t from = 0, to = 0;
	size_t n = 0;
	bool covers = false;

	for (size_t i = 0; i < r->nfiles; i++)
		if (r->files[i].clock.any)
			c[n++] = r->files[i].clock;
	qsort(c, n, sizeof(*c), by_begin);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || c[i].first_s > to + IIS_GAP) {
			from = c[i].first_s;
			to = c[i].last_s;
		} else if (c[i].last_s > to) {
			to = c[i].last_s;
		}
		covers |= at_s >= from + IIS_MARGIN && at_s <= to - IIS_MARGIN;
	}
	free(c);
	return covers;
}
