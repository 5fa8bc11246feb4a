/*
 * The differential: a row for every cause, from its conditions alone.  First what is proven, excluded or
 * contradicted; then symptoms, which convict only where all that looks the same is what they yield to; then
 * what explains what.
 */
#include "settle.h"
#include "view.h"

#include <string.h>

#include <casebook/clock.h>

struct folding {
	struct replay *r;
	const struct conclusion *c;
	struct cause_row *rows;
	struct side *symptom; /* by cause */
	struct seen works;
	bool still; /* the newest of every device got through */
};

static struct look look_of(const struct folding *f, size_t i)
{
	struct look k = {.r = f->r, .lo = f->c[i].fixed, .hi = UINT32_MAX, .words_only = true};

	/* What went well before a repair says nothing about now. */
	if (f->rows[i].cause->severity == SEV_NOTE)
		k.lo = replay_since(f->r);
	return k;
}

static void rest_on(struct cause_row *row, struct side *s)
{
	struct positions rests = look_rests_on(&s->look, s->cond);

	row->evidence = rests.pos;
	row->nevidence = rests.n;
}

static const char *text_of(struct side *s)
{
	return reason_of(&s->look, s->cond);
}

static const char *when(struct replay *r, int64_t ms)
{
	char iso[CLOCK_TEXT];

	return arena_strdup(r->mem, clock_iso(ms - ms % 1000, iso));
}

static void support(struct cause_row *row, struct side *s, bool symptom)
{
	row->state = CAUSE_SUPPORTED;
	row->by = text_of(s);
	row->symptom = symptom;
	row->strength = s->strength;
	row->at_ms = s->at_ms;
	row->word = s->word;
	rest_on(row, s);
}

static void exclude(struct cause_row *row, struct side *s)
{
	row->state = CAUSE_EXCLUDED;
	row->by = text_of(s);
	rest_on(row, s);
}

static void contradict(struct replay *r, struct cause_row *row, struct side *yes, struct side *no)
{
	row->state = CAUSE_CONTRADICTED;
	row->pro = text_of(yes);
	row->contra = text_of(no);
	row->by = arena_fmt(r->mem, "%s; against it: %s", row->pro, row->contra);
	rest_on(row, yes);
	row->against = look_rests_on(&no->look, no->cond).pos;
	row->nagainst = look_rests_on(&no->look, no->cond).n;
}

static void both(struct replay *r, struct cause_row *row, struct side *yes, struct side *no)
{
	switch (settle(yes, no)) {
	case SETTLED_YES:
		support(row, yes, false);
		row->by = arena_fmt(r->mem, "%s; what speaks against it is older or less certain: %s",
		                    row->by, text_of(no));
		return;
	case SETTLED_SINCE:
		exclude(row, no);
		row->by = arena_fmt(r->mem, "%s; until then: %s", row->by, text_of(yes));
		return;
	case SETTLED_OURS:
		exclude(row, no);
		row->by = arena_fmt(r->mem, "%s; less certain of this server: %s", row->by, text_of(yes));
		return;
	case SETTLED_NOT:
		contradict(r, row, yes, no);
		return;
	}
}

/* A file that does not say when it was made, and a device that got through: either may be the newer one. */
static void nonetheless(const struct folding *f, struct cause_row *row, struct side *yes)
{
	uint32_t *pos = arena_array(f->r->mem, 1, sizeof(*pos));

	row->state = CAUSE_CONTRADICTED;
	row->pro = text_of(yes);
	row->contra = arena_fmt(f->r->mem, "a device got through at %s", when(f->r, f->works.at_ms));
	row->by = arena_fmt(f->r->mem, "%s; against it: %s", row->pro, row->contra);
	rest_on(row, yes);
	if (f->works.from != NULL) {
		*pos = f->works.from->id;
		row->against = pos;
		row->nagainst = 1;
	}
}

/* Proof, counter-proof, the gate, and what works nonetheless; symptoms wait. */
static void first(struct folding *f, size_t i)
{
	struct cause_row *row = &f->rows[i];
	const struct cause *c = row->cause;
	struct look k = look_of(f, i);
	struct look stop = k;
	bool stopped = c->unless != NULL && look_any(&stop, c->unless) == TRI_YES;
	struct side yes = stopped ? (struct side){.at_ms = ABOUT_NO_TIME} : look_side(&k, c->supported);
	struct side no = look_side(&k, c->excluded);
	struct look gate = k;

	f->symptom[i] = stopped ? yes : look_side(&k, c->symptom);
	/* What is seen of it live was not over when a device got through. */
	if (yes.holds && c->severity == SEV_FAULT && !c->later &&
	    !(f->symptom[i].holds && f->symptom[i].live) && works_since(&yes, &f->works, f->still)) {
		if (yes.at_ms == ABOUT_NO_TIME && !yes.word && !(yes.snapshot && f->still) &&
		    (c->applies == NULL || look_any(&gate, c->applies) != TRI_NO)) {
			nonetheless(f, row, &yes);
			return;
		}
		exclude(row, &yes);
		row->works = true;
		row->by = arena_fmt(f->r->mem, "a device got through at %s, so it works nonetheless: %s",
		                    when(f->r, f->works.at_ms), row->by);
		return;
	}
	if (c->applies != NULL && look_any(&gate, c->applies) == TRI_NO) {
		struct side said = {.holds = true, .cond = c->applies, .look = gate};

		if (yes.holds)
			contradict(f->r, row, &yes, &said);
		else
			exclude(row, &said);
		return;
	}
	if (yes.holds && no.holds) {
		both(f->r, row, &yes, &no);
	} else if (yes.holds) {
		support(row, &yes, false);
	} else if (no.holds) {
		exclude(row, &no);
	}
}

static bool yields_to(const struct cause *c, size_t other)
{
	for (size_t i = 0; i < c->nyields; i++)
		if (c->yields[i] == other)
			return true;
	return false;
}

/* A symptom convicts where every other open cause that looks the same is one that it yields to. */
static void second(struct folding *f, size_t i, size_t n)
{
	struct cause_row *row = &f->rows[i];
	struct side *s = &f->symptom[i];

	if (row->state != CAUSE_UNTESTED || !s->holds)
		return;
	if (row->cause->severity == SEV_FAULT && !row->cause->later && works_since(s, &f->works, f->still)) {
		exclude(row, s);
		row->works = true;
		row->by = arena_fmt(f->r->mem, "a device got through at %s, so it works nonetheless: %s",
		                    when(f->r, f->works.at_ms), row->by);
		return;
	}
	for (size_t k = 0; k < n; k++) {
		const struct cause_row *other = &f->rows[k];

		if (k == i || !f->symptom[k].holds || other->state == CAUSE_EXCLUDED ||
		    yields_to(row->cause, k) || other->cause->severity != row->cause->severity)
			continue;
		row->alike = other->cause;
		rest_on(row, s);
		row->by = arena_fmt(f->r->mem, "%s; \"%s\" looks the same", text_of(s), other->cause->title);
		return;
	}
	support(row, s, true);
}

static void third(struct folding *f, size_t i)
{
	struct cause_row *row = &f->rows[i];

	for (size_t k = 0; row->state == CAUSE_SUPPORTED && k < row->cause->nyields; k++) {
		const struct cause_row *why = &f->rows[row->cause->yields[k]];

		if (why->state != CAUSE_SUPPORTED && why->state != CAUSE_CONTRADICTED)
			continue;
		row->explained_by = why->cause;
		row->by = arena_fmt(f->r->mem, "%s; explained by \"%s\"", row->by, why->cause->title);
		return;
	}
}

/* What one sees from outside gives way to what is proven. */
static void fourth(struct folding *f, size_t i, size_t n)
{
	struct cause_row *row = &f->rows[i];

	if (row->state != CAUSE_SUPPORTED || !row->symptom || row->cause->severity != SEV_FAULT)
		return;
	for (size_t k = 0; k < n; k++) {
		const struct cause_row *proven = &f->rows[k];

		if (proven->state != CAUSE_SUPPORTED || proven->symptom || proven->word ||
		    proven->cause->severity != SEV_FAULT || proven->explained_by != NULL)
			continue;
		row->state = CAUSE_UNTESTED;
		row->symptom = false;
		row->alike = proven->cause;
		row->by = arena_fmt(f->r->mem, "%s; \"%s\" is proven and comes first", row->by,
		                    proven->cause->title);
		return;
	}
}

/* Where a fault is seen live, what only a log of days before speaks for is of another time, unless it is why.
 */
static void of_its_time(struct folding *f, size_t i, size_t n)
{
	struct cause_row *row = &f->rows[i];

	if (row->state != CAUSE_SUPPORTED || row->cause->severity != SEV_FAULT || row->word ||
	    row->strength == HEARD_LIVE || row->at_ms == ABOUT_NO_TIME)
		return;
	for (size_t k = 0; k < n; k++)
		if (f->rows[k].explained_by == row->cause)
			return;
	for (size_t k = 0; k < n; k++) {
		const struct cause_row *live = &f->rows[k];

		if (live->state != CAUSE_SUPPORTED || live->cause->severity != SEV_FAULT || live->word ||
		    live->strength != HEARD_LIVE || live->at_ms - row->at_ms <= OTHER_TIME)
			continue;
		row->state = CAUSE_UNTESTED;
		row->outside = true;
		row->explained_by = NULL;
		return;
	}
}

/* What is seen live and has no other reason is not ruled out by a file that does not say when it was made:
 * one of the two is wrong, and somebody has to look. */
static void fifth(struct folding *f, size_t i, size_t n)
{
	struct cause_row *row = &f->rows[i];
	struct side *yes = &f->symptom[i];
	struct look k = look_of(f, i);
	struct side no;

	if (row->state != CAUSE_EXCLUDED || row->works || row->nevidence == 0 ||
	    row->cause->severity != SEV_FAULT || !yes->holds || !yes->live)
		return;
	no = look_side(&k, row->cause->excluded);
	if (!no.holds || no.live || no.at_ms != ABOUT_NO_TIME)
		return;
	for (size_t o = 0; o < n; o++) {
		const struct cause_row *other = &f->rows[o];

		if (o != i && other->cause->severity == SEV_FAULT &&
		    (other->state == CAUSE_SUPPORTED ||
		     (f->symptom[o].holds && other->state != CAUSE_EXCLUDED)))
			return;
	}
	contradict(f->r, row, yes, &no);
}

/* ---- seen, but outside the question ---- */

static const struct value *ever_fact(void *self, const char *probe, const char *fact)
{
	const struct look *k = self;
	struct seen seen;
	struct value *v;
	const char *at = strstr(fact, FACT_EVER);
	const char *plain = at != NULL ? arena_strndup(k->r->mem, fact, (size_t)(at - fact)) : fact;

	if (!look_raw(k, probe, plain, &seen))
		return NULL;
	v = arena_alloc(k->r->mem, sizeof(*v));
	*v = seen.value;
	return v;
}

static void outside(struct folding *f, size_t i)
{
	struct cause_row *row = &f->rows[i];
	struct look k = look_of(f, i);
	struct cond_env env = look_env(&k);

	if (row->state != CAUSE_UNTESTED || row->cause->supported == NULL || row->alike != NULL)
		return;
	env.fact = ever_fact;
	row->outside = cond_eval(row->cause->supported, &env) == TRI_YES;
}

/* Whether the conversation that answers for the case was answered to its end. */
static bool newest_is_good(const struct look *k)
{
	struct seen stage;

	return case_fact(k, "iis.log", "answered_stage", &stage) && stage.value.type == VAL_STR &&
	       strcmp(stage.value.u.s, "pkioperation") == 0;
}

void settle_rows(struct replay *r, const struct conclusion *c, struct cause_row *rows)
{
	size_t n = r->flow->ncauses;
	struct folding f = {.r = r, .c = c, .rows = rows};
	struct look now = {.r = r, .lo = replay_since(r), .hi = UINT32_MAX};

	f.symptom = arena_array(r->mem, n, sizeof(*f.symptom));
	f.still = got_through(&now, &f.works) && newest_is_good(&now);
	for (size_t i = 0; i < n; i++) {
		rows[i] = (struct cause_row){.cause = &r->flow->causes[i], .at_ms = ABOUT_NO_TIME};
		first(&f, i);
	}
	for (size_t i = 0; i < n; i++)
		second(&f, i, n);
	for (size_t i = 0; i < n; i++)
		third(&f, i);
	for (size_t i = 0; i < n; i++) {
		of_its_time(&f, i, n);
		fourth(&f, i, n);
		outside(&f, i);
	}
	for (size_t i = 0; i < n; i++)
		fifth(&f, i, n);
}
