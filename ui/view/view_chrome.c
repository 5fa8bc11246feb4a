/*
 * What every screen has in the same place: the header, two rules, the message and the
 * footer made from the key table; and text that scrolls within a rectangle.
 */
#include "view.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum style mark_style(enum mark m)
{
	switch (m) {
	case MARK_OK:
		return ST_OK;
	case MARK_BAD:
		return ST_BAD;
	case MARK_WARN:
		return ST_WARN;
	case MARK_OPEN:
		return ST_DIM;
	case MARK_NONE:
		break;
	}
	return ST_TEXT;
}

static void header(struct view *v, const struct chrome *c)
{
	struct rect h = v->l.header;
	int right = h.col + h.cols, room;

	if (c->corner != NULL) {
		int w = (int)text_cols(c->corner, strlen(c->corner));

		if (w + 12 < h.cols) {
			right -= w;
			frame_str(v->f, h.row, right, w, ST_DIM, c->corner);
			right -= 3;
		}
	}
	if (c->status != NULL) {
		const char *sign = mark_glyph(c->status_mark, v->ascii);
		int w = (int)text_cols(c->status, strlen(c->status));
		int sw = (int)text_cols(sign, strlen(sign));
		int most = right - h.col - 8; /* something of the title always stays */

		if (w + sw + 1 > most)
			w = most - sw - 1;
		right -= w + sw + 1;
		frame_str(v->f, h.row, right, w, c->status_mark == MARK_BAD ? ST_BAD : ST_DIM, c->status);
		frame_str(v->f, h.row, right + w + 1, sw, mark_style(c->status_mark), sign);
		right -= 2;
	}
	room = right - h.col;
	if (room > 0) {
		struct doc d;

		doc_init(&d, v->mem, room);
		doc_add(&d, ST_STRONG, c->title);
		doc_draw(&d, v->f, (struct rect){h.row, h.col, 1, room}, 0);
	}
}

/* Rows with the same action and word stand once, under the first key. */
static const char *foot_key(const struct view *v, const struct binding *b, char out[24])
{
	if (b->act == ACT_DOWN)
		return glyph(GL_UPDOWN, v->ascii);
	if (b->act == ACT_RIGHT)
		return glyph(GL_LEFTRIGHT, v->ascii);
	return key_label(b->key, out);
}

static int foot_entry(struct view *v, const struct binding *b, int col, bool draw)
{
	char name[24];
	const char *key = foot_key(v, b, name);
	int kw = (int)text_cols(key, strlen(key));
	int fw = (int)text_cols(b->foot, strlen(b->foot));

	if (draw) {
		frame_str(v->f, v->l.footer.row, col, kw, ST_KEY, key);
		frame_str(v->f, v->l.footer.row, col + kw + 1, fw, ST_DIM, b->foot);
	}
	return kw + 1 + fw;
}

static bool offered(const struct binding *b, const struct chrome *c)
{
	return b->foot != NULL && (b->need & ~c->have) == 0;
}

/* As many keys as fit, in the order of the table; help and the key that answers always. */
void view_footer(struct view *v, const struct chrome *c)
{
	struct binding help = {.act = ACT_NONE}, enter = {.act = ACT_NONE};
	int col = v->l.footer.col, end = col + v->l.footer.cols;
	int gap = v->l.footer.cols < 60 ? 2 : 3;
	bool waits; /* the key that answers is still to come */

	for (struct key_walk w = {.at = c->at}; keymap_next(&w);)
		if (w.b.act == ACT_HELP && offered(&w.b, c))
			help = w.b;
		else if (enter.act == ACT_NONE && w.b.act == ACT_ENTER && offered(&w.b, c))
			enter = w.b;
	waits = enter.act != ACT_NONE;
	if (help.act != ACT_NONE)
		end -= foot_entry(v, &help, 0, false) + gap;
	for (struct key_walk w = {.at = c->at}; keymap_next(&w);) {
		bool is_enter = waits && w.b.act == ACT_ENTER;
		int kept = waits && !is_enter ? foot_entry(v, &enter, 0, false) + gap : 0;

		/* Where room is short the key that answers is worth more than those before it. */
		if (w.b.act == ACT_HELP || !offered(&w.b, c) ||
		    col + foot_entry(v, &w.b, 0, false) + kept > end)
			continue;
		col += foot_entry(v, &w.b, col, true) + gap;
		waits = waits && !is_enter;
	}
	if (help.act != ACT_NONE)
		foot_entry(v, &help, col, true);
}

static void message(struct view *v, const struct chrome *c, const struct doc *d)
{
	struct rect r = v->l.message;

	if (r.rows == 0)
		return;
	frame_blank(v->f, r);
	doc_draw(d, v->f, r, 0);
	(void)c;
}

static void too_small(struct view *v)
{
	struct doc d;

	doc_init(&d, v->mem, v->f->cols);
	doc_wrap(&d, 0, 0, ST_TEXT, "Too small to draw: enlarge the window, or use casebook --plain");
	doc_draw(&d, v->f, (struct rect){0, 0, v->f->rows, v->f->cols}, 0);
}

bool view_chrome(struct view *v, const struct chrome *c)
{
	struct doc d;
	int cols = v->f->cols;

	doc_init(&d, v->mem, cols >= 60 ? cols - 4 : cols - 2);
	if (c->message != NULL && c->message[0] != '\0') {
		doc_line(&d);
		if (c->message_mark != MARK_NONE) {
			doc_add(&d, mark_style(c->message_mark), mark_glyph(c->message_mark, v->ascii));
			doc_add(&d, ST_TEXT, " ");
		}
		doc_wrap(&d, d.line[0].used, d.line[0].used, ST_TEXT, c->message);
	}
	v->l = layout_make(v->f->rows, cols, c->side, (int)d.n);
	if (v->l.too_small) {
		too_small(v);
		return false;
	}
	header(v, c);
	if (v->l.rule.rows > 0) {
		frame_repeat(v->f, v->l.rule.row, 0, cols, ST_RULE, glyph(GL_RULE, v->ascii));
		frame_repeat(v->f, v->l.foot_rule.row, 0, cols, ST_RULE, glyph(GL_RULE, v->ascii));
	}
	for (int y = 0; v->l.bar.cols > 0 && y < v->l.bar.rows; y++)
		frame_str(v->f, v->l.bar.row + y, v->l.bar.col, 1, ST_RULE, glyph(GL_BAR, v->ascii));
	message(v, c, &d);
	return true;
}

void view_more(struct view *v, struct rect row, size_t top, size_t shown, size_t total)
{
	const char *text;
	int w;

	if (row.rows == 0 || total <= shown)
		return;
	if (top + shown < total)
		text = arena_fmt(v->mem, "%s %zu more %s, PgDn", glyph(GL_MORE, v->ascii),
		                 total - top - shown, total - top - shown == 1 ? "line" : "lines");
	else
		text = arena_fmt(v->mem, "%s the end, PgUp", glyph(GL_LESS, v->ascii));
	w = (int)text_cols(text, strlen(text));
	if (w <= row.cols)
		frame_str(v->f, row.row, row.col + row.cols - w, w, ST_DIM, text);
}

static void find_sections(const struct doc *d, struct scroll *s)
{
	bool found = false;

	s->before = s->after = s->top;
	for (size_t i = 0; i < d->n && !found; i++) {
		bool begins = d->line[i].item >= 0 && (i == 0 || d->line[i - 1].item != d->line[i].item);

		if (begins && i < s->top)
			s->before = i;
		found = begins && i > s->top;
		if (found)
			s->after = i;
	}
	if (s->before == s->top)
		s->before = 0;
}

/* ASCII letters alike; what is searched is a word or two. */
static bool holds(const char *text, size_t n, const char *find)
{
	size_t m = strlen(find);

	for (size_t i = 0; i + m <= n; i++)
		if (strncasecmp(text + i, find, m) == 0)
			return true;
	return false;
}

static bool line_holds(const struct line *l, const char *find, struct buf *text)
{
	buf_clear(text);
	for (size_t i = 0; i < l->n; i++) {
		buf_str(text, i > 0 ? " " : "");
		buf_put(text, l->run[i].s, l->run[i].n);
	}
	return holds(buf_cstr(text), text->n, find);
}

/* Goes to the wanted line; which of how many it is stands in the last row. */
static const char *seek(struct view *v, const struct doc *d, struct scroll *s)
{
	size_t n = 0, nth = 0, best = SIZE_MAX, best_nth = 0, from = s->go == 0 ? s->top : s->hit;
	struct buf text;

	buf_init(&text, BUF_MAX_LINE);
	for (size_t i = 0; i < d->n; i++) {
		bool wanted;

		if (!line_holds(&d->line[i], s->find, &text))
			continue;
		n++;
		nth = i <= s->hit ? n : nth;
		wanted = s->go < 0 ? i < from : s->go == 0 ? i >= from : i > from;
		if (s->seek && wanted && (best == SIZE_MAX || s->go < 0)) {
			best = i;
			best_nth = n;
		}
	}
	if (best != SIZE_MAX) {
		nth = best_nth;
		s->hit = best;
		s->top = best > s->rows / 3 ? best - s->rows / 3 : 0;
	}
	buf_release(&text);
	if (n == 0)
		return arena_fmt(v->mem, "\"%s\" does not stand here", s->find);
	return arena_fmt(v->mem, "\"%s\": line %zu of %zu%s", s->find, nth, n,
	                 s->seek && best == SIZE_MAX ? ", there is no further one" : "");
}

void view_scroll(struct view *v, const struct doc *d, struct rect at, struct scroll *s)
{
	struct rect body = at;
	const char *found = NULL;

	if ((int)d->n > at.rows && at.rows > 1)
		body.rows--; /* the last row tells how much is left */
	s->rows = (size_t)(body.rows > 0 ? body.rows : 0);
	s->total = d->n;
	if (s->find[0] != '\0') {
		if (body.rows == at.rows && at.rows > 1)
			body.rows--;
		s->rows = (size_t)body.rows;
		found = seek(v, d, s);
		s->seek = false;
	}
	s->top = scroll_by(s->top, s->rows, s->total, 0);
	find_sections(d, s);
	doc_draw(d, v->f, body, s->top);
	if (found != NULL) {
		frame_str(v->f, at.row + body.rows, at.col, at.cols, ST_ACCENT, found);
		if (s->hit >= s->top && s->hit < s->top + s->rows && at.col >= 2)
			frame_str(v->f, at.row + (int)(s->hit - s->top), at.col - 2, 1, ST_SELECTED,
			          glyph(GL_POINTER, v->ascii));
	}
	view_more(v, (struct rect){at.row + body.rows, at.col, at.rows - body.rows, at.cols}, s->top, s->rows,
	          s->total);
}

void view_choose(struct view *v, const struct doc *d, struct rect at, struct scroll *s, int item)
{
	size_t first, end, rows = (size_t)(at.rows > 0 ? at.rows : 0);
	bool any = doc_item_lines(d, item, &first, &end);

	if ((int)d->n > at.rows && at.rows > 1)
		rows--;
	if (any)
		s->top = scroll_to(s->top, rows, d->n, first, end);
	view_scroll(v, d, at, s);
	if (any && first >= s->top && first < s->top + s->rows) {
		v->f->cursor_row = at.row + (int)(first - s->top);
		v->f->cursor_col = at.col;
	}
}
