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

bool look_add_turn(void *arg, const char *probe, const char *fact)
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
bool look_next_turn(struct look *k)
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
	cond_reads(c, look_add_turn, k);
	do {
		enum tri t = cond_eval(c, &env);

		if (t == TRI_YES)
			return TRI_YES;
		if (t == TRI_UNKNOWN)
			all = TRI_UNKNOWN;
	} while (++tried < MOST && look_next_turn(k));
	k->nturns = 0;
	return all;
}

/* Of "subject = x or y or z" the end of "subject = ", when the value that was is one of them. */
static const char *after_equals(const char *line, const char *end, const char *value, size_t n)
{
	const char *eq = NULL;

	for (const char *p = line; p + 3 <= end; p++)
		if (strncmp(p, " = ", 3) == 0)
			eq = p + 3;
	for (const char *p = eq; p != NULL && p + n <= end; p++)
		if (strncmp(p, value, n) == 0 && (p == eq || p[-1] == ' ') && (p + n == end || p[n] == ' '))
			return eq;
	return NULL;
}

/* A test that held, with the value that was: "page = x or y (was x)" needs only "page = x", "on = true
 * (was yes)" only "on = true", "days < 30 (was 12)" needs both. */
static void put_held(const char *line, const char *was, const char *value, size_t n, struct buf *out)
{
	const char *word = n == 3 && strncmp(value, "yes", 3) == 0  ? "true"
	                   : n == 2 && strncmp(value, "no", 2) == 0 ? "false"
	                                                            : NULL;
	const char *eq = after_equals(line, was, value, n);

	if (eq == NULL && word != NULL && after_equals(line, was, word, strlen(word)) != NULL) {
		buf_put(out, line, (size_t)(was - line));
	} else if (eq != NULL) {
		buf_put(out, line, (size_t)(eq - line));
		buf_put(out, value, n);
	} else {
		buf_put(out, line, (size_t)(was - line));
		buf_fmt(out, " (was %.*s)", (int)n, value);
	}
}

/* What cond_reason() says, without what it says twice. */
static void say_once(const char *line, struct buf *out)
{
	static const char was_text[] = " (was ", none[] = " (not measured: yes)", after[] = ": yes)";

	while (*line != '\0') {
		const char *was = strstr(line, was_text), *end = was != NULL ? strstr(was, after) : NULL;
		const char *gone = strstr(line, none);

		if (gone != NULL && (end == NULL || gone < was)) { /* "is not known" is enough */
			buf_put(out, line, (size_t)(gone - line));
			line = gone + sizeof(none) - 1;
			continue;
		}
		if (end == NULL)
			break;
		was += sizeof(was_text) - 1;
		put_held(line, was - (sizeof(was_text) - 1), was, (size_t)(end - was), out);
		line = end + sizeof(after) - 1;
	}
	buf_str(out, line);
}

const char *reason_of(struct look *k, const struct cond *c)
{
	struct cond_env env = look_env(k);
	struct buf b, shorter;
	const char *line;

	buf_init(&b, 2000);
	buf_init(&shorter, 2000);
	cond_reason(c, &env, &b);
	say_once(buf_cstr(&b), &shorter);
	line = arena_strdup(k->r->mem, buf_cstr(&shorter));
	buf_release(&b);
	buf_release(&shorter);
	return line;
}

const char *replay_reason(struct replay *r, const struct cond *c)
{
	struct look k = look_now(r, &r->flow->nodes[r->at]);

	return reason_of(&k, c);
}

const char *replay_why(struct replay *r, size_t visit)
{
	const struct visit *v = &r->path[visit];
	const struct node *n = &r->flow->nodes[v->node];
	const struct answer_def *a;
	struct look k;
	struct cond_env env;

	if (n->kind != NODE_ASK || v->answer == NULL)
		return NULL;
	a = node_answer(n, v->answer->u.answer.answer);
	k = look_visit(r, visit);
	env = look_env(&k);
	return a->when != NULL && cond_eval(a->when, &env) == TRI_YES ? reason_of(&k, a->when) : NULL;
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

const char *reason_untested(struct look *k, const struct cause *c)
{
	struct buf b;
	struct readers u = {.look = k, .out = &b};
	const char *line;

	buf_init(&b, 500);
	cause_reads(c, name_unmeasured, &u);
	if (u.nsaid != 0)
		line = arena_fmt(k->r->mem, "not measured: %s", buf_cstr(&b));
	else if (c->supported == NULL && c->excluded == NULL)
		line = "only a person's answers lead to it";
	else
		line = "what was measured neither proves it nor rules it out";
	buf_release(&b);
	return line;
}
