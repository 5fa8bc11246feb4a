/*
 * Every key of the program is a row here: where it works, what it does, how the
 * footer and the help screen call it.  Nothing else compares keys.
 */
#ifndef CASEBOOK_UI_KEYMAP_H
#define CASEBOOK_UI_KEYMAP_H

#include <stddef.h>

#include "key.h"

/* Where the keys go: one of these at any time. */
enum context {
	CX_START = 1 << 0,  /* the list of cases and flows */
	CX_FIND = 1 << 1,   /* typing what to search for */
	CX_NAME = 1 << 2,   /* typing the title of a new case */
	CX_DELETE = 1 << 3, /* really delete? */
	CX_PAGE = 1 << 4,   /* a step of a case */
	CX_EDIT = 1 << 5,   /* typing into a field of a step */
	CX_CHOICE = 1 << 6, /* a field with a few fixed values */
	CX_HELP = 1 << 7,
	CX_CAUSES = 1 << 8,
	CX_TRAIL = 1 << 9,
	CX_FILES = 1 << 10,  /* the list of evidence */
	CX_PIECE = 1 << 11,  /* one piece of evidence */
	CX_NOTE = 1 << 12,   /* typing a note */
	CX_EXPORT = 1 << 13, /* format and file name of a report */
	CX_FIELD = 1 << 14,  /* a field is chosen, single keys still work */
	CX_REPORT = 1 << 15, /* the report as it would be written */
	CX_MAP = 1 << 16,    /* the flow with the way taken */
	CX_EXPIRY = 1 << 17, /* the certificates seen, by the day they end */
	CX__END = 1 << 18
};
/* The contexts in which a character is text, not a command. */
#define CX_TYPING (CX_FIND | CX_NAME | CX_EDIT | CX_NOTE | CX_EXPORT)

enum action {
	ACT_NONE,
	ACT_UP,
	ACT_DOWN,
	ACT_PGUP,
	ACT_PGDN,
	ACT_HOME,
	ACT_END,
	ACT_LEFT,
	ACT_RIGHT,
	ACT_ENTER,
	ACT_DIGIT,
	ACT_TICK,
	ACT_BACK,
	ACT_AGAIN,
	ACT_CANCEL,
	ACT_NEXT,
	ACT_PREV,
	ACT_SKIP,
	ACT_NOTE,
	ACT_CAUSES,
	ACT_TRAIL,
	ACT_MAP,
	ACT_EXPIRY,
	ACT_FILES,
	ACT_EXPORT,
	ACT_HELP,
	ACT_CLOSE,
	ACT_START,
	ACT_NEW,
	ACT_FIND,
	ACT_DELETE,
	ACT_YES,
	ACT_NO,
	ACT_REDRAW,
	ACT_LEVEL,
	ACT_REPORT,
	ACT_QUIT
};

/* What must be so for a footer to offer the key; the key itself works always. */
enum key_need {
	NEED_BUSY = 1 << 0,   /* checks are running */
	NEED_CHECKS = 1 << 1, /* the step has checks */
	NEED_TICKS = 1 << 2,  /* a checklist */
	NEED_PICKS = 1 << 3,  /* answers to choose from */
	NEED_FILE = 1 << 4,   /* the field takes a path */
	NEED_BACK = 1 << 5,   /* there is a step before */
	NEED_CASE = 1 << 6,   /* the chosen line is a case */
	NEED_LONG = 1 << 7,   /* there is more to read than fits */
	NEED_IDLE = 1 << 8    /* no checks are running */
};

struct binding {
	unsigned in; /* enum context */
	struct key key;
	enum action act;
	unsigned need;    /* enum key_need, for the footer only */
	const char *foot; /* a word or two; NULL: not in the footer */
	const char *help; /* a sentence; NULL: same as the row before, another key */
};
extern const struct binding keymap[];
extern const size_t keymap_rows;

enum action keymap_find(enum context in, struct key k);
const char *context_title(enum context in); /* heading of the help screen */

#endif
