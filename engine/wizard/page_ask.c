/* Pages that ask: a question with its checks, a form, and a question asked back. */
#include "page_int.h"

#include <string.h>

#include "session_int.h"

/* ---- checks ---- */

static void block_running(struct page_maker *m, const struct check *c, const struct job *j)
{
	struct block *b = pm_block(m, BLOCK_CHECK, MARK_OPEN, j->phase[0] != '\0' ? j->phase : "running");

	b->label = c->probe->title;
	b->done = j->done;
	b->total = j->total;
}

static void block_evidence(struct page_maker *m, const struct check *c, const struct evidence *e)
{
	struct block *b = pm_block(m, BLOCK_CHECK, evidence_mark(m, e), evidence_told(m, e, m->n, NULL));
	size_t from = m->p->nblocks;

	b->label = c->probe->title;
	pm_block(m, BLOCK_DETAIL, MARK_NONE, evidence_vantage(m, e));
	evidence_pins(m, e, 2);
	pm_more(m, from);
}

/* Why a check without evidence does not run. */
static const char *why_not(struct page_maker *m, const struct check *c)
{
	for (size_t i = 0; i < c->nargs; i++) {
		const struct input_def *def =
		        c->args[i].input >= 0 ? &m->s->flow->inputs[c->args[i].input] : NULL;

		if (def == NULL || replay_input(m->r, def->key) != NULL)
			continue;
		if (replay_input_skipped(m->r, def->key))
			return arena_fmt(m->mem, "not run: there is no %s", def->label);
		return arena_fmt(m->mem, "waits for: %s", def->label);
	}
	if (m->s->opt.offline)
		return "not run: only what was recorded counts";
	if (m->s->opt.no_network && c->probe->kind == PROBE_LIVE)
		return "not run: the network is not to be used (--no-network)";
	if (check_left_out(m->s, (size_t)(c - m->n->checks)))
		return arena_fmt(m->mem, "not run: %s", c->probe->side_effect);
	for (size_t i = 0; i < c->nargs; i++)
		if (c->args[i].input >= 0 &&
		    replay_is_from_before(m->r, &m->s->flow->inputs[c->args[i].input]))
			return "was read before the fix; r reads it again";
	return "not run yet";
}

static bool is_wanted(struct page_maker *m, const struct check *c)
{
	struct cond_env env = replay_env(m->r);

	return c->when == NULL || cond_eval(c->when, &env) != TRI_NO;
}

static bool waits_for_file(struct page_maker *m, const struct check *c)
{
	for (size_t i = 0; i < c->nargs; i++) {
		const struct input_def *def =
		        c->args[i].input >= 0 ? &m->s->flow->inputs[c->args[i].input] : NULL;

		if (def != NULL && def->type == INPUT_FILE && replay_input(m->r, def->key) == NULL &&
		    !replay_input_skipped(m->r, def->key))
			return true;
	}
	return false;
}

static void show_check(struct page_maker *m, const struct check *c)
{
	const struct job *j = job_of_check(m->s, c);
	const struct evidence *e = replay_check_evidence(m->r, c);

	if (j != NULL) {
		block_running(m, c, j);
	} else if (e != NULL) {
		block_evidence(m, c, e);
	} else if (is_wanted(m, c)) {
		struct block *b = pm_block(m, BLOCK_CHECK, MARK_OPEN, why_not(m, c));

		b->label = c->probe->title;
		b->more = waits_for_file(m, c); /* its field says so */
	}
}

static void show_fields(struct page_maker *m)
{
	for (size_t i = 0; i < m->n->nchecks; i++) {
		const struct check *c = &m->n->checks[i];

		for (size_t a = 0; a < c->nargs && is_wanted(m, c); a++) {
			const struct input_def *def =
			        c->args[a].input >= 0 ? &m->s->flow->inputs[c->args[a].input] : NULL;

			/* What the check can do without is asked on the form alone. */
			if (def != NULL && m->p->script != NULL && m->p->nfields != 0 &&
			    replay_input(m->r, def->key) == NULL)
				continue; /* one drop for the whole folder */
			if (def != NULL &&
			    (!check_can_do_without(c, a) || replay_input(m->r, def->key) != NULL))
				pm_field(m, def);
		}
	}
}

/* How to get a file that is still missing, and who goes where for it: said once for what one trip brings. */
static void show_fetch(struct page_maker *m)
{
	const struct input_def *missing[FLOW_MAX_CHECKS];
	size_t n = replay_missing(m->r, m->n, missing, FLOW_MAX_CHECKS);
	const char *trip = NULL;

	if (pm_trip(m, missing, n))
		return;
	for (size_t i = 0; i < n; i++) {
		const char *how = missing[i]->fetch;

		for (size_t k = 0; k < m->n->nchecks && how == NULL && missing[i]->type == INPUT_FILE; k++)
			for (size_t a = 0; a < m->n->checks[k].nargs; a++) {
				int in = m->n->checks[k].args[a].input;

				if (in >= 0 && &m->s->flow->inputs[in] == missing[i])
					how = m->n->checks[k].probe->fetch;
			}
		if (missing[i]->help != NULL)
			pm_block(m, BLOCK_HINT, MARK_NONE,
			         arena_fmt(m->mem, "%s: %s", missing[i]->label, missing[i]->help))
			        ->more = how != NULL;
		if (how != NULL && missing[i]->trip != NULL &&
		    (trip == NULL || strcmp(trip, missing[i]->trip) != 0))
			pm_block(m, BLOCK_HINT, MARK_NONE,
			         arena_fmt(m->mem, "To fetch: %s", missing[i]->trip));
		trip = missing[i]->trip;
		if (how != NULL)
			m->p->copy = pm_block(m, BLOCK_COMMAND, MARK_NONE, how)->text;
	}
}

/* ---- the question ---- */

static bool lacks_input(struct page_maker *m)
{
	const struct input_def *missing[1];

	return replay_missing(m->r, m->n, missing, 1) != 0;
}

/* What the checks say together; the hint for the proposed answer, NULL when none is proposed. */
static const char *show_outcome(struct page_maker *m, int proposed, int saw)
{
	if (saw >= 0) {
		pm_block(m, BLOCK_HINT, MARK_OK,
		         arena_fmt(m->mem, "The checks saw: %s", m->n->answers[saw].label));
		pm_block(m, BLOCK_DETAIL, MARK_NONE,
		         words_said(m->r, NULL, replay_reason(m->r, m->n->answers[saw].when), m->mem))
		        ->more = true;
		return "what the check saw";
	}
	if (proposed >= 0)
		return "follows from what is known";
	if (m->n->nchecks != 0 && session_settled(m->s) && !lacks_input(m)) {
		pm_block(m, BLOCK_HINT, MARK_OPEN, "The checks cannot tell. What do you see?");
		if (m->d->nnext != 0 && m->d->next[0].step != m->n)
			pm_proposal(m);
	}
	return NULL;
}

void pm_ask(struct page_maker *m)
{
	const struct node *n = m->n;
	bool settled = session_settled(m->s);
	int proposed = settled ? replay_suggest(m->r, n) : -1;
	int saw = settled ? replay_saw(m->r, n) : -1;
	const char *hint;

	if (saw < 0 && lacks_input(m))
		proposed = -1; /* it may still be given */
	m->p->kind = PAGE_ASK;
	pm_decided(m);
	if (n->text != NULL)
		pm_block(m, BLOCK_TEXT, MARK_NONE, n->text)->more = true;
	if (n->source != NULL)
		pm_block(m, BLOCK_SOURCE, MARK_NONE, n->source)->more = true;
	for (size_t i = 0; i < n->nchecks; i++)
		show_check(m, &n->checks[i]);
	show_fetch(m);
	show_fields(m);
	for (size_t i = 0; i < m->d->ncontradictions; i++)
		if (strcmp(m->d->contradictions[i].step, n->id) == 0)
			pm_block(m, BLOCK_WARNING, MARK_WARN, m->d->contradictions[i].text);
	hint = show_outcome(m, proposed, saw);
	for (size_t i = 0; i < n->nanswers; i++) {
		bool suggested = proposed == (int)i;

		pm_pick(m, n->answers[i].label, suggested ? hint : n->answers[i].note, suggested,
		        (struct intent){.kind = IN_CHOOSE, .n = (uint32_t)i});
		m->p->picks[m->p->npicks - 1].blank = n->answers[i].blank;
	}
}

void pm_form(struct page_maker *m)
{
	const struct node *n = m->n;

	m->p->kind = PAGE_FORM;
	if (n->text != NULL)
		pm_block(m, BLOCK_TEXT, MARK_NONE, n->text)->more = true;
	if (n->source != NULL)
		pm_block(m, BLOCK_SOURCE, MARK_NONE, n->source)->more = true;
	for (size_t i = 0; i < n->ninputs; i++)
		pm_field(m, &m->s->flow->inputs[n->inputs[i]]);
	pm_block(m, BLOCK_HINT, MARK_NONE,
	         "Enter begins. What is empty may be given later, where it matters.");
}

/* ---- asked back ---- */

static void confirm_answer(struct page_maker *m)
{
	const struct answer_def *mine = &m->n->answers[m->s->pending];
	int saw = replay_saw(m->r, m->n);

	m->p->ask = "Answer against what the checks saw?";
	if (saw >= 0)
		pm_block(m, BLOCK_WARNING, MARK_WARN,
		         arena_fmt(m->mem, "The checks saw: %s. Your answer: %s.", m->n->answers[saw].label,
		                   mine->label));
	pm_block(m, BLOCK_TEXT, MARK_NONE,
	         "You may know better: the check looks from this machine only. Both are kept in the "
	         "record, and the report shows that they differ.");
	pm_pick(m, arena_fmt(m->mem, "Keep my answer: %s", mine->label), NULL, false,
	        (struct intent){.kind = IN_CONFIRM});
	pm_pick(m, "Back to the question", NULL, true, (struct intent){.kind = IN_DECLINE});
}

static void confirm_check(struct page_maker *m)
{
	const struct check *c = &m->n->checks[m->s->pending_check];

	m->p->ask = arena_fmt(m->mem, "Run the check \"%s\"?", c->probe->title);
	pm_block(m, BLOCK_WARNING, MARK_WARN,
	         arena_fmt(m->mem, "It leaves a trace: %s", c->probe->side_effect));
	pm_block(m, BLOCK_TEXT, MARK_NONE,
	         "It changes nothing else. Without it the question can still be answered by hand.");
	pm_pick(m, "Run it", NULL, false, (struct intent){.kind = IN_CONFIRM});
	pm_pick(m, "Leave it out", NULL, true, (struct intent){.kind = IN_DECLINE});
}

static void confirm_secret(struct page_maker *m)
{
	m->p->ask = "Keep this in the record?";
	pm_block(m, BLOCK_WARNING, MARK_WARN,
	         arena_fmt(m->mem, "What you wrote looks as if it holds %s.", m->s->held.what));
	pm_block(
	        m, BLOCK_TEXT, MARK_NONE,
	        "The record is kept and handed on; a secret in it is known to everybody who reads it. Left out, the "
	        "rest of your text stays, and its place is marked.");
	pm_pick(m, "Leave the value out", NULL, true, (struct intent){.kind = IN_CONFIRM});
	pm_pick(m, "Keep it as it is: it is no secret", NULL, false, (struct intent){.kind = IN_DECLINE});
}

void pm_confirm(struct page_maker *m)
{
	m->p->kind = PAGE_CONFIRM;
	if (m->s->held.text != NULL)
		confirm_secret(m);
	else if (m->s->pending >= 0)
		confirm_answer(m);
	else
		confirm_check(m);
}
