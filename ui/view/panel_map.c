/*
 * The map: the way taken with the ways not taken, where the case stands, and all that
 * may come from there.
 */
#include "case_text.h"
#include "panel.h"

#include <string.h>

#include "flow_tree.h"

#define FEW 2     /* ways not taken that are named, not counted */
#define DEEPEST 2 /* answers ahead that are drawn: what may come next, not a wall of it */

static const char *step_name(struct arena *mem, const struct flow *f, node_id at)
{
	const struct node *n = &f->nodes[at];
	const char *name = n->label != NULL ? n->label : n->id;

	if (n->kind == NODE_FIX && n->cause != CAUSE_NONE)
		return arena_fmt(mem, "Fix: %s", f->causes[n->cause].title);
	if (n->kind == NODE_END && n->cause != CAUSE_NONE)
		return arena_fmt(mem, "End: %s", f->causes[n->cause].title);
	return n->kind == NODE_END ? arena_fmt(mem, "End: %s", n->ask != NULL ? n->ask : name) : name;
}

static const char *edge_name(const struct graph_edge *e)
{
	return e->label != NULL ? e->label : e->name;
}

/* ---- the way taken ---- */

/* "else Logged with status 200 → The server is reached"; of many only how many: the way is to be seen at a
 * glance. */
static void not_taken(struct view *v, struct doc *d, const struct replay *r, const struct visit *p)
{
	struct graph_edge e[FLOW_MAX_ANSWERS];
	size_t n = graph_edges(r->flow, p->node, e), others = 0;
	const char *taken = visit_way(r, p) != NULL ? visit_way(r, p) : "";
	const char *text = NULL;

	for (size_t i = 0; i < n; i++) {
		const char *one = arena_fmt(v->mem, "%s %s %s", edge_name(&e[i]), glyph(GL_TO, v->ascii),
		                            step_name(v->mem, r->flow, e[i].to));

		if (strcmp(e[i].name, taken) == 0)
			continue;
		others++;
		text = text == NULL ? one : arena_fmt(v->mem, "%s %s %s", text, glyph(GL_DOT, v->ascii), one);
	}
	if (others == 0 || r->flow->nodes[p->node].kind != NODE_ASK)
		return;
	if (others > FEW)
		text = arena_fmt(v->mem, "%zu other answers", others);
	doc_line(d);
	doc_tab(d, 4);
	doc_add(d, ST_DIM, "else ");
	doc_wrap(d, 9, 9, ST_DIM, text);
}

static void passed(struct view *v, struct doc *d, const struct replay *r, const struct visit *p)
{
	enum mark m = p->contradicts ? MARK_WARN : MARK_OK;
	const char *said = visit_answer(r, p);

	doc_line(d);
	doc_add(d, mark_style(m), mark_glyph(m, v->ascii));
	doc_tab(d, v->ascii ? 5 : 2);
	doc_cell(d, d->width >= 60 ? 24 : 16, ST_STRONG, step_name(v->mem, r->flow, p->node));
	doc_add(d, ST_TEXT, "  ");
	doc_wrap(d, d->line[d->n - 1].used, d->line[d->n - 1].used, ST_ACCENT, said != NULL ? said : "");
	not_taken(v, d, r, p);
}

/* ---- what may come ---- */

struct ahead {
	struct view *v;
	struct doc *d;
	const struct flow *f;
	struct tree_row again; /* rows that lead from one step to the same other one wait here */
	const char *lead, *answers;
};

static bool decides(const struct flow *f, node_id at)
{
	return f->nodes[at].kind == NODE_FIX || f->nodes[at].kind == NODE_END;
}

static void row(struct ahead *a, const struct tree_row *r, const char *lead, const char *answers)
{
	struct doc *d = a->d;
	enum style style = r->again ? ST_DIM : decides(a->f, r->to) ? ST_STRONG : ST_TEXT;
	int hang;

	doc_line(d);
	doc_tab(d, 2);
	doc_add(d, ST_DIM, lead);
	hang = d->line[d->n - 1].used + 2;
	if (answers[0] != '\0') {
		doc_wrap(d, hang - 2, hang, r->again ? ST_DIM : ST_TEXT, answers);
		doc_add(d, ST_TEXT, " ");
	}
	doc_wrap(d, d->line[d->n - 1].used, hang, style,
	         arena_fmt(a->v->mem, "%s %s%s", glyph(GL_TO, a->v->ascii), step_name(a->v->mem, a->f, r->to),
	                   r->again || r->depth < DEEPEST || a->f->nodes[r->to].kind == NODE_END ? ""
	                                                                                         : " ..."));
}

static void flush(struct ahead *a)
{
	if (a->answers != NULL)
		row(a, &a->again, a->lead, a->answers);
	a->answers = NULL;
}

static void each(void *arg, const struct tree_row *r)
{
	struct ahead *a = arg;

	if (r->from == NODE_NONE || r->depth > DEEPEST)
		return;
	if (!r->again || a->answers == NULL || a->again.from != r->from || a->again.to != r->to)
		flush(a);
	if (!r->again) {
		row(a, r, arena_strdup(a->v->mem, r->lead), edge_name(&r->e));
		return;
	}
	a->answers = a->answers == NULL ? edge_name(&r->e)
	                                : arena_fmt(a->v->mem, "%s / %s", a->answers, edge_name(&r->e));
	a->lead = arena_strdup(a->v->mem, r->lead); /* of the last: it may close the branch */
	a->again = *r;
}

struct nearest {
	const struct flow *f;
	size_t n; /* answers to the nearest fix or end; 0: there is none */
};

static void look_for_end(void *arg, const struct tree_row *r)
{
	struct nearest *x = arg;

	if (!r->again && r->depth > 0 && decides(x->f, r->to) && (x->n == 0 || r->depth < x->n))
		x->n = r->depth;
}

static void how_far(struct view *v, struct doc *d, const struct replay *r)
{
	struct nearest x = {r->flow, 0};

	flow_tree(r->flow, r->at, v->ascii, look_for_end, &x);
	doc_line(d);
	if (x.n == 0)
		doc_wrap(d, 4, 4, ST_DIM, "The way ends here.");
	else
		doc_wrap(d, 4, 4, ST_DIM,
		         arena_fmt(v->mem,
		                   "The nearest fix or end is %zu answer%s away. What a check can tell needs "
		                   "only your Enter.",
		                   x.n, x.n == 1 ? "" : "s"));
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const struct replay *r = at->in->now;
	struct ahead a = {.v = v, .d = d, .f = r->flow};

	d->item = 1;
	for (size_t i = 0; i + 1 < r->npath; i++)
		passed(v, d, r, &r->path[i]);
	at->here = d->item = 0;
	doc_line(d);
	doc_add(d, ST_SELECTED, glyph(GL_POINTER, v->ascii));
	doc_tab(d, v->ascii ? 5 : 2);
	doc_wrap(d, d->line[d->n - 1].used, 4, ST_SELECTED,
	         arena_fmt(v->mem, "%s: the case stands here", step_name(v->mem, r->flow, r->at)));
	d->item = 1;
	how_far(v, d, r);
	flow_tree(r->flow, r->at, v->ascii, each, &a);
	flush(&a);
}

const struct panel panel_map = {
        .name = "map",
        .title = "Map",
        .context = CX_READ | CX_PARTS,
        .key = KEY_CHAR('M'),
        .late = true,
        .foot = "map",
        .help = "the map: the way taken, where you stand, what may come",
        .lines = lines,
};
