/*
 * The steps of a flow as a tree of shortest ways: every step once, where it is reached
 * soonest.  For `casebook flow graph` and the map of the wizard.  Pure.
 */
#ifndef CASEBOOK_FLOW_TREE_H
#define CASEBOOK_FLOW_TREE_H

#include <casebook/flow.h>

/* A way from a step to the next. */
struct graph_edge {
	const char *name, *label; /* of the answer; label NULL: the name says all, "" for a form */
	node_id to;
};
size_t graph_edges(const struct flow *f, node_id at, struct graph_edge out[FLOW_MAX_ANSWERS]);

struct tree_row {
	const char *lead; /* the branches before it, "│  ├─ "; "" for the root */
	node_id from, to; /* from: NODE_NONE for the root */
	size_t edge;      /* of `from` */
	struct graph_edge e;
	size_t depth; /* answers from the root; 0 for the root */
	bool again;   /* `to` and what follows it stand elsewhere */
};
/* Calls `each` for every row, top down; what it is given lives for the call. */
void flow_tree(const struct flow *f, node_id root, bool ascii,
               void (*each)(void *arg, const struct tree_row *r), void *arg);

#endif
