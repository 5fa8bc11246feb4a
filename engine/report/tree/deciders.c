/* Which of the files that a flow asks for would have told: the files that the checks of a cause read.  Knows
 * the flow and what was measured; nothing of formats. */
#include "report_int.h"

#include <string.h>

struct wanted {
	const struct report *r;
	bool *inputs; /* by their place in the flow */
	size_t n;
};

static void each_file(const struct flow *f, const char *probe, void (*fn)(void *arg, size_t input), void *arg)
{
	for (size_t n = 0; n < f->nnodes; n++) {
		for (size_t c = 0; c < f->nodes[n].nchecks; c++) {
			const struct check *check = &f->nodes[n].checks[c];

			if (strcmp(check->probe->id, probe) != 0)
				continue;
			for (size_t a = 0; a < check->nargs; a++)
				if (check->args[a].input >= 0 &&
				    f->inputs[check->args[a].input].type == INPUT_FILE)
					fn(arg, (size_t)check->args[a].input);
		}
	}
}

static bool measured(const struct report *r, const char *probe)
{
	for (size_t i = 0; i < r->model->nevidence; i++)
		if (strcmp(r->model->evidence[i]->probe, probe) == 0)
			return true;
	return false;
}

static void want(void *arg, size_t input)
{
	struct wanted *w = arg;

	w->n += !w->inputs[input];
	w->inputs[input] = true;
}

static bool want_unmeasured(void *arg, const char *probe, const char *fact)
{
	struct wanted *w = arg;

	(void)fact;
	if (!measured(w->r, probe))
		each_file(w->r->flow, probe, want, w);
	return true;
}

static void name_inputs(struct report *r, struct rnode *parent, const bool *inputs)
{
	bool some = false;

	for (size_t i = 0; i < r->flow->ninputs; i++) {
		const struct input_def *d = &r->flow->inputs[i];

		if (!inputs[i])
			continue;
		if (some)
			rn_add(r, parent, R_TEXT, ";");
		rn_add(r, parent, R_TEXT, d->label != NULL ? d->label : d->key);
		some = true;
	}
}

bool tree_deciders(struct report *r, struct rnode *cell, const struct cause *c)
{
	struct wanted w = {r, arena_array(r->mem, r->flow->ninputs, sizeof(bool)), 0};

	if (c->supported != NULL)
		cond_reads(c->supported, want_unmeasured, &w);
	if (c->excluded != NULL)
		cond_reads(c->excluded, want_unmeasured, &w);
	if (w.n == 0)
		return false;
	rn_add(r, cell, R_TEXT, "Would decide:");
	name_inputs(r, cell, w.inputs);
	return true;
}

/* ---- what was not given ---- */
#define FEW 8 /* inputs that a reader takes in at a glance */

/* A file that was recognised by its content never was an answer to the question for it. */
static size_t not_given(struct report *r, bool *missing)
{
	struct wanted read = {r, arena_array(r->mem, r->flow->ninputs, sizeof(bool)), 0};
	size_t n = 0;

	for (size_t i = 0; i < r->model->nevidence; i++)
		each_file(r->flow, r->model->evidence[i]->probe, want, &read);
	for (size_t i = 0; i < r->flow->ninputs; i++) {
		const char *key = r->flow->inputs[i].key;

		missing[i] = !read.inputs[i] && replay_input(r->replay, key) == NULL &&
		             !replay_input_skipped(r->replay, key);
		n += missing[i];
	}
	return n;
}

void tree_not_given(struct report *r, struct rnode *terms)
{
	bool *missing = arena_array(r->mem, r->flow->ninputs, sizeof(bool));

	if (not_given(r, missing) != 0)
		name_inputs(r, rn_add(r, terms, R_TERM, "Not given"), missing);
}

/* How many open faults each input would tell something of. */
static void count_open(struct report *r, unsigned *counts)
{
	for (size_t i = 0; i < r->diag->nrows; i++) {
		const struct cause *c = r->diag->rows[i].cause;
		struct wanted w = {r, arena_array(r->mem, r->flow->ninputs, sizeof(bool)), 0};

		if (c->severity != SEV_FAULT || r->diag->rows[i].state != CAUSE_UNTESTED)
			continue;
		if (c->supported != NULL)
			cond_reads(c->supported, want_unmeasured, &w);
		if (c->excluded != NULL)
			cond_reads(c->excluded, want_unmeasured, &w);
		for (size_t k = 0; k < r->flow->ninputs; k++)
			counts[k] += w.inputs[k];
	}
}

void tree_not_given_first(struct report *r, struct rnode *terms)
{
	bool *missing = arena_array(r->mem, r->flow->ninputs, sizeof(bool));
	unsigned *counts = arena_array(r->mem, r->flow->ninputs, sizeof(*counts));
	size_t n = not_given(r, missing);
	struct rnode *term = n != 0 ? rn_add(r, terms, R_TERM, "Not given") : NULL;

	count_open(r, counts);
	for (size_t shown = 0; shown < n && shown < FEW; shown++) {
		const struct input_def *d;
		size_t best = r->flow->ninputs;

		for (size_t i = 0; i < r->flow->ninputs; i++)
			if (missing[i] && (best == r->flow->ninputs || counts[i] > counts[best]))
				best = i;
		missing[best] = false;
		d = &r->flow->inputs[best];
		if (shown != 0)
			rn_add(r, term, R_TEXT, ";");
		rn_add(r, term, R_TEXT, d->label != NULL ? d->label : d->key);
	}
	if (n > FEW)
		rn_fmt(r, term, R_TEXT, "and %zu more that fewer faults ask for", n - FEW);
}
