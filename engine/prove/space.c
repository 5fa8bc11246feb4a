/* The space of outcomes of some conditions.  Each thing that they read becomes a variable with
 * finitely many cells: unknown, the words of its set (or those mentioned, and any other), the
 * stretches between the numbers mentioned; a list becomes one variable for "known", one for each
 * element mentioned and one for all others.  A test is then a choice between restrictions of
 * such cells, and "is there an outcome where this holds and those do not" is a search. */
#include "space_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

/* ---- cells ---- */

void set_cell(struct cells *c, size_t i)
{
	c->w[i / 64] |= (uint64_t)1 << (i % 64);
}

bool has_cell(const struct cells *c, size_t i)
{
	return (c->w[i / 64] >> (i % 64)) & 1;
}

bool cells_meet(const struct cells *a, const struct cells *b, struct cells *out)
{
	uint64_t any = 0;

	for (size_t i = 0; i < WORDS; i++) {
		out->w[i] = a->w[i] & b->w[i];
		any |= out->w[i];
	}
	return any != 0;
}

bool cells_within(const struct cells *a, const struct cells *b)
{
	for (size_t i = 0; i < WORDS; i++)
		if ((a->w[i] & ~b->w[i]) != 0)
			return false;
	return true;
}

struct cells cells_minus(const struct cells *a, const struct cells *b)
{
	struct cells out;

	for (size_t i = 0; i < WORDS; i++)
		out.w[i] = a->w[i] & ~b->w[i];
	return out;
}

struct cells one_cell(size_t i)
{
	struct cells c = {{0}};

	set_cell(&c, i);
	return c;
}

/* ---- variables ---- */

bool same_subject(const struct test *a, const struct test *b)
{
	if (a->subject != b->subject || strcmp(a->key, b->key) != 0)
		return false;
	return a->subject != SUBJECT_FACT || strcmp(a->probe, b->probe) == 0;
}

bool is_number(const struct test *t)
{
	return t->type == FACT_INT || t->type == FACT_TIME;
}

bool is_whole(const struct test *t)
{
	return t->type == FACT_LIST || t->type == FACT_MAP;
}

static size_t hash_text(size_t h, const char *s)
{
	for (; s != NULL && *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * 16777619u;
	return (h ^ 0xff) * 16777619u;
}

static bool is_var(const struct var *v, const struct test *t, enum var_kind kind, const char *element)
{
	return v->kind == kind && same_subject(v->about, t) &&
	       (element == NULL || strcmp(v->element, element) == 0);
}

/* The slot of a variable, or the free one where it belongs. */
static uint32_t *slot_of(const struct space *s, const struct test *t, enum var_kind kind, const char *element)
{
	size_t i = hash_text(hash_text(hash_text((size_t)kind, t->probe), t->key), element) & (s->nslots - 1);

	while (s->slots[i] != 0 && !is_var(&s->vars[s->slots[i] - 1], t, kind, element))
		i = (i + 1) & (s->nslots - 1);
	return &s->slots[i];
}

long find_var(const struct space *s, const struct test *t, enum var_kind kind, const char *element)
{
	return (long)*slot_of(s, t, kind, element) - 1;
}

static void rehash(struct space *s)
{
	s->nslots *= 2;
	s->slots = arena_array(s->mem, s->nslots, sizeof(*s->slots));
	for (size_t i = 0; i < s->nvars; i++)
		*slot_of(s, s->vars[i].about, s->vars[i].kind, s->vars[i].element) = (uint32_t)i + 1;
}

static struct var *need_var(struct space *s, const struct test *t, enum var_kind kind, const char *element)
{
	uint32_t *slot = slot_of(s, t, kind, element);

	if (*slot != 0)
		return &s->vars[*slot - 1];
	if (s->nvars == MAX_VARS) {
		s->vague = true;
		return NULL;
	}
	if (s->nvars == s->cap) {
		s->cap = s->cap == 0 ? 16 : 2 * s->cap;
		s->vars = xrealloc(s->vars, s->cap * sizeof(*s->vars));
	}
	s->vars[s->nvars++] = (struct var){.kind = kind, .about = t, .element = element};
	*slot = (uint32_t)s->nvars;
	if (2 * s->nvars >= s->nslots)
		rehash(s);
	return &s->vars[s->nvars - 1];
}

static void add_word(struct space *s, struct var *v, const char *word)
{
	for (size_t i = 0; i < v->n; i++)
		if (strcmp(v->words[i], word) == 0)
			return;
	if (v->n == CELLS - 2) {
		s->vague = v->vague = true;
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
		s->vague = v->vague = true;
		return;
	}
	if (v->cuts == NULL)
		v->cuts = arena_array(s->mem, CELLS, sizeof(*v->cuts));
	memmove(&v->cuts[at + 1], &v->cuts[at], (v->n - at) * sizeof(*v->cuts));
	v->cuts[at] = cut;
	v->n++;
}

static void mention_whole(struct space *s, const struct test *t)
{
	need_var(s, t, VAR_KNOWN, NULL);
	need_var(s, t, VAR_OTHERS, NULL);
	for (size_t i = 0; i < t->n; i++)
		need_var(s, t, VAR_ELEMENT, t->words[i]);
}

static void mention(struct space *s, const struct test *t)
{
	struct var *v;

	if (is_whole(t)) {
		mention_whole(s, t);
		return;
	}
	v = need_var(s, t, VAR_PLAIN, NULL);
	if (v == NULL)
		return;
	for (size_t i = 0; i < t->n; i++) {
		if (is_number(t))
			add_cut(s, v, t->numbers[i]);
		else if (t->type == FACT_STR && t->closed == NULL)
			add_word(s, v, t->words[i]);
	}
	if (t->nclosed > CELLS - 2)
		s->vague = v->vague = true;
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

size_t last_cell(const struct var *v)
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
	if (v->vague) {
		v->all = one_cell(0);
		set_cell(&v->all, 1);
		return;
	}
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
	s->nslots = 64;
	s->slots = arena_array(s->mem, s->nslots, sizeof(*s->slots));
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
	arena_free(s->scratch);
	free(s->vars);
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
	struct cells unknown = one_cell(0), known = cells_minus(&v->all, &unknown), holds;

	if (t->op == OP_KNOWN) {
		holds = t->flag == want ? known : unknown;
	} else {
		holds = plain_cells(v, t);
		if ((t->op == OP_NOT) == want)
			holds = cells_minus(&known, &holds);
	}
	restrict_var(alt_new(s, c, 1), var, holds);
}

/* A test that cannot be placed in this space may hold and may fail. */
static bool is_vague(const struct space *s, const struct test *t)
{
	long i = find_var(s, t, is_whole(t) ? VAR_KNOWN : VAR_PLAIN, NULL);

	if (i < 0 || s->vars[i].vague)
		return true;
	if (!is_whole(t))
		return false;
	for (size_t k = 0; k < t->n; k++)
		if (find_var(s, t, VAR_ELEMENT, t->words[k]) < 0)
			return true;
	return find_var(s, t, VAR_OTHERS, NULL) < 0;
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

size_t room_of(const struct space *s, const struct test *t)
{
	return is_whole(t) ? s->nvars + t->n + 1 : 1;
}

void test_choice(struct space *s, const struct test *t, bool want, struct choice *c)
{
	if (is_vague(s, t))
		alt_new(s, c, 0);
	else if (is_whole(t))
		whole_choice(s, t, want, c);
	else
		plain_choice(s, t, want, c);
}

void unknown_choice(struct space *s, const struct test *t, struct choice *c)
{
	if (t->op == OP_KNOWN || is_vague(s, t))
		return;
	restrict_var(alt_new(s, c, 1), (size_t)find_var(s, t, is_whole(t) ? VAR_KNOWN : VAR_PLAIN, NULL),
	             one_cell(0));
}
