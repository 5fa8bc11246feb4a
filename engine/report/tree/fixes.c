/* What was tried and what it changed: the same measurements before and after each "fixed". */
#include "report_int.h"

#include <string.h>

static bool is_fix(const struct report *r, const struct record *rec)
{
	const struct node *n;

	if (rec->kind != REC_ANSWER || report_retracted(r, rec->pos) ||
	    fix_instead(r->flow, rec->u.answer.answer) != NODE_NONE)
		return false;
	n = flow_node(r->flow, rec->u.answer.step);
	return n != NULL && n->kind == NODE_FIX && n->cause != CAUSE_NONE;
}

/* Two measurements of one thing: the same call, or (in cases from before calls were kept) probe and target.
 */
static bool same_thing(const struct evidence *a, const struct evidence *b)
{
	if (strcmp(a->probe, b->probe) != 0)
		return false;
	if (a->call != NULL && b->call != NULL)
		return strcmp(a->call, b->call) == 0;
	return a->target == b->target ||
	       (a->target != NULL && b->target != NULL && strcmp(a->target, b->target) == 0);
}

/* How long something took says nothing about whether it was mended. */
static bool timing(const char *key)
{
	size_t n = strlen(key);

	return n > 3 && strcmp(key + n - 3, "_ms") == 0;
}

static void compare(struct report *r, struct fix_try *t, const struct evidence *before,
                    const struct evidence *after)
{
	struct change *all = arena_array(r->mem, t->nchanges + before->nfacts + after->nfacts, sizeof(*all));
	size_t n = t->nchanges;

	if (n != 0)
		memcpy(all, t->changes, n * sizeof(*all));
	for (size_t i = 0; i < before->nfacts; i++) {
		const struct value *is = evidence_fact(after, before->facts[i].key);

		if (!timing(before->facts[i].key) &&
		    (is == NULL || !value_equal(&before->facts[i].value, is)))
			all[n++] = (struct change){before, after, before->facts[i].key,
			                           &before->facts[i].value, is};
	}
	for (size_t i = 0; i < after->nfacts; i++)
		if (!timing(after->facts[i].key) && evidence_fact(before, after->facts[i].key) == NULL)
			all[n++] = (struct change){before, after, after->facts[i].key, NULL,
			                           &after->facts[i].value};
	t->changes = all;
	t->nchanges = n;
}

static bool measured_again(const struct report_model *m, size_t i, uint32_t upto)
{
	for (size_t k = i + 1; k < m->nevidence && m->evidence[k]->id < upto; k++)
		if (same_thing(m->evidence[i], m->evidence[k]))
			return true;
	return false;
}

/* The last measurement of each thing before `from` against its last one in (from, upto). */
static void before_and_after(struct report *r, const struct report_model *m, struct fix_try *t, uint32_t from,
                             uint32_t upto)
{
	size_t first = 0;

	while (first < m->nevidence && m->evidence[first]->id < from)
		first++;
	for (size_t i = first; i < m->nevidence && m->evidence[i]->id < upto; i++) {
		if (measured_again(m, i, upto))
			continue;
		for (size_t k = first; k-- > 0;) {
			if (!same_thing(m->evidence[k], m->evidence[i]))
				continue;
			t->rechecked = true;
			compare(r, t, m->evidence[k], m->evidence[i]);
			break;
		}
	}
}

static void ticked(struct report *r, struct fix_try *t, uint32_t after)
{
	bool *done = arena_array(r->mem, t->cause->nfix, sizeof(*done));
	uint32_t *items = arena_array(r->mem, t->cause->nfix, sizeof(*items));

	for (uint32_t pos = after + 1; pos < t->answer->pos; pos++) {
		const struct record *rec = casefile_at(r->cf, pos);

		if (rec->kind == REC_TICK && !report_retracted(r, pos) && rec->u.tick.item < t->cause->nfix &&
		    strcmp(rec->u.tick.cause, t->cause->id) == 0)
			done[rec->u.tick.item] = rec->u.tick.done;
	}
	for (uint32_t i = 0; i < t->cause->nfix; i++)
		if (done[i])
			items[t->ndone++] = i;
	t->done = items;
}

void model_fixes(struct report *r, struct report_model *m)
{
	uint32_t last = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->cf->nlog; i++)
		n += is_fix(r, &r->cf->log[i]);
	m->fixes = arena_array(r->mem, n, sizeof(*m->fixes));
	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct record *rec = &r->cf->log[i];
		struct fix_try *t = &m->fixes[m->nfixes];

		if (!is_fix(r, rec))
			continue;
		t->answer = rec;
		t->cause = &r->flow->causes[flow_node(r->flow, rec->u.answer.step)->cause];
		ticked(r, t, last);
		last = rec->pos;
		m->nfixes++;
	}
	for (size_t i = 0; i < m->nfixes; i++) {
		uint32_t upto = UINT32_MAX;

		for (size_t k = i + 1; k < m->nfixes && upto == UINT32_MAX; k++)
			if (strcmp(m->fixes[k].answer->u.answer.answer, fix_answer_name(FIX_DONE)) == 0)
				upto = m->fixes[k].answer->pos;
		if (strcmp(m->fixes[i].answer->u.answer.answer, fix_answer_name(FIX_DONE)) == 0)
			before_and_after(r, m, &m->fixes[i], m->fixes[i].answer->pos, upto);
	}
}
