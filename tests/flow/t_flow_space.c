/* The search over the space of outcomes against brute force: random conditions, every outcome
 * tried with cond_eval(), and both must agree on whether there is one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "flow_int.h"

#include <string.h>

static const char *const pages[] = {"forbidden", "stopped", "other"};
static const char *const open_words[] = {"iis", "nginx"};
static const char *const elements[] = {"AES", "DES3"};

/* One outcome of five facts; 0 is unknown everywhere. */
struct outcome {
	unsigned page, secure, status, server, caps;
};
enum { PAGES = 4, SECURE = 3, STATUS = 8, SERVER = 4, CAPS = 9 };

struct facts {
	struct value page, secure, status, server, caps, items[3];
};

static void spell(const struct outcome *o, struct facts *f)
{
	static const char *const servers[] = {"iis", "nginx", "lighttpd"};
	static const char *const all[] = {"AES", "DES3", "SHA-1"};
	size_t n = 0;

	memset(f, 0, sizeof(*f));
	f->page = o->page == 0 ? value_null() : value_str(pages[o->page - 1]);
	f->secure = o->secure == 0 ? value_null() : value_bool(o->secure == 2);
	f->status = o->status == 0 ? value_null() : value_int(o->status);
	f->server = o->server == 0 ? value_null() : value_str(servers[o->server - 1]);
	if (o->caps == 0)
		return;
	for (unsigned i = 0; i < 3; i++)
		if (((o->caps - 1) >> i) & 1)
			f->items[n++] = value_str(all[i]);
	f->caps.type = VAL_LIST;
	f->caps.u.list.items = f->items;
	f->caps.u.list.n = n;
}

static const struct value *look(void *self, const char *probe, const char *fact)
{
	struct facts *f = self;

	(void)probe;
	if (strcmp(fact, "page") == 0)
		return &f->page;
	if (strcmp(fact, "secure") == 0)
		return &f->secure;
	if (strcmp(fact, "status") == 0)
		return &f->status;
	if (strcmp(fact, "server") == 0)
		return &f->server;
	return &f->caps;
}

static bool next_outcome(struct outcome *o)
{
	unsigned *const digits[] = {&o->page, &o->secure, &o->status, &o->server, &o->caps};
	static const unsigned sizes[] = {PAGES, SECURE, STATUS, SERVER, CAPS};

	for (size_t i = 0; i < 5; i++) {
		if (++*digits[i] < sizes[i])
			return true;
		*digits[i] = 0;
	}
	return false;
}

static bool is_measured(const struct outcome *o)
{
	return o->page && o->secure && o->status && o->server && o->caps;
}

/* What space_find() should say, by trying everything. */
static bool brute(const struct cond *const *conds, long yes, size_t first, size_t last, bool measured)
{
	struct outcome o = {0};

	do {
		struct facts f;
		struct cond_env env = {look, NULL, NULL, &f};
		bool fits = !measured || is_measured(&o);

		spell(&o, &f);
		if (yes >= 0)
			fits = fits && cond_eval(conds[yes], &env) == TRI_YES;
		for (size_t i = first; i < last && fits; i++)
			fits = cond_eval(conds[i], &env) == TRI_NO;
		if (fits)
			return true;
	} while (next_outcome(&o));
	return false;
}

/* ---- random conditions ---- */

static uint32_t seed;

static unsigned dice(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 16) % n;
}

static void random_words(struct arena *mem, struct test *t, const char *const *from, unsigned n)
{
	const char **words = arena_array(mem, n, sizeof(*words));
	unsigned first = dice(n);

	t->n = 1 + dice(n);
	for (unsigned i = 0; i < t->n; i++)
		words[i] = from[(first + i) % n];
	t->words = words;
}

static void random_number(struct arena *mem, struct test *t)
{
	int64_t *numbers = arena_array(mem, 3, sizeof(*numbers));
	const char **words = arena_array(mem, 3, sizeof(*words));

	t->n = t->op <= OP_NOT ? 1 + dice(2) : 1;
	for (size_t i = 0; i < t->n; i++) {
		numbers[i] = 2 + 2 * (int64_t)dice(3); /* 2, 4, 6: with neighbours between */
		words[i] = "n";
	}
	t->numbers = numbers;
	t->words = words;
}

static struct test random_test(struct arena *mem)
{
	static const enum test_op whole[] = {OP_HAS, OP_LACKS, OP_EMPTY};
	struct test t = {.subject = SUBJECT_FACT, .probe = "p", .flag = dice(2) == 0};
	unsigned kind = dice(5);

	t.op = (enum test_op)dice(2);
	t.type = kind == 0 || kind == 3 ? FACT_STR : kind == 1 ? FACT_BOOL : kind == 2 ? FACT_INT : FACT_LIST;
	t.key = kind == 0   ? "page"
	        : kind == 1 ? "secure"
	        : kind == 2 ? "status"
	        : kind == 3 ? "server"
	                    : "caps";
	if (kind == 0) {
		t.closed = pages;
		t.nclosed = 3;
		random_words(mem, &t, pages, 3);
	} else if (kind == 1) {
		int64_t *b = arena_array(mem, 1, sizeof(*b));

		*b = dice(2);
		t.numbers = b;
		t.n = 1;
	} else if (kind == 2) {
		t.op = (enum test_op)dice(6);
		random_number(mem, &t);
	} else if (kind == 3) {
		random_words(mem, &t, open_words, 2);
	} else {
		t.op = whole[dice(3)];
		random_words(mem, &t, elements, 2);
		if (t.op == OP_EMPTY)
			t.n = 0;
	}
	if (dice(8) == 0) {
		t.op = OP_KNOWN;
		t.n = 0;
	}
	return t;
}

static const struct cond *random_cond(struct arena *mem)
{
	struct cond *c = arena_alloc(mem, sizeof(*c));
	struct clause *clauses = arena_array(mem, 3, sizeof(*clauses));

	c->n = 1 + dice(3);
	for (size_t i = 0; i < c->n; i++) {
		struct test *tests = arena_array(mem, 3, sizeof(*tests));

		clauses[i].n = 1 + dice(3);
		for (size_t k = 0; k < clauses[i].n; k++)
			tests[k] = random_test(mem);
		clauses[i].tests = tests;
	}
	c->clauses = clauses;
	return c;
}

static void agrees_with_brute_force(void **state)
{
	unsigned some = 0, none = 0;

	(void)state;
	for (seed = 1; some + none < 1500; seed += 7) {
		struct arena *mem = arena_new();
		const struct cond *conds[6];
		size_t n = 1 + dice(6);
		struct space *s;
		bool measured = dice(2) == 0;
		long yes = dice(4) == 0 ? -1 : (long)n - 1;
		size_t last = yes < 0 ? n : n - 1;
		enum decision found;
		bool expected;

		for (size_t i = 0; i < n; i++)
			conds[i] = random_cond(mem);
		s = space_new(conds, n);
		found = space_find(s, yes, 0, last, measured, NULL);
		expected = brute(conds, yes, 0, last, measured);
		if (found != (expected ? SPACE_SOME : SPACE_NONE))
			fail_msg("round %u: found %d, expected %d", some + none, (int)found, expected);
		expected ? some++ : none++;
		space_free(s);
		arena_free(mem);
	}
	assert_true(some > 100);
	assert_true(none > 100); /* both answers were asked for */
}

/* ---- one region within another ---- */

/* Is every outcome where `yes` holds and `no` does not one where `wider` holds and `no` does not? */
static bool brute_within(const struct cond *yes, const struct cond *wider, const struct cond *no)
{
	struct outcome o = {0};

	do {
		struct facts f;
		struct cond_env env = {look, NULL, NULL, &f};

		spell(&o, &f);
		if (cond_eval(no, &env) == TRI_NO && cond_eval(yes, &env) == TRI_YES &&
		    cond_eval(wider, &env) != TRI_YES)
			return false;
	} while (next_outcome(&o));
	return true;
}

/* A region may be within another without being known for it, never the other way round: a proof rests on it.
 * The two differ in little, so that nearly all of one is in the other. */
static void within_is_never_said_wrongly(void **state)
{
	unsigned within = 0, outside = 0;

	(void)state;
	for (seed = 3; within + outside < 1200; seed += 11) {
		struct arena *mem = arena_new();
		const struct cond *conds[3] = {random_cond(mem), NULL, random_cond(mem)};
		struct cond less = *conds[0];
		struct space *s;
		struct region *all, *a, *b;

		if (less.n > 1 && dice(2) == 0) {
			less.n--; /* one of its ways is missing */
		} else {
			struct clause *c = arena_array(mem, less.n, sizeof(*c));

			memcpy(c, less.clauses, less.n * sizeof(*c));
			c[0].n -= c[0].n > 1;
			less.clauses = c;
		}
		conds[1] = &less;
		s = space_new(conds, 3);
		all = region_all(s, mem);
		a = region_where(s, mem, all, conds[0], &conds[2], 1);
		b = region_where(s, mem, all, conds[1], &conds[2], 1);
		for (int turn = 0; turn < 2 && a != NULL && b != NULL; turn++) {
			bool said = turn == 0 ? region_within(s, a, b) : region_within(s, b, a);

			if (said && !brute_within(conds[turn], conds[1 - turn], conds[2]))
				fail_msg("round %u, turn %d: said to be within", within + outside, turn);
			said ? within++ : outside++;
		}
		space_free(s);
		arena_free(mem);
	}
	assert_true(within > 100 && outside > 100);
}

/* ---- too entangled ---- */

/* Nine pigeons in eight holes, no two together: true that there is no way, and too long to see. */
static void gives_up_in_time(void **state)
{
	enum { HOLES = 8, PIGEONS = 9 };
	static const char *const holes[] = {"a", "b", "c", "d", "e", "f", "g", "h"};
	static const char *const names[] = {"p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8"};
	struct test tests[PIGEONS * PIGEONS * HOLES * 2];
	struct clause clauses[PIGEONS * PIGEONS * HOLES];
	struct cond all = {clauses, 0};
	const struct cond *conds[] = {&all};
	size_t n = 0;
	struct space *s;

	(void)state;
	for (size_t i = 0; i < PIGEONS; i++) {
		for (size_t k = 0; k < i; k++) {
			for (size_t h = 0; h < HOLES; h++) {
				struct test t = {.subject = SUBJECT_INPUT,
				                 .type = FACT_STR,
				                 .closed = holes,
				                 .nclosed = HOLES,
				                 .op = OP_IS,
				                 .words = &holes[h],
				                 .n = 1};

				t.key = names[i];
				tests[n] = t;
				t.key = names[k];
				tests[n + 1] = t;
				clauses[all.n++] = (struct clause){&tests[n], 2};
				n += 2;
			}
		}
	}
	s = space_new(conds, 1);
	assert_int_equal(space_find(s, -1, 0, 1, true, NULL), SPACE_UNDECIDED);
	assert_int_equal(space_find(s, 0, 0, 0, true, NULL), SPACE_SOME);
	space_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(agrees_with_brute_force),
	        cmocka_unit_test(within_is_never_said_wrongly),
	        cmocka_unit_test(gives_up_in_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
