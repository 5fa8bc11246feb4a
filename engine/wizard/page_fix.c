/* A cause with its fix: why it is thought, who does what where, and how it is proved. */
#include "page_int.h"

#include <string.h>

#include <casebook/say.h>
#include <casebook/words.h>

/* ---- why ---- */

const struct cause_row *pm_row(const struct page_maker *m, const struct cause *c)
{
	return &m->d->rows[c - m->s->flow->causes];
}

static const struct finding *finding_of(const struct page_maker *m, const struct cause *c)
{
	for (size_t i = 0; i < m->d->nfindings; i++)
		if (m->d->findings[i].cause == c)
			return &m->d->findings[i];
	return NULL;
}

static void show_evidence(struct page_maker *m, uint32_t pos, const struct cond *why)
{
	const struct record *rec = casefile_at(&m->s->cf, pos);
	const struct evidence *e = rec != NULL && rec->kind == REC_EVIDENCE ? &rec->u.evidence : NULL;
	struct block *b;
	size_t from;

	if (e == NULL)
		return;
	b = pm_block(m, BLOCK_BECAUSE, MARK_NONE, evidence_told(m, e, evidence_step(m, e), why));
	b->label = page_words(m->s->flow, e->probe, m->mem);
	from = m->p->nblocks;
	pm_block(m, BLOCK_DETAIL, MARK_NONE, evidence_vantage(m, e));
	pm_more(m, from);
	evidence_pins(m, e, 2);
}

static void show_reasons(struct page_maker *m, const struct cause *c)
{
	enum { SHOWN = 2 };
	const struct cause_row *row = pm_row(m, c);
	const struct finding *f = finding_of(m, c);
	const char *by = f != NULL ? f->by : row->by;
	const uint32_t *evidence = f != NULL ? f->evidence : row->evidence;
	size_t n = f != NULL ? f->nevidence : row->nevidence;

	/* The condition in words is for who wants to know; what was seen says it in a sentence. */
	pm_block(m, BLOCK_BECAUSE, MARK_NONE, words_said(m->r, NULL, by, m->mem))->more = n != 0;
	for (size_t i = 0; i < n; i++) {
		size_t from = m->p->nblocks;

		show_evidence(m, evidence[i], c->supported != NULL ? c->supported : c->symptom);
		if (i >= SHOWN)
			pm_more(m, from);
	}
	if (f != NULL && f->by_person)
		pm_block(m, BLOCK_WARNING, MARK_WARN,
		         "No check has confirmed this: it rests on an answer given by a person.");
	if (f == NULL && row->state == CAUSE_UNTESTED)
		pm_block(m, BLOCK_WARNING, MARK_WARN,
		         "Nothing that was seen shows this. It is what to look at next.");
	if (row->state == CAUSE_EXCLUDED)
		pm_block(m, BLOCK_WARNING, MARK_WARN,
		         arena_fmt(m->mem, "Evidence speaks against it: %s",
		                   words_said(m->r, NULL, row->by, m->mem)));
}

enum mark pm_severity_mark(enum severity s)
{
	return s == SEV_FAULT ? MARK_BAD : s == SEV_WARNING ? MARK_WARN : MARK_OK;
}

static void show_cause(struct page_maker *m, const struct cause *c, enum mark mark)
{
	struct block *b = pm_block(m, BLOCK_CAUSE, mark, c->summary != NULL ? c->summary : "");

	b->label = c->title;
}

/* ---- the fix ---- */

static const char *capital(struct arena *mem, const char *text)
{
	char *copy = arena_strdup(mem, text);

	if (copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	return copy;
}

static const char *group_of(struct page_maker *m, const struct fix_item *f)
{
	if (f->who == NULL && f->where == NULL)
		return NULL;
	if (f->who == NULL || f->where == NULL)
		return capital(m->mem, f->who != NULL ? f->who : f->where);
	return arena_fmt(m->mem, "%s, %s", capital(m->mem, f->who), f->where);
}

/* The flow names either what is changed or what happens: "IIS configuration", "restarts the server". */
static const char *effect_of(struct page_maker *m, const char *changes)
{
	size_t word = changes != NULL ? strcspn(changes, " ") : 0;

	if (changes == NULL || strcmp(changes, "nothing") == 0)
		return changes != NULL ? "only looks" : NULL;
	if (word > 3 && changes[word] == ' ' && changes[word - 1] == 's' && changes[word - 2] != 's')
		return changes;
	return arena_fmt(m->mem, "changes %s", changes);
}

static void show_ticks(struct page_maker *m, const struct cause *c)
{
	struct page *p = m->p;

	p->ticks = arena_array(m->mem, c->nfix, sizeof(*p->ticks));
	for (size_t i = 0; i < c->nfix; i++) {
		const struct fix_item *f = &c->fix[i];

		p->ticks[p->nticks++] = (struct tick){.text = f->text,
		                                      .group = group_of(m, f),
		                                      .effect = effect_of(m, f->changes),
		                                      .run = f->run,
		                                      .done = replay_ticked(m->r, c, (uint32_t)i)};
	}
}

/* The steps as a message to whoever does them. */
static const char *as_message(struct page_maker *m, const struct cause *c)
{
	const struct page *p = m->p;
	const char *group = NULL, *text;
	struct buf b;

	buf_init(&b, BUF_MAX_LINE);
	buf_fmt(&b, "%s. To be done:\n", c->title);
	for (size_t i = 0; i < p->nticks; i++) {
		const struct tick *t = &p->ticks[i];

		if (t->group != NULL && (group == NULL || strcmp(group, t->group) != 0))
			buf_fmt(&b, "%s:\n", t->group);
		group = t->group;
		buf_fmt(&b, "%zu. %s%s%s%s\n", i + 1, t->text, t->effect != NULL ? " (" : "",
		        t->effect != NULL ? t->effect : "", t->effect != NULL ? ")" : "");
		if (t->run != NULL)
			buf_fmt(&b, "   %s\n", t->run);
	}
	text = arena_strdup(m->mem, buf_cstr(&b));
	buf_release(&b);
	return text;
}

static void command_of(struct page_maker *m, const struct check *c)
{
	const struct evidence *e = replay_check_evidence(m->r, c);
	struct probe_arg args[CHECK_MAX_ARGS];
	size_t n = replay_args(m->r, c, args, CHECK_MAX_ARGS);
	struct buf b;

	if (n == 0)
		return;
	buf_init(&b, 8000);
	buf_fmt(&b, "casebook probe %s", c->probe->id);
	for (size_t i = 0; i < n; i++)
		buf_fmt(&b, strpbrk(args[i].value, " &?;'\"") != NULL ? " '%s=%s'" : " %s=%s", args[i].key,
		        args[i].value);
	pm_block(m, BLOCK_COMMAND, MARK_NONE, arena_strdup(m->mem, buf_cstr(&b)));
	buf_release(&b);
	if (e != NULL && e->by_hand != NULL)
		pm_block(m, BLOCK_COMMAND, MARK_NONE, e->by_hand);
	else if (c->probe->by_hand != NULL)
		pm_block(m, BLOCK_COMMAND, MARK_NONE, fill_template(m, c->probe->by_hand, args, n));
}

/* The same checks again, by hand. */
static void show_verify(struct page_maker *m, const struct cause *c)
{
	const struct node *v;

	if (c->verify == NODE_NONE)
		return;
	v = &m->s->flow->nodes[c->verify];
	pm_block(m, BLOCK_HINT, MARK_NONE,
	         arena_fmt(m->mem, "\"%s\" asks \"%s\" the same way; by hand:", fix_answer_label(FIX_DONE),
	                   v->label != NULL ? v->label : v->id));
	for (size_t i = 0; i < v->nchecks; i++)
		command_of(m, &v->checks[i]);
}

/* What the step that proves it showed last: "503 Service Unavailable at 09:31". */
static const char *seen_before(struct page_maker *m, node_id verify)
{
	const struct node *n = &m->s->flow->nodes[verify];

	for (size_t i = m->r->npath; i > 0; i--) {
		const struct record *a = m->r->path[i - 1].answer;

		if (m->r->path[i - 1].node == verify && a != NULL && n->kind == NODE_ASK)
			return arena_fmt(m->mem, "%s: %s at %s", n->label != NULL ? n->label : n->id,
			                 node_answer(n, a->u.answer.answer)->label,
			                 say_when(m->mem, a->at_ms, SAY_CLOCK));
	}
	return n->label;
}

static void fix_picks(struct page_maker *m)
{
	const struct cause *c = &m->s->flow->causes[m->n->cause];
	const struct node *next = m->n->go != NODE_NONE ? &m->s->flow->nodes[m->n->go] : NULL;

	pm_pick(m, fix_answer_label(FIX_DONE), c->verify != NODE_NONE ? seen_before(m, c->verify) : NULL,
	        false, (struct intent){.kind = IN_CHOOSE, .n = FIX_DONE});
	pm_pick(m, fix_answer_label(FIX_FAILED),
	        next == NULL || next->kind == NODE_END ? "nothing else is asked; the case stays open"
	                                               : next->label,
	        false, (struct intent){.kind = IN_CHOOSE, .n = FIX_FAILED});
	pm_pick(m, fix_answer_label(FIX_ESCALATE), "ends here, with all that was found", false,
	        (struct intent){.kind = IN_CHOOSE, .n = FIX_ESCALATE});
}

/* More than one cause fits: said before anything is changed, the strongest first. */
static void show_rivals(struct page_maker *m)
{
	size_t n = 0;

	for (size_t i = 0; i < m->d->nfindings; i++)
		n += m->d->findings[i].severity == SEV_FAULT && !m->d->findings[i].fixed;
	if (n < 2)
		return;
	pm_block(m, BLOCK_HINT, MARK_WARN, arena_fmt(m->mem, "%zu causes fit:", n));
	for (size_t i = 0; i < m->d->nfindings; i++) {
		const struct finding *f = &m->d->findings[i];

		if (f->severity == SEV_FAULT && !f->fixed)
			pm_block(
			        m, BLOCK_DETAIL, MARK_BAD,
			        arena_fmt(m->mem, "%s (%s)%s", f->title, pm_weight(m, pm_row(m, f->cause)),
			                  f->cause == &m->s->flow->causes[m->n->cause] ? ", this page" : ""));
	}
}

void pm_fix(struct page_maker *m)
{
	const struct cause *c = &m->s->flow->causes[m->n->cause];
	bool escalated = m->r->path[m->r->npath - 1].answer != NULL;
	const struct cause_row *row = pm_row(m, c);
	size_t from;

	m->p->kind = PAGE_FIX;
	m->p->ask = escalated ? arena_fmt(m->mem, "Handed over: %s", c->title) : c->title;
	if (escalated) {
		pm_brief(m);
	} else {
		from = m->p->nblocks;
		show_rivals(m);
		pm_more(m, from);
		show_cause(m, c,
		           row->state == CAUSE_SUPPORTED || finding_of(m, c) != NULL
		                   ? pm_severity_mark(c->severity)
		                   : MARK_OPEN);
		show_reasons(m, c);
	}
	from = m->p->nblocks;
	if (m->n->text != NULL)
		pm_block(m, BLOCK_TEXT, MARK_NONE, m->n->text);
	if (!escalated) {
		show_ticks(m, c);
		m->p->copy = as_message(m, c);
	}
	if (c->source != NULL)
		pm_block(m, BLOCK_SOURCE, MARK_NONE, c->source);
	if (!escalated)
		show_verify(m, c);
	pm_more(m, from);
	if (escalated)
		pm_hand_over(m);
	else
		fix_picks(m);
}
