/* A walk from its YAML: every name is looked up in the flow and in its probes, every fact is of its
 * type.  Knows the file; knows nothing of running it. */
#include <casebook/walk.h>

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/casefile.h>
#include <casebook/yaml.h>

struct loader {
	struct arena *mem;
	const char *file;
	const struct flow *flow;
	const struct flow_env *env;
	size_t problems;
};

static void say(struct loader *l, const struct ynode *at, const char *fmt, ...) PRINTF_LIKE(3, 4);

static void say(struct loader *l, const struct ynode *at, const char *fmt, ...)
{
	char text[400];
	struct diag d = {"walk", DIAG_ERROR, l->file, at->line, at->col, text};
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (l->problems++ < FLOW_MAX_DIAGS)
		l->env->diag(l->env->arg, &d);
}

static bool is_kind(struct loader *l, const struct ynode *v, enum ynode_kind kind)
{
	static const char *const names[] = {"text", "a map", "a list"};

	if (v->kind == kind)
		return true;
	say(l, v, "'%s' has to be %s", v->key != NULL ? v->key->text : "this", names[kind]);
	return false;
}

/* Reports the keys of a map that are none of the words. */
static void check_keys(struct loader *l, const struct ynode *map, const char *const *words)
{
	for (const struct ynode *c = map->child; c != NULL; c = c->next) {
		size_t i = 0;

		while (words[i] != NULL && strcmp(words[i], c->key->text) != 0)
			i++;
		if (words[i] == NULL)
			say(l, c->key, "a walk has no '%s' here", c->key->text);
	}
}

static const char *text_of(struct loader *l, const struct ynode *map, const char *key)
{
	const struct ynode *v = yaml_get(map, key);

	if (v == NULL || !is_kind(l, v, YAML_TEXT))
		return NULL;
	return arena_strdup(l->mem, v->text);
}

/* ---- facts ---- */

static bool plain_int(const struct ynode *v, int64_t *out)
{
	const char *s = v->text;
	char *end;

	if (!v->plain || !((s[0] >= '0' && s[0] <= '9') || (s[0] == '-' && s[1] >= '0' && s[1] <= '9')))
		return false;
	errno = 0;
	*out = strtoll(s, &end, 10);
	return errno == 0 && *end == '\0';
}

static struct value scalar(struct loader *l, const struct ynode *v, bool text)
{
	int64_t i;

	if (yaml_is_null(v))
		return value_null();
	if (text)
		return value_str(arena_strdup(l->mem, v->text));
	if (plain_int(v, &i))
		return value_int(i);
	if (v->plain && (strcmp(v->text, "true") == 0 || strcmp(v->text, "yes") == 0))
		return value_bool(true);
	if (v->plain && (strcmp(v->text, "false") == 0 || strcmp(v->text, "no") == 0))
		return value_bool(false);
	return value_str(arena_strdup(l->mem, v->text));
}

/* Depth is bounded by YAML_MAX_DEPTH. */
static struct value value_of(struct loader *l, const struct ynode *v, bool text)
{
	struct value_builder b;

	if (v->kind == YAML_TEXT)
		return scalar(l, v, text);
	vb_init(&b, l->mem);
	for (const struct ynode *c = v->child; c != NULL; c = c->next)
		vb_add(&b, v->kind == YAML_MAP ? c->key->text : NULL, value_of(l, c, false));
	return v->kind == YAML_MAP ? vb_map(&b) : vb_list(&b);
}

static void one_fact(struct loader *l, struct walk_facts *set, struct fact *facts, const struct ynode *v)
{
	const struct fact_def *def = probe_fact(set->probe, v->key->text);
	struct value value;

	if (def == NULL && strcmp(v->key->text, "outcome") == 0 && v->kind == YAML_TEXT) {
		int outcome = evidence_outcome_from(v->text);

		if (outcome < 0)
			say(l, v, "'%s' is not an outcome of a check", v->text);
		else
			set->outcome = (enum evidence_outcome)outcome;
		return;
	}
	if (def == NULL) {
		say(l, v->key, "the probe '%s' has no fact '%s'", set->probe->id, v->key->text);
		return;
	}
	value = value_of(l, v, def->type == FACT_STR || def->type == FACT_TIME);
	if (!fact_accepts(def, &value)) {
		say(l, v, "'%s.%s' is %s%s; this does not fit", set->probe->id, def->key,
		    fact_type_name(def->type), def->values != NULL ? " of a closed set" : "");
		return;
	}
	facts[set->nfacts].key = def->key;
	facts[set->nfacts++].value = value;
}

static void one_probe(struct loader *l, struct walk_phase *p, const char *step, const struct ynode *v)
{
	struct walk_facts *set = &p->facts[p->nfacts];
	struct fact *facts;
	int outcome;

	set->probe = l->env->find(v->key->text);
	set->step = step;
	if (set->probe == NULL) {
		say(l, v->key, "there is no probe '%s'", v->key->text);
		return;
	}
	p->nfacts++;
	if (v->kind == YAML_TEXT) {
		outcome = evidence_outcome_from(v->text);
		if (outcome < 0)
			say(l, v, "'%s' is not an outcome of a check; write a map of facts", v->text);
		else
			set->outcome = (enum evidence_outcome)outcome;
		return;
	}
	if (!is_kind(l, v, YAML_MAP))
		return;
	facts = arena_array(l->mem, v->n, sizeof(*facts));
	for (const struct ynode *c = v->child; c != NULL; c = c->next)
		one_fact(l, set, facts, c);
	set->facts = facts;
}

static size_t count_probes(const struct ynode *facts, const struct ynode *at)
{
	size_t n = facts != NULL ? facts->n : 0;

	for (const struct ynode *c = at != NULL ? at->child : NULL; c != NULL; c = c->next)
		n += c->n;
	return n;
}

static void load_facts(struct loader *l, struct walk_phase *p, const struct ynode *map)
{
	const struct ynode *facts = yaml_get(map, "facts"), *at = yaml_get(map, "at");

	p->facts = arena_array(l->mem, count_probes(facts, at), sizeof(*p->facts));
	if (at != NULL && is_kind(l, at, YAML_MAP)) {
		for (const struct ynode *s = at->child; s != NULL; s = s->next) {
			const char *id = arena_strdup(l->mem, s->key->text);

			if (flow_node(l->flow, id) == NULL)
				say(l, s->key, "the flow has no step '%s'", id);
			if (!is_kind(l, s, YAML_MAP))
				continue;
			for (const struct ynode *c = s->child; c != NULL; c = c->next)
				one_probe(l, p, id, c);
		}
	}
	if (facts == NULL || !is_kind(l, facts, YAML_MAP))
		return;
	for (const struct ynode *c = facts->child; c != NULL; c = c->next)
		one_probe(l, p, NULL, c);
}

/* ---- inputs and answers ---- */

static size_t load_pairs(struct loader *l, const struct ynode *map, struct walk_pair **out,
                         void (*check)(struct loader *, const struct ynode *))
{
	size_t n = 0;

	if (map == NULL || !is_kind(l, map, YAML_MAP))
		return 0;
	*out = arena_array(l->mem, map->n, sizeof(**out));
	for (const struct ynode *c = map->child; c != NULL; c = c->next) {
		if (!is_kind(l, c, YAML_TEXT))
			continue;
		check(l, c);
		(*out)[n].key = arena_strdup(l->mem, c->key->text);
		(*out)[n++].value = arena_strdup(l->mem, c->text);
	}
	return n;
}

static void check_input(struct loader *l, const struct ynode *v)
{
	const struct input_def *def = flow_input(l->flow, v->key->text);
	struct err err;

	if (def == NULL)
		say(l, v->key, "the flow has no input '%s'", v->key->text);
	else if (!input_accepts(def, v->text, NULL, 0, &err))
		say(l, v, "%s", err.msg);
}

static void check_answer(struct loader *l, const struct ynode *v)
{
	const struct node *n = flow_node(l->flow, v->key->text);

	if (n == NULL || n->kind != NODE_ASK)
		say(l, v->key, "the flow has no question '%s'", v->key->text);
	else if (node_answer(n, v->text) == NULL)
		say(l, v, "the question '%s' has no answer '%s'", n->id, v->text);
}

/* ---- expectations ---- */

static void load_list(struct loader *l, const struct ynode *map, const char *key, struct walk_list *out)
{
	const struct ynode *v = yaml_get(map, key);

	if (v == NULL || !is_kind(l, v, YAML_LIST))
		return;
	out->given = true;
	out->line = v->line;
	out->col = v->col;
	out->items = arena_array(l->mem, v->n, sizeof(*out->items));
	for (const struct ynode *c = v->child; c != NULL; c = c->next) {
		if (c->kind == YAML_TEXT)
			out->items[out->n++] = arena_strdup(l->mem, c->text);
		else if (c->kind == YAML_MAP && c->n == 1 && c->child->kind == YAML_TEXT)
			out->items[out->n++] =
			        arena_fmt(l->mem, "%s: %s", c->child->key->text, c->child->text);
		else
			say(l, c, "this must be a name, or 'name: word'");
	}
}

/* The name before ": ", which has to exist; a wrong one could never come out. */
static void check_names(struct loader *l, const struct walk_list *list, bool causes)
{
	for (size_t i = 0; i < list->n; i++) {
		const char *end = strstr(list->items[i], ": ");
		size_t n = end != NULL ? (size_t)(end - list->items[i]) : strlen(list->items[i]);
		const char *name = arena_strndup(l->mem, list->items[i], n);
		struct ynode at = {.line = list->line, .col = list->col};

		if (causes ? flow_cause(l->flow, name) == NULL : flow_node(l->flow, name) == NULL)
			say(l, &at, "the flow has no %s '%s'", causes ? "cause" : "step", name);
	}
}

static void load_expect(struct loader *l, struct walk_expect *e, const struct ynode *map)
{
	static const char *const keys[] = {"path",     "verdict",      "findings",       "supported",
	                                   "excluded", "needs",        "contradictions", "answered",
	                                   "ran",      "contradicted", "explained",      NULL};
	const struct ynode *verdict;

	if (!is_kind(l, map, YAML_MAP))
		return;
	check_keys(l, map, keys);
	e->line = map->line;
	e->col = map->col;
	load_list(l, map, "path", &e->path);
	load_list(l, map, "findings", &e->findings);
	load_list(l, map, "supported", &e->supported);
	load_list(l, map, "excluded", &e->excluded);
	load_list(l, map, "contradicted", &e->contradicted);
	load_list(l, map, "explained", &e->explained);
	load_list(l, map, "needs", &e->needs);
	load_list(l, map, "contradictions", &e->contradictions);
	load_list(l, map, "answered", &e->answered);
	load_list(l, map, "ran", &e->ran);
	check_names(l, &e->path, false);
	check_names(l, &e->answered, false);
	check_names(l, &e->findings, true);
	check_names(l, &e->supported, true);
	check_names(l, &e->excluded, true);
	check_names(l, &e->contradicted, true);
	check_names(l, &e->explained, true);
	e->verdict = text_of(l, map, "verdict");
	verdict = yaml_get(map, "verdict");
	if (e->verdict == NULL)
		return;
	for (int v = VERDICT_INCONCLUSIVE; v <= VERDICT_FIXED; v++)
		if (strcmp(e->verdict, verdict_name((enum verdict)v)) == 0)
			return;
	say(l, verdict, "'%s' is not a verdict; write fault, healthy, inconclusive, refused-later or fixed",
	    e->verdict);
}

/* ---- phases ---- */

static void load_phase(struct loader *l, struct walk_phase *p, const struct ynode *map)
{
	const struct ynode *expect = yaml_get(map, "expect");

	p->line = map->line;
	p->col = map->col;
	p->ninputs = load_pairs(l, yaml_get(map, "inputs"), &p->inputs, check_input);
	p->nanswers = load_pairs(l, yaml_get(map, "answers"), &p->answers, check_answer);
	p->ninsist = load_pairs(l, yaml_get(map, "insist"), &p->insist, check_answer);
	load_facts(l, p, map);
	if (expect == NULL)
		say(l, map, "nothing is expected here; a walk without 'expect' tests nothing");
	else
		load_expect(l, &p->expect, expect);
}

static void load_later_phase(struct loader *l, struct walk_phase *p, const struct ynode *map)
{
	static const char *const keys[] = {"say",     "inputs", "facts",  "at",
	                                   "answers", "insist", "expect", NULL};
	const struct ynode *word = yaml_get(map, "say");

	if (!is_kind(l, map, YAML_MAP))
		return;
	check_keys(l, map, keys);
	p->say = text_of(l, map, "say");
	if (p->say != NULL && strcmp(p->say, fix_answer_name(FIX_DONE)) != 0 &&
	    strcmp(p->say, fix_answer_name(FIX_FAILED)) != 0 &&
	    strcmp(p->say, fix_answer_name(FIX_ESCALATE)) != 0)
		say(l, word, "'say' is fixed, not-fixed or escalate, not '%s'", p->say);
	load_phase(l, p, map);
}

static void load_walk(struct loader *l, struct walk *w, const struct ynode *root)
{
	static const char *const keys[] = {"walk",    "about",  "inputs", "facts", "at",
	                                   "answers", "insist", "expect", "then",  NULL};
	const struct ynode *then = yaml_get(root, "then");
	size_t n = 1;

	if (!is_kind(l, root, YAML_MAP))
		return;
	check_keys(l, root, keys);
	w->name = text_of(l, root, "walk");
	if (w->name == NULL)
		say(l, root, "a walk begins with 'walk: NAME'");
	w->about = text_of(l, root, "about");
	if (then != NULL && is_kind(l, then, YAML_LIST))
		n += then->n;
	w->phases = arena_array(l->mem, n, sizeof(*w->phases));
	load_phase(l, &w->phases[w->nphases++], root);
	for (const struct ynode *c = n > 1 ? then->child : NULL; c != NULL; c = c->next)
		load_later_phase(l, &w->phases[w->nphases++], c);
}

struct walk *walk_load(struct arena *mem, const char *file, const char *text, size_t n,
                       const struct flow *flow, const struct flow_env *env)
{
	struct loader l = {mem, file, flow, env, 0};
	struct walk *w = arena_alloc(mem, sizeof(*w));
	const struct ynode *root = yaml_load(mem, file, text, n, env->diag, env->arg);

	if (root == NULL)
		return NULL;
	w->file = arena_strdup(mem, file);
	load_walk(&l, w, root);
	return l.problems == 0 ? w : NULL;
}
