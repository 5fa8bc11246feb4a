/*
 * What does not fit together: an answer and what the checks saw, two pieces of
 * evidence about one cause, one check that changed its mind.
 */
#include "case_int.h"

#include <string.h>

#include <casebook/say.h>

static void add(struct replay *r, struct diagnosis *d, struct contradiction c)
{
	struct contradiction *more = arena_array(r->mem, d->ncontradictions + 1, sizeof(*more));

	if (d->ncontradictions != 0)
		memcpy(more, d->contradictions, d->ncontradictions * sizeof(*more));
	more[d->ncontradictions++] = c;
	d->contradictions = more;
}

static void answer_contradiction(struct replay *r, struct diagnosis *d, const struct visit *v)
{
	const struct node *n = &r->flow->nodes[v->node];
	const struct rec_answer *a = &v->answer->u.answer;
	const struct answer_def *said = node_answer(n, a->answer), *saw = node_answer(n, v->saw);
	struct contradiction c = {.step = n->id, .said = a->answer, .saw = v->saw, .evidence = a->evidence};

	c.text = arena_fmt(r->mem, "At '%s' the answer was \"%s\", the checks saw \"%s\".", n->label,
	                   said->label, saw != NULL ? saw->label : v->saw);
	add(r, d, c);
}

/* An answers file against the checks, which were followed. */
static void overruled(struct replay *r, struct diagnosis *d, const struct record *rec)
{
	const struct rec_answer *a = &rec->u.answer;
	const struct node *n = flow_node(r->flow, a->step);
	const struct answer_def *said = n != NULL && n->kind == NODE_ASK ? node_answer(n, a->answer) : NULL;
	const struct answer_def *saw = said != NULL && a->seen != NULL ? node_answer(n, a->seen) : NULL;

	if (a->by != BY_ANSWERS || saw == NULL || said == saw)
		return;
	add(r, d,
	    (struct contradiction){.step = n->id,
	                           .said = said->id,
	                           .saw = saw->id,
	                           .text = arena_fmt(r->mem,
	                                             "At '%s' the answers file says \"%s\", the checks saw "
	                                             "\"%s\" and were followed.",
	                                             n->label, said->label, saw->label)});
}

struct settler {
	struct replay *r;
	const struct probe *best; /* live before a file */
};

static bool take_probe(void *arg, const char *probe, const char *fact)
{
	struct settler *s = arg;
	const struct probe *p = flow_probe(s->r->flow, probe);

	(void)fact;
	if (p != NULL && (s->best == NULL || (p->kind == PROBE_LIVE && s->best->kind != PROBE_LIVE)))
		s->best = p;
	return true;
}

/* The cheapest check of either side that can be taken anew. */
static const struct probe *settler_of(struct replay *r, const struct cause *c)
{
	struct settler s = {.r = r};

	cause_reads(c, take_probe, &s);
	return s.best;
}

static const char *settle_text(struct replay *r, const struct probe *p)
{
	if (p == NULL)
		return NULL;
	return p->kind == PROBE_LIVE
	               ? arena_fmt(r->mem,
	                           "%s, asked several times: there may be more than one server behind it",
	                           p->title)
	               : arena_fmt(r->mem, "%s, taken again: %s", p->title,
	                           p->fetch != NULL ? p->fetch : p->title);
}

/* Both sides stand: somebody should look. */
static void cause_contradiction(struct replay *r, struct diagnosis *d, const struct cause_row *row)
{
	struct contradiction c = {.step = ""};

	if (row->state != CAUSE_CONTRADICTED)
		return;
	c.cause = row->cause;
	c.said = row->pro;
	c.saw = row->contra;
	c.evidence = row->nagainst != 0 ? row->against[row->nagainst - 1] : 0;
	c.settler = settler_of(r, row->cause);
	c.settle = settle_text(r, c.settler);
	c.text = arena_fmt(r->mem, "\"%s\" is supported by %s and ruled out by %s.", row->cause->title,
	                   c.said, c.saw);
	add(r, d, c);
}

/* The same check of the same step proposed one answer and later, without a fix between, another. */
static void change_contradiction(struct replay *r, struct diagnosis *d, const struct evidence *a,
                                 const struct evidence *b)
{
	const struct node *n = flow_node(r->flow, b->step);
	struct look was = {.r = r, .node = n, .hi = a->id}, is = {.r = r, .node = n, .hi = b->id};
	struct contradiction c = {.evidence = b->id};
	int said, saw;

	for (size_t i = 0; i < r->npath; i++)
		if (r->path[i].since < a->id && r->path[i].since > was.lo)
			was.lo = is.lo = r->path[i].since;
	said = n != NULL && n->kind == NODE_ASK ? look_saw(&was, n) : -1;
	saw = said >= 0 ? look_saw(&is, n) : -1;
	if (saw < 0 || said == saw)
		return;
	c.step = n->id;
	c.said = n->answers[said].id;
	c.saw = n->answers[saw].id;
	c.text = arena_fmt(r->mem, "%s saw \"%s\" at %s and \"%s\" at %s, with no fix between.",
	                   n->label != NULL ? n->label : n->id, n->answers[said].label,
	                   say_when(r->mem, a->started_ms, SAY_CLOCK), n->answers[saw].label,
	                   say_when(r->mem, b->started_ms, SAY_CLOCK));
	add(r, d, c);
}

static bool fixed_between(const struct replay *r, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < r->npath; i++)
		if (r->path[i].since > a && r->path[i].since < b)
			return true;
	return false;
}

/* The run before of the same call at the same step; NULL when there is none. */
static const struct evidence *run_before(const struct replay *r, const struct probe_log *l, size_t at)
{
	const struct evidence *b = &casefile_at(r->cf, l->pos[at])->u.evidence;

	for (size_t i = at; i > 0; i--) {
		const struct evidence *a = &casefile_at(r->cf, l->pos[i - 1])->u.evidence;

		if (a->call != NULL && a->step != NULL && strcmp(a->call, b->call) == 0 &&
		    strcmp(a->step, b->step) == 0)
			return fixed_between(r, a->id, b->id) ? NULL : a;
	}
	return NULL;
}

static void changes(struct replay *r, struct diagnosis *d)
{
	for (size_t i = 0; i < r->index->nlogs; i++) {
		const struct probe_log *l = &r->index->logs[i];

		for (size_t k = 1; k < l->n; k++) {
			const struct evidence *b = &casefile_at(r->cf, l->pos[k])->u.evidence;
			const struct evidence *a =
			        b->call != NULL && b->step != NULL ? run_before(r, l, k) : NULL;

			if (a != NULL && a->outcome == EV_MEASURED && b->outcome == EV_MEASURED)
				change_contradiction(r, d, a, b);
		}
	}
}

/* Somebody said whose a file is, and it says otherwise itself. */
static void claim_contradiction(struct replay *r, struct diagnosis *d, const struct claim *c)
{
	if (c->own == ROLE_UNKNOWN)
		return;
	add(r, d,
	    (struct contradiction){
	            .step = "",
	            .said = role_name(c->role),
	            .saw = role_name(c->own),
	            .evidence = c->e->id,
	            .text = arena_fmt(r->mem,
	                              "%s was said to be of the %s but shows that it is of the %s, and "
	                              "is heard as that.",
	                              c->e->target != NULL ? c->e->target : c->e->probe, role_name(c->role),
	                              role_name(c->own))});
}

void list_contradictions(struct replay *r, struct diagnosis *d)
{
	for (size_t i = 0; i < r->npath; i++)
		if (r->path[i].contradicts)
			answer_contradiction(r, d, &r->path[i]);
	for (size_t i = replay_since(r); i < r->cf->nlog; i++)
		if (r->cf->log[i].kind == REC_ANSWER && r->retracted[i])
			overruled(r, d, &r->cf->log[i]);
	for (size_t i = 0; i < d->nrows; i++)
		cause_contradiction(r, d, &d->rows[i]);
	for (size_t i = 0; i < r->index->question.nclaims; i++)
		claim_contradiction(r, d, &r->index->question.claims[i]);
	changes(r, d);
}
