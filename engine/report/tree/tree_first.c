/*
 * What a reader needs first: the verdict with its slots, what proves it, what to do, what was not looked at;
 * then folded: every cause in groups, times, files and how to repeat it.  The sentences are brief.h's.
 */
#include "report_int.h"

#include <string.h>

#include <casebook/brief.h>
#include <casebook/clock.h>
#include <casebook/say.h>

#define FILES_SHOWN 12
#define UNREAD_SHOWN 4

static enum report_mark verdict_mark(enum verdict v)
{
	return v == VERDICT_FAULT || v == VERDICT_REFUSED_LATER ? RM_BAD
	       : v == VERDICT_INCONCLUSIVE                      ? RM_WARN
	                                                        : RM_OK;
}

static const char *box_words(struct report *r)
{
	const struct brief *b = r->brief;

	if (b->verdict == VERDICT_INCONCLUSIVE || b->nsources == 0)
		return brief_verdict(r->mem, b);
	return arena_fmt(r->mem, "%s, confidence %s (%s)", brief_verdict(r->mem, b),
	                 confidence_name(b->confidence), brief_sources(r->mem, b));
}

/* A verdict says what it could not look at. */
static void not_read(struct report *r, struct rnode *terms)
{
	const struct diagnosis *d = r->diag;
	struct rnode *t = d->nunread != 0 ? rn_add(r, terms, R_TERM, "Not read") : NULL;

	for (size_t i = 0; i < d->nunread && i < UNREAD_SHOWN; i++) {
		const struct evidence *e = report_evidence(r, d->unread[i]);

		if (i != 0)
			rn_add(r, t, R_TEXT, ";");
		rn_add(r, t, R_MONO, e->target != NULL ? e->target : e->probe);
		rn_add(r, t, R_TEXT, unread_why(e));
	}
	if (d->nunread > UNREAD_SHOWN)
		rn_fmt(r, t, R_MUTED, "and %zu more", d->nunread - UNREAD_SHOWN);
	if (d->held_back)
		rn_add(r, t, R_TEXT, "- but for that no fault would be found");
}

static void first_box(struct report *r, struct rnode *doc)
{
	struct brief_row rows[BRIEF_MAX_ROWS];
	size_t n = brief_rows(r->mem, r->brief, rows);
	struct rnode *box = rn_add(r, doc, R_VERDICT, box_words(r)), *terms;

	box->mark = (unsigned char)verdict_mark(r->brief->verdict);
	terms = rn_add(r, box, R_TERMS, NULL);
	for (size_t i = 0; i < n; i++)
		rn_term(r, terms, rows[i].name, R_TEXT, rows[i].text);
	not_read(r, terms);
	if (!r->confidence_counted) /* the headline has it */
		rn_term(r, terms, "Confidence", R_TEXT,
		        arena_fmt(r->mem, "%s: %s", confidence_name(r->confidence), r->confidence_why));
}

static void proof_list(struct report *r, struct rnode *s, const struct brief_proof *p, size_t n)
{
	struct rnode *list = rn_add(r, s, R_LIST, NULL);

	for (size_t i = 0; i < n; i++) {
		struct rnode *item = rn_add(r, list, R_ITEM, NULL);

		rn_add(r, item, R_TEXT, p[i].says);
		rn_fmt(r, item, R_MUTED, "(%s%s%s)", p[i].place,
		       p[i].live || p[i].at_ms == ABOUT_NO_TIME ? "" : ", ",
		       p[i].live || p[i].at_ms == ABOUT_NO_TIME ? ""
		                                                : say_when(r->mem, p[i].at_ms, SAY_FULL));
		tree_evidence_ref(r, item, p[i].evidence);
		if (p[i].quote != NULL)
			rn_add(r, item, R_CODE, p[i].quote);
	}
}

static void proofs(struct report *r, struct rnode *doc)
{
	const struct brief *b = r->brief;
	struct rnode *s, *list;

	if (b->nproofs == 0 && b->nagainst == 0)
		return;
	s = rn_section(r, doc, 1, "proof",
	               b->contradicted               ? "What contradicts each other"
	               : b->verdict == VERDICT_FIXED ? "What proved it before the fix"
	                                             : "What proves it");
	if (b->contradicted)
		rn_add(r, rn_add(r, s, R_PARA, NULL), R_STRONG, b->turned ? "It says no" : "It says yes");
	proof_list(r, s, b->proofs, b->nproofs);
	if (b->nagainst != 0) {
		rn_add(r, rn_add(r, s, R_PARA, NULL), R_STRONG, b->turned ? "It says yes" : "It says no");
		proof_list(r, s, b->against, b->nagainst);
	}
	if (r->diag->nfindings <= (b->main != BRIEF_NO_FINDING))
		return;
	rn_add(r, rn_add(r, s, R_PARA, NULL), R_STRONG, "Found besides");
	list = rn_add(r, s, R_LIST, NULL);
	for (size_t i = 0; i < r->diag->nfindings; i++) {
		const struct finding *f = &r->diag->findings[i];

		if (i == b->main)
			continue;
		rn_fmt(r, rn_add(r, list, R_ITEM, NULL), R_TEXT, "%s: %s%s", severity_name(f->severity),
		       f->title, f->fixed || f->fixed_by_person ? " (fixed)" : "");
	}
}

static void to_do(struct report *r, struct rnode *doc)
{
	const struct brief *b = r->brief;
	const struct finding *f = report_main(r);
	struct rnode *s = rn_section(r, doc, 1, "do",
	                             b->verdict == VERDICT_INCONCLUSIVE ? "What to get" : "What to do");

	if (b->verdict == VERDICT_INCONCLUSIVE) {
		rn_add(r, s, R_PARA, b->get);
		if (b->get_how != NULL)
			rn_lines(r, s, R_CODE, b->get_how);
		if (b->outcome != NULL)
			rn_fmt(r, s, R_PARA, "What it decides: %s.", b->outcome);
	} else if (f != NULL && f->cause != NULL && finding_open(f)) {
		tree_checklist(r, s, f->cause, false);
	} else if (b->next != NULL) {
		rn_add(r, s, R_PARA, b->next);
	}
	if (b->then != NULL)
		rn_fmt(r, s, R_PARA, "Then: %s", b->then);
	if (f != NULL && f->cause != NULL && f->cause->source != NULL)
		rn_fmt(r, rn_add(r, s, R_PARA, NULL), R_MUTED, "Source: %s", f->cause->source);
}

static void not_looked_at(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "open", "What was not looked at"), *terms;
	size_t open = 0, faults = 0;

	for (size_t i = 0; i < r->diag->nrows; i++) {
		open += r->diag->rows[i].state == CAUSE_UNTESTED;
		faults += r->diag->rows[i].cause->severity == SEV_FAULT &&
		          r->diag->rows[i].state == CAUSE_UNTESTED;
	}
	terms = rn_add(r, s, R_TERMS, NULL);
	tree_not_given_first(r, terms);
	if (terms->child == NULL)
		*terms = (struct rnode){.kind = R_PARA,
		                        .text = "Every file that the flow asks for was read.",
		                        .next = terms->next};
	if (faults == 0)
		rn_add(r, s, R_PARA, "No fault is left open.");
	else
		rn_fmt(r, s, R_PARA,
		       "%zu of %zu causes are open, %zu of them faults; the list of all causes names them.",
		       open, r->diag->nrows, faults);
}

static void group(struct report *r, struct rnode *list, const char *name, enum cause_state state)
{
	struct buf b;

	buf_init(&b, 8000);
	for (size_t i = 0; i < r->diag->nrows; i++)
		if (r->diag->rows[i].state == state)
			buf_fmt(&b, "%s%s", b.n != 0 ? "; " : "", r->diag->rows[i].cause->title);
	if (b.n != 0) {
		struct rnode *item = rn_add(r, list, R_ITEM, NULL);

		rn_add(r, item, R_STRONG, name);
		rn_add(r, item, R_TEXT, arena_strdup(r->mem, buf_cstr(&b)));
	}
	buf_release(&b);
}

const char *tree_causes_counted(struct report *r)
{
	static const struct {
		enum cause_state state;
		const char *word;
	} kinds[] = {{CAUSE_SUPPORTED, "supported"},
	             {CAUSE_CONTRADICTED, "contradicted"},
	             {CAUSE_EXCLUDED, "excluded"},
	             {CAUSE_UNTESTED, "not tested"}};
	const char *all = "none";
	size_t had = 0;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
		size_t n = 0;

		for (size_t i = 0; i < r->diag->nrows; i++)
			n += r->diag->rows[i].state == kinds[k].state;
		if (n == 0)
			continue;
		all = had != 0 ? arena_fmt(r->mem, "%s, %zu %s", all, n, kinds[k].word)
		               : arena_fmt(r->mem, "%zu %s", n, kinds[k].word);
		had += n;
	}
	return all;
}

static void causes(struct report *r, struct rnode *doc)
{
	const struct brief *b = r->brief;
	struct rnode *fold, *list, *item;

	fold = rn_fmt(r, doc, R_FOLD, "All %zu causes: %s", r->diag->nrows, tree_causes_counted(r));
	fold->id = "causes";
	list = rn_add(r, fold, R_LIST, NULL);
	group(r, list, "Supported:", CAUSE_SUPPORTED);
	group(r, list, "Contradicted:", CAUSE_CONTRADICTED);
	for (size_t i = 0; i < b->nexcluded; i++) {
		item = rn_add(r, list, R_ITEM, NULL);
		rn_fmt(r, item, R_STRONG, "Excluded by %s:", b->excluded[i].by);
		rn_add(r, item, R_TEXT, b->excluded[i].topics);
	}
	if (b->told != NULL) {
		item = rn_add(r, list, R_ITEM, NULL);
		rn_add(r, item, R_STRONG, "Do not apply, as told:");
		rn_add(r, item, R_TEXT, b->told);
	}
	if (b->open != NULL) {
		item = rn_add(r, list, R_ITEM, NULL);
		rn_add(r, item, R_STRONG, "Open:");
		rn_add(r, item, R_TEXT, b->open);
	}
}

/* What somebody said, files aside. */
static void told(struct report *r, struct rnode *list)
{
	struct rnode *item = NULL;

	for (size_t i = 0; i < r->flow->ninputs; i++) {
		const struct input_def *d = &r->flow->inputs[i];
		const char *value = d->type == INPUT_FILE ? NULL : replay_input(r->replay, d->key);

		if (value == NULL)
			continue;
		if (item == NULL)
			item = rn_add(r, list, R_ITEM, "As told:");
		else
			rn_add(r, item, R_TEXT, ";");
		rn_add(r, item, R_TEXT, d->label);
		rn_add(r, item, R_MONO, report_shown(r, r->mem, value));
	}
}

static void origin(struct report *r, struct rnode *doc)
{
	const struct report_model *m = r->model;
	struct rnode *fold = rn_add(r, doc, R_FOLD, "Times (UTC), files, hashes, how to repeat it"), *list;
	struct text_set said = {0};

	fold->id = "repeat";
	list = rn_add(r, fold, R_LIST, NULL);
	rn_fmt(r, rn_add(r, list, R_ITEM, NULL), R_TEXT, "Opened %s, report as of %s, %zu records%s%s.",
	       say_when(r->mem, r->cf->opened_ms, SAY_FULL), say_when(r->mem, r->made_ms, SAY_FULL),
	       r->cf->nlog, r->brief->person != NULL ? ", by " : "",
	       r->brief->person != NULL ? r->brief->person : "");
	if (r->head != NULL) {
		struct rnode *item = rn_fmt(r, list, R_ITEM, "Head of the %zu records:", r->cf->nlog);

		rn_add(r, item, R_MONO, r->head);
		rn_add(r, item, R_TEXT, "(casebook case verify CASE --head HEAD looks for it)");
	}
	for (size_t i = 0; i < m->nfiles && i < FILES_SHOWN; i++) {
		struct rnode *item = rn_add(r, list, R_ITEM, NULL);

		rn_add(r, item, R_MONO, m->files[i].name);
		rn_add(r, item, R_TEXT, "SHA-256");
		rn_add(r, item, R_MONO, m->files[i].sha256);
	}
	if (m->nfiles > FILES_SHOWN)
		rn_fmt(r, rn_add(r, list, R_ITEM, NULL), R_TEXT, "%zu more files.", m->nfiles - FILES_SHOWN);
	told(r, list);
	for (size_t i = 0; i < r->brief->nproofs; i++) {
		const struct evidence *e = report_evidence(r, r->brief->proofs[i].evidence);

		if (e != NULL && e->by_hand != NULL && text_set_add(r->mem, &said, e->by_hand))
			rn_lines(r, fold, R_CODE, e->by_hand);
	}
	rn_fmt(r, fold, R_PARA, "%s, flow %s %s. Every fact and every command: casebook report %s -f json.",
	       r->cf->tool, r->flow->id, r->flow->version != NULL ? r->flow->version : "?",
	       r->cf->number != 0 ? arena_fmt(r->mem, "%u", r->cf->number) : "CASE");
}

void tree_first(struct report *r, struct rnode *doc)
{
	first_box(r, doc);
	proofs(r, doc);
	to_do(r, doc);
	not_looked_at(r, doc);
	causes(r, doc);
	origin(r, doc);
}
