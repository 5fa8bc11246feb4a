/* Whether a fact's declaration is whole: a class, sentences for its values, placeholders that exist. */
#include "say_int.h"

#include <string.h>

static const char *const specials[] = {"value", "list", "n",    "from", "attempt", "time",
                                       "skew",  "url",  "file", "host", "port"};

static bool is_special(const char *name)
{
	for (size_t i = 0; i < sizeof(specials) / sizeof(specials[0]); i++)
		if (strcmp(specials[i], name) == 0)
			return true;
	return false;
}

/* The members of a list's entries are named in its help: "status, requests, first, last". */
static bool is_member(const struct fact_def *d, const char *name)
{
	return d->type == FACT_LIST && strstr(d->help, name) != NULL;
}

static bool is_known(const struct probe *p, const struct fact_def *d, const char *name)
{
	return is_special(name) || probe_fact(p, name) != NULL || is_member(d, name);
}

static const char *bad_word(struct arena *mem, const struct probe *p, const struct fact_def *d,
                            const char *spec)
{
	const char *colon = strchr(spec, ':'), *mark = strchr(spec, '?');

	if (mark != NULL)
		return strchr(mark, '|') == NULL ? "a choice without |"
		       : is_known(p, d, arena_strndup(mem, spec, (size_t)(mark - spec)))
		               ? NULL
		               : arena_fmt(mem, "{%s} is no fact", spec);
	if (colon == NULL)
		return is_known(p, d, spec) ? NULL : arena_fmt(mem, "{%s} is no fact", spec);
	for (const char *at = colon + 1; *at != '\0';) {
		size_t n = strcspn(at, ".");

		if (probe_fact(p, arena_strndup(mem, at, n)) == NULL)
			return arena_fmt(mem, "{%s} names no fact", spec);
		at += n + (at[n] == '.');
	}
	return NULL;
}

static const char *bad_sentence(struct arena *mem, const struct probe *p, const struct fact_def *d,
                                const char *s)
{
	if (s == NULL || s[0] == '\0' || s[strlen(s) - 1] != '.')
		return arena_fmt(mem, "\"%s\" is no sentence", s != NULL ? s : "");
	for (const char *open = strchr(s, '{'); open != NULL; open = strchr(open + 1, '{')) {
		const char *end = strchr(open, '}'), *why;

		if (end == NULL)
			return "a brace that does not close";
		why = bad_word(mem, p, d, arena_strndup(mem, open + 1, (size_t)(end - open - 1)));
		if (why != NULL)
			return why;
	}
	return NULL;
}

static bool in_set(const struct fact_def *d, const char *word)
{
	for (size_t i = 0; d->values[i] != NULL; i++)
		if (strcmp(d->values[i], word) == 0)
			return true;
	return false;
}

static const char *bad_test(struct arena *mem, const struct probe *p, const struct fact_def *d,
                            const struct say_test *t)
{
	const struct fact_def *of = t->subject[0] == '\0' ? d : probe_fact(p, t->subject);

	if (of == NULL)
		return strcmp(t->subject, "attempt") == 0 || strchr(t->subject, '.') != NULL
		               ? NULL
		               : arena_fmt(mem, "the condition names %s, which is no fact", t->subject);
	for (size_t i = 0; i < t->nwords; i++)
		if (of->values != NULL && !in_set(of, t->words[i]))
			return arena_fmt(mem, "%s is no value of %s", t->words[i], of->key);
	return NULL;
}

/* Whether some sentence is for this value, whatever else it asks for. */
static bool has_sentence(const struct fact_def *d, const char *word)
{
	for (const struct fact_says *s = d->says; s->when != NULL; s++) {
		struct say_test tests[SAY_MAX_TESTS];
		size_t n = say_parse(s->when, tests);

		if (n == 0 || tests[0].subject[0] != '\0')
			continue;
		if (tests[0].op == OP_KNOWN || tests[0].op == OP_NE)
			return true;
		for (size_t i = 0; tests[0].op == OP_EQ && i < tests[0].nwords; i++)
			if (strcmp(tests[0].words[i], word) == 0)
				return true;
	}
	return false;
}

/* Every word of a closed set; "none" of an error needs no sentence: nothing failed. */
static const char *lacking(struct arena *mem, const struct fact_def *d)
{
	for (size_t i = 0; d->values != NULL && d->values[i] != NULL; i++)
		if (!has_sentence(d, d->values[i]) &&
		    !(strcmp(d->values[i], "none") == 0 && strcmp(d->key, "error") == 0))
			return arena_fmt(mem, "no sentence for the value %s", d->values[i]);
	return NULL;
}

const char *say_fault(struct arena *mem, const struct probe *p, const struct fact_def *d)
{
	const char *why = NULL;

	if (d->voice == FACT_UNSAID)
		return "neither SPEAKS, SERVES nor SILENT";
	if ((d->voice == FACT_SPEAKS) != (d->says != NULL))
		return "sentences belong to a fact that speaks, and it needs some";
	if (d->voice != FACT_SPEAKS)
		return NULL;
	for (const struct fact_says *s = d->says; why == NULL && s->when != NULL; s++) {
		struct say_test tests[SAY_MAX_TESTS];
		size_t n = say_parse(s->when, tests);

		if (n == 0)
			why = arena_fmt(mem, "\"%s\" is no condition", s->when);
		for (size_t i = 0; why == NULL && i < n; i++)
			why = bad_test(mem, p, d, &tests[i]);
		if (why == NULL)
			why = bad_sentence(mem, p, d, s->sentence);
	}
	return why != NULL ? why : lacking(mem, d);
}
