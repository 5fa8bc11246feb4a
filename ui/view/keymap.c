/* The table of keys.  Knows names and meanings; does nothing. */
#include "keymap.h"

#define CH(c)                    \
	{                        \
		K_CHAR, c, false \
	}
#define CTRL(c)                  \
	{                        \
		K_CTRL, c, false \
	}
#define KEY(k)              \
	{                   \
		k, 0, false \
	}

#define LISTS (CX_START | CX_PAGE | CX_TRAIL | CX_FILES | CX_CHOICE | CX_FIELD)
#define READ (CX_HELP | CX_CAUSES | CX_MAP | CX_EXPIRY | CX_PIECE | CX_REPORT)
#define PANELS (CX_HELP | CX_CAUSES | CX_TRAIL | CX_MAP | CX_EXPIRY | CX_FILES | CX_PIECE | CX_REPORT)
#define STEP (CX_PAGE | CX_CHOICE | CX_FIELD)

const struct binding keymap[] = {
        /* choosing and reading */
        {LISTS | CX_EXPORT | CX_EDIT, KEY(K_UP), ACT_UP, 0, NULL, "the line above"},
        {LISTS | READ, CH('k'), ACT_UP, 0, NULL, NULL},
        {LISTS | CX_EXPORT | CX_EDIT, KEY(K_DOWN), ACT_DOWN, 0, "choose", "the line below"},
        {LISTS | READ, CH('j'), ACT_DOWN, 0, NULL, NULL},
        {READ, KEY(K_UP), ACT_UP, 0, NULL, "scroll up"},
        {READ, KEY(K_DOWN), ACT_DOWN, NEED_LONG, "scroll", "scroll down"},
        {LISTS | READ | CX_EDIT, KEY(K_PGUP), ACT_PGUP, 0, NULL, "a page up in a long text"},
        {LISTS | READ | CX_EDIT, KEY(K_PGDN), ACT_PGDN, NEED_LONG, "read on", "a page down in a long text"},
        {READ, CH(' '), ACT_PGDN, 0, NULL, NULL},
        {LISTS | READ, KEY(K_HOME), ACT_HOME, 0, NULL, "the first line"},
        {LISTS | READ, KEY(K_END), ACT_END, 0, NULL, "the last line"},
        {CX_HELP | CX_REPORT | CX_MAP, KEY(K_TAB), ACT_NEXT, NEED_LONG, "next part",
         "the next part of a long text"},
        {CX_HELP | CX_REPORT | CX_MAP, KEY(K_BACKTAB), ACT_PREV, 0, NULL, "the part before"},
        {CX_CHOICE, KEY(K_LEFT), ACT_LEFT, 0, NULL, "the value before"},
        {CX_CHOICE, KEY(K_RIGHT), ACT_RIGHT, 0, "value", "the next value"},

        /* the start screen */
        {CX_START, KEY(K_ENTER), ACT_ENTER, 0, "open", "open the chosen case, or start the chosen flow"},
        {CX_START, CH('n'), ACT_NEW, 0, "new", "go to the flows to start a new case"},
        {CX_START, CH('/'), ACT_FIND, 0, "search", "search the text of all cases"},
        {CX_START, CH('d'), ACT_DELETE, NEED_CASE, "delete", "delete the chosen case, after a question"},
        {CX_START, KEY(K_ESC), ACT_CLOSE, 0, NULL, "end a search: all cases again"},
        {CX_FIND, KEY(K_ENTER), ACT_ENTER, 0, "search", "search"},
        {CX_FIND, KEY(K_ESC), ACT_CLOSE, 0, "all cases", "leave the search"},
        {CX_NAME, KEY(K_ENTER), ACT_ENTER, 0, "begin", "begin the case; the title may stay empty"},
        {CX_NAME, KEY(K_ESC), ACT_CLOSE, 0, "do not begin", "back to the list"},
        {CX_DELETE, CH('y'), ACT_YES, 0, "delete", "delete it for good"},
        {CX_DELETE, CH('n'), ACT_NO, 0, "keep", "keep it"},
        {CX_DELETE, KEY(K_ESC), ACT_NO, 0, NULL, NULL},

        /* a step */
        {CX_PAGE, KEY(K_ENTER), ACT_ENTER, NEED_PICKS, "answer",
         "give the chosen answer; tick the chosen line"},
        {CX_FIELD, KEY(K_ENTER), ACT_ENTER, 0, "type",
         "type into the chosen field; a path may also be pasted or dropped at once"},
        {CX_CHOICE, KEY(K_ENTER), ACT_ENTER, 0, "take it", "take the value, go on"},
        {STEP, CH('1'), ACT_DIGIT, 0, NULL, "that answer, that line of a checklist, that value"},
        {STEP, CH('2'), ACT_DIGIT, 0, NULL, NULL},
        {STEP, CH('3'), ACT_DIGIT, 0, NULL, NULL},
        {STEP, CH('4'), ACT_DIGIT, 0, NULL, NULL},
        {STEP, CH('5'), ACT_DIGIT, 0, NULL, NULL},
        {STEP, CH('6'), ACT_DIGIT, 0, NULL, NULL},
        {STEP, CH('7'), ACT_DIGIT, 0, NULL, NULL},
        {STEP, CH('8'), ACT_DIGIT, 0, NULL, NULL},
        {STEP, CH('9'), ACT_DIGIT, 0, NULL, NULL},
        {CX_PAGE, CH(' '), ACT_TICK, NEED_TICKS, "tick", "tick or untick a line of the checklist"},
        {STEP, KEY(K_ESC), ACT_CANCEL, NEED_BUSY, "stop", "stop the running checks"},
        {CX_PAGE | CX_FIELD, CH('r'), ACT_AGAIN, NEED_CHECKS | NEED_IDLE, "check again",
         "run the checks of this step again"},
        {CX_PAGE | CX_FIELD, CH('<'), ACT_BACK, NEED_BACK, "back", "take the last answer back"},
        {CX_PAGE | CX_FIELD, KEY(K_LEFT), ACT_BACK, 0, NULL, NULL},
        {CX_PAGE | CX_FIELD, KEY(K_BACKSPACE), ACT_BACK, 0, NULL, NULL},
        {CX_EDIT, KEY(K_ENTER), ACT_ENTER, 0, "take it", "take what was typed, go to the next field"},
        {CX_EDIT | CX_CHOICE, KEY(K_TAB), ACT_NEXT, NEED_FILE, "complete",
         "complete a path; in other fields go to the next one"},
        {CX_EDIT | CX_CHOICE, KEY(K_BACKTAB), ACT_PREV, 0, NULL, "the field before"},
        {CX_EDIT, KEY(K_ESC), ACT_CLOSE, 0, "leave it",
         "stop the running checks; else leave the field, so that single keys work again"},
        {CX_EDIT | CX_CHOICE | CX_FIELD, CTRL('N'), ACT_SKIP, 0, "not at hand",
         "I do not have it: go on without"},
        {STEP, CH('n'), ACT_NOTE, 0, "note", "write a note into the record"},
        {STEP, CH('c'), ACT_CAUSES, 0, "causes", "the causes: which are open, excluded, supported, and why"},
        {STEP, CH('t'), ACT_TRAIL, 0, "trail", "the steps so far, to go back to one"},
        {STEP, CH('f'), ACT_FILES, 0, "evidence", "what was measured, down to the very line of a log"},
        {STEP, CH('e'), ACT_EXPORT, 0, "export", "write the report to a file"},
        {STEP, CH('v'), ACT_REPORT, 0, "report", "read the report as it would be written now"},
        {STEP, CH('s'), ACT_START, 0, NULL, "leave this case, back to the list"},

        /* panels */
        {CX_TRAIL, KEY(K_ENTER), ACT_ENTER, 0, "go back there", "ask again from the chosen step on"},
        {CX_FILES, KEY(K_ENTER), ACT_ENTER, 0, "look at it", "show the chosen piece of evidence"},
        {CX_NOTE, KEY(K_ENTER), ACT_ENTER, 0, "keep it", "put the note into the record"},
        {CX_NOTE, KEY(K_ESC), ACT_CLOSE, 0, "drop it", "drop the note"},
        {CX_EXPORT, KEY(K_ENTER), ACT_ENTER, 0, "write the file", "write the report"},
        {CX_EXPORT, KEY(K_TAB), ACT_DOWN, 0, NULL, "the next format"},
        {CX_EXPORT, CTRL('R'), ACT_LEVEL, 0, "redaction",
         "how much is replaced by tokens: standard, full text, strict"},
        {CX_EXPORT, KEY(K_ESC), ACT_CLOSE, 0, "close", "back to the case"},
        {PANELS, KEY(K_ESC), ACT_CLOSE, 0, "close", "back to where you were"},
        {PANELS, CH('q'), ACT_CLOSE, 0, NULL, NULL},
        {CX_CAUSES, CH('c'), ACT_CLOSE, 0, NULL, NULL},
        {CX_TRAIL, CH('t'), ACT_CLOSE, 0, NULL, NULL},
        {CX_MAP, CH('m'), ACT_CLOSE, 0, NULL, NULL},
        {CX_EXPIRY, CH('x'), ACT_CLOSE, 0, NULL, NULL},
        {CX_FILES, CH('f'), ACT_CLOSE, 0, NULL, NULL},
        {CX_REPORT, CH('v'), ACT_CLOSE, 0, NULL, NULL},
        {CX_REPORT, CH('e'), ACT_EXPORT, 0, "export", "write it to a file"},

        /* everywhere */
        {CX_START | STEP, CH('q'), ACT_QUIT, 0, "quit", "leave; everything is saved already"},
        {STEP, CH('m'), ACT_MAP, 0, "map", "the map: the way taken, where you stand, what may come"},
        {STEP, CH('x'), ACT_EXPIRY, 0, "expiry", "the certificates that were seen, by the day they end"},
        {~0u, CTRL('L'), ACT_REDRAW, 0, NULL, "draw the screen again"},
        {CX_START | STEP | PANELS, CH('?'), ACT_HELP, 0, "help", "this help"},
        {~(unsigned)CX_TYPING, KEY(K_HELP), ACT_HELP, 0, NULL, NULL},
        {CX_TYPING, KEY(K_HELP), ACT_HELP, 0, "help", "this help"},
};
const size_t keymap_rows = sizeof(keymap) / sizeof(keymap[0]);

static bool same(struct key a, struct key b)
{
	return a.kind == b.kind && ((a.kind != K_CHAR && a.kind != K_CTRL) || a.cp == b.cp);
}

enum action keymap_find(enum context in, struct key k)
{
	if (k.pasted)
		return ACT_NONE;
	for (size_t i = 0; i < keymap_rows; i++)
		if ((keymap[i].in & in) != 0 && same(keymap[i].key, k))
			return keymap[i].act;
	return ACT_NONE;
}

const char *context_title(enum context in)
{
	switch (in) {
	case CX_START:
		return "Start screen";
	case CX_FIND:
		return "Searching";
	case CX_NAME:
		return "Title of a new case";
	case CX_DELETE:
		return "Deleting";
	case CX_PAGE:
		return "A step";
	case CX_EDIT:
		return "A field being typed";
	case CX_FIELD:
		return "A field, chosen";
	case CX_CHOICE:
		return "A field with fixed values";
	case CX_HELP:
		return "This help";
	case CX_CAUSES:
		return "Causes";
	case CX_TRAIL:
		return "Trail";
	case CX_MAP:
		return "Map";
	case CX_EXPIRY:
		return "Certificates";
	case CX_FILES:
		return "Evidence";
	case CX_PIECE:
		return "A piece of evidence";
	case CX_NOTE:
		return "A note";
	case CX_EXPORT:
		return "Export";
	case CX_REPORT:
		return "Report";
	case CX__END:
		break;
	}
	return "";
}
