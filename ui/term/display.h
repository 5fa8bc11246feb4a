/* Anything that shows frames and delivers keys. */
#ifndef CASEBOOK_UI_DISPLAY_H
#define CASEBOOK_UI_DISPLAY_H

#include <casebook/err.h>

#include "frame.h"
#include "key.h"

struct display_ops {
	int (*open)(void *self, struct err *err);
	void (*close)(void *self); /* may be called at any time and more than once */
	void (*extent)(void *self, int *rows, int *cols);
	void (*present)(void *self, const struct frame *f);
	bool (*next_key)(void *self, struct key *out); /* false: none waits */
	int (*fd)(void *self);                         /* readable when a key may wait; -1: never */
	void (*resized)(void *self);                   /* the terminal was resized */
	void (*suspend)(void *self);                   /* hand the terminal back for a while */
	void (*resume)(void *self);                    /* take it again and draw everything */
	void (*redraw)(void *self);                    /* the screen's content is lost */
};
struct display {
	const struct display_ops *ops;
	void *self;
};

/* ---- a terminal: display_curses.c ---- */
struct display_curses;
struct display_curses *display_curses_new(bool color); /* caller frees */
void display_curses_free(struct display_curses *d);    /* closes first; accepts NULL */
struct display display_curses(struct display_curses *d);
/* Restores the terminal; async-signal-safe; does nothing when none is open. */
void display_curses_panic(void);
/* What that says then: where the case is, with a line end; "" for nothing. */
void display_curses_last_words(const char *text);

#endif
