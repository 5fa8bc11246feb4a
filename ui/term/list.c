/* Arithmetic of choosing and scrolling.  Knows numbers only. */
#include "list.h"

void list_fit(struct list *l, size_t n)
{
	l->n = n;
	if (l->sel >= n)
		l->sel = n > 0 ? n - 1 : 0;
}

void list_move(struct list *l, int by)
{
	if (l->n == 0)
		return;
	if (by < 0)
		l->sel = l->sel < (size_t)-by ? 0 : l->sel - (size_t)-by;
	else
		l->sel = l->n - 1 - l->sel < (size_t)by ? l->n - 1 : l->sel + (size_t)by;
}

static size_t last_top(size_t rows, size_t total)
{
	return total > rows ? total - rows : 0;
}

size_t scroll_to(size_t top, size_t rows, size_t total, size_t first, size_t end)
{
	if (rows == 0)
		return 0;
	if (end > top + rows)
		top = end - rows;
	if (first < top) /* an item taller than the place shows its beginning */
		top = first;
	return top < last_top(rows, total) ? top : last_top(rows, total);
}

size_t scroll_by(size_t top, size_t rows, size_t total, int by)
{
	size_t last = last_top(rows, total);

	if (top > last)
		top = last;
	if (by < 0)
		return top < (size_t)-by ? 0 : top - (size_t)-by;
	return last - top < (size_t)by ? last : top + (size_t)by;
}
