/*
 * A panel lies over a step and shows one thing about the case.  It is a row ROW(name) in
 * panels.def and a file panel_name.c with `const struct panel panel_name`: its key, its words in
 * footer and help, its lines.  The screen and --plain both take it from there.  A panel reads
 * what it is given and keeps its place in its own state; it asks for the rest by a wish.
 */
#ifndef CASEBOOK_UI_PANEL_H
#define CASEBOOK_UI_PANEL_H

#include "view.h"
#include "wish.h"

struct format_card {
	const char *name, *ext, *title; /* "html", ".html", "one web page" */
};

/* Lines of a file around one of them, the answer to WISH_LINES. */
struct numbered_line {
	uint64_t number;
	const char *text;
};
struct file_lines {
	const char *file;
	uint64_t hit;
	const char *why; /* there are none; else NULL */
	const struct numbered_line *line;
	size_t n;
};

/* What panels may look at.  Borrowed, the same for all of them. */
struct panel_in {
	struct replay *now; /* of the case; diagnose() completes it.  NULL on the start screen */
	const struct format_card *formats;
	size_t nformats;
	const char *folder;             /* where relative file names end up; NULL when unknown */
	const char *explained;          /* the codes of the page; NULL before */
	const char *about;              /* of the page: what it is, then its terms; NULL: no page */
	const char *copy;               /* what y copied; NULL before */
	const char *replaced;           /* what of it became tokens, a line each; NULL before */
	const char *report;             /* the text of the last WISH_REPORT; NULL before */
	const struct file_lines *lines; /* the last WISH_LINES; NULL before */
	struct place from;              /* where help was asked for */
};

/* What a panel remembers.  Zeroed is fresh; opening resets the scroll. */
struct panel_own {
	struct scroll scroll;
	struct list list; /* of the lines that can be chosen */
	size_t n;         /* which of its things it shows, or what else it counts; lasts */
	bool changed;     /* the person changed what it proposed */
};

struct panel_at {
	const struct panel *panel;
	const struct panel_in *in;
	struct panel_own *own;
	struct edit *typed; /* the line of a panel with CX_TYPE; empty when it opens */
	int here;           /* set by lines(): the item to have in sight when just opened; -1: the top */
};

struct panel {
	const char *name;    /* as its row; tests and goldens call it so */
	const char *title;   /* in the header */
	const char *heading; /* of its keys in the help; NULL: the title */
	unsigned context;    /* CX_READ, CX_READ | CX_PARTS, CX_LIST or CX_TYPE */
	bool over;           /* closing leads back to the panel beneath */

	/* The key that opens it from a step, and closes it unless it is typed into; kind K_NONE: something
	 * else opens it. */
	struct key key;
	bool late;
	const char *foot, *help;
	const char *takes; /* what may follow the key on a line of --plain: "TEXT"; NULL: nothing, or with
	                    * CX_LIST the number of a line */
	/* Keys of its own, up to one with ACT_NONE; NULL: none.  One with ACT_OPEN leads on to its panel. */
	const struct binding *keys;

	/* NULL: nothing to prepare.  May wish for WISH_REPORT. */
	struct wish (*open)(struct panel_at *at);
	/* What there is to read, into a fresh document of any width; with CX_LIST d->item counts the lines
	 * from 0 and own->list is fitted. */
	void (*lines)(struct view *v, struct panel_at *at, struct doc *d);
	/* Only where lines that scroll, or lines and a row to type into, will not do; else NULL. */
	void (*draw)(struct view *v, struct panel_at *at);
	/* A key of its own, or with CX_TYPE one that is typed.  False: it means what it means everywhere. */
	bool (*act)(struct panel_at *at, enum action act, struct key k);
	/* Enter: the chosen line, or the text that was typed.  NULL: Enter does nothing. */
	struct wish (*take)(struct panel_at *at, const char *text);
};

#define ROW(name) extern const struct panel panel_##name;
#include "panels.def"
#undef ROW
enum panel_index {
#define ROW(name) PANEL_##name,
#include "panels.def"
#undef ROW
	PANEL__MAX
};
extern const struct panel *const panels[]; /* ends with NULL */

const struct panel *panel_named(const char *name);
size_t panel_index(const struct panel *p); /* its place in panels[] and in an array of their states */
/* Resets scroll and typed line, then panel->open.  After WISH_PANEL own->n is set before. */
struct wish panel_begin(struct panel_at *at);
void panel_draw(struct view *v, struct panel_at *at);
/* The lines as text, `cols` wide: what --plain prints. */
void panel_text(struct view *v, struct panel_at *at, int cols, struct buf *out);

/* How much panel_export has replaced by tokens: enum redact_level of report.h. */
static inline int export_level(const struct panel_own own[])
{
	return (int)own[PANEL_export].n;
}

/* Opens panel_lines at the first marked line of the n-th piece of evidence; or says that it has none. */
struct wish panel_lines_of(const struct panel_at *at, size_t nth);

/* For .open of a panel with a list: its last line is chosen. */
struct wish panel_open_last(struct panel_at *at);

#endif
