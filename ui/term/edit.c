/* The line editor.  Knows keys and text; knows nothing of what is being asked. */
#include "edit.h"

#include <string.h>

#include <casebook/utf8.h>

void edit_set(struct edit *e, const char *text)
{
	e->n = e->at = 0;
	e->text[0] = '\0';
	if (text != NULL)
		edit_insert(e, text, strlen(text));
}

static size_t before(const struct edit *e, size_t at)
{
	uint32_t cp;

	/* Back over a whole character and the marks that stand on it. */
	while (at > 0) {
		at--;
		while (at > 0 && ((unsigned char)e->text[at] & 0xC0) == 0x80)
			at--;
		utf8_decode(e->text + at, e->n - at, &cp);
		if (utf8_width_cp(cp) != 0)
			break;
	}
	return at;
}

static size_t after(const struct edit *e, size_t at)
{
	uint32_t cp;

	if (at < e->n)
		at += utf8_decode(e->text + at, e->n - at, &cp);
	while (at < e->n) {
		size_t len = utf8_decode(e->text + at, e->n - at, &cp);

		if (utf8_width_cp(cp) != 0)
			break;
		at += len;
	}
	return at;
}

static void cut(struct edit *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, e->n - to + 1);
	e->n -= to - from;
	e->at = from;
}

void edit_insert(struct edit *e, const char *s, size_t n)
{
	for (size_t i = 0; i < n;) {
		uint32_t cp;
		size_t len = utf8_decode(s + i, n - i, &cp);
		char enc[4];
		size_t add;

		i += len;
		if (cp == '\n' || cp == '\t')
			cp = ' ';
		if (utf8_is_unsafe(cp) || (cp == 0xFFFD && len == 1))
			continue;
		add = utf8_encode(cp, enc);
		if (e->n + add > EDIT_MAX)
			return;
		memmove(e->text + e->at + add, e->text + e->at, e->n - e->at + 1);
		memcpy(e->text + e->at, enc, add);
		e->n += add;
		e->at += add;
	}
}

static size_t word_start(const struct edit *e)
{
	size_t at = e->at;

	while (at > 0 && strchr(" /\\", e->text[at - 1]) != NULL)
		at--;
	while (at > 0 && strchr(" /\\", e->text[at - 1]) == NULL)
		at--;
	return at;
}

static bool control_key(struct edit *e, uint32_t letter)
{
	switch (letter) {
	case 'A':
		e->at = 0;
		return true;
	case 'E':
		e->at = e->n;
		return true;
	case 'B':
		e->at = before(e, e->at);
		return true;
	case 'F':
		e->at = after(e, e->at);
		return true;
	case 'D':
		cut(e, e->at, after(e, e->at));
		return true;
	case 'U':
		cut(e, 0, e->at);
		return true;
	case 'K':
		cut(e, e->at, e->n);
		return true;
	case 'W':
		cut(e, word_start(e), e->at);
		return true;
	default:
		return false;
	}
}

bool edit_key(struct edit *e, struct key k)
{
	char enc[4];
	size_t from;

	switch (k.kind) {
	case K_CHAR:
		edit_insert(e, enc, utf8_encode(k.cp, enc));
		return true;
	case K_CTRL:
		return control_key(e, k.cp);
	case K_BACKSPACE:
		from = before(e, e->at);
		cut(e, from, e->at);
		return true;
	case K_DELETE:
		cut(e, e->at, after(e, e->at));
		return true;
	case K_LEFT:
		e->at = before(e, e->at);
		return true;
	case K_RIGHT:
		e->at = after(e, e->at);
		return true;
	case K_HOME:
		e->at = 0;
		return true;
	case K_END:
		e->at = e->n;
		return true;
	case K_ENTER:
	case K_ESC:
	case K_TAB:
	case K_BACKTAB:
	case K_UP:
	case K_DOWN:
	case K_PGUP:
	case K_PGDN:
	case K_HELP:
	case K_RESIZE:
	case K_CLICK:
	case K_WHEEL_UP:
	case K_WHEEL_DOWN:
	case K_NONE:
	case K_OTHER:
	case K__MAX:
		break;
	}
	return false;
}

/* The first byte to draw so that the cursor has a column and some text on both sides. */
static size_t first_shown(const struct edit *e, int cols)
{
	size_t from = 0;
	size_t room = cols > 1 ? (size_t)cols - 1 : 1;
	size_t left = text_cols(e->text, e->at);

	if (text_cols(e->text, e->n) <= room)
		return 0;
	while (from < e->at && left > room - room / 4) {
		size_t next = after(e, from);

		left -= text_cols(e->text + from, next - from);
		from = next;
	}
	return from;
}

void edit_draw(const struct edit *e, struct frame *f, int row, int col, int cols, bool focus)
{
	size_t from = first_shown(e, cols);
	size_t cut_at;

	frame_repeat(f, row, col, cols, ST_INPUT, " ");
	frame_put(f, row, col, cols, ST_INPUT, e->text + from, e->n - from);
	cut_at = from + text_fit(e->text + from, e->n - from, (size_t)cols);
	if (from > 0)
		frame_str(f, row, col, 1, ST_DIM, "…");
	if (cut_at < e->n)
		frame_str(f, row, col + cols - 1, 1, ST_DIM, "…");
	if (focus) {
		f->cursor_shown = true;
		f->cursor_row = row;
		f->cursor_col = col + (int)text_cols(e->text + from, e->at - from);
	}
}
