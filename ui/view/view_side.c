/* The column beside a step: where we have been, and the causes in three numbers. */
#include "view.h"

#include <string.h>

#define CAUSE_ROWS 5

/* The column for labels: as wide as the longest, while something is left for answers. */
static int label_cols(const struct page *p, size_t from, int cols)
{
	int most = cols - 8, w = 8;

	for (size_t i = from; i < p->ntrail; i++) {
		int n = (int)text_cols(p->trail[i].label, strlen(p->trail[i].label));

		w = p->trail[i].answer != NULL && n > w ? n : w;
	}
	return w < most ? w : most;
}

static void trail_line(struct view *v, const struct trail_item *t, bool here, int label, struct rect row)
{
	const char *sign = here ? glyph(GL_POINTER, v->ascii) : mark_glyph(t->mark, v->ascii);
	struct doc d;

	doc_init(&d, v->mem, row.cols);
	doc_line(&d);
	doc_add(&d, here ? ST_SELECTED : mark_style(t->mark), sign);
	doc_tab(&d, v->ascii ? 5 : 2);
	if (t->answer == NULL) {
		doc_add(&d, here ? ST_SELECTED : ST_TEXT, t->label);
	} else {
		doc_cell(&d, label, t->kept ? ST_DIM : ST_TEXT, t->label);
		doc_add(&d, ST_TEXT, " ");
		if (t->contradicts)
			doc_add(&d, ST_WARN, v->ascii ? "! " : "≠ ");
		doc_add(&d, ST_DIM, t->answer);
	}
	doc_draw(&d, v->f, row, 0);
}

static void count_line(struct view *v, struct rect row, enum mark m, const char *word, size_t n)
{
	struct doc d;

	doc_init(&d, v->mem, row.cols);
	doc_line(&d);
	doc_add(&d, mark_style(m), mark_glyph(m, v->ascii));
	doc_tab(&d, v->ascii ? 5 : 2);
	doc_cell(&d, 11, ST_TEXT, word);
	doc_add(&d, n > 0 ? ST_TEXT : ST_DIM, arena_fmt(v->mem, "%4zu", n));
	doc_draw(&d, v->f, row, 0);
}

void view_side(struct view *v, const struct page *p)
{
	struct rect s = v->l.side;
	bool causes = s.rows >= CAUSE_ROWS + 3 && p->supported + p->excluded + p->untested > 0;
	int rows = s.rows - (causes ? CAUSE_ROWS : 0);
	size_t from = p->ntrail > (size_t)rows ? p->ntrail - (size_t)rows : 0;
	int y = s.row, label;

	if (s.cols == 0)
		return;
	if (from > 0) { /* the oldest steps make room; the trail itself shows them all */
		from++;
		frame_str(v->f, y++, s.col, s.cols, ST_DIM,
		          arena_fmt(v->mem, "%s %zu earlier", glyph(GL_LESS, v->ascii), from));
	}
	label = label_cols(p, from, s.cols - (v->ascii ? 5 : 2));
	for (size_t i = from; i < p->ntrail; i++)
		trail_line(v, &p->trail[i], i + 1 == p->step_number, label,
		           (struct rect){y++, s.col, 1, s.cols});
	if (!causes)
		return;
	y = s.row + s.rows - CAUSE_ROWS + 1;
	frame_str(v->f, y, s.col, s.cols, ST_DIM, "Causes");
	count_line(v, (struct rect){y + 1, s.col, 1, s.cols}, MARK_WARN, "supported", p->supported);
	count_line(v, (struct rect){y + 2, s.col, 1, s.cols}, MARK_OPEN, "open", p->untested);
	count_line(v, (struct rect){y + 3, s.col, 1, s.cols}, MARK_OK, "excluded", p->excluded);
}
