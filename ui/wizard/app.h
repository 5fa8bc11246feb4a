/*
 * What the program is showing and what is being chosen and typed: everything that is
 * not the case itself.  Keys go in, wishes come out; drawing is a function of it.
 * Looks into folders for completion; otherwise does no I/O and asks no clock.
 */
#ifndef CASEBOOK_UI_APP_H
#define CASEBOOK_UI_APP_H

#include "view.h"

enum panel {
	PANEL_NONE,
	PANEL_HELP,
	PANEL_CAUSES,
	PANEL_TRAIL,
	PANEL_MAP,
	PANEL_EXPIRY,
	PANEL_FILES,
	PANEL_PIECE,
	PANEL_NOTE,
	PANEL_EXPORT,
	PANEL_REPORT
};
enum prompt { PROMPT_NONE, PROMPT_FIND, PROMPT_NAME, PROMPT_DELETE };

/* What the app cannot do itself. */
enum wish_kind {
	WISH_NONE,
	WISH_INTENT, /* intent: for the session */
	WISH_BEGIN,  /* n: a flow of the start screen; text: the title */
	WISH_OPEN,   /* text: id of a case */
	WISH_DELETE, /* text: id of a case */
	WISH_FIND,   /* text: what to search; NULL: all cases */
	WISH_EXPORT, /* n: a format; text: the path */
	WISH_REPORT, /* the report as text into report, then the panel */
	WISH_START,  /* leave the case for the start screen */
	WISH_REDRAW,
	WISH_QUIT
};
struct wish {
	enum wish_kind kind;
	struct intent intent;
	size_t n;
	const char *text; /* lives until the next key */
};

struct app {
	bool ascii;
	int64_t now_ms;

	/* what is shown: borrowed, set by the loop */
	const struct start_data *start;
	const struct page *page; /* NULL: the start screen */
	struct session *session; /* of the page; NULL in tests that draw pages only */
	const struct report_format *const *formats;
	const char *folder; /* where relative file names end up */
	const char *report; /* the text of the last WISH_REPORT; may be NULL */

	enum panel panel, help_over; /* help lies over another panel */
	enum prompt prompt;
	enum context help_for;
	struct start_view sv;
	struct page_view pv;
	struct edit typed; /* the prompt or the note */
	struct export_view ev;
	struct list trail, files;
	struct scroll help, causes, trail_at, map, expiry, files_at, piece, report_at;
	char message[600];
	enum mark message_mark;
	bool page_message_seen;
	bool overwrite;        /* the file was said to exist: Enter again writes it */
	int move_after;        /* once the field is taken: one item on, or back */
	const char *moved_key; /* of that field; lives as long as the flow */
	struct app_id {        /* which page the view state belongs to */
		enum page_kind kind;
		unsigned step;
		int items;
		char ask[120];
	} id;
	char text[EDIT_MAX + 1]; /* behind wish.text and intent.text */
};

/* A zeroed app with ascii, formats, start set is ready. */
enum context app_context(const struct app *a);
/* The page was rebuilt: keeps or resets what is chosen. */
void app_page(struct app *a, const struct page *p);
struct wish app_key(struct app *a, struct key k);
void app_draw(struct app *a, struct frame *f, struct arena *mem);
void app_say(struct app *a, enum mark m, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* ---- the parts, each with the keys of its contexts ---- */
struct wish page_action(struct app *a, enum action act, struct key k);  /* app_page.c */
struct wish field_action(struct app *a, enum action act, struct key k); /* app_field.c */
void field_focus(struct app *a);                                        /* app_field.c */
struct wish start_action(struct app *a, enum action act, struct key k); /* app_start.c */
struct wish panel_action(struct app *a, enum action act, struct key k); /* app_panel.c */
struct wish panel_open(struct app *a, enum action act);                 /* app_panel.c */
struct wish wish_intent(enum intent_kind kind);

#endif
