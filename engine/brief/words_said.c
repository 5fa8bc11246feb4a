/* Reasons as sentences: each clause "probe.fact = value" of a reason that a fact's own sentence says.  A
 * value that is no longer the case's own keeps its words. */
#include "brief_int.h"

#include <casebook/words.h>

#include <string.h>

struct saying {
	struct maker m;
	const char *page; /* the check whose page was what spoke last; NULL */
};

/* Where "probe.fact" stands in the clause: at its start, or behind ": "; *dot is the last dot of it. */
static const struct probe *name_in(const struct flow *f, const char *clause, const char **at,
                                   const char **dot)
{
	for (const char *p = clause; p != NULL; p = strstr(p, ": ") != NULL ? strstr(p, ": ") + 2 : NULL) {
		size_t n = name_length(p);

		for (size_t k = n; k-- > 1;) {
			const struct probe *probe = p[k] == '.' && p[n] == ' ' ? probe_named(f, p, k) : NULL;

			if (probe != NULL) {
				*at = p;
				*dot = p + k;
				return probe;
			}
		}
	}
	return NULL;
}

static bool same_value(const char *test, const struct value *v)
{
	const char *was = strstr(test, " (was "), *eq = strncmp(test, " = ", 3) == 0 ? test + 3 : NULL;
	size_t n = strlen(test);
	struct buf b;
	bool same = false;

	buf_init(&b, 4000);
	value_text(&b, v);
	if (was != NULL && test[n - 1] == ')')
		same = n == (size_t)(was - test) + 7 + b.n && memcmp(was + 6, buf_cstr(&b), b.n) == 0;
	else if (eq != NULL && v->type == VAL_BOOL)
		same = strcmp(eq, v->u.b ? "true" : "false") == 0;
	else if (eq != NULL)
		same = strcmp(eq, buf_cstr(&b)) == 0;
	buf_release(&b);
	return same;
}

/* The clause as a sentence without its stop; NULL: it has none.  "": the sentence before says it as well. */
static const char *said_of(struct saying *s, const char *clause)
{
	const char *at, *dot, *text;
	const struct probe *p = name_in(s->m.r->flow, clause, &at, &dot);
	struct seen seen;
	char key[64];
	size_t n;

	if (p == NULL)
		return NULL;
	n = strcspn(dot + 1, " ");
	if (n >= sizeof(key))
		return NULL;
	memcpy(key, dot + 1, n);
	key[n] = '\0';
	if (!replay_fact(s->m.r, p->id, key, &seen) || !same_value(dot + 1 + n, &seen.value))
		return NULL;
	if (strcmp(key, "layer") == 0 && at == clause && s->page != NULL && strcmp(s->page, p->id) == 0)
		return "";
	text = sentence(&s->m,
	                &(struct proof){.probe = p->id, .fact = key, .e = seen.from, .value = seen.value});
	if (text == NULL)
		return NULL;
	s->page = strcmp(key, "page") == 0 ? p->id : NULL;
	return arena_fmt(s->m.mem, "%.*s%s", (int)(at - clause), clause, without_stop(s->m.mem, text));
}

const char *words_said(struct replay *r, const struct brief_options *o, const char *text, struct arena *mem)
{
	static const struct brief_options as_they_are = {0};
	struct saying s = {.m = {.mem = mem, .r = r, .o = o != NULL ? o : &as_they_are}};
	struct joined j;

	if (text == NULL || r->index == NULL) /* what holds no facts has names alone */
		return page_words(r->flow, text, mem);
	join_begin(&j, "; ");
	while (*text != '\0') {
		const char *end = strstr(text, "; ");
		size_t n = end != NULL ? (size_t)(end - text) : strlen(text);
		const char *clause = arena_strndup(mem, text, n), *said = said_of(&s, clause);

		if (said != NULL && j.out.n != 0)
			said = lower_article(mem, said);
		join_add(&j, said != NULL ? said : page_words(r->flow, clause, mem));
		text += n + (end != NULL ? 2 : 0);
	}
	return join_end(&j, mem);
}
