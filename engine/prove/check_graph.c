/* The steps as a graph: every step is reached from the start, and from every step an end is. */
#include "flow_int.h"

#include <string.h>

static void put_edge(struct edges *e, size_t from, long to, bool count, bool reverse)
{
	size_t row = reverse ? (size_t)to : from;

	if (to < 0)
		return;
	if (count)
		e->first[row + 1]++;
	else
		e->to[e->first[row]++] = reverse ? from : (size_t)to;
}

static void put_edges(struct draft *d, struct edges *e, enum edge_kind kind, bool count)
{
	bool reverse = kind != EDGES_ALL && kind != EDGES_ALONE;
	bool alone = kind == EDGES_ALONE || kind == EDGES_ALONE_BACK;

	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];

		if (!alone || s->def.kind == NODE_INPUT)
			put_edge(e, i, s->go.index, count, reverse);
		for (size_t k = 0; k < s->nanswers; k++)
			if (!alone || s->answers[k].def.when != NULL)
				put_edge(e, i, s->answers[k].go.index, count, reverse);
		if (kind == EDGES_ALL && s->def.kind == NODE_FIX && s->cause.index >= 0)
			put_edge(e, i, d->causes[s->cause.index].verify.index, count, false);
	}
}

struct edges edges_of(struct draft *d, enum edge_kind kind)
{
	struct edges e;

	e.first = arena_array(d->mem, d->nsteps + 2, sizeof(*e.first));
	put_edges(d, &e, kind, true);
	for (size_t i = 1; i <= d->nsteps; i++)
		e.first[i] += e.first[i - 1];
	e.to = arena_array(d->mem, e.first[d->nsteps] + 1, sizeof(*e.to));
	put_edges(d, &e, kind, false); /* moves first[i] to where first[i+1] was */
	memmove(e.first + 1, e.first, d->nsteps * sizeof(*e.first));
	e.first[0] = 0;
	return e;
}

/* Marks all that is reached from the steps already marked. */
static void spread(struct draft *d, const struct edges *e, bool *seen)
{
	size_t *queue = arena_array(d->mem, d->nsteps + 1, sizeof(*queue)), n = 0;

	for (size_t i = 0; i < d->nsteps; i++)
		if (seen[i])
			queue[n++] = i;
	for (size_t i = 0; i < n; i++)
		for (size_t k = e->first[queue[i]]; k < e->first[queue[i] + 1]; k++)
			if (!seen[e->to[k]]) {
				seen[e->to[k]] = true;
				queue[n++] = e->to[k];
			}
}

/* A name that leads nowhere hides what lies behind it: then only the names are reported. */
static bool names_are_sound(const struct draft *d)
{
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];

		if (!s->shaped || (s->go.at != NULL && s->go.index < 0))
			return false;
		if ((s->def.kind == NODE_INPUT || s->def.kind == NODE_FIX) && s->go.at == NULL)
			return false;
		if (s->def.kind == NODE_ASK && s->nanswers == 0)
			return false;
		for (size_t k = 0; k < s->nanswers; k++)
			if (s->answers[k].go.index < 0)
				return false;
	}
	return d->nsteps > 0 && d->start.index >= 0;
}

void check_graph(struct draft *d)
{
	bool *seen, *ends;
	struct edges e;

	if (!names_are_sound(d))
		return;
	seen = arena_array(d->mem, d->nsteps, sizeof(*seen));
	ends = arena_array(d->mem, d->nsteps, sizeof(*ends));
	seen[d->start.index] = true;
	e = edges_of(d, EDGES_ALL);
	spread(d, &e, seen);
	for (size_t i = 0; i < d->nsteps; i++)
		ends[i] = d->steps[i].def.kind == NODE_END;
	e = edges_of(d, EDGES_BACK);
	spread(d, &e, ends);
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];

		if (!seen[i])
			problem(d->p, DG_unreachable_step, s->at, s->def.id, NULL, NULL);
		else if (!ends[i])
			problem_on_way(d, DG_no_end, s->at, i, s->def.id, NULL, NULL);
	}
}
