/* Sizes in, rectangles out.  Knows no content. */
#include "layout.h"

static int clamp(int v, int least, int most)
{
	return v > most ? most : v < least ? least : v;
}

struct layout layout_make(int rows, int cols, bool side, int message_rows)
{
	struct layout l = {0};
	bool roomy = rows >= 16, airy = rows >= 28;
	int top, bottom, margin = cols >= 60 ? 2 : 1;

	l.too_small = rows < LAYOUT_MIN_ROWS || cols < LAYOUT_MIN_COLS;
	if (l.too_small) {
		l.main = (struct rect){0, 0, rows, cols};
		return l;
	}
	l.header = (struct rect){0, margin, 1, cols - 2 * margin};
	l.rule = (struct rect){1, 0, roomy ? 1 : 0, cols};
	l.footer = (struct rect){rows - 1, margin, 1, cols - 2 * margin};
	l.foot_rule = (struct rect){rows - 2, 0, roomy ? 1 : 0, cols};
	top = airy ? 3 : roomy ? 2 : 1; /* with room, a free row next to each rule */
	bottom = airy ? rows - 3 : roomy ? rows - 2 : rows - 1;
	message_rows = clamp(message_rows, 0, (bottom - top) / 2);
	l.message = (struct rect){(roomy ? rows - 2 : rows - 1) - message_rows, margin, message_rows,
	                          cols - 2 * margin};
	if (message_rows > 0)
		bottom = l.message.row - (airy ? 1 : 0);
	l.main = (struct rect){top, margin, bottom - top, cols - 2 * margin};
	if (side && cols >= LAYOUT_TRAIL_COLS) {
		int w = clamp(cols * 3 / 10, 22, 34);

		l.side = (struct rect){top, cols - margin - w, bottom - top, w};
		l.bar = (struct rect){top, l.side.col - 2, bottom - top, 1};
		l.main.cols = l.bar.col - 1 - margin;
	}
	return l;
}

struct split layout_split(struct rect m, int read_rows, int act_rows)
{
	struct split s;
	int gap = read_rows > 0 && act_rows > 0 ? 1 : 0;
	int read = read_rows, act = act_rows;

	if (read + gap + act > m.rows) {
		int room = m.rows - gap;
		int least = room / 2; /* neither part takes more than half from the other */

		least = clamp(least, 0, room - 1 < read_rows ? room - 1 : read_rows);
		act = clamp(act_rows, 0, room - least);
		read = clamp(read_rows, 0, room - act);
		act = clamp(act_rows, 0, room - read);
	}
	s.read = (struct rect){m.row, m.col, read, m.cols};
	s.gap = (struct rect){m.row + read, m.col, gap, m.cols};
	s.act = (struct rect){m.row + read + gap, m.col, act, m.cols};
	return s;
}
