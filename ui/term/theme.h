/*
 * Style is meaning, never a colour.  The theme turns meaning into what a
 * terminal can show, and every sign that is not a letter into a glyph or, with
 * --ascii, into letters that say the same.
 */
#ifndef CASEBOOK_UI_THEME_H
#define CASEBOOK_UI_THEME_H

#include <stdbool.h>
#include <stdint.h>

/* letter: how a golden file writes it. */
#define STYLES(ROW)        \
	ROW(TEXT, '.')     \
	ROW(DIM, 'd')      \
	ROW(STRONG, 'b')   \
	ROW(ACCENT, 'a')   \
	ROW(OK, 'o')       \
	ROW(BAD, 'x')      \
	ROW(WARN, 'w')     \
	ROW(CODE, 'c')     \
	ROW(SELECTED, 's') \
	ROW(KEY, 'k')      \
	ROW(INPUT, 'i')    \
	ROW(PIN, 'p')      \
	ROW(RULE, 'r')

enum style {
#define ROW(name, letter) ST_##name,
	STYLES(ROW)
#undef ROW
	        ST__MAX
};

char style_letter(enum style s);

/* How one style looks: colour -1 leaves the terminal's own. */
enum look_attr { LOOK_BOLD = 1, LOOK_DIM = 2, LOOK_UNDERLINE = 4, LOOK_REVERSE = 8 };
struct look {
	int colour;     /* 0..7 of the terminal's palette, or -1 */
	unsigned attrs; /* what goes with the colour */
	unsigned mono;  /* what says the same without any colour */
};
const struct look *style_look(enum style s);

enum glyph {
	GL_POINTER, /* the chosen line */
	GL_RULE,    /* a horizontal line */
	GL_BAR,     /* a vertical line */
	GL_TICKED,
	GL_UNTICKED,
	GL_CHOSEN, /* one of several, chosen */
	GL_UNCHOSEN,
	GL_FULL,  /* a progress bar, done */
	GL_EMPTY, /* a progress bar, to do */
	GL_ELLIPSIS,
	GL_BULLET,
	GL_DOT, /* between two things on one line */
	GL_TO,  /* from an answer to where it leads */
	GL_UPDOWN,
	GL_LEFTRIGHT,
	GL_MORE, /* more below */
	GL_LESS, /* more above */
	GL_RUNNING,
	GL_PROMPT, /* before what is being typed */
	GL__MAX
};
const char *glyph(enum glyph g, bool ascii);

#endif
