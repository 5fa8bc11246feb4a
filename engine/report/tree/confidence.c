/*
 * How far a reader may trust the verdict, and why.  A few plain rules instead of
 * a number that nobody can check: each sentence names what it counts.
 */
#include "report_int.h"

#include <casebook/brief.h>

/* Faults that fit as well, but for the one concluded. */
static size_t also_supported(const struct diagnosis *d, const struct cause *but)
{
	size_t n = 0;

	for (size_t i = 0; i < d->nrows; i++)
		n += d->rows[i].cause->severity == SEV_FAULT && d->rows[i].cause != but &&
		     d->rows[i].state == CAUSE_SUPPORTED && d->rows[i].explained_by == NULL;
	return n;
}

static void say(struct report *r, const char *why)
{
	r->confidence = r->diag->confidence;
	r->confidence_why = why;
}

/* What the headline says as well. */
static void say_count(struct report *r)
{
	say(r, arena_fmt(r->mem, "%s, nothing contradicts it", brief_sources(r->mem, r->brief)));
	r->confidence_counted = true;
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
	const struct finding *f = report_main(r);
	size_t also = also_supported(d, f != NULL ? f->cause : NULL);

	if (d->verdict == VERDICT_INCONCLUSIVE)
		say(r, r->brief->contradicted ? "its sources contradict each other" : "nothing decides yet");
	else if (f == NULL || f->nevidence == 0)
		say(r, "it rests on a person's word, no measurement shows it");
	else if (d->ncontradictions != 0)
		say(r, arena_fmt(r->mem, "%zu answer%s against what the checks saw", d->ncontradictions,
		                 d->ncontradictions == 1 ? " goes" : "s go"));
	else if (f->by_person)
		say(r, "a person concluded it, no check proves it");
	else if (half_seen(r, f))
		say(r, "a measurement that it rests on did not finish");
	else if (also != 0)
		say(r, arena_fmt(r->mem, "%zu more cause%s fit%s what was measured", also, plural(also),
		                 also == 1 ? "s" : ""));
	else if (r->lost != 0)
		say(r, arena_fmt(r->mem,
		                 "%u answer%s of the case belong to steps that the flow no longer "
		                 "has",
		                 r->lost, plural(r->lost)));
	else if (r->brief->nsources == 0)
		say(r, "measured, and nothing contradicts it");
	else
		say_count(r);
}
