/* Answers of one question that can hold at once and lead to different steps: the order decides,
 * so the question has to say `order: matters`.  An answer that is a special case of a later one is
 * no overlap: that is what the order is for. */
#include "flow_int.h"

#include <string.h>

/* The outcomes where both hold, when neither is a special case of the other. */
static struct region *both(const struct rules *rules, struct space *s, struct arena *mem,
                           const struct cond *a, const struct cond *b)
{
	const struct cond *two_conds[] = {a, b};
	const struct region *all = rules_start(rules, s, mem, two_conds, 2);
	struct region *one = region_where(s, mem, all, a, NULL, 0);
	struct region *two = one == NULL ? NULL : region_where(s, mem, one, b, NULL, 0);

	if (two == NULL || region_where(s, mem, all, a, &b, 1) == NULL ||
	    region_where(s, mem, all, b, &a, 1) == NULL)
		return NULL;
	return two;
}

/* The sample speaks only of what the two read. */
static void say_overlap(struct draft *d, size_t step, const struct danswer *a, const struct danswer *b)
{
	const struct cond *two[] = {a->def.when, b->def.when};
	struct space *s = space_new(two, 2);
	struct arena *mem = arena_new();
	struct region *r = both(d->rules, s, mem, two[0], two[1]);
	struct buf when;

	buf_init(&when, BUF_MAX_LINE);
	if (r != NULL)
		region_sample(s, r, &when);
	problem_on_way(d, DG_overlap, b->at, step, a->def.id, b->def.id, buf_cstr(&when));
	buf_release(&when);
	arena_free(mem);
	space_free(s);
}

/* The first pair is enough: the flow's author looks at the whole question then. */
static void prove_question(struct draft *d, size_t step)
{
	const struct dstep *q = &d->steps[step];
	const struct cond *conds[FLOW_MAX_ANSWERS];
	struct arena *mem = arena_new();
	bool found = false;
	struct space *s;

	for (size_t i = 0; i < q->nanswers; i++)
		conds[i] = q->answers[i].def.when;
	s = space_new(conds, q->nanswers);
	for (size_t i = 0; i < q->nanswers && !found; i++) {
		for (size_t k = i + 1; k < q->nanswers && !found; k++) {
			if (conds[i] == NULL || conds[k] == NULL ||
			    q->answers[i].go.index == q->answers[k].go.index)
				continue;
			found = both(d->rules, s, mem, conds[i], conds[k]) != NULL;
			if (found)
				say_overlap(d, step, &q->answers[i], &q->answers[k]);
		}
	}
	arena_free(mem);
	space_free(s);
}

void prove_overlaps(struct draft *d)
{
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];

		if (s->def.kind == NODE_ASK && s->nanswers > 1 && !s->order_matters)
			prove_question(d, i);
	}
}
