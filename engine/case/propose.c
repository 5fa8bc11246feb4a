/*
 * The next best check: of those that were not run, the one that tells the open
 * causes apart best for what it costs.  A cause counts as decided by a value when
 * its conditions, with that value put in, support or exclude it.  Order of the flow
 * decides ties.
 */
#include "case_int.h"

#include <stdio.h>
#include <string.h>

#define MOST_OPEN 64
#define MOST_CHECKS 256 /* of one flow, in its order: a proposal is no search */
#define UNITS 120       /* a cause that is surely decided; fractions stay whole numbers */

/* What a check costs a person. */
enum { COST_NOW = 1, COST_VALUE = 2, COST_TRACE = 3, COST_FETCH = 4 };

struct pondering {
	struct look look;
	const struct cause *open[MOST_OPEN];
	size_t nopen;
	/* the value that is put in */
	const char *probe, *fact;
	const struct value *value;
	/* while reading the conditions of one cause */
	const struct probe *of;
	const struct node *only; /* facts that no answer of this step reads do not count; NULL: all do */
	const struct cause *cause;
	unsigned best;
};

static const struct value *supposed(void *self, const char *probe, const char *fact)
{
	struct pondering *p = self;

	if (strcmp(probe, p->probe) == 0 && strcmp(fact, p->fact) == 0)
		return p->value;
	return look_fact(&p->look, probe, fact, NULL);
}

static const char *input_now(void *self, const char *key)
{
	struct pondering *p = self;

	return replay_input(p->look.r, key);
}

static const char *answer_now(void *self, const char *step)
{
	struct pondering *p = self;
	struct cond_env env = look_env(&p->look);

	return env.answer(env.self, step);
}

static bool decided(struct pondering *p)
{
	struct cond_env env = {.fact = supposed, .input = input_now, .answer = answer_now, .self = p};

	return cause_speaks(p->cause, &env) ||
	       (p->cause->symptom != NULL && cond_eval(p->cause->symptom, &env) == TRI_YES) ||
	       (p->cause->excluded != NULL && cond_eval(p->cause->excluded, &env) == TRI_YES);
}

/* How surely a fact decides the cause, of UNITS: over its few values, or a guess when it has many. */
static unsigned surety(struct pondering *p, const struct fact_def *def)
{
	struct value v = value_null();
	unsigned hits = 0, n = 0;

	p->value = &v;
	p->fact = def->key;
	if (def->type == FACT_BOOL) {
		for (; n < 2; n++) {
			v = value_bool(n == 1);
			hits += decided(p);
		}
	} else if (def->type == FACT_STR && def->values != NULL) {
		for (; def->values[n] != NULL; n++) {
			v = value_str(def->values[n]);
			hits += decided(p);
		}
	} else {
		return UNITS / 2;
	}
	/* Some value decides: that counts, however rare it is. */
	return hits != 0 ? UNITS / 4 + hits * (UNITS - UNITS / 4) / n : UNITS / 8;
}

struct sought {
	const char *probe, *fact;
	bool found;
};

static bool seek(void *arg, const char *probe, const char *fact)
{
	struct sought *s = arg;

	s->found = strcmp(probe, s->probe) == 0 && strcmp(fact, s->fact) == 0;
	return !s->found;
}

static bool step_reads(const struct node *n, const char *probe, const char *fact)
{
	struct sought s = {probe, fact, false};

	for (size_t i = 0; i < n->nanswers && !s.found; i++)
		if (n->answers[i].when != NULL)
			cond_reads(n->answers[i].when, seek, &s);
	return s.found;
}

static bool weigh_fact(void *arg, const char *probe, const char *fact)
{
	struct pondering *p = arg;
	const struct fact_def *def = strcmp(probe, p->of->id) == 0 ? probe_fact(p->of, fact) : NULL;
	unsigned s;

	if (def == NULL || look_fact(&p->look, probe, fact, NULL) != NULL)
		return true;
	if (p->only != NULL && !step_reads(p->only, probe, fact))
		return true;
	s = surety(p, def);
	if (s > p->best)
		p->best = s;
	return true;
}

struct weight {
	unsigned sum;
	size_t decides;
	const struct cause *some[3];
};

static struct weight weigh(struct pondering *p, const struct probe *of)
{
	struct weight w = {0};

	p->of = of;
	p->probe = of->id;
	for (size_t i = 0; i < p->nopen; i++) {
		p->cause = p->open[i];
		p->best = 0;
		cause_reads(p->cause, weigh_fact, p);
		if (p->best == 0)
			continue;
		if (w.decides < 3)
			w.some[w.decides] = p->cause;
		w.sum += p->best;
		w.decides++;
	}
	return w;
}

/* ---- the candidates ---- */

static const struct input_def *first_missing(struct replay *r, const struct check *c)
{
	for (size_t a = 0; a < c->nargs; a++)
		if (c->args[a].input >= 0 && !check_can_do_without(c, a) &&
		    replay_input(r, r->flow->inputs[c->args[a].input].key) == NULL)
			return &r->flow->inputs[c->args[a].input];
	return NULL;
}

unsigned proposal_cost(const struct check *c, const struct input_def *missing)
{
	if (missing != NULL)
		return missing->type == INPUT_FILE ? COST_FETCH : COST_VALUE;
	return c->probe->side_effect != NULL ? COST_TRACE : COST_NOW;
}

static const char *why_text(struct replay *r, const struct pondering *p, const struct weight *w,
                            const struct check *c, const struct input_def *missing)
{
	struct buf b;
	const char *out;

	buf_init(&b, 600);
	buf_fmt(&b, "%s may decide %zu of %zu open causes (", c->probe->title, w->decides, p->nopen);
	for (size_t i = 0; i < w->decides && i < 3; i++)
		buf_fmt(&b, "%s%s", i != 0 ? "; " : "", w->some[i]->title);
	buf_str(&b, w->decides > 3 ? "; ...)" : ")");
	if (missing != NULL)
		buf_fmt(&b, "; it needs: %s", missing->label);
	else if (c->probe->side_effect != NULL)
		buf_fmt(&b, "; it leaves a trace: %s", c->probe->side_effect);
	else
		buf_str(&b, "; it can run now");
	out = arena_strdup(r->mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

static const char *how_text(struct replay *r, const struct check *c, const struct input_def *missing)
{
	struct probe_arg args[CHECK_MAX_ARGS];
	size_t n = replay_args(r, c, args, CHECK_MAX_ARGS);
	struct buf b;
	const char *out;

	if (missing != NULL)
		return how_to_give(r, c, missing);
	buf_init(&b, 8000);
	buf_fmt(&b, "casebook probe %s", c->probe->id);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, strpbrk(args[i].value, " &?;'\"") != NULL ? " '%s=%s'" : " %s=%s", args[i].key,
		        args[i].value);
	out = arena_strdup(r->mem, buf_cstr(&b));
	buf_release(&b);
	return out;
}

struct ranked {
	struct proposal p;
	struct weight w;
	unsigned value;
};

/* Best first; what is not better than the last of a full list is dropped. */
static void rank(struct ranked *list, size_t *n, const struct ranked *new)
{
	size_t at = *n;

	while (at > 0 && new->value > list[at - 1].value)
		at--;
	if (at == DIAG_MAX_PROPOSALS)
		return;
	if (*n < DIAG_MAX_PROPOSALS)
		(*n)++;
	memmove(list + at + 1, list + at, (*n - at - 1) * sizeof(*list));
	list[at] = *new;
}

static bool was_run(struct replay *r, const struct check *c)
{
	struct look k = {.r = r, .hi = UINT32_MAX};
	const struct evidence *e[LOOK_MAX_SOURCES];

	/* A file of this kind that was given without its step counts too. */
	return replay_check_evidence(r, c) != NULL ||
	       (c->probe->kind == PROBE_FILE && look_sources(&k, c->probe->id, e) != 0);
}

static bool same_check(const struct check *a, const struct check *b)
{
	if (a->probe != b->probe || a->nargs != b->nargs)
		return false;
	for (size_t i = 0; i < a->nargs; i++)
		if (a->args[i].input != b->args[i].input ||
		    (a->args[i].input < 0 && strcmp(a->args[i].literal, b->args[i].literal) != 0))
			return false;
	return true;
}

/* Files of one kind may be of different natures (the event log of a server, of a device): when the flow
 * asks for several, each is worth what its own step reads in it. */
static bool several_natures(const struct flow *f, const struct check *c)
{
	for (size_t i = 0; i < f->nnodes && c->probe->kind == PROBE_FILE; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			if (f->nodes[i].checks[k].probe == c->probe && !same_check(&f->nodes[i].checks[k], c))
				return true;
	return false;
}

static void consider(struct replay *r, struct pondering *p, const struct node *n, const struct check *c,
                     struct ranked *list, size_t *count)
{
	struct ranked new = {.p = {.check = c, .step = n, .missing = first_missing(r, c), .open = p->nopen}};
	struct look k = look_now(r, n);
	struct cond_env env = look_env(&k);

	if (was_run(r, c) || (c->when != NULL && cond_eval(c->when, &env) == TRI_NO))
		return;
	p->only = several_natures(r->flow, c) ? n : NULL;
	new.w = weigh(p, c->probe);
	if (new.w.decides == 0)
		return;
	new.p.decides = new.w.decides;
	new.value = new.w.sum / proposal_cost(c, new.p.missing);
	rank(list, count, &new);
}

/* The checks of the flow, each kind of call once, at the first step that has it. */
struct call_list {
	const struct check *check[MOST_CHECKS];
	const struct node *step[MOST_CHECKS];
	size_t n;
};

static void add_call(struct call_list *l, const struct node *n, const struct check *c)
{
	for (size_t i = 0; i < l->n; i++)
		if (same_check(l->check[i], c))
			return;
	if (l->n < MOST_CHECKS) {
		l->check[l->n] = c;
		l->step[l->n++] = n;
	}
}

void list_proposals(struct replay *r, struct diagnosis *d)
{
	struct pondering p = {.look = {.r = r, .hi = UINT32_MAX}};
	struct ranked list[DIAG_MAX_PROPOSALS + 1];
	struct call_list calls = {.n = 0};

	for (size_t i = 0; i < d->nrows && p.nopen < MOST_OPEN; i++)
		if (d->rows[i].state == CAUSE_UNTESTED && d->rows[i].cause->severity != SEV_NOTE)
			p.open[p.nopen++] = d->rows[i].cause;
	if (p.nopen == 0)
		return;
	for (size_t i = 0; i < r->flow->nnodes && calls.n < MOST_CHECKS; i++)
		for (size_t k = 0; k < r->flow->nodes[i].nchecks; k++)
			add_call(&calls, &r->flow->nodes[i], &r->flow->nodes[i].checks[k]);
	for (size_t i = 0; i < calls.n; i++)
		consider(r, &p, calls.step[i], calls.check[i], list, &d->nnext);
	for (size_t i = 0; i < d->nnext; i++) {
		d->next[i] = list[i].p;
		d->next[i].why = why_text(r, &p, &list[i].w, list[i].p.check, list[i].p.missing);
		d->next[i].how = how_text(r, list[i].p.check, list[i].p.missing);
	}
}
