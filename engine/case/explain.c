/*
 * Reasons in one readable line: why a cause is supported, excluded or untested.
 * Combinations of several files of one kind are tried here.
 */
#include "case_int.h"

#include <string.h>

struct readers {
	struct look *look;
	struct buf *out;
	const char *said[LOOK_MAX_TURNS * 4];
	size_t nsaid;
};

static bool add_turn(void *arg, const char *probe, const char *fact)
{
	struct look *k = arg;

	(void)fact;
	for (size_t i = 0; i < k->nturns; i++)
		if (strcmp(k->turns[i].probe, probe) == 0)
			return true;
	if (k->nturns < LOOK_MAX_TURNS) {
		k->turns[k->nturns].probe = probe;
		k->turns[k->nturns++].first = 0;
	}
	return true;
}

/* The next combination, as a number with one digit per probe; false after the last. */
static bool next_turn(struct look *k)
{
	const struct evidence *e[LOOK_MAX_SOURCES];

	for (size_t i = 0; i < k->nturns; i++) {
		if (k->turns[i].first + 1 < look_sources(k, k->turns[i].probe, e)) {
			k->turns[i].first++;
			return true;
		}
		k->turns[i].first = 0;
	}
	return false;
}

enum tri look_any(struct look *k, const struct cond *c)
{
	enum { MOST = 256 }; /* combinations; two folders of sixteen logs each */
	struct cond_env env = look_env(k);
	enum tri all = TRI_NO;
	int tried = 0;

	if (c == NULL)
		return TRI_UNKNOWN;
	k->nturns = 0;
	cond_reads(c, add_turn, k);
	do {
		enum tri t = cond_eval(c, &env);

		if (t == TRI_YES)
			return TRI_YES;
		if (t == TRI_UNKNOWN)
			all = TRI_UNKNOWN;
	} while (++tried < MOST && next_turn(k));
	k->nturns = 0;
	return all;
}

const char *explain_cond(struct look *k, const struct cond *c)
{
	struct cond_env env = look_env(k);
	struct buf b;
	const char *line;

	buf_init(&b, 1000);
	cond_explain(c, &env, &b);
	line = arena_strdup(k->r->mem, buf_cstr(&b));
	buf_release(&b);
	return line;
}

static bool name_unmeasured(void *arg, const char *probe, const char *fact)
{
	struct readers *u = arg;

	if (look_fact(u->look, probe, fact, NULL) != NULL)
		return true;
	for (size_t i = 0; i < u->nsaid; i++)
		if (strcmp(u->said[i], probe) == 0)
			return true;
	if (u->nsaid == sizeof(u->said) / sizeof(u->said[0]))
		return false;
	u->said[u->nsaid++] = probe;
	buf_fmt(u->out, "%s%s", u->nsaid > 1 ? ", " : "", probe);
	return true;
}

const char *explain_untested(struct look *k, const struct cause *c)
{
	struct buf b;
	struct readers u = {.look = k, .out = &b};
	const char *line;

	buf_init(&b, 500);
	if (c->supported != NULL)
		cond_reads(c->supported, name_unmeasured, &u);
	if (c->excluded != NULL)
		cond_reads(c->excluded, name_unmeasured, &u);
	if (u.nsaid != 0)
		line = arena_fmt(k->r->mem, "not measured: %s", buf_cstr(&b));
	else if (c->supported == NULL && c->excluded == NULL)
		line = "only a person's answers lead to it";
	else
		line = "what was measured neither proves it nor rules it out";
	buf_release(&b);
	return line;
}
