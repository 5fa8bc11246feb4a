/* Each finding with the exact evidence, what it excludes, the remedy and the check that proves it. */
#include "report_int.h"

#include <string.h>

static enum report_mark finding_mark(const struct finding *f)
{
	if (f->fixed)
		return RM_OK;
	return f->severity == SEV_FAULT ? RM_BAD : f->severity == SEV_WARNING ? RM_WARN : RM_OK;
}

/* Several facts may rest on one line: it is shown once. */
static bool same_line(const struct citation *before, const struct citation *c)
{
	return before != NULL && before->e == c->e && before->pin != NULL && c->pin != NULL &&
	       pin_same_line(before->pin, c->pin);
}

static void one_citation(struct report *r, struct rnode *list, const struct citation *before,
                         const struct citation *c)
{
	struct rnode *item = rn_add(r, list, R_ITEM, NULL);
	int64_t at = c->pin != NULL && c->pin->at_ms != PIN_NO_TIME ? c->pin->at_ms : c->e->started_ms;

	tree_evidence_ref(r, item, c->e->id);
	rn_add(r, item, R_MONO, c->e->probe);
	if (c->fact != NULL) {
		rn_add(r, item, R_MONO, c->fact->key);
		rn_add(r, item, R_TEXT, "=");
		rn_add(r, item, R_MONO, tree_value(r, &c->fact->value));
	} else if (citation_fact(c) != NULL) {
		rn_add(r, item, R_MONO, citation_fact(c));
	} else {
		rn_add(r, item, R_TEXT, evidence_outcome_name(c->e->outcome));
	}
	if (same_line(before, c)) {
		rn_add(r, item, R_TEXT, "in the same line");
		if (c->more != 0)
			rn_fmt(r, item, R_MUTED, "(%zu more such lines)", c->more);
		return;
	}
	rn_add(r, item, R_TEXT, c->pin != NULL && c->pin->line != 0 ? "in" : "at");
	rn_add(r, item, R_MONO, tree_place(r, c));
	rn_add(r, item, R_TEXT, ",");
	rn_add(r, item, R_TIME, tree_time(r, at));
	if (c->more != 0)
		rn_fmt(r, item, R_MUTED, "(%zu more such lines)", c->more);
	if (c->pin != NULL && c->pin->text != NULL)
		rn_add(r, item, R_CODE, c->pin->text);
}

static void files_cited(struct report *r, struct rnode *s, const struct citations *cited)
{
	struct rnode *terms = NULL;

	for (size_t i = 0; i < cited->n; i++) {
		bool again = cited->all[i].e->sha256 == NULL;

		for (size_t k = 0; k < i && !again; k++)
			again = cited->all[k].e->sha256 != NULL &&
			        strcmp(cited->all[k].e->sha256, cited->all[i].e->sha256) == 0;
		if (again)
			continue;
		if (terms == NULL)
			terms = rn_add(r, s, R_TERMS, NULL);
		rn_term(r, terms, arena_fmt(r->mem, "SHA-256 of %s", cited->all[i].e->target), R_MONO,
		        cited->all[i].e->sha256);
	}
}

static bool shares_evidence(const struct cause_row *row, const struct finding *f)
{
	for (size_t i = 0; i < row->nevidence; i++)
		for (size_t k = 0; k < f->nevidence; k++)
			if (row->evidence[i] == f->evidence[k])
				return true;
	return false;
}

static void excludes(struct report *r, struct rnode *terms, const struct finding *f)
{
	struct rnode *t = rn_add(r, terms, R_TERM, "Its evidence excludes");
	size_t n = 0;

	for (size_t i = 0; i < r->diag->nrows; i++) {
		const struct cause_row *row = &r->diag->rows[i];

		if (row->state != CAUSE_EXCLUDED || !shares_evidence(row, f))
			continue;
		if (n++ != 0)
			rn_add(r, t, R_TEXT, ",");
		rn_add(r, t, R_MONO, row->cause->id);
	}
	if (n == 0)
		rn_add(r, t, R_TEXT, "no other cause");
}

void tree_checklist(struct report *r, struct rnode *s, const struct cause *c, bool headed)
{
	struct rnode *list;

	if (c->nfix == 0)
		return;
	if (headed)
		rn_add(r, rn_add(r, s, R_PARA, NULL), R_STRONG, "How to fix it");
	list = rn_add(r, s, R_LIST, NULL);
	for (uint32_t i = 0; i < c->nfix; i++) {
		const struct fix_item *fix = &c->fix[i];
		struct rnode *item = rn_add(r, list, R_ITEM, NULL);

		if (replay_ticked_ever(r->replay, c, i))
			rn_add(r, item, R_MARK, "done:")->mark = RM_OK;
		tree_spans(r, item, fix->text, strlen(fix->text));
		if (fix->who != NULL || fix->where != NULL || fix->changes != NULL)
			rn_fmt(r, item, R_MUTED, "(%s%s%s%s%s)", fix->who != NULL ? fix->who : "",
			       fix->where != NULL && fix->who != NULL ? ", " : "",
			       fix->where != NULL ? fix->where : "",
			       fix->changes != NULL ? "; changes: " : "",
			       fix->changes != NULL ? fix->changes : "");
		if (fix->run != NULL)
			rn_add(r, item, R_CODE, fix->run);
	}
}

static const char *state_of(const struct finding *f)
{
	if (f->fixed)
		return "fixed: the same checks no longer show it";
	if (f->fixed_by_person)
		return "fixed, says the person; no check proves it";
	return f->severity == SEV_NOTE ? "holds" : "open";
}

static void by_hand(struct report *r, struct rnode *s, const struct citations *cited)
{
	const char *last = NULL;

	for (size_t i = 0; i < cited->n; i++) {
		const char *cmd = cited->all[i].e->by_hand;

		if (cmd == NULL || (last != NULL && strcmp(last, cmd) == 0))
			continue;
		if (last == NULL)
			rn_add(r, rn_add(r, s, R_PARA, NULL), R_STRONG, "See it by hand");
		rn_lines(r, s, R_CODE, cmd);
		last = cmd;
	}
}

static void facts_of(struct report *r, struct rnode *s, const struct finding *f)
{
	struct rnode *t = rn_add(r, s, R_TERMS, NULL);
	const struct cause *c = f->cause;

	rn_term(r, t, "State", R_TEXT, state_of(f));
	rn_term(r, t, "Because", R_TEXT, f->by != NULL ? report_reason(r, f->by) : "concluded at its step");
	rn_term(r, t, "Concluded by", R_TEXT,
	        f->nevidence == 0 ? "a person's word; nothing measured shows it"
	        : f->by_person    ? "a person, beyond what the checks prove"
	                          : "the checks");
	if (f->severity != SEV_NOTE)
		excludes(r, t, f);
	rn_term(r, t, f->severity == SEV_NOTE ? "Next" : "Remedy", R_TEXT, f->remedy);
	if (c != NULL && f->severity != SEV_NOTE && c->verify != NODE_NONE && c->verify < r->flow->nnodes)
		rn_term(r, t, "Proved by", R_TEXT,
		        arena_fmt(r->mem, "checking again at: %s",
		                  step_label(r, r->flow->nodes[c->verify].id)));
	if (c != NULL)
		rn_term(r, t, "Source", R_TEXT, c->source);
}

static void one_finding(struct report *r, struct rnode *parent, size_t i)
{
	const struct finding *f = &r->diag->findings[i];
	const struct citations *cited = &r->model->cited[i];
	struct rnode *s = rn_section(r, parent, 2, arena_fmt(r->mem, "finding-%s", f->id), f->title), *list,
	             *p;

	s->mark = (unsigned char)finding_mark(f);
	p = rn_add(r, s, R_PARA, NULL);
	rn_fmt(r, p, R_MARK, finding_open(f) || f->severity == SEV_NOTE ? "%s" : "%s, fixed",
	       severity_name(f->severity))
	        ->mark = s->mark;
	rn_add(r, p, R_MONO, f->id);
	if (f->cause != NULL)
		tree_prose(r, s, f->cause->summary);
	facts_of(r, s, f);
	if (cited->n != 0) {
		rn_add(r, rn_add(r, s, R_PARA, NULL), R_STRONG, "Evidence");
		list = rn_add(r, s, R_LIST, NULL);
		for (size_t k = 0; k < cited->n; k++)
			one_citation(r, list, k != 0 ? &cited->all[k - 1] : NULL, &cited->all[k]);
		files_cited(r, s, cited);
	}
	if (f->cause != NULL && f->severity != SEV_NOTE)
		tree_checklist(r, s, f->cause, true);
	by_hand(r, s, cited);
}

void tree_findings(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "findings", "Findings");

	if (r->diag->nfindings == 0)
		rn_add(r, s, R_PARA, "None: nothing is concluded yet.");
	for (size_t i = 0; i < r->diag->nfindings; i++)
		one_finding(r, s, i);
}

static void row_of(struct report *r, struct rnode *table, const struct cause_row *row)
{
	struct rnode *tr = rn_add(r, table, R_ROW, NULL), *cell;

	tr->mark = (unsigned char)tree_cause_mark(row->state);
	cell = rn_add(r, tr, R_CELL, row->cause->title);
	cell->level = 1;
	rn_add(r, cell, R_MONO, row->cause->id);
	rn_add(r, rn_add(r, tr, R_CELL, NULL), R_MARK, cause_state_name(row->state))->mark = tr->mark;
	cell = rn_add(r, tr, R_CELL, NULL);
	if (row->state != CAUSE_UNTESTED || !tree_deciders(r, cell, row->cause))
		rn_add(r, cell, R_TEXT, report_reason(r, row->by));
	for (size_t i = 0; i < row->nevidence; i++)
		tree_evidence_ref(r, cell, row->evidence[i]);
}

void tree_differential(struct report *r, struct rnode *doc)
{
	static const char *const heads[] = {"Cause", "State", "By what", NULL};
	static const enum cause_state order[] = {CAUSE_SUPPORTED, CAUSE_CONTRADICTED, CAUSE_EXCLUDED,
	                                         CAUSE_UNTESTED};
	struct rnode *s = rn_section(r, doc, 1, "differential",
	                             "Every cause, and what speaks for or against it"),
	             *table;

	rn_fmt(r, s, R_PARA, "%s.", tree_causes_counted(r));
	if (r->diag->nrows == 0)
		return;
	table = rn_add(r, s, R_TABLE, "Causes");
	rn_head(r, table, heads);
	for (size_t k = 0; k < 4; k++)
		for (size_t i = 0; i < r->diag->nrows; i++)
			if (r->diag->rows[i].state == order[k])
				row_of(r, table, &r->diag->rows[i]);
}
