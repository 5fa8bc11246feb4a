/* Regions: what is known of the facts after some answers were given.  A region is a restriction of
 * every variable, and the choices that are still open between restrictions. */
#include "space_int.h"

#include <string.h>

#define MAX_WAYS 64        /* of one condition; more are taken for "may hold" */
#define REGION_BUDGET 2000 /* a path is one of many: what stays undecided counts as possible */

struct region *region_all(struct space *s, struct arena *mem)
{
	struct region *r = arena_alloc(mem, sizeof(*r));

	r->box = arena_array(mem, s->nvars, sizeof(*r->box));
	for (size_t i = 0; i < s->nvars; i++)
		r->box[i] = s->vars[i].all;
	return r;
}

/* The ways in which a clause holds: one alternative of each test, combined. */
static bool clause_ways(struct space *s, const struct clause *c, struct choice *out)
{
	struct choice product = {arena_array(s->mem, 1, sizeof(struct alt)), 1};

	for (size_t i = 0; i < c->n; i++) {
		struct choice one = {arena_array(s->mem, room_of(s, &c->tests[i]), sizeof(struct alt)), 0},
		              next;

		test_choice(s, &c->tests[i], true, &one);
		if (product.n * one.n > MAX_WAYS)
			return false;
		next = (struct choice){arena_array(s->mem, product.n * one.n + 1, sizeof(struct alt)), 0};
		for (size_t a = 0; a < product.n; a++) {
			for (size_t b = 0; b < one.n; b++) {
				struct alt *both = &next.alts[next.n++];

				both->n = product.alts[a].n + one.alts[b].n;
				both->lits = arena_array(s->mem, both->n, sizeof(*both->lits));
				for (size_t k = 0; k < both->n; k++)
					both->lits[k] = k < product.alts[a].n
					                        ? product.alts[a].lits[k]
					                        : one.alts[b].lits[k - product.alts[a].n];
			}
		}
		product = next;
	}
	for (size_t a = 0; a < product.n && out->n < MAX_WAYS; a++)
		out->alts[out->n++] = product.alts[a];
	return out->n < MAX_WAYS;
}

/* "This condition holds" as one choice; false when there are too many ways to say. */
static bool holds_choice(struct space *s, const struct cond *yes, struct choice *out)
{
	*out = (struct choice){arena_array(s->mem, MAX_WAYS, sizeof(struct alt)), 0};
	for (size_t k = 0; k < yes->n; k++)
		if (!clause_ways(s, &yes->clauses[k], out))
			return false;
	return true;
}

/* A test fails; `unmeasured`: or it cannot tell. */
static void fails_choice(struct space *s, const struct clause *no, bool unmeasured, struct choice *out)
{
	size_t room = 0;

	for (size_t m = 0; m < no->n; m++)
		room += room_of(s, &no->tests[m]) + 1;
	*out = (struct choice){arena_array(s->mem, room, sizeof(struct alt)), 0};
	for (size_t m = 0; m < no->n; m++) {
		test_choice(s, &no->tests[m], false, out);
		if (unmeasured)
			unknown_choice(s, &no->tests[m], out);
	}
}

static bool is_settled(const struct choice *c, const struct cells *box)
{
	bool already = false;

	for (size_t k = 0; k < c->n && !already; k++)
		if (!possible_alt(&c->alts[k], box, &already))
			already = false;
	return already;
}

static struct choice choice_copy(struct arena *mem, const struct choice *c)
{
	struct choice out = {arena_array(mem, c->n, sizeof(struct alt)), c->n};

	for (size_t i = 0; i < c->n; i++) {
		size_t n = c->alts[i].n;

		out.alts[i] = (struct alt){arena_array(mem, n, sizeof(struct lit)), n};
		if (n > 0)
			memcpy(out.alts[i].lits, c->alts[i].lits, n * sizeof(struct lit));
	}
	return out;
}

/* What outlives the scratch arena: the box, and the choices that it does not settle. */
static struct region *keep(struct space *s, struct arena *mem, const struct search *q,
                           const struct cells *box)
{
	struct region *r = region_all(s, mem);

	memcpy(r->box, box, s->nvars * sizeof(*box));
	r->choices = arena_array(mem, q->n, sizeof(*r->choices));
	for (size_t i = 0; i < q->n; i++)
		if (!is_settled(&q->choices[i], box))
			r->choices[r->n++] = choice_copy(mem, &q->choices[i]);
	return r;
}

/* The search for what is asked, with its choices in s->mem. */
static struct search demand(struct space *s, const struct region *in, const struct cond *yes,
                            const struct cond *const *no, size_t nno, bool unmeasured)
{
	size_t n = in->n + 1;
	struct choice *c;
	struct search q = {s, NULL, in->n};

	for (size_t i = 0; i < nno; i++)
		n += no[i] == NULL ? 0 : no[i]->n;
	q.choices = c = arena_array(s->mem, n, sizeof(*c));
	if (in->n > 0)
		memcpy(c, in->choices, in->n * sizeof(*c));
	if (yes != NULL && holds_choice(s, yes, &c[q.n]))
		q.n++;
	for (size_t i = 0; i < nno; i++)
		for (size_t k = 0; no[i] != NULL && k < no[i]->n; k++)
			fails_choice(s, &no[i]->clauses[k], unmeasured, &c[q.n++]);
	return q;
}

/* `sure`: an outcome was found; else what stays undecided counts as possible. */
static struct region *solve(struct space *s, struct arena *mem, const struct region *in,
                            const struct search *q, bool sure)
{
	struct cells *box = arena_array(s->mem, s->nvars, sizeof(*box)), *one;
	enum decision found;
	size_t open;

	memcpy(box, in->box, s->nvars * sizeof(*box));
	if (!propagate(q, box, &open))
		return NULL;
	if (open < q->n) {
		one = arena_array(s->mem, s->nvars, sizeof(*one));
		memcpy(one, box, s->nvars * sizeof(*one));
		s->budget = REGION_BUDGET;
		found = search(q, one);
		if (found == SPACE_NONE || (sure && found != SPACE_SOME))
			return NULL;
	}
	return keep(s, mem, q, box);
}

static struct region *part_of(struct space *s, struct arena *mem, const struct region *in,
                              const struct cond *yes, const struct cond *const *no, size_t nno,
                              bool unmeasured)
{
	struct arena *lasting = s->mem;
	struct region *out;
	struct search q;

	if (s->scratch == NULL)
		s->scratch = arena_new();
	arena_reset(s->scratch);
	s->mem = s->scratch;
	q = demand(s, in, yes, no, nno, unmeasured);
	out = solve(s, mem, in, &q, unmeasured);
	s->mem = lasting;
	return out;
}

struct region *region_where(struct space *s, struct arena *mem, const struct region *in,
                            const struct cond *yes, const struct cond *const *no, size_t nno)
{
	return part_of(s, mem, in, yes, no, nno, false);
}

struct region *region_without(struct space *s, struct arena *mem, const struct region *in,
                              const struct cond *const *no, size_t nno)
{
	return part_of(s, mem, in, NULL, no, nno, true);
}

static bool same_choice(const struct choice *a, const struct choice *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (a->alts[i].n != b->alts[i].n ||
		    (a->alts[i].n > 0 &&
		     memcmp(a->alts[i].lits, b->alts[i].lits, a->alts[i].n * sizeof(struct lit)) != 0))
			return false;
	return true;
}

bool region_within(const struct space *s, const struct region *a, const struct region *b)
{
	for (size_t i = 0; i < s->nvars; i++)
		if (!cells_within(&a->box[i], &b->box[i]))
			return false;
	for (size_t i = 0; i < b->n; i++) {
		bool there = is_settled(&b->choices[i], a->box);

		for (size_t k = 0; k < a->n && !there; k++)
			there = same_choice(&b->choices[i], &a->choices[k]);
		if (!there)
			return false;
	}
	return true;
}

void region_words(struct space *s, const struct region *r, const struct cond *only, struct buf *out)
{
	struct cells *box = arena_array(s->mem, s->nvars, sizeof(*box));

	for (size_t i = 0; i < s->nvars; i++)
		box[i] = s->vars[i].all;
	for (size_t i = 0; i < s->nvars; i++)
		for (size_t k = 0; k < only->n; k++)
			for (size_t m = 0; m < only->clauses[k].n; m++)
				if (same_subject(s->vars[i].about, &only->clauses[k].tests[m]))
					box[i] = r->box[i];
	put_restrictions(s, box, out);
}

void region_sample(struct space *s, const struct region *r, struct buf *out)
{
	struct search q = {s, r->choices, r->n};
	struct cells *box = arena_array(s->mem, s->nvars, sizeof(*box));

	memcpy(box, r->box, s->nvars * sizeof(*box));
	s->budget = REGION_BUDGET;
	search(&q, box); /* what it leaves undecided is still a place in the region */
	put_outcome(s, box, out);
}
