/*
 * Every key of the program is a row: where it works, what it does, how the footer and the help
 * screen call it.  Those of a panel come from its own file.  Nothing else compares keys.
 */
#ifndef CASEBOOK_UI_KEYMAP_H
#define CASEBOOK_UI_KEYMAP_H

#include <stddef.h>

#include "key.h"

struct panel;

/* What a key may mean depends on where it goes.  Several bits at once for a panel. */
enum context {
	CX_START = 1 << 0,   /* the list of cases and flows */
	CX_FIND = 1 << 1,    /* typing what to search for */
	CX_DELETE = 1 << 2,  /* really delete? */
	CX_PAGE = 1 << 3,    /* a step of a case */
	CX_EDIT = 1 << 4,    /* typing into a field of a step */
	CX_CHOICE = 1 << 5,  /* a field with a few fixed values */
	CX_FIELD = 1 << 6,   /* a field is chosen, single keys still work */
	CX_SEEK = 1 << 7,    /* typing what to look for in what is read */
	CX_COMMAND = 1 << 8, /* typing a command by its word */
	CX_READ = 1 << 9,    /* a panel that is read */
	CX_PARTS = 1 << 10,  /* and has parts to go through */
	CX_LIST = 1 << 11,   /* a panel of lines to choose from */
	CX_TYPE = 1 << 12    /* a panel that is typed into */
};
/* The contexts in which a character is text, not a command. */
#define CX_TYPING (CX_FIND | CX_SEEK | CX_COMMAND | CX_EDIT | CX_TYPE)
/* Those from which panels are opened. */
#define CX_STEP (CX_PAGE | CX_CHOICE | CX_FIELD)

/* Where the keys go: one of these at any time. */
struct place {
	unsigned cx;               /* enum context */
	const struct panel *panel; /* NULL: none is open */
};
bool place_same(struct place a, struct place b);
/* The i-th of all places, in the order of the help; false past the last. */
bool place_nth(size_t i, struct place *out);
const char *place_title(struct place at); /* heading of the help screen */

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
	ACT_COMMAND,  /* the line that starts with : */
	ACT_EXPLAIN,  /* the codes on the page */
	ACT_HIT_NEXT, /* of what was searched */
	ACT_HIT_PREV,
	ACT_COPY,    /* the page's command or steps */
	ACT_SCRIPT,  /* its command as a file */
	ACT_COLLECT, /* from a server, over SSH */
	ACT_UNDO,
	ACT_REDO,
	ACT_CANCEL,
	ACT_NEXT,
	ACT_PREV,
	ACT_SKIP,
	ACT_OTHERS, /* the answers that were left out */
	ACT_MORE,   /* why it is asked, where from, by hand */
	ACT_OPEN,   /* a panel: binding.panel */
	ACT_OWN,    /* what only this panel does; one that does several such things looks at the key */
	ACT_HELP,
	ACT_CLOSE,
	ACT_START,
	ACT_NEW,
	ACT_FIND,
	ACT_DELETE,
	ACT_YES,
	ACT_NO,
	ACT_REDRAW,
	ACT_QUIT,
	/* Places in the table where the rows of panels come in; no key has these. */
	ACT__OPENERS, /* what opens a panel */
	ACT__LATE_OPENERS,
	ACT__OWN_KEYS, /* of the panel that is open, */
	ACT__SAME_KEY, /* the key that opened it, */
	ACT__WAYS_ON   /* and what leads from it to another */
};

/* What must be so for a footer to offer the key; the key itself works always. */
enum key_need {
	NEED_BUSY = 1 << 0,   /* checks are running */
	NEED_CHECKS = 1 << 1, /* the step has checks */
	NEED_TICK = 1 << 2,   /* the chosen line is one of a checklist */
	NEED_PICKS = 1 << 3,  /* answers to choose from */
	NEED_FILE = 1 << 4,   /* the field takes a path */
	NEED_BACK = 1 << 5,   /* there is a step before */
	NEED_CASE = 1 << 6,   /* the chosen line is a case */
	NEED_LONG = 1 << 7,   /* there is more to read than fits */
	NEED_IDLE = 1 << 8,   /* no checks are running */
	NEED_COPY = 1 << 9,   /* the page has something to hand over, */
	NEED_SCRIPT = 1 << 10 /* and that as a file */
};

struct binding {
	unsigned in; /* enum context */
	struct key key;
	enum action act;
	unsigned need;             /* enum key_need, for the footer only */
	const char *foot;          /* a word or two; NULL: not in the footer */
	const char *help;          /* a sentence; NULL: same as the row before, another key */
	const struct panel *panel; /* ACT_OPEN: which */
};
#define KEY_CHAR(c)              \
	{                        \
		K_CHAR, c, false \
	}
#define KEY_CTRL(c)              \
	{                        \
		K_CTRL, c, false \
	}
#define KEY(k)              \
	{                   \
		k, 0, false \
	}

/* All rows for a place, in the order of footer and help:
 *     for (struct key_walk w = {.at = place}; keymap_next(&w);) ... w.b ... */
struct key_walk {
	struct place at;
	bool all; /* also rows of the general table that do not work there */
	struct binding b;
	size_t row, sub;
};
bool keymap_next(struct key_walk *w);
/* What a key means there; act ACT_NONE: nothing. */
struct binding keymap_find(struct place at, struct key k);

#endif
