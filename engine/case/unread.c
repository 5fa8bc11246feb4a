/*
 * What was given and could not be read, or not to its end, and what was read and holds errors that no cause
 * judges.  It could have held the refusal: then nothing is called healthy.  A picture, a program or an empty
 * file could not.
 */
#include "view.h"

#include <string.h>

static bool read_whole_since(const struct replay *r, const struct evidence *e)
{
	for (size_t i = e->target != NULL ? e->id : r->cf->nlog; i < r->cf->nlog; i++) {
		const struct evidence *later = &r->cf->log[i].u.evidence;

		if (evidence_counts(r, i) && later->outcome == EV_MEASURED && later->target != NULL &&
		    strcmp(later->target, e->target) == 0)
			return true;
	}
	return false;
}

static bool of_file(const struct replay *r, const struct evidence *e)
{
	const struct probe *p = flow_probe(r->flow, e->probe);

	/* What no step of the flow asks for was started for a file. */
	return p != NULL ? p->kind == PROBE_FILE
	                 : e->outcome == EV_UNREADABLE || e->step == NULL || e->sha256 != NULL;
}

/* An input that was given anew has taken its place. */
static bool run_again(const struct replay *r, const struct evidence *e)
{
	for (size_t i = e->call != NULL ? e->id : r->cf->nlog; i < r->cf->nlog; i++) {
		const struct evidence *later = &r->cf->log[i].u.evidence;

		if (evidence_counts(r, i) && later->call != NULL && strcmp(e->call, later->call) == 0)
			return true;
	}
	return false;
}

static bool reads_probe(void *arg, const char *probe, const char *fact)
{
	const char **wanted = arg;

	(void)fact;
	if (*wanted != NULL && strcmp(probe, *wanted) == 0)
		*wanted = NULL;
	return *wanted != NULL;
}

/* Errors in a file of a kind that no cause of this flow asks for. */
static bool unjudged(const struct replay *r, const struct evidence *e)
{
	const struct value *errors = e->outcome == EV_MEASURED ? evidence_fact(e, "errors") : NULL;
	const char *wanted = e->probe;

	if (errors == NULL || errors->type != VAL_LIST || errors->u.list.n == 0)
		return false;
	for (size_t i = 0; i < r->flow->ncauses && wanted != NULL; i++)
		cause_reads(&r->flow->causes[i], reads_probe, &wanted);
	return wanted != NULL;
}

/* Its reader met damage, or an end in the middle of something. */
static bool is_damaged(const struct evidence *e)
{
	const struct value *damaged = e->outcome == EV_MEASURED ? evidence_fact(e, "damaged") : NULL;

	return damaged != NULL && damaged->type == VAL_BOOL && damaged->u.b;
}

const char *unread_why(const struct evidence *e)
{
	if (is_damaged(e))
		return "it is damaged or cut off: what it held there could not be read";
	if (e->outcome == EV_MEASURED && strcmp(e->probe, "windows.events") == 0)
		return "it holds an error of the time in question that no cause judges, and nothing went well since";
	if (e->outcome == EV_MEASURED)
		return "it holds errors, and no cause of this flow judges such a file";
	return e->why != NULL ? e->why : evidence_outcome_name(e->outcome);
}

void list_unread(struct replay *r, struct diagnosis *d)
{
	uint32_t *pos = arena_array(r->mem, r->cf->nlog + 1, sizeof(*pos)); /* one more: list_not_over() */

	d->unread = pos;
	for (size_t i = replay_since(r); i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		if (!evidence_counts(r, i) || !of_file(r, e) ||
		    (e->outcome == EV_MEASURED ? !unjudged(r, e) && !is_damaged(e)
		                               : read_whole_since(r, e)) ||
		    run_again(r, e))
			continue; /* what goes through the log again comes last */
		pos[d->nunread++] = e->id;
		d->unread_may_hold = d->unread_may_hold || evidence_fact(e, "idle") == NULL;
	}
}

bool list_not_over(struct replay *r, struct diagnosis *d)
{
	struct look k = look_now(r, NULL);
	struct seen error;

	if (!not_over(&k, &error))
		return false;
	((uint32_t *)d->unread)[d->nunread++] = error.from->id;
	return true;
}
