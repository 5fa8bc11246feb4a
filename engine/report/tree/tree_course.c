/* How the case went: what is missing, what contradicts, what was tried, the path, the timeline, the notes. */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/brief.h>

/* A drawing of more steps than this is no help; the table has them all. */
#define STOPS_MAX 60

/* What makes it, to be pasted there; what casebook itself is to be told is said by the line below the list.
 */
static void need_item(struct report *r, struct rnode *list, const struct need *n)
{
	struct rnode *item = rn_add(r, list, R_ITEM, NULL);

	rn_add(r, item, R_STRONG, n->says);
	if (n->trip != NULL)
		rn_fmt(r, item, R_MUTED, "(%s)", n->trip);
	if (n->command)
		rn_lines(r, item, R_CODE, n->how);
}

void tree_needs(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "missing", "What is missing"), *list;

	if (r->diag->nneeds == 0) {
		rn_add(r, s, R_PARA, "Nothing that this path asks for.");
		return;
	}
	list = rn_add(r, s, R_LIST, NULL);
	for (size_t i = 0; i < r->diag->nneeds; i++)
		need_item(r, list, &r->diag->needs[i]);
	rn_fmt(r, s, R_PARA, "Any of it continues the case: %s.", brief_resume(r->mem, r->brief));
}

void tree_contradictions(struct report *r, struct rnode *doc)
{
	static const char *const heads[] = {"At step", "What does not fit together", "Evidence", NULL};
	struct rnode *s = rn_section(r, doc, 1, "contradictions", "Contradictions"), *table;

	if (r->diag->ncontradictions == 0) {
		rn_add(r, s, R_PARA, "None: no answer goes against what the checks saw.");
		return;
	}
	table = rn_add(r, s, R_TABLE, "Contradictions");
	rn_head(r, table, heads);
	for (size_t i = 0; i < r->diag->ncontradictions; i++) {
		const struct contradiction *c = &r->diag->contradictions[i];
		struct rnode *row = rn_add(r, table, R_ROW, NULL), *cell;

		row->mark = RM_WARN;
		rn_cell(r, row, R_TEXT,
		        c->step[0] != '\0' ? step_label(r, c->step)
		        : c->cause != NULL ? "two measurements"
		                           : "whose it is")
		        ->level = 1;
		rn_cell(r, row, R_TEXT, c->text);
		cell = rn_cell(r, row, R_TEXT, NULL);
		if (c->evidence != 0)
			tree_evidence_ref(r, cell, c->evidence);
	}
}

static void change_row(struct report *r, struct rnode *table, const struct change *c)
{
	struct rnode *row = rn_add(r, table, R_ROW, NULL), *cell;

	cell = rn_cell(r, row, R_MONO, c->before->probe);
	cell->level = 1;
	rn_add(r, cell, R_MONO, c->fact);
	cell = rn_cell(r, row, R_MONO, tree_value(r, c->was));
	tree_evidence_ref(r, cell, c->before->id);
	cell = rn_cell(r, row, R_MONO, tree_value(r, c->is));
	tree_evidence_ref(r, cell, c->after->id);
}

static void one_fix(struct report *r, struct rnode *s, const struct fix_try *t)
{
	static const char *const heads[] = {"Fact", "Before", "After", NULL};
	struct rnode *sub = rn_section(r, s, 2, arena_fmt(r->mem, "fix-%u", t->answer->pos), t->cause->title);
	struct rnode *p = rn_add(r, sub, R_PARA, NULL), *list, *table;

	rn_add(r, p, R_TIME, tree_time(r, t->answer->at_ms));
	rn_fmt(r, p, R_TEXT, "%s said:", answered_by_name(t->answer->u.answer.by));
	rn_add(r, p, R_STRONG, answer_label(r, t->answer->u.answer.step, t->answer->u.answer.answer));
	if (t->ndone != 0) {
		list = rn_add(r, sub, R_LIST, NULL);
		for (size_t i = 0; i < t->ndone; i++) {
			struct rnode *item = rn_add(r, list, R_ITEM, NULL);

			rn_add(r, item, R_MARK, "done:")->mark = RM_OK;
			tree_spans(r, item, t->cause->fix[t->done[i]].text,
			           strlen(t->cause->fix[t->done[i]].text));
		}
	}
	if (strcmp(t->answer->u.answer.answer, fix_answer_name(FIX_DONE)) != 0)
		return;
	if (t->nchanges == 0) {
		rn_add(r, sub, R_PARA,
		       t->rechecked ? "Checked again: nothing that was measured changed."
		                    : "Not checked again with the same measurements.");
		return;
	}
	table = rn_fmt(r, sub, R_TABLE, "Before and after record %u", t->answer->pos);
	table->level = 1;
	rn_head(r, table, heads);
	for (size_t i = 0; i < t->nchanges; i++)
		change_row(r, table, &t->changes[i]);
}

void tree_fixes(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "fixes", "Fixes tried");

	if (r->model->nfixes == 0)
		rn_add(r, s, R_PARA, "None.");
	for (size_t i = 0; i < r->model->nfixes; i++)
		one_fix(r, s, &r->model->fixes[i]);
}

/* The answer in force at a visit, as it may be shown: redacted records carry the same positions. */
static const struct record *shown(const struct report *r, const struct visit *v)
{
	return v->answer != NULL ? casefile_at(r->cf, v->answer->pos) : NULL;
}

static enum report_mark visit_mark(const struct report *r, const struct visit *v)
{
	const struct node *n = &r->flow->nodes[v->node];

	if (v->contradicts)
		return RM_WARN;
	if (n->kind == NODE_END)
		return n->verdict == VERDICT_FAULT ? RM_BAD : n->verdict == VERDICT_HEALTHY ? RM_OK : RM_WARN;
	if (n->kind == NODE_FIX)
		return v->answer != NULL && strcmp(v->answer->u.answer.answer, fix_answer_name(FIX_DONE)) == 0
		               ? RM_OK
		               : RM_BAD;
	return n->kind == NODE_INPUT || v->answer != NULL ? RM_OK : RM_OPEN;
}

static void add_stop(struct report *r, struct rnode *graph, const struct visit *v)
{
	const struct node *n = &r->flow->nodes[v->node];
	const struct record *a = shown(r, v);
	struct rnode *stop = rn_add(r, graph, R_STOP, n->label != NULL ? n->label : n->id);

	stop->mark = (unsigned char)visit_mark(r, v);
	if (a != NULL) {
		rn_add(r, stop, R_TEXT, answer_label(r, n->id, a->u.answer.answer));
		rn_fmt(r, stop, R_MUTED, "by %s", answered_by_name(a->u.answer.by));
	} else if (v->put_off != NULL) {
		rn_add(r, stop, R_TEXT, "put off");
		rn_fmt(r, stop, R_MUTED, "by %s", answered_by_name(v->put_off->u.put_off.by));
	} else if (n->kind == NODE_END) {
		rn_add(r, stop, R_TEXT, n->ask != NULL ? n->ask : verdict_name(n->verdict));
	} else if (n->kind != NODE_INPUT) {
		rn_add(r, stop, R_TEXT, "not answered yet");
	}
	for (size_t i = 0; i < n->nanswers; i++)
		if (a == NULL || strcmp(n->answers[i].id, a->u.answer.answer) != 0)
			rn_add(r, stop, R_ALT, n->answers[i].label);
}

static void path_row(struct report *r, struct rnode *table, const struct visit *v, size_t number)
{
	const struct node *n = &r->flow->nodes[v->node];
	const struct record *a = shown(r, v);
	struct rnode *row = rn_add(r, table, R_ROW, NULL), *cell;

	row->mark = (unsigned char)visit_mark(r, v);
	rn_cell(r, row, R_TEXT, arena_fmt(r->mem, "%zu", number));
	cell = rn_cell(r, row, R_TEXT, n->label != NULL ? n->label : n->id);
	cell->level = 1;
	rn_add(r, cell, R_MONO, n->id);
	if (a == NULL) {
		rn_cell(r, row, R_MUTED,
		        n->kind == NODE_INPUT ? "form"
		        : n->kind == NODE_END ? "end"
		        : v->put_off != NULL  ? "put off: its file is not there yet"
		                              : "not answered yet");
		rn_cell(r, row, R_TEXT, v->put_off != NULL ? answered_by_name(v->put_off->u.put_off.by) : "");
		rn_cell(r, row, R_TEXT, "");
		rn_cell(r, row, v->put_off != NULL ? R_TIME : R_TEXT,
		        v->put_off != NULL ? tree_clock(r, v->put_off->at_ms) : "");
		return;
	}
	rn_cell(r, row, R_TEXT, answer_label(r, n->id, a->u.answer.answer));
	rn_cell(r, row, R_TEXT, answered_by_name(a->u.answer.by));
	cell = rn_cell(r, row, R_TEXT,
	               a->u.answer.seen != NULL ? answer_label(r, n->id, a->u.answer.seen) : "nothing");
	if (v->contradicts)
		rn_add(r, cell, R_MARK, "contradiction")->mark = RM_WARN;
	if (a->u.answer.evidence != 0)
		tree_evidence_ref(r, cell, a->u.answer.evidence);
	rn_cell(r, row, R_TIME, tree_clock(r, a->at_ms));
}

static void taken_back(struct report *r, struct rnode *s)
{
	size_t n = 0;

	for (size_t i = 0; i < r->cf->nlog; i++)
		n += r->cf->log[i].kind == REC_ANSWER && report_retracted(r, r->cf->log[i].pos);
	if (n != 0)
		rn_fmt(r, s, R_PARA, "%zu answer%s taken back; the timeline shows %s.", n,
		       n == 1 ? " was" : "s were", n == 1 ? "it" : "them");
}

void tree_path(struct report *r, struct rnode *doc)
{
	static const char *const heads[] = {"No.",        "Step", "Answer", "Given by", "The checks proposed",
	                                    "When (UTC)", NULL};
	struct rnode *s = rn_section(r, doc, 1, "path", "The path taken"), *graph, *table;
	size_t first = r->replay->npath > STOPS_MAX ? r->replay->npath - STOPS_MAX : 0;

	graph = rn_add(r, s, R_GRAPH,
	               "The steps walked, from the first to where the case stands, with the answers "
	               "not chosen beside them");
	graph->id = "path-drawing";
	for (size_t i = first; i < r->replay->npath; i++)
		add_stop(r, graph, &r->replay->path[i]);
	if (first != 0)
		rn_fmt(r, s, R_PARA, "The drawing shows the last %d steps of %zu.", STOPS_MAX,
		       r->replay->npath);
	table = rn_add(r, s, R_TABLE, "Steps and answers");
	rn_head(r, table, heads);
	for (size_t i = 0; i < r->replay->npath; i++)
		path_row(r, table, &r->replay->path[i], i + 1);
	taken_back(r, s);
}

/* "1.2 s", exact to the tenth. */
static const char *seconds(struct report *r, int64_t ms)
{
	int64_t tenths = (llabs(ms) + 50) / 100;

	return arena_fmt(r->mem, "%lld.%lld s", (long long)(tenths / 10), (long long)(tenths % 10));
}

static void clock_row(struct report *r, struct rnode *table, const struct clock_row *c)
{
	struct rnode *row = rn_add(r, table, R_ROW, NULL), *cell;

	rn_cell(r, row, R_MONO, c->source)->level = 1;
	rn_cell(r, row, R_TEXT, c->basis);
	cell = rn_cell(r, row, R_TEXT, c->known ? NULL : "unknown");
	if (c->known) {
		rn_fmt(r, cell, R_TEXT, "%s %s", seconds(r, c->offset_ms),
		       c->offset_ms < 0 ? "behind" : "ahead of");
		rn_add(r, cell, strcmp(c->against, CLOCK_HERE) == 0 ? R_TEXT : R_MONO, c->against);
		rn_fmt(r, cell, R_TEXT, "within %s", seconds(r, c->uncertainty_ms));
	}
	cell = rn_cell(r, row, R_TEXT, c->how);
	if (c->beside != 0 && c->beside != c->pos)
		tree_evidence_ref(r, cell, c->beside);
	cell = rn_cell(r, row, R_MONO, c->probe);
	tree_evidence_ref(r, cell, c->pos);
}

static void clocks(struct report *r, struct rnode *s)
{
	static const char *const heads[] = {
	        "Source", "Its times are", "Its clock", "How that is known", "Read by", NULL};
	struct rnode *table;

	rn_add(r, s, R_PARA,
	       "Times stand as each source wrote them, turned into UTC where its zone is known. Differences "
	       "between clocks are stated here and not taken off.");
	if (r->model->nclocks == 0) {
		rn_add(r, s, R_PARA, "Clock offsets were not measured: only this machine's clock was read.");
		return;
	}
	table = rn_add(r, s, R_TABLE, "Clocks of the sources");
	rn_head(r, table, heads);
	for (size_t i = 0; i < r->model->nclocks; i++)
		clock_row(r, table, &r->model->clocks[i]);
}

static void event_row(struct report *r, const void *of, size_t i, struct rnode *row)
{
	const struct event *e = &((const struct event *)of)[i];
	struct event_text text = event_text(r, r->mem, e);
	const struct record *rec = casefile_at(r->cf, e->pos);
	struct rnode *cell;

	rn_cell(r, row, R_TIME, tree_clock(r, e->at_ms))->level = 1;
	rn_cell(r, row, R_MONO, text.source);
	cell = rn_cell(r, row, text.foreign ? R_MONO : R_TEXT, text.what);
	if (report_retracted(r, e->pos))
		rn_add(r, cell, R_MUTED, "(taken back later)");
	if (rec != NULL && rec->kind == REC_EVIDENCE)
		rn_cell(r, row, R_REF, tree_number(r->mem, "E", e->pos))->id =
		        tree_number(r->mem, "e", e->pos);
	else
		rn_cell(r, row, R_TEXT, e->pos != 0 ? tree_number(r->mem, "", e->pos) : NULL);
}

void tree_timeline(struct report *r, struct rnode *doc)
{
	static const char *const heads[] = {"Time (UTC)", "Source", "What", "Record", NULL};
	struct rnode *s = rn_section(r, doc, 1, "timeline", "Timeline, all sources, UTC"), *table;

	clocks(r, s);
	table = rn_add(r, s, R_TABLE, "Timeline");
	rn_head(r, table, heads);
	rn_rows(r, table, r->model->nevents, event_row, r->model->events);
	if (r->model->events_left_out != 0)
		rn_fmt(r, s, R_PARA, "%zu more lines of files are left out here; the JSON report has them.",
		       r->model->events_left_out);
}

void tree_notes(struct report *r, struct rnode *doc)
{
	struct rnode *s = rn_section(r, doc, 1, "notes", "Notes");
	size_t n = 0;

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct record *rec = &r->cf->log[i];
		struct rnode *p;

		if (rec->kind != REC_NOTE || report_retracted(r, rec->pos))
			continue;
		p = rn_add(r, s, R_PARA, NULL);
		rn_add(r, p, R_TIME, tree_time(r, rec->at_ms));
		rn_fmt(r, p, R_TEXT, ", record %u:", rec->pos);
		rn_lines(r, s, R_QUOTE, rec->u.note.text);
		n++;
	}
	if (n == 0)
		rn_add(r, s, R_PARA, "None.");
}
