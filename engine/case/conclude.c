/*
 * What the path says about the causes: where each was concluded, by whom, and
 * what became of its fix.  The last visit of a cause decides.
 */
#include "case_int.h"

#include <string.h>

static bool by_word(const struct record *answer)
{
	const struct rec_answer *a = &answer->u.answer;

	if (a->by == BY_PROBE || a->by == BY_FILE)
		return false;
	return a->seen == NULL || strcmp(a->seen, a->answer) != 0;
}

/* The question before a visit; what lies between may only be forms, fixes that did not help, and questions
 * whose answer claims nothing. */
static void find_decider(const struct replay *r, struct conclusion *c)
{
	c->decider = c->unknown = SIZE_MAX;
	for (size_t i = c->visit; i > 0; i--) {
		const struct visit *v = &r->path[i - 1];
		const struct node *n = &r->flow->nodes[v->node];

		if (n->kind == NODE_FIX && fix_instead(r->flow, v->answer->u.answer.answer) != NODE_NONE)
			return; /* evidence led to it, no question */
		if (n->kind == NODE_FIX)
			c->by_person = true; /* "not fixed" is what somebody said */
		if (n->kind != NODE_ASK)
			continue;
		if (v->put_off != NULL ||
		    (node_answer(n, v->answer->u.answer.answer)->blank && by_word(v->answer))) {
			c->unknown = c->unknown == SIZE_MAX ? i - 1 : c->unknown;
			continue;
		}
		c->decider = i - 1;
		c->by_person = c->by_person || by_word(v->answer);
		return;
	}
}

static void settle_fix(const struct replay *r, struct conclusion *c)
{
	const struct visit *v = &r->path[c->visit];
	const char *said = v->answer != NULL ? v->answer->u.answer.answer : "";

	c->how = CONCLUDED_OPEN;
	if (strcmp(said, fix_answer_name(FIX_FAILED)) == 0)
		c->how = CONCLUDED_FAILED;
	if (strcmp(said, fix_answer_name(FIX_DONE)) != 0)
		return;
	c->how = CONCLUDED_DONE;
	c->fixed = v->answer->pos;
	if (c->visit + 1 < r->npath && visit_way(r, &r->path[c->visit + 1]) != NULL) {
		const struct record *next = r->path[c->visit + 1].answer;

		c->moved_on = true;
		c->proven = next != NULL && !by_word(next);
	}
}

struct conclusion *conclusions(struct replay *r)
{
	struct conclusion *out = arena_array(r->mem, r->flow->ncauses, sizeof(*out));

	for (size_t i = 0; i < r->npath; i++) {
		const struct node *n = &r->flow->nodes[r->path[i].node];
		struct conclusion *c;

		if ((n->kind != NODE_FIX && n->kind != NODE_END) || n->cause == CAUSE_NONE)
			continue;
		c = &out[n->cause];
		*c = (struct conclusion){.how = CONCLUDED_OPEN, .visit = i};
		find_decider(r, c);
		if (n->kind == NODE_FIX)
			settle_fix(r, c);
	}
	return out;
}
