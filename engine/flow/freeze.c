/* A draft without problems into the flow that everybody uses: names become indexes, the YAML is
 * let go.  Sorts nothing, loses nothing. */
#include "flow_int.h"

#include <string.h>

static node_id node_of(const struct dref *r)
{
	return r->index < 0 ? NODE_NONE : (node_id)r->index;
}

static const struct answer_def *freeze_answers(struct arena *out, const struct dstep *s)
{
	struct answer_def *a = arena_array(out, s->nanswers, sizeof(*a));

	for (size_t i = 0; i < s->nanswers; i++) {
		a[i] = s->answers[i].def;
		a[i].go = node_of(&s->answers[i].go);
	}
	return a;
}

static const struct check *freeze_checks(struct arena *out, const struct dstep *s)
{
	struct check *c = arena_array(out, s->nchecks, sizeof(*c));

	for (size_t i = 0; i < s->nchecks; i++)
		c[i] = s->checks[i].def;
	return c;
}

static const struct node *freeze_nodes(const struct draft *d)
{
	struct node *n = arena_array(d->out, d->nsteps, sizeof(*n));

	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];

		n[i] = s->def;
		n[i].checks = freeze_checks(d->out, s);
		n[i].nchecks = s->nchecks;
		n[i].answers = freeze_answers(d->out, s);
		n[i].nanswers = s->nanswers;
		n[i].go = node_of(&s->go);
		n[i].cause = s->cause.index < 0 ? CAUSE_NONE : (int)s->cause.index;
	}
	return n;
}

static const struct cause *freeze_causes(const struct draft *d)
{
	struct cause *c = arena_array(d->out, d->ncauses, sizeof(*c));

	for (size_t i = 0; i < d->ncauses; i++) {
		uint16_t *yields = arena_array(d->out, d->causes[i].nyielding, sizeof(*yields));

		c[i] = d->causes[i].def;
		for (size_t k = 0; k < d->causes[i].nyielding; k++)
			yields[k] = (uint16_t)d->causes[i].yielding[k].index;
		c[i].yields = yields;
		c[i].nyields = d->causes[i].nyielding;
		c[i].verify = node_of(&d->causes[i].verify);
		if (c[i].remedy == NULL && c[i].nfix > 0)
			c[i].remedy = c[i].fix[0].text;
	}
	return c;
}

static const struct input_def *freeze_inputs(const struct draft *d)
{
	struct input_def *in = arena_array(d->out, d->ninputs, sizeof(*in));

	for (size_t i = 0; i < d->ninputs; i++)
		in[i] = d->inputs[i].def;
	return in;
}

struct flow *draft_freeze(struct draft *d)
{
	struct flow *f = arena_alloc(d->out, sizeof(*f));

	*f = d->head;
	f->inputs = freeze_inputs(d);
	f->ninputs = d->ninputs;
	f->nodes = freeze_nodes(d);
	f->nnodes = d->nsteps;
	f->causes = freeze_causes(d);
	f->ncauses = d->ncauses;
	f->start = node_of(&d->start);
	f->mem = d->out;
	return f;
}
