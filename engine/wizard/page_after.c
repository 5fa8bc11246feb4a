/* After a fix: the same checks, before and after, both with their times.  Nothing else is asked. */
#include "page_int.h"

#include <string.h>

#include "session_int.h"

/* How often this fix was said to be done. */
static size_t tries(const struct page_maker *m, const struct node *fix)
{
	size_t n = 0;

	for (size_t i = 0; i < m->s->cf.nlog; i++) {
		const struct rec_answer *a = &m->s->cf.log[i].u.answer;

		if (m->s->cf.log[i].kind == REC_ANSWER && strcmp(a->step, fix->id) == 0 &&
		    strcmp(a->answer, fix_answer_name(FIX_DONE)) == 0)
			n++;
	}
	return n;
}

/* A fault that is seen now: another answer than before is then no proof that all is well. */
static bool other_fault(const struct page_maker *m)
{
	for (size_t i = 0; i < m->d->nrows; i++)
		if (m->d->rows[i].state == CAUSE_SUPPORTED && m->d->rows[i].cause->severity == SEV_FAULT)
			return true;
	return false;
}

/* Of a step that asks the server something, whether any of it was seen since the fix. */
static bool was_looked_at(const struct page_maker *m, const struct node *n)
{
	bool live = false;

	for (size_t i = 0; i < n->nchecks; i++) {
		if (n->checks[i].probe->kind != PROBE_LIVE)
			continue;
		if (replay_check_evidence(m->r, &n->checks[i]) != NULL)
			return true;
		live = true;
	}
	return !live;
}

/* The good answer leads to no fix, to no question about a fault whose fix is proved here too, and to none
 * about the server that nobody has looked at yet. */
static bool is_good(const struct page_maker *m, const struct node *to)
{
	if (to->kind == NODE_FIX)
		return false;
	if (to->kind == NODE_END)
		return to->verdict == VERDICT_HEALTHY;
	for (size_t i = 0; to->kind == NODE_ASK && i < to->nanswers; i++) {
		const struct node *fix = &m->s->flow->nodes[to->answers[i].go];

		if (fix->kind == NODE_FIX && m->s->flow->causes[fix->cause].verify == m->r->at &&
		    m->d->rows[fix->cause].state != CAUSE_EXCLUDED)
			return false;
	}
	return was_looked_at(m, to);
}

enum compared { SAME, CHANGED, GONE, WORKS };

static enum compared compare(const struct page_maker *m, const struct cause *c, const struct node *to)
{
	enum cause_state now = m->d->rows[c - m->s->flow->causes].state;

	if (other_fault(m) || to->kind == NODE_FIX)
		return CHANGED;
	/* What only files show is not excluded by an answer; the good answer is what its fix is proved by. */
	if (is_good(m, to) && (now == CAUSE_EXCLUDED || now == CAUSE_UNTESTED))
		return WORKS;
	return now == CAUSE_EXCLUDED ? GONE : CHANGED;
}

static const struct visit *visit_before(const struct page_maker *m)
{
	for (size_t i = m->r->npath - 2; i > 0; i--)
		if (m->r->path[i - 1].node == m->r->at && m->r->path[i - 1].answer != NULL)
			return &m->r->path[i - 1];
	return NULL;
}

static void picks(struct page_maker *m, enum compared is, size_t n, int saw)
{
	if (is == WORKS) {
		pm_pick(m, "Finish", "fixed; a device is still to be seen", true,
		        (struct intent){.kind = IN_AFTER, .n = AFTER_FINISH});
		pm_pick(m, "Wait for the device", "asks for the log of its request", false,
		        (struct intent){.kind = IN_AFTER, .n = AFTER_GO_ON});
		return;
	}
	if (is != SAME) {
		pm_pick(m, arena_fmt(m->mem, "Go on: %s", m->n->answers[saw].label),
		        "another answer than before", true,
		        (struct intent){.kind = IN_AFTER, .n = AFTER_GO_ON});
		return;
	}
	pm_pick(m, "Next cause", "this one did not help", n < 2,
	        (struct intent){.kind = IN_AFTER, .n = AFTER_NEXT_CAUSE});
	pm_pick(m, "The steps again", NULL, false, (struct intent){.kind = IN_AFTER, .n = AFTER_AGAIN});
	pm_pick(m, fix_answer_label(FIX_ESCALATE), n < 2 ? NULL : "tried twice; the report has both", n >= 2,
	        (struct intent){.kind = IN_AFTER, .n = AFTER_HAND_OVER});
}

bool pm_after(struct page_maker *m)
{
	static const char *const said[] = {[SAME] = "Not fixed yet.",
	                                   [CHANGED] = "Changed, not fixed.",
	                                   [GONE] = "This cause is gone. Whether it works is still open.",
	                                   [WORKS] = "It works now."};
	static const enum mark marks[] = {
	        [SAME] = MARK_BAD, [CHANGED] = MARK_WARN, [GONE] = MARK_OPEN, [WORKS] = MARK_OK};
	const struct cause *c = session_after_fix(m->s);
	int saw = c != NULL && session_settled(m->s) ? replay_saw(m->r, m->n) : -1;
	const struct visit *before = saw >= 0 ? visit_before(m) : NULL;
	const struct evidence *e;
	const struct node *to;
	enum compared is;
	size_t n;

	if (before == NULL || before->answer->u.answer.evidence == 0)
		return false;
	to = &m->s->flow->nodes[m->n->answers[saw].go];
	is = strcmp(before->answer->u.answer.answer, m->n->answers[saw].id) == 0 ? SAME : compare(m, c, to);
	if (is == SAME && is_good(m, to))
		return false; /* it was good before the fix: nothing to compare */
	n = tries(m, &m->s->flow->nodes[m->r->path[m->r->npath - 2].node]);
	m->p->kind = PAGE_CONFIRM;
	m->p->ask = is == SAME && n >= 2 ? "Not fixed yet, the second time." : said[is];
	e = &casefile_at(&m->s->cf, before->answer->u.answer.evidence)->u.evidence;
	pm_run(m, "before", MARK_BAD, e, m->n, node_answer(m->n, before->answer->u.answer.answer)->when);
	e = replay_decider(m->r, m->n->answers[saw].when);
	if (e != NULL)
		pm_run(m, "now", marks[is], e, m->n, m->n->answers[saw].when);
	if (is == WORKS)
		pm_block(m, BLOCK_HINT, MARK_OPEN,
		         "Not seen yet: a device. Let one sync; its requests then stand in the log.");
	picks(m, is, n, saw);
	return true;
}
