/*
 * One step further without a person: what checks, files and an answers file decide, and the checks of other
 * steps that could still tell causes apart.  --auto walks with this, and so does the wizard between two
 * pages.
 */
#include "drive_int.h"

#include <string.h>

static bool add_read(void *arg, const char *probe, const char *fact)
{
	struct walker *w = arg;

	(void)fact;
	for (size_t i = 0; i < w->nread; i++)
		if (strcmp(w->read[i], probe) == 0)
			return true;
	if (w->nread < sizeof(w->read) / sizeof(w->read[0]))
		w->read[w->nread++] = probe;
	return true;
}

void walker_init(struct walker *w, struct drive *d, struct run_own *own, const struct answers *answers)
{
	*w = (struct walker){.d = d, .own = own, .answers = answers};
	for (size_t i = 0; i < d->s.flow->ncauses; i++)
		cause_reads(&d->s.flow->causes[i], add_read, w);
}

/* ---- answering ---- */

static bool first_probe(void *arg, const char *probe, const char *fact)
{
	(void)fact;
	*(const char **)arg = probe;
	return false;
}

/* Who answers when the checks propose: the file or the probe that decided; else what was given. */
static enum answered_by who_decided(struct walker *w, const struct cond *when)
{
	const struct evidence *e = replay_decider(&w->d->s.now, when);
	const char *id = e != NULL ? e->probe : NULL;
	const struct probe *p;

	if (id == NULL)
		cond_reads(when, first_probe, &id);
	p = id != NULL ? flow_probe(w->d->s.flow, id) : NULL;
	if (p == NULL)
		return BY_ANSWERS;
	return p->kind == PROBE_FILE ? BY_FILE : BY_PROBE;
}

static void note_difference(struct walker *w, const struct node *n, const char *file, const char *checks)
{
	const char *text;

	if (file == NULL || strcmp(file, checks) == 0)
		return;
	text = arena_fmt(w->own->mem,
	                 "At '%s' the answers file says '%s', the checks saw '%s'; the checks were followed.",
	                 n->id, file, checks);
	if (w->own->say != NULL)
		w->own->say(text);
	drive_send(w->d, (struct intent){.kind = IN_NOTE, .text = text});
}

bool walker_answer(struct walker *w, const struct node *n)
{
	int proposed = replay_suggest(&w->d->s.now, n);
	const char *file = w->answers != NULL ? answers_find(w->answers, n->id) : NULL;
	struct intent in = {.kind = IN_CHOOSE, .by = BY_ANSWERS};

	/* What follows from nothing measured gives way to what somebody says. */
	if (file != NULL && replay_saw(&w->d->s.now, n) < 0)
		proposed = -1;
	/* Nor does an answer that claims nothing speak against what was measured. */
	if (file != NULL && proposed >= 0 && node_answer(n, file)->blank)
		file = NULL;
	if (proposed >= 0) {
		note_difference(w, n, file, n->answers[proposed].id);
		in.n = (uint32_t)proposed;
		in.by = who_decided(w, n->answers[proposed].when);
		in.text = file != NULL && strcmp(file, n->answers[proposed].id) != 0 ? file : NULL;
	} else if (file != NULL) {
		in.n = (uint32_t)(node_answer(n, file) - n->answers);
	} else {
		return false;
	}
	drive_send(w->d, in);
	return true;
}

void walker_skip_form(struct walker *w, const struct node *n)
{
	for (size_t i = 0; i < n->ninputs; i++) {
		const char *key = w->d->s.flow->inputs[n->inputs[i]].key;

		if (replay_input(&w->d->s.now, key) == NULL)
			drive_send(w->d, (struct intent){.kind = IN_SKIP, .key = key, .by = BY_ANSWERS});
	}
}

/* ---- the rest of the differential ---- */

static bool is_read(const struct walker *w, const struct check *c)
{
	for (size_t i = 0; i < w->nread; i++)
		if (strcmp(w->read[i], c->probe->id) == 0)
			return true;
	return false;
}

static bool may_run(const struct walker *w, const struct check *c)
{
	const struct session_options *o = &w->d->s.opt;

	if (o->offline || (c->probe->kind == PROBE_LIVE && o->no_network))
		return false;
	return c->probe->side_effect == NULL || o->allow_side_effects;
}

/* Starts the checks of one step that were not run; how many. */
static size_t explore_step(struct walker *w, const struct node *n)
{
	struct replay *now = &w->d->s.now;
	const struct check *due[FLOW_MAX_CHECKS];
	struct probe_arg args[CHECK_MAX_ARGS];
	size_t ndue = n->kind == NODE_ASK ? replay_due(now, n, due, FLOW_MAX_CHECKS) : 0;
	size_t started = 0;

	for (size_t i = 0; i < ndue; i++) {
		const char *call = replay_call(now, due[i]);

		if (!is_read(w, due[i]) || !may_run(w, due[i]) || run_own_runs(w->own, call))
			continue;
		run_own_start(w->own, due[i]->probe, args, replay_args(now, due[i], args, CHECK_MAX_ARGS),
		              n->id, call, NULL, NULL);
		started++;
	}
	return started;
}

size_t walker_explore(struct walker *w)
{
	size_t started = 0;

	for (size_t i = 0; i < w->d->s.flow->nnodes; i++)
		started += explore_step(w, &w->d->s.flow->nodes[i]);
	return started;
}
