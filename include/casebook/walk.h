/*
 * Walks: the tests of a flow, kept next to it.  A walk lists the measurements, a person's answers and the
 * expected outcome.  It runs a real session without probes, network or clock.  FLOWS.md describes the file.
 */
#ifndef CASEBOOK_WALK_H
#define CASEBOOK_WALK_H

#include <casebook/flow.h>
#include <casebook/mutate.h>
#include <casebook/session.h>

struct walk_pair { /* input and value, step and answer */
	const char *key, *value;
};
struct walk_facts { /* a probe's measurement */
	const struct probe *probe;
	const char *step; /* only for this step; NULL: any step */
	enum evidence_outcome outcome;
	const struct fact *facts;
	size_t nfacts;
};
/* A list that must match exactly; `given` false: not checked. */
struct walk_list {
	bool given;
	unsigned line, col;
	const char **items; /* "server-url: stopped", "app-pool-stopped" */
	size_t n;
};
struct walk_expect {
	struct walk_list path, findings, supported, excluded, contradicted, explained, needs, contradictions,
	        answered, ran;
	const char *verdict; /* NULL: not checked */
	unsigned line, col;
};
struct walk_phase {
	const char *say; /* at the current fix: "fixed", "not-fixed", "escalate"; NULL in the first */
	struct walk_pair *inputs, *answers, *insist;
	size_t ninputs, nanswers, ninsist;
	struct walk_facts *facts;
	size_t nfacts;
	struct walk_expect expect;
	unsigned line, col;
};
struct walk {
	const char *file, *name, *about;
	struct walk_phase *phases;
	size_t nphases;
};

/* Checks it against the flow; all problems go to env->diag (ids "walk" and those of YAML). NULL when there
 * are any. The walk lives in mem. */
struct walk *walk_load(struct arena *mem, const char *file, const char *text, size_t n,
                       const struct flow *flow, const struct flow_env *env);

/* What this phase or an earlier one says that a probe measures; the step's own word comes first, `step` may
 * be NULL.  NULL: the walk measures nothing there. */
const struct walk_facts *walk_facts(const struct walk *w, size_t phase, const struct probe *probe,
                                    const char *step);
/* True when everything matched; otherwise `why` gets a line per difference and `was` the actual outcome as
 * YAML expectations.  Both may be NULL; without `why` it ends at the first difference. */
bool walk_run(const struct walk *w, const struct flow *flow, struct buf *why, struct buf *was);
/* What it costs to find the first fault that a walk expects when the best proposal is taken again and again,
 * from the walk's words alone; in the units that rank proposals. */
struct walk_cost {
	unsigned cost, checks;
	unsigned trips; /* different trips that its files took (an input's `trip`) */
	bool found;
};
/* False for a walk that expects no fault first. */
bool walk_cost(const struct walk *w, const struct flow *flow, struct walk_cost *out);
/* The trace of a walk: steps visited and log.  Caller releases. */
struct walk_trace {
	bool *steps;        /* by node, the caller's array */
	struct casefile cf; /* the whole log */
	uint32_t *ends;     /* by phase: number of records at its end */
	size_t nends;
};
bool walk_run_traced(const struct walk *w, const struct flow *flow, struct buf *why, struct buf *was,
                     struct walk_trace *trace);
void walk_trace_release(struct walk_trace *t);
/* Whether the same log, replayed over another flow, still passes.  Fast; equivalent to a full run
 * when the other flow differs only in its conclusions. */
bool walk_holds(const struct walk *w, const struct flow *flow, const struct walk_trace *t);

/* Looks for a walk that notices a change; learns from each where to look first for the next.  Lives in mem,
 * and needs the walks, which all hold, and their traces as long. */
struct walk_search;
struct walk_search *walk_search_new(struct arena *mem, const struct walk *const *walks,
                                    const struct walk_trace *traces, size_t n);
bool walk_search_notices(struct walk_search *s, const struct mutant *m);

#endif
