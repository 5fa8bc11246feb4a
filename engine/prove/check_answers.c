/* The answers of each question against all outcomes of its checks: an answer that nothing can
 * lead to, an outcome that no answer takes. */
#include "flow_int.h"

static bool can_hold(struct draft *d, struct space *s, size_t i, const struct ynode *at)
{
	enum decision found = space_find(s, (long)i, 0, 0, false, NULL);

	if (found == SPACE_NONE)
		problem(d->p, DG_never_true, at, NULL, NULL, NULL);
	return found != SPACE_NONE;
}

static void check_alone(struct draft *d, const struct cond *c, const struct ynode *at)
{
	struct space *s;

	if (c == NULL)
		return;
	s = space_new(&c, 1);
	can_hold(d, s, 0, at);
	space_free(s);
}

static void say_shadowed(struct draft *d, const struct dstep *q, struct space *s, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (q->answers[k].def.when == NULL ||
		    space_find(s, (long)i, k, k + 1, false, NULL) != SPACE_NONE)
			continue;
		problem_on_way(d, DG_shadowed, q->answers[i].at, (size_t)(q - d->steps), q->answers[i].def.id,
		               arena_fmt(d->mem, "'%s'", q->answers[k].def.id), "takes");
		return;
	}
	problem_on_way(d, DG_shadowed, q->answers[i].at, (size_t)(q - d->steps), q->answers[i].def.id,
	               "those", "take");
}

static void check_gap(struct draft *d, const struct dstep *q, struct space *s, bool *undecided)
{
	struct buf outcome;
	enum decision found;

	for (size_t i = 0; i < q->nanswers; i++)
		if (q->answers[i].when == NULL)
			return; /* a person can always give that one */
	buf_init(&outcome, BUF_MAX_LINE);
	found = space_find(s, -1, 0, q->nanswers, true, &outcome);
	if (found == SPACE_SOME)
		problem_on_way(d, DG_gap, yaml_get(q->body, "answers")->key, (size_t)(q - d->steps),
		               buf_cstr(&outcome), NULL, NULL);
	*undecided = *undecided || found == SPACE_UNDECIDED;
	buf_release(&outcome);
}

static void check_question(struct draft *d, const struct dstep *q)
{
	const struct cond *conds[FLOW_MAX_ANSWERS];
	bool undecided = false, sound = true;
	struct space *s;

	if (!q->shaped || q->def.kind != NODE_ASK || q->nanswers == 0 || q->nanswers > FLOW_MAX_ANSWERS)
		return;
	for (size_t i = 0; i < q->nanswers; i++) {
		conds[i] = q->answers[i].def.when;
		sound = sound && (conds[i] != NULL || q->answers[i].when == NULL);
	}
	s = space_new(conds, q->nanswers);
	for (size_t i = 0; i < q->nanswers && sound; i++) {
		enum decision found;

		if (conds[i] == NULL || !can_hold(d, s, i, q->answers[i].when))
			continue;
		found = space_find(s, (long)i, 0, i, false, NULL);
		if (found == SPACE_NONE)
			say_shadowed(d, q, s, i);
		undecided = undecided || found == SPACE_UNDECIDED;
	}
	if (sound)
		check_gap(d, q, s, &undecided);
	if (undecided)
		problem_on_way(d, DG_undecided, q->at, (size_t)(q - d->steps), NULL, NULL, NULL);
	space_free(s);
}

void check_answers(struct draft *d)
{
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];

		check_question(d, s);
		for (size_t k = 0; k < s->nchecks; k++)
			check_alone(d, s->checks[k].def.when, s->checks[k].when);
	}
	for (size_t i = 0; i < d->ncauses; i++) {
		check_alone(d, d->causes[i].def.supported, d->causes[i].supported);
		check_alone(d, d->causes[i].def.symptom, d->causes[i].symptom);
		check_alone(d, d->causes[i].def.unless, d->causes[i].unless);
		check_alone(d, d->causes[i].def.applies, d->causes[i].applies);
		check_alone(d, d->causes[i].def.excluded, d->causes[i].excluded);
	}
}
