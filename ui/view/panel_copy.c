/* What y copies, alone and from the first column on, so that a mouse can mark it. */
#include "panel.h"

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	(void)v;
	doc_lines(d, 0, 0, ST_TEXT, at->in->copy != NULL ? at->in->copy : "There is nothing to copy here.");
}

static void draw(struct view *v, struct panel_at *at)
{
	struct rect whole = {v->l.main.row, 0, v->l.main.rows, v->f->cols};
	struct doc d;

	doc_init(&d, v->mem, whole.cols);
	lines(v, at, &d);
	view_scroll(v, &d, whole, &at->own->scroll);
}

/* y twice opens it; that key belongs to the step. */
const struct panel panel_copy = {
        .name = "copy",
        .title = "To copy",
        .heading = "What y copies",
        .context = CX_READ,
        .lines = lines,
        .draw = draw,
};
