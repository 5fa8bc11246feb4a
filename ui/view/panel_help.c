/* Help, made from the table of keys: what works here first, then everywhere else. */
#include "panel.h"

#include <string.h>

#define KEY_COLS 18

/* The keys of one row and of the rows that follow without a text of their own. */
static const char *keys_of(struct view *v, struct key_walk w)
{
	char name[24];
	const char *text = arena_strdup(v->mem, key_label(w.b.key, name));
	const char *last = NULL;

	w.all = true;
	while (keymap_next(&w) && w.b.help == NULL) {
		last = key_label(w.b.key, name);
		if (w.b.act == ACT_DIGIT)
			continue; /* 1 to 9: the first and the last say it */
		text = arena_fmt(v->mem, "%s, %s", text, last);
		last = NULL;
	}
	return last != NULL ? arena_fmt(v->mem, "%s ... %s", text, last) : text;
}

static void section(struct view *v, struct doc *d, struct place at)
{
	doc_blank(d);
	d->item++;
	doc_line(d);
	doc_add(d, ST_ACCENT, place_title(at));
	for (struct key_walk w = {.at = at}; keymap_next(&w);) {
		if (w.b.help == NULL)
			continue;
		doc_line(d);
		doc_tab(d, 2);
		if (d->width >= 50)
			doc_cell(d, KEY_COLS, ST_KEY, keys_of(v, w));
		else
			doc_add(d, ST_KEY, keys_of(v, w));
		doc_add(d, ST_TEXT, "  ");
		doc_wrap(d, d->line[d->n - 1].used, d->width >= 50 ? 2 + KEY_COLS + 2 : 6, ST_TEXT, w.b.help);
	}
}

static void signs(struct view *v, struct doc *d)
{
	static const struct {
		enum mark m;
		const char *means;
	} table[] = {
	        {MARK_OK, "as it should be; a cause that is excluded"},
	        {MARK_BAD, "wrong: this is, or leads to, the fault"},
	        {MARK_WARN, "attention; a cause that the evidence supports"},
	        {MARK_OPEN, "not known: not asked, not measured, skipped"},
	};

	doc_line(d);
	doc_add(d, ST_ACCENT, "Signs");
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		doc_line(d);
		doc_tab(d, 2);
		doc_add(d, mark_style(table[i].m), mark_glyph(table[i].m, v->ascii));
		doc_tab(d, v->ascii ? 8 : 5);
		doc_wrap(d, d->line[d->n - 1].used, v->ascii ? 8 : 5, ST_TEXT, table[i].means);
	}
}

/* What the page is, in a few lines; then its terms, the word apart. */
static void this_page(struct view *v, struct doc *d, const char *text)
{
	doc_line(d);
	doc_add(d, ST_ACCENT, "This page");
	while (*text != '\0') {
		size_t n = strcspn(text, "\n");

		doc_line(d);
		doc_wrap(d, 2, 2, ST_TEXT, arena_strndup(v->mem, text, n));
		text += n + (text[n] == '\n');
	}
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	struct place p;

	d->item = 0;
	if (at->in->about != NULL && (at->in->from.cx & CX_STEP) != 0) {
		this_page(v, d, at->in->about);
		doc_blank(d);
	}
	signs(v, d);
	section(v, d, at->in->from);
	for (size_t i = 0; place_nth(i, &p); i++)
		if (!place_same(p, at->in->from))
			section(v, d, p);
	doc_blank(d);
	doc_line(d);
	doc_wrap(d, 0, 0, ST_DIM,
	         "Ctrl-C ends the program at any time: what the header calls saved is on the disk.");
	doc_line(d);
	doc_wrap(
	        d, 0, 0, ST_DIM,
	        "Mouse: a click marks a line, a click on the marked line takes it, the wheel scrolls. Hold Shift to mark "
	        "text.");
}

/* Its keys are ? and F1, which work everywhere. */
const struct panel panel_help = {
        .name = "help",
        .title = "Help",
        .heading = "This help",
        .context = CX_READ | CX_PARTS,
        .over = true,
        .lines = lines,
};
