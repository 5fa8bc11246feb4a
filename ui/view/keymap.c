/* The table of keys, and the rows that panels add to it.  Knows names and meanings; does nothing. */
#include "panel.h"

#define LISTS (CX_START | CX_PAGE | CX_LIST | CX_CHOICE | CX_FIELD)
#define PANELS (CX_READ | CX_LIST)

static const struct binding keymap[] = {
        /* choosing and reading */
        {LISTS | CX_EDIT, KEY(K_UP), ACT_UP, 0, NULL, "the line above"},
        {LISTS | CX_READ, KEY_CHAR('k'), ACT_UP, 0, NULL, NULL},
        {LISTS | CX_EDIT, KEY(K_DOWN), ACT_DOWN, 0, "choose", "the line below"},
        {LISTS | CX_READ, KEY_CHAR('j'), ACT_DOWN, 0, NULL, NULL},
        {CX_READ, KEY(K_UP), ACT_UP, 0, NULL, "scroll up"},
        {CX_READ, KEY(K_DOWN), ACT_DOWN, NEED_LONG, "scroll", "scroll down"},
        {LISTS | CX_READ | CX_EDIT, KEY(K_PGUP), ACT_PGUP, 0, NULL, "a page up in a long text"},
        {LISTS | CX_READ | CX_EDIT, KEY(K_PGDN), ACT_PGDN, NEED_LONG, "read on",
         "a page down in a long text"},
        {CX_READ, KEY_CHAR(' '), ACT_PGDN, 0, NULL, NULL},
        {LISTS | CX_READ, KEY(K_HOME), ACT_HOME, 0, NULL, "the first line"},
        {CX_READ, KEY_CHAR('g'), ACT_HOME, 0, NULL, NULL},
        {LISTS | CX_READ, KEY(K_END), ACT_END, 0, NULL, "the last line"},
        {CX_READ, KEY_CHAR('G'), ACT_END, 0, NULL, NULL},
        {CX_PARTS, KEY(K_TAB), ACT_NEXT, NEED_LONG, "next part", "the next part of a long text"},
        {CX_PARTS, KEY(K_BACKTAB), ACT_PREV, 0, NULL, "the part before"},
        {CX_READ, KEY_CHAR('/'), ACT_FIND, 0, "search", "search what is shown"},
        {CX_READ, KEY_CHAR('n'), ACT_HIT_NEXT, 0, NULL, "the next line with what was searched"},
        {CX_READ, KEY_CHAR('N'), ACT_HIT_PREV, 0, NULL, "the one before"},
        {CX_CHOICE, KEY(K_LEFT), ACT_LEFT, 0, NULL, "the value before"},
        {CX_CHOICE, KEY(K_RIGHT), ACT_RIGHT, 0, "value", "the next value"},

        /* the start screen */
        {CX_START, KEY(K_ENTER), ACT_ENTER, 0, "open", "open the chosen case, or start the chosen flow"},
        {CX_START, KEY_CHAR('n'), ACT_NEW, 0, "new", "go to the flows to start a new case"},
        {CX_START, KEY_CHAR('/'), ACT_FIND, 0, "search", "search the text of all cases"},
        {CX_START, KEY_CHAR('d'), ACT_DELETE, NEED_CASE, "delete",
         "delete the chosen case, after a question"},
        {CX_START, KEY(K_ESC), ACT_CLOSE, 0, NULL, "end a search: all cases again"},
        {CX_FIND | CX_SEEK, KEY(K_ENTER), ACT_ENTER, 0, "search", "search"},
        {CX_FIND, KEY(K_ESC), ACT_CLOSE, 0, "all cases", "leave the search"},
        {CX_SEEK, KEY(K_ESC), ACT_CLOSE, 0, "leave it", "leave the search"},
        {CX_DELETE, KEY_CHAR('y'), ACT_YES, 0, "delete", "delete it for good"},
        {CX_DELETE, KEY_CHAR('n'), ACT_NO, 0, "keep", "keep it"},
        {CX_DELETE, KEY(K_ESC), ACT_NO, 0, NULL, NULL},

        /* a step */
        {CX_PAGE, KEY_CHAR(' '), ACT_TICK, NEED_TICK, "done", "tick or untick a line of the checklist"},
        {CX_PAGE, KEY(K_ENTER), ACT_ENTER, NEED_PICKS, "go on",
         "give the chosen answer; on a step of a fix: to the next one"},
        {CX_FIELD, KEY(K_ENTER), ACT_ENTER, 0, "type",
         "type into the chosen field; a path may also be pasted or dropped at once"},
        {CX_CHOICE, KEY(K_ENTER), ACT_ENTER, 0, "take it", "take the value, go on"},
        {CX_STEP, KEY_CHAR('1'), ACT_DIGIT, 0, NULL, "that answer, that line of a checklist, that value"},
        {CX_STEP, KEY_CHAR('2'), ACT_DIGIT, 0, NULL, NULL},
        {CX_STEP, KEY_CHAR('3'), ACT_DIGIT, 0, NULL, NULL},
        {CX_STEP, KEY_CHAR('4'), ACT_DIGIT, 0, NULL, NULL},
        {CX_STEP, KEY_CHAR('5'), ACT_DIGIT, 0, NULL, NULL},
        {CX_STEP, KEY_CHAR('6'), ACT_DIGIT, 0, NULL, NULL},
        {CX_STEP, KEY_CHAR('7'), ACT_DIGIT, 0, NULL, NULL},
        {CX_STEP, KEY_CHAR('8'), ACT_DIGIT, 0, NULL, NULL},
        {CX_STEP, KEY_CHAR('9'), ACT_DIGIT, 0, NULL, NULL},
        {CX_STEP, KEY(K_ESC), ACT_CANCEL, NEED_BUSY, "stop", "stop the running checks"},
        {CX_PAGE | CX_FIELD, KEY_CHAR('y'), ACT_COPY, NEED_COPY, "copy",
         "copy the command, or the steps of a fix; once more: show it alone"},
        {CX_PAGE | CX_FIELD, KEY_CHAR('w'), ACT_SCRIPT, NEED_SCRIPT, "as file",
         "write the command as a file to send"},
        {CX_PAGE | CX_FIELD, KEY_CHAR('C'), ACT_COLLECT, NEED_SCRIPT, "fetch it",
         "fetch what the case needs from the server, over SSH"},
        {CX_PAGE | CX_FIELD, KEY_CHAR('r'), ACT_AGAIN, NEED_CHECKS | NEED_IDLE, "check again",
         "run the checks of this step again"},
        {CX_PAGE | CX_FIELD, KEY_CHAR('<'), ACT_BACK, NEED_BACK, "back", "take the last answer back"},
        {CX_PAGE | CX_FIELD, KEY(K_LEFT), ACT_BACK, 0, NULL, NULL},
        {CX_PAGE | CX_FIELD, KEY(K_BACKSPACE), ACT_BACK, 0, NULL, NULL},
        {CX_STEP, KEY_CHAR('u'), ACT_UNDO, 0, NULL, "take the last change back; it is named"},
        {CX_STEP, KEY_CTRL('R'), ACT_REDO, 0, NULL, "bring again what was taken back"},
        {CX_EDIT, KEY(K_ENTER), ACT_ENTER, 0, "take it", "take what was typed, go to the next field"},
        {CX_EDIT | CX_CHOICE, KEY(K_TAB), ACT_NEXT, NEED_FILE, "complete",
         "complete a path; in other fields go to the next one"},
        {CX_EDIT | CX_CHOICE, KEY(K_BACKTAB), ACT_PREV, 0, NULL, "the field before"},
        {CX_EDIT, KEY(K_ESC), ACT_CLOSE, 0, "leave it",
         "stop the running checks; else leave the field, so that single keys work again"},
        {CX_EDIT | CX_CHOICE | CX_FIELD, KEY_CTRL('N'), ACT_SKIP, 0, "not at hand",
         "I do not have it: go on without"},
        {CX_STEP, KEY_CHAR('o'), ACT_OTHERS, NEED_PICKS, NULL, "something else: all answers"},
        {CX_STEP, KEY_CHAR('m'), ACT_MORE, 0, "more",
         "why this is asked, where it comes from, how to do it by hand"},
        {CX_STEP, KEY_CHAR(':'), ACT_COMMAND, 0, NULL, "a command by its word; Tab completes"},
        {CX_COMMAND, KEY(K_ENTER), ACT_ENTER, 0, "do it", "do what the line says"},
        {CX_COMMAND, KEY(K_TAB), ACT_NEXT, 0, "complete", "complete the word"},
        {CX_COMMAND, KEY(K_ESC), ACT_CLOSE, 0, "leave it", "leave the line"},
        {CX_STEP, KEY_CHAR('x'), ACT_EXPLAIN, 0, NULL, "what the codes on this page mean"},
        {CX_STEP, .act = ACT__OPENERS},
        {CX_STEP, KEY_CHAR('s'), ACT_START, 0, NULL, "leave this case, back to the list"},

        /* panels */
        {PANELS | CX_TYPE, .act = ACT__OWN_KEYS},
        {PANELS, KEY(K_ESC), ACT_CLOSE, 0, "close", "back to where you were"},
        {PANELS, KEY_CHAR('q'), ACT_CLOSE, 0, NULL, NULL},
        {PANELS, .act = ACT__SAME_KEY},
        {PANELS, .act = ACT__WAYS_ON},

        /* everywhere */
        {CX_START | CX_STEP, KEY_CHAR('q'), ACT_QUIT, 0, "quit", "leave; everything is saved already"},
        {CX_STEP, .act = ACT__LATE_OPENERS},
        {~0u, KEY_CTRL('L'), ACT_REDRAW, 0, NULL, "draw the screen again"},
        {CX_START | CX_STEP | PANELS, KEY_CHAR('?'), ACT_HELP, 0, "help", "this help"},
        {~(unsigned)CX_TYPING, KEY(K_HELP), ACT_HELP, 0, NULL, NULL},
        {CX_TYPING, KEY(K_HELP), ACT_HELP, 0, "help", "this help"},
};

/* ---- places ---- */

bool place_same(struct place a, struct place b)
{
	return a.cx == b.cx && a.panel == b.panel;
}

static const char *const titles[] = {"Start screen",
                                     "Searching",
                                     "Deleting",
                                     "A step",
                                     "A field being typed",
                                     "A field with fixed values",
                                     "A field, chosen",
                                     "Searching in what is read",
                                     "The line behind :"};
#define NTITLES (sizeof(titles) / sizeof(titles[0]))

bool place_nth(size_t i, struct place *out)
{
	if (i < NTITLES)
		*out = (struct place){1u << i, NULL};
	else if (i < NTITLES + PANEL__MAX)
		*out = (struct place){panels[i - NTITLES]->context, panels[i - NTITLES]};
	return i < NTITLES + PANEL__MAX;
}

const char *place_title(struct place at)
{
	for (size_t i = 0; at.panel == NULL && i < NTITLES; i++)
		if (at.cx == 1u << i)
			return titles[i];
	if (at.panel == NULL)
		return "";
	return at.panel->heading != NULL ? at.panel->heading : at.panel->title;
}

/* ---- the rows for a place ---- */

static struct binding opener(const struct panel *p)
{
	return (struct binding){.in = CX_STEP,
	                        .key = p->key,
	                        .act = p->key.kind != K_NONE ? ACT_OPEN : ACT_NONE,
	                        .foot = p->foot,
	                        .help = p->help,
	                        .panel = p};
}

/* The n-th row that stands for a splice; act ACT_NONE: not one of its kind.  False past the last. */
static bool spliced(enum action splice, const struct panel *open, size_t n, struct binding *out)
{
	if (splice == ACT__OPENERS || splice == ACT__LATE_OPENERS) {
		if (panels[n] == NULL)
			return false;
		*out = opener(panels[n]);
		if (panels[n]->late != (splice == ACT__LATE_OPENERS))
			out->act = ACT_NONE;
		return true;
	}
	if (splice == ACT__SAME_KEY) {
		*out = opener(open);
		out->act = out->act != ACT_NONE ? ACT_CLOSE : ACT_NONE;
		out->foot = out->help = NULL;
		return n == 0;
	}
	if (open->keys == NULL || open->keys[n].act == ACT_NONE)
		return false;
	*out = open->keys[n];
	if ((out->act == ACT_OPEN) != (splice == ACT__WAYS_ON))
		out->act = ACT_NONE;
	return true;
}

bool keymap_next(struct key_walk *w)
{
	while (w->row < sizeof(keymap) / sizeof(keymap[0])) {
		const struct binding *b = &keymap[w->row];
		bool here = (b->in & w->at.cx) != 0;

		if (b->act < ACT__OPENERS) {
			w->row++;
			w->b = *b;
			if (here || w->all)
				return true;
		} else if (!here || !spliced(b->act, w->at.panel, w->sub++, &w->b)) {
			w->row++;
			w->sub = 0;
		} else if (w->b.act != ACT_NONE) {
			return true;
		}
	}
	return false;
}

static bool same(struct key a, struct key b)
{
	return a.kind == b.kind && ((a.kind != K_CHAR && a.kind != K_CTRL) || a.cp == b.cp);
}

struct binding keymap_find(struct place at, struct key k)
{
	struct key_walk w = {.at = at};

	while (!k.pasted && keymap_next(&w))
		if (same(w.b.key, k))
			return w.b;
	return (struct binding){.act = ACT_NONE};
}
