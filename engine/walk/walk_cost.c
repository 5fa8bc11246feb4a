/*
 * What it costs to find the fault of a walk: from what a person knows without going anywhere, the best
 * proposal is taken again and again until the walk's first finding is there.  Costs are those that rank
 * proposals; a trip counts once, however much is fetched there.
 */
#include "walk_int.h"

#include <stdlib.h>
#include <string.h>

#define MOST_STEPS 60 /* proposals taken; a flow has fewer checks */

static const char *wanted(const struct walk *w)
{
	const struct walk_list *l = &w->phases[0].expect.findings;

	return l->given && l->n != 0 && strchr(l->items[0], ':') == NULL ? l->items[0] : NULL;
}

static bool is_fault(const struct flow *f, const char *id)
{
	for (size_t i = 0; i < f->ncauses; i++)
		if (strcmp(f->causes[i].id, id) == 0)
			return f->causes[i].severity == SEV_FAULT;
	return false;
}

static bool found(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->nfindings; i++)
		if (strcmp(d->findings[i].id, id) == 0)
			return true;
	return false;
}

struct paying {
	struct walking *k;
	struct walk_cost *out;
	const char *trips[MOST_STEPS], *asked[MOST_STEPS];
	size_t ntrips, nasked;
};

static bool in_list(const char *const *list, size_t n, const char *what)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], what) == 0)
			return true;
	return false;
}

static void pay(struct paying *p, const struct proposal *next)
{
	const struct input_def *in = next->missing;

	p->out->cost += proposal_cost(next->check, in);
	p->out->checks++;
	if (in == NULL || in->type != INPUT_FILE)
		return;
	if (!in_list(p->trips, p->ntrips, in->trip != NULL ? in->trip : in->key) && p->ntrips < MOST_STEPS)
		p->trips[p->ntrips++] = in->trip != NULL ? in->trip : in->key;
	p->out->trips = (unsigned)p->ntrips;
}

/* Fetches what is missing and takes the measurement; what the walk knows nothing of was fetched in vain. */
static void take(struct paying *p, const struct proposal *next)
{
	struct walking *k = p->k;
	struct probe_arg args[CHECK_MAX_ARGS];
	struct evidence e;

	if (next->missing != NULL) {
		const char *said = walking_input(k, next->missing->key);

		p->asked[p->nasked++] = next->missing->key;
		if (said == NULL && next->missing->type != INPUT_FILE)
			return; /* nobody knows it */
		walking_send(k, (struct intent){.kind = IN_SET,
		                                .key = next->missing->key,
		                                .text = said != NULL ? said : "file.txt",
		                                .by = BY_ANSWERS});
	}
	if (replay_call(&k->s.now, next->check) == NULL ||
	    replay_check_evidence(&k->s.now, next->check) != NULL)
		return;
	e = walking_evidence(k, next->check->probe, args,
	                     replay_args(&k->s.now, next->check, args, CHECK_MAX_ARGS), next->step->id);
	e.call = replay_call(&k->s.now, next->check);
	e = evidence_copy(k->mem, &e);
	walking_send(k, (struct intent){.kind = IN_EVIDENCE, .evidence = &e});
}

/* The best that was not asked for in vain; NULL when nothing is left. */
static const struct proposal *best(const struct paying *p, const struct diagnosis *d)
{
	for (size_t i = 0; i < d->nnext; i++)
		if (d->next[i].missing == NULL || !in_list(p->asked, p->nasked, d->next[i].missing->key))
			return &d->next[i];
	return NULL;
}

static const struct value *no_fact(void *self, const char *probe, const char *fact)
{
	(void)self;
	(void)probe;
	(void)fact;
	return NULL;
}

static const char *no_word(void *self, const char *key)
{
	(void)self;
	(void)key;
	return NULL;
}

static bool takes(const struct flow *f, const struct check *c, const struct input_def *in)
{
	for (size_t a = 0; a < c->nargs; a++)
		if (c->args[a].input >= 0 && &f->inputs[c->args[a].input] == in)
			return true;
	return false;
}

/* A file whose checks run only when it was given (`when: {input.KEY: {known: true}}`): nobody is sent for it.
 */
static bool only_brought(const struct flow *f, const struct input_def *in)
{
	const struct cond_env nothing = {.fact = no_fact, .input = no_word, .answer = no_word};
	bool any = false;

	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++) {
			const struct check *c = &f->nodes[i].checks[k];

			if (!takes(f, c, in))
				continue;
			if (c->when == NULL || cond_eval(c->when, &nothing) != TRI_NO)
				return false;
			any = true;
		}
	return any;
}

/* What a person knows from the start: words, and files that the flow reads only from who brings them. */
static void begin(struct walking *k)
{
	const struct walk_phase *p = &k->walk->phases[0];

	for (size_t i = 0; i < p->ninputs; i++) {
		const struct input_def *def = flow_input(k->flow, p->inputs[i].key);

		if (def != NULL && (def->type != INPUT_FILE || only_brought(k->flow, def)))
			walking_send(k, (struct intent){.kind = IN_SET,
			                                .key = p->inputs[i].key,
			                                .text = p->inputs[i].value,
			                                .by = BY_ANSWERS});
	}
}

bool walk_cost(const struct walk *w, const struct flow *flow, struct walk_cost *out)
{
	const char *id = wanted(w);
	struct walking *k;
	struct paying p = {.out = out};

	*out = (struct walk_cost){0};
	if (id == NULL || !is_fault(flow, id))
		return false;
	k = p.k = walking_new(w, flow);
	begin(k);
	while (out->checks < MOST_STEPS && p.nasked < MOST_STEPS) {
		struct diagnosis *d = diagnose(&k->s.now);
		const struct proposal *next;

		out->found = found(d, id);
		next = out->found ? NULL : best(&p, d);
		if (next == NULL)
			break;
		pay(&p, next);
		take(&p, next);
	}
	walking_free(k);
	return true;
}
