/* A newer flow over the evidence of a case; see then_now.h. */
#include <casebook/then_now.h>

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

#include "session_int.h"

/* ---- the newer flow over the old evidence ---- */

/* Inputs and evidence, in their order; retracted inputs do not count. */
static void copy_measured(const struct casefile *cf, const bool *retracted, struct casefile *out)
{
	for (size_t i = 0; i < cf->nlog; i++) {
		const struct record *r = &cf->log[i];

		if (r->kind == REC_EVIDENCE || (r->kind == REC_INPUT && !retracted[i]))
			(void)casefile_restore(out, r, NULL);
	}
}

/* What a person last said at a step that the newer flow still has; NULL when nothing. */
static const char *said_at(const struct casefile *cf, const bool *retracted, const struct node *n)
{
	for (size_t i = cf->nlog; i > 0; i--) {
		const struct rec_answer *a = &cf->log[i - 1].u.answer;

		if (cf->log[i - 1].kind == REC_PUT_OFF && !retracted[i - 1] && node_blank(n) != NULL &&
		    strcmp(cf->log[i - 1].u.put_off.step, n->id) == 0)
			return node_blank(n)->id;
		if (cf->log[i - 1].kind == REC_ANSWER && !retracted[i - 1] && strcmp(a->step, n->id) == 0 &&
		    (a->by == BY_PERSON || a->by == BY_ANSWERS) && node_answer(n, a->answer) != NULL)
			return a->answer;
	}
	return NULL;
}

static void apply(struct session *s, struct intent in)
{
	struct effects fx;

	session_apply(s, &in, s->cf.opened_ms, &fx);
}

static bool answer(struct session *s, const struct casefile *cf, const bool *retracted)
{
	const struct node *n = &s->flow->nodes[s->now.at];
	int proposed = replay_suggest(&s->now, n);
	const char *said = said_at(cf, retracted, n);

	if (proposed < 0 && said == NULL)
		return false;
	apply(s, (struct intent){.kind = IN_CHOOSE,
	                         .n = proposed >= 0 ? (uint32_t)proposed
	                                            : (uint32_t)(node_answer(n, said) - n->answers),
	                         .by = proposed >= 0 ? BY_PROBE : BY_ANSWERS});
	return true;
}

static void walk(struct session *s, const struct casefile *cf, const bool *retracted)
{
	while (s->now.npath < REPLAY_MAX_PATH) {
		const struct node *n = &s->flow->nodes[s->now.at];
		size_t nlog = s->cf.nlog;

		for (size_t i = 0; n->kind == NODE_INPUT && i < n->ninputs; i++)
			apply(s, (struct intent){.kind = IN_SKIP, .key = s->flow->inputs[n->inputs[i]].key});
		if (n->kind == NODE_ASK)
			(void)answer(s, cf, retracted);
		if (s->cf.nlog == nlog)
			return;
	}
}

static void replay_over(struct then_now *t, const struct flow *flow)
{
	struct session_options opt = {.offline = true};
	struct casefile cf;
	struct replay was;

	replay_init(&was, flow, t->cf, NULL); /* only for what is retracted */
	casefile_init(&cf, t->cf->id, flow->id, flow->hash, t->cf->opened_ms);
	copy_measured(t->cf, was.retracted, &cf);
	t->now = xmalloc(sizeof(*t->now));
	session_init(t->now, flow, &cf, 0, &opt);
	walk(t->now, t->cf, was.retracted);
	replay_release(&was);
	t->new_diag = diagnose(&t->now->now);
}

/* ---- what differs ---- */

static bool has_finding(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; d != NULL && i < d->nfindings; i++)
		if (strcmp(d->findings[i].id, id) == 0)
			return true;
	return false;
}

bool then_now_differs(const struct then_now *t)
{
	if (t->old_diag == NULL)
		return true;
	if (t->old_diag->verdict != t->new_diag->verdict || t->old_diag->nfindings != t->new_diag->nfindings)
		return true;
	for (size_t i = 0; i < t->old_diag->nfindings; i++)
		if (!has_finding(t->new_diag, t->old_diag->findings[i].id))
			return true;
	return false;
}

static const char *answer_of(const struct visit *v)
{
	if (v->put_off != NULL)
		return "(put off)";
	return v->answer != NULL ? v->answer->u.answer.answer : "(none)";
}

size_t then_now_parting(const struct then_now *t)
{
	const struct replay *a = t->then, *b = &t->now->now;

	for (size_t i = 0; i < a->npath && i < b->npath; i++) {
		if (strcmp(a->flow->nodes[a->path[i].node].id, b->flow->nodes[b->path[i].node].id) != 0 ||
		    strcmp(answer_of(&a->path[i]), answer_of(&b->path[i])) != 0)
			return i;
	}
	return a->npath == b->npath ? SIZE_MAX : (a->npath < b->npath ? a->npath : b->npath) - 1;
}

/* ---- from begin to end ---- */

void then_now_init(struct then_now *t, const struct casefile *cf, const struct flow *was,
                   const struct flow *flow)
{
	*t = (struct then_now){.cf = cf};
	if (was != NULL) {
		t->then = xmalloc(sizeof(*t->then));
		replay_init(t->then, was, cf, NULL);
		t->old_diag = diagnose(t->then);
	}
	replay_over(t, flow);
}

void then_now_release(struct then_now *t)
{
	session_release(t->now);
	free(t->now);
	if (t->then != NULL)
		replay_release(t->then);
	free(t->then);
	*t = (struct then_now){0};
}
