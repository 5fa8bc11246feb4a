/* A flow as Graphviz DOT and as Mermaid: languages of other programs, so every text is escaped as
 * they want it. */
#include "flow_graph.h"

#include <string.h>

/* ---- DOT ---- */

static void dot_text(struct buf *out, const char *s)
{
	buf_char(out, '"');
	for (; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_char(out, '\\');
		if (*s == '\n')
			buf_str(out, "\\n");
		else
			buf_char(out, *s);
	}
	buf_char(out, '"');
}

static const char *heading(const struct flow *f, const struct node *n)
{
	if (n->kind == NODE_FIX)
		return f->causes[n->cause].title;
	return n->ask != NULL ? n->ask : n->label;
}

static void dot_node(const struct graph *g, size_t i, struct buf *out)
{
	static const char *const shapes[] = {"box", "parallelogram", "octagon", "ellipse"};
	const struct node *n = &g->flow->nodes[i];

	buf_str(out, "\t");
	dot_text(out, n->id);
	buf_str(out, " [shape=");
	buf_fmt(out, "%s, label=", shapes[n->kind]);
	dot_text(out, heading(g->flow, n));
	if (g->traced && g->visited[i])
		buf_str(out, ", style=filled, fillcolor=lightyellow, penwidth=2");
	buf_str(out, "];\n");
}

static void dot_edges(const struct graph *g, size_t i, struct buf *out)
{
	struct graph_edge e[FLOW_MAX_ANSWERS];
	size_t n = graph_edges(g->flow, (node_id)i, e);

	for (size_t k = 0; k < n; k++) {
		bool taken = g->traced && graph_taken(g, (node_id)i, k);

		buf_str(out, "\t");
		dot_text(out, g->flow->nodes[i].id);
		buf_str(out, " -> ");
		dot_text(out, g->flow->nodes[e[k].to].id);
		buf_str(out, " [label=");
		dot_text(out, e[k].label != NULL ? e[k].label : e[k].name);
		buf_str(out, taken ? ", penwidth=3];\n" : "];\n");
	}
}

void graph_dot(const struct graph *g, struct buf *out)
{
	const struct flow *f = g->flow;

	buf_str(out, "digraph ");
	dot_text(out, f->id);
	buf_str(out, " {\n\tlabel=");
	dot_text(out, f->title);
	buf_str(out, ";\n\trankdir=TB;\n");
	for (size_t i = 0; i < f->nnodes; i++)
		dot_node(g, i, out);
	for (size_t i = 0; i < f->nnodes; i++)
		dot_edges(g, i, out);
	for (size_t i = 0; i < f->nnodes; i++) {
		if (f->nodes[i].kind != NODE_FIX || f->causes[f->nodes[i].cause].verify == NODE_NONE)
			continue;
		buf_str(out, "\t");
		dot_text(out, f->nodes[i].id);
		buf_str(out, " -> ");
		dot_text(out, f->nodes[f->causes[f->nodes[i].cause].verify].id);
		buf_str(out, " [label=\"fixed: check again\", style=dashed, constraint=false];\n");
	}
	buf_str(out, "}\n");
}

/* ---- Mermaid ---- */

/* In quotes Mermaid takes HTML entities, written with # instead of &. */
static void mermaid_text(struct buf *out, const char *s)
{
	buf_char(out, '"');
	for (; *s != '\0'; s++) {
		switch (*s) {
		case '"':
			buf_str(out, "#quot;");
			break;
		case '<':
			buf_str(out, "#lt;");
			break;
		case '>':
			buf_str(out, "#gt;");
			break;
		case '#':
			buf_str(out, "#35;");
			break;
		case '&':
			buf_str(out, "#amp;");
			break;
		case '\n':
			buf_char(out, ' ');
			break;
		default:
			buf_char(out, *s);
		}
	}
	buf_char(out, '"');
}

static void mermaid_node(const struct graph *g, size_t i, struct buf *out)
{
	static const char *const before[] = {"{{", "[/", "[[", "(["};
	static const char *const after[] = {"}}", "/]", "]]", "])"};
	const struct node *n = &g->flow->nodes[i];

	buf_fmt(out, "\tn%zu%s", i, before[n->kind]);
	mermaid_text(out, heading(g->flow, n));
	buf_fmt(out, "%s\n", after[n->kind]);
}

static void mermaid_edges(const struct graph *g, size_t i, struct buf *out)
{
	struct graph_edge e[FLOW_MAX_ANSWERS];
	size_t n = graph_edges(g->flow, (node_id)i, e);

	for (size_t k = 0; k < n; k++) {
		const char *text = e[k].label != NULL ? e[k].label : e[k].name;

		buf_fmt(out, "\tn%zu %s", i, g->traced && graph_taken(g, (node_id)i, k) ? "==>" : "-->");
		if (text[0] != '\0') {
			buf_char(out, '|');
			mermaid_text(out, text);
			buf_char(out, '|');
		}
		buf_fmt(out, " n%u\n", (unsigned)e[k].to);
	}
}

void graph_mermaid(const struct graph *g, struct buf *out)
{
	const struct flow *f = g->flow;

	buf_str(out, "flowchart TD\n");
	for (size_t i = 0; i < f->nnodes; i++)
		mermaid_node(g, i, out);
	for (size_t i = 0; i < f->nnodes; i++)
		mermaid_edges(g, i, out);
	for (size_t i = 0; i < f->nnodes; i++)
		if (f->nodes[i].kind == NODE_FIX && f->causes[f->nodes[i].cause].verify != NODE_NONE)
			buf_fmt(out, "\tn%zu -.->|\"fixed: check again\"| n%u\n", i,
			        (unsigned)f->causes[f->nodes[i].cause].verify);
	if (!g->traced)
		return;
	buf_str(out, "\tclassDef walked fill:#ffe9a8,stroke-width:3px\n");
	for (size_t i = 0; i < f->nnodes; i++)
		if (g->visited[i])
			buf_fmt(out, "\tclass n%zu walked\n", i);
}
