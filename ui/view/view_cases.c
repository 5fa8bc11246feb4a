/* The start screen: cases to go on with, flows to start, closed cases to look at. */
#include "view.h"

#include <string.h>

static size_t going_on(const struct start_data *d)
{
	size_t n = 0;

	while (n < d->nrows && d->rows[n].state != CARD_CLOSED)
		n++;
	return n;
}

size_t start_items(const struct start_data *d)
{
	return d->nrows + (d->find == NULL ? d->nflows : 0);
}

struct start_item start_item(const struct start_data *d, size_t i)
{
	size_t open = going_on(d), flows = d->find == NULL ? d->nflows : 0;

	if (i < open)
		return (struct start_item){&d->rows[i], NULL};
	if (i < open + flows)
		return (struct start_item){NULL, &d->flows[i - open]};
	i -= flows;
	return (struct start_item){i < d->nrows ? &d->rows[i] : NULL, NULL};
}

static const char *state_word(enum card_state s)
{
	return s == CARD_WAITING ? "waits" : s == CARD_CLOSED ? "closed" : "open";
}

static enum mark state_mark(enum card_state s)
{
	return s == CARD_CLOSED ? MARK_OK : s == CARD_WAITING ? MARK_OPEN : MARK_WARN;
}

static void pointer(struct view *v, struct doc *d, bool sel)
{
	doc_line(d);
	doc_add(d, ST_SELECTED, sel ? glyph(GL_POINTER, v->ascii) : " ");
	doc_tab(d, 2);
}

/* What the person called it; else what the flow is called. */
static const char *case_name(const struct start_data *d, const struct case_card *row)
{
	if (row->title != NULL && row->title[0] != '\0')
		return row->title;
	for (size_t i = 0; i < d->nflows; i++)
		if (strcmp(d->flows[i].id, row->flow_id) == 0)
			return d->flows[i].title;
	return row->flow_id;
}

static void case_line(struct view *v, struct doc *d, const struct start_data *data,
                      const struct case_card *row, bool sel)
{
	int w = d->width, at_cols = w >= 84 ? 20 : w >= 64 ? 14 : 0;
	int age_cols = w >= 48 ? 12 : 0, state_cols = v->ascii ? 11 : 8;
	int title = w - 2 - 6 - at_cols - age_cols - state_cols - 2;
	enum mark m = state_mark(row->state);

	pointer(v, d, sel);
	doc_cell(d, 5, sel ? ST_SELECTED : ST_DIM, arena_fmt(v->mem, "#%u", row->number));
	doc_add(d, ST_TEXT, " ");
	doc_cell(d, title, sel ? ST_SELECTED : ST_TEXT, case_name(data, row));
	doc_add(d, ST_TEXT, " ");
	if (at_cols > 0) {
		doc_cell(d, at_cols - 2, ST_DIM, row->at);
		doc_tab(d, d->line[d->n - 1].used + 2);
	}
	if (age_cols > 0)
		doc_cell(d, age_cols, ST_DIM, text_age(v->mem, row->changed_ms, v->now_ms));
	doc_add(d, mark_style(m), mark_glyph(m, v->ascii));
	doc_add(d, ST_TEXT, " ");
	doc_add(d, ST_DIM, state_word(row->state));
}

static void flow_line(struct view *v, struct doc *d, const struct flow_card *c, bool sel)
{
	int room = c->group != NULL && d->width >= 70 ? (int)text_cols(c->group, strlen(c->group)) + 2 : 0;

	pointer(v, d, sel);
	doc_cell(d, d->width - 2 - room, sel ? ST_SELECTED : ST_TEXT, c->title);
	if (room > 0)
		doc_add(d, ST_DIM, arena_fmt(v->mem, "  %s", c->group));
	if (sel && c->summary != NULL) {
		doc_line(d);
		doc_wrap(d, 4, 4, ST_DIM, c->summary);
	}
}

static void heading(struct doc *d, const char *text)
{
	d->item = -1;
	doc_blank(d);
	doc_line(d);
	doc_tab(d, 2);
	doc_add(d, ST_ACCENT, text);
}

static void notes(struct doc *doc, const struct start_data *d)
{
	if (d->error != NULL) {
		heading(doc, "The cases cannot be read");
		doc_line(doc);
		doc_wrap(doc, 2, 2, ST_BAD, d->error);
	} else if (d->loaded && d->find != NULL && d->nrows == 0) {
		heading(doc, "Nothing found");
		doc_line(doc);
		doc_wrap(doc, 2, 2, ST_DIM,
		         "No case has these words in its title, answers, notes or evidence. "
		         "Esc shows all cases again.");
	}
}

void view_start(struct view *v, const struct start_data *d, struct start_view *s)
{
	size_t open = going_on(d), flows = d->find == NULL ? d->nflows : 0, n = start_items(d);
	struct doc doc;

	if (s->sel >= n)
		s->sel = n > 0 ? n - 1 : 0;
	doc_init(&doc, v->mem, v->l.main.cols);
	notes(&doc, d);
	for (size_t i = 0; i < n; i++) {
		struct start_item it = start_item(d, i);

		if (i == 0 && open > 0)
			heading(&doc, d->find != NULL ? "Found" : "Go on with a case");
		if (i == open && flows > 0)
			heading(&doc, open > 0 ? "Start a new case" : "What is wrong?  Start a case");
		if (i == open + flows)
			heading(&doc, "Closed");
		doc.item = (int)i;
		if (it.row != NULL)
			case_line(v, &doc, d, it.row, s->sel == i);
		else
			flow_line(v, &doc, it.flow, s->sel == i);
	}
	if (s->sel == 0)
		s->scroll.top = 0; /* with the heading above the first line */
	view_choose(v, &doc, v->l.main, &s->scroll, (int)s->sel);
}

void view_prompt(struct view *v, const char *label, const char *hint, const struct edit *e)
{
	struct rect m = v->l.main;
	int row = m.row + m.rows - 2, col = m.col + 2;
	int w = (int)text_cols(label, strlen(label));

	if (m.rows < 3)
		row = m.row;
	frame_blank(v->f, (struct rect){row - 1, m.col, m.rows < 3 ? 2 : 3, m.cols});
	frame_str(v->f, row, col, w, ST_STRONG, label);
	edit_draw(e, v->f, row, col + w + 2, m.cols - 4 - w, true);
	if (hint != NULL)
		frame_str(v->f, row + 1, col + w + 2, m.cols - 4 - w, ST_DIM, hint);
}
