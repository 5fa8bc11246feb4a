/*
 * A step: what is asked and measured above, what can be done below.  The two flow
 * together while they fit; else the upper part scrolls and the lower keeps its place.
 */
#include "view.h"

#include <string.h>

#define NUMBER_COLS 5 /* "▸ 4  " before every line that can be chosen */

int page_items(const struct page *p)
{
	return (int)(p->nfields + p->nticks + p->npicks);
}

const struct field *page_field(const struct page *p, int i)
{
	return i >= 0 && (size_t)i < p->nfields ? &p->fields[i] : NULL;
}

const struct tick *page_tick(const struct page *p, int i)
{
	i -= (int)p->nfields;
	return i >= 0 && (size_t)i < p->nticks ? &p->ticks[i] : NULL;
}

const struct pick *page_pick(const struct page *p, int i)
{
	i -= (int)(p->nfields + p->nticks);
	return i >= 0 && (size_t)i < p->npicks ? &p->picks[i] : NULL;
}

/* ---- what is read ---- */

static void progress(struct view *v, struct doc *d, const struct block *b)
{
	int cols = doc_left(d) > 60 ? 24 : doc_left(d) > 40 ? 16 : 8;
	int full = b->done >= b->total ? cols : (int)(b->done * (uint64_t)cols / b->total);

	for (int i = 0; i < cols; i++)
		doc_add(d, i < full ? ST_ACCENT : ST_DIM, glyph(i < full ? GL_FULL : GL_EMPTY, v->ascii));
	doc_add(d, ST_DIM,
	        arena_fmt(v->mem, "  %s of %s", text_size(v->mem, b->done), text_size(v->mem, b->total)));
}

static int label_cols(const struct page *p, enum block_kind a, enum block_kind b, int width)
{
	int cols = 0, most = width / 3;

	for (size_t i = 0; i < p->nblocks; i++) {
		const struct block *k = &p->blocks[i];
		int w = k->label != NULL ? (int)text_cols(k->label, strlen(k->label)) : 0;

		if ((k->kind == a || k->kind == b) && w > cols)
			cols = w;
	}
	return cols < most ? cols : most;
}

/* "✗ SCEP URL   504 ...", its text wrapped beneath itself. */
static void block_check(struct view *v, struct doc *d, const struct page *p, const struct block *b)
{
	const char *sign = mark_glyph(b->mark, v->ascii);
	int cols = label_cols(p, BLOCK_CHECK, BLOCK_CHECK, d->width);
	int at;

	doc_line(d);
	if (b->mark == MARK_NONE)
		sign = glyph(GL_RUNNING, v->ascii);
	doc_add(d, b->mark == MARK_NONE ? ST_ACCENT : mark_style(b->mark), sign);
	doc_add(d, ST_TEXT, " ");
	at = d->line[d->n - 1].used;
	if (b->label != NULL && d->width >= 44) {
		doc_cell(d, cols, ST_STRONG, b->label);
		doc_add(d, ST_TEXT, "  ");
		at = d->line[d->n - 1].used;
	} else if (b->label != NULL) {
		doc_add(d, ST_STRONG, b->label);
		if (b->text != NULL || b->total > 0) {
			doc_line(d);
			doc_tab(d, at);
		}
	}
	if (b->text != NULL && b->text[0] != '\0')
		doc_wrap(d, at, at, b->mark == MARK_NONE ? ST_ACCENT : ST_TEXT, b->text);
	if (b->total > 0 && b->mark == MARK_NONE) {
		if (b->text != NULL && b->text[0] != '\0')
			doc_line(d);
		doc_tab(d, at);
		progress(v, d, b);
	}
}

/* "Cause    The pool is not started": a word, then text beside it. */
static void block_named(struct doc *d, const struct page *p, const struct block *b, const char *name,
                        enum style style)
{
	int cols = label_cols(p, BLOCK_CAUSE, BLOCK_BECAUSE, d->width);
	const char *label = b->label != NULL ? b->label : name;

	if (cols < 7)
		cols = 7;
	doc_line(d);
	doc_cell(d, cols, ST_DIM, label);
	doc_add(d, ST_TEXT, "  ");
	if (b->text != NULL)
		doc_wrap(d, cols + 2, cols + 2, style, b->text);
}

static void block_sign(struct view *v, struct doc *d, const struct block *b, enum mark mark, enum style style)
{
	int at;

	doc_line(d);
	if (mark != MARK_NONE) {
		doc_add(d, mark_style(mark), mark_glyph(mark, v->ascii));
		doc_add(d, ST_TEXT, " ");
	}
	if (b->label != NULL && b->label[0] != '\0') {
		doc_add(d, ST_STRONG, b->label);
		doc_add(d, ST_TEXT, "  ");
	}
	at = d->line[d->n - 1].used;
	if (b->text != NULL)
		doc_wrap(d, at, at > d->width / 2 ? 2 : at, style, b->text);
}

static void block_command(struct doc *d, const struct block *b)
{
	if (b->label != NULL) {
		doc_line(d);
		doc_wrap(d, 0, 0, ST_DIM, b->label);
	}
	for (const char *s = b->text; s != NULL && *s != '\0';) {
		const char *end = strchr(s, '\n');
		size_t n = end != NULL ? (size_t)(end - s) : strlen(s);

		doc_line(d);
		doc_wrap(d, 2, 4, ST_CODE, arena_strndup(d->mem, s, n));
		s = end != NULL ? end + 1 : NULL;
	}
}

/* Blocks of one sort stand together; between two sorts there is a free line. */
static int family(enum block_kind k)
{
	switch (k) {
	case BLOCK_CHECK:
	case BLOCK_DETAIL:
		return 1;
	case BLOCK_CAUSE:
	case BLOCK_BECAUSE:
		return 2;
	case BLOCK_TEXT:
	case BLOCK_SOURCE:
	case BLOCK_COMMAND:
	case BLOCK_WARNING:
	case BLOCK_ERROR:
	case BLOCK_HINT:
		break;
	}
	return 10 + (int)k;
}

static void block(struct view *v, struct doc *d, const struct page *p, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_TEXT:
		if (b->text != NULL)
			doc_prose(d, 0, ST_TEXT, b->text);
		break;
	case BLOCK_SOURCE:
		doc_line(d);
		doc_wrap(d, 0, 2, ST_DIM,
		         arena_fmt(v->mem, "%s %s", b->label != NULL ? b->label : "Source:", b->text));
		break;
	case BLOCK_CHECK:
		block_check(v, d, p, b);
		break;
	case BLOCK_DETAIL:
		doc_line(d);
		doc_wrap(d, 2, 4, ST_DIM,
		         b->label != NULL ? arena_fmt(v->mem, "%s %s", b->label, b->text) : b->text);
		break;
	case BLOCK_CAUSE:
		block_named(d, p, b, "Cause", ST_STRONG);
		break;
	case BLOCK_BECAUSE:
		block_named(d, p, b, "Because", ST_TEXT);
		break;
	case BLOCK_COMMAND:
		block_command(d, b);
		break;
	case BLOCK_WARNING:
		block_sign(v, d, b, MARK_WARN, ST_TEXT);
		break;
	case BLOCK_ERROR:
		block_sign(v, d, b, MARK_BAD, ST_TEXT);
		break;
	case BLOCK_HINT:
		block_sign(v, d, b, MARK_NONE, ST_DIM);
		break;
	}
}

static void read_doc(struct view *v, const struct page *p, struct doc *d)
{
	if (p->ask != NULL)
		doc_wrap(d, 0, 0, ST_STRONG, p->ask);
	for (size_t i = 0; i < p->nblocks; i++) {
		if (i == 0 || family(p->blocks[i].kind) != family(p->blocks[i - 1].kind))
			doc_blank(d);
		block(v, d, p, &p->blocks[i]);
	}
}

/* ---- what is done ---- */

/* Where the line editor goes once the lines have found their rows. */
struct edit_place {
	size_t line;
	int col, cols;
	bool used;
};

static void number(struct view *v, struct doc *d, const struct page_view *s, int digit)
{
	bool sel = s->sel == d->item;

	doc_line(d);
	doc_add(d, ST_SELECTED, sel ? glyph(GL_POINTER, v->ascii) : " ");
	doc_tab(d, 2);
	if (digit >= 1 && digit <= 9)
		doc_add(d, sel ? ST_SELECTED : ST_DIM, arena_fmt(v->mem, "%d", digit));
	doc_tab(d, digit > 0 ? NUMBER_COLS : 2);
}

static void choices(struct view *v, struct doc *d, const struct field *f, const struct page_view *s, int at)
{
	bool sel = s->sel == d->item;

	for (size_t i = 0; i < f->def->nchoices; i++) {
		const struct input_choice *c = &f->def->choices[i];
		bool on = sel ? s->choice == i : f->value != NULL && strcmp(f->value, c->id) == 0;
		const char *sign = glyph(on ? GL_CHOSEN : GL_UNCHOSEN, v->ascii);

		if (doc_left(d) <
		    (int)(text_cols(c->label, strlen(c->label)) + text_cols(sign, strlen(sign))) + 1) {
			doc_line(d);
			doc_tab(d, at);
		}
		doc_add(d, on ? ST_SELECTED : ST_DIM, sign);
		doc_add(d, ST_TEXT, " ");
		doc_add(d, on ? ST_SELECTED : ST_TEXT, c->label);
		doc_tab(d, d->line[d->n - 1].used + 3);
	}
}

static void candidates(struct view *v, struct doc *d, const struct page_view *s, int at)
{
	size_t most = 8;

	for (size_t i = 0; i < s->files.n && i < most; i++) {
		const struct path_entry *e = &s->files.entry[i];

		doc_line(d);
		doc_tab(d, at);
		doc_add(d, ST_CODE, e->name);
		if (e->folder)
			doc_add(d, ST_CODE, "/");
		else
			doc_right(d, ST_DIM, text_size(v->mem, e->size));
	}
	if (s->files.total > most) {
		doc_line(d);
		doc_tab(d, at);
		doc_add(d, ST_DIM, arena_fmt(v->mem, "and %zu more", s->files.total - most));
	}
}

static void field_value(struct view *v, struct doc *d, const struct field *f)
{
	if (f->skipped)
		doc_add(d, ST_DIM, "not at hand");
	else if (f->value != NULL)
		doc_add(d, f->given ? ST_TEXT : ST_DIM, text_middle(v->mem, f->value, doc_left(d), false));
	else
		doc_add(d, ST_DIM, "not given yet");
}

static void field_help(struct view *v, struct doc *d, const struct field *f, const struct page_view *s,
                       int at)
{
	const struct input_def *def = f->def;

	candidates(v, d, s, at);
	if (def->help != NULL) {
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, def->help);
	}
	if (def->type == INPUT_FILE) {
		if (def->fetch != NULL) {
			doc_line(d);
			doc_wrap(d, at, at + 2, ST_CODE, def->fetch);
		}
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, "A file or a folder; Tab completes, or drop it on this window.");
	}
	if (def->type == INPUT_TIME) {
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, "In UTC, like 2026-11-22T14:05:00Z.");
	}
}

static void action_field(struct view *v, struct doc *d, const struct page *p, const struct page_view *s,
                         struct edit_place *place)
{
	const struct field *f = page_field(p, d->item);
	bool sel = s->sel == d->item;
	int at = 2 + (d->width >= 64 ? 22 : 0);

	number(v, d, s, 0);
	doc_cell(d, at > 2 ? at - 4 : d->width - 4, sel ? ST_SELECTED : ST_STRONG, f->def->label);
	doc_add(d, f->given ? ST_OK : ST_DIM, f->given ? mark_glyph(MARK_OK, v->ascii) : " ");
	if (at == 2) {
		doc_line(d);
		at = 4;
	}
	doc_tab(d, at);
	if (f->def->type == INPUT_CHOICE) {
		choices(v, d, f, s, at);
	} else if (sel && s->editing) {
		*place = (struct edit_place){d->n - 1, at, d->width - at, true};
		doc_tab(d, d->width);
	} else {
		field_value(v, d, f);
	}
	if (sel)
		field_help(v, d, f, s, at);
	doc_blank(d);
}

static void action_tick(struct view *v, struct doc *d, const struct page *p, const struct page_view *s)
{
	const struct tick *t = page_tick(p, d->item);
	int at;

	number(v, d, s, d->item - (int)p->nfields + 1);
	doc_add(d, t->done ? ST_OK : ST_DIM, glyph(t->done ? GL_TICKED : GL_UNTICKED, v->ascii));
	doc_add(d, ST_TEXT, " ");
	at = d->line[d->n - 1].used;
	doc_wrap(d, at, at, s->sel == d->item ? ST_SELECTED : t->done ? ST_DIM : ST_TEXT, t->text);
	if (t->detail != NULL && t->detail[0] != '\0') {
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, t->detail);
	}
}

static void action_pick(struct view *v, struct doc *d, const struct page *p, const struct page_view *s)
{
	const struct pick *k = page_pick(p, d->item);
	int at = p->nticks > 0 ? 2 : NUMBER_COLS;

	number(v, d, s, p->nticks > 0 ? 0 : d->item - (int)p->nfields + 1);
	doc_wrap(d, at, at, s->sel == d->item ? ST_SELECTED : ST_TEXT, k->label);
	if (k->hint == NULL || k->hint[0] == '\0')
		return;
	if (k->suggested && (int)text_cols(k->hint, strlen(k->hint)) + 2 <= doc_left(d)) {
		doc_right(d, ST_ACCENT, k->hint);
		return;
	}
	doc_line(d);
	doc_wrap(d, at, at, k->suggested ? ST_ACCENT : ST_DIM, k->hint);
}

static void act_doc(struct view *v, const struct page *p, const struct page_view *s, struct doc *d,
                    struct edit_place *place)
{
	int items = page_items(p);

	for (int i = 0; i < items; i++) {
		bool first_pick = page_pick(p, i) == p->picks && p->picks != NULL;

		if (first_pick) {
			d->item = -1;
			doc_blank(d);
		}
		d->item = i;
		if (page_field(p, i) != NULL)
			action_field(v, d, p, s, place);
		else if (page_tick(p, i) != NULL)
			action_tick(v, d, p, s);
		else
			action_pick(v, d, p, s);
	}
	while (d->n > 0 && d->line[d->n - 1].n == 0 && !(place->used && place->line == d->n - 1))
		d->n--;
}

static void draw_act(struct view *v, const struct doc *d, struct rect at, struct page_view *s,
                     const struct edit_place *place)
{
	size_t first, end;

	s->act.rows = (size_t)at.rows;
	s->act.total = d->n;
	if (doc_item_lines(d, s->sel, &first, &end))
		s->act.top = scroll_to(s->act.top, s->act.rows, d->n, first, end);
	else
		s->act.top = scroll_by(s->act.top, s->act.rows, d->n, 0);
	doc_draw(d, v->f, at, s->act.top);
	if (place->used && place->line >= s->act.top && place->line < s->act.top + s->act.rows)
		edit_draw(&s->edit, v->f, at.row + (int)(place->line - s->act.top), at.col + place->col,
		          place->cols, true);
	if (s->act.top > 0)
		frame_str(v->f, at.row, at.col + at.cols - 1, 1, ST_DIM, glyph(GL_LESS, v->ascii));
	if (s->act.top + s->act.rows < d->n && at.rows > 0)
		frame_str(v->f, at.row + at.rows - 1, at.col + at.cols - 1, 1, ST_DIM,
		          glyph(GL_MORE, v->ascii));
}

void view_page(struct view *v, const struct page *p, struct page_view *s)
{
	struct edit_place place = {0};
	struct doc read, act;
	struct split sp;

	doc_init(&read, v->mem, v->l.main.cols);
	doc_init(&act, v->mem, v->l.main.cols);
	read_doc(v, p, &read);
	act_doc(v, p, s, &act, &place);
	sp = layout_split(v->l.main, (int)read.n, (int)act.n);
	s->read.rows = (size_t)sp.read.rows;
	s->read.total = read.n;
	s->read.top = scroll_by(s->read.top, s->read.rows, s->read.total, 0);
	doc_draw(&read, v->f, sp.read, s->read.top);
	view_more(v, sp.gap, s->read.top, s->read.rows, s->read.total);
	draw_act(v, &act, sp.act, s, &place);
}
