/* A cause whose proof and whose disproof one source can show at once: then neither says what it should. */
#include "flow_int.h"

#include <string.h>

/* The one probe whose facts a clause reads; NULL: none, several, or an answer. */
static const char *only_probe(const struct clause *c)
{
	const char *probe = NULL;

	for (size_t i = 0; i < c->n; i++) {
		const struct test *t = &c->tests[i];

		if (t->subject == SUBJECT_ANSWER)
			return NULL;
		if (t->subject == SUBJECT_INPUT)
			continue;
		if (probe != NULL && strcmp(probe, t->probe) != 0)
			return NULL;
		probe = t->probe;
	}
	return probe;
}

/* One outcome in which both hold, in words; false when there is none. */
static bool both_hold(const struct clause *a, const struct clause *b, struct buf *when)
{
	const struct cond yes = {a, 1}, no = {b, 1};
	const struct cond *two[] = {&yes, &no};
	struct space *s = space_new(two, 2);
	struct arena *mem = arena_new();
	struct region *r = region_where(s, mem, region_all(s, mem), &yes, NULL, 0);

	if (r != NULL)
		r = region_where(s, mem, r, &no, NULL, 0);
	if (r != NULL)
		region_sample(s, r, when);
	arena_free(mem);
	space_free(s);
	return r != NULL;
}

/* The first pair is enough: the flow's author looks at the whole cause then. */
static void prove_cause(struct draft *d, const struct dcause *c)
{
	const struct cond *yes = c->def.supported, *no = c->def.excluded;
	bool found = false;

	for (size_t i = 0; yes != NULL && no != NULL && i < yes->n && !found; i++) {
		const char *probe = only_probe(&yes->clauses[i]);

		for (size_t k = 0; probe != NULL && k < no->n && !found; k++) {
			const char *other = only_probe(&no->clauses[k]);
			struct buf when;

			if (other == NULL || strcmp(probe, other) != 0)
				continue;
			buf_init(&when, BUF_MAX_LINE);
			found = both_hold(&yes->clauses[i], &no->clauses[k], &when);
			if (found)
				problem(d->p, DG_both_sides, c->excluded, c->def.id, probe, buf_cstr(&when));
			buf_release(&when);
		}
	}
}

void prove_sides(struct draft *d)
{
	for (size_t i = 0; i < d->ncauses; i++)
		prove_cause(d, &d->causes[i]);
}
