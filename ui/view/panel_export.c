/* A report into a file: its format, how much of it is replaced by tokens, its name. */
#include "panel.h"

#include <stdio.h>
#include <string.h>

/* What enum redact_level of report.h means to the person. */
static const char *level_text(size_t level)
{
	static const char *const texts[] = {"replaced: people, hosts and addresses become tokens",
	                                    "kept: nothing is replaced, the full text",
	                                    "strict: tokens also for file names, paths and notes"};

	return texts[level < 3 ? level : 0];
}

/* What stays and what is replaced, before anything is written. */
static void preview(struct view *v, const char *text, struct doc *d)
{
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "\n");
		bool warns = text[0] == '!';

		doc_line(d);
		if (warns)
			doc_add(d, ST_WARN, mark_glyph(MARK_WARN, v->ascii));
		doc_wrap(d, d->line[d->n - 1].used, 2, warns ? ST_TEXT : ST_DIM,
		         arena_strndup(v->mem, text + warns, n - warns));
		text += n + (text[n] == '\n');
	}
}

static void choices(struct view *v, struct panel_at *at, struct doc *d)
{
	doc_wrap(d, 0, 0, ST_STRONG, "Write the report");
	doc_blank(d);
	for (size_t i = 0; i < at->in->nformats; i++) {
		const struct format_card *f = &at->in->formats[i];
		bool sel = at->own->list.sel == i;

		doc_line(d);
		doc_add(d, ST_SELECTED, sel && !v->plain ? glyph(GL_POINTER, v->ascii) : " ");
		doc_tab(d, 2);
		doc_cell(d, 6, sel ? ST_SELECTED : ST_TEXT, f->name);
		doc_add(d, ST_TEXT, "  ");
		doc_add(d, ST_DIM, f->title);
	}
	doc_blank(d);
	doc_line(d);
	doc_cell(d, 6, ST_STRONG, "Names");
	doc_add(d, ST_TEXT, level_text(at->own->n));
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	choices(v, at, d);
	doc_blank(d);
	preview(v, at->in->replaced, d);
}

static void draw(struct view *v, struct panel_at *at)
{
	const char *folder = at->in->folder;
	struct rect m = v->l.main;
	struct doc d;
	int edit_row;

	doc_init(&d, v->mem, m.cols);
	choices(v, at, &d);
	if (m.rows < (int)d.n + 3) { /* keep the chosen line and the file in sight */
		size_t first = at->own->list.sel + 2;

		first = first + 3 > (size_t)m.rows ? first + 3 - (size_t)m.rows : 0;
		doc_draw(&d, v->f, (struct rect){m.row, m.col, m.rows - 2, m.cols}, first);
		edit_row = m.row + m.rows - 1;
	} else {
		doc_draw(&d, v->f, m, 0);
		edit_row = m.row + (int)d.n + 1;
	}
	frame_str(v->f, edit_row, m.col, 6, ST_STRONG, "File");
	edit_draw(at->typed, v->f, edit_row, m.col + 6, m.cols - 6, true);
	if (folder != NULL && at->typed->text[0] != '/' && edit_row + 1 < m.row + m.rows)
		frame_str(v->f, edit_row + 1, m.col + 6, m.cols - 6, ST_DIM,
		          arena_fmt(v->mem, "in %s", text_middle(v->mem, folder, m.cols - 10, v->ascii)));
	if (edit_row + 4 < m.row + m.rows) {
		struct rect rest = {edit_row + 3, m.col, m.row + m.rows - edit_row - 3, m.cols};

		doc_init(&d, v->mem, m.cols);
		preview(v, at->in->replaced, &d);
		view_scroll(v, &d, rest, &at->own->scroll);
	}
}

/* The name a report gets: number and format; the person may change it, and then only its ending follows the
 * format. */
static void name_file(struct panel_at *at)
{
	uint32_t number = at->in->now != NULL ? at->in->now->cf->number : 0;
	const char *ext = at->in->formats[at->own->list.sel].ext;
	struct edit *e = at->typed;
	char name[64];

	if (at->own->changed) {
		char *dot = strrchr(e->text, '.');

		if (dot != NULL && strchr(dot, '/') == NULL) {
			e->n = e->at = (size_t)(dot - e->text);
			*dot = '\0';
			edit_insert(e, ext, strlen(ext));
		}
		return;
	}
	if (number != 0)
		snprintf(name, sizeof(name), "casebook-%u%s", number, ext);
	else
		snprintf(name, sizeof(name), "casebook%s", ext);
	edit_set(e, name);
}

static struct wish open(struct panel_at *at)
{
	struct list *formats = &at->own->list;

	if (at->in->nformats == 0)
		return (struct wish){.kind = WISH_CLOSE};
	at->own->changed = false;
	if (formats->n == 0) /* the first time: what opens anywhere */
		for (size_t i = 0; i < at->in->nformats; i++)
			formats->sel = strcmp(at->in->formats[i].name, "html") == 0 ? i : formats->sel;
	list_fit(formats, at->in->nformats);
	name_file(at);
	return (struct wish){.kind = WISH_REPORT};
}

/* A name that ends as a format does chooses that format. */
static void format_of_name(struct panel_at *at, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < at->in->nformats; i++) {
		size_t next = strlen(at->in->formats[i].ext);

		if (n > next && strcmp(name + n - next, at->in->formats[i].ext) == 0)
			at->own->list.sel = i;
	}
}

static bool act(struct panel_at *at, enum action act, struct key k)
{
	if (act == ACT_UP || act == ACT_DOWN) {
		list_move(&at->own->list, act == ACT_UP ? -1 : 1);
		name_file(at);
	} else if (act == ACT_PGUP || act == ACT_PGDN) {
		struct scroll *s = &at->own->scroll;

		s->top = scroll_by(s->top, s->rows, s->total, act == ACT_PGUP ? -(int)s->rows : (int)s->rows);
	} else if (act == ACT_OWN) {
		at->own->n = (at->own->n + 1) % 3;
	} else if (act == ACT_NONE && edit_key(at->typed, k)) {
		at->own->changed = true;
		format_of_name(at, at->typed->text);
	}
	return act == ACT_UP || act == ACT_DOWN || act == ACT_OWN || act == ACT_NONE || act == ACT_PGUP ||
	       act == ACT_PGDN;
}

static struct wish write_it(struct panel_at *at, const char *text)
{
	if (strspn(text, " ") == strlen(text))
		return (struct wish){.kind = WISH_SAY, .mark = MARK_WARN, .text = "The file needs a name."};
	format_of_name(at, text);
	return (struct wish){.kind = WISH_EXPORT, .n = at->own->list.sel, .text = text};
}

static const struct binding keys[] = {
        {.key = KEY(K_UP), .act = ACT_UP, .help = "the line above"},
        {.key = KEY(K_DOWN), .act = ACT_DOWN, .foot = "choose", .help = "the line below"},
        {.key = KEY(K_ENTER), .act = ACT_ENTER, .foot = "write the file", .help = "write the report"},
        {.key = KEY(K_TAB),
         .act = ACT_OWN,
         .foot = "names",
         .help = "names: replaced, kept, strict; what is replaced is shown beneath"},
        {.key = KEY(K_PGUP), .act = ACT_PGUP, .help = "the page before of what is replaced"},
        {.key = KEY(K_PGDN), .act = ACT_PGDN, .help = "the next page of what is replaced"},
        {.key = KEY(K_ESC), .act = ACT_CLOSE, .foot = "close", .help = "back to the case"},
        {.act = ACT_NONE},
};

const struct panel panel_export = {
        .name = "export",
        .title = "Export",
        .context = CX_TYPE,
        .key = KEY_CHAR('e'),
        .foot = "export",
        .help = "write the report to a file",
        .takes = "FILE",
        .keys = keys,
        .open = open,
        .lines = lines,
        .draw = draw,
        .act = act,
        .take = write_it,
};
