/* What the files that draw a step share; nobody else includes it. */
#ifndef CASEBOOK_UI_VIEW_INT_H
#define CASEBOOK_UI_VIEW_INT_H

#include "view.h"

/* Where the line editor goes once the lines have found their rows. */
struct edit_place {
	size_t line;
	int col, cols;
	bool used;
};

/* view_read.c: the question and its blocks; with d->dense what was seen comes first.
 * Returns the lines without the source, which may be a page down. */
size_t view_read(struct view *v, const struct page *p, struct doc *d);
/* Whether a block is the command that y copies. */
bool view_copies(const struct page *p, const struct block *b);
/* view_field.c: the field d->item. */
void view_field(struct view *v, struct doc *d, const struct page *p, const struct page_view *s,
                struct edit_place *place);
/* view_page.c: a new line with the pointer when item d->item is chosen, and its digit. */
void view_number(struct view *v, struct doc *d, const struct page_view *s, int digit);

#endif
