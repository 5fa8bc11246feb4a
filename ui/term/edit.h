/*
 * One line being typed: insert, delete, move by character and word, kill to both ends, paste.  Holds at most
 * EDIT_MAX bytes of valid UTF-8; refuses anything else.
 */
#ifndef CASEBOOK_UI_EDIT_H
#define CASEBOOK_UI_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "frame.h"
#include "key.h"

#define EDIT_MAX 4096 /* a URL or a path at its longest, and a note of a page */

struct edit {
	char text[EDIT_MAX + 1];
	size_t n, at; /* bytes; the cursor stands before text[at] */
};

void edit_set(struct edit *e, const char *text); /* NULL: empty; cursor at the end */
bool edit_key(struct edit *e, struct key k);     /* whether the key edits */
void edit_insert(struct edit *e, const char *s, size_t n);
/* Draws the part around the cursor in `cols` columns and puts the frame's cursor there. */
void edit_draw(const struct edit *e, struct frame *f, int row, int col, int cols, bool focus);

#endif
