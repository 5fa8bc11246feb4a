/*
 * What was given and could not be read, or not to its end.  It could have held the refusal: then nothing is
 * called healthy.  A picture, a program or an empty file could not.
 */
#include "case_int.h"

#include <string.h>


static bool read_whole_since(const struct replay *r, const struct evidence *e)
{
	for (size_t i = e->id; i < r->cf->nlog; i++) {
		const struct evidence *later = &r->cf->log[i].u.evidence;

		if (evidence_counts(r, i) && later->outcome == EV_MEASURED && later->target != NULL &&
		    e->target != NULL && strcmp(later->target, e->target) == 0)
			return true;
	}
	return false;
}

static bool of_file(const struct replay *r, const struct evidence *e)
{
	const struct probe *p = flow_probe(r->flow, e->probe);

	/* What no step of the flow asks for was started for a file. */
	return p != NULL ? p->kind == PROBE_FILE : e->outcome == EV_UNREADABLE || e->step == NULL;
}

/* An input that was given anew has taken its place. */
static bool run_again(const struct replay *r, const struct evidence *e)
{
	for (size_t i = e->id; i < r->cf->nlog; i++) {
		const struct evidence *later = &r->cf->log[i].u.evidence;

		if (evidence_counts(r, i) && e->call != NULL && later->call != NULL &&
		    strcmp(e->call, later->call) == 0)
			return true;
	}
	return false;
}

void list_unread(struct replay *r, struct diagnosis *d)
{
	uint32_t *pos = arena_array(r->mem, r->cf->nlog, sizeof(*pos));

	d->unread = pos;
	for (size_t i = replay_since(r); i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		if (!evidence_counts(r, i) || e->outcome == EV_MEASURED || !of_file(r, e) ||
		    run_again(r, e) || read_whole_since(r, e))
			continue;
		pos[d->nunread++] = e->id;
		d->unread_may_hold = d->unread_may_hold || evidence_fact(e, "idle") == NULL;
	}
}
