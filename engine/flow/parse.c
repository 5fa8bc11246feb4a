/* The YAML tree into a draft: each part is decoded as far as it goes, wrong parts are reported
 * and left out.  Names are looked up in check.c, conditions in match.c. */
#include "flow_int.h"

#include <string.h>

const char *draft_text(struct draft *d, const struct ynode *map, const char *key)
{
	const struct ynode *v = yaml_get(map, key);
	size_t n;

	if (v == NULL || v->kind != YAML_TEXT || v->len == 0)
		return NULL;
	n = v->len;
	while (n > 0 && v->text[n - 1] == '\n')
		n--;
	return arena_strndup(d->out, v->text, n);
}

bool draft_too_many(struct draft *d, const struct ynode *v, const char *what, size_t max)
{
	if (v->n <= max)
		return false;
	problem(d->p, DG_too_many, v->key, arena_fmt(d->mem, "%zu", v->n), what,
	        arena_fmt(d->mem, "%zu", max));
	return true;
}

/* Index of a word in a list that ends with NULL; -1 and a report when it is none of them. */
int draft_word(struct draft *d, const struct ynode *v, const char *const *words)
{
	struct buf all;
	int i = 0;

	if (v == NULL || v->kind != YAML_TEXT)
		return -1;
	for (; words[i] != NULL; i++)
		if (strcmp(words[i], v->text) == 0)
			return i;
	buf_init(&all, BUF_MAX_LINE);
	for (i = 0; words[i] != NULL; i++)
		buf_fmt(&all, "%s%s", i > 0 ? ", " : "", words[i]);
	problem(d->p, DG_unknown_word, v, v->text, buf_cstr(&all), NULL);
	buf_release(&all);
	return -1;
}

/* ---- inputs ---- */

static void parse_choices(struct draft *d, struct dinput *in, const struct ynode *choices)
{
	struct input_choice *out;

	if (choices == NULL || choices->kind != YAML_MAP ||
	    draft_too_many(d, choices, "choices", MAX_CHOICES))
		return;
	out = arena_array(d->out, choices->n, sizeof(*out));
	for (const struct ynode *c = choices->child; c != NULL; c = c->next) {
		if (c->key->kind != YAML_TEXT || !id_check(d->p, c->key, false) ||
		    !shape_check(d->p, c->key->text, SHAPE_LABEL, c))
			continue;
		out[in->def.nchoices].id = arena_strdup(d->out, c->key->text);
		out[in->def.nchoices++].label = arena_strdup(d->out, c->text);
	}
	in->def.choices = out;
}

static void parse_input(struct draft *d, struct dinput *in, const struct ynode *v)
{
	static const struct {
		const char *key;
		enum input_type type;
	} only[] = {{"ends_with", INPUT_URL}, {"choices", INPUT_CHOICE}, {"fetch", INPUT_FILE}};
	const char *owner = arena_fmt(d->mem, "the input '%s'", v->key->text);
	int type;

	in->at = v->key;
	in->def.key = arena_strdup(d->out, v->key->text);
	id_check(d->p, v->key, true);
	if (!keys_check(d->p, AT_INPUT, v, v->key, owner))
		return;
	type = draft_word(d, yaml_get(v, "type"), input_type_words);
	in->def.label = draft_text(d, v, "label");
	in->def.help = draft_text(d, v, "help");
	in->def.ends_with = draft_text(d, v, "ends_with");
	in->def.fetch = draft_text(d, v, "fetch");
	in->def.trip = draft_text(d, v, "trip");
	if (type < 0)
		return;
	in->def.type = (enum input_type)type;
	for (size_t i = 0; i < sizeof(only) / sizeof(only[0]); i++)
		if (yaml_get(v, only[i].key) != NULL && only[i].type != in->def.type)
			problem(d->p, DG_not_for_type, yaml_get(v, only[i].key)->key, only[i].key,
			        input_type_words[only[i].type], NULL);
	if (in->def.type == INPUT_CHOICE && yaml_get(v, "choices") == NULL)
		problem(d->p, DG_missing_key, v->key, owner, "choices", NULL);
	parse_choices(d, in, yaml_get(v, "choices"));
}

void draft_parse_inputs(struct draft *d, const struct ynode *inputs)
{
	size_t n = inputs != NULL && inputs->kind == YAML_MAP ? inputs->n : 0;

	if (n > 0 && draft_too_many(d, inputs, "inputs", MAX_INPUTS))
		n = 0;
	d->inputs = arena_array(d->mem, n, sizeof(*d->inputs));
	d->input_names = names_new(d->mem, n);
	if (n == 0)
		return;
	for (const struct ynode *c = inputs->child; c != NULL; c = c->next) {
		if (c->key->kind != YAML_TEXT ||
		    names_add(d->input_names, c->key->text, (long)d->ninputs) >= 0)
			continue;
		parse_input(d, &d->inputs[d->ninputs++], c);
	}
}

/* ---- steps ---- */

static void parse_answers(struct draft *d, struct dstep *s, const struct ynode *answers)
{
	if (answers == NULL || answers->kind != YAML_MAP)
		return;
	if (draft_too_many(d, answers, "answers", FLOW_MAX_ANSWERS))
		return;
	s->answers = arena_array(d->mem, answers->n, sizeof(*s->answers));
	for (const struct ynode *c = answers->child; c != NULL; c = c->next) {
		struct danswer *a;

		if (c->key->kind != YAML_TEXT)
			continue;
		id_check(d->p, c->key, false);
		if (!keys_check(d->p, AT_ANSWER, c, c->key,
		                arena_fmt(d->mem, "the answer '%s'", c->key->text)))
			continue;
		a = &s->answers[s->nanswers++];
		a->at = c->key;
		a->def.id = arena_strdup(d->out, c->key->text);
		a->def.label = draft_text(d, c, "label");
		a->def.note = draft_text(d, c, "note");
		a->def.blank = draft_word(d, yaml_get(c, "claims"), nothing_words) == 0;
		a->when = yaml_get(c, "when");
		a->go.at = yaml_get(c, "go");
		a->go.index = -1;
	}
}

/* Which kind a step is, by the key that only this kind has; AT__MAX when that is not clear. */
static enum place step_place(struct draft *d, const struct ynode *v)
{
	static const struct {
		const char *key;
		enum place place;
	} kinds[] = {
	        {"form", AT_FORM}, {"fix", AT_FIX}, {"end", AT_END}, {"answers", AT_ASK}, {"ask", AT_ASK}};
	const char *found = NULL;
	enum place place = AT__MAX;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (yaml_get(v, kinds[i].key) == NULL)
			continue;
		if (found == NULL) {
			found = kinds[i].key;
			place = kinds[i].place;
		} else if (strcmp(kinds[i].key, "ask") != 0) { /* every kind may have a heading */
			problem(d->p, DG_step_with_two_kinds, v->key, v->key->text, found, kinds[i].key);
			return AT__MAX;
		}
	}
	if (found == NULL)
		problem(d->p, DG_step_without_kind, v->key, v->key->text, NULL, NULL);
	return place;
}

static void parse_step(struct draft *d, struct dstep *s, const struct ynode *v)
{
	static const enum node_kind kinds[] = {
	        [AT_FORM] = NODE_INPUT, [AT_ASK] = NODE_ASK, [AT_FIX] = NODE_FIX, [AT_END] = NODE_END};
	enum place place;
	int verdict;

	s->at = v->key;
	s->body = v;
	s->def.id = arena_strdup(d->out, v->key->text);
	s->def.cause = CAUSE_NONE;
	s->def.go = NODE_NONE;
	s->go.index = s->cause.index = -1;
	id_check(d->p, v->key, false);
	if (v->kind != YAML_MAP) {
		problem(d->p, DG_wrong_kind, v, v->key->text, "a map", NULL);
		return;
	}
	place = step_place(d, v);
	if (place == AT__MAX ||
	    !keys_check(d->p, place, v, v->key, arena_fmt(d->mem, "the step '%s'", s->def.id)))
		return;
	s->shaped = true;
	s->def.kind = kinds[place];
	s->def.label = draft_text(d, v, "label");
	s->def.ask = draft_text(d, v, "ask");
	s->def.text = draft_text(d, v, "text");
	s->def.source = draft_text(d, v, "source");
	s->def.section = draft_text(d, v, "section");
	if (s->def.label == NULL)
		s->def.label = s->def.id;
	if (place == AT_FORM || place == AT_FIX)
		s->go.at = yaml_get(v, "go");
	if (place == AT_FIX || place == AT_END)
		s->cause.at = yaml_get(v, place == AT_FIX ? "fix" : "cause");
	verdict = place == AT_END ? draft_word(d, yaml_get(v, "end"), verdict_words) : -1;
	if (verdict >= 0)
		s->def.verdict = (enum verdict)verdict;
	if (place == AT_ASK) {
		s->def.good = draft_text(d, v, "good");
		s->order_matters = draft_word(d, yaml_get(v, "order"), order_words) == 0;
		draft_parse_checks(d, s, yaml_get(v, "checks"));
		parse_answers(d, s, yaml_get(v, "answers"));
	}
}

static void parse_steps(struct draft *d, const struct ynode *steps)
{
	size_t n = steps != NULL && steps->kind == YAML_MAP ? steps->n : 0;

	if (n > 0 && draft_too_many(d, steps, "steps", FLOW_MAX_STEPS))
		n = 0;
	d->steps = arena_array(d->mem, n, sizeof(*d->steps));
	d->step_names = names_new(d->mem, n);
	if (n == 0)
		return;
	for (const struct ynode *c = steps->child; c != NULL; c = c->next) {
		if (c->key->kind != YAML_TEXT || names_add(d->step_names, c->key->text, (long)d->nsteps) >= 0)
			continue;
		parse_step(d, &d->steps[d->nsteps++], c);
	}
}

/* ---- the head ---- */

static void check_file_name(struct draft *d, const struct ynode *id)
{
	const char *base = strrchr(d->name, '/');
	size_t n;

	base = base == NULL ? d->name : base + 1;
	n = strlen(base);
	if (n < 5 || strcmp(base + n - 5, ".yaml") != 0)
		return; /* standard input, a flow of the program itself */
	if (n - 5 != id->len || strncmp(base, id->text, id->len) != 0)
		problem(d->p, DG_file_name, id, id->text, id->text, NULL);
}

void draft_parse(struct draft *d)
{
	const struct ynode *root = d->root, *source, *id = yaml_get(root, "flow");

	if (!keys_check(d->p, AT_FLOW, root, root, "the flow"))
		return;
	if (id != NULL && id->kind == YAML_TEXT && id_check(d->p, id, false))
		check_file_name(d, id);
	d->head.id = draft_text(d, root, "flow");
	d->head.version = draft_text(d, root, "version");
	d->head.title = draft_text(d, root, "title");
	d->head.summary = draft_text(d, root, "summary");
	source = yaml_get(root, "source");
	if (source != NULL && source->kind == YAML_MAP &&
	    keys_check(d->p, AT_SOURCE, source, source->key, "'source'")) {
		d->head.source_title = draft_text(d, source, "title");
		d->head.source_url = draft_text(d, source, "url");
	}
	d->start.at = yaml_get(root, "start");
	d->start.index = -1;
	draft_parse_inputs(d, yaml_get(root, "inputs"));
	parse_steps(d, yaml_get(root, "steps"));
	draft_parse_causes(d, yaml_get(root, "causes"));
}
