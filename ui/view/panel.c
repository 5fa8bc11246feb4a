/* The table of panels, and what all of them have in common: opening, drawing, their lines as text. */
#include "panel.h"

#include <string.h>

const struct panel *const panels[] = {
#define ROW(name) &panel_##name,
#include "panels.def"
#undef ROW
        NULL};

const struct panel *panel_named(const char *name)
{
	size_t i = 0;

	while (panels[i + 1] != NULL && strcmp(panels[i]->name, name) != 0)
		i++;
	return panels[i];
}

size_t panel_index(const struct panel *p)
{
	size_t i = 0;

	while (panels[i] != NULL && panels[i] != p)
		i++;
	return i;
}

struct wish panel_begin(struct panel_at *at)
{
	at->own->scroll = (struct scroll){0};
	if ((at->panel->context & CX_TYPE) != 0)
		edit_set(at->typed, NULL);
	return at->panel->open != NULL ? at->panel->open(at) : (struct wish){.kind = WISH_NONE};
}

static void lines(struct view *v, struct panel_at *at, struct doc *d, int cols)
{
	at->here = -1;
	doc_init(d, v->mem, cols);
	at->panel->lines(v, at, d);
}

/* What a panel is about stands in the middle when it opens. */
static void show_here(const struct view *v, const struct panel_at *at, const struct doc *d)
{
	size_t here, end, half = (size_t)v->l.main.rows / 2;

	if (at->own->scroll.rows == 0 && doc_item_lines(d, at->here, &here, &end))
		at->own->scroll.top = here > half ? here - half : 0;
}

void panel_draw(struct view *v, struct panel_at *at)
{
	struct rect m = v->l.main;
	struct doc d;

	if (at->panel->draw != NULL) {
		at->panel->draw(v, at);
		return;
	}
	lines(v, at, &d, m.cols);
	if ((at->panel->context & CX_TYPE) != 0) {
		doc_draw(&d, v->f, m, 0);
		edit_draw(at->typed, v->f, m.row + (int)d.n + 1, m.col, m.cols, true);
	} else if ((at->panel->context & CX_LIST) != 0) {
		view_choose(v, &d, m, &at->own->scroll, (int)at->own->list.sel);
	} else {
		show_here(v, at, &d);
		view_scroll(v, &d, m, &at->own->scroll);
	}
}

void panel_text(struct view *v, struct panel_at *at, int cols, struct buf *out)
{
	struct frame f = {0};
	struct doc d;

	lines(v, at, &d, cols);
	for (size_t first = 0; first < d.n; first += FRAME_MAX_ROWS) {
		size_t rows = d.n - first < FRAME_MAX_ROWS ? d.n - first : FRAME_MAX_ROWS;

		frame_resize(&f, (int)rows, cols);
		doc_draw(&d, &f, (struct rect){0, 0, (int)rows, cols}, first);
		if (v->ascii)
			frame_to_ascii(&f);
		frame_dump(&f, false, out);
	}
	frame_release(&f);
}

struct wish panel_open_last(struct panel_at *at)
{
	at->own->list = (struct list){0, SIZE_MAX}; /* once the list is fitted */
	return (struct wish){.kind = WISH_NONE};
}
