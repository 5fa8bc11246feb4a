/* From a fact to its sentence: the first declared one whose condition fits and whose words are all known. */
#include "say_int.h"

#include <string.h>

const struct value *say_other(const struct say_env *env, const char *name)
{
	const struct value *v = NULL;
	char probe[64];
	const char *dot = strrchr(name, '.');

	if (dot == NULL && env->other != NULL && probe_fact(env->probe, name) != NULL)
		v = env->other(env->self, env->probe->id, name);
	if (v == NULL)
		v = evidence_fact(env->e, name);
	if (v == NULL && dot != NULL && env->other != NULL && (size_t)(dot - name) < sizeof(probe)) {
		memcpy(probe, name, (size_t)(dot - name));
		probe[dot - name] = '\0';
		v = env->other(env->self, probe, dot + 1);
	}
	return v != NULL && v->type != VAL_NULL ? v : NULL;
}

static size_t size_of(const struct value *v)
{
	return v->type == VAL_LIST                       ? v->u.list.n
	       : v->type == VAL_MAP                      ? v->u.map.n
	       : v->type == VAL_STR && v->u.s[0] == '\0' ? 0
	                                                 : 1;
}

static bool is_word(const struct value *v, const char *word)
{
	struct buf b;
	bool same;

	if (v->type == VAL_BOOL)
		return strcmp(word, v->u.b ? "true" : "false") == 0;
	if (v->type == VAL_STR)
		return strcmp(word, v->u.s) == 0;
	buf_init(&b, 4096);
	value_text(&b, v);
	same = strcmp(buf_cstr(&b), word) == 0;
	buf_release(&b);
	return same;
}

static bool any_word(const struct say_test *t, const struct value *v)
{
	for (size_t i = 0; i < t->nwords; i++)
		if (is_word(v, t->words[i]))
			return true;
	return false;
}

/* A code and what is finer: "403.16" has 403.16.2148204809. */
static bool has_word(const struct say_test *t, const struct value *v)
{
	for (size_t i = 0; i < size_of(v); i++) {
		for (size_t k = 0; k < t->nwords; k++) {
			size_t n = strlen(t->words[k]);

			if (v->type == VAL_LIST && is_word(&v->u.list.items[i], t->words[k]))
				return true;
			if (v->type == VAL_MAP && strncmp(v->u.map.items[i].key, t->words[k], n) == 0 &&
			    (v->u.map.items[i].key[n] == '\0' || v->u.map.items[i].key[n] == '.'))
				return true;
		}
	}
	return false;
}

static bool compares(enum say_op op, int64_t a, int64_t b)
{
	return op == OP_GT ? a > b : op == OP_GE ? a >= b : op == OP_LT ? a < b : a <= b;
}

static bool holds(const struct say_test *t, const struct value *v)
{
	if (v == NULL || v->type == VAL_NULL)
		return t->op == OP_UNKNOWN;
	switch (t->op) {
	case OP_EQ:
		return any_word(t, v);
	case OP_NE:
		return !any_word(t, v);
	case OP_HAS:
		return has_word(t, v);
	case OP_KNOWN:
		return true;
	case OP_UNKNOWN:
		return false;
	case OP_EMPTY:
		return size_of(v) == 0;
	case OP_FULL:
		return size_of(v) != 0;
	case OP_MANY:
		return size_of(v) > 1;
	case OP_GT:
	case OP_GE:
	case OP_LT:
	case OP_LE:
		break;
	}
	return v->type == VAL_INT && compares(t->op, v->u.i, t->number);
}

static bool fits(const struct say_env *env, const char *when, const struct value *v)
{
	struct say_test tests[SAY_MAX_TESTS];
	size_t n = say_parse(when, tests);
	struct value attempt = value_str(env->attempt);

	for (size_t i = 0; i < n; i++) {
		const char *of = tests[i].subject;

		if (!holds(&tests[i], of[0] == '\0'                ? v
		                      : strcmp(of, "attempt") == 0 ? &attempt
		                                                   : say_other(env, of)))
			return false;
	}
	return n != 0;
}

const char *say_value(struct arena *mem, const struct say_env *env, const char *key, const struct value *v)
{
	const struct fact_def *d = probe_fact(env->probe, key);
	struct say_words w = {mem, env, key, v};

	if (d == NULL || d->voice != FACT_SPEAKS)
		return NULL;
	for (const struct fact_says *s = d->says; s->when != NULL; s++) {
		const char *text = fits(env, s->when, v) ? say_fill(&w, s->sentence) : NULL;

		if (text != NULL)
			return text;
	}
	return NULL;
}

const char *say_fact(struct arena *mem, const struct say_env *env, const char *key)
{
	return say_value(mem, env, key, evidence_fact(env->e, key));
}

size_t say_all(struct arena *mem, const struct say_env *env, const char **out, size_t cap)
{
	size_t n = 0;

	for (const struct fact_def *d = env->probe->facts; d->key != NULL && n < cap; d++) {
		const char *text = evidence_fact(env->e, d->key) != NULL ? say_fact(mem, env, d->key) : NULL;

		if (text != NULL)
			out[n++] = text;
	}
	return n;
}
