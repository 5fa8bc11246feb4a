/*
 * Which inputs and which evidence count.  A measurement stands for its probe and
 * its arguments: a newer one of the same call replaces it, a changed input makes
 * it stale, "fixed" ends it.
 */
#include "case_int.h"

#include <string.h>

#include <casebook/sha256.h>

static const struct input_def *find_input(const struct replay *r, const char *key, size_t *at)
{
	for (size_t i = 0; i < r->flow->ninputs; i++) {
		if (strcmp(r->flow->inputs[i].key, key) == 0) {
			*at = i;
			return &r->flow->inputs[i];
		}
	}
	return NULL;
}

const struct record *input_record(const struct replay *r, const char *key)
{
	size_t at;

	return find_input(r, key, &at) != NULL ? r->index->inputs[at] : NULL;
}

/* ---- calls ---- */

const char *call_id(struct arena *mem, const char *probe, const struct probe_arg *args, size_t nargs)
{
	struct sha256 *s = sha256_new();
	char hex[SHA256_HEX];

	sha256_add(s, probe, strlen(probe) + 1);
	for (size_t i = 0; i < nargs; i++) {
		sha256_add(s, args[i].key, strlen(args[i].key) + 1);
		sha256_add(s, args[i].value, strlen(args[i].value) + 1);
	}
	sha256_finish(s, hex);
	return arena_strndup(mem, hex, 16);
}

bool check_can_do_without(const struct check *c, size_t arg)
{
	const char *key = c->args[arg].key;
	const struct param_def *def = probe_param(c->probe, key);
	bool target = strcmp(key, "file") == 0;

	/* A check of a file may compare it with an address; it is not about the address. */
	if (c->probe->kind == PROBE_LIVE)
		target |= strcmp(key, "url") == 0 || strcmp(key, "host") == 0;
	return !target && def != NULL && !def->required;
}

size_t replay_args(struct replay *r, const struct check *c, struct probe_arg *out, size_t cap)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nargs && n < cap; i++) {
		const char *value = c->args[i].literal;

		if (c->args[i].input >= 0) {
			const struct record *rec = r->index->inputs[c->args[i].input];

			value = rec != NULL ? rec->u.input.value : NULL;
		}
		if (value == NULL && !check_can_do_without(c, i))
			return 0;
		if (value == NULL)
			continue;
		out[n].key = c->args[i].key;
		out[n].value = value;
		n++;
	}
	return n;
}

const char *replay_call(struct replay *r, const struct check *c)
{
	struct call_slot *slot = &r->index->calls[((uintptr_t)c / sizeof(*c)) % CALL_SLOTS];
	struct probe_arg args[CHECK_MAX_ARGS];
	size_t n;

	if (slot->check == c)
		return slot->call;
	n = replay_args(r, c, args, CHECK_MAX_ARGS);
	slot->check = c;
	slot->call = n == 0 && c->nargs != 0 ? NULL : call_id(r->mem, c->probe->id, args, n);
	return slot->call;
}

/* ---- the index ---- */

static struct probe_log *log_of(const struct replay *r, const char *probe)
{
	for (size_t i = 0; i < r->index->nlogs; i++)
		if (strcmp(r->index->logs[i].probe, probe) == 0)
			return &r->index->logs[i];
	return NULL;
}

static bool reads_files(const struct replay *r, const char *probe)
{
	for (size_t i = 0; i < r->flow->nnodes; i++)
		for (size_t j = 0; j < r->flow->nodes[i].nchecks; j++)
			if (strcmp(r->flow->nodes[i].checks[j].probe->id, probe) == 0)
				return r->flow->nodes[i].checks[j].probe->kind == PROBE_FILE;
	return false;
}

static void log_add(struct replay *r, const struct evidence *e, uint32_t pos)
{
	struct replay_index *ix = r->index;
	struct probe_log *l = log_of(r, e->probe);

	if (l == NULL) {
		struct probe_log *more = arena_array(r->mem, ix->nlogs + 1, sizeof(*more));

		if (ix->nlogs != 0)
			memcpy(more, ix->logs, ix->nlogs * sizeof(*more));
		ix->logs = more;
		l = &more[ix->nlogs++];
		l->probe = e->probe;
		l->file = reads_files(r, e->probe);
	}
	if (e->sha256 != NULL)
		l->file = true;
	if (l->n == l->cap) {
		uint32_t *more = arena_array(r->mem, 2 * l->cap + 4, sizeof(*more));

		if (l->n != 0)
			memcpy(more, l->pos, l->n * sizeof(*more));
		l->pos = more;
		l->cap = 2 * l->cap + 4;
	}
	l->pos[l->n++] = pos;
}

/* A step asked for it, and would ask differently now. */
static bool is_stale(struct replay *r, const struct evidence *e)
{
	const struct node *n = e->step != NULL ? flow_node(r->flow, e->step) : NULL;
	bool asked = false;

	if (n == NULL || e->call == NULL)
		return false;
	for (size_t i = 0; i < n->nchecks; i++) {
		const char *call;

		if (strcmp(n->checks[i].probe->id, e->probe) != 0)
			continue;
		asked = true;
		call = replay_call(r, &n->checks[i]);
		if (call != NULL && strcmp(call, e->call) == 0)
			return false;
	}
	return asked;
}

void index_build(struct replay *r)
{
	const struct casefile *cf = r->cf;
	size_t at;

	r->index = arena_alloc(r->mem, sizeof(*r->index));
	r->index->inputs = arena_array(r->mem, r->flow->ninputs, sizeof(*r->index->inputs));
	r->index->stale = arena_array(r->mem, cf->nlog, sizeof(bool));
	for (size_t i = 0; i < cf->nlog; i++)
		if (cf->log[i].kind == REC_INPUT && !r->retracted[i] &&
		    find_input(r, cf->log[i].u.input.key, &at) != NULL)
			r->index->inputs[at] = &cf->log[i];
	for (size_t i = 0; i < cf->nlog; i++) {
		if (cf->log[i].kind != REC_EVIDENCE)
			continue;
		log_add(r, &cf->log[i].u.evidence, cf->log[i].pos);
		r->index->stale[i] = is_stale(r, &cf->log[i].u.evidence);
	}
	question_build(r);
}

/* ---- looking ---- */

struct look look_now(struct replay *r, const struct node *node)
{
	return (struct look){.r = r, .node = node, .lo = replay_since(r), .hi = UINT32_MAX};
}

static bool same_call(const struct evidence *a, const struct evidence *b)
{
	if (a->call != NULL && b->call != NULL)
		return strcmp(a->call, b->call) == 0;
	return a->call == NULL && b->call == NULL && a->target != NULL && b->target != NULL &&
	       strcmp(a->target, b->target) == 0;
}

/* The newest of each call, newest first.  A run that a person stopped does not replace one that ended. */
static size_t find_newest(const struct look *k, const struct probe_log *l, const struct evidence **out)
{
	size_t n = 0;

	for (size_t i = l != NULL ? l->n : 0; i > 0; i--) {
		uint32_t pos = l->pos[i - 1];
		const struct evidence *e = &k->r->cf->log[pos - 1].u.evidence;
		size_t j = 0;

		if (pos <= k->lo || pos > k->hi || k->r->index->stale[pos - 1])
			continue;
		while (j < n && !same_call(out[j], e))
			j++;
		if (j < n && out[j]->outcome == EV_CANCELLED && e->outcome != EV_CANCELLED)
			out[j] = e;
		else if (j == n && n < LOOK_MAX_SOURCES)
			out[n++] = e;
	}
	return n;
}

static size_t newest_of_each(const struct look *k, const char *probe, const struct evidence **out)
{
	const struct probe_log *l = log_of(k->r, probe);
	struct source_slot *slot;

	if (l == NULL)
		return 0;
	slot = &k->r->index
	                ->sources[((size_t)(l - k->r->index->logs) * 7 + k->lo * 3 + k->hi) % SOURCE_SLOTS];
	if (slot->log != l || slot->lo != k->lo || slot->hi != k->hi) {
		slot->n = find_newest(k, l, slot->e);
		slot->log = l;
		slot->lo = k->lo;
		slot->hi = k->hi;
	}
	memcpy(out, slot->e, slot->n * sizeof(const struct evidence *));
	return slot->n;
}

/* Files that were read before files that were partly read before files that were not. */
static int file_rank(const struct evidence *e)
{
	return e->outcome == EV_MEASURED ? 0 : e->nfacts != 0 ? 1 : 2;
}

static void sort_files(const struct evidence **e, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && file_rank(e[j]) < file_rank(e[j - 1]); j--) {
			const struct evidence *was = e[j];

			e[j] = e[j - 1];
			e[j - 1] = was;
		}
}

static void move_to_front(const struct evidence **e, size_t i)
{
	const struct evidence *was = e[i];

	for (; i > 0; i--)
		e[i] = e[i - 1];
	e[0] = was;
}

/* The step's own checks come first; what is still to be measured is unknown, not what another
 * target said.  False when the step waits for its own. */
static bool own_first(const struct look *k, const char *probe, const struct evidence **e, size_t n)
{
	size_t front = 0;
	bool waits = false;

	for (size_t i = k->node != NULL ? k->node->nchecks : 0; i > 0; i--) {
		const struct check *c = &k->node->checks[i - 1];
		const char *call = strcmp(c->probe->id, probe) == 0 ? replay_call(k->r, c) : NULL;
		size_t at = 0;

		if (call == NULL)
			continue;
		while (at < n && (e[at]->call == NULL || strcmp(e[at]->call, call) != 0))
			at++;
		if (at < n)
			front++, move_to_front(e, at);
		else if (c->when == NULL)
			waits = true;
	}
	return front != 0 || !waits;
}

static size_t turn_of(const struct look *k, const char *probe)
{
	for (size_t i = 0; i < k->nturns; i++)
		if (strcmp(k->turns[i].probe, probe) == 0)
			return k->turns[i].first;
	return 0;
}

size_t look_sources(const struct look *k, const char *probe, const struct evidence *out[LOOK_MAX_SOURCES])
{
	const struct probe_log *l = log_of(k->r, probe);
	size_t n = newest_of_each(k, probe, out);
	size_t turn = turn_of(k, probe);

	if (n == 0)
		return 0;
	if (l->file)
		sort_files(out, n);
	if (turn != 0 && turn < n)
		move_to_front(out, turn);
	if (!own_first(k, probe, out, n))
		return 0;
	return l->file ? n : 1;
}

bool look_raw(const struct look *k, const char *probe, const char *fact, struct seen *out)
{
	const struct evidence *e[LOOK_MAX_SOURCES];
	size_t n = look_sources(k, probe, e);

	for (size_t i = 0; i < n; i++) {
		const struct value *v = evidence_fact(e[i], fact);

		if (v == NULL || v->type == VAL_NULL)
			continue;
		out->value = *v;
		out->from = e[i];
		return true;
	}
	return false;
}

/* ---- the environment of conditions ---- */

static const struct value *env_fact(void *self, const char *probe, const char *fact)
{
	return look_fact(self, probe, fact, NULL);
}

static const char *env_input(void *self, const char *key)
{
	const struct look *k = self;

	return replay_input(k->r, key);
}

/* What checks answered stands in their facts. */
static bool said_by_person(const struct record *answer)
{
	const struct rec_answer *a = &answer->u.answer;

	return a->by != BY_PROBE && a->by != BY_FILE && (a->seen == NULL || strcmp(a->seen, a->answer) != 0);
}

static const char *env_answer(void *self, const char *step)
{
	const struct look *k = self;

	for (size_t i = k->r->npath; i > 0; i--) {
		const struct visit *v = &k->r->path[i - 1];

		if (v->put_off != NULL && strcmp(k->r->flow->nodes[v->node].id, step) == 0)
			return visit_way(k->r, v);
		if (v->answer != NULL && strcmp(k->r->flow->nodes[v->node].id, step) == 0)
			return k->words_only && !said_by_person(v->answer) ? NULL
			                                                   : v->answer->u.answer.answer;
	}
	return NULL;
}

struct cond_env look_env(struct look *k)
{
	return (struct cond_env){.fact = env_fact, .input = env_input, .answer = env_answer, .self = k};
}

struct cond_env replay_env(struct replay *r)
{
	struct look *k = arena_alloc(r->mem, sizeof(*k));

	*k = look_now(r, &r->flow->nodes[r->at]);
	return look_env(k);
}

const struct evidence *replay_check_evidence(struct replay *r, const struct check *c)
{
	struct look k = look_now(r, NULL);
	const struct evidence *e[LOOK_MAX_SOURCES];
	const char *call = replay_call(r, c);
	size_t n = newest_of_each(&k, c->probe->id, e);

	for (size_t i = 0; call != NULL && i < n; i++)
		if (e[i]->call != NULL && strcmp(e[i]->call, call) == 0)
			return e[i];
	return NULL;
}
