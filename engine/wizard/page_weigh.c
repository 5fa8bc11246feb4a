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
			(*out)[n++] = (struct rival){f, pm_row(m, f->cause)};
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

static bool is_here(const struct page_maker *m, const struct rival *v)
{
	return &m->s->flow->causes[m->n->cause] == v->f->cause;
}

static void pick_rival(struct page_maker *m, const struct rival *v, bool first)
{
	struct intent in = {.kind = IN_CONFIRM};

	if (!is_here(m, v))
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

	if (n == 0 || came_instead(m) || (n == 1 && is_here(m, &all[0])))
		return false;
	m->p->kind = PAGE_CONFIRM;
	if (n == 1) {
		m->p->ask = "What was seen fits another cause";
		pm_block(m, BLOCK_HINT, MARK_NONE,
		         arena_fmt(m->mem, "Nothing seen so far shows \"%s\", where the answers lead.",
		                   m->s->flow->causes[m->n->cause].title));
	} else {
		m->p->ask = arena_fmt(m->mem, "%s causes fit. Begin with the first.",
		                      n <= SHOWN ? numbers[n] : arena_fmt(m->mem, "%zu", n));
		pm_block(m, BLOCK_HINT, MARK_NONE,
		         "Strongest first; at the right is why. The check after its fix shows whether the "
		         "next one is needed.");
	}
	for (size_t i = 0; i < shown; i++)
		pick_rival(m, &all[i], i == 0);
	if (n == 1)
		pm_pick(m, arena_fmt(m->mem, "Go on: %s", m->s->flow->causes[m->n->cause].title),
		        "as answered", false, (struct intent){.kind = IN_CONFIRM});
	pm_pick(m, "Look at all causes",
	        arena_fmt(m->mem, "%zu open, %zu excluded", m->p->untested, m->p->excluded), false,
	        (struct intent){.kind = IN__MAX});
	m->p->picks[m->p->npicks - 1].opens = "causes";
	return true;
}

/* ---- sources that disagree ---- */

/* Where it stands, and when it was so: not when it was read. */
static const char *where_and_when(struct page_maker *m, const struct brief_proof *p, const struct evidence *e)
{
	const char *undated = strstr(p->place, ", undated");

	if (undated == NULL)
		undated = p->place + strlen(p->place);
	if (p->live)
		return arena_fmt(m->mem, "live, %s%s%s", say_when(m->mem, e->started_ms, SAY_CLOCK),
		                 e->host != NULL ? ", from " : "", e->host != NULL ? e->host : "");
	if (p->at_ms != ABOUT_NO_TIME)
		return arena_fmt(m->mem, "%s, of %s", p->place, say_when(m->mem, p->at_ms, SAY_MINUTE));
	return arena_fmt(m->mem, "%.*s; read %s, it may be older", (int)(undated - p->place), p->place,
	                 say_when(m->mem, e->started_ms, SAY_MINUTE));
}

/* `word`: what stands there without any witness, a person's answer. */
static void side(struct page_maker *m, const struct cause *c, enum proof_side side, const char *word)
{
	enum { SHOWN = 3 };
	const struct brief_proof *all;
	size_t n = brief_witnesses(m->mem, m->r, c, side, &all);

	if (n == 0 && word != NULL)
		pm_block(m, BLOCK_CHECK, side == PROOF_FOR ? MARK_BAD : MARK_OK,
		         words_said(m->r, NULL, word, m->mem))
		        ->label = side == PROOF_FOR ? "Yes" : "No";

	for (size_t i = 0; i < n; i++) {
		const struct evidence *e = &casefile_at(&m->s->cf, all[i].evidence)->u.evidence;
		size_t from = m->p->nblocks;

		pm_block(m, BLOCK_CHECK, side == PROOF_FOR ? MARK_BAD : MARK_OK, all[i].says)->label =
		        side == PROOF_FOR ? "Yes" : "No";
		pm_block(m, BLOCK_DETAIL, MARK_NONE, where_and_when(m, &all[i], e));
		if (all[i].quote != NULL)
			pm_block(m, BLOCK_DETAIL, MARK_NONE, all[i].quote);
		if (i >= SHOWN)
			pm_more(m, from);
	}
}

static size_t visit_of(const struct page_maker *m, const struct probe *p)
{
	size_t visit = SIZE_MAX;

	for (size_t i = 0; i < m->r->npath; i++) {
		const struct node *n = &m->s->flow->nodes[m->r->path[i].node];

		for (size_t k = 0; k < n->nchecks; k++)
			if (n->checks[k].probe == p)
				visit = i;
	}
	return visit;
}

static const struct input_def *file_of(const struct page_maker *m, const struct probe *p)
{
	const struct flow *f = m->s->flow;

	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			for (size_t a = 0; a < f->nodes[i].checks[k].nargs; a++) {
				const struct check *c = &f->nodes[i].checks[k];
				int in = c->args[a].input;

				if (c->probe == p && in >= 0 && f->inputs[in].type == INPUT_FILE)
					return &f->inputs[in];
			}
	return NULL;
}

/* Asked again once and still disputed: Enter goes on, so that nobody goes round in a circle. */
static bool was_asked_again(const struct page_maker *m, const struct probe *p)
{
	size_t n = 0;

	for (size_t i = 0; i < m->s->cf.nlog; i++)
		n += m->s->cf.log[i].kind == REC_EVIDENCE && m->s->cf.log[i].u.evidence.probe != NULL &&
		     strcmp(m->s->cf.log[i].u.evidence.probe, p->id) == 0;
	return n > 1;
}

/* A live check is run again by one key; a new file goes into the field. */
static bool settle_by(struct page_maker *m, const struct contradiction *c)
{
	const struct probe *p = c->settler;
	const struct input_def *file = p != NULL && p->kind == PROBE_FILE ? file_of(m, p) : NULL;
	bool first = p != NULL && !was_asked_again(m, p);
	size_t visit = p != NULL && p->kind == PROBE_LIVE ? visit_of(m, p) : SIZE_MAX;

	if (file != NULL) {
		const char *how = file->fetch != NULL ? file->fetch : p->fetch;

		pm_block(m, BLOCK_HINT, MARK_NONE,
		         arena_fmt(m->mem, "One new file settles it: %s%s", file->label,
		                   how != NULL ? ", made now by" : "."));
		if (how != NULL)
			pm_block(m, BLOCK_COMMAND, MARK_NONE, how);
		m->p->copy = how;
		pm_field(m, file);
		m->p->fields[m->p->nfields - 1].given = false; /* another one is wanted */
		m->p->fields[m->p->nfields - 1].value = NULL;
	}
	if (visit >= m->r->npath)
		return file != NULL;
	pm_pick(m, arena_fmt(m->mem, "Ask again: %s", p->title),
	        "settles it; several servers may share the name", first, intent_goto(m->r, visit, true));
	return first;
}

static bool disputed(struct page_maker *m, const struct contradiction *c)
{
	bool settled;

	m->p->kind = PAGE_CONFIRM;
	m->p->ask = arena_fmt(m->mem, "%s? The sources disagree.", c->cause->title);
	side(m, c->cause, PROOF_FOR, c->said);
	side(m, c->cause, PROOF_AGAINST, c->saw);
	settled = settle_by(m, c);
	pm_pick(m, "Go on with both", "the report has both sides and convicts nobody", !settled,
	        (struct intent){.kind = IN_CONFIRM});
	m->p->picks[m->p->npicks - 1].blank = true;
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
