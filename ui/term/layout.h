/*
 * Rectangles from a size: the only place that decides positions, so that everything has the same place on
 * every screen.
 */
#ifndef CASEBOOK_UI_LAYOUT_H
#define CASEBOOK_UI_LAYOUT_H

#include "frame.h"

#define LAYOUT_MIN_ROWS 8
#define LAYOUT_MIN_COLS 30
#define LAYOUT_TRAIL_COLS 110 /* narrower than this the trail is a key away */

struct layout {
	bool too_small;
	struct rect header; /* one row */
	struct rect rule;   /* under the header; no rows when there is no room */
	struct rect side;   /* trail and causes, at the right; no columns when narrow or not wanted */
	struct rect bar;    /* between side and main; no columns without a side */
	struct rect main;
	struct rect message; /* above the footer, as tall as the message */
	struct rect foot_rule;
	struct rect footer; /* one row */
};

/* side: whether a trail is wanted; message_rows: lines of the message, 0 for none. */
struct layout layout_make(int rows, int cols, bool side, int message_rows);

/* Splits the main column into a part to read and a part to act on. They follow each other when they fit;
 * else the second stays at the bottom. */
struct split {
	struct rect read, gap, act; /* gap: one row between, carries the scroll hint */
};
struct split layout_split(struct rect main, int read_rows, int act_rows);

#endif
