/* A field of a step: one line while another is chosen; then its editor, help and candidates. */
#include "view_int.h"

#include <string.h>

#define CANDIDATES 8 /* rows of a completion; more are counted */

static void choices(struct view *v, struct doc *d, const struct field *f, const struct page_view *s, int at)
{
	for (size_t i = 0; i <= f->def->nchoices; i++) {
		const char *label = i < f->def->nchoices ? f->def->choices[i].label : "I do not know";
		bool on = s->choice == i;
		const char *sign = glyph(on ? GL_CHOSEN : GL_UNCHOSEN, v->ascii);
		size_t cols = text_cols(label, strlen(label)) + text_cols(sign, strlen(sign)) + 1;

		if (doc_left(d) < (int)cols) {
			doc_line(d);
			doc_tab(d, at);
		}
		doc_add(d, on ? ST_SELECTED : ST_DIM, sign);
		doc_add(d, ST_TEXT, " ");
		doc_add(d, on ? ST_SELECTED : ST_TEXT, label);
		doc_tab(d, d->line[d->n - 1].used + 3);
	}
}

static void candidates(struct view *v, struct doc *d, const struct page_view *s, int at)
{
	for (size_t i = 0; i < s->files.n && i < CANDIDATES; i++) {
		const struct path_entry *e = &s->files.entry[i];

		doc_line(d);
		doc_tab(d, at);
		doc_cell(d, d->width - at - 12, ST_CODE,
		         e->folder ? arena_fmt(v->mem, "%s/", e->name) : e->name);
		if (!e->folder)
			doc_right(d, ST_DIM, text_size(v->mem, e->size));
	}
	if (s->files.total > CANDIDATES) {
		doc_line(d);
		doc_tab(d, at);
		doc_add(d, ST_DIM, arena_fmt(v->mem, "and %zu more", s->files.total - CANDIDATES));
	}
}

static void value(struct view *v, struct doc *d, const struct field *f)
{
	const char *text = f->value;

	for (size_t i = 0; text != NULL && i < f->def->nchoices; i++)
		if (strcmp(f->def->choices[i].id, text) == 0)
			text = f->def->choices[i].label;
	if (f->skipped)
		doc_add(d, ST_DIM, "not at hand");
	else if (text != NULL)
		doc_add(d, f->given ? ST_TEXT : ST_DIM, text_middle(v->mem, text, doc_left(d), v->ascii));
	else
		doc_add(d, ST_DIM, "not given yet");
}

/* On a question the page itself tells how to get what is missing. */
static void help(struct view *v, struct doc *d, const struct page *p, const struct field *f,
                 const struct page_view *s, int at)
{
	const struct input_def *def = f->def;

	candidates(v, d, s, at);
	if (def->help != NULL && p->kind == PAGE_FORM) {
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, def->help);
	}
	if (def->type == INPUT_FILE && s->files.n == 0 && s->editing) {
		if (def->fetch != NULL && p->kind == PAGE_FORM)
			doc_lines(d, at, at + 2, ST_CODE, def->fetch);
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, "A file or a folder: Tab completes, or drop it on this window.");
	}
	if (def->type == INPUT_TIME && def->help == NULL) {
		doc_line(d);
		doc_wrap(d, at, at, ST_DIM, "In UTC, like 2026-11-22T14:05:00Z.");
	}
}

/* The widest label, so that the values stand in one column. */
static int label_cols(const struct page *p, int width)
{
	int cols = 0, most = width / 2;

	for (size_t i = 0; i < p->nfields; i++) {
		int w = (int)text_cols(p->fields[i].def->label, strlen(p->fields[i].def->label));

		cols = w > cols ? w : cols;
	}
	return cols < most ? cols : most;
}

static void one_line(struct view *v, struct doc *d, const struct page *p, const struct page_view *s)
{
	const struct field *f = item_field(p, d->item);
	enum mark m = f->given ? MARK_OK : MARK_OPEN;

	view_number(v, d, s, 0);
	doc_cell(d, label_cols(p, d->width), ST_TEXT, f->def->label);
	doc_add(d, ST_TEXT, "  ");
	doc_add(d, mark_style(m), mark_glyph(m, v->ascii));
	doc_add(d, ST_TEXT, " ");
	value(v, d, f);
}

void view_field(struct view *v, struct doc *d, const struct page *p, const struct page_view *s,
                struct edit_place *place)
{
	const struct field *f = item_field(p, d->item);
	int at = 4;

	if (s->sel != d->item) {
		one_line(v, d, p, s);
		return;
	}
	if (item_field(p, d->item - 1) != NULL)
		doc_blank(d);
	view_number(v, d, s, 0);
	doc_add(d, ST_SELECTED, f->def->label);
	if (f->given) {
		doc_add(d, ST_TEXT, "  ");
		doc_add(d, ST_OK, mark_glyph(MARK_OK, v->ascii));
	}
	doc_line(d);
	doc_tab(d, at);
	if (f->def->type == INPUT_CHOICE) {
		choices(v, d, f, s, at);
	} else if (s->editing) {
		doc_add(d, ST_ACCENT, glyph(GL_PROMPT, v->ascii));
		*place = (struct edit_place){d->n - 1, at + 2, d->width - at - 2, true};
		doc_tab(d, d->width);
	} else {
		doc_add(d, ST_ACCENT, glyph(GL_PROMPT, v->ascii));
		doc_tab(d, at + 2);
		if (f->value == NULL && !f->skipped)
			doc_add(d, ST_DIM,
			        f->def->type == INPUT_FILE ? "Enter to type, or drop the file here"
			                                   : "Enter to type");
		else
			value(v, d, f);
	}
	help(v, d, p, f, s, at);
	if (item_field(p, d->item + 1) != NULL)
		doc_blank(d);
}
