/*
 * Display, selection and typing: all state of the program except the case.  Keys go in, wishes come out;
 * drawing is a function of it. Reads folders for completion; otherwise does no I/O and reads no clock.
 */
#ifndef CASEBOOK_UI_APP_H
#define CASEBOOK_UI_APP_H

#include "panel.h"

enum prompt { PROMPT_NONE, PROMPT_FIND, PROMPT_DELETE };

#define PANEL_DEPTH 4 /* panels over panels: the evidence, a piece of it, help */

struct app {
	bool ascii;
	int64_t now_ms;

	/* what is shown: borrowed, set by the loop */
	const struct start_data *start;
	const struct page *page; /* NULL: the start screen */
	struct session *session; /* of the page; NULL in tests that draw pages only */
	struct panel_in in;      /* formats, folder, report; the rest is set here */

	const struct panel *open[PANEL_DEPTH]; /* the last one is shown, the keys are its own */
	size_t nopen;
	struct panel_own own[PANEL__MAX];
	enum prompt prompt;
	struct start_view sv;
	struct page_view pv;
	struct edit typed; /* the prompt, or the line of a panel */
	char message[600];
	enum mark message_mark;
	bool page_message_seen;
	bool reading;          /* a file is being read: keys wait, but for Esc */
	bool said_busy;        /* the message tells that checks are running */
	bool asked_empty;      /* it was said what an empty first field costs: Enter again leaves it empty */
	bool commanding;       /* a command is being typed */
	bool searching;        /* a word for the panel that is read is being typed */
	char explained[6000];  /* behind in.explained */
	bool copied;           /* y was the last key: once more shows what it copied */
	bool overwrite;        /* the file was said to exist: Enter again writes it */
	int move_after;        /* once the field is taken: one item on, or back */
	const char *moved_key; /* of that field; lives as long as the flow */
	const char *read_key;  /* the field that a path was read for last, and which */
	char read_path[EDIT_MAX + 1];
	struct app_id { /* which page the view state belongs to */
		enum page_kind kind;
		unsigned step;
		int items;
		char ask[120];
	} id;
	char text[EDIT_MAX + 1];   /* behind wish.text and intent.text */
	const struct frame *drawn; /* what a click points at; lives as long as it is drawn into */
};

/* A zeroed app with ascii, in.formats, start set is ready. */
struct place app_place(const struct app *a);
/* Whether its answers are to be folded before it is shown: somebody may want all of them. */
bool app_folds(const struct app *a, const struct page *p);
/* The page was rebuilt: keeps or resets what is chosen. */
void app_page(struct app *a, const struct page *p);
struct wish app_key(struct app *a, struct key k);
void app_draw(struct app *a, struct frame *f, struct arena *mem);
void app_say(struct app *a, enum mark m, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- the parts, each with the keys of its places ---- */
struct wish page_action(struct app *a, enum action act, struct key k); /* app_page.c */
void page_go_without(struct app *a); /* app_page.c: chooses the answer that claims nothing */
struct wish field_action(struct app *a, enum action act, struct key k); /* app_field.c */
struct wish page_mark(struct app *a, int item);                         /* app_page.c: chosen, not taken */
struct wish field_leave(struct app *a,
                        int step); /* app_field.c: to the item so many lines on; takes what was typed */
struct wish app_mouse(struct app *a, struct key k); /* app_mouse.c */
bool app_wants_mouse(const struct app *a);
void field_focus(struct app *a); /* app_field.c */
/* Pasted text belongs to the page's field, wherever the choice stands; false when there is none. */
bool field_paste(struct app *a, struct key k);                          /* app_field.c */
struct wish start_action(struct app *a, enum action act, struct key k); /* app_start.c */

struct wish explain_words(struct app *a, const char *text); /* app_search.c */
struct wish command_begin(struct app *a);                   /* app_command.c */
struct wish command_collect(struct app *a); /* app_command.c: the line with the last server in it */
struct wish command_action(struct app *a, enum action act, struct key k);
/* The commands that what is typed may become. */
const char *command_hint(const struct app *a, struct arena *mem);
struct wish explain_page(struct app *a); /* app_search.c: the codes that stand there */
struct wish search_action(struct app *a, enum action act, struct key k); /* app_search.c */
bool search_key(struct app *a, enum action act); /* app_search.c; false: not a key of searching */

/* ---- app_panel.c ---- */
const struct panel *app_panel(const struct app *a); /* the one that is shown; NULL */
/* Over those that are open, or instead of them. */
struct wish panel_show(struct app *a, const struct panel *p, bool over);
void panels_close(struct app *a); /* all of them */
struct panel_at panel_at(struct app *a);
struct wish panel_action(struct app *a, const struct binding *b, struct key k);

#endif
