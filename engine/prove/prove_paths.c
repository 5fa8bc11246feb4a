/* The ways through a flow that the facts allow.  Facts do not change on the way (only a fix changes
 * them), so what one answer says narrows what a later one can say.  Followed from the start, breadth
 * first, each step keeps the regions in which it is reached; an answer that holds in none of them is
 * dead.  An answer that a person gives narrows nothing. */
#include "flow_int.h"

#include <string.h>

#define MOST_REGIONS 24  /* of one step; beyond them it counts as reached with any facts */
#define MOST_WORK 400000 /* regions tried for one flow; beyond them nothing is claimed */

struct reached { /* one region in which a step is reached */
	size_t step;
	struct region *region;
	struct reached *next; /* of the same step */
};
struct walker {
	struct draft *d;
	struct arena *mem;
	struct space *s;
	const struct cond **conds; /* all of the flow, as seen from their step */
	size_t nconds;
	const struct cond ***whens; /* by step, by answer */
	struct reached **at;        /* by step */
	size_t *nat;
	struct reached **queue;
	size_t head, tail, cap;
	bool **possible;                /* by step, by answer */
	const struct cond *(**asks)[2]; /* by step, by answer: proof and symptom of the cause it leads to */
	struct region ***beyond;        /* by step, by answer: where neither holds; the first one found */
	size_t work;
	struct names *asked; /* steps whose answers are tested somewhere */
};

/* ---- which measurement a fact means ---- */

static const char *call_text(struct arena *mem, const struct draft *d, const struct check *c)
{
	struct buf b;
	const char *text;

	buf_init(&b, BUF_MAX_LINE);
	for (size_t i = 0; i < c->nargs; i++) {
		const struct check_arg *a = &c->args[i];

		buf_fmt(&b, "%s%s=%s%s", i > 0 ? " " : "", a->key, a->input < 0 ? "" : "$",
		        a->input < 0 ? a->literal : d->inputs[a->input].def.key);
	}
	text = arena_strdup(mem, buf_cstr(&b));
	buf_release(&b);
	return text;
}

/* How often each probe is called with other arguments, by probe id. */
static struct names *probes_with_many_calls(struct walker *w)
{
	struct draft *d = w->d;
	struct names *first, *many;
	const char **calls;
	size_t n = 0;

	for (size_t i = 0; i < d->nsteps; i++)
		n += d->steps[i].nchecks;
	first = names_new(w->mem, n);
	many = names_new(w->mem, n);
	calls = arena_array(w->mem, n, sizeof(*calls));
	n = 0;
	for (size_t i = 0; i < d->nsteps; i++) {
		for (size_t k = 0; k < d->steps[i].nchecks; k++, n++) {
			const struct check *c = &d->steps[i].checks[k].def;
			long was;

			calls[n] = call_text(w->mem, d, c);
			was = names_add(first, c->probe->id, (long)n);
			if (was >= 0 && strcmp(calls[was], calls[n]) != 0)
				names_add(many, c->probe->id, 0);
		}
	}
	return many;
}

/* The name under which a step sees a probe: of several calls its own, or one of which nothing is known. */
static const char *seen_as(struct walker *w, const struct dstep *s, const char *probe,
                           const struct names *many)
{
	if (names_find(many, probe) < 0)
		return probe;
	for (size_t i = 0; i < s->nchecks; i++)
		if (strcmp(s->checks[i].def.probe->id, probe) == 0)
			return arena_fmt(w->mem, "%s(%s)", probe, call_text(w->mem, w->d, &s->checks[i].def));
	return arena_fmt(w->mem, "%s, newest at %s", probe, s->def.id);
}

static const struct cond *cond_seen(struct walker *w, const struct dstep *s, const struct cond *c,
                                    const struct names *many)
{
	struct cond *out = arena_alloc(w->mem, sizeof(*out));
	struct clause *clauses = arena_array(w->mem, c->n, sizeof(*clauses));

	for (size_t i = 0; i < c->n; i++) {
		struct test *tests = arena_array(w->mem, c->clauses[i].n, sizeof(*tests));

		for (size_t k = 0; k < c->clauses[i].n; k++) {
			tests[k] = c->clauses[i].tests[k];
			if (tests[k].subject == SUBJECT_FACT)
				tests[k].probe = seen_as(w, s, tests[k].probe, many);
			else if (tests[k].subject == SUBJECT_ANSWER)
				names_add(w->asked, tests[k].key, 0);
		}
		clauses[i] = (struct clause){tests, c->clauses[i].n};
	}
	*out = (struct cond){clauses, c->n};
	return out;
}

/* Where an answer holds and the cause does not, whatever the way there; NULL: nowhere. */
static struct region *beyond_alone(struct space *s, struct arena *mem, const struct cond *when,
                                   const struct cond *const *asks)
{
	struct region *r = region_where(s, mem, region_all(s, mem), when, NULL, 0);

	return r == NULL ? NULL : region_without(s, mem, r, asks, 2);
}

static bool is_beyond_alone(struct walker *w, const struct cond *when, const struct cond *const *asks)
{
	const struct cond *read[] = {when, asks[0], asks[1]};
	struct space *s = space_new(read, 3);
	bool found = beyond_alone(s, w->mem, when, asks) != NULL;

	space_free(s);
	return found;
}

/* What the cause asks for to which an answer leads; nothing where the path itself concludes it, or where the
 * answer alone proves it: then the way there need not be followed with it. */
static void gather_asked(struct walker *w, const struct dstep *s, size_t k, const struct names *many)
{
	const struct danswer *a = &s->answers[k];
	long to = a->go.index, c = to < 0 ? -1 : w->d->steps[to].cause.index;
	const struct cond **asks = w->asks[s - w->d->steps][k];

	if (c < 0)
		return;
	if (w->d->causes[c].def.supported != NULL)
		asks[0] = cond_seen(w, s, w->d->causes[c].def.supported, many);
	if (w->d->causes[c].def.symptom != NULL)
		asks[1] = cond_seen(w, s, w->d->causes[c].def.symptom, many);
	if (asks[0] == NULL && asks[1] == NULL)
		return;
	if (!is_beyond_alone(w, w->whens[s - w->d->steps][k], asks))
		asks[0] = asks[1] = NULL;
	for (size_t i = 0; i < 2; i++)
		if (asks[i] != NULL)
			w->conds[w->nconds++] = asks[i];
}

static void gather_conds(struct walker *w)
{
	struct draft *d = w->d;
	struct names *many = probes_with_many_calls(w);
	size_t n = 0;

	w->asked = names_new(w->mem, d->nsteps);
	for (size_t i = 0; i < d->nsteps; i++)
		n += 3 * d->steps[i].nanswers;
	w->asks = arena_array(w->mem, d->nsteps, sizeof(*w->asks));
	w->beyond = arena_array(w->mem, d->nsteps, sizeof(*w->beyond));
	w->conds = arena_array(w->mem, n, sizeof(const struct cond *));
	w->whens = arena_array(w->mem, d->nsteps, sizeof(*w->whens));
	w->possible = arena_array(w->mem, d->nsteps, sizeof(*w->possible));
	for (size_t i = 0; i < d->nsteps; i++) {
		const struct dstep *s = &d->steps[i];

		w->whens[i] = arena_array(w->mem, s->nanswers, sizeof(const struct cond *));
		w->possible[i] = arena_array(w->mem, s->nanswers, sizeof(**w->possible));
		w->asks[i] = arena_array(w->mem, s->nanswers, sizeof(**w->asks));
		w->beyond[i] = arena_array(w->mem, s->nanswers, sizeof(**w->beyond));
		for (size_t k = 0; k < s->nanswers; k++) {
			if (s->answers[k].def.when == NULL)
				continue;
			w->whens[i][k] = cond_seen(w, s, s->answers[k].def.when, many);
			w->conds[w->nconds++] = w->whens[i][k];
			gather_asked(w, s, k, many);
		}
	}
	w->s = space_new(w->conds, w->nconds);
}

/* ---- following ---- */

static void arrive(struct walker *w, long step, struct region *r)
{
	struct reached *new;

	if (step < 0 || r == NULL)
		return;
	for (const struct reached *have = w->at[step]; have != NULL; have = have->next)
		if (region_within(w->s, r, have->region))
			return; /* nothing that could not be reached before */
	if (++w->nat[step] >= MOST_REGIONS)
		r = region_all(w->s, w->mem);
	new = arena_alloc(w->mem, sizeof(*new));
	*new = (struct reached){(size_t)step, r, NULL};
	for (struct reached **last = &w->at[step];; last = &(*last)->next) {
		if (*last == NULL) {
			*last = new; /* the first stays first: it came the shortest way */
			break;
		}
	}
	if (w->tail == w->cap) {
		size_t cap = w->cap == 0 ? 256 : 2 * w->cap;
		struct reached **more = arena_array(w->mem, cap, sizeof(struct reached *));

		if (w->tail > 0)
			memcpy(more, w->queue, w->tail * sizeof(struct reached *));
		w->queue = more;
		w->cap = cap;
	}
	w->queue[w->tail++] = new;
}

/* The region after an answer was given, for conditions that read answers. */
static struct region *after_answer(struct walker *w, const struct dstep *s, size_t k, struct region *r)
{
	const char *words[] = {s->answers[k].def.id};
	struct test t = {.subject = SUBJECT_ANSWER, .key = s->def.id, .type = FACT_STR, .op = OP_IS};
	struct clause clause = {&t, 1};
	struct cond is = {&clause, 1};
	const char **ids;

	if (r == NULL || names_find(w->asked, s->def.id) < 0)
		return r;
	ids = arena_array(w->mem, s->nanswers, sizeof(*ids));
	for (size_t i = 0; i < s->nanswers; i++)
		ids[i] = s->answers[i].def.id;
	t.closed = ids;
	t.nclosed = s->nanswers;
	t.words = words;
	t.n = 1;
	w->work++;
	return region_where(w->s, w->mem, r, &is, NULL, 0);
}

/* The path asks, the rows conclude: whoever is led to a fix by the checks must find its cause proven. */
static void look_beyond(struct walker *w, size_t step, size_t k, const struct region *r)
{
	const struct cond *const *asks = w->asks[step][k];

	if ((asks[0] == NULL && asks[1] == NULL) || w->beyond[step][k] != NULL || r == NULL)
		return;
	w->work++;
	w->beyond[step][k] = region_without(w->s, w->mem, r, asks, 2);
}

static void follow(struct walker *w, const struct reached *from)
{
	const struct dstep *s = &w->d->steps[from->step];

	if (s->def.kind == NODE_INPUT || s->def.kind == NODE_FIX)
		arrive(w, s->go.index, from->region); /* "not fixed": the facts are as before */
	for (size_t k = 0; k < s->nanswers; k++) {
		struct region *r = from->region;

		if (w->whens[from->step][k] != NULL) {
			w->work++;
			r = region_where(w->s, w->mem, r, w->whens[from->step][k], w->whens[from->step], k);
			look_beyond(w, from->step, k, r);
		}
		r = after_answer(w, s, k, r);
		if (r != NULL)
			w->possible[from->step][k] = true;
		arrive(w, s->answers[k].go.index, r);
	}
}

static bool follow_all(struct walker *w)
{
	while (w->head < w->tail && w->work < MOST_WORK)
		follow(w, w->queue[w->head++]);
	return w->head == w->tail;
}

/* Steps that only "fixed" leads to are reached with any facts: all was measured again. */
static bool follow_fixed(struct walker *w)
{
	struct draft *d = w->d;
	bool more = true, whole = true;

	while (more && whole) {
		more = false;
		for (size_t i = 0; i < d->nsteps; i++) {
			const struct dstep *s = &d->steps[i];
			long verify = s->def.kind == NODE_FIX && s->cause.index >= 0
			                      ? d->causes[s->cause.index].verify.index
			                      : -1;

			if (w->at[i] == NULL || verify < 0 || w->at[verify] != NULL)
				continue;
			arrive(w, verify, region_all(w->s, w->mem));
			more = true;
		}
		whole = follow_all(w);
	}
	return whole;
}

/* ---- what came of it ---- */

static void report_answers(struct walker *w, size_t step)
{
	const struct dstep *s = &w->d->steps[step];

	for (size_t k = 0; k < s->nanswers; k++) {
		struct buf why;

		if (w->at[step] == NULL || w->possible[step][k])
			continue;
		buf_init(&why, BUF_MAX_LINE);
		region_words(w->s, w->at[step]->region, w->whens[step][k], &why);
		problem_on_way(w->d, DG_dead_answer, s->answers[k].at, step, s->answers[k].def.id,
		               why.n > 0 ? buf_cstr(&why) : "the answers before rule it out", NULL);
		buf_release(&why);
	}
}

/* The sample speaks only of what the answer and the cause read. */
static void say_beyond(struct walker *w, size_t step, size_t k)
{
	const struct danswer *a = &w->d->steps[step].answers[k];
	const struct cond *const *asks = w->asks[step][k];
	const struct cond *read[] = {w->whens[step][k], asks[0], asks[1]};
	struct space *s = space_new(read, 3);
	struct region *r = beyond_alone(s, w->mem, read[0], asks);
	struct buf when;

	buf_init(&when, BUF_MAX_LINE);
	if (r != NULL)
		region_sample(s, r, &when);
	problem_on_way(w->d, DG_path_beyond_cause, a->at, step, a->def.id,
	               w->d->causes[w->d->steps[a->go.index].cause.index].def.id, buf_cstr(&when));
	buf_release(&when);
	space_free(s);
}

static void report_beyond(struct walker *w, size_t step)
{
	for (size_t k = 0; k < w->d->steps[step].nanswers; k++)
		if (w->beyond[step][k] != NULL)
			say_beyond(w, step, k);
}

static void report_causes(struct walker *w)
{
	struct draft *d = w->d;
	bool *possible = arena_array(w->mem, d->ncauses, sizeof(*possible));

	for (size_t i = 0; i < d->nsteps; i++)
		if (d->steps[i].cause.index >= 0 && w->at[i] != NULL)
			possible[d->steps[i].cause.index] = true;
	for (size_t i = 0; i < d->ncauses; i++)
		if (d->causes[i].concluded && !possible[i])
			problem(d->p, DG_cause_out_of_reach, d->causes[i].at, d->causes[i].def.id, NULL,
			        NULL);
}

void prove_paths(struct draft *d)
{
	struct walker w = {.d = d, .mem = arena_new()};

	w.at = arena_array(w.mem, d->nsteps, sizeof(struct reached *));
	w.nat = arena_array(w.mem, d->nsteps, sizeof(*w.nat));
	gather_conds(&w);
	arrive(&w, d->start.index, rules_start(d->rules, w.s, w.mem, w.conds, w.nconds));
	if (follow_all(&w) && follow_fixed(&w)) {
		for (size_t i = 0; i < d->nsteps; i++)
			report_answers(&w, i);
		for (size_t i = 0; i < d->nsteps; i++)
			report_beyond(&w, i);
		report_causes(&w);
	}
	space_free(w.s);
	arena_free(w.mem);
}
