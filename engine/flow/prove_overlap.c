/* Answers of one question that can hold at once and lead to different steps: the order decides,
 * so the flow has to say that it is meant to.  An answer that is a special case of a later one is
 * no overlap: that is what the order is for. */
#include "flow_int.h"

#include <string.h>

static bool declared(const struct danswer *a, const char *other)
{
	const struct ynode *over = yaml_get(a->body, "over");

	for (const struct ynode *v = over == NULL ? NULL : over->child; v != NULL; v = v->next)
		if (v->kind == YAML_TEXT && strcmp(v->text, other) == 0)
			return true;
	return false;
}

/* The outcomes where both hold, when neither is a special case of the other. */
static struct region *both(struct space *s, struct arena *mem, const struct cond *a, const struct cond *b)
{
	const struct region *all = region_all(s, mem);
	struct region *one = region_where(s, mem, all, a, NULL, 0);
	struct region *two = one == NULL ? NULL : region_where(s, mem, one, b, NULL, 0);

	if (two == NULL || region_where(s, mem, all, a, &b, 1) == NULL ||
	    region_where(s, mem, all, b, &a, 1) == NULL)
		return NULL;
	return two;
}

static void prove_question(struct draft *d, size_t step)
{
	const struct dstep *q = &d->steps[step];
	const struct cond *conds[FLOW_MAX_ANSWERS];
	struct arena *mem;
	struct space *s;

	for (size_t i = 0; i < q->nanswers; i++)
		conds[i] = q->answers[i].def.when;
	s = space_new(conds, q->nanswers);
	mem = arena_new();
	for (size_t i = 0; i < q->nanswers; i++) {
		for (size_t k = i + 1; k < q->nanswers; k++) {
			const struct danswer *a = &q->answers[i], *b = &q->answers[k];
			struct region *r;
			struct buf when;

			if (conds[i] == NULL || conds[k] == NULL || a->go.index == b->go.index ||
			    declared(a, b->def.id))
				continue;
			r = both(s, mem, conds[i], conds[k]);
			if (r == NULL)
				continue;
			buf_init(&when, BUF_MAX_LINE);
			region_sample(s, r, &when);
			problem_on_way(d, DG_overlap, b->at, step, a->def.id, b->def.id, buf_cstr(&when));
			buf_release(&when);
		}
	}
	arena_free(mem);
	space_free(s);
}

void prove_overlaps(struct draft *d)
{
	for (size_t i = 0; i < d->nsteps; i++)
		if (d->steps[i].def.kind == NODE_ASK && d->steps[i].nanswers > 1)
			prove_question(d, i);
}
