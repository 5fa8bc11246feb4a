/* The end of a path: the verdict, what it rests on, and what to do with it. */
#include "page_int.h"

#include <string.h>

#include <casebook/words.h>

#include "session_int.h"

static const char *case_ref(struct page_maker *m)
{
	return m->s->cf.number != 0 ? arena_fmt(m->mem, "%u", (unsigned)m->s->cf.number) : m->s->cf.id;
}

static void show_handover(struct page_maker *m)
{
	const char *ref = case_ref(m);

	pm_block(m, BLOCK_HINT, MARK_NONE,
	         "To hand it over, export the report, or everything with the evidence:");
	pm_block(m, BLOCK_COMMAND, MARK_NONE,
	         arena_fmt(m->mem, "casebook report %s -f html -o case-%s.html", ref, ref));
	pm_block(m, BLOCK_COMMAND, MARK_NONE,
	         arena_fmt(m->mem, "casebook bundle %s -o case-%s.zip", ref, ref));
}

static enum mark verdict_mark(const struct brief *b)
{
	return b->verdict == VERDICT_FAULT || b->verdict == VERDICT_REFUSED_LATER ? MARK_BAD
	       : b->verdict == VERDICT_INCONCLUSIVE                               ? MARK_OPEN
	                                                                          : MARK_OK;
}

/* Ages count from the newest record: a page knows no clock. */
static const struct brief *brief_here(struct page_maker *m)
{
	const struct casefile *cf = &m->s->cf;
	struct brief_options o = {.made_ms = cf->nlog != 0 ? cf->log[cf->nlog - 1].at_ms : cf->opened_ms};

	return brief_new(m->mem, m->r, &o);
}

static void show_slots(struct page_maker *m, const struct brief *b)
{
	struct brief_row rows[BRIEF_MAX_LINES];
	size_t n = brief_lines(m->mem, b, rows);

	for (size_t i = 0; i < n; i++) {
		struct block *k = pm_block(m, rows[i].name != NULL ? BLOCK_DETAIL : BLOCK_COMMAND, MARK_NONE,
		                           rows[i].text);

		k->label = rows[i].name;
		k->more = !rows[i].first;
	}
}

static void say_by_whom(struct page_maker *m, const struct finding *f)
{
	if (f->by_person)
		pm_block(m, BLOCK_WARNING, MARK_WARN, "No check has confirmed this: a person's word.");
}

const struct brief *pm_brief(struct page_maker *m)
{
	const struct brief *b = brief_here(m);

	pm_block(m, BLOCK_HINT, verdict_mark(b), brief_first_line(m->mem, b));
	show_slots(m, b);
	if (b->main != BRIEF_NO_FINDING)
		say_by_whom(m, &m->d->findings[b->main]);
	return b;
}

/* What was found besides. */
static void show_other(struct page_maker *m, const struct finding *f)
{
	bool fixed = f->fixed || f->fixed_by_person;
	struct block *b = pm_block(m, BLOCK_CAUSE, fixed ? MARK_OK : pm_severity_mark(f->severity),
	                           f->remedy != NULL && !fixed ? f->remedy : "");

	b->label = fixed ? arena_fmt(m->mem, "%s (fixed)", f->title) : f->title;
	say_by_whom(m, f);
}

static bool is_open(const struct cause_row *row)
{
	return row->state == CAUSE_UNTESTED && row->cause->severity != SEV_NOTE;
}

static size_t untested(const struct page_maker *m)
{
	size_t open = 0;

	for (size_t i = 0; i < m->d->nrows; i++)
		open += is_open(&m->d->rows[i]);
	return open;
}

/* Their list has all of them and says why. */
static void show_untested(struct page_maker *m)
{
	enum { MOST = 6 };
	size_t shown = 0;

	for (size_t i = 0; i < m->d->nrows && shown < MOST; i++) {
		const struct cause_row *row = &m->d->rows[i];

		if (!is_open(row))
			continue;
		pm_block(m, BLOCK_DETAIL, MARK_OPEN,
		         arena_fmt(m->mem, "not tested: %s (%s)", row->cause->title,
		                   words_said(m->r, NULL, row->by, m->mem)));
		shown++;
	}
}

/* "Go on without" decides nothing, whoever took it. */
static bool claims_nothing(const struct page_maker *m, size_t i)
{
	const struct answer_def *def =
	        node_answer(&m->s->flow->nodes[m->r->path[i].node], m->r->path[i].answer->u.answer.answer);

	return def != NULL && def->blank;
}

/* Who decided how much. */
static void show_work(struct page_maker *m)
{
	unsigned by[3] = {0, 0, 0}; /* checks, files, persons */
	struct buf b;

	for (size_t i = 0; i < m->r->npath; i++) {
		const struct record *a = m->r->path[i].answer;

		if (a == NULL || m->s->flow->nodes[m->r->path[i].node].kind != NODE_ASK ||
		    claims_nothing(m, i))
			continue;
		if (a->u.answer.by == BY_PROBE || a->u.answer.by == BY_FILE)
			by[a->u.answer.by == BY_FILE] += a->u.answer.evidence != 0;
		else
			by[2] += a->u.answer.by == BY_PERSON;
	}
	buf_init(&b, 200);
	buf_fmt(&b, "Questions decided: %u by checks, %u by files, %u by you.", by[0], by[1], by[2]);
	pm_block(m, BLOCK_HINT, MARK_NONE, arena_strdup(m->mem, buf_cstr(&b)));
	buf_release(&b);
}

static void end_pick(struct page_maker *m, const char *label, const char *hint, const char *opens)
{
	pm_pick(m, label, hint, false, (struct intent){.kind = IN__MAX});
	m->p->picks[m->p->npicks - 1].opens = opens;
	m->p->picks[m->p->npicks - 1].closes = opens == NULL;
}

void pm_hand_over(struct page_maker *m)
{
	size_t from = m->p->nblocks, open = untested(m);

	show_handover(m);
	pm_more(m, from);
	end_pick(m, "Read the report", "as it would be handed over", "report");
	m->p->picks[0].suggested = true;
	end_pick(m, "Write it for somebody", "HTML, Markdown, text, with names or without", "export");
	if (open != 0)
		end_pick(m, "Look at the causes",
		         arena_fmt(m->mem, "%zu %s not tested", open, open == 1 ? "was" : "were"), "causes");
	end_pick(m, "Close the case", "back to the list; all is saved", NULL);
}

/* What was given and nobody could read: the verdict knows nothing of it. */
static void show_unread(struct page_maker *m)
{
	enum { MOST = 6 };

	for (size_t i = 0; i < m->d->nunread && i < MOST; i++) {
		const struct evidence *e = &casefile_at(&m->s->cf, m->d->unread[i])->u.evidence;

		pm_block(m, BLOCK_WARNING, MARK_WARN,
		         arena_fmt(m->mem, "Not read: %s: %s", e->target != NULL ? e->target : e->probe,
		                   unread_why(e)));
	}
	if (m->d->nunread > MOST)
		pm_block(m, BLOCK_DETAIL, MARK_NONE,
		         arena_fmt(m->mem, "... and %zu more, in the report", m->d->nunread - MOST));
}

void pm_end(struct page_maker *m)
{
	const struct brief *b;
	size_t from;

	m->p->kind = PAGE_END;
	if (m->d->verdict == VERDICT_FIXED)
		m->p->ask = "It works again";
	b = pm_brief(m);
	show_unread(m);
	if (m->n->text != NULL && m->d->verdict != VERDICT_FIXED)
		pm_block(m, BLOCK_TEXT, MARK_NONE, m->n->text);
	for (size_t i = 0; i < m->d->nfindings; i++)
		if (i != b->main)
			show_other(m, &m->d->findings[i]);
	for (size_t i = 0; i < m->d->ncontradictions && !b->contradicted; i++)
		pm_block(m, BLOCK_WARNING, MARK_WARN, m->d->contradictions[i].text);
	show_work(m);
	from = m->p->nblocks;
	show_untested(m);
	if (m->n->source != NULL)
		pm_block(m, BLOCK_SOURCE, MARK_NONE, m->n->source);
	pm_more(m, from);
	pm_hand_over(m);
}
