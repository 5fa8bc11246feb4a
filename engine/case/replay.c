/*
 * The fold: walks the flow from its start with the answers and inputs of the
 * log.  Knows no I/O, no clock and no screen; the same log and flow give the
 * same place, always.
 *
 * Answers are matched by the name of their step, in the order in which they were
 * given, each at most once.  So an answer that comes later in the flow stays in
 * force when an earlier one is changed, as long as the new path still leads to
 * it.  "fixed" draws a line: nothing from before it serves a visit after it.
 */
#include "case_int.h"

#include <string.h>

static const char *const fix_answers[] = {"fixed", "not-fixed", "escalate"};
_Static_assert(sizeof(fix_answers) / sizeof(fix_answers[0]) == FIX__MAX,
               "every answer of a fix has its name");

const char *fix_answer_name(enum fix_answer a)
{
	return fix_answers[a];
}

const char *fix_answer_label(enum fix_answer a)
{
	static const char *const labels[FIX__MAX] = {"Check again", "It is something else", "Hand over"};

	return labels[a];
}

const struct answer_def *node_blank(const struct node *n)
{
	for (size_t i = 0; n->kind == NODE_ASK && i < n->nanswers; i++)
		if (n->answers[i].blank)
			return &n->answers[i];
	return NULL;
}

const char *visit_way(const struct replay *r, const struct visit *v)
{
	if (v->put_off != NULL)
		return node_blank(&r->flow->nodes[v->node])->id;
	return v->answer != NULL ? v->answer->u.answer.answer : NULL;
}

node_id cause_fix(const struct flow *flow, const struct cause *c)
{
	for (size_t i = 0; i < flow->nnodes; i++)
		if (flow->nodes[i].kind == NODE_FIX && &flow->causes[flow->nodes[i].cause] == c)
			return (node_id)i;
	return NODE_NONE;
}

node_id fix_instead(const struct flow *flow, const char *answer)
{
	size_t n = strlen(FIX_INSTEAD);

	for (size_t i = 0; strncmp(answer, FIX_INSTEAD, n) == 0 && i < flow->ncauses; i++)
		if (strcmp(flow->causes[i].id, answer + n) == 0)
			return cause_fix(flow, &flow->causes[i]);
	return NODE_NONE;
}

/* The answers of one step, waiting for their visits. */
struct queues {
	uint32_t *head, *tail; /* by node: position, 0 when empty */
	uint32_t *next;        /* by pos-1 */
};

static void mark_retracted(struct replay *r)
{
	const struct casefile *cf = r->cf;

	r->retracted = arena_array(r->mem, cf->nlog, sizeof(*r->retracted));
	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *rec = &cf->log[i];
		const struct record *gone;

		if (rec->kind != REC_RETRACT || rec->u.retract.pos >= rec->pos)
			continue;
		gone = casefile_at(cf, rec->u.retract.pos);
		if (gone != NULL &&
		    (gone->kind == REC_INPUT || gone->kind == REC_ANSWER || gone->kind == REC_TICK ||
		     gone->kind == REC_ABOUT || gone->kind == REC_PUT_OFF))
			r->retracted[gone->pos - 1] = true;
	}
}

static bool fits(const struct flow *flow, const struct node *n, const char *answer)
{
	if (n->kind == NODE_ASK)
		return node_answer(n, answer) != NULL;
	if (n->kind != NODE_FIX)
		return false;
	for (int i = 0; i < FIX__MAX; i++)
		if (strcmp(fix_answers[i], answer) == 0)
			return true;
	return fix_instead(flow, answer) != NODE_NONE;
}

static struct queues queue_answers(struct replay *r, unsigned *lost)
{
	const struct casefile *cf = r->cf;
	struct queues q = {
	        .head = arena_array(r->mem, r->flow->nnodes, sizeof(uint32_t)),
	        .tail = arena_array(r->mem, r->flow->nnodes, sizeof(uint32_t)),
	        .next = arena_array(r->mem, cf->nlog, sizeof(uint32_t)),
	};

	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *rec = &cf->log[i];
		const struct node *n;
		size_t id;

		if ((rec->kind != REC_ANSWER && rec->kind != REC_PUT_OFF) || r->retracted[i])
			continue;
		n = flow_node(r->flow, rec->kind == REC_ANSWER ? rec->u.answer.step : rec->u.put_off.step);
		if (n == NULL || !(rec->kind == REC_ANSWER ? fits(r->flow, n, rec->u.answer.answer)
		                                           : node_blank(n) != NULL)) {
			if (lost != NULL)
				(*lost)++;
			continue;
		}
		id = (size_t)(n - r->flow->nodes);
		if (q.head[id] == 0)
			q.head[id] = rec->pos;
		else
			q.next[q.tail[id] - 1] = rec->pos;
		q.tail[id] = rec->pos;
	}
	return q;
}

/* The next answer of a step that was given after `since`; NULL when there is none. */
static const struct record *take(const struct replay *r, struct queues *q, node_id node, uint32_t since)
{
	while (q->head[node] != 0) {
		uint32_t pos = q->head[node];

		q->head[node] = q->next[pos - 1];
		if (pos > since)
			return casefile_at(r->cf, pos);
	}
	return NULL;
}

static bool form_filled(const struct replay *r, const struct node *n)
{
	for (size_t i = 0; i < n->ninputs; i++)
		if (r->index->inputs[n->inputs[i]] == NULL)
			return false;
	return true;
}

/* Where a visit leads; NODE_NONE when the path ends there.  Sets the visit's answer. */
static node_id follow(struct replay *r, struct queues *q, struct visit *v, uint32_t *since)
{
	const struct node *n = &r->flow->nodes[v->node];
	const char *said;

	if (n->kind == NODE_INPUT)
		return form_filled(r, n) ? n->go : NODE_NONE;
	if (n->kind == NODE_END)
		return NODE_NONE;
	v->answer = take(r, q, v->node, *since);
	if (v->answer != NULL && v->answer->kind == REC_PUT_OFF) {
		v->put_off = v->answer;
		v->answer = NULL;
		return node_blank(n)->go;
	}
	if (v->answer == NULL)
		return NODE_NONE;
	said = v->answer->u.answer.answer;
	if (n->kind == NODE_ASK)
		return node_answer(n, said)->go;
	if (strcmp(said, fix_answers[FIX_FAILED]) == 0)
		return n->go;
	if (fix_instead(r->flow, said) != NODE_NONE)
		return fix_instead(r->flow, said);
	if (strcmp(said, fix_answers[FIX_DONE]) != 0)
		return NODE_NONE;
	*since = v->answer->pos;
	return r->flow->causes[n->cause].verify;
}

static void walk(struct replay *r, struct queues *q)
{
	size_t cap = 32;
	node_id node = r->flow->start;
	uint32_t since = 0;

	r->path = arena_array(r->mem, cap, sizeof(*r->path));
	while (node != NODE_NONE && r->npath < REPLAY_MAX_PATH) {
		struct visit *v;

		if (r->npath == cap) {
			struct visit *more = arena_array(r->mem, 2 * cap, sizeof(*more));

			memcpy(more, r->path, cap * sizeof(*more));
			r->path = more;
			cap *= 2;
		}
		v = &r->path[r->npath++];
		v->node = node;
		v->since = since;
		node = follow(r, q, v, &since);
	}
	r->at = r->path[r->npath - 1].node;
}

struct look look_visit(struct replay *r, size_t visit)
{
	const struct visit *v = &r->path[visit];
	struct look k = {.r = r, .node = &r->flow->nodes[v->node], .lo = v->since, .hi = UINT32_MAX};

	for (size_t i = visit + 1; i < r->npath; i++) {
		if (r->path[i].since > v->since) {
			k.hi = r->path[i].since;
			break;
		}
	}
	return k;
}

/* What the checks proposed then, or, when they had not ended, what they say now. */
static void mark_contradictions(struct replay *r)
{
	for (size_t i = 0; i < r->npath; i++) {
		struct visit *v = &r->path[i];
		const struct node *n = &r->flow->nodes[v->node];
		struct look k = look_visit(r, i);
		const struct rec_answer *a = v->answer != NULL ? &v->answer->u.answer : NULL;

		if (n->kind != NODE_ASK || a == NULL)
			continue;
		v->saw = a->seen;
		if (v->saw == NULL && look_complete(&k, n)) {
			int s = look_saw(&k, n);

			v->saw = s >= 0 ? n->answers[s].id : NULL;
		}
		if (a->by == BY_PERSON || a->by == BY_ANSWERS)
			v->contradicts = v->saw != NULL && strcmp(v->saw, a->answer) != 0;
	}
}

void replay_init(struct replay *r, const struct flow *flow, const struct casefile *cf, unsigned *lost)
{
	struct queues q;

	memset(r, 0, sizeof(*r));
	r->flow = flow;
	r->cf = cf;
	r->mem = arena_new();
	if (lost != NULL)
		*lost = 0;
	mark_retracted(r);
	index_build(r);
	q = queue_answers(r, lost);
	walk(r, &q);
	mark_contradictions(r);
}

void replay_release(struct replay *r)
{
	if (r == NULL)
		return;
	arena_free(r->mem);
	memset(r, 0, sizeof(*r));
}

uint32_t replay_since(const struct replay *r)
{
	return r->npath != 0 ? r->path[r->npath - 1].since : 0;
}

const char *replay_input(const struct replay *r, const char *key)
{
	const struct record *rec = input_record(r, key);

	return rec != NULL ? rec->u.input.value : NULL;
}

bool replay_input_skipped(const struct replay *r, const char *key)
{
	const struct record *rec = input_record(r, key);

	return rec != NULL && rec->u.input.value == NULL;
}

static bool ticked(const struct replay *r, const struct cause *c, uint32_t item, uint32_t since)
{
	bool done = false;

	for (size_t i = since; i < r->cf->nlog; i++) {
		const struct record *rec = &r->cf->log[i];

		if (rec->kind == REC_TICK && !r->retracted[i] && rec->u.tick.item == item &&
		    strcmp(rec->u.tick.cause, c->id) == 0)
			done = rec->u.tick.done;
	}
	return done;
}

bool replay_ticked(const struct replay *r, const struct cause *c, uint32_t item)
{
	return ticked(r, c, item, replay_since(r));
}

bool replay_ticked_ever(const struct replay *r, const struct cause *c, uint32_t item)
{
	return ticked(r, c, item, 0);
}
