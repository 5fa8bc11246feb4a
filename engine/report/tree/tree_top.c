/* Where it all comes from: who, when, from where, and what the case was told. */
#include "report_int.h"

#include <string.h>

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
	rn_term(r, t, "Opened on", R_MONO, r->cf->host[0] != '\0' ? r->cf->host : "unknown");
	rn_term(r, t, "Last record", R_TIME,
	        r->cf->nlog != 0 ? tree_time(r, r->cf->log[r->cf->nlog - 1].at_ms) : "none");
	rn_term(r, t, "Head", R_MONO, r->head != NULL ? r->head : "none: not saved");
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
}

static const char *choice_label(const struct input_def *d, const char *value)
{
	for (size_t i = 0; d != NULL && i < d->nchoices; i++)
		if (strcmp(d->choices[i].id, value) == 0)
			return d->choices[i].label;
	return NULL;
}

const char *input_label(const struct input_def *d, const char *key)
{
	if (d != NULL && d->label != NULL)
		return d->label;
	return about_case_label(key) != NULL ? about_case_label(key) : key;
}

static void input_term(struct report *r, struct rnode *terms, const struct rec_input *in)
{
	const struct input_def *d = flow_input(r->flow, in->key);
	struct rnode *t = rn_add(r, terms, R_TERM, input_label(d, in->key));
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
