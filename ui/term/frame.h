/*
 * A frame is the content of one screen: cells of one character, its width and its meaning. frame_put is the
 * only way in: anything but valid, printable text becomes U+FFFD here, so that no certificate subject can
 * move our cursor.
 */
#ifndef CASEBOOK_UI_FRAME_H
#define CASEBOOK_UI_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <casebook/buf.h>

#include "theme.h"

struct rect {
	int row, col, rows, cols;
};

struct cell {
	char ch[12];   /* one character with its combining marks, UTF-8 */
	uint8_t len;   /* bytes in ch; 0 in the second half of a wide character */
	uint8_t width; /* columns: 1 or 2, and 0 in the second half */
	uint8_t style; /* enum style */
};

#define FRAME_MAX_ROWS 500 /* larger terminals show blank space beyond */
#define FRAME_MAX_COLS 1000

struct frame {
	int rows, cols;
	struct cell *cells;
	int *item;                  /* of each row: what can be chosen there; -1: nothing */
	bool mouse;                 /* clicks are wanted */
	int cursor_row, cursor_col; /* the focus, for screen readers; -1: none */
	bool cursor_shown;          /* something is being typed there */
};

/* A zeroed frame is a valid empty one.  Sizes are cut to the ceilings. */
void frame_resize(struct frame *f, int rows, int cols); /* and clears */
void frame_clear(struct frame *f);
void frame_release(struct frame *f);
void frame_copy(struct frame *to, const struct frame *from);
/* What is drawn in a row, for the mouse; -1: nothing that can be chosen, or no such row. */
void frame_item_is(struct frame *f, int row, int item);
int frame_item(const struct frame *f, int row);
const struct cell *frame_at(const struct frame *f, int row, int col); /* NULL outside */

/* Writes at most `max` columns of s from (row, col) rightwards; what lies outside the
 * frame is cut.  Returns the columns that were used. */
int frame_put(struct frame *f, int row, int col, int max, enum style style, const char *s, size_t n);
int frame_str(struct frame *f, int row, int col, int max, enum style style, const char *s);
/* The same glyph over a stretch of a row. */
void frame_repeat(struct frame *f, int row, int col, int cols, enum style style, const char *g);
void frame_blank(struct frame *f, struct rect at);

/* Columns that frame_put would use for the string, and the bytes of its longest prefix that fits.  Layouts
 * must measure with these only. */
size_t text_cols(const char *s, size_t n);
size_t text_fit(const char *s, size_t n, size_t cols);

/* Every cell beyond ASCII becomes a letter that says the same, or '?'. */
void frame_to_ascii(struct frame *f);

/* Text lines, trailing blanks cut; then, with styles, the cursor and a second block of style letters. */
void frame_dump(const struct frame *f, bool styles, struct buf *out);

#endif
