/* Conditions evaluated to yes, no or unknown, and explained.  What was not measured is unknown
 * (FLOWS.md, Conditions); nothing here guesses. */
#include "flow_int.h"

#include <string.h>

#include <casebook/clock.h>

/* NULL when unknown.  `room` holds the value of an input or an answer. */
static const struct value *look_up(const struct test *t, const struct cond_env *env, struct value *room)
{
	const struct value *v = NULL;
	const char *s = NULL;

	switch (t->subject) {
	case SUBJECT_FACT:
		v = env->fact == NULL ? NULL : env->fact(env->self, t->probe, t->key);
		return v == NULL || v->type == VAL_NULL ? NULL : v;
	case SUBJECT_INPUT:
		s = env->input == NULL ? NULL : env->input(env->self, t->key);
		break;
	case SUBJECT_ANSWER:
		s = env->answer == NULL ? NULL : env->answer(env->self, t->key);
		break;
	}
	if (s == NULL)
		return NULL;
	*room = value_str(s);
	return room;
}

static enum tri tri_of(bool b)
{
	return b ? TRI_YES : TRI_NO;
}

static enum tri tri_not(enum tri t)
{
	return t == TRI_UNKNOWN ? t : tri_of(t == TRI_NO);
}

/* A value that does not have the type of its test (an old case, another version) is unknown. */
static bool number_of(const struct test *t, const struct value *v, int64_t *out)
{
	switch (v->type) {
	case VAL_INT:
		*out = v->u.i;
		return t->type == FACT_INT;
	case VAL_BOOL:
		*out = v->u.b;
		return t->type == FACT_BOOL;
	case VAL_STR:
		return t->type == FACT_TIME && clock_parse_iso(v->u.s, out);
	case VAL_NULL:
	case VAL_LIST:
	case VAL_MAP:
		break;
	}
	return false;
}

static enum tri test_is(const struct test *t, const struct value *v)
{
	int64_t number;

	if (t->type == FACT_STR) {
		if (v->type != VAL_STR)
			return TRI_UNKNOWN;
		for (size_t i = 0; i < t->n; i++)
			if (strcmp(t->words[i], v->u.s) == 0)
				return TRI_YES;
		return TRI_NO;
	}
	if (!number_of(t, v, &number))
		return TRI_UNKNOWN;
	for (size_t i = 0; i < t->n; i++)
		if (t->numbers[i] == number)
			return TRI_YES;
	return TRI_NO;
}

static enum tri test_order(const struct test *t, const struct value *v)
{
	int64_t number, bound = t->numbers[0];

	if (!number_of(t, v, &number))
		return TRI_UNKNOWN;
	if (t->op == OP_LT)
		return tri_of(number < bound);
	if (t->op == OP_LE)
		return tri_of(number <= bound);
	if (t->op == OP_GT)
		return tri_of(number > bound);
	return tri_of(number >= bound);
}

static bool element_is(const struct value *v, const char *word)
{
	char text[24];
	struct buf out;
	bool same;

	if (v->type == VAL_STR)
		return strcmp(v->u.s, word) == 0;
	if (v->type != VAL_INT)
		return false;
	buf_init(&out, sizeof(text));
	buf_fmt(&out, "%lld", (long long)v->u.i);
	same = strcmp(buf_cstr(&out), word) == 0;
	buf_release(&out);
	return same;
}

static bool holds(const struct value *v, const char *word)
{
	if (v->type == VAL_MAP)
		return value_find(v, word) != NULL;
	for (size_t i = 0; i < v->u.list.n; i++)
		if (element_is(&v->u.list.items[i], word))
			return true;
	return false;
}

static enum tri test_has(const struct test *t, const struct value *v)
{
	if (v->type != VAL_LIST && v->type != VAL_MAP)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < t->n; i++)
		if (holds(v, t->words[i]))
			return TRI_YES;
	return TRI_NO;
}

static enum tri test_empty(const struct test *t, const struct value *v)
{
	size_t n;

	if (v->type != VAL_LIST && v->type != VAL_MAP)
		return TRI_UNKNOWN;
	n = v->type == VAL_LIST ? v->u.list.n : v->u.map.n;
	return tri_of((n == 0) == t->flag);
}

static enum tri test_value(const struct test *t, const struct value *v)
{
	if (t->op == OP_KNOWN)
		return tri_of((v != NULL) == t->flag);
	if (v == NULL)
		return TRI_UNKNOWN;
	switch (t->op) {
	case OP_IS:
		return test_is(t, v);
	case OP_NOT:
		return tri_not(test_is(t, v));
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		return test_order(t, v);
	case OP_HAS:
		return test_has(t, v);
	case OP_LACKS:
		return tri_not(test_has(t, v));
	case OP_EMPTY:
		return test_empty(t, v);
	case OP_KNOWN:
		break;
	}
	return TRI_UNKNOWN;
}

enum tri test_eval(const struct test *t, const struct cond_env *env)
{
	struct value room;

	return test_value(t, look_up(t, env, &room));
}

static enum tri clause_eval(const struct clause *c, const struct cond_env *env)
{
	enum tri all = TRI_YES;

	for (size_t i = 0; i < c->n; i++) {
		enum tri one = test_eval(&c->tests[i], env);

		if (one == TRI_NO)
			return TRI_NO;
		if (one == TRI_UNKNOWN)
			all = TRI_UNKNOWN;
	}
	return all;
}

enum tri cond_eval(const struct cond *c, const struct cond_env *env)
{
	enum tri any = TRI_NO;

	for (size_t i = 0; i < c->n; i++) {
		enum tri one = clause_eval(&c->clauses[i], env);

		if (one == TRI_YES)
			return TRI_YES;
		if (one == TRI_UNKNOWN)
			any = TRI_UNKNOWN;
	}
	return any;
}

static bool clause_reads(const struct clause *c, bool (*each)(void *arg, const char *probe, const char *fact),
                         void *arg)
{
	for (size_t k = 0; k < c->n; k++) {
		const struct test *t = &c->tests[k];

		if (t->subject == SUBJECT_FACT && !each(arg, t->probe, t->plain))
			return false;
	}
	return true;
}

void cond_reads(const struct cond *c, bool (*each)(void *arg, const char *probe, const char *fact), void *arg)
{
	for (size_t i = 0; i < c->n; i++)
		if (!clause_reads(&c->clauses[i], each, arg))
			return;
}

size_t cond_maps(const struct cond *c)
{
	return c != NULL ? c->n : 0;
}

enum tri cond_map_eval(const struct cond *c, size_t map, const struct cond_env *env)
{
	return clause_eval(&c->clauses[map], env);
}

void cond_map_reads(const struct cond *c, size_t map,
                    bool (*each)(void *arg, const char *probe, const char *fact), void *arg)
{
	for (size_t k = 0; k < c->clauses[map].n; k++) {
		const struct test *t = &c->clauses[map].tests[k];

		if (t->subject == SUBJECT_FACT && !each(arg, t->probe, t->key))
			return;
	}
}

bool cond_map_asks(const struct cond *c, size_t map)
{
	for (size_t k = 0; k < c->clauses[map].n; k++)
		if (c->clauses[map].tests[k].subject == SUBJECT_ANSWER)
			return true;
	return false;
}

bool cause_speaks(const struct cause *c, const struct cond_env *env)
{
	return c->supported != NULL && cond_eval(c->supported, env) == TRI_YES &&
	       (c->unless == NULL || cond_eval(c->unless, env) != TRI_YES);
}

void cause_reads(const struct cause *c, bool (*each)(void *arg, const char *probe, const char *fact),
                 void *arg)
{
	const struct cond *const all[] = {c->supported, c->symptom, c->unless, c->excluded, c->applies};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i] != NULL)
			cond_reads(all[i], each, arg);
}

void cond_proof(const struct cond *c, const struct cond_env *env,
                bool (*each)(void *arg, const char *probe, const char *fact), void *arg)
{
	for (size_t i = 0; i < c->n; i++) {
		if (clause_eval(&c->clauses[i], env) == TRI_YES) {
			clause_reads(&c->clauses[i], each, arg);
			return;
		}
	}
	cond_reads(c, each, arg);
}

/* ---- in words ---- */

void test_subject_text(const struct test *t, struct buf *out)
{
	if (t->subject == SUBJECT_FACT)
		buf_fmt(out, "%s.%s", t->probe, t->key);
	else
		buf_fmt(out, "%s.%s", t->subject == SUBJECT_INPUT ? "input" : "answer", t->key);
}

void test_text(const struct test *t, struct buf *out)
{
	static const char *const words[] = {
	        " = ", " is not ", " < ", " <= ", " > ", " >= ", " has ", " lacks "};

	test_subject_text(t, out);
	if (t->op == OP_KNOWN || t->op == OP_EMPTY) {
		buf_fmt(out, " is %s%s", t->flag ? "" : "not ", t->op == OP_KNOWN ? "known" : "empty");
		return;
	}
	buf_str(out, words[t->op]);
	for (size_t i = 0; i < t->n; i++)
		buf_fmt(out, "%s%s", i > 0 ? " or " : "", t->words[i]);
}

/* That a fact was measured, or was not, says nothing beside a test of what it is. */
static bool says_more(const struct clause *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->tests[i].op != OP_KNOWN)
			return true;
	return false;
}

static void put_tests(const struct clause *c, const struct cond_env *env, bool every, enum tri only,
                      struct buf *out)
{
	static const char *const verdicts[] = {"no", "yes", "unknown"};

	for (size_t i = 0; i < c->n; i++) {
		struct value room;
		const struct value *v = look_up(&c->tests[i], env, &room);
		enum tri is = test_value(&c->tests[i], v);

		if (every ? c->tests[i].op == OP_KNOWN && says_more(c) : is != only)
			continue;
		if (out->n > 0)
			buf_str(out, "; ");
		test_text(&c->tests[i], out);
		buf_str(out, " (");
		if (v == NULL) {
			buf_str(out, "not measured");
		} else {
			buf_str(out, "was ");
			value_text(out, v);
		}
		buf_fmt(out, ": %s)", verdicts[is]);
	}
}

/* Yes: the first map that held.  No: the tests that failed.  Unknown: the tests that lack a fact. */
void cond_reason(const struct cond *c, const struct cond_env *env, struct buf *out)
{
	enum tri all = cond_eval(c, env);
	struct buf text;

	buf_init(&text, BUF_MAX_LINE);
	for (size_t i = 0; i < c->n; i++) {
		enum tri one = clause_eval(&c->clauses[i], env);

		if (one == all)
			put_tests(&c->clauses[i], env, all == TRI_YES, all, &text);
		if (one == TRI_YES)
			break;
	}
	buf_put(out, buf_cstr(&text), text.n);
	buf_release(&text);
}
