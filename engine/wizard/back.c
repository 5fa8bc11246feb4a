/*
 * Going back appends retractions; nothing is taken out of the log.  Answers that
 * come later stay in force for the steps that the new path still leads to, but
 * for what came after a fix: that described the world after it.
 */
#include "session_int.h"

#include <string.h>

static bool retract(struct apply *x, uint32_t pos)
{
	struct record r = {.kind = REC_RETRACT, .u.retract = {pos}};

	return session_append(x, &r);
}

/* Position of the newest input of a form that counts; 0 when there is none. */
static uint32_t last_input(const struct session *s, const struct node *n)
{
	for (size_t i = s->cf.nlog; i > 0; i--) {
		const struct record *r = &s->cf.log[i - 1];

		if (r->kind != REC_INPUT || s->now.retracted[i - 1])
			continue;
		for (size_t k = 0; k < n->ninputs; k++)
			if (strcmp(s->flow->inputs[n->inputs[k]].key, r->u.input.key) == 0)
				return r->pos;
	}
	return 0;
}

/* What holds a visit: its answer, or the newest input of its form; 0 when nothing does. */
static uint32_t holds(const struct session *s, size_t visit)
{
	const struct visit *v = &s->now.path[visit];
	const struct node *n = &s->flow->nodes[v->node];

	if (v->answer != NULL || v->put_off != NULL)
		return (v->answer != NULL ? v->answer : v->put_off)->pos;
	return n->kind == NODE_INPUT ? last_input(s, n) : 0;
}

/* Until the path ends at or before that visit.  An older answer of the same step may come up
 * again: that one is taken back too, so this ends. */
static bool stand_at(struct apply *x, size_t visit)
{
	struct session *s = x->s;
	uint32_t pos;

	while (s->now.npath - 1 > visit || s->now.path[s->now.npath - 1].answer != NULL) {
		size_t at = s->now.npath - 1 > visit ? visit : s->now.npath - 1;

		pos = holds(s, at);
		if (pos == 0 || !retract(x, pos))
			return false;
	}
	return true;
}

/* Position of the newest answer to whose a computer is; 0 when there is none. */
static uint32_t last_whose(const struct session *s)
{
	for (size_t i = s->cf.nlog; i > 0; i--) {
		const struct record *r = &s->cf.log[i - 1];

		if (r->kind == REC_ABOUT && !s->now.retracted[i - 1] && r->u.about.computer != NULL &&
		    r->u.about.by == BY_PERSON)
			return r->pos;
	}
	return 0;
}

void apply_back(struct apply *x)
{
	struct session *s = x->s;
	size_t i = s->now.npath - 1;
	uint32_t whose;

	if (s->held.text != NULL) {
		s->held.text = NULL;
		return;
	}
	if (s->pending >= 0) {
		s->pending = -1;
		return;
	}
	if (s->now.path[i].answer != NULL) { /* escalated: stays, without that */
		stand_at(x, i);
		return;
	}
	while (i > 0 && holds(s, i - 1) == 0)
		i--;
	whose = last_whose(s);
	if (whose > (i != 0 ? holds(s, i - 1) : 0))
		retract(x, whose);
	else if (i == 0)
		session_say(s, "This is the first step.");
	else
		stand_at(x, i - 1);
}

struct intent intent_goto(const struct replay *now, size_t visit, bool again)
{
	return (struct intent){.kind = IN_GOTO,
	                       .key = again ? "again" : NULL,
	                       .text = now->flow->nodes[now->path[visit].node].id,
	                       .n = (uint32_t)visit + 1,
	                       .by = BY_PERSON};
}

static bool find_visit(const struct session *s, const struct intent *in, size_t *out)
{
	for (size_t i = s->now.npath; i > 0; i--) {
		if (in->text == NULL || strcmp(s->flow->nodes[s->now.path[i - 1].node].id, in->text) != 0)
			continue;
		if (in->n != 0 ? in->n == i : i < s->now.npath) {
			*out = i - 1;
			return true;
		}
	}
	return false;
}

static bool is_done(const struct session *s, size_t visit)
{
	const struct visit *v = &s->now.path[visit];

	return v->answer != NULL && s->flow->nodes[v->node].kind == NODE_FIX &&
	       strcmp(v->answer->u.answer.answer, fix_answer_name(FIX_DONE)) == 0;
}

/* Takes back, from the end, the first "fixed" at or after the visit and all answers behind it. */
static bool undo_fixes(struct apply *x, size_t from)
{
	struct session *s = x->s;

	for (;;) {
		size_t done = from, last = s->now.npath;

		while (done < s->now.npath && !is_done(s, done))
			done++;
		if (done >= s->now.npath)
			return true;
		while (s->now.path[last - 1].answer == NULL && s->now.path[last - 1].put_off == NULL)
			last--;
		if (!retract(x, holds(s, last - 1)))
			return false;
	}
}

void apply_goto(struct apply *x)
{
	struct session *s = x->s;
	size_t visit;

	if (!find_visit(s, x->in, &visit)) {
		session_say(s, "There is no such step on the trail.");
		return;
	}
	s->pending = s->pending_check = -1;
	if (holds(s, visit) == 0 && visit + 1 < s->now.npath) {
		session_say(s, "That step has no answer to change.");
		return;
	}
	if (undo_fixes(x, visit) && stand_at(x, visit))
		x->again_there = x->in->key != NULL && strcmp(x->in->key, "again") == 0;
}
