/*
 * The mouse, which nothing needs: a click marks a line and a second one takes it, as Enter or Space would;
 * the wheel scrolls what is read, else it moves the marker.
 */
#include "app.h"

#define WHEEL_LINES 3

bool app_wants_mouse(const struct app *a)
{
	return app_panel(a) != &panel_copy; /* there the terminal's own marking is wanted */
}

static struct wish press(struct app *a, enum key_kind kind, uint32_t cp)
{
	return app_key(a, (struct key){.kind = kind, .cp = cp});
}

static struct wish click_page(struct app *a, int item)
{
	if (item >= item_count(a->page))
		return (struct wish){.kind = WISH_NONE};
	if (item != a->pv.sel)
		return a->pv.editing ? field_leave(a, item - a->pv.sel) : page_mark(a, item);
	return item_tick(a->page, item) != NULL ? press(a, K_CHAR, ' ') : press(a, K_ENTER, 0);
}

/* In a list that knows its place by number. */
static struct wish click_list(struct app *a, size_t *sel, size_t n, int item)
{
	if ((size_t)item >= n)
		return (struct wish){.kind = WISH_NONE};
	if (*sel == (size_t)item)
		return press(a, K_ENTER, 0);
	*sel = (size_t)item;
	return (struct wish){.kind = WISH_NONE};
}

static struct wish click(struct app *a, int row)
{
	struct place at = app_place(a);
	int item = a->drawn != NULL ? frame_item(a->drawn, row) : -1;

	if (item < 0 || (at.cx & (CX_TYPING & ~(unsigned)CX_EDIT)) != 0)
		return (struct wish){.kind = WISH_NONE};
	a->message[0] = '\0';
	if (at.panel != NULL) {
		struct list *l = &a->own[panel_index(at.panel)].list;

		return (at.cx & CX_LIST) != 0 ? click_list(a, &l->sel, l->n, item)
		                              : (struct wish){.kind = WISH_NONE};
	}
	if (a->page != NULL)
		return click_page(a, item);
	return a->start != NULL && a->prompt == PROMPT_NONE
	               ? click_list(a, &a->sv.sel, start_items(a->start), item)
	               : (struct wish){.kind = WISH_NONE};
}

static struct wish wheel(struct app *a, enum key_kind kind)
{
	struct place at = app_place(a);
	struct scroll *read = &a->pv.read;
	struct wish w = {.kind = WISH_NONE};

	if (at.panel == NULL && a->page != NULL && read->total > read->rows) {
		size_t by = WHEEL_LINES;

		if (kind == K_WHEEL_DOWN)
			read->top += by; /* drawing knows the end */
		else
			read->top -= read->top < by ? read->top : by;
		return w;
	}
	if ((at.cx & CX_TYPING) != 0)
		return w;
	for (int i = 0; i < ((at.cx & CX_READ) != 0 ? WHEEL_LINES : 1); i++)
		w = press(a, kind == K_WHEEL_DOWN ? K_DOWN : K_UP, 0);
	return w;
}

struct wish app_mouse(struct app *a, struct key k)
{
	return k.kind == K_CLICK ? click(a, (int)k.cp) : wheel(a, k.kind);
}
