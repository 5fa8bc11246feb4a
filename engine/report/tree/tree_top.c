/* The first screen: the verdict, why, what to do next and what is missing; and at the end, where it all comes
 * from. */
#include "report_int.h"

#include <string.h>

/* Named in the summary; the rest is counted and stands in its own section. */
#define NEEDS_SHOWN 2
#define REFS_SHOWN 4

static enum report_mark verdict_mark(enum verdict v)
{
	return v == VERDICT_FAULT ? RM_BAD : v == VERDICT_HEALTHY ? RM_OK : RM_WARN;
}

static const struct finding *main_finding(const struct report *r)
{
	return r->diag->nfindings != 0 ? &r->diag->findings[0] : NULL;
}

static void because(struct report *r, struct rnode *terms, const struct finding *f)
{
	struct rnode *t = rn_add(r, terms, R_TERM, "Because");

	rn_add(r, t, R_TEXT, f->by != NULL ? f->by : "concluded at its step");
	for (size_t i = 0; i < f->nevidence && i < REFS_SHOWN; i++)
		tree_evidence_ref(r, t, f->evidence[i]);
	if (f->nevidence > REFS_SHOWN)
		rn_fmt(r, t, R_MUTED, "and %zu more", f->nevidence - REFS_SHOWN);
}

static void found(struct report *r, struct rnode *terms, const struct finding *f)
{
	struct rnode *t = rn_add(r, terms, R_TERM, "Main finding");

	rn_add(r, t, R_STRONG, f->title);
	rn_add(r, t, R_MONO, f->id);
	if (f->fixed)
		rn_add(r, t, R_TEXT, "- fixed, and the same checks prove it");
	else if (f->fixed_by_person)
		rn_add(r, t, R_TEXT, "- fixed, says the person; no check proves it");
	if (r->diag->nfindings > 1)
		rn_fmt(r, t, R_MUTED, "(and %zu more below)", r->diag->nfindings - 1);
}

static void after_fix(struct report *r, struct rnode *t)
{
	rn_add(r, t, R_TEXT, "Nothing more for this fault.");
	for (size_t i = 1; i < r->diag->nfindings; i++) {
		const struct finding *f = &r->diag->findings[i];

		if (!finding_open(f) || f->remedy == NULL)
			continue;
		rn_add(r, t, R_TEXT, f->remedy);
		rn_fmt(r, t, R_MUTED, "(%s)", f->title);
		return;
	}
	rn_add(r, t, R_TEXT, "Have a device try again and watch its log.");
}

static void do_next(struct report *r, struct rnode *terms, const struct finding *f)
{
	struct rnode *t = rn_add(r, terms, R_TERM, "Do next");
	const struct diagnosis *d = r->diag;

	if (f != NULL && (f->fixed || f->fixed_by_person))
		after_fix(r, t);
	else if (f != NULL && f->remedy != NULL)
		rn_add(r, t, R_TEXT, f->remedy);
	else if (d->nneeds != 0)
		rn_add(r, t, R_TEXT, "Get what is missing, then go on with the case.");
	else
		rn_add(r, t, R_TEXT, "Go on with the case: the path has not ended.");
}

static void missing(struct report *r, struct rnode *terms)
{
	const struct diagnosis *d = r->diag;
	struct rnode *t = rn_add(r, terms, R_TERM, "Missing");

	if (d->nneeds == 0)
		rn_add(r, t, R_TEXT, "nothing that this path asks for");
	for (size_t i = 0; i < d->nneeds && i < NEEDS_SHOWN; i++) {
		if (i != 0)
			rn_add(r, t, R_TEXT, ";");
		rn_add(r, t, R_MONO, d->needs[i].file != NULL ? d->needs[i].file : "answer");
		rn_fmt(r, t, R_TEXT, "at step %s", step_label(r, d->needs[i].step));
	}
	if (d->nneeds > NEEDS_SHOWN)
		rn_fmt(r, t, R_MUTED, "and %zu more", d->nneeds - NEEDS_SHOWN);
}

/* A verdict says what it could not look at. */
static void not_read(struct report *r, struct rnode *terms)
{
	const struct diagnosis *d = r->diag;
	struct rnode *t = d->nunread != 0 ? rn_add(r, terms, R_TERM, "Not read") : NULL;

	for (size_t i = 0; i < d->nunread && i < REFS_SHOWN; i++) {
		const struct evidence *e = report_evidence(r, d->unread[i]);

		if (i != 0)
			rn_add(r, t, R_TEXT, ";");
		rn_add(r, t, R_MONO, e->target != NULL ? e->target : e->probe);
		rn_add(r, t, R_TEXT, e->why != NULL ? e->why : evidence_outcome_name(e->outcome));
	}
	if (d->nunread > REFS_SHOWN)
		rn_fmt(r, t, R_MUTED, "and %zu more", d->nunread - REFS_SHOWN);
	if (d->held_back)
		rn_add(r, t, R_TEXT, "- but for that no fault would be found");
}

static void seen_from(struct report *r, struct rnode *terms)
{
	const struct report_model *m = r->model;
	struct rnode *t = rn_add(r, terms, R_TERM, "Seen");
	const struct evidence *last = m->nevidence != 0 ? m->evidence[m->nevidence - 1] : NULL;

	if (last == NULL) {
		rn_add(r, t, R_TEXT, "nothing was measured");
		return;
	}
	rn_add(r, t, R_TEXT, "from");
	rn_add(r, t, R_MONO, m->nvantages != 0 ? m->vantages[0] : "an unnamed machine");
	if (m->nvantages > 1)
		rn_fmt(r, t, R_TEXT, "and %zu more", m->nvantages - 1);
	rn_add(r, t, R_TEXT, m->nproxies != 0 ? "through a proxy," : "without a proxy,");
	rn_add(r, t, R_TIME, tree_time(r, m->evidence[0]->started_ms));
	rn_add(r, t, R_TEXT, "to");
	rn_add(r, t, R_TIME, tree_time(r, last->started_ms));
	rn_fmt(r, t, R_TEXT, "(%zu measurement%s)", m->nevidence, m->nevidence == 1 ? "" : "s");
}

void tree_verdict(struct report *r, struct rnode *doc)
{
	const struct finding *f = main_finding(r);
	enum verdict v = r->diag->verdict;
	struct rnode *box = rn_add(r, doc, R_VERDICT, report_verdict_words(r));
	struct rnode *terms = rn_add(r, box, R_TERMS, NULL), *t;

	box->mark = (unsigned char)verdict_mark(v);
	t = rn_add(r, terms, R_TERM, "Confidence");
	rn_add(r, t, R_STRONG, confidence_name(r->confidence));
	rn_fmt(r, t, R_TEXT, ": %s", r->confidence_why);
	if (f != NULL) {
		found(r, terms, f);
		because(r, terms, f);
	}
	do_next(r, terms, f);
	not_read(r, terms);
	missing(r, terms);
	seen_from(r, terms);
}

static void list_term(struct report *r, struct rnode *terms, const char *name, const char *const *all,
                      size_t n)
{
	struct rnode *t = rn_add(r, terms, R_TERM, name);

	if (n == 0)
		rn_add(r, t, R_TEXT, "none");
	for (size_t i = 0; i < n; i++) {
		if (i != 0)
			rn_add(r, t, R_TEXT, ",");
		rn_add(r, t, R_MONO, all[i]);
	}
}

void tree_origin(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "origin", "Who, when and where from");
	struct rnode *t = rn_add(r, s, R_TERMS, NULL);
	const struct report_model *m = r->model;
	bool same = strcmp(r->cf->flow_hash, r->flow->hash) == 0;

	rn_term(r, t, "Case", R_MONO, r->cf->id);
	rn_term(r, t, "Opened", R_TIME, tree_time(r, r->cf->opened_ms));
	rn_term(r, t, "Opened on", R_MONO, r->cf->host[0] != '\0' ? r->cf->host : "unknown");
	rn_term(r, t, "Last record", R_TIME,
	        r->cf->nlog != 0 ? tree_time(r, r->cf->log[r->cf->nlog - 1].at_ms) : "none");
	rn_term(r, t, "Records", R_TEXT, arena_fmt(r->mem, "%zu", r->cf->nlog));
	list_term(r, t, "Measured from", m->vantages, m->nvantages);
	list_term(r, t, "Proxies", m->proxies, m->nproxies);
	list_term(r, t, "Looked at over the network", m->contacted, m->ncontacted);
	rn_term(r, t, "Tool", R_TEXT, r->cf->tool);
	rn_term(r, t, "Flow", R_TEXT,
	        arena_fmt(r->mem, "%s, version %s: %s", r->flow->id,
	                  r->flow->version != NULL ? r->flow->version : "?", r->flow->title));
	rn_term(r, t, "Flow SHA-256", R_MONO, r->flow->hash);
	if (!same)
		rn_term(r, t, "Begun with another text of the flow", R_MONO,
		        r->cf->flow_hash[0] != '\0' ? r->cf->flow_hash : "unknown");
	if (r->lost != 0)
		rn_term(r, t, "Answers to steps that the flow no longer has", R_TEXT,
		        arena_fmt(r->mem, "%u", r->lost));
	rn_term(r, t, "Flow rests on", R_TEXT,
	        r->flow->source_url != NULL
	                ? arena_fmt(r->mem, "%s, %s", r->flow->source_title, r->flow->source_url)
	                : r->flow->source_title);
	rn_term(r, t, "Report as of", R_TIME, tree_time(r, r->made_ms));
}

static const char *choice_label(const struct input_def *d, const char *value)
{
	for (size_t i = 0; d != NULL && i < d->nchoices; i++)
		if (strcmp(d->choices[i].id, value) == 0)
			return d->choices[i].label;
	return NULL;
}

static void input_term(struct report *r, struct rnode *terms, const struct rec_input *in)
{
	const struct input_def *d = flow_input(r->flow, in->key);
	struct rnode *t = rn_add(r, terms, R_TERM, d != NULL && d->label != NULL ? d->label : in->key);
	const char *label = in->value != NULL ? choice_label(d, in->value) : NULL;

	if (in->value == NULL)
		rn_add(r, t, R_TEXT, "not at hand");
	else if (label != NULL)
		rn_add(r, t, R_TEXT, label);
	else
		rn_add(r, t, R_MONO, in->value);
	rn_fmt(r, t, R_MUTED, "(%s)", answered_by_name(in->by));
}

static bool newest_of_key(const struct report *r, size_t i)
{
	const char *key = r->cf->log[i].u.input.key;

	for (size_t k = i + 1; k < r->cf->nlog; k++)
		if (r->cf->log[k].kind == REC_INPUT && !report_retracted(r, r->cf->log[k].pos) &&
		    strcmp(r->cf->log[k].u.input.key, key) == 0)
			return false;
	return true;
}

/* What the case was told: scope, topology, files. */
void tree_scope(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "scope", "Scope and topology, as told");
	struct rnode *t = rn_add(r, s, R_TERMS, NULL);

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct record *rec = &r->cf->log[i];

		if (rec->kind == REC_INPUT && !report_retracted(r, rec->pos) && newest_of_key(r, i))
			input_term(r, t, &rec->u.input);
	}
	tree_not_given(r, t);
}
