/* What is written down: a note into the record, a report into a file. */
#include "view.h"

#include <casebook/report.h>

#include <string.h>

void view_note(struct view *v, const struct edit *e)
{
	struct rect m = v->l.main;
	struct doc d;

	doc_init(&d, v->mem, m.cols);
	doc_wrap(&d, 0, 0, ST_STRONG, "A note for the record");
	doc_wrap(&d, 0, 0, ST_DIM,
	         "It is kept with the time and stands in the report. Do not write passwords or challenges.");
	doc_draw(&d, v->f, m, 0);
	edit_draw(e, v->f, m.row + (int)d.n + 1, m.col, m.cols, true);
}

/* A line of the report and the one that underlines it when it heads a section. */
static bool is_heading(const char *next)
{
	size_t n = strspn(next, "=");

	return n >= 3 && (next[n] == '\n' || next[n] == '\0');
}

void view_report(struct view *v, const char *text, struct scroll *s)
{
	struct doc d;

	doc_init(&d, v->mem, v->l.main.cols);
	d.item = 0;
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "\n");
		const char *next = text[n] == '\n' ? text + n + 1 : text + n;
		bool head = is_heading(next);

		d.item += head;
		if (n == 0)
			doc_line(&d);
		else
			doc_lines(&d, 0, 4, head ? ST_STRONG : ST_TEXT, arena_strndup(v->mem, text, n));
		text = next;
	}
	view_scroll(v, &d, v->l.main, s);
}

/* What enum redact_level of report.h means to the person. */
static const char *level_text(int level)
{
	static const char *const texts[] = {"people, hosts and addresses become tokens",
	                                    "nothing is replaced: the full text",
	                                    "tokens also for file names, paths and notes"};

	return texts[level >= 0 && level < 3 ? level : 0];
}

void view_export(struct view *v, const struct report_format *const *formats, const struct export_view *s)
{
	struct rect m = v->l.main;
	struct doc d;
	int edit_row;

	doc_init(&d, v->mem, m.cols);
	doc_wrap(&d, 0, 0, ST_STRONG, "Write the report");
	doc_blank(&d);
	for (size_t i = 0; formats[i] != NULL; i++) {
		bool sel = s->format.sel == i;

		doc_line(&d);
		doc_add(&d, ST_SELECTED, sel ? glyph(GL_POINTER, v->ascii) : " ");
		doc_tab(&d, 2);
		doc_cell(&d, 6, sel ? ST_SELECTED : ST_TEXT, formats[i]->name);
		doc_add(&d, ST_TEXT, "  ");
		doc_add(&d, ST_DIM, formats[i]->title);
	}
	doc_blank(&d);
	doc_line(&d);
	doc_cell(&d, 6, ST_STRONG, "Names");
	doc_add(&d, ST_TEXT, level_text(s->level));
	if (m.rows < (int)d.n + 3) { /* keep the chosen line and the file in sight */
		size_t first = s->format.sel + 2;

		first = first + 3 > (size_t)m.rows ? first + 3 - (size_t)m.rows : 0;
		doc_draw(&d, v->f, (struct rect){m.row, m.col, m.rows - 2, m.cols}, first);
		edit_row = m.row + m.rows - 1;
	} else {
		doc_draw(&d, v->f, m, 0);
		edit_row = m.row + (int)d.n + 1;
	}
	frame_str(v->f, edit_row, m.col, 6, ST_STRONG, "File");
	edit_draw(&s->file, v->f, edit_row, m.col + 6, m.cols - 6, true);
	if (s->folder != NULL && s->file.text[0] != '/' && edit_row + 1 < m.row + m.rows)
		frame_str(v->f, edit_row + 1, m.col + 6, m.cols - 6, ST_DIM,
		          arena_fmt(v->mem, "in %s", text_middle(v->mem, s->folder, m.cols - 10, v->ascii)));
}
