/*
 * What the checks of a step say: which of them are due, what they lack, which
 * answer they propose, and which evidence a condition rests on.
 */
#include "case_int.h"

#include <string.h>

int look_suggest(struct look *k, const struct node *n)
{
	struct cond_env env = look_env(k);

	for (size_t i = 0; i < n->nanswers; i++) {
		enum tri t;

		if (n->answers[i].when == NULL)
			continue;
		t = cond_eval(n->answers[i].when, &env);
		if (t == TRI_YES)
			return (int)i;
		if (t == TRI_UNKNOWN)
			return -1; /* it might have been this one */
	}
	return -1;
}

int replay_suggest(struct replay *r, const struct node *n)
{
	struct look k = look_now(r, n);

	return n->kind == NODE_ASK ? look_suggest(&k, n) : -1;
}

static bool wanted(struct look *k, const struct check *c)
{
	struct cond_env env = look_env(k);

	return c->when == NULL || cond_eval(c->when, &env) != TRI_NO;
}

/* A file that was given before the fix says nothing about after it, however often it is read. */
static bool from_before(const struct replay *r, const struct input_def *def, uint32_t fixed)
{
	const struct record *rec = r->index->inputs[def - r->flow->inputs];

	return def->type == INPUT_FILE && rec != NULL && rec->pos <= fixed;
}

bool replay_is_from_before(const struct replay *r, const struct input_def *def)
{
	return from_before(r, def, replay_since(r));
}

static bool is_old(const struct look *k, const struct check *c)
{
	for (size_t a = 0; c->probe->kind == PROBE_FILE && a < c->nargs; a++)
		if (c->args[a].input >= 0 && from_before(k->r, &k->r->flow->inputs[c->args[a].input], k->lo))
			return true;
	return false;
}

bool look_complete(struct look *k, const struct node *n)
{
	const struct evidence *e[LOOK_MAX_SOURCES];
	bool some = false;

	for (size_t i = 0; i < n->nchecks; i++) {
		const struct check *c = &n->checks[i];
		const char *call = replay_call(k->r, c);
		size_t have;

		if (call == NULL || !wanted(k, c) || is_old(k, c))
			continue;
		have = look_sources(k, c->probe->id, e);
		while (have > 0 && (e[have - 1]->call == NULL || strcmp(e[have - 1]->call, call) != 0))
			have--;
		if (have == 0)
			return false;
		some = true;
	}
	return some;
}

size_t replay_due(struct replay *r, const struct node *n, const struct check **out, size_t cap)
{
	struct look k = look_now(r, n);
	size_t count = 0;

	for (size_t i = 0; i < n->nchecks && count < cap; i++) {
		const struct check *c = &n->checks[i];

		if (replay_call(r, c) != NULL && replay_check_evidence(r, c) == NULL && wanted(&k, c) &&
		    !is_old(&k, c))
			out[count++] = c;
	}
	return count;
}

static bool listed(const struct input_def *const *list, size_t n, const struct input_def *def)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == def)
			return true;
	return false;
}

size_t replay_missing(struct replay *r, const struct node *n, const struct input_def **out, size_t cap)
{
	struct look k = look_now(r, n);
	size_t count = 0;

	for (size_t i = 0; i < n->nchecks; i++) {
		const struct check *c = &n->checks[i];

		if (!wanted(&k, c))
			continue;
		for (size_t a = 0; a < c->nargs; a++) {
			const struct input_def *def =
			        c->args[a].input >= 0 ? &r->flow->inputs[c->args[a].input] : NULL;

			if (def != NULL &&
			    (r->index->inputs[c->args[a].input] == NULL ||
			     (replay_is_from_before(r, def) && replay_check_evidence(r, c) == NULL)) &&
			    count < cap && !check_can_do_without(c, a) && !listed(out, count, def))
				out[count++] = def;
		}
	}
	return count;
}

/* ---- what a condition rests on ---- */

struct gather {
	struct look *look;
	const struct evidence *first;
	struct positions all;
	size_t cap;
};

static void keep(struct gather *g, uint32_t pos)
{
	size_t at = g->all.n;

	for (size_t i = 0; i < g->all.n; i++)
		if (g->all.pos[i] == pos)
			return;
	if (g->all.n == g->cap) {
		uint32_t *more = arena_array(g->look->r->mem, 2 * g->cap + 4, sizeof(*more));

		if (g->all.n != 0)
			memcpy(more, g->all.pos, g->all.n * sizeof(*more));
		g->all.pos = more;
		g->cap = 2 * g->cap + 4;
	}
	for (; at > 0 && g->all.pos[at - 1] > pos; at--)
		g->all.pos[at] = g->all.pos[at - 1];
	g->all.pos[at] = pos;
	g->all.n++;
}

static bool gather_fact(void *arg, const char *probe, const char *fact)
{
	struct gather *g = arg;
	const struct evidence *e[LOOK_MAX_SOURCES], *from = NULL;

	/* Looked for and not seen is a result too. */
	if (look_fact(g->look, probe, fact, &from) == NULL && look_sources(g->look, probe, e) != 0)
		from = e[0];
	if (from == NULL)
		return true;
	if (g->first == NULL)
		g->first = from;
	keep(g, from->id);
	return true;
}

static struct gather gather(struct look *k, const struct cond *c)
{
	struct gather g = {.look = k};
	struct cond_env env = look_env(k);

	if (c != NULL)
		cond_proof(c, &env, gather_fact, &g);
	return g;
}

struct positions look_rests_on(struct look *k, const struct cond *c)
{
	return gather(k, c).all;
}

const struct evidence *replay_decider(struct replay *r, const struct cond *c)
{
	struct look k = look_now(r, &r->flow->nodes[r->at]);

	return gather(&k, c).first;
}

int look_saw(struct look *k, const struct node *n)
{
	int s = look_suggest(k, n);

	return s >= 0 && gather(k, n->answers[s].when).first != NULL ? s : -1;
}

int replay_saw(struct replay *r, const struct node *n)
{
	struct look k = look_now(r, n);

	return n->kind == NODE_ASK ? look_saw(&k, n) : -1;
}
