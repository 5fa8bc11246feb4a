/* casebook flow graph: a flow drawn as a tree for the terminal, as Graphviz DOT or as Mermaid, with
 * the path of a case in it. */
#include "flow_graph.h"

#include <stdio.h>
#include <string.h>

#include <casebook/replay.h>

#include "case_ref.h"

/* ---- the path of a case ---- */

static void trace_case(struct graph *g, struct casefile *cf)
{
	struct replay r;

	replay_init(&r, g->flow, cf, NULL);
	for (size_t i = 0; i < r.npath; i++) {
		const struct visit *v = &r.path[i];
		const struct node *n = &g->flow->nodes[v->node];
		const struct answer_def *a = NULL;

		g->visited[v->node] = true;
		if (v->answer != NULL && n->kind == NODE_ASK)
			a = node_answer(n, v->answer->u.answer.answer);
		if (a != NULL)
			g->taken[v->node] |= 1u << (a - n->answers);
		else if (i + 1 < r.npath && r.path[i + 1].node == n->go)
			g->taken[v->node] |= 1u;
	}
	g->at = r.at;
	g->traced = true;
	replay_release(&r);
}

bool graph_taken(const struct graph *g, node_id from, size_t edge)
{
	return (g->taken[from] >> edge) & 1;
}

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

/* ---- the tree in the terminal ---- */

struct tree {
	struct graph *g;
	struct buf *out;
	bool ascii;
	node_id *parent; /* in the tree of shortest ways; NODE_NONE outside it */
	size_t *via;     /* the edge of the parent that leads here */
};

static void shortest_ways(struct tree *t, struct arena *mem)
{
	const struct flow *f = t->g->flow;
	node_id *queue = arena_array(mem, f->nnodes + 1, sizeof(*queue));
	bool *seen = arena_array(mem, f->nnodes, sizeof(*seen));
	size_t n = 0;

	t->parent = arena_array(mem, f->nnodes, sizeof(*t->parent));
	t->via = arena_array(mem, f->nnodes, sizeof(*t->via));
	for (size_t i = 0; i < f->nnodes; i++)
		t->parent[i] = NODE_NONE;
	seen[f->start] = true;
	queue[n++] = f->start;
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

static void put_kind(const struct flow *f, const struct node *n, struct buf *out)
{
	static const char *const verdicts[] = {"inconclusive", "fault", "healthy"};

	if (n->kind == NODE_INPUT)
		buf_str(out, " (form)");
	else if (n->kind == NODE_FIX)
		buf_fmt(out, " (fix of %s)", f->causes[n->cause].id);
	else if (n->kind == NODE_END)
		buf_fmt(out, " (end: %s%s%s)", verdicts[n->verdict], n->cause == CAUSE_NONE ? "" : ", ",
		        n->cause == CAUSE_NONE ? "" : f->causes[n->cause].id);
	else
		buf_fmt(out, ": %s", n->ask);
}

static void put_step(struct tree *t, node_id at)
{
	const struct node *n = &t->g->flow->nodes[at];

	buf_str(t->out, n->id);
	put_kind(t->g->flow, n, t->out);
	if (t->g->traced && t->g->visited[at])
		buf_str(t->out, at == t->g->at ? (t->ascii ? "  <== the case stands here"
		                                           : "  \u25c0 the case stands here")
		                               : (t->ascii ? "  <=" : "  \u25cf"));
	buf_char(t->out, '\n');
}

/* One frame per open step: recursion would be as deep as a hostile flow is long. */
struct open_step {
	node_id at;
	size_t edge, nedges, indent;
	struct graph_edge e[FLOW_MAX_ANSWERS];
};

static void put_edge(struct tree *t, struct buf *indent, const struct open_step *o, size_t k)
{
	bool last = k + 1 == o->nedges, taken = t->g->traced && graph_taken(t->g, o->at, k);
	const char *branch = t->ascii ? (last ? "`- " : "|- ") : (last ? "\u2514\u2500 " : "\u251c\u2500 ");

	buf_put(t->out, buf_cstr(indent), indent->n);
	buf_str(t->out, branch);
	if (o->e[k].name[0] != '\0')
		buf_fmt(t->out, "%s%s%s ", taken ? "[" : "", o->e[k].name, taken ? "]" : "");
	buf_str(t->out, t->ascii ? "-> " : "\u2192 ");
}

static void put_tree(struct tree *t, struct arena *mem)
{
	const struct flow *f = t->g->flow;
	struct open_step *open = arena_array(mem, f->nnodes + 1, sizeof(*open));
	size_t depth = 1;
	struct buf indent;

	buf_init(&indent, BUF_MAX_LINE);
	put_step(t, f->start);
	open[0] = (struct open_step){.at = f->start};
	open[0].nedges = graph_edges(f, f->start, open[0].e);
	while (depth > 0) {
		struct open_step *o = &open[depth - 1];
		size_t k = o->edge++;
		node_id to;

		if (k == o->nedges) {
			depth--;
			continue;
		}
		indent.n = o->indent;
		put_edge(t, &indent, o, k);
		to = o->e[k].to;
		if (t->parent[to] != o->at || t->via[to] != k) {
			buf_fmt(t->out, "%s, see there\n", f->nodes[to].id);
			continue;
		}
		put_step(t, to);
		indent.n = o->indent;
		buf_str(&indent, k + 1 == o->nedges ? "   " : t->ascii ? "|  " : "\u2502  ");
		open[depth].at = to;
		open[depth].edge = 0;
		open[depth].indent = indent.n;
		open[depth].nedges = graph_edges(f, to, open[depth].e);
		depth++;
	}
	buf_release(&indent);
}

static void graph_text(struct graph *g, bool ascii, struct buf *out)
{
	struct arena *mem = arena_new();
	struct tree t = {g, out, ascii, NULL, NULL};

	shortest_ways(&t, mem);
	put_tree(&t, mem);
	arena_free(mem);
}

/* ---- the command ---- */

static int draw(struct cli *c, const struct flow *f, struct casefile *cf)
{
	struct arena *mem = arena_new();
	struct graph g = {.flow = f};
	struct buf out;

	g.visited = arena_array(mem, f->nnodes, sizeof(*g.visited));
	g.taken = arena_array(mem, f->nnodes, sizeof(*g.taken));
	if (cf != NULL)
		trace_case(&g, cf);
	buf_init(&out, BUF_MAX_TEXT);
	if (cli_flag(c, "dot"))
		graph_dot(&g, &out);
	else if (cli_flag(c, "mermaid"))
		graph_mermaid(&g, &out);
	else
		graph_text(&g, c->ascii, &out);
	arena_free(mem);
	return flow_out(&out, EXIT_DONE);
}

static int draw_case(struct cli *c, const char *ref)
{
	struct case_ref r;
	int rc = case_ref_load(c, ref, c->nargs == 1 ? c->args[0] : NULL, &r);

	if (rc == EXIT_DONE)
		rc = draw(c, r.flow.flow, &r.cf);
	case_ref_release(&r);
	return rc;
}

int flow_graph(struct cli *c)
{
	const char *ref = cli_value(c, "case");
	struct flow_ref r;
	int rc;

	if (cli_flag(c, "dot") && cli_flag(c, "mermaid"))
		return cli_usage(c, "--dot and --mermaid are two ways to draw; give one");
	if (c->nargs > 1 || (c->nargs == 0 && ref == NULL))
		return cli_usage(c, "`flow graph` needs one flow, or --case CASE");
	if (ref != NULL)
		return draw_case(c, ref);
	if (flow_ref_load(c->args[0], &r) < 0) {
		struct buf out;

		buf_init(&out, BUF_MAX_TEXT);
		flow_ref_print(&r, &out);
		rc = flow_out(&out, cli_fail(&r.err));
	} else {
		rc = draw(c, r.flow, NULL);
	}
	flow_ref_release(&r);
	return rc;
}
