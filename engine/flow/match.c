/* Conditions: from YAML maps to typed tests.  Every name and value is checked here against the
 * probes, inputs and steps, so that evaluation cannot meet a type that it does not know. */
#include "flow_int.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>

/* One test while it is compiled. */
struct compiling {
	struct draft *d;
	const struct ynode *key; /* what it is about, with its place */
	struct test t;           /* subject, type and closed set */
	bool whole;              /* a list or a map */
};

static const struct {
	const char *word;
	enum test_op op;
} operators[] = {{"is", OP_IS},       {"not", OP_NOT},    {"lt", OP_LT},   {"le", OP_LE},
                 {"gt", OP_GT},       {"ge", OP_GE},      {"has", OP_HAS}, {"lacks", OP_LACKS},
                 {"empty", OP_EMPTY}, {"known", OP_KNOWN}};

const char *cond_operator(size_t i)
{
	return i < sizeof(operators) / sizeof(operators[0]) ? operators[i].word : NULL;
}

/* ---- subjects ---- */

static const char *const *words_of(const char *const *set, size_t *n)
{
	*n = 0;
	if (set == NULL)
		return NULL;
	while (set[*n] != NULL)
		(*n)++;
	return set;
}

/* "scep.url.page": the longest part before a dot that is a probe's id. */
static bool subject_fact(struct compiling *c)
{
	struct draft *d = c->d;
	char *name = arena_strdup(d->mem, c->key->text);
	struct nearest near = {0};
	const struct fact_def *fact;
	const struct probe *probe = NULL;
	bool ever;
	char *dot;

	while (probe == NULL && (dot = strrchr(name, '.')) != NULL) {
		*dot = '\0';
		probe = d->env->find(name);
	}
	if (probe == NULL) {
		name = arena_strdup(d->mem, c->key->text);
		dot = strrchr(name, '.');
		if (dot != NULL)
			*dot = '\0'; /* most likely the fact is what follows the last dot */
		problem(d->p, dot == NULL ? DG_unknown_subject : DG_unknown_probe, c->key, name, NULL, NULL);
		return false;
	}
	near.word = c->key->text + strlen(name) + 1;
	ever = strlen(near.word) > strlen(FACT_EVER) &&
	       strcmp(near.word + strlen(near.word) - strlen(FACT_EVER), FACT_EVER) == 0;
	if (ever)
		near.word = arena_strndup(d->mem, near.word, strlen(near.word) - strlen(FACT_EVER));
	fact = probe_fact(probe, near.word);
	if (fact == NULL) {
		for (const struct fact_def *f = probe->facts; f->key != NULL; f++)
			nearest_try(&near, f->key);
		problem(d->p, DG_unknown_fact, c->key, probe->id, near.word, nearest_text(d->mem, &near));
		return false;
	}
	c->t.subject = SUBJECT_FACT;
	c->t.probe = probe->id;
	c->t.plain = fact->key;
	c->t.key = ever ? arena_fmt(d->out, "%s" FACT_EVER, fact->key) : fact->key;
	c->t.of_source = !ever && probe_fact_kind(probe, fact) == FACT_OF_SOURCE;
	c->t.type = fact->type;
	c->t.closed = words_of(fact->values, &c->t.nclosed);
	c->whole = fact->type == FACT_LIST || fact->type == FACT_MAP;
	return true;
}

static bool subject_input(struct compiling *c)
{
	struct draft *d = c->d;
	struct ynode name = *c->key;
	const char **ids;
	struct dinput *in;
	long i;

	name.text += strlen("input.");
	i = draft_ref(d, &name, DG_unknown_input).index;
	if (i < 0)
		return false;
	in = &d->inputs[i];
	in->used = true;
	c->t.subject = SUBJECT_INPUT;
	c->t.key = in->def.key;
	c->t.type = in->def.type == INPUT_TIME ? FACT_TIME : FACT_STR;
	if (in->def.type != INPUT_CHOICE)
		return true;
	ids = arena_array(d->out, in->def.nchoices, sizeof(*ids));
	for (size_t k = 0; k < in->def.nchoices; k++)
		ids[k] = in->def.choices[k].id;
	c->t.closed = ids;
	c->t.nclosed = in->def.nchoices;
	return true;
}

static bool subject_answer(struct compiling *c)
{
	struct draft *d = c->d;
	struct ynode name = *c->key;
	const char **ids;
	const struct dstep *s;
	long i;

	name.text += strlen("answer.");
	i = draft_ref(d, &name, DG_unknown_target).index;
	if (i < 0)
		return false;
	s = &d->steps[i];
	if (s->shaped && s->def.kind != NODE_ASK) {
		problem(d->p, DG_not_a_question, c->key, s->def.id, NULL, NULL);
		return false;
	}
	c->t.subject = SUBJECT_ANSWER;
	c->t.key = s->def.id;
	c->t.type = FACT_STR;
	ids = arena_array(d->out, s->nanswers, sizeof(*ids));
	for (size_t k = 0; k < s->nanswers; k++)
		ids[k] = s->answers[k].def.id;
	c->t.closed = ids;
	c->t.nclosed = s->nanswers;
	return s->shaped;
}

static bool find_subject(struct compiling *c)
{
	if (strncmp(c->key->text, "input.", 6) == 0)
		return subject_input(c);
	if (strncmp(c->key->text, "answer.", 7) == 0)
		return subject_answer(c);
	return subject_fact(c);
}

/* ---- values ---- */

static bool wrong_type(struct compiling *c, const struct ynode *v, const char *what)
{
	const char *type = fact_type_name(c->t.type);

	problem(c->d->p, DG_wrong_type, v, c->key->text, type, what);
	return false;
}

static bool parse_int(const char *s, int64_t *out)
{
	char *end;

	if ((s[0] < '0' || s[0] > '9') && !(s[0] == '-' && s[1] >= '0' && s[1] <= '9'))
		return false;
	errno = 0;
	*out = strtoll(s, &end, 10);
	return errno == 0 && *end == '\0';
}

static bool parse_bool(const char *s, int64_t *out)
{
	*out = strcmp(s, "true") == 0 || strcmp(s, "yes") == 0;
	return *out == 1 || strcmp(s, "false") == 0 || strcmp(s, "no") == 0;
}

static bool in_closed(struct compiling *c, const struct ynode *v)
{
	struct buf all;

	if (c->t.closed == NULL)
		return true;
	for (size_t i = 0; i < c->t.nclosed; i++)
		if (strcmp(c->t.closed[i], v->text) == 0)
			return true;
	buf_init(&all, BUF_MAX_LINE);
	for (size_t i = 0; i < c->t.nclosed; i++)
		buf_fmt(&all, "%s%s", i > 0 ? ", " : "", c->t.closed[i]);
	problem(c->d->p, DG_outside_set, v, c->key->text, v->text, buf_cstr(&all));
	buf_release(&all);
	return false;
}

/* One value of the subject's type; the elements of lists and the keys of maps are text. */
static bool take_value(struct compiling *c, const struct ynode *v, int64_t *number)
{
	const char *quoted;

	if (v->kind != YAML_TEXT)
		return wrong_type(c, v, v->kind == YAML_MAP ? "a map inside a list" : "a list inside a list");
	if (yaml_is_null(v))
		return wrong_type(c, v,
		                  "compared with nothing; write {known: false} for what was not measured");
	if (v->len > FLOW_MAX_LABEL) {
		problem(c->d->p, DG_too_long, v, c->key->text, arena_fmt(c->d->mem, "%zu bytes", v->len),
		        arena_fmt(c->d->mem, "%d", FLOW_MAX_LABEL));
		return false;
	}
	quoted = arena_fmt(c->d->mem, "'%s'", v->text);
	if (c->t.type == FACT_INT && !parse_int(v->text, number))
		return wrong_type(c, v, quoted);
	if (c->t.type == FACT_TIME && !clock_parse_iso(v->text, number))
		return wrong_type(c, v, arena_fmt(c->d->mem, "%s; write 2026-11-22T10:00:00Z", quoted));
	if (c->t.type == FACT_BOOL && !parse_bool(v->text, number))
		return wrong_type(c, v, quoted);
	return c->whole || in_closed(c, v);
}

static bool take_values(struct compiling *c, const struct ynode *v)
{
	const struct ynode *first = v->kind == YAML_LIST ? v->child : v;
	size_t n = v->kind == YAML_LIST ? v->n : 1;
	const char **words = arena_array(c->d->out, n, sizeof(*words));
	int64_t *numbers = arena_array(c->d->out, n, sizeof(*numbers));

	if (n == 0) {
		problem(c->d->p, DG_empty_part, v, c->key->text, "name at least one value", NULL);
		return false;
	}
	c->t.n = 0;
	for (const struct ynode *e = first; e != NULL && c->t.n < n; e = e->next) {
		if (!take_value(c, e, &numbers[c->t.n]))
			return false;
		words[c->t.n++] = arena_strdup(c->d->out, e->text);
	}
	c->t.words = words;
	c->t.numbers = numbers;
	return true;
}

/* ---- tests ---- */

static bool operator_fits(struct compiling *c, const struct ynode *at)
{
	bool ordered = c->t.type == FACT_INT || c->t.type == FACT_TIME, fits = true;

	switch (c->t.op) {
	case OP_LT:
	case OP_LE:
	case OP_GT:
	case OP_GE:
		fits = ordered;
		break;
	case OP_HAS:
	case OP_LACKS:
	case OP_EMPTY:
		fits = c->whole;
		break;
	case OP_IS:
	case OP_NOT:
		fits = !c->whole;
		break;
	case OP_KNOWN:
		break;
	}
	if (!fits)
		problem(c->d->p, DG_operator_type, at, at->text, c->key->text, fact_type_name(c->t.type));
	return fits;
}

static bool take_flag(struct compiling *c, const struct ynode *v)
{
	int64_t flag = 0;

	if (v->kind != YAML_TEXT || !parse_bool(v->text, &flag)) {
		problem(c->d->p, DG_wrong_kind, v, v->key->text, "true or false", NULL);
		return false;
	}
	c->t.flag = flag != 0;
	return true;
}

/* `{ge: 5, lt: 10}`: one test per operator. */
static size_t take_operators(struct compiling *c, const struct ynode *map, struct test *out)
{
	size_t n = 0;

	if (map->n == 0)
		problem(c->d->p, DG_empty_part, map, c->key->text, "write a test such as {known: true}",
		        NULL);
	for (const struct ynode *v = map->child; v != NULL; v = v->next) {
		size_t i = 0, max = sizeof(operators) / sizeof(operators[0]);
		bool good;

		if (v->key->kind != YAML_TEXT)
			continue;
		while (i < max && strcmp(operators[i].word, v->key->text) != 0)
			i++;
		if (i == max) {
			problem(c->d->p, DG_unknown_operator, v->key, v->key->text, NULL, NULL);
			continue;
		}
		c->t.op = operators[i].op;
		if (!operator_fits(c, v->key))
			continue;
		if (c->t.op == OP_EMPTY || c->t.op == OP_KNOWN)
			good = take_flag(c, v);
		else if (v->kind == YAML_LIST && c->t.op >= OP_LT && c->t.op <= OP_GE)
			good = wrong_type(c, v, "compared with a list");
		else
			good = take_values(c, v);
		if (good)
			out[n++] = c->t;
	}
	return n;
}

static size_t take_tests(struct draft *d, const struct ynode *v, struct test *out)
{
	struct compiling c = {.d = d, .key = v->key};

	if (!find_subject(&c))
		return 0;
	if (v->kind == YAML_MAP)
		return take_operators(&c, v, out);
	c.t.op = OP_IS;
	if (c.whole) {
		problem(d->p, DG_wrong_type, v, v->key->text, fact_type_name(c.t.type),
		        "equal to a value; write has, lacks or empty");
		return 0;
	}
	if (!take_values(&c, v))
		return 0;
	out[0] = c.t;
	return 1;
}

static bool compile_clause(struct draft *d, const struct ynode *map, struct clause *out)
{
	size_t room = 0, errors = d->p->errors;
	struct test *tests;

	if (map->kind != YAML_MAP) {
		problem(d->p, DG_wrong_kind, map, "a condition in a list", "a map of tests", NULL);
		return false;
	}
	if (map->n == 0) {
		problem(d->p, DG_empty_part, map, "a condition", "write at least one test", NULL);
		return false;
	}
	for (const struct ynode *v = map->child; v != NULL; v = v->next)
		room += v->kind == YAML_MAP ? v->n : 1;
	tests = arena_array(d->out, room, sizeof(*tests));
	for (const struct ynode *v = map->child; v != NULL; v = v->next)
		if (v->key->kind == YAML_TEXT)
			out->n += take_tests(d, v, tests + out->n);
	out->tests = tests;
	return d->p->errors == errors;
}

const struct cond *cond_compile(struct draft *d, const struct ynode *at)
{
	const struct ynode *first;
	struct clause *clauses;
	struct cond *c;
	size_t n;
	bool good = true;

	if (at == NULL || at->kind == YAML_TEXT || at->n == 0)
		return NULL; /* wrong ones were reported with the keys */
	first = at->kind == YAML_LIST ? at->child : at;
	n = at->kind == YAML_LIST ? at->n : 1;
	c = arena_alloc(d->out, sizeof(*c));
	clauses = arena_array(d->out, n, sizeof(*clauses));
	for (const struct ynode *m = first; m != NULL && c->n < n; m = m->next)
		good = compile_clause(d, m, &clauses[c->n++]) && good;
	c->clauses = clauses;
	return good ? c : NULL;
}
