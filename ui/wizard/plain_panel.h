/*
 * Panels line by line: the rows of panels.def under the same keys as on the screen, or by the
 * word that the footer has for them.
 */
#ifndef CASEBOOK_UI_PLAIN_PANEL_H
#define CASEBOOK_UI_PLAIN_PANEL_H

#include <casebook/drive.h>

#include "panel.h"
#include "report_text.h"

struct plain_panels { /* zeroed: fresh */
	struct panel_in in;
	struct panel_own own[PANEL__MAX];
	struct edit typed;
	struct arena *mem;         /* of what is printed; set by the caller */
	struct drive *drive;       /* a report takes the case from here; borrowed */
	int64_t made_ms;           /* of a report */
	struct report_read report; /* behind in.report and in.replaced */
	bool ascii;
};
void plain_panels_release(struct plain_panels *p);

/* "c" or "causes" prints a panel's lines, "f 3" takes the third, "n TEXT" gives it a text.  What is to be
 * printed comes into out; what a panel asks for into *w: WISH_INTENT, WISH_EXPORT or WISH_NONE.  False:
 * the line names no panel. */
bool plain_panel(struct plain_panels *p, struct session *s, const char *line, struct buf *out,
                 struct wish *w);
/* What a line may say, one to a line; each of the panels too. */
void plain_help(struct buf *out);
/* The way so far, with what was kept. */
void plain_trail(const struct page *p, bool ascii, struct buf *out);

#endif
