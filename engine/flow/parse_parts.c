/* Checks and causes of the draft: the parts whose keys depend on something else, a check on its
 * probe and a cause on its severity. */
#include "flow_int.h"

#include <string.h>

/* ---- checks ---- */

static void check_file_arg(struct draft *d, const char *key, const struct dinput *in, const struct ynode *v)
{
	bool wants_file = strcmp(key, "file") == 0;

	if (wants_file && in == NULL)
		problem(d->p, DG_literal_file, v, NULL, NULL, NULL);
	else if (wants_file && in->def.label != NULL && in->def.type != INPUT_FILE)
		problem(d->p, DG_param_type, v, key, in->def.key, NULL);
}

static void parse_arg(struct draft *d, struct check_arg *arg, const struct ynode *v)
{
	struct ynode name = *v;
	long index;

	arg->key = arena_strdup(d->out, v->key->text);
	arg->input = -1;
	if (v->text[0] != '$') {
		arg->literal = arena_strdup(d->out, v->text);
		check_file_arg(d, arg->key, NULL, v);
		return;
	}
	name.text++;
	index = draft_ref(d, &name, DG_unknown_input).index;
	if (index < 0)
		return;
	arg->input = (int)index;
	d->inputs[index].used = true;
	check_file_arg(d, arg->key, &d->inputs[index], v);
}

static void unknown_param(struct draft *d, const struct probe *probe, const struct ynode *key)
{
	struct nearest near = {.word = key->text};

	for (const struct param_def *p = probe->params; p != NULL && p->key != NULL; p++)
		nearest_try(&near, p->key);
	problem(d->p, DG_unknown_param, key, probe->id, key->text, nearest_text(d->mem, &near));
}

static void parse_args(struct draft *d, struct dcheck *c, const struct ynode *map)
{
	const struct probe *probe = c->def.probe;
	struct check_arg *args = arena_array(d->out, map->n, sizeof(*args));

	for (const struct ynode *v = map->child; v != NULL; v = v->next) {
		if (v->key->kind != YAML_TEXT || strcmp(v->key->text, "probe") == 0 ||
		    strcmp(v->key->text, "when") == 0)
			continue;
		if (probe_param(probe, v->key->text) == NULL)
			unknown_param(d, probe, v->key);
		else if (shape_check(d->p, v->key->text, SHAPE_LINE, v))
			parse_arg(d, &args[c->def.nargs++], v);
	}
	c->def.args = args;
	for (const struct param_def *p = probe->params; p->key != NULL; p++)
		if (p->required && yaml_get(map, p->key) == NULL)
			problem(d->p, DG_missing_param, c->at, probe->id, p->key, NULL);
}

/* An input that a faulty check names is used all the same. */
static void mark_used(struct draft *d, const struct ynode *map)
{
	for (const struct ynode *v = map->child; v != NULL; v = v->next) {
		long i = v->kind == YAML_TEXT && v->text[0] == '$' ? names_find(d->input_names, v->text + 1)
		                                                   : -1;

		if (i >= 0)
			d->inputs[i].used = true;
	}
}

static void parse_check(struct draft *d, struct dstep *s, const struct ynode *v)
{
	const struct ynode *probe;
	struct dcheck *c;

	if (!keys_check(d->p, AT_CHECK, v, v, "a check"))
		return;
	probe = yaml_get(v, "probe");
	mark_used(d, v);
	if (probe == NULL || probe->kind != YAML_TEXT)
		return;
	c = &s->checks[s->nchecks];
	c->at = v;
	c->when = yaml_get(v, "when");
	c->def.probe = d->env->find(probe->text);
	if (c->def.probe == NULL) {
		problem(d->p, DG_unknown_probe, probe, probe->text, NULL, NULL);
		return;
	}
	parse_args(d, c, v);
	s->nchecks++;
}

void draft_parse_checks(struct draft *d, struct dstep *s, const struct ynode *list)
{
	if (list == NULL || list->kind != YAML_LIST)
		return;
	if (draft_too_many(d, list, "checks", FLOW_MAX_CHECKS))
		return;
	s->checks = arena_array(d->mem, list->n, sizeof(*s->checks));
	for (const struct ynode *v = list->child; v != NULL; v = v->next)
		parse_check(d, s, v);
}

/* ---- causes ---- */

static void parse_fix(struct draft *d, struct dcause *c, const struct ynode *list)
{
	struct fix_item *items;

	if (list == NULL || list->kind != YAML_LIST || draft_too_many(d, list, "lines of the fix", MAX_FIX))
		return;
	items = arena_array(d->out, list->n, sizeof(*items));
	for (const struct ynode *v = list->child; v != NULL; v = v->next) {
		struct fix_item *item = &items[c->def.nfix];

		if (v->kind == YAML_TEXT) {
			if (!shape_check(d->p, "fix", SHAPE_LINE, v))
				continue;
			item->text = arena_strdup(d->out, v->text);
		} else if (keys_check(d->p, AT_FIX_ITEM, v, v, "a line of a fix")) {
			item->text = draft_text(d, v, "do");
			item->who = draft_text(d, v, "who");
			item->where = draft_text(d, v, "where");
			item->changes = draft_text(d, v, "changes");
			item->run = draft_text(d, v, "run");
		}
		c->def.nfix++;
	}
	c->def.fix = items;
}

static void parse_cause(struct draft *d, struct dcause *c, const struct ynode *v)
{
	int severity;

	c->at = v->key;
	c->body = v;
	c->def.id = arena_strdup(d->out, v->key->text);
	c->def.verify = NODE_NONE;
	c->verify.index = -1;
	id_check(d->p, v->key, false);
	if (!keys_check(d->p, AT_CAUSE, v, v->key, arena_fmt(d->mem, "the cause '%s'", c->def.id)))
		return;
	severity = draft_word(d, yaml_get(v, "severity"), severity_words);
	if (severity >= 0)
		c->def.severity = (enum severity)severity;
	else if (yaml_get(v, "severity") != NULL)
		c->body = NULL; /* what it needs depends on that */
	c->def.title = draft_text(d, v, "title");
	c->def.summary = draft_text(d, v, "summary");
	c->def.remedy = draft_text(d, v, "remedy");
	c->def.source = draft_text(d, v, "source");
	c->def.section = draft_text(d, v, "section");
	c->def.topic = draft_text(d, v, "topic");
	c->def.good = draft_text(d, v, "good");
	c->supported = yaml_get(v, "supported");
	c->symptom = yaml_get(v, "symptom");
	c->unless = yaml_get(v, "unless");
	c->excluded = yaml_get(v, "excluded");
	c->applies = yaml_get(v, "applies");
	c->yields = yaml_get(v, "yields");
	c->def.later = draft_word(d, yaml_get(v, "later"), yes_words) == 0;
	c->verify.at = yaml_get(v, "verify");
	parse_fix(d, c, yaml_get(v, "fix"));
}

void draft_parse_causes(struct draft *d, const struct ynode *causes)
{
	size_t n = causes != NULL && causes->kind == YAML_MAP ? causes->n : 0;

	if (n > 0 && draft_too_many(d, causes, "causes", MAX_CAUSES))
		n = 0;
	d->causes = arena_array(d->mem, n, sizeof(*d->causes));
	d->cause_names = names_new(d->mem, n);
	if (n == 0)
		return;
	for (const struct ynode *c = causes->child; c != NULL; c = c->next) {
		if (c->key->kind != YAML_TEXT ||
		    names_add(d->cause_names, c->key->text, (long)d->ncauses) >= 0)
			continue;
		parse_cause(d, &d->causes[d->ncauses++], c);
	}
}
