/*
 * Walks: tests of a flow, written beside it.  A walk says what is measured and what a
 * person answers, and what has to come of it.  It runs a real session without a probe,
 * a network or a clock.  FLOWS.md describes the file.
 */
#ifndef CASEBOOK_WALK_H
#define CASEBOOK_WALK_H

#include <casebook/flow.h>
#include <casebook/session.h>

struct walk_pair { /* input and value, step and answer */
	const char *key, *value;
};
struct walk_facts { /* what a probe measures */
	const struct probe *probe;
	const char *step; /* only when this step asks for it; NULL: whoever asks */
	enum evidence_outcome outcome;
	const struct fact *facts;
	size_t nfacts;
};
/* A list that has to come out exactly so; `given` false: it is not looked at. */
struct walk_list {
	bool given;
	unsigned line, col;
	const char **items; /* "server-url: stopped", "app-pool-stopped" */
	size_t n;
};
struct walk_expect {
	struct walk_list path, findings, supported, excluded, needs, contradictions, answered, ran;
	const char *verdict; /* NULL: not looked at */
	unsigned line, col;
};
struct walk_phase {
	const char *say; /* at the fix where the walk stands: "fixed", "not-fixed", "escalate"; NULL in the
	                    first */
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

/* Checked against the flow; all problems go to env->diag (ids "walk" and those of YAML).  NULL
 * when there was one.  The walk lives in mem. */
struct walk *walk_load(struct arena *mem, const char *file, const char *text, size_t n,
                       const struct flow *flow, const struct flow_env *env);

/* Runs it.  True when all came out as expected; else `why` gets a line per difference, and
 * `was` (may be NULL) the expectations as they would have been right, in YAML. */
bool walk_run(const struct walk *w, const struct flow *flow, struct buf *why, struct buf *was);
/* What a walk left behind: the steps that it visited and its log.  Caller releases. */
struct walk_trace {
	bool *steps;        /* by node, given by the caller */
	struct casefile cf; /* the whole log */
	uint32_t *ends;     /* by phase: records when it ended */
	size_t nends;
};
bool walk_run_traced(const struct walk *w, const struct flow *flow, struct buf *why, struct buf *was,
                     struct walk_trace *trace);
void walk_trace_release(struct walk_trace *t);
/* Whether the same log, folded over another flow, still comes out as expected.  Quick, and as good as a
 * run where the other flow differs only in what it concludes. */
bool walk_holds(const struct walk *w, const struct flow *flow, const struct walk_trace *t);

#endif
