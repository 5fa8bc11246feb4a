/* The search through a space of outcomes: choices between restrictions, narrowed until one outcome
 * is left or none. */
#include "space_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

/* ---- the search ---- */

bool apply_alt(const struct alt *a, struct cells *box)
{
	for (size_t i = 0; i < a->n; i++)
		if (!cells_meet(&box[a->lits[i].var], &a->lits[i].cells, &box[a->lits[i].var]))
			return false;
	return true;
}

bool possible_alt(const struct alt *a, const struct cells *box, bool *already)
{
	struct cells m;
	bool inside = true;

	*already = false;
	for (size_t i = 0; i < a->n; i++) {
		const struct lit *l = &a->lits[i];

		if (!cells_meet(&box[l->var], &l->cells, &m))
			return false;
		inside = inside && cells_within(&box[l->var], &l->cells);
	}
	*already = inside;
	return true;
}

bool propagate(const struct search *q, struct cells *box, size_t *open)
{
	bool again = true;

	while (again) {
		size_t fewest = SIZE_MAX;

		again = false;
		*open = q->n;
		for (size_t i = 0; i < q->n && !again; i++) {
			const struct choice *c = &q->choices[i];
			const struct alt *last = NULL;
			size_t ways = 0;
			bool already = false;

			for (size_t k = 0; k < c->n && !already; k++) {
				if (!possible_alt(&c->alts[k], box, &already))
					continue;
				ways++;
				last = &c->alts[k];
			}
			if (already)
				continue;
			if (ways == 0)
				return false;
			if (ways == 1) {
				apply_alt(last, box); /* possible_alt() said so */
				again = true;
			} else if (ways < fewest) {
				fewest = ways;
				*open = i;
			}
		}
	}
	return true;
}

enum decision search(const struct search *q, struct cells *box)
{
	struct space *s = q->s;
	struct cells *mine;
	enum decision found = SPACE_NONE;
	size_t open;

	if (!propagate(q, box, &open))
		return SPACE_NONE;
	if (open == q->n)
		return SPACE_SOME;
	mine = xmalloc(s->nvars * sizeof(*mine));
	for (size_t k = 0; k < q->choices[open].n && found == SPACE_NONE; k++) {
		if (s->budget == 0) {
			found = SPACE_UNDECIDED;
			break;
		}
		s->budget--;
		memcpy(mine, box, s->nvars * sizeof(*mine));
		if (apply_alt(&q->choices[open].alts[k], mine))
			found = search(q, mine);
	}
	if (found == SPACE_SOME)
		memcpy(box, mine, s->nvars * sizeof(*mine));
	free(mine);
	return found;
}

/* ---- the question ---- */

static size_t count_choices(const struct space *s, const struct clause *yes, size_t first, size_t last)
{
	size_t n = yes == NULL ? 0 : yes->n;

	for (size_t i = first; i < last; i++)
		n += s->conds[i] == NULL ? 0 : s->conds[i]->n;
	return n;
}

/* yes: each of its tests holds; of every clause of the others one test fails. */
static struct search search_for(struct space *s, const struct clause *yes, size_t first, size_t last)
{
	struct choice *c = arena_array(s->mem, count_choices(s, yes, first, last), sizeof(*c));
	struct search q = {s, c, 0};

	for (size_t i = 0; yes != NULL && i < yes->n; i++, q.n++) {
		c[q.n].alts = arena_array(s->mem, room_of(s, &yes->tests[i]), sizeof(struct alt));
		test_choice(s, &yes->tests[i], true, &c[q.n]);
	}
	for (size_t i = first; i < last; i++) {
		for (size_t k = 0; s->conds[i] != NULL && k < s->conds[i]->n; k++, q.n++) {
			const struct clause *no = &s->conds[i]->clauses[k];
			size_t room = 0;

			for (size_t m = 0; m < no->n; m++)
				room += room_of(s, &no->tests[m]);
			c[q.n].alts = arena_array(s->mem, room, sizeof(struct alt));
			for (size_t m = 0; m < no->n; m++)
				test_choice(s, &no->tests[m], false, &c[q.n]);
		}
	}
	return q;
}

static enum decision find_one(struct space *s, const struct clause *yes, size_t first, size_t last,
                              bool measured, struct buf *witness)
{
	struct search q = search_for(s, yes, first, last);
	struct cells *box = xcalloc(s->nvars + 1, sizeof(*box)), unknown = one_cell(0);
	enum decision found;

	for (size_t i = 0; i < s->nvars; i++) {
		box[i] = s->vars[i].all;
		if (measured && (s->vars[i].kind == VAR_PLAIN || s->vars[i].kind == VAR_KNOWN))
			box[i] = cells_minus(&box[i], &unknown);
	}
	found = search(&q, box);
	if (found == SPACE_SOME && witness != NULL)
		put_outcome(s, box, witness);
	free(box);
	return found;
}

enum decision space_find(struct space *s, long yes, size_t first, size_t last, bool measured,
                         struct buf *witness)
{
	enum decision all = SPACE_NONE;

	s->budget = BUDGET;
	if (s->vague)
		return SPACE_UNDECIDED;
	if (yes < 0)
		return find_one(s, NULL, first, last, measured, witness);
	for (size_t k = 0; k < s->conds[yes]->n; k++) {
		enum decision one = find_one(s, &s->conds[yes]->clauses[k], first, last, measured, witness);

		if (one == SPACE_SOME)
			return one;
		if (one == SPACE_UNDECIDED)
			all = one;
	}
	return all;
}
