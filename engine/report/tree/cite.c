/* Which measurement, fact and line a finding rests on.  Knows evidence and conditions; writes nothing. */
#include "report_int.h"

#include <string.h>

/* Pins shown for one fact; the rest are counted. */
#define PINS_PER_FACT 5

struct reading {
	const char *probe;
	const char *facts[EVIDENCE_MAX_FACTS];
	size_t n;
};

static bool collect(void *arg, const char *probe, const char *fact)
{
	struct reading *want = arg;

	if (strcmp(probe, want->probe) != 0 || want->n == EVIDENCE_MAX_FACTS)
		return true;
	for (size_t i = 0; i < want->n; i++)
		if (strcmp(want->facts[i], fact) == 0)
			return true;
	want->facts[want->n++] = fact;
	return true;
}

/* "scep.url.page" of FLOWS.md may also name a member of a map: "by_id.1000" rests on the fact "by_id". */
static const struct fact *fact_named(const struct evidence *e, const char *name)
{
	size_t whole = strlen(name), upto = strcspn(name, ".");

	for (size_t i = 0; i < e->nfacts; i++) {
		size_t n = strlen(e->facts[i].key);

		if ((n == whole || n == upto) && strncmp(e->facts[i].key, name, n) == 0)
			return &e->facts[i];
	}
	return NULL;
}

static struct citation *grow(struct report *r, struct citations *c)
{
	if (c->n == c->cap) {
		size_t cap = c->cap != 0 ? c->cap * 2 : 8;
		struct citation *all = arena_array(r->mem, cap, sizeof(*all));

		if (c->n != 0)
			memcpy(all, c->all, c->n * sizeof(*all));
		c->all = all;
		c->cap = cap;
	}
	return &c->all[c->n++];
}

static void cite_fact(struct report *r, const struct evidence *e, const struct fact *f, struct citations *out)
{
	size_t before = out->n, more = 0;

	for (size_t i = 0; i < e->npins; i++) {
		if (e->pins[i].fact == NULL || strcmp(e->pins[i].fact, f->key) != 0)
			continue;
		if (out->n - before == PINS_PER_FACT)
			more++;
		else
			*grow(r, out) = (struct citation){e, f, &e->pins[i], 0};
	}
	if (out->n == before)
		*grow(r, out) = (struct citation){e, f, NULL, 0};
	out->all[out->n - 1].more = more;
}

static bool has_line(const struct citations *c, size_t from)
{
	for (size_t i = from; i < c->n; i++)
		if (c->all[i].pin != NULL)
			return true;
	return false;
}

/* A fact that sums up a whole file has no line of its own: then those that the same reading kept are shown.
 */
static void cite_lines(struct report *r, const struct evidence *e, struct citations *out)
{
	size_t shown = e->npins < PINS_PER_FACT ? e->npins : PINS_PER_FACT;

	for (size_t i = 0; i < shown; i++)
		*grow(r, out) = (struct citation){e, NULL, &e->pins[i], 0};
	if (shown != 0)
		out->all[out->n - 1].more = e->npins - shown;
}

/* `conds`: two, of which each may be NULL. */
static void cite_evidence(struct report *r, const struct cond *const *conds, const struct evidence *e,
                          struct citations *out)
{
	struct reading want = {e->probe, {NULL}, 0};
	size_t before = out->n;

	for (int i = 0; i < 2; i++)
		if (conds[i] != NULL)
			cond_reads(conds[i], collect, &want);
	for (size_t i = 0; i < want.n; i++) {
		const struct fact *f = fact_named(e, want.facts[i]);

		if (f != NULL && f->value.type != VAL_NULL)
			cite_fact(r, e, f, out);
	}
	if (out->n == before && e->npins == 0)
		*grow(r, out) = (struct citation){e, NULL, NULL, 0};
	if (!has_line(out, before))
		cite_lines(r, e, out);
}

const struct evidence *report_evidence(const struct report *r, uint32_t pos)
{
	const struct record *rec = casefile_at(r->cf, pos);

	return rec != NULL && rec->kind == REC_EVIDENCE ? &rec->u.evidence : NULL;
}

/* The condition of the answer that led to a cause's own step, when the path concluded it. */
static const struct cond *deciding(const struct report *r, const struct cause *cause)
{
	const struct cond *when = NULL, *last = NULL;

	for (size_t i = 0; i < r->replay->npath; i++) {
		const struct visit *v = &r->replay->path[i];
		const struct node *n = &r->flow->nodes[v->node];
		const struct answer_def *a = n->kind == NODE_ASK && v->answer != NULL
		                                     ? node_answer(n, v->answer->u.answer.answer)
		                                     : NULL;

		if (n->kind == NODE_ASK)
			last = a != NULL ? a->when : NULL;
		if ((n->kind == NODE_FIX || n->kind == NODE_END) && n->cause != CAUSE_NONE &&
		    &r->flow->causes[n->cause] == cause)
			when = last;
	}
	return when;
}

const char *citation_fact(const struct citation *c)
{
	return c->fact != NULL ? c->fact->key : c->pin != NULL ? c->pin->fact : NULL;
}

struct citations report_cite(struct report *r, const struct finding *f)
{
	const struct cond *const conds[] = {f->cause != NULL ? f->cause->supported : NULL,
	                                    f->cause != NULL ? deciding(r, f->cause) : NULL};
	struct citations out = {NULL, 0, 0};

	for (size_t i = 0; i < f->nevidence; i++) {
		const struct evidence *e = report_evidence(r, f->evidence[i]);

		if (e != NULL)
			cite_evidence(r, conds, e, &out);
	}
	return out;
}
