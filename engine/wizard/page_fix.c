/* Pages that conclude: a cause with its fix, and the end of the path. */
#include "page_int.h"

#include <string.h>

/* ---- why ---- */

static const struct cause_row *row_of(const struct page_maker *m, const struct cause *c)
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
	const char *said = e != NULL ? evidence_said(m, e, why) : NULL;
	struct block *b;
	size_t from;

	if (e == NULL)
		return;
	b = pm_block(m, BLOCK_BECAUSE, MARK_NONE,
	             said != NULL
	                     ? said
	                     : evidence_line(m, e, e->step != NULL ? flow_node(m->s->flow, e->step) : NULL));
	b->label = page_words(m->s->flow, e->probe, m->mem);
	from = m->p->nblocks;
	pm_block(m, BLOCK_DETAIL, MARK_NONE, evidence_vantage(m, e));
	pm_more(m, from);
	evidence_pins(m, e, 2);
}

static void show_reasons(struct page_maker *m, const struct cause *c)
{
	const struct cause_row *row = row_of(m, c);
	const struct finding *f = finding_of(m, c);
	const char *by = f != NULL ? f->by : row->by;
	const uint32_t *evidence = f != NULL ? f->evidence : row->evidence;
	size_t n = f != NULL ? f->nevidence : row->nevidence;

	/* The condition in words is for who wants to know; what was seen says it in a sentence. */
	pm_block(m, BLOCK_BECAUSE, MARK_NONE, words_said(m->r, NULL, by, m->mem))->more = n != 0;
	for (size_t i = 0; i < n; i++)
		show_evidence(m, evidence[i], c->supported != NULL ? c->supported : c->symptom);
	if (f != NULL && f->by_person)
		pm_block(m, BLOCK_WARNING, MARK_WARN,
		         "No check has confirmed this: it rests on an answer given by a person.");
	if (row->state == CAUSE_EXCLUDED)
		pm_block(m, BLOCK_WARNING, MARK_WARN,
		         arena_fmt(m->mem, "Evidence speaks against it: %s",
		                   words_said(m->r, NULL, row->by, m->mem)));
}

static enum mark severity_mark(enum severity s)
{
	return s == SEV_FAULT ? MARK_BAD : s == SEV_WARNING ? MARK_WARN : MARK_OK;
}

static void show_cause(struct page_maker *m, const struct cause *c, enum mark mark)
{
	struct block *b = pm_block(m, BLOCK_CAUSE, mark, c->summary != NULL ? c->summary : "");

	b->label = c->title;
}

/* ---- the fix ---- */

static void show_ticks(struct page_maker *m, const struct cause *c)
{
	struct page *p = m->p;

	p->ticks = arena_array(m->mem, c->nfix, sizeof(*p->ticks));
	for (size_t i = 0; i < c->nfix; i++) {
		const struct fix_item *f = &c->fix[i];
		struct buf b;

		buf_init(&b, 1000);
		buf_str(&b, f->who);
		if (f->where != NULL)
			buf_fmt(&b, "%son: %s", b.n != 0 ? "; " : "", f->where);
		if (f->changes != NULL)
			buf_fmt(&b, "%schanges: %s", b.n != 0 ? "; " : "", f->changes);
		p->ticks[p->nticks].text = f->text;
		p->ticks[p->nticks].detail = b.n != 0 ? arena_strdup(m->mem, buf_cstr(&b)) : NULL;
		p->ticks[p->nticks++].done = replay_ticked(m->r, c, (uint32_t)i);
		buf_release(&b);
	}
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
	         arena_fmt(m->mem, "\"Fixed\" goes back to \"%s\" and checks it the same way again:",
	                   v->label != NULL ? v->label : v->id));
	for (size_t i = 0; i < v->nchecks; i++)
		command_of(m, &v->checks[i]);
}

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

static void fix_picks(struct page_maker *m)
{
	const struct cause *c = &m->s->flow->causes[m->n->cause];
	const struct node *v = c->verify != NODE_NONE ? &m->s->flow->nodes[c->verify] : NULL;
	const struct node *next = m->n->go != NODE_NONE ? &m->s->flow->nodes[m->n->go] : NULL;

	pm_pick(m, "Fixed: check again", v != NULL ? v->label : NULL, false,
	        (struct intent){.kind = IN_CHOOSE, .n = FIX_DONE});
	pm_pick(m, "Not fixed: next cause", next != NULL ? next->label : NULL, false,
	        (struct intent){.kind = IN_CHOOSE, .n = FIX_FAILED});
	pm_pick(m, "Escalate", "ends here as a fault, with everything recorded", false,
	        (struct intent){.kind = IN_CHOOSE, .n = FIX_ESCALATE});
}

void pm_fix(struct page_maker *m)
{
	const struct cause *c = &m->s->flow->causes[m->n->cause];
	bool escalated = m->r->path[m->r->npath - 1].answer != NULL;
	size_t from;

	m->p->kind = PAGE_FIX;
	m->p->ask = escalated ? arena_fmt(m->mem, "Escalated: %s", c->title) : c->title;
	show_cause(m, c, severity_mark(c->severity));
	show_reasons(m, c);
	from = m->p->nblocks;
	if (m->n->text != NULL)
		pm_block(m, BLOCK_TEXT, MARK_NONE, m->n->text);
	show_ticks(m, c);
	if (c->source != NULL)
		pm_block(m, BLOCK_SOURCE, MARK_NONE, c->source);
	pm_more(m, from);
	if (escalated) {
		show_handover(m);
		return;
	}
	from = m->p->nblocks;
	show_verify(m, c);
	pm_more(m, from);
	fix_picks(m);
}

/* ---- the end ---- */

static void show_run(struct page_maker *m, const char *when, uint32_t pos)
{
	const struct evidence *e = &casefile_at(&m->s->cf, pos)->u.evidence;

	pm_block(m, BLOCK_DETAIL, MARK_NONE,
	         arena_fmt(m->mem, "%s: %s %s", when, e->probe,
	                   evidence_line(m, e, e->step != NULL ? flow_node(m->s->flow, e->step) : NULL)));
}

/* The same checks before and after the fix. */
static void show_before_after(struct page_maker *m, const struct finding *f)
{
	for (size_t i = 0; i < f->nevidence; i++)
		show_run(m, "before", f->evidence[i]);
	for (size_t i = 0; i < f->nafter; i++)
		show_run(m, "after", f->after[i]);
}

static void show_finding(struct page_maker *m, const struct finding *f)
{
	struct block *b = pm_block(m, BLOCK_CAUSE, f->fixed ? MARK_OK : severity_mark(f->severity),
	                           f->remedy != NULL ? f->remedy : "");

	b->label = f->title;
	if (f->fixed)
		b->label = arena_fmt(m->mem, "%s (fixed%s)", f->title,
		                     f->fixed_by_person ? ", as a person says" : ", and checked again");
	pm_block(m, BLOCK_BECAUSE, MARK_NONE, words_said(m->r, NULL, f->by, m->mem));
	if (f->fixed)
		show_before_after(m, f);
	if (f->by_person)
		pm_block(m, BLOCK_WARNING, MARK_WARN, "No check has confirmed this: a person's word.");
}

static bool is_open(const struct cause_row *row)
{
	return row->state == CAUSE_UNTESTED && row->cause->severity != SEV_NOTE;
}

static void show_untested(struct page_maker *m)
{
	enum { MOST = 6 };
	bool well = m->d->verdict == VERDICT_HEALTHY;
	const char *end = well ? "; the list of causes says why." : ":";
	size_t open = 0, shown = 0, from;

	for (size_t i = 0; i < m->d->nrows; i++)
		open += is_open(&m->d->rows[i]);
	if (open == 0)
		return;
	pm_block(m, BLOCK_HINT, MARK_OPEN,
	         open == 1 ? arena_fmt(m->mem, "One cause was not tested%s", end)
	                   : arena_fmt(m->mem, "%zu causes were not tested%s", open, end));
	from = m->p->nblocks;
	for (size_t i = 0; i < m->d->nrows && shown < MOST; i++) {
		const struct cause_row *row = &m->d->rows[i];

		if (!is_open(row))
			continue;
		pm_block(m, BLOCK_DETAIL, MARK_OPEN,
		         arena_fmt(m->mem, "%s (%s)", row->cause->title,
		                   words_said(m->r, NULL, row->by, m->mem)));
		shown++;
	}
	if (open > shown)
		pm_block(m, BLOCK_DETAIL, MARK_NONE, "... and more in the list of causes");
	/* Where all is well, what to do next comes first. */
	if (well)
		pm_more(m, from);
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
	        [VERDICT_INCONCLUSIVE] = "Inconclusive: something is still missing.",
	        [VERDICT_FAULT] = "A fault was found.",
	        [VERDICT_HEALTHY] = "No fault was found.",
	        [VERDICT_REFUSED_LATER] = "The device reached NDES and was refused later.",
	        [VERDICT_FIXED] = "The fault was fixed; the device's own proof is still to come.",
	};
	static const enum mark marks[] = {[VERDICT_INCONCLUSIVE] = MARK_OPEN,
	                                  [VERDICT_FAULT] = MARK_BAD,
	                                  [VERDICT_HEALTHY] = MARK_OK,
	                                  [VERDICT_REFUSED_LATER] = MARK_BAD,
	                                  [VERDICT_FIXED] = MARK_OK};

	m->p->kind = PAGE_END;
	pm_block(m, BLOCK_HINT, marks[m->d->verdict], said[m->d->verdict]);
	show_unread(m);
	if (m->n->text != NULL)
		pm_block(m, BLOCK_TEXT, MARK_NONE, m->n->text);
	for (size_t i = 0; i < m->d->nfindings; i++)
		show_finding(m, &m->d->findings[i]);
	for (size_t i = 0; i < m->d->ncontradictions; i++)
		pm_block(m, BLOCK_WARNING, MARK_WARN, m->d->contradictions[i].text);
	show_untested(m);
	if (m->d->verdict != VERDICT_HEALTHY && !m->d->proven)
		pm_proposal(m);
	if (m->n->source != NULL)
		pm_block(m, BLOCK_SOURCE, MARK_NONE, m->n->source);
	show_handover(m);
}
