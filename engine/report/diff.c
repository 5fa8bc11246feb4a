/*
 * Fact by fact, what two cases (or one before and after a fix) have different.
 * Measurements are paired by what was looked at, else by their order; how long
 * something took is no difference.
 */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 6 /* of maps in maps; deeper values are compared whole */

static const char *const kinds[] = {"flow", "input", "fact", "measured", "answer", "finding", "verdict"};
_Static_assert(sizeof(kinds) / sizeof(kinds[0]) == DIFF__MAX, "every kind of difference has its name");

const char *difference_kind_name(enum difference_kind k)
{
	return kinds[k];
}

static void add(struct diff *d, struct difference x)
{
	if (d->n == d->cap) {
		size_t cap = d->cap != 0 ? d->cap * 2 : 32;
		struct difference *all = arena_array(d->mem, cap, sizeof(*all));

		if (d->n != 0)
			memcpy(all, d->all, d->n * sizeof(*all));
		d->all = all;
		d->cap = cap;
	}
	d->all[d->n++] = x;
}

static const struct value *text_value(struct diff *d, const char *text)
{
	struct value *v;

	if (text == NULL)
		return NULL;
	v = arena_alloc(d->mem, sizeof(*v));
	*v = value_str(text);
	return v;
}

static bool same_string(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static void add_texts(struct diff *d, enum difference_kind kind, const char *what, const char *a,
                      const char *b, uint32_t a_pos, uint32_t b_pos)
{
	if (!same_string(a, b))
		add(d,
		    (struct difference){kind, what, NULL, text_value(d, a), text_value(d, b), a_pos, b_pos});
}

/* ---- facts ---- */
struct place {
	const struct evidence *a, *b;
	const char *what; /* "scep.url page", "iis.log by_status.500" */
	unsigned depth;
};

static bool timing(const char *key)
{
	size_t n = strlen(key);

	return n > 3 && strcmp(key + n - 3, "_ms") == 0;
}

static const struct value *known(const struct value *v)
{
	return v != NULL && v->type != VAL_NULL ? v : NULL;
}

static void compare_values(struct diff *d, const struct place *at, const struct value *a,
                           const struct value *b);

static void compare_maps(struct diff *d, const struct place *at, const struct value *a, const struct value *b)
{
	for (size_t i = 0; i < a->u.map.n; i++) {
		const char *key = a->u.map.items[i].key;
		struct place in = {at->a, at->b, arena_fmt(d->mem, "%s.%s", at->what, key), at->depth + 1};

		if (!timing(key))
			compare_values(d, &in, &a->u.map.items[i].value, value_find(b, key));
	}
	for (size_t i = 0; i < b->u.map.n; i++) {
		const char *key = b->u.map.items[i].key;
		struct place in = {at->a, at->b, arena_fmt(d->mem, "%s.%s", at->what, key), at->depth + 1};

		if (!timing(key) && value_find(a, key) == NULL)
			compare_values(d, &in, NULL, &b->u.map.items[i].value);
	}
}

static void compare_lists(struct diff *d, const struct place *at, const struct value *a,
                          const struct value *b)
{
	size_t n = a->u.list.n > b->u.list.n ? a->u.list.n : b->u.list.n;

	for (size_t i = 0; i < n; i++) {
		struct place in = {at->a, at->b, arena_fmt(d->mem, "%s[%zu]", at->what, i), at->depth + 1};

		compare_values(d, &in, i < a->u.list.n ? &a->u.list.items[i] : NULL,
		               i < b->u.list.n ? &b->u.list.items[i] : NULL);
	}
}

static bool list_of_maps(const struct value *v)
{
	return v->type == VAL_LIST && v->u.list.n != 0 && v->u.list.items[0].type == VAL_MAP;
}

static void compare_values(struct diff *d, const struct place *at, const struct value *a,
                           const struct value *b)
{
	a = known(a);
	b = known(b);
	if (a == b || (a != NULL && b != NULL && value_equal(a, b)))
		return;
	if (a != NULL && b != NULL && at->depth < DEPTH_MAX && a->type == VAL_MAP && b->type == VAL_MAP)
		compare_maps(d, at, a, b);
	else if (a != NULL && b != NULL && at->depth < DEPTH_MAX && list_of_maps(a) && list_of_maps(b))
		compare_lists(d, at, a, b);
	else
		add(d,
		    (struct difference){DIFF_FACT, at->what, at->a != NULL ? at->a->target : at->b->target, a,
		                        b, at->a != NULL ? at->a->id : 0, at->b != NULL ? at->b->id : 0});
}

static void compare_evidence(struct diff *d, const struct evidence *a, const struct evidence *b)
{
	if (a->outcome != b->outcome)
		add_texts(d, DIFF_MEASURED, a->probe, evidence_outcome_name(a->outcome),
		          evidence_outcome_name(b->outcome), a->id, b->id);
	for (size_t i = 0; i < a->nfacts; i++) {
		struct place at = {a, b, arena_fmt(d->mem, "%s %s", a->probe, a->facts[i].key), 0};

		if (!timing(a->facts[i].key))
			compare_values(d, &at, &a->facts[i].value, evidence_fact(b, a->facts[i].key));
	}
	for (size_t i = 0; i < b->nfacts; i++) {
		struct place at = {a, b, arena_fmt(d->mem, "%s %s", b->probe, b->facts[i].key), 0};

		if (!timing(b->facts[i].key) && evidence_fact(a, b->facts[i].key) == NULL)
			compare_values(d, &at, NULL, &b->facts[i].value);
	}
}

/* ---- which measurements count on each side ---- */
struct side {
	const struct evidence **all;
	bool *paired;
	size_t n;
};

static bool same_thing(const struct evidence *a, const struct evidence *b)
{
	return strcmp(a->probe, b->probe) == 0 && same_string(a->target, b->target);
}

/* The last measurement of each thing in (from, upto). */
static struct side side_of(struct diff *d, const struct report *r, uint32_t from, uint32_t upto)
{
	const struct report_model *m = r->model;
	struct side s = {arena_array(d->mem, m->nevidence, sizeof(struct evidence *)), NULL, 0};

	for (size_t i = 0; i < m->nevidence; i++) {
		const struct evidence *e = m->evidence[i];
		size_t k = 0;

		if (e->id <= from || e->id >= upto)
			continue;
		while (k < s.n && !same_thing(s.all[k], e))
			k++;
		s.all[k] = e;
		s.n += k == s.n;
	}
	s.paired = arena_array(d->mem, s.n, sizeof(bool));
	return s;
}

/* The same thing; else, when `loose`, the first of the same probe that is left. */
static const struct evidence *partner(struct side *s, const struct evidence *e, bool loose)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->paired[i] || strcmp(s->all[i]->probe, e->probe) != 0)
			continue;
		if (!loose && !same_thing(s->all[i], e))
			continue;
		s->paired[i] = true;
		return s->all[i];
	}
	return NULL;
}

static void only_in(struct diff *d, const struct evidence *a, const struct evidence *b)
{
	const struct evidence *e = a != NULL ? a : b;

	add_texts(d, DIFF_MEASURED, arena_fmt(d->mem, "%s %s", e->probe, e->target != NULL ? e->target : ""),
	          a != NULL ? evidence_outcome_name(a->outcome) : NULL,
	          b != NULL ? evidence_outcome_name(b->outcome) : NULL, a != NULL ? a->id : 0,
	          b != NULL ? b->id : 0);
}

static void compare_sides(struct diff *d, struct side *a, struct side *b, bool loose)
{
	const struct evidence **with = arena_array(d->mem, a->n, sizeof(struct evidence *));

	for (size_t i = 0; i < a->n; i++)
		with[i] = partner(b, a->all[i], false);
	for (size_t i = 0; loose && i < a->n; i++)
		if (with[i] == NULL)
			with[i] = partner(b, a->all[i], true);
	for (size_t i = 0; i < a->n; i++) {
		if (with[i] != NULL)
			compare_evidence(d, a->all[i], with[i]);
		else
			only_in(d, a->all[i], NULL);
	}
	for (size_t i = 0; i < b->n; i++)
		if (!b->paired[i])
			only_in(d, NULL, b->all[i]);
}

/* ---- what people said, and what was concluded ---- */
static void compare_inputs(struct diff *d)
{
	const struct flow *f = d->a->flow;

	for (size_t i = 0; i < f->ninputs; i++)
		add_texts(d, DIFF_INPUT, f->inputs[i].label != NULL ? f->inputs[i].label : f->inputs[i].key,
		          replay_input(d->a->replay, f->inputs[i].key),
		          replay_input(d->b->replay, f->inputs[i].key), 0, 0);
}

static const struct record *answer_at(const struct report *r, const char *step)
{
	const struct record *last = NULL;

	for (size_t i = 0; i < r->replay->npath; i++) {
		const struct visit *v = &r->replay->path[i];

		if ((v->answer != NULL || v->put_off != NULL) &&
		    strcmp(r->flow->nodes[v->node].id, step) == 0)
			last = v->answer != NULL ? v->answer : v->put_off;
	}
	return last;
}

static const char *label_of(const struct report *r, const struct record *rec)
{
	if (rec != NULL && rec->kind == REC_PUT_OFF)
		return "put off";
	return rec != NULL ? answer_label(r, rec->u.answer.step, rec->u.answer.answer) : NULL;
}

static void compare_answers(struct diff *d)
{
	const struct flow *f = d->a->flow;

	for (size_t i = 0; i < f->nnodes; i++) {
		const struct record *a = answer_at(d->a, f->nodes[i].id),
		                    *b = answer_at(d->b, f->nodes[i].id);

		if (a != NULL || b != NULL)
			add_texts(d, DIFF_ANSWER, step_label(d->a, f->nodes[i].id), label_of(d->a, a),
			          label_of(d->b, b), a != NULL ? a->pos : 0, b != NULL ? b->pos : 0);
	}
}

static const char *finding_state(const struct diagnosis *d, const char *id)
{
	for (size_t i = 0; i < d->nfindings; i++)
		if (strcmp(d->findings[i].id, id) == 0)
			return d->findings[i].fixed || d->findings[i].fixed_by_person
			               ? "fixed"
			               : severity_name(d->findings[i].severity);
	return NULL;
}

static void compare_findings(struct diff *d)
{
	const struct diagnosis *a = d->a->diag, *b = d->b->diag;

	for (size_t i = 0; i < a->nfindings; i++)
		add_texts(d, DIFF_FINDING, a->findings[i].id, finding_state(a, a->findings[i].id),
		          finding_state(b, a->findings[i].id), 0, 0);
	for (size_t i = 0; i < b->nfindings; i++)
		if (finding_state(a, b->findings[i].id) == NULL)
			add_texts(d, DIFF_FINDING, b->findings[i].id, NULL,
			          finding_state(b, b->findings[i].id), 0, 0);
	add_texts(d, DIFF_VERDICT, "verdict", verdict_name(a->verdict), verdict_name(b->verdict), 0, 0);
}

static struct diff *start(const struct report *a, const struct report *b)
{
	struct arena *mem = arena_new();
	struct diff *d = arena_alloc(mem, sizeof(*d));

	d->mem = mem;
	d->a = a;
	d->b = b;
	return d;
}

struct diff *diff_new(const struct report *a, const struct report *b)
{
	struct diff *d = start(a, b);
	struct side left = side_of(d, a, 0, UINT32_MAX), right = side_of(d, b, 0, UINT32_MAX);

	add_texts(d, DIFF_FLOW, "flow", a->flow->id, b->flow->id, 0, 0);
	if (strcmp(a->flow->id, b->flow->id) == 0)
		compare_inputs(d);
	compare_sides(d, &left, &right, true);
	if (strcmp(a->flow->id, b->flow->id) == 0)
		compare_answers(d);
	compare_findings(d);
	return d;
}

struct diff *diff_of_fix(const struct report *r)
{
	const struct report_model *m = r->model;
	struct side before, after;
	struct diff *d;
	uint32_t fix = 0;

	for (size_t i = 0; i < m->nfixes; i++)
		if (strcmp(m->fixes[i].answer->u.answer.answer, fix_answer_name(FIX_DONE)) == 0)
			fix = m->fixes[i].answer->pos;
	if (fix == 0)
		return NULL;
	d = start(r, r);
	d->fix = fix;
	before = side_of(d, r, 0, fix);
	after = side_of(d, r, fix, UINT32_MAX);
	/* What was only looked at before is no difference that the fix made. */
	for (size_t i = 0; i < after.n; i++)
		for (size_t k = 0; k < before.n; k++)
			if (same_thing(before.all[k], after.all[i]))
				compare_evidence(d, before.all[k], after.all[i]);
	return d;
}

void diff_free(struct diff *d)
{
	if (d == NULL)
		return;
	redaction_free(d->redaction);
	arena_free(d->mem);
}
