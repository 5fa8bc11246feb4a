/*
 * From the fold to conclusions: a row for every cause, the findings, the verdict.
 * Facts speak first, then the path; a person's word alone makes a finding that
 * says so, never a supported row.  Excluding needs positive proof.
 */
#include "case_int.h"

#include <string.h>

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {"inconclusive", "fault", "healthy"};

	return names[v];
}

const char *cause_state_name(enum cause_state s)
{
	static const char *const names[] = {"untested", "supported", "excluded"};

	return names[s];
}

const char *severity_name(enum severity s)
{
	static const char *const names[] = {"fault", "warning", "note"};

	return names[s];
}

static struct positions with(struct replay *r, struct positions p, uint32_t pos)
{
	uint32_t *more;

	for (size_t i = 0; i < p.n; i++)
		if (p.pos[i] == pos)
			return p;
	if (casefile_at(r->cf, pos) == NULL || casefile_at(r->cf, pos)->kind != REC_EVIDENCE)
		return p;
	more = arena_array(r->mem, p.n + 1, sizeof(*more));
	if (p.n != 0)
		memcpy(more, p.pos, p.n * sizeof(*more));
	more[p.n] = pos;
	return (struct positions){more, p.n + 1};
}

static const struct node *node_of(const struct replay *r, size_t visit)
{
	return &r->flow->nodes[r->path[visit].node];
}

/* "at step 'server-url': 503 Service Unavailable; scep.url.page = ..." */
static const char *by_path(struct replay *r, const struct conclusion *c, struct positions *rests)
{
	const struct node *n;
	const struct answer_def *a;
	struct look k;

	*rests = (struct positions){NULL, 0};
	if (c->decider == SIZE_MAX)
		return arena_fmt(r->mem, "the path leads to '%s'", node_of(r, c->visit)->id);
	n = node_of(r, c->decider);
	a = node_answer(n, r->path[c->decider].answer->u.answer.answer);
	if (c->by_person)
		return arena_fmt(r->mem, "a person's word at '%s': %s", n->id, a->label);
	k = look_now(r, n);
	k.lo = r->path[c->decider].since;
	k.hi = c->fixed != 0 ? c->fixed : UINT32_MAX;
	*rests = with(r, look_rests_on(&k, a->when), r->path[c->decider].answer->u.answer.evidence);
	if (a->when == NULL)
		return arena_fmt(r->mem, "answered at '%s': %s", n->id, a->label);
	return arena_fmt(r->mem, "at '%s': %s; %s", n->id, a->label, explain_cond(&k, a->when));
}

static bool speaks(struct look *k, const struct cause *c)
{
	struct look other = *k; /* which files are looked at there is no matter of what speaks for it */

	return look_any(&other, c->unless) != TRI_YES && look_any(k, c->supported) == TRI_YES;
}

static void fill_row(struct replay *r, const struct conclusion *c, struct cause_row *row)
{
	struct look k = {.r = r, .lo = c->fixed, .hi = UINT32_MAX};
	struct positions rests = {NULL, 0};

	if (speaks(&k, row->cause)) {
		row->state = CAUSE_SUPPORTED;
		row->by = explain_cond(&k, row->cause->supported);
		rests = look_rests_on(&k, row->cause->supported);
	} else if (c->how == CONCLUDED_OPEN && !c->by_person) {
		row->state = CAUSE_SUPPORTED;
		row->by = by_path(r, c, &rests);
	} else if (look_any(&k, row->cause->excluded) == TRI_YES) {
		row->state = CAUSE_EXCLUDED;
		row->by = explain_cond(&k, row->cause->excluded);
		rests = look_rests_on(&k, row->cause->excluded);
	} else {
		row->by = explain_untested(&k, row->cause);
		if (c->how == CONCLUDED_OPEN)
			row->by = arena_fmt(r->mem, "%s; %s", by_path(r, c, &rests), row->by);
		if (c->how == CONCLUDED_FAILED)
			row->by = arena_fmt(r->mem, "its fix did not help; %s", row->by);
	}
	row->evidence = rests.pos;
	row->nevidence = rests.n;
}

/* What spoke for it before the fix: that is what the finding keeps. */
static void before_fix(struct replay *r, const struct conclusion *c, struct finding *f)
{
	struct look k = {.r = r, .lo = r->path[c->visit].since, .hi = c->fixed};
	struct positions rests = {NULL, 0};

	if (speaks(&k, f->cause)) {
		rests = look_rests_on(&k, f->cause->supported);
		f->by = explain_cond(&k, f->cause->supported);
		f->by_person = false;
	} else {
		f->by = by_path(r, c, &rests);
		f->by_person = c->by_person;
	}
	f->evidence = rests.pos;
	f->nevidence = rests.n;
}

/* The checks of the step that proves the fix, as they were run after it. */
static void after_fix(struct replay *r, const struct conclusion *c, struct finding *f)
{
	const struct node *v = &r->flow->nodes[f->cause->verify];
	struct look k = {.r = r, .node = v, .lo = c->fixed, .hi = UINT32_MAX};
	struct positions after = {NULL, 0};

	for (size_t i = c->visit + 1; i < r->npath && k.hi == UINT32_MAX; i++)
		if (r->path[i].since > c->fixed)
			k.hi = r->path[i].since;
	for (size_t i = 0; i < v->nchecks; i++) {
		const struct evidence *e[LOOK_MAX_SOURCES];
		const char *call = replay_call(r, &v->checks[i]);
		size_t n = call != NULL ? look_sources(&k, v->checks[i].probe->id, e) : 0;

		for (size_t j = 0; j < n; j++)
			if (e[j]->call != NULL && strcmp(e[j]->call, call) == 0)
				after = with(r, after, e[j]->id);
	}
	f->after = after.pos;
	f->nafter = after.n;
}

static bool is_finding(const struct conclusion *c, const struct cause_row *row)
{
	return row->state == CAUSE_SUPPORTED || c->how == CONCLUDED_OPEN || c->how == CONCLUDED_DONE;
}

static void add_finding(struct replay *r, struct diagnosis *d, const struct conclusion *c,
                        const struct cause_row *row)
{
	struct finding f = {.id = row->cause->id,
	                    .title = row->cause->title,
	                    .remedy = row->cause->remedy,
	                    .severity = row->cause->severity,
	                    .cause = row->cause,
	                    .by = row->by,
	                    .evidence = row->evidence,
	                    .nevidence = row->nevidence};
	struct positions rests;
	size_t at = d->nfindings;

	f.by_person = c->how == CONCLUDED_OPEN && c->by_person && row->state != CAUSE_SUPPORTED;
	if (f.by_person)
		f.by = by_path(r, c, &rests);
	if (c->how == CONCLUDED_DONE && row->state != CAUSE_SUPPORTED) {
		before_fix(r, c, &f);
		after_fix(r, c, &f);
		f.fixed = c->moved_on;
		f.fixed_by_person = c->moved_on && !c->proven;
	}
	for (; at > 0 && d->findings[at - 1].severity > f.severity; at--)
		d->findings[at] = d->findings[at - 1];
	d->findings[at] = f;
	d->nfindings++;
}

static enum verdict judge(const struct replay *r, const struct diagnosis *d)
{
	const struct node *at = &r->flow->nodes[r->at];
	const struct visit *last = &r->path[r->npath - 1];

	for (size_t i = 0; i < d->nfindings; i++)
		if (d->findings[i].severity == SEV_FAULT && !d->findings[i].fixed)
			return VERDICT_FAULT;
	if (at->kind == NODE_FIX && last->answer != NULL)
		return VERDICT_FAULT; /* escalated */
	return at->kind == NODE_END ? at->verdict : VERDICT_INCONCLUSIVE;
}

struct diagnosis *diagnose(struct replay *r)
{
	const struct flow *flow = r->flow;
	struct conclusion *c;
	struct diagnosis *d;

	if (r->diag != NULL)
		return r->diag;
	d = r->diag = arena_alloc(r->mem, sizeof(*d));
	c = conclusions(r);
	d->rows = arena_array(r->mem, flow->ncauses, sizeof(*d->rows));
	d->findings = arena_array(r->mem, flow->ncauses, sizeof(*d->findings));
	for (size_t i = 0; i < flow->ncauses; i++) {
		struct cause_row *row = &d->rows[d->nrows++];

		row->cause = &flow->causes[i];
		fill_row(r, &c[i], row);
		if (is_finding(&c[i], row))
			add_finding(r, d, &c[i], row);
	}
	d->verdict = judge(r, d);
	for (size_t i = 0; i < d->nfindings; i++)
		if (d->findings[i].severity == SEV_FAULT && !d->findings[i].fixed &&
		    !d->findings[i].by_person)
			d->proven = true;
	list_proposals(r, d);
	list_needs(r, d);
	list_contradictions(r, d);
	return d;
}
