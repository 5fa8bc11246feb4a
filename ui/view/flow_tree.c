/* The tree of shortest ways through a flow.  No recursion: it would be as deep as a hostile flow is long. */
#include "flow_tree.h"

#include <casebook/arena.h>
#include <casebook/buf.h>

size_t graph_edges(const struct flow *f, node_id at, struct graph_edge out[FLOW_MAX_ANSWERS])
{
	const struct node *n = &f->nodes[at];

	if (n->kind == NODE_END)
		return 0;
	if (n->kind != NODE_ASK) {
		out[0] = (struct graph_edge){n->kind == NODE_FIX ? "not fixed" : "", NULL, n->go};
		return 1;
	}
	for (size_t i = 0; i < n->nanswers; i++)
		out[i] = (struct graph_edge){n->answers[i].id, n->answers[i].label, n->answers[i].go};
	return n->nanswers;
}

struct tree {
	const struct flow *f;
	node_id *parent; /* in the tree; NODE_NONE outside it */
	size_t *via;     /* the edge of the parent that leads here */
};

static void shortest_ways(struct tree *t, node_id root, struct arena *mem)
{
	const struct flow *f = t->f;
	node_id *queue = arena_array(mem, f->nnodes + 1, sizeof(*queue));
	bool *seen = arena_array(mem, f->nnodes, sizeof(*seen));
	size_t n = 0;

	t->parent = arena_array(mem, f->nnodes, sizeof(*t->parent));
	t->via = arena_array(mem, f->nnodes, sizeof(*t->via));
	for (size_t i = 0; i < f->nnodes; i++)
		t->parent[i] = NODE_NONE;
	seen[root] = true;
	queue[n++] = root;
	for (size_t i = 0; i < n; i++) {
		struct graph_edge e[FLOW_MAX_ANSWERS];
		size_t ne = graph_edges(f, queue[i], e);

		for (size_t k = 0; k < ne; k++) {
			if (seen[e[k].to])
				continue;
			seen[e[k].to] = true;
			t->parent[e[k].to] = queue[i];
			t->via[e[k].to] = k;
			queue[n++] = e[k].to;
		}
	}
}

struct open_step {
	node_id at;
	size_t edge, nedges, indent;
	struct graph_edge e[FLOW_MAX_ANSWERS];
};

static void open_at(struct tree *t, struct open_step *o, node_id at, size_t indent)
{
	o->at = at;
	o->edge = 0;
	o->indent = indent;
	o->nedges = graph_edges(t->f, at, o->e);
}

static const char *branch(bool last, bool ascii)
{
	return ascii ? (last ? "`- " : "|- ") : (last ? "\u2514\u2500 " : "\u251c\u2500 ");
}

void flow_tree(const struct flow *f, node_id root, bool ascii,
               void (*each)(void *arg, const struct tree_row *r), void *arg)
{
	struct arena *mem = arena_new();
	struct open_step *open = arena_array(mem, f->nnodes + 1, sizeof(*open));
	struct tree t = {f, NULL, NULL};
	size_t depth = 1;
	struct buf lead;

	buf_init(&lead, BUF_MAX_LINE);
	shortest_ways(&t, root, mem);
	each(arg, &(struct tree_row){.lead = "", .from = NODE_NONE, .to = root});
	open_at(&t, &open[0], root, 0);
	while (depth > 0) {
		struct open_step *o = &open[depth - 1];
		size_t k = o->edge++;
		bool last = k + 1 == o->nedges, again;

		if (k >= o->nedges) {
			depth--;
			continue;
		}
		lead.n = o->indent;
		buf_str(&lead, branch(last, ascii));
		again = t.parent[o->e[k].to] != o->at || t.via[o->e[k].to] != k;
		each(arg, &(struct tree_row){buf_cstr(&lead), o->at, o->e[k].to, k, o->e[k], depth, again});
		if (again)
			continue;
		lead.n = o->indent;
		buf_str(&lead, last ? "   " : ascii ? "|  " : "\u2502  ");
		open_at(&t, &open[depth], o->e[k].to, lead.n);
		depth++;
	}
	buf_release(&lead);
	arena_free(mem);
}
