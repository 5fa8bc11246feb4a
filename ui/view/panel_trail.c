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

/* Who decided it: a person, a check, a file. */
static const char *who(const struct record *rec)
{
	static const char *const names[BY__MAX] = {"you", "checks", "files", "answers"};

	return rec == NULL ? "" : names[rec->kind == REC_ANSWER ? rec->u.answer.by : rec->u.put_off.by];
}

static const struct record *record_of(const struct visit *p)
{
	return p->answer != NULL ? p->answer : p->put_off;
}

static void against(struct view *v, struct doc *d, const struct node *n, const struct visit *p)
{
	const char *saw = p->answer->u.answer.seen;
	const struct answer_def *seen = saw != NULL ? node_answer(n, saw) : NULL;

	doc_line(d);
	doc_tab(d, 6);
	doc_add(d, ST_WARN, mark_glyph(MARK_WARN, v->ascii));
	doc_add(d, ST_TEXT, " against what the check saw");
	if (saw != NULL) {
		doc_add(d, ST_TEXT, ": ");
		doc_add(d, ST_TEXT, seen != NULL ? seen->label : saw);
	}
}

static void visit_lines(struct view *v, struct doc *d, const struct replay *r, size_t i, bool sel)
{
	const struct visit *p = &r->path[i];
	const struct node *n = &r->flow->nodes[p->node];
	const struct record *rec = record_of(p);
	const char *answer = n->kind == NODE_INPUT ? form_text(r, n) : visit_answer(r, p);
	bool here = i + 1 == r->npath, wide = d->width >= 60;

	doc_line(d);
	if (!v->plain) /* there the number alone tells */
		doc_add(d, ST_SELECTED, sel ? glyph(GL_POINTER, v->ascii) : " ");
	doc_tab(d, 2);
	doc_cell(d, 4, ST_DIM, arena_fmt(v->mem, "%zu", i + 1));
	doc_cell(d, wide ? 22 : 16, sel ? ST_SELECTED : ST_TEXT, n->label != NULL ? n->label : n->id);
	doc_add(d, ST_TEXT, "  ");
	if (here)
		doc_add(d, ST_ACCENT, "here");
	else if (answer != NULL)
		doc_cell(d, doc_left(d) - (wide ? 20 : 0), ST_TEXT, answer);
	if (rec != NULL && wide)
		doc_right(d, ST_DIM, arena_fmt(v->mem, "%s  %s", who(rec), when(v, rec->at_ms)));
	if (rec != NULL && !wide && (sel || v->plain)) {
		doc_line(d);
		doc_tab(d, 6);
		doc_add(d, ST_DIM, arena_fmt(v->mem, "%s, %s", who(rec), when(v, rec->at_ms)));
	}
	if (p->contradicts)
		against(v, d, n, p);
}

/* ---- what going back would do ---- */

static bool on_path(const struct replay *r, const struct node *n)
{
	for (size_t i = 0; i < r->npath; i++)
		if (&r->flow->nodes[r->path[i].node] == n)
			return true;
	return false;
}

/* Answers that were left behind: written, grey, and in force again when the way leads there. */
static void kept_lines(struct doc *d, const struct replay *r)
{
	bool any = false;

	for (size_t i = r->path[r->npath - 1].since; i < r->cf->nlog; i++) {
		const struct rec_answer *a = &r->cf->log[i].u.answer;
		const struct node *n;
		const struct answer_def *said;

		if (r->cf->log[i].kind != REC_ANSWER || r->retracted[i])
			continue;
		n = flow_node(r->flow, a->step);
		said = n != NULL && n->kind == NODE_ASK ? node_answer(n, a->answer) : NULL;
		if (said == NULL || on_path(r, n))
			continue;
		if (!any) {
			doc_line(d);
			doc_line(d);
			doc_add(d, ST_DIM,
			        "Kept, not counted now: they count again when the way leads there.");
		}
		any = true;
		doc_line(d);
		doc_tab(d, 6);
		doc_cell(d, d->width >= 60 ? 22 : 16, ST_DIM, n->label != NULL ? n->label : n->id);
		doc_add(d, ST_DIM, "  ");
		doc_cell(d, doc_left(d), ST_DIM, said->label);
	}
}

static const char *span(struct view *v, size_t from, size_t to)
{
	return from == to ? arena_fmt(v->mem, "%zu", from) : arena_fmt(v->mem, "%zu to %zu", from, to);
}

/* The first "fixed" at or after the visit: it and all behind it were of another world; SIZE_MAX: none. */
static size_t first_fixed(const struct replay *r, size_t from)
{
	for (size_t i = from; i < r->npath; i++)
		if (r->path[i].answer != NULL && r->flow->nodes[r->path[i].node].kind == NODE_FIX &&
		    strcmp(r->path[i].answer->u.answer.answer, fix_answer_name(FIX_DONE)) == 0)
			return i;
	return SIZE_MAX;
}

/* Said before anything is done: what stays, what turns grey, what is taken back. */
static void preview(struct view *v, struct doc *d, const struct replay *r, size_t sel)
{
	const char *answer = visit_answer(r, &r->path[sel]);
	size_t last = r->npath - 1, fixed = first_fixed(r, sel), kept = fixed < last ? fixed : last;
	struct buf b;

	if (sel >= last)
		return;
	buf_init(&b, 1000);
	buf_fmt(&b, "Asking %zu again keeps ", sel + 1);
	buf_str(&b, sel > 0 ? span(v, 1, sel) : "all that was measured");
	buf_char(&b, '.');
	if (kept > sel + 1 && answer != NULL)
		buf_fmt(&b,
		        " With the same answer %s stays as it is; another answer than \"%s\" turns it grey: it "
		        "stays written and counts again when the way leads there.",
		        span(v, sel + 2, kept), answer);
	else if (kept > sel + 1)
		buf_fmt(&b, " %s stays written and counts again when the way leads there.",
		        span(v, sel + 2, kept));
	if (fixed < last)
		buf_fmt(&b, " %s is taken back: it tells of the time after the fix.",
		        span(v, fixed + 1, last));
	doc_line(d);
	doc_line(d);
	doc_wrap(d, 2, 2, ST_TEXT, arena_strdup(v->mem, buf_cstr(&b)));
	buf_release(&b);
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const struct replay *r = at->in->now;

	list_fit(&at->own->list, r->npath);
	for (size_t i = 0; i < r->npath; i++) {
		d->item = (int)i;
		visit_lines(v, d, r, i, at->own->list.sel == i);
	}
	d->item = -1;
	kept_lines(d, r);
	if (!v->plain)
		preview(v, d, r, at->own->list.sel);
}

static struct wish go_there(struct panel_at *at, const char *text)
{
	const struct replay *r = at->in->now;
	size_t sel = at->own->list.sel;

	(void)text;
	if (sel + 1 >= r->npath)
		return (struct wish){.kind = WISH_SAY, .text = "You are there."};
	return (struct wish){.kind = WISH_INTENT, .intent = intent_goto(r, sel, false)};
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
