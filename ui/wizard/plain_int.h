/* What the files of the plain wizard share; nobody else includes it. */
#ifndef CASEBOOK_UI_PLAIN_INT_H
#define CASEBOOK_UI_PLAIN_INT_H

#include <casebook/drive.h>
#include <casebook/page.h>
#include <casebook/utf8.h>

#include "plain_panel.h"
#include "wizard.h"

struct plain {
	const struct wizard_options *opt;
	struct jobs *jobs;
	struct drive *d;
	struct session *s; /* to look at */
	struct arena *mem; /* of the page */
	struct page *page;
	struct buf in; /* what was read and not yet used */
	bool eof, quit, tty, warmed;
	bool more;       /* the next page with why it asks, where from, by hand */
	bool all;        /* and with all answers */
	bool shown;      /* the page as it is now was printed */
	char asked[160]; /* the prompt that waits for a line */
	struct plain_panels panels;
};

/* ---- plain.c: what goes out and comes in ---- */
void plain_put(struct plain *p, const struct buf *b);
void plain_say(struct plain *p, const char *text); /* cleaned, with its newline */
void plain_build(struct plain *p);                 /* the page as the case stands */
void plain_send(struct plain *p, struct intent in);
/* The next line without its end, in p->mem; NULL at the end of input. */
char *plain_next_line(struct plain *p);

/* ---- plain_obey.c: what a line does ---- */
void plain_obey(struct plain *p, const char *line);
/* What Enter takes, from 1: what is proposed, else what claims nothing; 0: neither. */
size_t plain_chosen(const struct plain *p);
void plain_give_field(struct plain *p, size_t i, const char *value);
void plain_give_path(struct plain *p, const struct input_def *def, const char *value, uint32_t form);
/* A text instead of a file; field NULL: of any. */
void plain_take_paste(struct plain *p, const char *field);
/* What stands behind the letter of a line. */
const char *plain_after(const char *line);

#endif
