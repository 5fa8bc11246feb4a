/*
 * Whose computers and files are.  A person's word comes first, then what a file says of itself, then what
 * only such a machine writes; but nobody's word makes a device of the machine that wrote NDES' own events.
 * Where nothing says whose a computer is and a conclusion hangs on it, that is asked.
 */
#include "case_int.h"

#include <string.h>

#include <casebook/host.h>
#include <casebook/url.h>

#define MOST_TRIED 4 /* computers of which it is tried what a word would change */

static struct whose *computer_of(const struct question *q, const char *name)
{
	for (size_t i = 0; name != NULL && i < q->ncomputers; i++)
		if (host_same(q->computers[i].computer, name))
			return (struct whose *)&q->computers[i];
	return NULL;
}

static void note_part(struct question *q, const struct evidence *e, const struct about *a)
{
	struct whose *w = computer_of(q, a->computer);

	if (a->computer == NULL || *a->computer == '\0')
		return;
	if (w == NULL && q->ncomputers < QUESTION_MAX_COMPUTERS) {
		w = &q->computers[q->ncomputers++];
		*w = (struct whose){.computer = a->computer, .in = e};
	}
	if (w == NULL)
		return;
	w->traces |= a->traces;
	if (a->role != ROLE_UNKNOWN)
		w->said = a->role;
}

static enum role role_by_traces(unsigned traces)
{
	/* A server that is managed itself writes the device's log too; nobody but NDES writes NDES' events.
	 */
	if (traces & TRACE_NDES)
		return ROLE_NDES;
	return traces & TRACE_DEVICE ? ROLE_DEVICE : ROLE_UNKNOWN;
}

static enum role role_of(const struct whose *w)
{
	return w->said != ROLE_UNKNOWN ? w->said : role_by_traces(w->traces);
}

static const struct claim *claim_of(const struct question *q, const struct about *a)
{
	for (size_t i = 0; i < q->nclaims; i++) {
		const struct claim *c = &q->claims[i];
		uintptr_t at = (uintptr_t)a, from = (uintptr_t)c->e->parts;

		if (a == &c->whole ||
		    (c->e->nparts != 0 && at >= from && at < from + c->e->nparts * sizeof(*c->e->parts)))
			return c;
	}
	return NULL;
}

enum role question_role(const struct question *q, const struct about *a)
{
	const struct claim *c = claim_of(q, a);
	const struct whose *w = computer_of(q, a->computer);

	if (w != NULL && w->word && w->said != ROLE_UNKNOWN)
		return w->said;
	if (c != NULL && c->own == ROLE_UNKNOWN && w == NULL)
		return c->role;
	if (a->role != ROLE_UNKNOWN)
		return a->role;
	return w != NULL ? role_of(w) : role_by_traces(a->traces);
}

const struct about *whose_whole(const struct question *q, const struct evidence *e)
{
	if (e->nparts != 0)
		return &e->parts[0].about;
	for (size_t i = 0; i < q->nclaims; i++)
		if (q->claims[i].e == e)
			return &q->claims[i].whole;
	return &about_nothing;
}

/* ---- what somebody said ---- */

bool about_is_of(const struct rec_about *a, const struct evidence *e)
{
	if (a->computer != NULL)
		return false;
	if (a->sha256 != NULL && e->sha256 != NULL)
		return strcmp(a->sha256, e->sha256) == 0;
	return a->target != NULL && e->target != NULL && strcmp(a->target, e->target) == 0;
}

/* What the source says against such a word; ROLE_UNKNOWN: nothing. */
static enum role against(const struct evidence *e, enum role said)
{
	for (size_t i = 0; i < e->nparts; i++) {
		const struct about *a = &e->parts[i].about;
		bool phone = a->platform != NULL &&
		             (strcmp(a->platform, "android") == 0 || strcmp(a->platform, "ios") == 0);

		if (said == ROLE_DEVICE && (a->role == ROLE_NDES || (a->traces & TRACE_NDES) != 0))
			return ROLE_NDES;
		if ((said == ROLE_NDES || said == ROLE_SERVER) && phone)
			return ROLE_DEVICE;
	}
	return ROLE_UNKNOWN;
}

/* Of several computers in one file only those are NDES that may be: where one wrote NDES' own events, that
 * one. */
static bool fits_part(const struct evidence *e, const struct about *a, enum role said)
{
	bool traced = false;

	for (size_t i = 0; i < e->nparts; i++)
		traced = traced || (e->parts[i].about.traces & TRACE_NDES) != 0;
	return said != ROLE_NDES || !traced || (a->traces & TRACE_NDES) != 0;
}

static void claim(struct question *q, struct claim *out, size_t *n, const struct evidence *e, enum role role)
{
	size_t at = 0;

	while (at < *n && out[at].e != e)
		at++;
	*n += at == *n;
	out[at] = (struct claim){.e = e, .role = role, .own = against(e, role), .whole = about_nothing};
	out[at].whole.role = role;
	if (out[at].own != ROLE_UNKNOWN)
		return;
	for (size_t i = 0; i < e->nparts; i++) {
		struct whose *w = computer_of(q, e->parts[i].about.computer);

		if (w != NULL && fits_part(e, &e->parts[i].about, role)) {
			w->said = role;
			w->word = true;
		}
	}
}

static void hear(struct replay *r, struct question *q, const struct rec_about *a, struct claim *out,
                 size_t *n)
{
	struct whose *w = computer_of(q, a->computer);

	if (w != NULL && !(a->role == ROLE_DEVICE && (w->traces & TRACE_NDES) != 0)) {
		w->said = a->role != ROLE_UNKNOWN ? a->role : w->said;
		w->word = true;
	}
	for (size_t i = 0; i < r->cf->nlog; i++)
		if (evidence_counts(r, i) && about_is_of(a, &r->cf->log[i].u.evidence))
			claim(q, out, n, &r->cf->log[i].u.evidence, a->role);
}

static size_t sources(const struct replay *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->cf->nlog; i++)
		n += evidence_counts(r, i);
	return n;
}

/* Where the URL under test names one NDES server by its own name, another one is not the one at issue. */
static void named_by_url(const struct replay *r, struct question *q)
{
	const char *text = question_url(r);
	const struct whose *at_issue = NULL;
	struct url u;
	struct err err;

	if (text == NULL || url_parse(text, &u, &err) != 0 || ip_place(u.host) != NULL)
		return;
	for (size_t i = 0; i < q->ncomputers; i++)
		if (host_same(q->computers[i].computer, u.host) && role_of(&q->computers[i]) == ROLE_NDES)
			at_issue = &q->computers[i];
	for (size_t i = 0; at_issue != NULL && i < q->ncomputers; i++) {
		struct whose *w = &q->computers[i];

		if (w != at_issue && !w->word && w->said == ROLE_UNKNOWN && role_of(w) == ROLE_NDES)
			w->said = ROLE_SERVER;
	}
}

void whose_build(struct replay *r, struct question *q)
{
	struct claim *claims = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		for (size_t k = 0; evidence_counts(r, i) && k < e->nparts; k++)
			note_part(q, e, &e->parts[k].about);
	}
	for (size_t i = 0; i < r->cf->nlog; i++) {
		if (r->cf->log[i].kind != REC_ABOUT || r->retracted[i])
			continue;
		if (claims == NULL)
			claims = arena_array(r->mem, sources(r) + 1, sizeof(*claims));
		hear(r, q, &r->cf->log[i].u.about, claims, &n);
	}
	q->claims = claims;
	q->nclaims = n;
	named_by_url(r, q);
	for (size_t i = 0; i < q->ncomputers; i++)
		q->named_ndes = q->named_ndes || role_of(&q->computers[i]) == ROLE_NDES;
}

/* ---- what hangs on it ---- */

struct outcome {
	enum verdict verdict;
	const bool *supported, *contradicted;
	int suggested;
};

/* What would follow if somebody said that this computer is of that role. */
static struct outcome suppose(struct replay *r, const char *computer, enum role role)
{
	struct casefile cf = *r->cf;
	struct replay what_if;
	struct diagnosis *d;
	struct outcome out;
	bool *yes = arena_array(r->mem, r->flow->ncauses, sizeof(*yes));
	bool *both = arena_array(r->mem, r->flow->ncauses, sizeof(*both));

	cf.log = arena_array(r->mem, cf.nlog + 1, sizeof(*cf.log));
	memcpy(cf.log, r->cf->log, cf.nlog * sizeof(*cf.log));
	cf.log[cf.nlog] = (struct record){.pos = (uint32_t)cf.nlog + 1, .kind = REC_ABOUT};
	cf.log[cf.nlog++].u.about = (struct rec_about){.computer = computer, .role = role};
	replay_init(&what_if, r->flow, &cf, NULL);
	what_if.supposed = true;
	d = diagnose_causes(&what_if);
	for (size_t i = 0; i < d->nrows; i++) {
		yes[i] = d->rows[i].state == CAUSE_SUPPORTED && d->rows[i].explained_by == NULL;
		both[i] = d->rows[i].state == CAUSE_CONTRADICTED;
	}
	out = (struct outcome){d->verdict, yes, both, -1};
	if (r->flow->nodes[what_if.at].kind == NODE_ASK)
		out.suggested = replay_suggest(&what_if, &r->flow->nodes[what_if.at]);
	replay_release(&what_if);
	return out;
}

static bool same_outcome(const struct replay *r, const struct outcome *a, const struct outcome *b)
{
	size_t n = r->flow->ncauses * sizeof(bool);

	return a->verdict == b->verdict && a->suggested == b->suggested &&
	       memcmp(a->supported, b->supported, n) == 0 && memcmp(a->contradicted, b->contradicted, n) == 0;
}

const struct whose *replay_asks_whose(struct replay *r)
{
	const struct question *q = &r->index->question;
	size_t tried = 0;

	if (r->supposed || r->index->whose_known)
		return r->index->whose_asked;
	r->index->whose_known = true;
	for (size_t i = 0; i < q->ncomputers && tried < MOST_TRIED; i++) {
		const struct whose *w = &q->computers[i];
		struct outcome ours, other;

		if (w->word || role_of(w) != ROLE_UNKNOWN)
			continue;
		tried++;
		ours = suppose(r, w->computer, ROLE_NDES);
		other = suppose(r, w->computer, ROLE_SERVER);
		if (!same_outcome(r, &ours, &other)) {
			r->index->whose_asked = w;
			break;
		}
	}
	return r->index->whose_asked;
}
