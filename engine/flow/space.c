/* The space of outcomes of some conditions.  Each thing that they read becomes a variable with
 * finitely many cells: unknown, the words of its set (or those mentioned, and any other), the
 * stretches between the numbers mentioned; a list becomes one variable for "known", one for each
 * element mentioned and one for all others.  A test is then a choice between restrictions of
 * such cells, and "is there an outcome where this holds and those do not" is a search. */
#include "flow_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#define WORDS 4
#define CELLS (64 * WORDS) /* of one variable; more are not decided */
#define MAX_VARS 200
#define BUDGET 20000 /* branches of one search: far more than real questions need */

struct cells {
	uint64_t w[WORDS];
};

enum var_kind { VAR_PLAIN, VAR_KNOWN, VAR_ELEMENT, VAR_OTHERS };
struct var {
	enum var_kind kind;
	const struct test *about; /* subject, type, closed set */
	const char *element;
	const char **words; /* VAR_PLAIN text: those mentioned, when open */
	int64_t *cuts;      /* VAR_PLAIN number: sorted, each once */
	size_t n, cap;
	struct cells all;
};
struct lit {
	size_t var;
	struct cells cells;
};
struct alt { /* restrictions that must all be made */
	struct lit *lits;
	size_t n;
};
struct choice { /* one of these */
	struct alt *alts;
	size_t n;
};
struct space {
	struct arena *mem;
	const struct cond *const *conds;
	size_t nconds;
	struct var *vars;
	size_t nvars;
	bool too_big;
	unsigned budget;
};

/* ---- cells ---- */

static void set_cell(struct cells *c, size_t i)
{
	c->w[i / 64] |= (uint64_t)1 << (i % 64);
}

static bool has_cell(const struct cells *c, size_t i)
{
	return (c->w[i / 64] >> (i % 64)) & 1;
}

static bool meet(const struct cells *a, const struct cells *b, struct cells *out)
{
	uint64_t any = 0;

	for (size_t i = 0; i < WORDS; i++) {
		out->w[i] = a->w[i] & b->w[i];
		any |= out->w[i];
	}
	return any != 0;
}

static bool within(const struct cells *a, const struct cells *b)
{
	for (size_t i = 0; i < WORDS; i++)
		if ((a->w[i] & ~b->w[i]) != 0)
			return false;
	return true;
}

static struct cells minus(const struct cells *a, const struct cells *b)
{
	struct cells out;

	for (size_t i = 0; i < WORDS; i++)
		out.w[i] = a->w[i] & ~b->w[i];
	return out;
}

static struct cells one_cell(size_t i)
{
	struct cells c = {{0}};

	set_cell(&c, i);
	return c;
}

/* ---- variables ---- */

static bool same_subject(const struct test *a, const struct test *b)
{
	if (a->subject != b->subject || strcmp(a->key, b->key) != 0)
		return false;
	return a->subject != SUBJECT_FACT || strcmp(a->probe, b->probe) == 0;
}

static bool is_number(const struct test *t)
{
	return t->type == FACT_INT || t->type == FACT_TIME;
}

static bool is_whole(const struct test *t)
{
	return t->type == FACT_LIST || t->type == FACT_MAP;
}

static long find_var(const struct space *s, const struct test *t, enum var_kind kind, const char *element)
{
	for (size_t i = 0; i < s->nvars; i++) {
		const struct var *v = &s->vars[i];

		if (v->kind == kind && same_subject(v->about, t) &&
		    (element == NULL || strcmp(v->element, element) == 0))
			return (long)i;
	}
	return -1;
}

static struct var *need_var(struct space *s, const struct test *t, enum var_kind kind, const char *element)
{
	long i = find_var(s, t, kind, element);
	struct var *v;

	if (i >= 0)
		return &s->vars[i];
	if (s->nvars == MAX_VARS) {
		s->too_big = true;
		return NULL;
	}
	v = &s->vars[s->nvars++];
	*v = (struct var){.kind = kind, .about = t, .element = element};
	return v;
}

static void add_word(struct space *s, struct var *v, const char *word)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->words[i], word) == 0)
			return;
	if (v->n == CELLS - 2) {
		s->too_big = true;
		return;
	}
	if (v->words == NULL)
		v->words = arena_array(s->mem, CELLS, sizeof(*v->words));
	v->words[v->n++] = word;
}

static void add_cut(struct space *s, struct var *v, int64_t cut)
{
	size_t at = 0;

	while (at < v->n && v->cuts[at] < cut)
		at++;
	if (at < v->n && v->cuts[at] == cut)
		return;
	if (2 * v->n + 4 > CELLS) {
		s->too_big = true;
		return;
	}
	if (v->cuts == NULL)
		v->cuts = arena_array(s->mem, CELLS, sizeof(*v->cuts));
	memmove(&v->cuts[at + 1], &v->cuts[at], (v->n - at) * sizeof(*v->cuts));
	v->cuts[at] = cut;
	v->n++;
}

static void mention(struct space *s, const struct test *t)
{
	struct var *v = need_var(s, t, is_whole(t) ? VAR_KNOWN : VAR_PLAIN, NULL);

	if (v == NULL)
		return;
	if (is_whole(t)) {
		need_var(s, t, VAR_OTHERS, NULL);
		for (size_t i = 0; i < t->n; i++)
			need_var(s, t, VAR_ELEMENT, t->words[i]);
		return;
	}
	for (size_t i = 0; i < t->n; i++) {
		if (is_number(t))
			add_cut(s, v, t->numbers[i]);
		else if (t->type == FACT_STR && t->closed == NULL)
			add_word(s, v, t->words[i]);
	}
	if (t->nclosed > CELLS - 2)
		s->too_big = true;
}

/* Cells of numbers: 1 is below the first cut, 2 the cut itself, 3 between it and the next ... */
static bool stretch_exists(const struct var *v, size_t cell)
{
	size_t i = (cell - 1) / 2;

	if (cell % 2 == 0)
		return true;
	if (i == 0)
		return v->n == 0 || v->cuts[0] != INT64_MIN;
	if (i == v->n)
		return v->cuts[i - 1] != INT64_MAX;
	return v->cuts[i] - 1 != v->cuts[i - 1];
}

static size_t last_cell(const struct var *v)
{
	if (v->kind != VAR_PLAIN)
		return 1;
	if (is_number(v->about))
		return 2 * v->n + 1;
	if (v->about->type == FACT_BOOL)
		return 2;
	return v->about->closed != NULL ? v->about->nclosed : v->n + 1;
}

static void finish_var(struct var *v)
{
	set_cell(&v->all, 0);
	for (size_t i = 1; i <= last_cell(v); i++)
		if (v->kind != VAR_PLAIN || !is_number(v->about) || stretch_exists(v, i))
			set_cell(&v->all, i);
}

struct space *space_new(const struct cond *const *conds, size_t n)
{
	struct space *s = xcalloc(1, sizeof(*s));

	s->mem = arena_new();
	s->conds = conds;
	s->nconds = n;
	s->vars = arena_array(s->mem, MAX_VARS, sizeof(*s->vars));
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; conds[i] != NULL && k < conds[i]->n; k++)
			for (size_t m = 0; m < conds[i]->clauses[k].n; m++)
				mention(s, &conds[i]->clauses[k].tests[m]);
	for (size_t i = 0; i < s->nvars; i++)
		finish_var(&s->vars[i]);
	return s;
}

void space_free(struct space *s)
{
	if (s == NULL)
		return;
	arena_free(s->mem);
	free(s);
}

/* ---- tests as choices ---- */

static struct alt *alt_new(struct space *s, struct choice *c, size_t lits)
{
	struct alt *a = &c->alts[c->n++];

	a->lits = arena_array(s->mem, lits, sizeof(*a->lits));
	return a;
}

static void restrict_var(struct alt *a, size_t var, struct cells cells)
{
	a->lits[a->n++] = (struct lit){var, cells};
}

/* The cells of a plain variable where the test without its negation holds. */
static struct cells plain_cells(const struct var *v, const struct test *t)
{
	struct cells out = {{0}};

	for (size_t i = 0; i < t->n; i++) {
		for (size_t c = 1; c <= last_cell(v); c++) {
			bool in;

			if (is_number(t)) {
				size_t cut = 0;

				while (v->cuts[cut] != t->numbers[i])
					cut++;
				cut = 2 * cut + 2; /* its cell */
				in = t->op == OP_LT   ? c < cut
				     : t->op == OP_LE ? c <= cut
				     : t->op == OP_GT ? c > cut
				     : t->op == OP_GE ? c >= cut
				                      : c == cut;
			} else if (t->type == FACT_BOOL) {
				in = c == (t->numbers[i] != 0 ? 2u : 1u);
			} else if (t->closed != NULL) {
				in = strcmp(t->closed[c - 1], t->words[i]) == 0;
			} else {
				in = c <= v->n && strcmp(v->words[c - 1], t->words[i]) == 0;
			}
			if (in)
				set_cell(&out, c);
		}
	}
	return out;
}

static void plain_choice(struct space *s, const struct test *t, bool want, struct choice *c)
{
	size_t var = (size_t)find_var(s, t, VAR_PLAIN, NULL);
	const struct var *v = &s->vars[var];
	struct cells unknown = one_cell(0), known = minus(&v->all, &unknown), holds;

	if (t->op == OP_KNOWN) {
		holds = t->flag == want ? known : unknown;
	} else {
		holds = plain_cells(v, t);
		if ((t->op == OP_NOT) == want)
			holds = minus(&known, &holds);
	}
	restrict_var(alt_new(s, c, 1), var, holds);
}

/* All of the elements absent (and the others too, for "empty"), the list being known. */
static void all_absent(struct space *s, const struct test *t, bool others, struct choice *c)
{
	struct alt *a = alt_new(s, c, s->nvars + 1);

	restrict_var(a, (size_t)find_var(s, t, VAR_KNOWN, NULL), one_cell(1));
	if (!others) {
		for (size_t i = 0; i < t->n; i++)
			restrict_var(a, (size_t)find_var(s, t, VAR_ELEMENT, t->words[i]), one_cell(0));
		return;
	}
	for (size_t i = 0; i < s->nvars; i++)
		if (same_subject(s->vars[i].about, t) && s->vars[i].kind != VAR_KNOWN)
			restrict_var(a, i, one_cell(0));
}

static void one_present(struct space *s, const struct test *t, size_t var, struct choice *c)
{
	struct alt *a = alt_new(s, c, 2);

	restrict_var(a, (size_t)find_var(s, t, VAR_KNOWN, NULL), one_cell(1));
	restrict_var(a, var, one_cell(1));
}

static void whole_choice(struct space *s, const struct test *t, bool want, struct choice *c)
{
	if (t->op == OP_KNOWN) {
		restrict_var(alt_new(s, c, 1), (size_t)find_var(s, t, VAR_KNOWN, NULL),
		             one_cell(t->flag == want ? 1 : 0));
	} else if (t->op == OP_EMPTY) {
		if (t->flag == want) {
			all_absent(s, t, true, c);
			return;
		}
		for (size_t i = 0; i < s->nvars; i++)
			if (same_subject(s->vars[i].about, t) && s->vars[i].kind != VAR_KNOWN)
				one_present(s, t, i, c);
	} else if ((t->op == OP_HAS) == want) {
		for (size_t i = 0; i < t->n; i++)
			one_present(s, t, (size_t)find_var(s, t, VAR_ELEMENT, t->words[i]), c);
	} else {
		all_absent(s, t, false, c);
	}
}

static size_t room_of(const struct space *s, const struct test *t)
{
	return is_whole(t) ? s->nvars + t->n + 1 : 1;
}

static void test_choice(struct space *s, const struct test *t, bool want, struct choice *c)
{
	if (is_whole(t))
		whole_choice(s, t, want, c);
	else
		plain_choice(s, t, want, c);
}

/* ---- the search ---- */

struct search {
	struct space *s;
	const struct choice *choices;
	size_t n;
};

static bool apply(const struct alt *a, struct cells *box)
{
	for (size_t i = 0; i < a->n; i++)
		if (!meet(&box[a->lits[i].var], &a->lits[i].cells, &box[a->lits[i].var]))
			return false;
	return true;
}

static bool possible(const struct alt *a, const struct cells *box, bool *already)
{
	struct cells m;

	bool inside = true;

	*already = false;
	for (size_t i = 0; i < a->n; i++) {
		const struct lit *l = &a->lits[i];

		if (!meet(&box[l->var], &l->cells, &m))
			return false;
		inside = inside && within(&box[l->var], &l->cells);
	}
	*already = inside;
	return true;
}

/* Takes the choices that have only one way left; `open` becomes the narrowest other, or n. */
static bool propagate(const struct search *q, struct cells *box, size_t *open)
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
				if (!possible(&c->alts[k], box, &already))
					continue;
				ways++;
				last = &c->alts[k];
			}
			if (already)
				continue;
			if (ways == 0)
				return false;
			if (ways == 1) {
				apply(last, box); /* possible() said so */
				again = true;
			} else if (ways < fewest) {
				fewest = ways;
				*open = i;
			}
		}
	}
	return true;
}

static enum decision search(const struct search *q, struct cells *box)
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
		if (apply(&q->choices[open].alts[k], mine))
			found = search(q, mine);
	}
	if (found == SPACE_SOME)
		memcpy(box, mine, s->nvars * sizeof(*mine));
	free(mine);
	return found;
}

/* ---- outcomes in words ---- */

static void put_cell(const struct var *v, size_t cell, struct buf *out)
{
	char at[CLOCK_TEXT];
	size_t i = (cell - 1) / 2;

	if (!is_number(v->about)) {
		if (v->about->type == FACT_BOOL)
			buf_str(out, cell == 2 ? " = yes" : " = no");
		else if (v->about->closed != NULL)
			buf_fmt(out, " = %s", v->about->closed[cell - 1]);
		else
			buf_fmt(out, cell <= v->n ? " = %s" : " is something else",
			        cell <= v->n ? v->words[cell - 1] : "");
		return;
	}
	buf_str(out, cell % 2 == 0 ? " = " : i < v->n ? " < " : i > 0 ? " > " : " has any value");
	if (v->n == 0)
		return;
	i = i < v->n ? i : v->n - 1;
	if (v->about->type == FACT_TIME)
		buf_str(out, clock_iso(v->cuts[i], at));
	else
		buf_fmt(out, "%lld", (long long)v->cuts[i]);
}

static void put_var(const struct var *v, size_t cell, struct buf *out)
{
	if (out->n > 0)
		buf_str(out, ", ");
	test_subject_text(v->about, out);
	if (cell == 0 && v->kind == VAR_PLAIN)
		buf_str(out, " is not measured");
	else if (v->kind == VAR_PLAIN)
		put_cell(v, cell, out);
	else if (v->kind == VAR_KNOWN)
		buf_str(out, cell == 0 ? " is not measured" : " is measured");
	else if (v->kind == VAR_ELEMENT)
		buf_fmt(out, " %s %s", cell == 1 ? "has" : "lacks", v->element);
	else
		buf_str(out, cell == 1 ? " has something else" : " has nothing else");
}

static void put_outcome(const struct space *s, const struct cells *box, struct buf *out)
{
	for (size_t i = 0; i < s->nvars; i++) {
		const struct var *v = &s->vars[i];
		size_t cell = 1;
		long known = find_var(s, v->about, VAR_KNOWN, NULL);

		while (cell < CELLS && !has_cell(&box[i], cell))
			cell++;
		if (cell == CELLS)
			cell = 0;
		if (v->kind == VAR_KNOWN && cell == 1)
			continue; /* its elements say more */
		if ((v->kind == VAR_ELEMENT || v->kind == VAR_OTHERS)) {
			if (known >= 0 && !has_cell(&box[known], 1))
				continue;
			cell = has_cell(&box[i], 0) ? 0 : 1;
			if (v->kind == VAR_OTHERS && within(&v->all, &box[i]))
				continue;
		}
		put_var(v, cell, out);
	}
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
			box[i] = minus(&box[i], &unknown);
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
	if (s->too_big)
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
