/* A pasted text, line by line: its lines are gathered until a line with a dot alone, and kept as a file. */
#ifndef CASEBOOK_PLAIN_PASTE_H
#define CASEBOOK_PLAIN_PASTE_H

#include <stdbool.h>

#include <casebook/buf.h>
#include <casebook/drive.h>

struct plain_paste {
	struct buf text;
	bool open;
	char field[80]; /* the input that it is for; "" when what it holds decides */
};

/* "paste", which begins one for whatever reads it. */
bool plain_paste_is(const char *line);
void plain_paste_begin(struct plain_paste *p, const char *field); /* NULL: none */
/* A line of it; true when it was the last: "." alone. */
bool plain_paste_line(struct plain_paste *p, const char *line);
/* Keeps it beside the store and hands it to the case; one sentence about what became of it into out. */
void plain_paste_end(struct plain_paste *p, struct drive *d, const char *db, struct buf *out);

#endif
