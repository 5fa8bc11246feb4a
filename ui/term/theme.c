/* The tables of styles and glyphs.  Knows no terminal library and no screen. */
#include "theme.h"

static const char letters[] = {
#define ROW(name, letter) letter,
        STYLES(ROW)
#undef ROW
};

char style_letter(enum style s)
{
	return s < ST__MAX ? letters[s] : '?';
}

enum { BLACK, RED, GREEN, YELLOW, BLUE, MAGENTA, CYAN, WHITE };

/* One accent; the other three colours say good, bad and attention and nothing else. */
static const struct look looks[ST__MAX] = {
        [ST_TEXT] = {-1, 0, 0},
        [ST_DIM] = {-1, LOOK_DIM, LOOK_DIM},
        [ST_STRONG] = {-1, LOOK_BOLD, LOOK_BOLD},
        [ST_ACCENT] = {CYAN, 0, 0},
        [ST_OK] = {GREEN, 0, 0},
        [ST_BAD] = {RED, LOOK_BOLD, LOOK_BOLD},
        [ST_WARN] = {YELLOW, 0, LOOK_BOLD},
        [ST_CODE] = {CYAN, 0, 0},
        [ST_SELECTED] = {CYAN, LOOK_BOLD, LOOK_BOLD},
        [ST_KEY] = {-1, LOOK_BOLD, LOOK_BOLD},
        [ST_INPUT] = {-1, LOOK_UNDERLINE, LOOK_UNDERLINE},
        [ST_PIN] = {YELLOW, LOOK_REVERSE, LOOK_REVERSE},
        [ST_RULE] = {-1, LOOK_DIM, LOOK_DIM},
};

const struct look *style_look(enum style s)
{
	return &looks[s < ST__MAX ? s : ST_TEXT];
}

static const char *const glyphs[GL__MAX][2] = {
        [GL_POINTER] = {"▸", ">"},    [GL_RULE] = {"─", "-"},        [GL_BAR] = {"│", "|"},
        [GL_TICKED] = {"☑", "[x]"},   [GL_UNTICKED] = {"☐", "[ ]"},  [GL_CHOSEN] = {"●", "(o)"},
        [GL_UNCHOSEN] = {"○", "( )"}, [GL_FULL] = {"█", "#"},        [GL_EMPTY] = {"░", "."},
        [GL_ELLIPSIS] = {"…", "~"},   [GL_BULLET] = {"•", "*"},      [GL_DOT] = {"·", "-"},
        [GL_TO] = {"→", "->"},        [GL_UPDOWN] = {"↑↓", "Up/Dn"}, [GL_LEFTRIGHT] = {"←→", "Left/Right"},
        [GL_MORE] = {"↓", "v"},       [GL_LESS] = {"↑", "^"},        [GL_RUNNING] = {"…", "..."},
        [GL_PROMPT] = {"›", ">"},
};

const char *glyph(enum glyph g, bool ascii)
{
	return glyphs[g][ascii ? 1 : 0];
}
