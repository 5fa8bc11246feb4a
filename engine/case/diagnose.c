/*
 * From the fold to conclusions: a row for every cause, the findings, the verdict.
 * The path asks, the rows conclude: where a path ends convicts nobody.  A person's
 * word alone makes a finding that says so, never a supported row, and against what
 * rules the cause out it makes a contradiction.
 */
#include "settle.h"
#include "view.h"

#include <string.h>

const char *verdict_name(enum verdict v)
{
	static const char *const names[] = {"inconclusive", "fault", "healthy", "refused-later", "fixed"};

	return names[v];
}

const char *cause_state_name(enum cause_state s)
{
	static const char *const names[] = {"untested", "supported", "excluded", "contradicted"};

	return names[s];
}

const char *confidence_name(enum confidence c)
{
	static const char *const names[] = {"none", "low", "medium", "high"};

	return names[c];
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
	size_t at = c->unknown != SIZE_MAX ? c->unknown : c->decider;
	const struct node *n;
	const struct answer_def *a;
	struct look k;

	*rests = (struct positions){NULL, 0};
	if (at == SIZE_MAX)
		return arena_fmt(r->mem, "the path leads to '%s'", node_of(r, c->visit)->id);
	n = node_of(r, at);
	a = node_answer(n, visit_way(r, &r->path[at]));
	if (c->unknown != SIZE_MAX)
		return arena_fmt(r->mem, "not known at '%s': %s", n->id, a->label);
	if (c->by_person)
		return arena_fmt(r->mem, "a person's word at '%s': %s", n->id, a->label);
	k = look_now(r, n);
	k.lo = r->path[c->decider].since;
	k.hi = c->fixed != 0 ? c->fixed : UINT32_MAX;
	*rests = with(r, look_rests_on(&k, a->when), r->path[c->decider].answer->u.answer.evidence);
	if (a->when == NULL)
		return arena_fmt(r->mem, "answered at '%s': %s", n->id, a->label);
	return arena_fmt(r->mem, "at '%s': %s; %s", n->id, a->label, reason_of(&k, a->when));
}

/* What the path adds to a row that the facts leave open. */
static void add_path(struct replay *r, const struct conclusion *c, struct cause_row *row)
{
	struct look k = {.r = r, .lo = c->fixed, .hi = UINT32_MAX};
	struct positions rests = {NULL, 0};

	if (row->state == CAUSE_EXCLUDED && c->how == CONCLUDED_OPEN && c->by_person && !row->works) {
		row->state = CAUSE_CONTRADICTED;
		row->pro = by_path(r, c, &rests);
		row->contra = row->by;
		row->by = arena_fmt(r->mem, "%s; against it: %s", row->pro, row->contra);
		row->against = row->evidence;
		row->nagainst = row->nevidence;
		return;
	}
	if (row->state != CAUSE_UNTESTED)
		return;
	/* A cause without conditions of its own is what the checks on the path say. */
	if (c->how == CONCLUDED_OPEN && !c->by_person && c->unknown == SIZE_MAX &&
	    row->cause->supported == NULL && row->cause->symptom == NULL) {
		row->state = CAUSE_SUPPORTED;
		row->by = by_path(r, c, &rests);
		row->evidence = rests.pos;
		row->nevidence = rests.n;
		row->strength = HEARD_UNNAMED;
		return;
	}
	if (row->by == NULL)
		row->by = reason_untested(&k, row->cause);
	if (row->outside)
		row->by = arena_fmt(r->mem, "seen, but not for the time, server or device in question; %s",
		                    row->by);
	if (c->how == CONCLUDED_OPEN)
		row->by = arena_fmt(r->mem, "%s; %s", by_path(r, c, &rests), row->by);
	if (c->how == CONCLUDED_FAILED)
		row->by = arena_fmt(r->mem, "its fix did not help; %s", row->by);
}

/* What spoke for it before the fix: that is what the finding keeps. */
static void before_fix(struct replay *r, const struct conclusion *c, struct finding *f)
{
	struct look k = {.r = r, .lo = r->path[c->visit].since, .hi = c->fixed};
	struct positions rests = {NULL, 0};
	struct side yes = look_side(&k, f->cause->supported);

	if (!yes.holds)
		yes = look_side(&k, f->cause->symptom);
	if (yes.holds) {
		rests = look_rests_on(&yes.look, yes.cond);
		f->by = reason_of(&yes.look, yes.cond);
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
	if (row->state == CAUSE_CONTRADICTED)
		return false;
	if (row->state == CAUSE_SUPPORTED)
		return row->explained_by == NULL || c->how == CONCLUDED_DONE;
	return (c->how == CONCLUDED_OPEN && c->by_person && c->unknown == SIZE_MAX) ||
	       c->how == CONCLUDED_DONE;
}

static enum confidence confidence_of(struct replay *r, const struct cause_row *row, const struct finding *f)
{
	if (f->by_person || f->nevidence == 0 || row->word || row->symptom)
		return CONFIDENCE_LOW;
	if (row->state != CAUSE_SUPPORTED)
		return CONFIDENCE_MEDIUM;
	if (row->strength == HEARD_PERHAPS)
		return CONFIDENCE_LOW;
	return proofs_weight(r, row->cause);
}

static const struct cause_row *row_of(const struct diagnosis *d, const struct finding *f)
{
	for (size_t i = 0; i < d->nrows; i++)
		if (d->rows[i].cause == f->cause)
			return &d->rows[i];
	return NULL;
}

/* By severity; of faults proof before symptom, what others yield to has taken its place already, live, newer;
 * then the order of the flow. */
static bool goes_first(const struct diagnosis *d, const struct finding *a, const struct finding *b)
{
	const struct cause_row *x = row_of(d, a), *y = row_of(d, b);

	if (a->severity != b->severity)
		return a->severity < b->severity;
	if (a->severity != SEV_FAULT || x->state != CAUSE_SUPPORTED || y->state != CAUSE_SUPPORTED)
		return false;
	if (x->symptom != y->symptom)
		return y->symptom;
	return x->strength == HEARD_LIVE && y->strength != HEARD_LIVE;
}

/* Every source that supports it, not only the first that sufficed. */
static void cite_all(struct replay *r, struct finding *f)
{
	struct positions all = {(uint32_t *)f->evidence, f->nevidence};
	const struct proof *p;
	size_t n = replay_proofs(r, f->cause, PROOF_FOR, &p);

	for (size_t i = 0; i < n; i++)
		all = with(r, all, p[i].e->id);
	f->evidence = all.pos;
	f->nevidence = all.n;
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
	                    .nevidence = row->nevidence,
	                    .later = row->cause->later};
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
	if (row->state == CAUSE_SUPPORTED)
		cite_all(r, &f);
	f.confidence = confidence_of(r, row, &f);
	for (; at > 0 && goes_first(d, &f, &d->findings[at - 1]); at--)
		d->findings[at] = d->findings[at - 1];
	d->findings[at] = f;
	d->nfindings++;
}

/* A healthy end is reached when its cause is supported, wherever the path stands; without conditions of its
 * own the path says so, or a person. */
static bool is_healthy(const struct replay *r, const struct diagnosis *d, const struct conclusion *c)
{
	const struct node *at = &r->flow->nodes[r->at];

	for (size_t i = 0; i < r->flow->nnodes; i++) {
		const struct node *n = &r->flow->nodes[i];
		const struct cause *cause = n->cause != CAUSE_NONE ? &r->flow->causes[n->cause] : NULL;

		if (n->kind != NODE_END || n->verdict != VERDICT_HEALTHY)
			continue;
		if (cause == NULL || cause->supported == NULL) {
			if (n == at)
				return true;
		} else if (d->rows[n->cause].state == CAUSE_SUPPORTED) {
			return true;
		} else if (n == at && c[n->cause].by_person && c[n->cause].unknown == SIZE_MAX &&
		           d->rows[n->cause].state == CAUSE_UNTESTED) {
			return true;
		}
	}
	return false;
}

/* That somebody got through before says nothing of the device in question: its own log tells of a later try
 * that came to nothing, or a person says that it never tried. */
static bool is_of_another(struct replay *r, const struct diagnosis *d, const struct conclusion *c)
{
	const struct node *at = &r->flow->nodes[r->at];
	struct look k = look_now(r, NULL);
	int64_t newest = ABOUT_NO_TIME;

	if (at->kind == NODE_FIX && c[at->cause].by_person)
		return true;
	for (size_t i = 0; i < d->nrows; i++)
		if (d->rows[i].cause->severity == SEV_NOTE && d->rows[i].state == CAUSE_SUPPORTED &&
		    d->rows[i].at_ms > newest)
			newest = d->rows[i].at_ms;
	return newest != ABOUT_NO_TIME && phone_unserved(&k, newest);
}

static enum verdict judge(struct replay *r, const struct diagnosis *d, const struct conclusion *c)
{
	const struct node *at = &r->flow->nodes[r->at];
	const struct visit *last = &r->path[r->npath - 1];
	bool later = false, fixed = false, contradicted = false;

	for (size_t i = 0; i < d->nfindings; i++) {
		const struct finding *f = &d->findings[i];

		if (f->severity != SEV_FAULT)
			continue;
		if (!f->fixed && !f->later)
			return VERDICT_FAULT;
		later = later || !f->fixed;
		fixed = fixed || (f->fixed && !f->fixed_by_person);
	}
	/* Handing over what nothing shows, or what something speaks against, convicts nobody. */
	if (at->kind == NODE_FIX && last->answer != NULL && is_finding(&c[at->cause], &d->rows[at->cause]))
		return VERDICT_FAULT;
	for (size_t i = 0; i < d->nrows; i++)
		contradicted = contradicted || (d->rows[i].state == CAUSE_CONTRADICTED &&
		                                d->rows[i].cause->severity == SEV_FAULT);
	if (contradicted)
		return VERDICT_INCONCLUSIVE;
	if (later)
		return VERDICT_REFUSED_LATER;
	if (is_healthy(r, d, c))
		return is_of_another(r, d, c) ? VERDICT_INCONCLUSIVE : VERDICT_HEALTHY;
	return fixed ? VERDICT_FIXED : VERDICT_INCONCLUSIVE;
}

static enum confidence sure(const struct diagnosis *d)
{
	if (d->verdict == VERDICT_INCONCLUSIVE)
		return CONFIDENCE_NONE;
	for (size_t i = 0; i < d->nfindings; i++) {
		const struct finding *f = &d->findings[i];

		if (d->verdict == VERDICT_HEALTHY ? f->severity == SEV_NOTE : f->severity == SEV_FAULT)
			return d->ncontradictions != 0 && f->confidence == CONFIDENCE_HIGH ? CONFIDENCE_MEDIUM
			                                                                   : f->confidence;
	}
	return CONFIDENCE_LOW;
}

struct diagnosis *diagnose_causes(struct replay *r)
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
	settle_rows(r, c, d->rows);
	d->nrows = flow->ncauses;
	for (size_t i = 0; i < flow->ncauses; i++) {
		add_path(r, &c[i], &d->rows[i]);
		if (is_finding(&c[i], &d->rows[i]))
			add_finding(r, d, &c[i], &d->rows[i]);
	}
	list_unread(r, d);
	d->verdict = judge(r, d, c);
	d->held_back = d->verdict == VERDICT_HEALTHY && (list_not_over(r, d) || d->unread_may_hold);
	if (d->held_back)
		d->verdict = VERDICT_INCONCLUSIVE;
	for (size_t i = 0; i < d->nfindings; i++)
		if (d->findings[i].severity == SEV_FAULT && !d->findings[i].fixed &&
		    !d->findings[i].by_person)
			d->proven = true;
	list_contradictions(r, d);
	d->confidence = sure(d);
	return d;
}

struct diagnosis *diagnose(struct replay *r)
{
	struct diagnosis *d = diagnose_causes(r);

	if (d->looked_ahead)
		return d;
	d->looked_ahead = true;
	list_proposals(r, d);
	list_needs(r, d);
	return d;
}
