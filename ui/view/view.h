/*
 * Views: values in, cells out.  A view reads what it is given, keeps its scrolling in its own state, and does
 * nothing else: no input, no clock, no disk.
 */
#ifndef CASEBOOK_UI_VIEW_H
#define CASEBOOK_UI_VIEW_H

#include <casebook/page.h>

#include "edit.h"
#include "keymap.h"
#include "layout.h"
#include "list.h"
#include "path.h"
#include "text.h"

/* Input of every view for one frame. */
struct view {
	struct frame *f;
	struct arena *mem; /* freed after this frame */
	struct layout l;   /* set by view_chrome */
	bool ascii;
	bool more;  /* a step also shows why it asks, where from, by hand */
	bool plain; /* no screen: a selectable line shows its number and its full text */
	int64_t now_ms;
};

/* How a mark looks; its sign is mark_glyph() of page.h. */
enum style mark_style(enum mark m);

/* ---- what all screens share: header, rules, message, footer ---- */
struct chrome {
	const char *title;
	const char *status; /* right: "saved"; NULL none */
	enum mark status_mark;
	const char *corner; /* rightmost: how far the case is; NULL none */
	struct place at;    /* whose keys the footer shows */
	unsigned have;      /* enum key_need */
	const char *message;
	enum mark message_mark;
	bool side;
};
/* Draws all but the footer, sets v->l.  False when the terminal is too small: then only that is said. */
bool view_chrome(struct view *v, const struct chrome *c);
/* After the rest, which knows by then whether there is more to read than fits. */
void view_footer(struct view *v, const struct chrome *c);
/* "12 more lines, PgDn" at the right end of a row; nothing when all is shown. */
void view_more(struct view *v, struct rect row, size_t top, size_t shown, size_t total);

/* A text that scrolls within a rectangle; the state of all reading panels. */
struct scroll {
	size_t top;
	size_t rows, total; /* as last drawn */
	/* Where the section before and the one after begin, as last drawn; top itself when there is none.  A
	 * section is what has one item of the document. */
	size_t before, after;
	char find[64]; /* what is searched; "": nothing */
	bool seek;     /* the next drawing goes to a line with it: */
	int go;        /* the next one, the one before, 0: the first from here on */
	size_t hit;    /* that line */
};
void view_scroll(struct view *v, const struct doc *d, struct rect at, struct scroll *s);
/* The same with one item chosen and kept in sight. */
void view_choose(struct view *v, const struct doc *d, struct rect at, struct scroll *s, int item);

/* ---- start ---- */
struct flow_card {
	const char *id, *title, *summary, *group;
};
enum card_state { CARD_OPEN, CARD_WAITING, CARD_CLOSED };
struct case_card {
	const char *id, *title, *flow_id;
	const char *at; /* label of the step it stands on */
	uint32_t number;
	int64_t changed_ms;
	enum card_state state;
};
struct start_data {
	const struct case_card *rows; /* in the order of the list: open first */
	size_t nrows;
	size_t open, waiting, closed; /* of all cases, whatever was searched */
	bool loaded;                  /* false until the store has answered */
	const char *error;            /* why there are no cases to show; NULL */
	const char *find;             /* what was searched; NULL: all */
	const struct flow_card *flows;
	size_t nflows;
};
struct start_view {
	size_t sel; /* rows that are not closed, then flows, then closed rows */
	struct scroll scroll;
};
/* What stands at a place of the list. */
struct start_item {
	const struct case_card *row; /* or */
	const struct flow_card *flow;
};
size_t start_items(const struct start_data *d);
struct start_item start_item(const struct start_data *d, size_t i);
void view_start(struct view *v, const struct start_data *d, struct start_view *s);
/* The one-line question at the foot of the start screen. */
void view_prompt(struct view *v, const char *label, const char *hint, const struct edit *e);

/* ---- a step ---- */
struct page_view {
	int sel;          /* among fields, ticks, picks; -1: nothing chosen yet */
	bool touched;     /* the person chose; suggestions move nothing any more */
	bool all;         /* also the answers that were left out */
	bool more;        /* also what is shown on demand */
	bool editing;     /* the chosen field is being typed into */
	size_t choice;    /* the value shown in a chosen INPUT_CHOICE field */
	struct edit edit; /* the chosen field */
	struct path_list files;
	struct scroll read, act;
};
int item_count(const struct page *p);
int item_first_tick(const struct page *p);
int item_first_pick(const struct page *p);
int item_of_field(const struct page *p, const char *key); /* -1: no such field */
/* What item i is: exactly one of the three. */
const struct field *item_field(const struct page *p, int i);
const struct tick *item_tick(const struct page *p, int i);
const struct pick *item_pick(const struct page *p, int i);
void view_page(struct view *v, const struct page *p, struct page_view *s);
void view_side(struct view *v, const struct page *p);

#endif
