/*
 * How far a reader may trust the verdict, and why.  A few plain rules instead of
 * a number that nobody can check: each sentence names what it counts.
 */
#include "report_int.h"

struct counts {
	size_t supported, excluded, untested; /* causes of severity fault */
};

static struct counts count(const struct diagnosis *d, const struct cause *but)
{
	struct counts c = {0, 0, 0};

	for (size_t i = 0; i < d->nrows; i++) {
		if (d->rows[i].cause->severity != SEV_FAULT || d->rows[i].cause == but)
			continue;
		c.supported += d->rows[i].state == CAUSE_SUPPORTED && d->rows[i].explained_by == NULL;
		c.excluded += d->rows[i].state == CAUSE_EXCLUDED;
		c.untested += d->rows[i].state == CAUSE_UNTESTED;
	}
	return c;
}

static void say(struct report *r, enum confidence c, const char *why)
{
	/* The sentence may say why it is less; it never makes it more than the evidence is. */
	r->confidence = c < r->diag->confidence ? c : r->diag->confidence;
	r->confidence_why = why;
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static bool half_seen(const struct report *r, const struct finding *f)
{
	for (size_t i = 0; i < f->nevidence; i++) {
		const struct evidence *e = report_evidence(r, f->evidence[i]);

		if (e != NULL &&
		    (e->outcome == EV_TIMEOUT || e->outcome == EV_CANCELLED || e->outcome == EV_CRASHED))
			return true;
	}
	return false;
}

void model_confidence(struct report *r)
{
	const struct diagnosis *d = r->diag;
	const struct finding *f = d->nfindings != 0 ? &d->findings[0] : NULL;
	struct counts c = count(d, f != NULL ? f->cause : NULL);
	const char *rest = arena_fmt(r->mem, "%zu other cause%s excluded, %zu not tested", c.excluded,
	                             plural(c.excluded), c.untested);

	if (d->verdict == VERDICT_INCONCLUSIVE)
		say(r, CONFIDENCE_NONE,
		    arena_fmt(r->mem, "nothing decides yet; %zu cause%s excluded, %zu not tested", c.excluded,
		              plural(c.excluded), c.untested));
	else if (f == NULL || f->nevidence == 0)
		say(r, CONFIDENCE_LOW,
		    arena_fmt(r->mem, "it rests on a person's word, no measurement shows it; %s", rest));
	else if (d->ncontradictions != 0)
		say(r, f->by_person ? CONFIDENCE_LOW : CONFIDENCE_MEDIUM,
		    arena_fmt(r->mem, "%zu answer%s against what the checks saw; %s", d->ncontradictions,
		              d->ncontradictions == 1 ? " goes" : "s go", rest));
	else if (f->by_person)
		say(r, CONFIDENCE_LOW,
		    arena_fmt(r->mem, "a person concluded it, no check proves it; %s", rest));
	else if (half_seen(r, f))
		say(r, CONFIDENCE_MEDIUM,
		    arena_fmt(r->mem, "a measurement that it rests on did not finish; %s", rest));
	else if (c.supported != 0)
		say(r, CONFIDENCE_MEDIUM,
		    arena_fmt(r->mem,
		              "%zu more cause%s fit%s what was measured; %zu excluded, %zu not tested",
		              c.supported, plural(c.supported), c.supported == 1 ? "s" : "", c.excluded,
		              c.untested));
	else if (r->lost != 0)
		say(r, CONFIDENCE_MEDIUM,
		    arena_fmt(r->mem,
		              "%u answer%s of the case belong to steps that the flow no longer "
		              "has; %s",
		              r->lost, plural(r->lost), rest));
	else
		say(r, CONFIDENCE_HIGH,
		    arena_fmt(r->mem, "measured %zu time%s, nothing contradicts it; %s", f->nevidence,
		              plural(f->nevidence), rest));
}
