/*
 * run --auto: nobody is asked.  Questions are answered by checks, files, inputs and
 * the answers file; where none of them can, the run stops and says what would.
 * Then every other check that could tell causes apart is run too, so that the
 * differential is as complete as the evidence allows.
 */
#include "drive_int.h"

#include <string.h>

#include <casebook/clock.h>
#include <casebook/signals.h>

#define STOP_MS 5000 /* what was stopped has to end within this */

struct autorun {
	struct drive *d;
	struct run_own own;
	const struct run_setup *setup;
	int64_t deadline; /* monotonic; 0: none */
	struct auto_end end;
	struct { /* ids of the probes that some cause reads */
		const char *id[128];
		size_t n;
	} read;
};

/* ---- waiting ---- */

/* One turn; false when the person or the clock ended the run. */
static bool wait_turn(void *arg)
{
	struct autorun *a = arg;
	int64_t left = a->deadline != 0 ? a->deadline - clock_monotonic_ms() : -1;

	if (a->deadline != 0 && left <= 0)
		a->end.late = true;
	if (a->end.late || a->end.interrupted)
		return false;
	jobs_wait(a->d->opt.jobs, NULL, 0, left > 60000 ? 60000 : (int)left);
	if (signals_stop_seen())
		a->end.interrupted = true;
	return !a->end.interrupted;
}

static bool wait_settled(struct autorun *a)
{
	while (!session_settled(&a->d->s) || run_own_count(&a->own) != 0) {
		if (a->d->s.pending_check >= 0)
			drive_send(a->d, (struct intent){.kind = IN_DECLINE});
		else if (!wait_turn(a))
			return false;
	}
	return true;
}

/* Everything that runs is ended and keeps what it saw. */
static void stop_all(struct autorun *a)
{
	int64_t until = clock_monotonic_ms() + STOP_MS;

	drive_send(a->d, (struct intent){.kind = IN_CANCEL});
	run_own_cancel(&a->own);
	while ((session_busy(&a->d->s) || run_own_count(&a->own) != 0) && clock_monotonic_ms() < until) {
		jobs_wait(a->d->opt.jobs, NULL, 0, 100);
		(void)signals_stop_seen(); /* it is stopping already */
	}
}

/* ---- answering ---- */

static bool first_probe(void *arg, const char *probe, const char *fact)
{
	(void)fact;
	*(const char **)arg = probe;
	return false;
}

/* Who answers when the checks propose: the file or the probe that decided; else what was given. */
static enum answered_by who_decided(struct autorun *a, const struct cond *when)
{
	const struct evidence *e = replay_decider(&a->d->s.now, when);
	const char *id = e != NULL ? e->probe : NULL;
	const struct probe *p;

	if (id == NULL)
		cond_reads(when, first_probe, &id);
	p = id != NULL ? probe_find(id) : NULL;
	if (p == NULL)
		return BY_ANSWERS;
	return p->kind == PROBE_FILE ? BY_FILE : BY_PROBE;
}

static void note_difference(struct autorun *a, const struct node *n, const char *file, const char *checks)
{
	const char *text;

	if (file == NULL || strcmp(file, checks) == 0)
		return;
	text = arena_fmt(a->own.mem,
	                 "At '%s' the answers file says '%s', the checks saw '%s'; the checks were followed.",
	                 n->id, file, checks);
	if (a->setup->say != NULL)
		a->setup->say(text);
	drive_send(a->d, (struct intent){.kind = IN_NOTE, .text = text});
}

static bool answer(struct autorun *a, const struct node *n)
{
	int proposed = replay_suggest(&a->d->s.now, n);
	const char *file = answers_find(&a->setup->answers, n->id);
	struct intent in = {.kind = IN_CHOOSE, .by = BY_ANSWERS};

	/* What follows from nothing measured gives way to what somebody says. */
	if (file != NULL && replay_saw(&a->d->s.now, n) < 0)
		proposed = -1;
	if (proposed >= 0) {
		note_difference(a, n, file, n->answers[proposed].id);
		in.n = (uint32_t)proposed;
		in.by = who_decided(a, n->answers[proposed].when);
		in.text = file != NULL && strcmp(file, n->answers[proposed].id) != 0 ? file : NULL;
	} else if (file != NULL) {
		in.n = (uint32_t)(node_answer(n, file) - n->answers);
	} else {
		return false;
	}
	drive_send(a->d, in);
	return true;
}

static void skip_form(struct autorun *a, const struct node *n)
{
	for (size_t i = 0; i < n->ninputs; i++) {
		const char *key = a->d->s.flow->inputs[n->inputs[i]].key;

		if (replay_input(&a->d->s.now, key) == NULL)
			drive_send(a->d, (struct intent){.kind = IN_SKIP, .key = key, .by = BY_ANSWERS});
	}
}

/* As far as it goes without a person; false when the run was ended. */
static bool walk(struct autorun *a)
{
	struct session *s = &a->d->s;

	while (s->now.npath < REPLAY_MAX_PATH) {
		const struct node *n = &s->flow->nodes[s->now.at];
		size_t nlog = s->cf.nlog;

		if (!wait_settled(a))
			return false;
		if (n->kind == NODE_INPUT)
			skip_form(a, n);
		else if (n->kind != NODE_ASK || !answer(a, n))
			return true;
		if (s->cf.nlog == nlog)
			return true; /* the case is full */
	}
	return true;
}

/* ---- the rest of the differential ---- */

static bool add_read(void *arg, const char *probe, const char *fact)
{
	struct autorun *a = arg;

	(void)fact;
	for (size_t i = 0; i < a->read.n; i++)
		if (strcmp(a->read.id[i], probe) == 0)
			return true;
	if (a->read.n < sizeof(a->read.id) / sizeof(a->read.id[0]))
		a->read.id[a->read.n++] = probe;
	return true;
}

static void find_read(struct autorun *a, const struct flow *flow)
{
	for (size_t i = 0; i < flow->ncauses; i++)
		cause_reads(&flow->causes[i], add_read, a);
}

static bool is_read(const struct autorun *a, const struct check *c)
{
	for (size_t i = 0; i < a->read.n; i++)
		if (strcmp(a->read.id[i], c->probe->id) == 0)
			return true;
	return false;
}

static bool may_run(const struct autorun *a, const struct check *c)
{
	if (c->probe->kind == PROBE_LIVE && a->setup->session.no_network)
		return false;
	return c->probe->side_effect == NULL || a->setup->session.allow_side_effects;
}

/* Starts the checks of one step that were not run; how many. */
static size_t explore_step(struct autorun *a, const struct node *n)
{
	struct replay *now = &a->d->s.now;
	const struct check *due[FLOW_MAX_CHECKS];
	struct probe_arg args[CHECK_MAX_ARGS];
	size_t ndue = n->kind == NODE_ASK ? replay_due(now, n, due, FLOW_MAX_CHECKS) : 0;
	size_t started = 0;

	for (size_t i = 0; i < ndue; i++) {
		const char *call = replay_call(now, due[i]);

		if (!is_read(a, due[i]) || !may_run(a, due[i]) || run_own_runs(&a->own, call))
			continue;
		run_own_start(&a->own, due[i]->probe, args, replay_args(now, due[i], args, CHECK_MAX_ARGS),
		              n->id, call, NULL, NULL);
		started++;
	}
	return started;
}

static size_t explore(struct autorun *a)
{
	size_t started = 0;

	for (size_t i = 0; i < a->d->s.flow->nnodes; i++)
		started += explore_step(a, &a->d->s.flow->nodes[i]);
	return started;
}

/* ---- whose it is ---- */

/* What somebody said of a file that was never read would be lost in silence. */
static void say_unheard(struct autorun *a)
{
	const struct session_options *o = &a->d->s.opt;

	for (size_t i = 0; i < o->nsaid; i++) {
		bool fits = false;

		for (size_t k = 0; k < a->d->s.cf.nlog && !fits; k++)
			fits = a->d->s.cf.log[k].kind == REC_EVIDENCE &&
			       said_of_fits(&o->said[i], &a->d->s.cf.log[k].u.evidence);
		if (!fits && a->setup->say != NULL)
			a->setup->say(arena_fmt(a->own.mem,
			                        "Nothing that was read is %s: that it is %s was "
			                        "not used.",
			                        o->said[i].name, role_name(o->said[i].role)));
	}
}

/* ---- from begin to end ---- */

static void go(struct autorun *a)
{
	const struct run_setup *setup = a->setup;

	for (size_t i = 0; i < setup->nset; i++)
		drive_send(a->d, (struct intent){.kind = IN_SET,
		                                 .key = setup->set[i].key,
		                                 .text = setup->set[i].value});
	if (!run_files(&a->own, setup->evidence, setup->nevidence))
		return;
	drive_send(a->d, (struct intent){.kind = IN_START});
	/* What the other checks find may answer where the path stopped. */
	while (walk(a) && explore(a) != 0)
		if (!wait_settled(a))
			return;
}

struct auto_end run_auto(struct drive *d, const struct run_setup *setup)
{
	struct autorun a = {.d = d, .setup = setup};

	if (setup->max_time_ms != 0)
		a.deadline = clock_monotonic_ms() + setup->max_time_ms;
	run_own_init(&a.own, d, (struct run_wait){wait_turn, &a}, setup->say);
	find_read(&a, d->s.flow);
	go(&a);
	stop_all(&a);
	run_files_unread(&a.own, a.end.late          ? "the time of --max-time was over before it was read"
	                         : a.end.interrupted ? "the run was stopped before it was read"
	                                             : "no step asked for it");
	say_unheard(&a);
	run_own_release(&a.own);
	return a.end;
}
