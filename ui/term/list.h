/* A list longer than its place: which line is chosen, which comes first. */
#ifndef CASEBOOK_UI_LIST_H
#define CASEBOOK_UI_LIST_H

#include <stddef.h>

struct list {
	size_t n;   /* items */
	size_t sel; /* < n, or 0 when empty */
};
void list_fit(struct list *l, size_t n);
void list_move(struct list *l, int by); /* stops at both ends */

/* The first line to show so that lines first..end-1 are seen in `rows`, moving as
 * little as it can from `top`. */
size_t scroll_to(size_t top, size_t rows, size_t total, size_t first, size_t end);
/* `top` moved by `by` lines, kept within what can be scrolled. */
size_t scroll_by(size_t top, size_t rows, size_t total, int by);

#endif
