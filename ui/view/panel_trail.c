/* The steps so far with their times, to look at and to go back to. */
#include "case_text.h"
#include "panel.h"

#include <string.h>

#include <casebook/clock.h>

/* "14:02:11Z", with the date in front when it is not today. */
static const char *when(struct view *v, int64_t at_ms)
{
	char iso[CLOCK_TEXT], today[CLOCK_TEXT];

	clock_iso(at_ms - at_ms % 1000, iso);
	clock_iso(v->now_ms, today);
	if (strncmp(iso, today, 10) == 0)
		return arena_strdup(v->mem, iso + 11);
	return arena_fmt(v->mem, "%.10s %.5sZ", iso, iso + 11);
}

/* What a form got: its first value. */
static const char *form_text(const struct replay *r, const struct node *n)
{
	for (size_t i = 0; i < n->ninputs; i++) {
		const char *value = replay_input(r, r->flow->inputs[n->inputs[i]].key);

		if (value != NULL)
			return value;
	}
	return "nothing given";
}

static void visit_lines(struct view *v, struct doc *d, const struct replay *r, size_t i, bool sel)
{
	const struct visit *p = &r->path[i];
	const struct node *n = &r->flow->nodes[p->node];
	const char *answer = n->kind == NODE_INPUT ? form_text(r, n) : visit_answer(r, p);
	bool here = i + 1 == r->npath;

	doc_line(d);
	if (!v->plain) /* there the number alone tells */
		doc_add(d, ST_SELECTED, sel ? glyph(GL_POINTER, v->ascii) : " ");
	doc_tab(d, 2);
	doc_cell(d, 4, ST_DIM, arena_fmt(v->mem, "%zu", i + 1));
	doc_cell(d, d->width >= 60 ? 22 : 16, sel ? ST_SELECTED : ST_TEXT,
	         n->label != NULL ? n->label : n->id);
	doc_add(d, ST_TEXT, "  ");
	if (here)
		doc_add(d, ST_ACCENT, "here");
	else if (answer != NULL)
		doc_cell(d, doc_left(d) - (d->width >= 60 ? 20 : 0), ST_TEXT, answer);
	if (p->answer != NULL && d->width >= 60)
		doc_right(d, ST_DIM, when(v, p->answer->at_ms));
	if (p->answer != NULL && (sel || v->plain)) {
		doc_line(d);
		doc_tab(d, 6);
		doc_add(d, ST_DIM,
		        arena_fmt(v->mem, "answered by %s, %s", answered_by_name(p->answer->u.answer.by),
		                  when(v, p->answer->at_ms)));
	}
	if (p->contradicts) {
		doc_line(d);
		doc_tab(d, 6);
		doc_add(d, ST_WARN, mark_glyph(MARK_WARN, v->ascii));
		doc_add(d, ST_TEXT, " against what the check saw");
		if (p->answer != NULL && p->answer->u.answer.seen != NULL) {
			const struct answer_def *seen = node_answer(n, p->answer->u.answer.seen);

			doc_add(d, ST_TEXT, ": ");
			doc_add(d, ST_TEXT, seen != NULL ? seen->label : p->answer->u.answer.seen);
		}
	}
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const struct replay *r = at->in->now;

	list_fit(&at->own->list, r->npath);
	for (size_t i = 0; i < r->npath; i++) {
		d->item = (int)i;
		visit_lines(v, d, r, i, at->own->list.sel == i);
	}
}

static struct wish go_there(struct panel_at *at, const char *text)
{
	const struct replay *r = at->in->now;
	size_t sel = at->own->list.sel;
	struct wish w = wish_intent(IN_GOTO);

	(void)text;
	if (sel + 1 >= r->npath)
		return (struct wish){.kind = WISH_SAY, .text = "You are there."};
	w.intent.text = r->flow->nodes[r->path[sel].node].id;
	w.intent.n = (uint32_t)sel + 1;
	return w;
}

static const struct binding keys[] = {
        {.key = KEY(K_ENTER),
         .act = ACT_ENTER,
         .foot = "go back there",
         .help = "ask again from the chosen step on"},
        {.act = ACT_NONE},
};

const struct panel panel_trail = {
        .name = "trail",
        .title = "Trail",
        .context = CX_LIST,
        .key = KEY_CHAR('t'),
        .foot = "trail",
        .help = "the steps so far, to go back to one",
        .keys = keys,
        .open = panel_open_last,
        .lines = lines,
        .take = go_there,
};
