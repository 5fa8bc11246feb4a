/* The report of a case as text, to be read on the screen. */
#ifndef CASEBOOK_UI_REPORT_TEXT_H
#define CASEBOOK_UI_REPORT_TEXT_H

#include <casebook/drive.h>

#include "panel.h"

/* What panels show of a report, owned here; zeroed is fresh. */
struct report_read {
	char *text;
	char *replaced; /* a line for each value that became a token; warnings, with '!' before them, come
	                   first */
};
/* Makes both anew from the case as it is stored, and has the panels show them.  made_ms as in struct
 * report_options, level: enum redact_level of report.h. */
void report_read(struct report_read *r, struct drive *d, int64_t made_ms, int level, struct panel_in *in);
void report_read_release(struct report_read *r);

const struct format_card *format_cards(struct arena *mem, size_t *n);

#endif
