/* What has to be true of a flow beyond its shape: every name leads somewhere, every cause can be
 * concluded, fixed and verified.  One function per rule, in the table at the end. */
#include "flow_int.h"

#include <string.h>

/* ---- names ---- */

static void resolve_form(struct draft *d, struct dstep *s)
{
	const struct ynode *list = yaml_get(s->body, "form");
	uint16_t *inputs;

	if (list == NULL || list->kind != YAML_LIST)
		return;
	inputs = arena_array(d->out, list->n, sizeof(*inputs));
	for (const struct ynode *v = list->child; v != NULL; v = v->next) {
		long i;
		bool again = false;

		if (!shape_check(d->p, "form", SHAPE_WORD, v))
			continue;
		i = draft_ref(d, v, DG_unknown_input).index;
		for (size_t k = 0; k < s->def.ninputs; k++)
			again = again || inputs[k] == i;
		if (again)
			problem(d->p, DG_twice, v, v->text, NULL, NULL);
		if (i < 0 || again)
			continue;
		d->inputs[i].used = true;
		inputs[s->def.ninputs++] = (uint16_t)i;
	}
	s->def.inputs = inputs;
}

/* Each that is named exists, is named once, and is another cause. */
static void resolve_yields(struct draft *d, struct dcause *c)
{
	struct names *seen;

	if (c->yields == NULL || c->yields->kind != YAML_LIST)
		return;
	seen = names_new(d->mem, c->yields->n);
	c->yielding = arena_array(d->mem, c->yields->n, sizeof(*c->yielding));
	for (const struct ynode *y = c->yields->child; y != NULL; y = y->next) {
		struct dref ref;

		if (y->kind != YAML_TEXT) {
			problem(d->p, DG_wrong_kind, y, "yields", "a list of causes", NULL);
			continue;
		}
		ref = draft_ref(d, y, DG_unknown_cause);
		if (ref.index < 0)
			continue;
		if (names_add(seen, y->text, 0) >= 0)
			problem(d->p, DG_twice, y, y->text, NULL, NULL);
		else
			c->yielding[c->nyielding++] = ref;
	}
}

static void check_names(struct draft *d)
{
	d->start = draft_ref(d, d->start.at, DG_unknown_target);
	for (size_t i = 0; i < d->nsteps; i++) {
		struct dstep *s = &d->steps[i];

		s->go = draft_ref(d, s->go.at, DG_unknown_target);
		s->cause = draft_ref(d, s->cause.at, DG_unknown_cause);
		if (s->cause.index >= 0)
			d->causes[s->cause.index].concluded = true;
		for (size_t k = 0; k < s->nanswers; k++)
			s->answers[k].go = draft_ref(d, s->answers[k].go.at, DG_unknown_target);
		if (s->shaped && s->def.kind == NODE_INPUT)
			resolve_form(d, s);
	}
	for (size_t i = 0; i < d->ncauses; i++)
		d->causes[i].verify = draft_ref(d, d->causes[i].verify.at, DG_unknown_target);
	for (size_t i = 0; i < d->ncauses; i++)
		resolve_yields(d, &d->causes[i]);
}

/* ---- conditions ---- */

static void check_conditions(struct draft *d)
{
	for (size_t i = 0; i < d->nsteps; i++) {
		struct dstep *s = &d->steps[i];

		for (size_t k = 0; k < s->nchecks; k++)
			s->checks[k].def.when = cond_compile(d, s->checks[k].when);
		for (size_t k = 0; k < s->nanswers; k++)
			s->answers[k].def.when = cond_compile(d, s->answers[k].when);
	}
	for (size_t i = 0; i < d->ncauses; i++) {
		d->causes[i].def.supported = cond_compile(d, d->causes[i].supported);
		d->causes[i].def.symptom = cond_compile(d, d->causes[i].symptom);
		d->causes[i].def.unless = cond_compile(d, d->causes[i].unless);
		d->causes[i].def.applies = cond_compile(d, d->causes[i].applies);
		d->causes[i].def.excluded = cond_compile(d, d->causes[i].excluded);
	}
}

/* ---- causes ---- */

static void check_cause(struct draft *d, const struct dcause *c)
{
	const struct dstep *v;

	if (!c->concluded && c->supported == NULL && c->symptom == NULL)
		problem(d->p, DG_unused_cause, c->at, c->def.id, NULL, NULL);
	if (c->body == NULL || c->body->kind != YAML_MAP)
		return;
	if (yaml_get(c->body, "source") == NULL)
		problem(d->p, DG_cause_without_source, c->at, c->def.id, NULL, NULL);
	if (c->def.severity != SEV_NOTE && yaml_get(c->body, "fix") == NULL)
		problem(d->p, DG_cause_without_fix, c->at, c->def.id, NULL, NULL);
	if (c->def.severity != SEV_NOTE && c->verify.at == NULL)
		problem(d->p, DG_cause_without_verify, c->at, c->def.id, NULL, NULL);
	if (c->verify.index < 0)
		return;
	v = &d->steps[c->verify.index];
	if (v->shaped && (v->def.kind != NODE_ASK || yaml_get(v->body, "checks") == NULL))
		problem(d->p, DG_verify_without_checks, c->verify.at, v->def.id, c->def.id, NULL);
}

static void check_causes(struct draft *d)
{
	for (size_t i = 0; i < d->ncauses; i++)
		check_cause(d, &d->causes[i]);
}

static void check_ends(struct draft *d)
{
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];
		const struct dcause *c = s->cause.index < 0 ? NULL : &d->causes[s->cause.index];

		if (!s->shaped || s->def.kind != NODE_END)
			continue;
		if (s->def.verdict == VERDICT_FAULT && s->cause.at == NULL)
			problem(d->p, DG_fault_without_cause, s->at, s->def.id, NULL, NULL);
		if (s->def.verdict == VERDICT_HEALTHY && c != NULL && c->def.severity == SEV_FAULT)
			problem(d->p, DG_healthy_with_fault, s->cause.at, s->def.id, c->def.id, NULL);
	}
}

static void check_inputs(struct draft *d)
{
	for (size_t i = 0; i < d->ninputs; i++)
		if (!d->inputs[i].used)
			problem(d->p, DG_unused_input, d->inputs[i].at, d->inputs[i].def.key, NULL, NULL);
}

/* ---- facts that nothing measures ---- */

struct measured {
	struct draft *d;
	struct names *probes;
	const struct ynode *at;
};

static bool fact_is_measured(void *arg, const char *probe, const char *fact)
{
	struct measured *m = arg;

	if (names_find(m->probes, probe) < 0)
		problem(m->d->p, DG_never_measured, m->at, probe, arena_fmt(m->d->mem, "%s.%s", probe, fact),
		        NULL);
	return true;
}

static void read_by(struct measured *m, const struct cond *c, const struct ynode *at)
{
	m->at = at;
	if (c != NULL)
		cond_reads(c, fact_is_measured, m);
}

static void check_measured(struct draft *d)
{
	struct measured m = {.d = d};
	size_t n = 0;

	for (size_t i = 0; i < d->nsteps; i++)
		n += d->steps[i].nchecks;
	m.probes = names_new(d->mem, n);
	for (size_t i = 0; i < d->nsteps; i++)
		for (size_t k = 0; k < d->steps[i].nchecks; k++)
			names_add(m.probes, d->steps[i].checks[k].def.probe->id, 0);
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];

		for (size_t k = 0; k < s->nchecks; k++)
			read_by(&m, s->checks[k].def.when, s->checks[k].when);
		for (size_t k = 0; k < s->nanswers; k++)
			read_by(&m, s->answers[k].def.when, s->answers[k].when);
	}
	for (size_t i = 0; i < d->ncauses; i++) {
		read_by(&m, d->causes[i].def.supported, d->causes[i].supported);
		read_by(&m, d->causes[i].def.symptom, d->causes[i].symptom);
		read_by(&m, d->causes[i].def.unless, d->causes[i].unless);
		read_by(&m, d->causes[i].def.excluded, d->causes[i].excluded);
	}
}

void draft_check(struct draft *d)
{
	static void (*const checks[])(struct draft *) = {
	        check_names,    check_conditions, check_causes, check_ends,   check_inputs,
	        check_measured, check_answers,    check_graph,  check_proofs,
	};

	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		checks[i](d);
}

static void make_rules(struct draft *d)
{
	const char **inputs = arena_array(d->mem, d->ninputs, sizeof(const char *));
	size_t n = 0;

	for (size_t i = 0; i < d->ninputs; i++)
		inputs[i] = d->inputs[i].def.key;
	for (size_t i = 0; i < d->nsteps; i++)
		n += d->steps[i].nchecks;
	d->rules = rules_new(d->mem, n);
	for (size_t i = 0; i < d->nsteps; i++)
		for (size_t k = 0; k < d->steps[i].nchecks; k++)
			rules_add(d->rules, &d->steps[i].checks[k].def, inputs);
}

void draft_prove(struct draft *d)
{
	static void (*const proofs[])(struct draft *) = {prove_overlaps, prove_loops, prove_paths,
	                                                 prove_sides};

	make_rules(d);
	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++)
		proofs[i](d);
}
