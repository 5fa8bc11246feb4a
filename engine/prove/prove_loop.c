/* Circles that nobody breaks: a run without a person would go round for ever where every step of a
 * circle is a form or an answer that checks give.  A fix breaks a circle, for the facts are measured
 * again after it; so does an answer that only a person gives. */
#include "flow_int.h"

struct circle {
	struct draft *d;
	struct edges on, back;
	size_t *from; /* how the search came to a step */
	bool *seen;
	bool *alive; /* may still lie on a circle */
	size_t *queue, n, *entries;
};

/* What no living step leads to lies on no circle, and what leads to none neither: peel from both
 * ends until only circles, and ways from one to another, are left. */
static void peel(struct circle *c, const struct edges *to, const struct edges *from)
{
	c->n = 0;
	for (size_t i = 0; i < c->d->nsteps; i++) {
		c->entries[i] = 0;
		for (size_t k = from->first[i]; k < from->first[i + 1]; k++)
			c->entries[i] += c->alive[from->to[k]];
		if (c->alive[i] && c->entries[i] == 0)
			c->queue[c->n++] = i;
	}
	for (size_t i = 0; i < c->n; i++) {
		c->alive[c->queue[i]] = false;
		for (size_t k = to->first[c->queue[i]]; k < to->first[c->queue[i] + 1]; k++)
			if (c->alive[to->to[k]] && --c->entries[to->to[k]] == 0)
				c->queue[c->n++] = to->to[k];
	}
}

static void visit(struct circle *c, size_t from)
{
	for (size_t k = c->on.first[from]; k < c->on.first[from + 1]; k++) {
		size_t to = c->on.to[k];

		if (!c->alive[to] || c->seen[to])
			continue;
		c->seen[to] = true;
		c->from[to] = from;
		c->queue[c->n++] = to;
	}
}

/* The shortest circle through a step; false when it only lies behind one. */
static bool find_circle(struct circle *c, size_t start)
{
	c->n = 0;
	visit(c, start);
	for (size_t i = 0; i < c->n && !c->seen[start]; i++)
		visit(c, c->queue[i]);
	for (size_t i = 0; i < c->n; i++)
		c->seen[c->queue[i]] = c->queue[i] == start; /* clean for the next, but say whether */
	if (!c->seen[start])
		return false;
	c->seen[start] = false;
	return true;
}

/* The answer that leads from one step to another without a person; -1 for a form. */
static int via(const struct dstep *s, size_t to)
{
	for (size_t k = 0; k < s->nanswers; k++)
		if (s->answers[k].def.when != NULL && s->answers[k].go.index == (long)to)
			return (int)k;
	return -1;
}

static void say_circle(struct circle *c, size_t start)
{
	struct draft *d = c->d;
	size_t at = start, length = 0, *steps;
	struct buf out;

	do {
		at = c->from[at];
		length++;
	} while (at != start);
	steps = arena_array(d->mem, length, sizeof(*steps));
	for (size_t i = length; i > 0; i--)
		steps[i - 1] = at = c->from[at];
	buf_init(&out, BUF_MAX_LINE);
	for (size_t i = 0; i < length; i++) {
		const struct dstep *s = &d->steps[steps[i]];

		way_put(s, via(s, i + 1 < length ? steps[i + 1] : start), &out);
		c->alive[steps[i]] = false; /* one problem per circle */
	}
	problem_on_way(d, DG_loop, d->steps[start].at, start, buf_cstr(&out), d->steps[start].def.id, NULL);
	buf_release(&out);
}

void prove_loops(struct draft *d)
{
	size_t n = d->nsteps, tries = 0;
	struct circle c = {.d = d, .on = edges_of(d, EDGES_ALONE), .back = edges_of(d, EDGES_ALONE_BACK)};

	c.from = arena_array(d->mem, n, sizeof(*c.from));
	c.seen = arena_array(d->mem, n, sizeof(*c.seen));
	c.queue = arena_array(d->mem, n + 1, sizeof(*c.queue));
	c.alive = arena_array(d->mem, n, sizeof(*c.alive));
	c.entries = arena_array(d->mem, n, sizeof(*c.entries));
	for (size_t i = 0; i < n; i++)
		c.alive[i] = true;
	peel(&c, &c.on, &c.back);
	peel(&c, &c.back, &c.on);
	/* each try costs as much as the circles are large; fifty problems are all that is shown */
	for (size_t i = 0; i < n && tries < 4 * FLOW_MAX_DIAGS; i++) {
		if (!c.alive[i])
			continue;
		tries++;
		if (find_circle(&c, i))
			say_circle(&c, i);
	}
}
