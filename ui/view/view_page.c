/*
 * A step: what is asked and measured above, what can be done below.  The two flow
 * together while they fit; else the upper part scrolls and the lower keeps its place.
 */
#include "view_int.h"

#include <string.h>

#define NUMBER_COLS 5 /* "▸ 4  " before every line that can be chosen */

/* On a question what is given already stands below the answers: it is there to be looked up,
 * what is missing is there to be filled.  A form keeps its order. */
static bool leads(const struct page *p, const struct field *f)
{
	return p->kind == PAGE_FORM || (!f->given && !f->skipped);
}

static int leading(const struct page *p)
{
	int n = 0;

	for (size_t i = 0; i < p->nfields; i++)
		n += leads(p, &p->fields[i]);
	return n;
}

static const struct field *nth_field(const struct page *p, bool lead, int n)
{
	for (size_t i = 0; i < p->nfields; i++)
		if (leads(p, &p->fields[i]) == lead && n-- == 0)
			return &p->fields[i];
	return NULL;
}

int item_count(const struct page *p)
{
	return (int)(p->nfields + p->nticks + p->npicks);
}

int item_first_tick(const struct page *p)
{
	return leading(p);
}

int item_first_pick(const struct page *p)
{
	return leading(p) + (int)p->nticks;
}

const struct field *item_field(const struct page *p, int i)
{
	int lead = leading(p), others = (int)(p->nticks + p->npicks);

	if (i < 0 || (i >= lead && i < lead + others))
		return NULL;
	return i < lead ? nth_field(p, true, i) : nth_field(p, false, i - lead - others);
}

const struct tick *item_tick(const struct page *p, int i)
{
	i -= item_first_tick(p);
	return i >= 0 && (size_t)i < p->nticks ? &p->ticks[i] : NULL;
}

const struct pick *item_pick(const struct page *p, int i)
{
	i -= item_first_pick(p);
	return i >= 0 && (size_t)i < p->npicks ? &p->picks[i] : NULL;
}

int item_of_field(const struct page *p, const char *key)
{
	for (int i = 0; i < item_count(p); i++)
		if (item_field(p, i) != NULL && strcmp(item_field(p, i)->def->key, key) == 0)
			return i;
	return -1;
}

void view_number(struct view *v, struct doc *d, const struct page_view *s, int digit)
{
	bool sel = s->sel == d->item, shown = digit >= 1 && digit <= 9;
	int cols = digit > 0 ? NUMBER_COLS : 2;

	doc_line(d);
	/* In one piece with what follows: one change of style on the wire. */
	if (sel && shown)
		doc_add(d, ST_SELECTED, arena_fmt(v->mem, "%s %-3d", glyph(GL_POINTER, v->ascii), digit));
	else if (sel)
		doc_add(d, ST_SELECTED,
		        arena_fmt(v->mem, "%s%*s", glyph(GL_POINTER, v->ascii), cols - 1, ""));
	else if (shown)
		doc_add(d, ST_DIM, arena_fmt(v->mem, "  %d", digit));
	doc_tab(d, cols);
}

/* At the right end while it fits there, else beneath. */
static void effect(struct doc *d, int at, const char *text)
{
	if ((int)text_cols(text, strlen(text)) + 2 <= doc_left(d)) {
		doc_right(d, ST_DIM, text);
	} else {
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, text);
	}
}

static void tick_lines(struct view *v, struct doc *d, const struct page *p, const struct page_view *s)
{
	const struct tick *t = item_tick(p, d->item), *before = item_tick(p, d->item - 1);
	bool sel = s->sel == d->item;
	int at;

	if (t->group != NULL &&
	    (before == NULL || before->group == NULL || strcmp(before->group, t->group) != 0)) {
		doc_line(d);
		doc_wrap(d, 2, 2, ST_DIM, t->group);
	}
	view_number(v, d, s, d->item - item_first_tick(p) + 1);
	doc_add(d, t->done ? ST_OK : ST_DIM, glyph(t->done ? GL_TICKED : GL_UNTICKED, v->ascii));
	doc_add(d, ST_TEXT, " ");
	at = d->line[d->n - 1].used;
	/* Where room is scarce, only the chosen step is told in full. */
	if (d->dense && !sel) {
		doc_cell(d, doc_left(d), t->done ? ST_DIM : ST_TEXT, t->text);
		return;
	}
	doc_wrap(d, at, at, sel ? ST_SELECTED : t->done ? ST_DIM : ST_TEXT, t->text);
	if (t->effect != NULL)
		effect(d, at, t->effect);
	if (t->run != NULL && sel) {
		doc_line(d);
		doc_tab(d, at);
		doc_wrap(d, at, at + 2, ST_CODE, t->run);
	}
}

/* The hint stands at the right end while it fits there, else beneath; where room is
 * scarce, only that of the chosen answer and of the proposed one. */
static void pick_lines(struct view *v, struct doc *d, const struct page *p, const struct page_view *s)
{
	const struct pick *k = item_pick(p, d->item);
	int at = NUMBER_COLS;
	bool sel = s->sel == d->item;

	view_number(v, d, s, d->item - item_first_tick(p) + 1);
	doc_wrap(d, at, at, sel ? ST_SELECTED : ST_TEXT, k->label);
	if (k->hint == NULL || k->hint[0] == '\0')
		;
	else if ((int)text_cols(k->hint, strlen(k->hint)) + 2 <= doc_left(d)) {
		doc_right(d, k->suggested ? ST_ACCENT : ST_DIM, k->hint);
	} else if (!d->dense || sel || k->suggested) {
		doc_line(d);
		doc_wrap(d, at, at, k->suggested ? ST_ACCENT : ST_DIM, k->hint);
	}
	if (k->detail != NULL && (!d->dense || sel)) {
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, k->detail);
	}
}

static void act_doc(struct view *v, const struct page *p, const struct page_view *s, struct doc *d,
                    struct edit_place *place)
{
	int items = item_count(p), picks = item_first_pick(p);

	for (int i = 0; i < items; i++) {
		if (i == item_first_tick(p) || i == picks || i == picks + (int)p->npicks) {
			d->item = -1; /* fields, ticks and answers stand apart */
			doc_blank(d);
		}
		d->item = i;
		if (item_field(p, i) != NULL)
			view_field(v, d, p, s, place);
		else if (item_tick(p, i) != NULL)
			tick_lines(v, d, p, s);
		else
			pick_lines(v, d, p, s);
	}
	while (d->n > 0 && d->line[d->n - 1].n == 0 && !(place->used && place->line == d->n - 1))
		d->n--;
}

static void draw_act(struct view *v, const struct doc *d, struct rect at, struct page_view *s,
                     const struct edit_place *place)
{
	size_t first, end;
	int right = at.col + at.cols - 1;

	s->act.rows = (size_t)at.rows;
	s->act.total = d->n;
	if (doc_item_lines(d, s->sel, &first, &end))
		s->act.top = scroll_to(s->act.top, s->act.rows, d->n, first, end);
	else
		s->act.top = scroll_by(s->act.top, s->act.rows, d->n, 0);
	doc_draw(d, v->f, at, s->act.top);
	if (end > first && first >= s->act.top && first < s->act.top + s->act.rows) {
		v->f->cursor_row = at.row + (int)(first - s->act.top);
		v->f->cursor_col = at.col;
	}
	if (place->used && place->line >= s->act.top && place->line < s->act.top + s->act.rows)
		edit_draw(&s->edit, v->f, at.row + (int)(place->line - s->act.top), at.col + place->col,
		          place->cols, true);
	if (at.rows == 0)
		return;
	if (s->act.top > 0)
		frame_str(v->f, at.row, right, 1, ST_DIM, glyph(GL_LESS, v->ascii));
	if (s->act.top + s->act.rows < d->n)
		frame_str(v->f, at.row + at.rows - 1, right, 1, ST_DIM, glyph(GL_MORE, v->ascii));
}

enum tight { TIGHT_NOT, TIGHT_DENSE, TIGHT_SCARCE };

/* Both parts of a page; the rows that stay free, less than none where it is too long. */
static int lay_out(struct view *v, const struct page *p, const struct page_view *s, struct doc *read,
                   struct doc *act, struct edit_place *place, enum tight tight, size_t command)
{
	bool dense = tight >= TIGHT_DENSE, scarce = tight == TIGHT_SCARCE;
	size_t needed;

	*place = (struct edit_place){0};
	doc_init(read, v->mem, v->l.main.cols);
	doc_init(act, v->mem, v->l.main.cols - (dense ? 1 : 0)); /* a column for the arrows */
	read->dense = dense;
	read->scarce = scarce;
	read->command = command;
	act->dense = dense;
	act->airy = v->l.main.rows >= 14 && !scarce;
	needed = view_read(v, p, read);
	act_doc(v, p, s, act, place);
	return v->l.main.rows - (int)(needed + act->n) - 1;
}

static bool has_command(const struct page *p)
{
	for (size_t i = 0; i < p->nblocks; i++)
		if (view_copies(p, &p->blocks[i]))
			return true;
	return false;
}

/* Room for a page that is too long: without empty lines; then, for the sake of a command, with less of what
 * is read. */
static void squeeze(struct view *v, const struct page *p, const struct page_view *s, struct doc *read,
                    struct doc *act, struct edit_place *place)
{
	enum { COMMAND = 2, WHOLE = 1000 }; /* lines of a command that tell what it is, and all of them */
	enum tight tight = TIGHT_DENSE;
	int free_rows = lay_out(v, p, s, read, act, place, tight, COMMAND);

	if (has_command(p) && (free_rows < 0 || read->hidden > 0)) {
		if (lay_out(v, p, s, read, act, place, TIGHT_SCARCE, WHOLE) >= 0)
			return;
		if (free_rows < 0)
			tight = TIGHT_SCARCE;
		free_rows = lay_out(v, p, s, read, act, place, tight, COMMAND);
	}
	if (free_rows > 0 && read->hidden > 0) /* as much of it as there is room for */
		lay_out(v, p, s, read, act, place, tight, COMMAND + (size_t)free_rows);
}

void view_page(struct view *v, const struct page *p, struct page_view *s)
{
	struct edit_place place;
	struct doc read, act;
	struct split sp;

	if (lay_out(v, p, s, &read, &act, &place, TIGHT_NOT, 0) < 0)
		squeeze(v, p, s, &read, &act, &place);
	sp = layout_split(v->l.main, (int)read.n, (int)act.n);
	s->read.rows = (size_t)sp.read.rows;
	s->read.total = read.n;
	s->read.top = scroll_by(s->read.top, s->read.rows, s->read.total, 0);
	doc_draw(&read, v->f, sp.read, s->read.top);
	view_more(v, sp.gap, s->read.top, s->read.rows, s->read.total);
	draw_act(v, &act, sp.act, s, &place);
}
