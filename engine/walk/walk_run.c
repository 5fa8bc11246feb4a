/* A walk as a session without a person, driven as `run --auto` drives one: checks answer first, then
 * what the walk says a person answers; then every other check that could tell causes apart is run too.
 * Measurements come from the walk; time is counted, not asked for. */
#include "walk_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#define BEGIN_MS 1767225600000 /* 2026-01-01T00:00:00Z: any time will do, the same one always */

static const char *pair_find(const struct walk_pair *pairs, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(pairs[i].key, key) == 0)
			return pairs[i].value;
	return NULL;
}

const struct walk_facts *walk_facts(const struct walk *w, size_t phase, const struct probe *probe,
                                    const char *step)
{
	for (size_t p = phase + 1; p > 0; p--) {
		const struct walk_phase *at = &w->phases[p - 1];

		for (size_t i = 0; i < at->nfacts; i++) {
			const struct walk_facts *f = &at->facts[i];

			if (f->probe == probe &&
			    (f->step == NULL || (step != NULL && strcmp(f->step, step) == 0)))
				return f; /* those with a step stand before those without */
		}
	}
	return NULL;
}

struct evidence walking_evidence(struct walking *k, const struct probe *probe, const struct probe_arg *args,
                                 size_t nargs, const char *step)
{
	const struct walk_facts *f = walk_facts(k->walk, k->phase, probe, step);
	struct evidence e = {.probe = probe->id, .step = step, .started_ms = k->now_ms, .host = "walk"};

	e.target = nargs > 0 ? args[0].value : "";
	e.outcome = f != NULL ? f->outcome : EV_UNREACHED;
	e.why = e.outcome != EV_MEASURED ? "the walk measures nothing here" : NULL;
	if (f != NULL) {
		e.facts = f->facts;
		e.nfacts = f->nfacts;
	}
	return e;
}

/* Applies an intent, and answers every check that it starts, until nothing is asked for. */
static void apply(struct walking *k, struct intent in)
{
	struct effects todo;

	session_apply(&k->s, &in, k->now_ms++, &todo);
	for (size_t i = 0; i < todo.n; i++) {
		const struct effect *fx = &todo.e[i];
		struct evidence e;

		if (fx->kind != EF_PROBE)
			continue;
		e = walking_evidence(k, fx->probe, fx->args, fx->nargs, fx->step);
		k->waiting[k->nwaiting++] = (struct waiting){fx->job, evidence_copy(k->mem, &e)};
	}
}

static void settle(struct walking *k)
{
	while (k->nwaiting > 0) {
		struct waiting w = k->waiting[0];

		memmove(k->waiting, k->waiting + 1, --k->nwaiting * sizeof(*k->waiting));
		apply(k, (struct intent){.kind = IN_EVIDENCE, .job = w.job, .evidence = &w.evidence});
	}
}

void walking_send(struct walking *k, struct intent in)
{
	apply(k, in);
	settle(k);
}

/* ---- answering: what is proposed, then what the walk says; run --auto lets an answers file win where
 * nothing was measured ---- */

static enum answered_by who_decided(struct walking *k, const struct cond *when)
{
	const struct evidence *e = replay_decider(&k->s.now, when);
	const struct probe *p = e != NULL ? flow_probe(k->flow, e->probe) : NULL;

	if (p == NULL)
		return BY_ANSWERS;
	return p->kind == PROBE_FILE ? BY_FILE : BY_PROBE;
}

static void insist(struct walking *k, uint32_t answer)
{
	walking_send(k, (struct intent){.kind = IN_CHOOSE, .n = answer, .by = BY_PERSON});
	if (k->s.pending >= 0)
		walking_send(k, (struct intent){.kind = IN_CONFIRM, .by = BY_PERSON});
}

static bool answer(struct walking *k, const struct node *n)
{
	const struct walk_phase *p = &k->walk->phases[k->phase];
	const char *said = pair_find(p->insist, p->ninsist, n->id);
	int proposed = replay_suggest(&k->s.now, n);
	struct intent in = {.kind = IN_CHOOSE, .by = BY_ANSWERS};

	if (said != NULL && node_answer(n, said) != NULL) {
		insist(k, (uint32_t)(node_answer(n, said) - n->answers));
		return true;
	}
	for (size_t i = k->phase + 1; i > 0 && said == NULL; i--)
		said = pair_find(k->walk->phases[i - 1].answers, k->walk->phases[i - 1].nanswers, n->id);
	if (proposed >= 0) {
		in.n = (uint32_t)proposed;
		in.by = who_decided(k, n->answers[proposed].when);
	} else if (said != NULL && node_answer(n, said) != NULL) {
		in.n = (uint32_t)(node_answer(n, said) - n->answers);
	} else {
		return false;
	}
	walking_send(k, in);
	return true;
}

static void fill_form(struct walking *k, const struct node *n)
{
	for (size_t i = 0; i < n->ninputs; i++) {
		const char *key = k->flow->inputs[n->inputs[i]].key;

		if (replay_input(&k->s.now, key) == NULL)
			walking_send(k, (struct intent){.kind = IN_SKIP, .key = key, .by = BY_ANSWERS});
	}
}

static void go_on(struct walking *k)
{
	while (k->s.now.npath < WALK_MAX_PATH) {
		const struct node *n = &k->flow->nodes[k->s.now.at];
		size_t nlog = k->s.cf.nlog;

		if (n->kind == NODE_INPUT)
			fill_form(k, n);
		else if (n->kind != NODE_ASK || !answer(k, n))
			return;
		if (k->s.cf.nlog == nlog)
			return;
	}
}

/* ---- the rest of the differential ---- */

struct reader {
	const char *probe;
	bool found;
};

static bool reads(void *arg, const char *probe, const char *fact)
{
	struct reader *r = arg;

	(void)fact;
	r->found = r->found || strcmp(probe, r->probe) == 0;
	return !r->found;
}

static bool some_cause_reads(const struct walking *k, const struct probe *probe)
{
	struct reader r = {probe->id, false};

	for (size_t i = 0; i < k->flow->ncauses && !r.found; i++) {
		const struct cause *c = &k->flow->causes[i];

		cause_reads(c, reads, &r);
	}
	return r.found;
}

/* The checks of one step that were not run and of which the walk knows something. */
static bool explore_step(struct walking *k, const struct node *n)
{
	const struct check *due[FLOW_MAX_CHECKS];
	size_t ndue = n->kind == NODE_ASK ? replay_due(&k->s.now, n, due, FLOW_MAX_CHECKS) : 0;
	bool ran = false;

	for (size_t i = 0; i < ndue; i++) {
		struct probe_arg args[CHECK_MAX_ARGS];
		const char *call = replay_call(&k->s.now, due[i]);
		struct evidence e;

		if (call == NULL || walk_facts(k->walk, k->phase, due[i]->probe, n->id) == NULL ||
		    !some_cause_reads(k, due[i]->probe) || replay_check_evidence(&k->s.now, due[i]) != NULL)
			continue;
		e = walking_evidence(k, due[i]->probe, args,
		                     replay_args(&k->s.now, due[i], args, CHECK_MAX_ARGS), n->id);
		e.call = call;
		e = evidence_copy(k->mem, &e);
		walking_send(k, (struct intent){.kind = IN_EVIDENCE, .evidence = &e});
		ran = true;
	}
	return ran;
}

static bool explore(struct walking *k)
{
	bool ran = false;

	for (size_t i = 0; i < k->flow->nnodes; i++)
		ran = explore_step(k, &k->flow->nodes[i]) || ran;
	return ran;
}

/* ---- phases ---- */

static bool say_at_fix(struct walking *k, struct buf *why)
{
	const struct walk_phase *p = &k->walk->phases[k->phase];
	const struct node *n = &k->flow->nodes[k->s.now.at];
	uint32_t which = 0;

	if (p->say == NULL)
		return true;
	if (n->kind != NODE_FIX) {
		if (why != NULL)
			buf_fmt(why, "%s:%u:%u: it says '%s' at '%s', which is no fix\n", k->walk->file,
			        p->line, p->col, p->say, n->id);
		return false;
	}
	while (strcmp(fix_answer_name((enum fix_answer)which), p->say) != 0)
		which++;
	walking_send(k, (struct intent){.kind = IN_CHOOSE, .n = which, .by = BY_PERSON});
	return true;
}

/* The same files, fetched anew: those from before say nothing about after. */
static void give_files_again(struct walking *k)
{
	for (size_t i = 0; i < k->flow->ninputs; i++) {
		const struct input_def *def = &k->flow->inputs[i];
		const char *value = def->type == INPUT_FILE ? replay_input(&k->s.now, def->key) : NULL;

		if (value != NULL)
			walking_send(k, (struct intent){.kind = IN_SET,
			                                .key = def->key,
			                                .text = arena_strdup(k->mem, value),
			                                .by = BY_ANSWERS});
	}
}

static bool run_phase(struct walking *k, struct buf *why, struct buf *was)
{
	const struct walk_phase *p = &k->walk->phases[k->phase];
	struct outcome o;
	bool good;

	if (!say_at_fix(k, why))
		return false;
	if (p->say != NULL && strcmp(p->say, fix_answer_name(FIX_DONE)) == 0)
		give_files_again(k);
	for (size_t i = 0; i < p->ninputs; i++)
		walking_send(k, (struct intent){.kind = IN_SET,
		                                .key = p->inputs[i].key,
		                                .text = p->inputs[i].value,
		                                .by = BY_ANSWERS});
	if (k->phase == 0)
		walking_send(k, (struct intent){.kind = IN_START});
	go_on(k);
	for (size_t i = 0; i < k->flow->nnodes && explore(k); i++)
		go_on(k); /* what the other checks found may answer where the path stopped */
	o = (struct outcome){k->walk, k->phase, k->flow, &k->s.now, &k->s.cf, k->mem};
	good = walk_compare(&o, why);
	if (was != NULL)
		walk_put_expect(&o, was);
	return good;
}

/* The log outlives the session. */
static void keep_trace(struct walking *k, struct walk_trace *t)
{
	for (size_t i = 0; i < k->s.now.npath; i++)
		t->steps[k->s.now.path[i].node] = true;
	replay_release(&k->s.now);
	t->cf = k->s.cf;
	memset(&k->s, 0, sizeof(k->s));
}

bool walk_run_traced(const struct walk *w, const struct flow *flow, struct buf *why, struct buf *was,
                     struct walk_trace *trace)
{
	static const struct session_options opt = {.allow_side_effects = true};
	struct walking k = {.walk = w, .flow = flow, .mem = arena_new(), .now_ms = BEGIN_MS};
	struct casefile cf;
	bool good = true;

	casefile_init(&cf, "00000000000000000000000000", flow->id, flow->hash, BEGIN_MS);
	session_init(&k.s, flow, &cf, 0, &opt);
	if (trace != NULL)
		trace->ends = xcalloc(w->nphases, sizeof(*trace->ends));
	for (k.phase = 0; k.phase < w->nphases && good; k.phase++) {
		good = run_phase(&k, why, was);
		if (trace != NULL)
			trace->ends[trace->nends++] = (uint32_t)k.s.cf.nlog;
	}
	if (trace != NULL)
		keep_trace(&k, trace);
	else
		session_release(&k.s);
	arena_free(k.mem);
	return good;
}

const char *walking_input(const struct walking *k, const char *key)
{
	return pair_find(k->walk->phases[0].inputs, k->walk->phases[0].ninputs, key);
}

struct walking *walking_new(const struct walk *w, const struct flow *flow)
{
	static const struct session_options opt = {.allow_side_effects = true};
	struct walking *k = xcalloc(1, sizeof(*k));
	struct casefile cf;

	*k = (struct walking){.walk = w, .flow = flow, .mem = arena_new(), .now_ms = BEGIN_MS};
	casefile_init(&cf, "00000000000000000000000000", flow->id, flow->hash, BEGIN_MS);
	session_init(&k->s, flow, &cf, 0, &opt);
	return k;
}

void walking_free(struct walking *k)
{
	session_release(&k->s);
	arena_free(k->mem);
	free(k);
}

void walk_trace_release(struct walk_trace *t)
{
	casefile_release(&t->cf);
	free(t->ends);
	t->ends = NULL;
	t->nends = 0;
}

bool walk_holds(const struct walk *w, const struct flow *flow, const struct walk_trace *t)
{
	bool good = true;

	for (size_t i = 0; i < t->nends && good; i++) {
		struct casefile then = t->cf; /* only read, and only up to there */
		struct replay r;
		struct outcome o = {w, i, flow, &r, &then, NULL};

		then.nlog = t->ends[i];
		replay_init(&r, flow, &then, NULL);
		o.mem = r.mem;
		good = walk_compare(&o, NULL);
		replay_release(&r);
	}
	return good;
}

bool walk_run(const struct walk *w, const struct flow *flow, struct buf *why, struct buf *was)
{
	return walk_run_traced(w, flow, why, was, NULL);
}
