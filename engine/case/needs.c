/*
 * What is missing where the case stands, and what does not fit together: the file
 * or the answer that would decide, and evidence that disagrees with an answer or
 * with other evidence.
 */
#include "case_int.h"

#include <string.h>

/* ---- needs ---- */

static const struct check *check_of_input(const struct node *n, const struct flow *f,
                                          const struct input_def *def)
{
	for (size_t i = 0; i < n->nchecks; i++)
		for (size_t a = 0; a < n->checks[i].nargs; a++)
			if (n->checks[i].args[a].input >= 0 && &f->inputs[n->checks[i].args[a].input] == def)
				return &n->checks[i];
	return NULL;
}

static struct need need_input(struct replay *r, const struct node *n, const struct input_def *def)
{
	const struct check *c = check_of_input(n, r->flow, def);
	struct need out = {.step = n->id, .file = def->key};

	if (def->type != INPUT_FILE) {
		out.how =
		        arena_fmt(r->mem, "--set %s=%s", def->key, def->type == INPUT_URL ? "URL" : "VALUE");
		return out;
	}
	if (c != NULL && c->probe->kind == PROBE_FILE)
		out.file = c->probe->id;
	out.how = def->fetch != NULL ? def->fetch : c != NULL ? c->probe->fetch : NULL;
	if (out.how == NULL)
		out.how = def->help != NULL ? def->help : arena_fmt(r->mem, "--set %s=FILE", def->key);
	return out;
}

static struct need need_answer(struct replay *r, const struct node *n)
{
	struct buf b;
	struct need out = {.step = n->id, .file = "answer"};

	buf_init(&b, 1000);
	for (size_t i = 0; i < n->nanswers; i++)
		buf_fmt(&b, "%s%s", i != 0 ? " | " : "", n->answers[i].id);
	out.how = arena_fmt(r->mem, "--answers FILE with the line \"%s: ANSWER\", ANSWER one of %s", n->id,
	                    buf_cstr(&b));
	buf_release(&b);
	return out;
}

/* A skipped input is still what would decide. */
static size_t lacking(struct replay *r, const struct node *n, const struct input_def **out, size_t cap)
{
	size_t count = replay_missing(r, n, out, cap);

	for (size_t i = 0; i < n->nchecks; i++) {
		for (size_t a = 0; a < n->checks[i].nargs; a++) {
			int at = n->checks[i].args[a].input;
			bool known = false;

			if (at < 0 || check_can_do_without(&n->checks[i], a) ||
			    !replay_input_skipped(r, r->flow->inputs[at].key))
				continue;
			for (size_t j = 0; j < count; j++)
				known = known || out[j] == &r->flow->inputs[at];
			if (!known && count < cap)
				out[count++] = &r->flow->inputs[at];
		}
	}
	return count;
}

void list_needs(struct replay *r, struct diagnosis *d)
{
	const struct node *n = &r->flow->nodes[r->at];
	const struct input_def *inputs[FLOW_MAX_CHECKS * CHECK_MAX_ARGS];
	size_t count = 0;

	if (n->kind == NODE_FIX || n->kind == NODE_END)
		return;
	if (n->kind == NODE_ASK)
		count = lacking(r, n, inputs, FLOW_MAX_CHECKS * CHECK_MAX_ARGS);
	for (size_t i = 0; n->kind == NODE_INPUT && i < n->ninputs && i < FLOW_MAX_CHECKS * CHECK_MAX_ARGS;
	     i++)
		if (r->index->inputs[n->inputs[i]] == NULL)
			inputs[count++] = &r->flow->inputs[n->inputs[i]];
	d->needs = arena_array(r->mem, count + 1, sizeof(*d->needs));
	for (size_t i = 0; i < count; i++)
		d->needs[d->nneeds++] = need_input(r, n, inputs[i]);
	if (n->kind == NODE_ASK)
		d->needs[d->nneeds++] = need_answer(r, n);
}

/* ---- contradictions ---- */

static void add(struct replay *r, struct diagnosis *d, struct contradiction c)
{
	struct contradiction *more = arena_array(r->mem, d->ncontradictions + 1, sizeof(*more));

	if (d->ncontradictions != 0)
		memcpy(more, d->contradictions, d->ncontradictions * sizeof(*more));
	more[d->ncontradictions++] = c;
	d->contradictions = more;
}

static void answer_contradiction(struct replay *r, struct diagnosis *d, const struct visit *v)
{
	const struct node *n = &r->flow->nodes[v->node];
	const struct rec_answer *a = &v->answer->u.answer;
	const struct answer_def *said = node_answer(n, a->answer), *saw = node_answer(n, v->saw);
	struct contradiction c = {.step = n->id, .said = a->answer, .saw = v->saw, .evidence = a->evidence};

	c.text = arena_fmt(r->mem, "At '%s' the answer was \"%s\", the checks saw \"%s\".", n->label,
	                   said->label, saw != NULL ? saw->label : v->saw);
	add(r, d, c);
}

/* Supported by one piece of evidence and ruled out by another: somebody should look. */
static void cause_contradiction(struct replay *r, struct diagnosis *d, const struct cause_row *row)
{
	struct look yes = {.r = r, .hi = UINT32_MAX}, no = {.r = r, .hi = UINT32_MAX};
	struct contradiction c = {.step = ""};
	struct positions rests;

	if (row->state != CAUSE_SUPPORTED || look_any(&yes, row->cause->supported) != TRI_YES ||
	    look_any(&no, row->cause->excluded) != TRI_YES)
		return;
	rests = look_rests_on(&no, row->cause->excluded);
	c.said = explain_cond(&yes, row->cause->supported);
	c.saw = explain_cond(&no, row->cause->excluded);
	c.evidence = rests.n != 0 ? rests.pos[rests.n - 1] : 0;
	c.text = arena_fmt(r->mem, "\"%s\" is supported by %s and ruled out by %s.", row->cause->title,
	                   c.said, c.saw);
	add(r, d, c);
}

void list_contradictions(struct replay *r, struct diagnosis *d)
{
	for (size_t i = 0; i < r->npath; i++)
		if (r->path[i].contradicts)
			answer_contradiction(r, d, &r->path[i]);
	for (size_t i = 0; i < d->nrows; i++)
		cause_contradiction(r, d, &d->rows[i]);
}
