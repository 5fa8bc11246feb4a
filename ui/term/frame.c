/* Cells.  Knows text and its width; knows no terminal and no meaning of what it holds. */
#include "frame.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define REPLACEMENT "\xEF\xBF\xBD"

static const struct cell blank = {.ch = " ", .len = 1, .width = 1, .style = ST_TEXT};

void frame_clear(struct frame *f)
{
	size_t n = (size_t)f->rows * (size_t)f->cols;

	for (size_t i = 0; i < n; i++)
		f->cells[i] = blank;
	for (int y = 0; y < f->rows; y++)
		f->item[y] = -1;
	f->mouse = false;
	f->cursor_row = f->cursor_col = -1;
	f->cursor_shown = false;
}

void frame_resize(struct frame *f, int rows, int cols)
{
	rows = rows < 0 ? 0 : rows > FRAME_MAX_ROWS ? FRAME_MAX_ROWS : rows;
	cols = cols < 0 ? 0 : cols > FRAME_MAX_COLS ? FRAME_MAX_COLS : cols;
	if (f->cells == NULL || rows != f->rows || cols != f->cols)
		f->cells = xrealloc(f->cells, (size_t)rows * (size_t)cols * sizeof(*f->cells));
	if (f->item == NULL || rows != f->rows)
		f->item = xrealloc(f->item, ((size_t)rows + 1) * sizeof(*f->item));
	f->rows = rows;
	f->cols = cols;
	frame_clear(f);
}

void frame_release(struct frame *f)
{
	free(f->cells);
	free(f->item);
	*f = (struct frame){0};
}

void frame_copy(struct frame *to, const struct frame *from)
{
	if (to->cells == NULL || to->rows != from->rows || to->cols != from->cols)
		frame_resize(to, from->rows, from->cols);
	memcpy(to->cells, from->cells, (size_t)from->rows * (size_t)from->cols * sizeof(*to->cells));
	to->mouse = from->mouse;
	to->cursor_row = from->cursor_row;
	to->cursor_col = from->cursor_col;
	to->cursor_shown = from->cursor_shown;
}

void frame_item_is(struct frame *f, int row, int item)
{
	if (row >= 0 && row < f->rows)
		f->item[row] = item;
}

int frame_item(const struct frame *f, int row)
{
	return row >= 0 && row < f->rows ? f->item[row] : -1;
}

static struct cell *at(struct frame *f, int row, int col)
{
	if (row < 0 || col < 0 || row >= f->rows || col >= f->cols)
		return NULL;
	return &f->cells[(size_t)row * (size_t)f->cols + (size_t)col];
}

const struct cell *frame_at(const struct frame *f, int row, int col)
{
	if (row < 0 || col < 0 || row >= f->rows || col >= f->cols)
		return NULL;
	return &f->cells[(size_t)row * (size_t)f->cols + (size_t)col];
}

/* One character as the screen shows it. */
struct glyphlet {
	size_t took;      /* bytes of the source */
	const char *show; /* what is written instead, or the source itself */
	size_t len;
	int width;
};

static struct glyphlet next_glyph(const char *s, size_t n, bool first)
{
	unsigned char c = (unsigned char)s[0];
	struct glyphlet g = {1, s, 1, 1};
	uint32_t cp;

	if (c >= 0x20 && c < 0x7F)
		return g;
	g.took = utf8_decode(s, n, &cp);
	g.len = g.took;
	if (utf8_is_unsafe(cp) || (g.took == 1 && c >= 0x80)) {
		g.show = REPLACEMENT;
		g.len = 3;
		return g;
	}
	g.width = utf8_width_cp(cp);
	if (g.width == 0 && first) { /* a mark with nothing to stand on */
		g.show = REPLACEMENT;
		g.len = 3;
		g.width = 1;
	}
	return g;
}

size_t text_cols(const char *s, size_t n)
{
	size_t cols = 0, i = 0;

	while (i < n) {
		struct glyphlet g = next_glyph(s + i, n - i, i == 0);

		cols += (size_t)g.width;
		i += g.took;
	}
	return cols;
}

size_t text_fit(const char *s, size_t n, size_t cols)
{
	size_t used = 0, i = 0;

	while (i < n) {
		struct glyphlet g = next_glyph(s + i, n - i, i == 0);

		if (used + (size_t)g.width > cols)
			break;
		used += (size_t)g.width;
		i += g.took;
	}
	return i;
}

/* Half of a wide character must not survive when the other half is overwritten. */
static void cut_wide(struct frame *f, int row, int col)
{
	struct cell *c = at(f, row, col);
	struct cell *left = at(f, row, col - 1);
	struct cell *right = at(f, row, col + 1);

	if (c == NULL)
		return;
	if (c->width == 0 && left != NULL)
		*left = blank;
	if (c->width == 2 && right != NULL)
		*right = blank;
}

static void set_cell(struct frame *f, int row, int col, const struct glyphlet *g, enum style style)
{
	struct cell *c = at(f, row, col);

	if (c->width != 1)
		cut_wide(f, row, col);
	*c = (struct cell){.len = (uint8_t)g->len, .width = (uint8_t)g->width, .style = (uint8_t)style};
	memcpy(c->ch, g->show, g->len);
	if (g->width == 2) {
		struct cell *half = at(f, row, col + 1);

		cut_wide(f, row, col + 1);
		*half = (struct cell){.len = 0, .width = 0, .style = (uint8_t)style};
	}
}

/* A mark that takes no column joins the character before it, while there is room. */
static void join(struct frame *f, int row, int col, const struct glyphlet *g)
{
	struct cell *c = at(f, row, col);

	if (c != NULL && c->width == 0)
		c = at(f, row, col - 1);
	if (c == NULL || c->len + g->len >= sizeof(c->ch))
		return;
	memcpy(c->ch + c->len, g->show, g->len);
	c->len = (uint8_t)(c->len + g->len);
}

int frame_put(struct frame *f, int row, int col, int max, enum style style, const char *s, size_t n)
{
	int used = 0;
	size_t i = 0;

	if (row < 0 || row >= f->rows || col < 0)
		return 0;
	if (max > f->cols - col)
		max = f->cols - col;
	while (i < n) {
		struct glyphlet g = next_glyph(s + i, n - i, used == 0);

		if (used + g.width > max)
			break;
		if (g.width == 0)
			join(f, row, col + used - 1, &g);
		else
			set_cell(f, row, col + used, &g, style);
		used += g.width;
		i += g.took;
	}
	return used;
}

int frame_str(struct frame *f, int row, int col, int max, enum style style, const char *s)
{
	return frame_put(f, row, col, max, style, s, strlen(s));
}

void frame_repeat(struct frame *f, int row, int col, int cols, enum style style, const char *g)
{
	int w = (int)text_cols(g, strlen(g));

	for (int used = 0; w > 0 && used + w <= cols; used += w)
		frame_str(f, row, col + used, w, style, g);
}

void frame_blank(struct frame *f, struct rect r)
{
	for (int y = r.row; y < r.row + r.rows; y++)
		for (int x = r.col; x < r.col + r.cols; x++) {
			struct cell *c = at(f, y, x);

			if (c != NULL) {
				cut_wide(f, y, x);
				*c = blank;
			}
		}
}

static char ascii_of(uint32_t cp)
{
	/* U+00A0..U+00FF: the letter without its accent. */
	static const char latin[] = " !cL?Y|S\"Ca<--R-o+23'uP.,1o>123?AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
	                            "aaaaaaaceeeeiiiidnooooo/ouuuuyty";
	static const struct {
		uint32_t cp;
		char c;
	} table[] = {
	        {0x2010, '-'}, {0x2011, '-'}, {0x2013, '-'}, {0x2014, '-'}, {0x2018, '\''}, {0x2019, '\''},
	        {0x201C, '"'}, {0x201D, '"'}, {0x2022, '*'}, {0x2026, '~'}, {0x2190, '<'},  {0x2192, '>'},
	        {0x2191, '^'}, {0x2193, 'v'}, {0x203A, '>'}, {0x2039, '<'}, {0x2212, '-'},  {0x2260, '!'},
	        {0x2264, '<'}, {0x2265, '>'}, {0x2500, '-'}, {0x2502, '|'}, {0x25B8, '>'},  {0x2713, '+'},
	        {0x2717, 'x'}, {0x25B2, '!'},
	};

	if (cp >= 0xA0 && cp <= 0xFF)
		return latin[cp - 0xA0];
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (table[i].cp == cp)
			return table[i].c;
	return '?';
}

void frame_to_ascii(struct frame *f)
{
	size_t n = (size_t)f->rows * (size_t)f->cols;

	for (size_t i = 0; i < n; i++) {
		struct cell *c = &f->cells[i];
		uint32_t cp;

		if (c->len == 1 && c->ch[0] >= 0x20)
			continue;
		if (c->width == 0) { /* the second half of what is now one letter */
			c->ch[0] = ' ';
		} else {
			utf8_decode(c->ch, c->len, &cp);
			c->ch[0] = cp < 0x80 ? (char)cp : ascii_of(cp);
		}
		c->len = c->width = 1;
	}
}

static void dump_row(const struct frame *f, int row, bool styles, struct buf *out)
{
	int last = f->cols - 1;

	while (last >= 0) {
		const struct cell *c = frame_at(f, row, last);

		if (styles ? c->style != ST_TEXT : c->len != 1 || c->ch[0] != ' ')
			break;
		last--;
	}
	for (int x = 0; x <= last; x++) {
		const struct cell *c = frame_at(f, row, x);

		if (!styles)
			buf_put(out, c->ch, c->len);
		else if (c->style == ST_TEXT && c->ch[0] == ' ')
			buf_char(out, ' ');
		else
			buf_char(out, style_letter((enum style)c->style));
	}
	buf_char(out, '\n');
}

void frame_dump(const struct frame *f, bool styles, struct buf *out)
{
	for (int y = 0; y < f->rows; y++)
		dump_row(f, y, false, out);
	if (!styles)
		return;
	if (f->cursor_row >= 0)
		buf_fmt(out, "-- cursor %d,%d%s\n", f->cursor_row, f->cursor_col,
		        f->cursor_shown ? " shown" : "");
	buf_str(out, "-- styles\n");
	for (int y = 0; y < f->rows; y++)
		dump_row(f, y, true, out);
}
