/*
 * Two sides of a cause, settled by a named reason or not at all.  A side is as strong as its weakest fact and
 * as new as its newest.  Proof speaks for a cause, a symptom only where nothing direct does; what excludes it
 * speaks against.  Live since, newer, certainly ours: else the row is contradicted, and nobody is convicted.
 */
#include "settle.h"

#include <string.h>

#define NEWER_MS (30 * 60000ll) /* within one window the order proves nothing */

struct weighing {
	struct look *k;
	struct side *s;
	bool facts; /* it rests on some */
};

/* A configuration or a store as it lay on the day of the collection, not something that happened then. */
static bool of_a_day(const struct seen *s)
{
	return s->from != NULL && s->from->nparts != 0 && s->from->nrows == 0 &&
	       s->from->parts[0].about.as_of_ms != ABOUT_NO_TIME && /* a log has a span */
	       s->from->parts[0].about.to_ms == ABOUT_NO_TIME;
}

static bool weigh(void *arg, const char *probe, const char *fact)
{
	struct weighing *w = arg;
	struct seen seen;
	bool ever = strstr(fact, FACT_EVER) != NULL;

	if (!case_fact(w->k, probe, fact, &seen))
		return true; /* "is not known" rests on nothing */
	w->facts = true;
	/* NDES answers 200 to a request that its policy module could not have checked. */
	w->s->behind |= strcmp(fact, "plugin_by_status") == 0;
	if (ever)
		seen.strength = HEARD_PERHAPS;
	if (seen.strength < w->s->strength)
		w->s->strength = seen.strength;
	if (seen.strength != HEARD_LIVE)
		w->s->live = false;
	if (!of_a_day(&seen))
		w->s->snapshot = false;
	if (seen.at_ms != ABOUT_NO_TIME && seen.at_ms > w->s->at_ms)
		w->s->at_ms = seen.at_ms;
	return true;
}

static struct side side_of_map(struct look *k, const struct cond *c, size_t map)
{
	struct side s = {.holds = true,
	                 .live = true,
	                 .snapshot = true,
	                 .strength = HEARD_LIVE,
	                 .at_ms = ABOUT_NO_TIME,
	                 .cond = c};
	struct weighing w = {k, &s, false};

	cond_map_reads(c, map, weigh, &w);
	s.word = cond_map_asks(c, map);
	if (!w.facts) { /* what was said of the set-up, or an answer */
		s.live = s.snapshot = false;
		s.strength = s.word ? HEARD_PERHAPS : HEARD_OURS;
	}
	return s;
}

static bool better(const struct side *a, const struct side *b)
{
	if (!b->holds || a->word != b->word)
		return !b->holds || b->word;
	return a->strength != b->strength ? a->strength > b->strength : a->at_ms > b->at_ms;
}

struct side look_side(const struct look *from, const struct cond *c)
{
	struct side best = {.at_ms = ABOUT_NO_TIME};
	struct cond_env env;

	best.look = *from;
	if (c == NULL || look_any(&best.look, c) != TRI_YES)
		return best;
	env = look_env(&best.look);
	for (size_t i = 0; i < cond_maps(c); i++) {
		struct side s;

		if (cond_map_eval(c, i, &env) != TRI_YES)
			continue;
		s = side_of_map(&best.look, c, i);
		if (better(&s, &best)) {
			s.look = best.look;
			best = s;
		}
	}
	return best;
}

/* ---- proof against counter-proof ---- */

static enum settled files(const struct side *yes, const struct side *no)
{
	bool dated = yes->at_ms != ABOUT_NO_TIME && no->at_ms != ABOUT_NO_TIME;

	if (dated && yes->at_ms >= no->at_ms + NEWER_MS)
		return SETTLED_YES;
	if (dated && no->at_ms >= yes->at_ms + NEWER_MS)
		return SETTLED_SINCE;
	if ((int)yes->strength >= (int)no->strength + 2)
		return SETTLED_YES;
	if ((int)no->strength >= (int)yes->strength + 2)
		return SETTLED_OURS;
	return SETTLED_NOT;
}

enum settled settle(const struct side *yes, const struct side *no)
{
	if (yes->live && no->live)
		return SETTLED_NOT;
	if (yes->live)
		return SETTLED_YES;
	if (no->live && yes->at_ms != ABOUT_NO_TIME)
		return SETTLED_SINCE;
	if (no->live)
		return SETTLED_NOT;
	return files(yes, no);
}

/* What works is proof: it was there before a device got through, and is not seen live. */
bool works_since(const struct side *yes, const struct seen *works, bool still)
{
	if (works->value.type == VAL_NULL || yes->live || yes->behind || yes->strength == HEARD_LIVE)
		return false;
	/* Collected after the device, it lay there before it too, unless something failed since. */
	if (yes->snapshot && still)
		return true;
	return yes->at_ms == ABOUT_NO_TIME || (works->at_ms != ABOUT_NO_TIME && yes->at_ms <= works->at_ms);
}
