/*
 * What was seen, as a person says it: a measurement in its own sentences, and what was decided on the way
 * from the last page to this one, a line each.
 */
#include "page_int.h"

#include <string.h>

#include <casebook/say.h>

#include "session_int.h"

#define SAID_COLS 150 /* more stands in the evidence */

static bool first_fact(void *arg, const char *probe, const char *fact)
{
	const char **want = arg; /* the probe, then the fact */

	if (want[1] == NULL && strcmp(probe, want[0]) == 0)
		want[1] = fact;
	return true;
}

const char *evidence_said(struct page_maker *m, const struct evidence *e, const struct cond *when)
{
	struct say_env env = {.probe = flow_probe(m->s->flow, e->probe), .e = e};
	const char *want[2] = {e->probe, NULL}, *said = NULL, *all[1];

	if (env.probe == NULL || e->outcome != EV_MEASURED)
		return NULL;
	if (when != NULL)
		cond_reads(when, first_fact, want);
	if (want[1] != NULL)
		said = say_fact(m->mem, &env, want[1]);
	if (said == NULL && say_all(m->mem, &env, all, 1) != 0)
		said = all[0];
	return said != NULL && strlen(said) <= SAID_COLS ? said : NULL;
}

const struct node *evidence_step(const struct page_maker *m, const struct evidence *e)
{
	return e->step != NULL ? flow_node(m->s->flow, e->step) : NULL;
}

const char *evidence_told(struct page_maker *m, const struct evidence *e, const struct node *n,
                          const struct cond *when)
{
	const char *said = evidence_said(m, e, when);

	return said != NULL ? said : evidence_line(m, e, n);
}

void pm_run(struct page_maker *m, const char *when, enum mark mark, const struct evidence *e,
            const struct node *n, const struct cond *why)
{
	struct block *b = pm_block(m, BLOCK_CHECK, mark, evidence_told(m, e, n, why));

	b->label = arena_fmt(m->mem, "%s %s", when, say_when(m->mem, e->started_ms, SAY_CLOCK));
}

/* Answered by what was seen; what only follows from nothing given is no news. */
static bool was_decided(const struct visit *v)
{
	const struct rec_answer *a = v->answer != NULL ? &v->answer->u.answer : NULL;

	return a != NULL && (a->by == BY_PROBE || a->by == BY_FILE) && a->seen != NULL && a->evidence != 0;
}

static size_t first_since(const struct page_maker *m)
{
	size_t i = m->r->npath - 1;

	while (i > 0) {
		const struct visit *v = &m->r->path[i - 1];
		enum node_kind kind = m->s->flow->nodes[v->node].kind;

		if (kind == NODE_FIX || v->put_off != NULL ||
		    (kind == NODE_ASK && v->answer != NULL && !was_decided(v) &&
		     v->answer->u.answer.by == BY_PERSON))
			break;
		i--;
	}
	return i;
}

void pm_decided(struct page_maker *m)
{
	for (size_t i = first_since(m); i + 1 < m->r->npath; i++) {
		const struct visit *v = &m->r->path[i];
		const struct node *n = &m->s->flow->nodes[v->node];
		const struct answer_def *a;
		const struct evidence *e;
		const char *said;
		struct block *b;

		if (n->kind != NODE_ASK || !was_decided(v))
			continue;
		a = node_answer(n, v->answer->u.answer.answer);
		e = &casefile_at(&m->s->cf, v->answer->u.answer.evidence)->u.evidence;
		said = evidence_said(m, e, a->when);
		b = pm_block(m, BLOCK_CHECK, v->contradicts ? MARK_WARN : evidence_mark(m, e),
		             said != NULL ? said : a->label);
		if (b->mark == MARK_OPEN)
			b->mark = MARK_OK;
		b->label = n->label != NULL ? n->label : n->id;
	}
}
