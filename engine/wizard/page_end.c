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

static void show_run(struct page_maker *m, const char *when, enum mark mark, uint32_t pos)
{
	const struct evidence *e = &casefile_at(&m->s->cf, pos)->u.evidence;

	pm_run(m, when, mark, e, evidence_step(m, e), NULL);
}

/* The same checks before and after the fix. */
static void show_before_after(struct page_maker *m, const struct finding *f)
{
	for (size_t i = 0; i < f->nevidence; i++)
		show_run(m, "before", MARK_BAD, f->evidence[i]);
	for (size_t i = 0; i < f->nafter; i++)
		show_run(m, "after", MARK_OK, f->after[i]);
}

/* What was seen of it, in its own sentences. */
static void show_grounds(struct page_maker *m, const struct finding *f)
{
	enum { MOST = 3 };

	for (size_t i = 0; i < f->nevidence; i++) {
		const struct evidence *e = &casefile_at(&m->s->cf, f->evidence[i])->u.evidence;
		const char *said = evidence_said(m, e, f->cause->supported);
		struct block *b;

		if (said == NULL)
			continue;
		b = pm_block(m, BLOCK_BECAUSE, MARK_NONE, said);
		b->label = page_words(m->s->flow, e->probe, m->mem);
		b->more = i >= MOST;
	}
}

static void show_finding(struct page_maker *m, const struct finding *f)
{
	struct block *b = pm_block(m, BLOCK_CAUSE, f->fixed ? MARK_OK : pm_severity_mark(f->severity),
	                           f->remedy != NULL ? f->remedy : "");

	b->label = f->title;
	if (f->fixed)
		b->label = arena_fmt(m->mem, "%s (fixed%s)", f->title,
		                     f->fixed_by_person ? ", as a person says" : ", and checked again");
	pm_block(m, BLOCK_BECAUSE, MARK_NONE, words_said(m->r, NULL, f->by, m->mem))->more =
	        f->nevidence != 0;
	if (f->fixed)
		show_before_after(m, f);
	else
		show_grounds(m, f);
	if (f->by_person)
		pm_block(m, BLOCK_WARNING, MARK_WARN, "No check has confirmed this: a person's word.");
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

/* Who decided how much. */
static void show_work(struct page_maker *m)
{
	unsigned by[3] = {0, 0, 0}; /* checks, files, persons */
	struct buf b;

	for (size_t i = 0; i < m->r->npath; i++) {
		const struct record *a = m->r->path[i].answer;

		if (a == NULL || m->s->flow->nodes[m->r->path[i].node].kind != NODE_ASK)
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
	static const char *const said[] = {
	        [VERDICT_INCONCLUSIVE] = "Not settled: something is still missing.",
	        [VERDICT_FAULT] = "A fault was found.",
	        [VERDICT_HEALTHY] = "No fault was found.",
	        [VERDICT_REFUSED_LATER] = "The device reached NDES and was refused later.",
	        [VERDICT_FIXED] = "Fixed. A device was not seen yet: let one sync.",
	};
	static const enum mark marks[] = {[VERDICT_INCONCLUSIVE] = MARK_OPEN,
	                                  [VERDICT_FAULT] = MARK_BAD,
	                                  [VERDICT_HEALTHY] = MARK_OK,
	                                  [VERDICT_REFUSED_LATER] = MARK_BAD,
	                                  [VERDICT_FIXED] = MARK_OK};

	size_t from;

	m->p->kind = PAGE_END;
	if (m->d->verdict == VERDICT_FIXED)
		m->p->ask = "It works again";
	pm_block(m, BLOCK_HINT, marks[m->d->verdict], said[m->d->verdict]);
	show_unread(m);
	if (m->n->text != NULL && m->d->verdict != VERDICT_FIXED)
		pm_block(m, BLOCK_TEXT, MARK_NONE, m->n->text);
	for (size_t i = 0; i < m->d->nfindings; i++)
		show_finding(m, &m->d->findings[i]);
	for (size_t i = 0; i < m->d->ncontradictions; i++)
		pm_block(m, BLOCK_WARNING, MARK_WARN, m->d->contradictions[i].text);
	if (m->d->verdict != VERDICT_HEALTHY && m->d->verdict != VERDICT_FIXED && !m->d->proven)
		pm_proposal(m);
	show_work(m);
	from = m->p->nblocks;
	show_untested(m);
	if (m->n->source != NULL)
		pm_block(m, BLOCK_SOURCE, MARK_NONE, m->n->source);
	pm_more(m, from);
	pm_hand_over(m);
}
