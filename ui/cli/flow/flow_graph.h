/* A flow as steps and edges, for the three ways of drawing it. */
#ifndef CASEBOOK_FLOW_GRAPH_H
#define CASEBOOK_FLOW_GRAPH_H

#include <casebook/buf.h>
#include <casebook/flow.h>

#include "flow_tree.h"

struct graph {
	const struct flow *flow;
	bool traced; /* the path of a case is in it */
	bool *visited;
	uint32_t *taken; /* by step: the edges that the case took, by bit */
	node_id at;      /* where the case stands */
};
bool graph_taken(const struct graph *g, node_id from, size_t edge);
void graph_dot(const struct graph *g, struct buf *out);
void graph_mermaid(const struct graph *g, struct buf *out);

#endif
