/* What a cause may be proved by: not by what a file adds up to, not by what was so some other day; and
 * causes do not say why of one another in a circle. */
#include "flow_int.h"

#include <string.h>

static bool is_ever(const struct test *t)
{
	size_t n = strlen(t->key), m = strlen(FACT_EVER);

	return t->subject == SUBJECT_FACT && n > m && strcmp(t->key + n - m, FACT_EVER) == 0;
}

/* A sum over a whole file answers nobody's question. */
static void no_sums(struct draft *d, const struct cond *c, const struct ynode *at, const char *cause)
{
	for (size_t i = 0; c != NULL && i < c->n; i++)
		for (size_t k = 0; k < c->clauses[i].n; k++) {
			const struct test *t = &c->clauses[i].tests[k];

			if (t->subject == SUBJECT_FACT && t->of_source)
				problem(d->p, DG_source_fact, at, cause, t->probe, t->plain);
		}
}

static void no_ever(struct draft *d, const struct dcause *c)
{
	const struct cond *proof = c->def.supported;

	for (size_t i = 0; c->def.severity == SEV_FAULT && proof != NULL && i < proof->n; i++)
		for (size_t k = 0; k < proof->clauses[i].n; k++)
			if (is_ever(&proof->clauses[i].tests[k]))
				problem(d->p, DG_ever_proof, c->supported, c->def.id,
				        proof->clauses[i].tests[k].probe, proof->clauses[i].tests[k].key);
}

static bool leads_to(const struct draft *d, size_t from, size_t to, bool *seen)
{
	for (size_t i = 0; i < d->causes[from].nyielding; i++) {
		size_t next = (size_t)d->causes[from].yielding[i].index;

		if (next == to)
			return true;
		if (seen[next])
			continue;
		seen[next] = true;
		if (leads_to(d, next, to, seen))
			return true;
	}
	return false;
}

static void no_circle(struct draft *d, size_t i)
{
	bool *seen = arena_array(d->mem, d->ncauses, sizeof(*seen));

	if (leads_to(d, i, i, seen))
		problem(d->p, DG_yields_circle, d->causes[i].yields, d->causes[i].def.id, NULL, NULL);
}

void check_proofs(struct draft *d)
{
	for (size_t i = 0; i < d->ncauses; i++) {
		const struct dcause *c = &d->causes[i];

		no_sums(d, c->def.supported, c->supported, c->def.id);
		no_sums(d, c->def.symptom, c->symptom, c->def.id);
		no_sums(d, c->def.excluded, c->excluded, c->def.id);
		no_ever(d, c);
		no_circle(d, i);
	}
}
