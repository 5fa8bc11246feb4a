/* What is missing where the case stands: the file, the input or the answer that would decide. */
#include "case_int.h"

#include <string.h>

#define NEEDS_UNREAD 5 /* files named; the others stand in the list of what was not read */

static const struct check *check_of_input(const struct node *n, const struct flow *f,
                                          const struct input_def *def)
{
	for (size_t i = 0; i < n->nchecks; i++)
		for (size_t a = 0; a < n->checks[i].nargs; a++)
			if (n->checks[i].args[a].input >= 0 && &f->inputs[n->checks[i].args[a].input] == def)
				return &n->checks[i];
	return NULL;
}

const char *how_to_give(struct replay *r, const struct check *c, const struct input_def *def)
{
	if (def->type != INPUT_FILE)
		return arena_fmt(r->mem, "--set %s=%s", def->key, def->type == INPUT_URL ? "URL" : "VALUE");
	if (def->fetch != NULL)
		return def->fetch;
	if (c != NULL && c->probe->fetch != NULL)
		return c->probe->fetch;
	return def->help != NULL ? def->help : arena_fmt(r->mem, "--set %s=FILE", def->key);
}

static struct need need_input(struct replay *r, const struct node *n, const struct check *c,
                              const struct input_def *def)
{
	bool kind = def->type == INPUT_FILE && c != NULL && c->probe->kind == PROBE_FILE;

	return (struct need){
	        .step = n->id, .file = kind ? c->probe->id : def->key, .how = how_to_give(r, c, def)};
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

static void add_need(struct diagnosis *d, struct need n)
{
	for (size_t i = 0; i < d->nneeds; i++)
		if (strcmp(d->needs[i].file, n.file) == 0)
			return;
	d->needs[d->nneeds++] = n;
}

/* Whose a computer is, where a conclusion hangs on that. */
static void need_whose(struct replay *r, struct diagnosis *d)
{
	const struct whose *w = replay_asks_whose(r);

	if (w != NULL)
		add_need(d, (struct need){
		                    .step = r->flow->nodes[r->at].id,
		                    .file = "about",
		                    .how = arena_fmt(r->mem,
		                                     "--about FILE=ndes, =server (another one) or "
		                                     "=device: whose %s is, named in %s",
		                                     w->computer,
		                                     w->in->target != NULL ? w->in->target : w->in->probe)});
}

/* What would be healthy, were it not for a file that nobody could read. */
static void need_readable(struct replay *r, struct diagnosis *d)
{
	for (size_t i = 0; i < d->nunread; i++) {
		const struct evidence *e = &casefile_at(r->cf, d->unread[i])->u.evidence;

		if (evidence_fact(e, "idle") != NULL || d->nneeds >= NEEDS_UNREAD)
			continue;
		d->needs[d->nneeds++] = (struct need){
		        .step = r->flow->nodes[r->at].id,
		        .file = strcmp(e->probe, "file.recognise") != 0 ? e->probe : "readable file",
		        .how = arena_fmt(r->mem, "%s, %s: %s", e->target != NULL ? e->target : e->probe,
		                         e->outcome == EV_MEASURED ? "to be read by a person"
		                                                   : "in a form that can be read",
		                         unread_why(e))};
	}
}

/* At an end that decides nothing: the files that would. */
static void needs_of_end(struct replay *r, struct diagnosis *d)
{
	for (size_t i = 0; i < d->nnext; i++)
		if (d->next[i].missing != NULL)
			add_need(d, need_input(r, d->next[i].step, d->next[i].check, d->next[i].missing));
}

void list_needs(struct replay *r, struct diagnosis *d)
{
	const struct node *n = &r->flow->nodes[r->at];
	const struct input_def *inputs[FLOW_MAX_CHECKS * CHECK_MAX_ARGS];
	size_t count = 0;

	d->needs =
	        arena_array(r->mem, FLOW_MAX_CHECKS * CHECK_MAX_ARGS + DIAG_MAX_PROPOSALS + NEEDS_UNREAD + 2,
	                    sizeof(*d->needs));
	need_whose(r, d);
	if (d->held_back)
		need_readable(r, d);
	if (n->kind == NODE_END && d->verdict == VERDICT_INCONCLUSIVE)
		needs_of_end(r, d);
	if (n->kind == NODE_FIX || n->kind == NODE_END)
		return;
	if (n->kind == NODE_ASK)
		count = lacking(r, n, inputs, FLOW_MAX_CHECKS * CHECK_MAX_ARGS);
	for (size_t i = 0; n->kind == NODE_INPUT && i < n->ninputs && i < FLOW_MAX_CHECKS * CHECK_MAX_ARGS;
	     i++)
		if (r->index->inputs[n->inputs[i]] == NULL)
			inputs[count++] = &r->flow->inputs[n->inputs[i]];
	for (size_t i = 0; i < count; i++)
		add_need(d, need_input(r, n, check_of_input(n, r->flow, inputs[i]), inputs[i]));
	if (n->kind == NODE_ASK)
		add_need(d, need_answer(r, n));
}
