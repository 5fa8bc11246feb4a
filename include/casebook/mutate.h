/*
 * Mutants of a flow: the flow with one edge, condition or default changed.  Good tests of a flow notice every
 * mutant. Changes without a visible effect are left out.
 */
#ifndef CASEBOOK_MUTATE_H
#define CASEBOOK_MUTATE_H

#include <casebook/flow.h>

struct mutant {
	const char *what;        /* "step 'server-url', answer 'stopped' leads to 'x' instead of 'y'" */
	const struct flow *flow; /* lives until the callback returns */
	node_id node;            /* where it is; NODE_NONE: the start, or a cause */
	const char *answer;      /* of that step; NULL: it is at none */
	int cause;               /* CAUSE_NONE when it is at a step */
};
/* Stops when the callback returns false. Returns the number of mutants. */
size_t flow_mutants(const struct flow *f, bool (*each)(void *arg, const struct mutant *m), void *arg);

#endif
