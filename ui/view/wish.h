/* Requests from keys that a screen cannot carry out itself. */
#ifndef CASEBOOK_UI_WISH_H
#define CASEBOOK_UI_WISH_H

#include <casebook/page.h>

struct panel;

enum wish_kind {
	WISH_NONE,
	WISH_INTENT,  /* intent: for the session */
	WISH_BEGIN,   /* n: a flow of the start screen; text: the title */
	WISH_OPEN,    /* text: id of a case */
	WISH_DELETE,  /* text: id of a case */
	WISH_FIND,    /* text: what to search; NULL: all cases */
	WISH_EXPORT,  /* n: a format; text: the path */
	WISH_REPORT,  /* the report as text, before the panel that asks for it is drawn */
	WISH_LINES,   /* text: a file; n: the line that is looked at, with those around it */
	WISH_START,   /* leave the case for the start screen */
	WISH_FILES,   /* text: a file or folder; intent.key: the field that it was given to */
	WISH_PAGE,    /* the page again, from the session */
	WISH_COPY,    /* text: for the clipboard */
	WISH_COLLECT, /* text: the address of a server that has what the case needs */
	WISH_SCRIPT,  /* the page's file of commands, to send */
	WISH_REDRAW,
	WISH_QUIT,
	/* Of a panel; whoever shows it does these. */
	WISH_PANEL, /* panel, n: opened over this one to show its n-th thing */
	WISH_CLOSE, /* back to the step */
	WISH_SAY    /* text, mark */
};
struct wish {
	enum wish_kind kind;
	struct intent intent;
	size_t n;
	const char *text; /* lives until the next key */
	enum mark mark;
	const struct panel *panel;
};

static inline struct wish wish_intent(enum intent_kind kind)
{
	return (struct wish){.kind = WISH_INTENT, .intent = {.kind = kind, .by = BY_PERSON}};
}

#endif
