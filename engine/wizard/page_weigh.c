/*
 * Before anything is changed: several causes that fit, the strongest first, and sources that disagree about
 * one.  Both pages stand before the step that they are about, and record nothing when they are passed.
 */
#include "page_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/say.h>

/* ---- several causes ---- */

/* A fix that was tried, or said not to help, is no rival any more. */
static bool was_tried(const struct page_maker *m, const struct cause *c)
{
	for (size_t i = 0; i + 1 < m->r->npath; i++) {
		const struct node *n = &m->s->flow->nodes[m->r->path[i].node];
		const struct record *a = m->r->path[i].answer;

		if (n->kind == NODE_FIX && &m->s->flow->causes[n->cause] == c && a != NULL &&
		    fix_instead(m->s->flow, a->u.answer.answer) == NODE_NONE)
			return true;
	}
	return false;
}

static const struct cause_row *row_of(const struct page_maker *m, const struct finding *f)
{
	return &m->d->rows[f->cause - m->s->flow->causes];
}

static int rank(const struct cause_row *row)
{
	if (row->word)
		return 0;
	return (row->symptom ? 1 : 2) + (row->strength == HEARD_LIVE ? 4 : 0);
}

struct rival {
	const struct finding *f;
	const struct cause_row *row;
};

/* Live before a file, what proves before what only looks like it, fresh before old, two sources before one.
 */
static int stronger(const void *x, const void *y)
{
	const struct rival *a = x, *b = y;
	int by_rank = rank(b->row) - rank(a->row);

	if (by_rank != 0)
		return by_rank;
	if (a->row->at_ms != b->row->at_ms)
		return a->row->at_ms > b->row->at_ms ? -1 : 1;
	if (a->row->nevidence != b->row->nevidence)
		return a->row->nevidence > b->row->nevidence ? -1 : 1;
	return a->f < b->f ? -1 : 1;
}

static size_t rivals(const struct page_maker *m, struct rival **out)
{
	size_t n = 0;

	*out = arena_array(m->mem, m->d->nfindings, sizeof(**out));
	for (size_t i = 0; i < m->d->nfindings; i++) {
		const struct finding *f = &m->d->findings[i];

		if (f->severity == SEV_FAULT && !f->fixed && !was_tried(m, f->cause) &&
		    cause_fix(m->s->flow, f->cause) != NODE_NONE)
			(*out)[n++] = (struct rival){f, row_of(m, f)};
	}
	if (n > 1)
		qsort(*out, n, sizeof(**out), stronger);
	return n;
}

const char *pm_weight(struct page_maker *m, const struct cause_row *row)
{
	const char *how = row->symptom ? "looks like it" : "seen";

	if (row->word)
		return "by a person's word";
	if (row->strength == HEARD_LIVE)
		return arena_fmt(m->mem, "%s now, live", how);
	if (row->at_ms == ABOUT_NO_TIME)
		return row->symptom ? "a file looks like it" : "from a file";
	return arena_fmt(m->mem, "%s, %s", row->symptom ? "a file looks like it" : "from a file",
	                 say_when(m->mem, row->at_ms, SAY_MINUTE));
}

/* The newest sentence that it rests on. */
static const char *ground(struct page_maker *m, const struct rival *v)
{
	const struct cause *c = v->f->cause;

	for (size_t i = v->row->nevidence; i > 0; i--) {
		const struct evidence *e = &casefile_at(&m->s->cf, v->row->evidence[i - 1])->u.evidence;
		const char *said = evidence_said(m, e, c->supported != NULL ? c->supported : c->symptom);

		if (said != NULL)
			return said;
	}
	return c->summary;
}

static void pick_rival(struct page_maker *m, const struct rival *v, bool first)
{
	bool here = &m->s->flow->causes[m->n->cause] == v->f->cause;
	struct intent in = {.kind = IN_CONFIRM};

	if (!here)
		in = (struct intent){.kind = IN_INSTEAD, .key = v->f->cause->id};
	pm_pick(m, v->f->title, pm_weight(m, v->row), first, in);
	m->p->picks[m->p->npicks - 1].detail = ground(m, v);
}

static bool came_instead(const struct page_maker *m)
{
	const struct visit *v = m->r->npath >= 2 ? &m->r->path[m->r->npath - 2] : NULL;

	return v != NULL && v->answer != NULL && m->s->flow->nodes[v->node].kind == NODE_FIX &&
	       fix_instead(m->s->flow, v->answer->u.answer.answer) != NODE_NONE;
}

static bool several(struct page_maker *m)
{
	enum { SHOWN = 4 };
	static const char *const numbers[] = {"", "", "Two", "Three", "Four"};
	struct rival *all;
	size_t n = rivals(m, &all), shown = n < SHOWN ? n : SHOWN;

	if (n < 2 || came_instead(m))
		return false;
	m->p->kind = PAGE_CONFIRM;
	m->p->ask = arena_fmt(m->mem, "%s causes fit. Begin with the first.",
	                      n <= SHOWN ? numbers[n] : arena_fmt(m->mem, "%zu", n));
	pm_block(
	        m, BLOCK_HINT, MARK_NONE,
	        "Strongest first; at the right is why. The check after its fix shows whether the next one is "
	        "needed.");
	for (size_t i = 0; i < shown; i++)
		pick_rival(m, &all[i], i == 0);
	pm_pick(m, "Look at all causes",
	        arena_fmt(m->mem, "%zu open, %zu excluded", m->p->untested, m->p->excluded), false,
	        (struct intent){.kind = IN__MAX});
	m->p->picks[m->p->npicks - 1].opens = "causes";
	return true;
}

/* ---- sources that disagree ---- */

static void side(struct page_maker *m, const char *says, enum mark mark, const uint32_t *pos, size_t n,
                 const struct cond *why)
{
	for (size_t i = 0; i < n; i++) {
		const struct evidence *e = &casefile_at(&m->s->cf, pos[i])->u.evidence;
		const struct probe *p = flow_probe(m->s->flow, e->probe);
		struct block *b =
		        pm_block(m, BLOCK_CHECK, mark, evidence_told(m, e, evidence_step(m, e), why));

		b->label = arena_fmt(m->mem, "%s %s", says, say_when(m->mem, e->started_ms, SAY_CLOCK));
		pm_block(m, BLOCK_DETAIL, MARK_NONE,
		         p != NULL && p->kind == PROBE_FILE && e->target != NULL
		                 ? arena_fmt(m->mem, "%s, read at that time; what it says may be older",
		                             e->target)
		                 : evidence_vantage(m, e));
	}
}

/* The check that settles it: a file is asked for here, a live one is run again where it belongs. */
static void settle_by(struct page_maker *m, const struct contradiction *c)
{
	const struct probe *p = c->settler;
	size_t visit = SIZE_MAX;

	for (size_t i = 0; p != NULL && i < m->r->npath; i++) {
		const struct node *n = &m->s->flow->nodes[m->r->path[i].node];

		for (size_t k = 0; k < n->nchecks; k++)
			if (n->checks[k].probe == p)
				visit = i;
	}
	if (p == NULL)
		return;
	if (p->fetch != NULL) {
		pm_block(m, BLOCK_HINT, MARK_NONE,
		         "One new file settles it. Drop it here, or paste its path:");
		pm_block(m, BLOCK_COMMAND, MARK_NONE, p->fetch);
	} else if (c->settle != NULL) {
		pm_block(m, BLOCK_HINT, MARK_NONE, arena_fmt(m->mem, "What settles it: %s.", c->settle));
	}
	if (visit < m->r->npath)
		pm_pick(m, p->kind == PROBE_LIVE ? "Ask it again" : "Give it again",
		        p->kind == PROBE_LIVE ? "back to its step; r runs the check"
		                              : "back to its step; the new file is read there",
		        true,
		        (struct intent){.kind = IN_GOTO,
		                        .text = m->s->flow->nodes[m->r->path[visit].node].id,
		                        .n = (uint32_t)visit + 1});
}

static bool disputed(struct page_maker *m, const struct contradiction *c)
{
	const struct cause_row *row = &m->d->rows[c->cause - m->s->flow->causes];

	m->p->kind = PAGE_CONFIRM;
	m->p->ask = arena_fmt(m->mem, "%s? The sources disagree.", c->cause->title);
	side(m, "yes", MARK_BAD, row->evidence, row->nevidence,
	     c->cause->supported != NULL ? c->cause->supported : c->cause->symptom);
	side(m, "no", MARK_OK, row->against, row->nagainst, NULL);
	settle_by(m, c);
	pm_pick(m, "Go on with both", "both sides stand in the report; nobody is convicted",
	        m->p->npicks == 0, (struct intent){.kind = IN_CONFIRM});
	pm_pick(m, "Look at the evidence", NULL, false, (struct intent){.kind = IN__MAX});
	m->p->picks[m->p->npicks - 1].opens = "files";
	return true;
}

static const struct contradiction *dispute(const struct page_maker *m)
{
	for (size_t i = 0; i < m->d->ncontradictions; i++) {
		const struct contradiction *c = &m->d->contradictions[i];

		if (c->cause != NULL && c->cause->severity == SEV_FAULT &&
		    (m->n->kind == NODE_END || &m->s->flow->causes[m->n->cause] == c->cause))
			return c;
	}
	return NULL;
}

bool pm_weigh(struct page_maker *m)
{
	const struct contradiction *c;

	if (m->s->weighed || (m->n->kind != NODE_FIX && m->n->kind != NODE_END) ||
	    m->r->path[m->r->npath - 1].answer != NULL)
		return false;
	c = m->d->verdict != VERDICT_FIXED && m->d->verdict != VERDICT_HEALTHY ? dispute(m) : NULL;
	if (c != NULL)
		return disputed(m, c);
	return m->n->kind == NODE_FIX && several(m);
}
