/* The store as the start screen uses it: opened late, failing without stopping anybody. */
#include "loop.h"

#include <string.h>

#include <casebook/clock.h>

bool loop_store(struct loop *l, struct err *err)
{
	if (l->store == NULL && store_open_watched(l->opt.db, &l->store, err) != 0)
		l->store = NULL;
	return l->store != NULL;
}

/* ---- the list ---- */

struct listing {
	struct loop *l;
	struct case_card *rows;
	size_t n, cap;
};

static bool add_row(void *arg, const struct case_row *row)
{
	static const enum card_state states[CASE__MAX] = {
	        [CASE_OPEN] = CARD_OPEN, [CASE_WAITING] = CARD_WAITING, [CASE_CLOSED] = CARD_CLOSED};
	struct listing *g = arg;
	struct arena *mem = g->l->list_mem;

	if (g->n == g->cap) {
		size_t cap = g->cap != 0 ? g->cap * 2 : 64;
		struct case_card *more = arena_array(mem, cap, sizeof(*more));

		if (g->n != 0)
			memcpy(more, g->rows, g->n * sizeof(*more));
		g->rows = more;
		g->cap = cap;
	}
	g->rows[g->n] =
	        (struct case_card){.id = arena_strdup(mem, row->id),
	                           .title = arena_strdup(mem, row->title != NULL ? row->title : ""),
	                           .flow_id = arena_strdup(mem, row->flow_id != NULL ? row->flow_id : ""),
	                           .at = arena_strdup(mem, row->at != NULL ? row->at : ""),
	                           .number = row->number,
	                           .changed_ms = row->changed_ms,
	                           .state = states[row->state]};
	return ++g->n < LOOP_MAX_CASES;
}

/* Open cases first; within both the newest change first, as they came. */
static const struct case_card *open_first(struct loop *l, const struct listing *g)
{
	struct case_card *out = arena_array(l->list_mem, g->n, sizeof(*out));
	size_t n = 0;

	for (int closed = 0; closed < 2; closed++)
		for (size_t i = 0; i < g->n; i++)
			if ((g->rows[i].state == CARD_CLOSED) == (closed == 1))
				out[n++] = g->rows[i];
	return out;
}

static void count(struct start_data *d)
{
	d->open = d->waiting = d->closed = 0;
	for (size_t i = 0; i < d->nrows; i++) {
		d->open += d->rows[i].state == CARD_OPEN;
		d->waiting += d->rows[i].state == CARD_WAITING;
		d->closed += d->rows[i].state == CARD_CLOSED;
	}
}

void loop_list(struct loop *l, const char *find)
{
	struct start_data *d = &l->start;
	char *words = find != NULL ? arena_strdup(l->page_mem, find) : NULL;
	struct listing g = {.l = l};
	struct err err;

	d->rows = NULL;
	d->nrows = 0;
	d->error = d->find = NULL;
	arena_reset(l->list_mem);
	if (!loop_store(l, &err)) {
		d->error = arena_strdup(l->list_mem, err.msg);
	} else if (store_list(l->store, words, add_row, &g, &err) != 0) {
		d->error = arena_strdup(l->list_mem, err.msg);
	} else {
		d->rows = open_first(l, &g);
		d->nrows = g.n;
		d->find = arena_strdup(l->list_mem, words);
		if (words == NULL)
			count(d);
	}
	d->loaded = true;
	l->frame_stale = true;
	l->idle_at = clock_monotonic_ms() + LOOP_IDLE_MS;
}

void loop_delete(struct loop *l, const char *id)
{
	struct err err;

	if (!loop_store(l, &err) || store_delete(l->store, id, &err) != 0)
		app_say(&l->app, MARK_BAD, "%s", err.msg);
	else
		app_say(&l->app, MARK_OK, "The case is deleted.");
	loop_list(l, NULL);
}
