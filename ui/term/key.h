/* A key as the program understands it, whatever terminal sent it. */
#ifndef CASEBOOK_UI_KEY_H
#define CASEBOOK_UI_KEY_H

#include <stdbool.h>
#include <stdint.h>

enum key_kind {
	K_NONE, /* no key at all */
	K_CHAR, /* cp: a printable character */
	K_CTRL, /* cp: the letter, 'A'..'Z' */
	K_ENTER,
	K_ESC,
	K_TAB,
	K_BACKTAB,
	K_BACKSPACE,
	K_DELETE,
	K_UP,
	K_DOWN,
	K_LEFT,
	K_RIGHT,
	K_HOME,
	K_END,
	K_PGUP,
	K_PGDN,
	K_HELP,   /* F1 */
	K_RESIZE, /* the terminal has another size */
	K_CLICK,  /* cp: the row */
	K_WHEEL_UP,
	K_WHEEL_DOWN,
	K_OTHER, /* known to the terminal, of no use here */
	K__MAX
};
struct key {
	enum key_kind kind;
	uint32_t cp;
	bool pasted; /* part of a paste: text, never a command */
};

/* "Enter", "PgDn", "Ctrl-A", "n": what help and footers call it; out is returned. */
const char *key_label(struct key k, char out[24]);

#endif
