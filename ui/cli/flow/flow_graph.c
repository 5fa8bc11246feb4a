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
		if (n->kind == NODE_ASK && visit_way(&r, v) != NULL)
			a = node_answer(n, visit_way(&r, v));
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

/* ---- the tree in the terminal ---- */

struct text {
	struct graph *g;
	struct buf *out;
	bool ascii;
};

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

static void put_step(const struct text *t, node_id at)
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

static void put_row(void *arg, const struct tree_row *r)
{
	const struct text *t = arg;

	if (r->from == NODE_NONE) {
		put_step(t, r->to);
		return;
	}
	buf_str(t->out, r->lead);
	if (r->e.name[0] != '\0') {
		bool taken = t->g->traced && graph_taken(t->g, r->from, r->edge);

		buf_fmt(t->out, "%s%s%s ", taken ? "[" : "", r->e.name, taken ? "]" : "");
	}
	buf_str(t->out, t->ascii ? "-> " : "\u2192 ");
	if (r->again)
		buf_fmt(t->out, "%s, see there\n", t->g->flow->nodes[r->to].id);
	else
		put_step(t, r->to);
}

static void graph_text(struct graph *g, bool ascii, struct buf *out)
{
	struct text t = {g, out, ascii};

	flow_tree(g->flow, g->flow->start, ascii, put_row, &t);
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
		return cli_usage(c, "give either --dot or --mermaid, not both");
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
