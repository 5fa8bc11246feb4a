/*
 * Prose as lines of a given width: wrapped by display columns, styled in runs,
 * with columns and hanging indents.  A document knows its width and nothing of
 * where on the screen it will stand; drawing takes a rectangle and the first line.
 */
#ifndef CASEBOOK_UI_TEXT_H
#define CASEBOOK_UI_TEXT_H

#include <casebook/arena.h>

#include "frame.h"

struct run {
	const char *s;
	size_t n;
	int col; /* where it begins within the line */
	int cols;
	enum style style;
};
struct line {
	struct run *run;
	size_t n, cap;
	int used; /* the first free column */
	int item; /* what the line belongs to, for selection; -1 nothing */
};
struct doc {
	struct arena *mem;
	int width;
	int item;    /* given to every line that begins from here on */
	bool dense;  /* no empty lines: every row counts */
	bool airy;   /* dense in other things, but empty lines stay */
	bool scarce; /* dense, and still too long: what is read gives way to a command that is to be copied */
	size_t command; /* of that command, so many lines when it cannot stand whole */
	size_t hidden;  /* lines of it that are left out */
	struct line *line;
	size_t n, cap;
};

/* Everything is allocated in mem; strings are borrowed. */
void doc_init(struct doc *d, struct arena *mem, int width);
/* One empty line, unless the document is empty or ends with one. */
void doc_blank(struct doc *d);

/* A line made piece by piece: begin, then text at the place reached, cut with an
 * ellipsis where the line ends. */
void doc_line(struct doc *d);
void doc_add(struct doc *d, enum style style, const char *s);
/* At most `cols` columns of s, then blanks up to exactly `cols`. */
void doc_cell(struct doc *d, int cols, enum style style, const char *s);
void doc_tab(struct doc *d, int col);                           /* go on at that column when not past it */
void doc_right(struct doc *d, enum style style, const char *s); /* flush right when it fits */
int doc_left(const struct doc *d);                              /* columns left on the line */

/* Words wrapped at the width: starts on the line begun when there is one being made
 * (`from` past its end begins a new line), else a new line; later lines begin at `hang`. */
void doc_wrap(struct doc *d, int from, int hang, enum style style, const char *s);
/* The same with **bold** and `code` in it, paragraphs, "- " and "1. " lists and lines
 * that begin with four blanks kept as they are. */
void doc_prose(struct doc *d, int indent, enum style style, const char *s);

/* Each line of s by itself, wrapped at `hang`: commands, which must not flow together. */
void doc_lines(struct doc *d, int indent, int hang, enum style style, const char *s);

/* Draws lines first..; returns how many were drawn. */
int doc_draw(const struct doc *d, struct frame *f, struct rect at, size_t first);
/* Lines of an item: the first and one past the last; false when it has none. */
bool doc_item_lines(const struct doc *d, int item, size_t *first, size_t *end);

/* s cut in the middle so that both ends can be read; in mem when cut. */
const char *text_middle(struct arena *mem, const char *s, int cols, bool ascii);
/* "2 min ago", "yesterday", "2026-11-03"; in mem. */
const char *text_age(struct arena *mem, int64_t then_ms, int64_t now_ms);
/* "48 MB", "1.2 GB", "312 bytes"; in mem. */
const char *text_size(struct arena *mem, uint64_t bytes);

#endif
