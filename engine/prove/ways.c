/* The shortest way from the start to each step, for messages: a problem deep in a flow is easier to
 * see when one knows how a person gets there. */
#include "flow_int.h"

#define SHOWN 9 /* steps of a way; of a longer one the middle is left out */

enum { VIA_GO = -1, VIA_FIXED = -2 }; /* else the index of an answer */

struct way {
	size_t from;
	int via;
	bool seen;
};
struct ways {
	struct way *of;
	size_t *queue, n;
};

static void reach(struct ways *w, size_t from, long to, int via)
{
	if (to < 0 || w->of[to].seen)
		return;
	w->of[to] = (struct way){from, via, true};
	w->queue[w->n++] = (size_t)to;
}

static void find_ways(struct draft *d)
{
	struct ways *w = arena_alloc(d->mem, sizeof(*w));

	d->ways = w;
	w->of = arena_array(d->mem, d->nsteps, sizeof(*w->of));
	w->queue = arena_array(d->mem, d->nsteps + 1, sizeof(*w->queue));
	reach(w, SIZE_MAX, d->start.index, VIA_GO);
	for (size_t i = 0; i < w->n; i++) {
		const struct dstep *s = &d->steps[w->queue[i]];

		for (size_t k = 0; k < s->nanswers; k++)
			reach(w, w->queue[i], s->answers[k].go.index, (int)k);
		reach(w, w->queue[i], s->go.index, VIA_GO);
		if (s->def.kind == NODE_FIX && s->cause.index >= 0)
			reach(w, w->queue[i], d->causes[s->cause.index].verify.index, VIA_FIXED);
	}
}

void way_put(const struct dstep *s, int via, struct buf *out)
{
	if (out->n > 0)
		buf_str(out, " > ");
	buf_str(out, s->def.id);
	if (via >= 0)
		buf_fmt(out, " (%s)", s->answers[via].def.id);
	else if (via == VIA_FIXED)
		buf_str(out, " (fixed)");
}

const char *way_to(struct draft *d, size_t step)
{
	size_t length = 0, at, skip;
	struct buf out;
	const char *text;
	size_t *steps;

	if (d->ways == NULL)
		find_ways(d);
	if (!d->ways->of[step].seen || d->ways->of[step].from == SIZE_MAX)
		return ""; /* nothing leads there, or it is the start */
	for (at = step; at != SIZE_MAX; at = d->ways->of[at].from)
		length++;
	steps = arena_array(d->mem, length, sizeof(*steps));
	at = step;
	for (size_t i = length; i > 0; i--, at = d->ways->of[at].from)
		steps[i - 1] = at;
	skip = length > SHOWN ? length - SHOWN : 0;
	buf_init(&out, BUF_MAX_LINE);
	for (size_t i = 0; i < length; i++) {
		if (skip > 0 && i == SHOWN / 2) {
			buf_fmt(&out, " > ... %zu more", skip);
			i += skip;
		}
		way_put(&d->steps[steps[i]], i + 1 < length ? d->ways->of[steps[i + 1]].via : VIA_GO, &out);
	}
	text = arena_fmt(d->mem, "; the shortest way there: %s", buf_cstr(&out));
	buf_release(&out);
	return text;
}

void problem_on_way(struct draft *d, enum diag_id id, const struct ynode *at, size_t step, const char *a,
                    const char *b, const char *c)
{
	d->p->after = d->p->n < 2 * FLOW_MAX_DIAGS ? way_to(d, step) : NULL;
	problem(d->p, id, at, a, b, c);
	d->p->after = NULL;
}
