/* The report of a case as text, to be read on the screen. */
#ifndef CASEBOOK_UI_REPORT_TEXT_H
#define CASEBOOK_UI_REPORT_TEXT_H

#include <casebook/buf.h>
#include <casebook/casefile.h>
#include <casebook/flow.h>

#include "panel.h"

/* made_ms as in struct report_options; level: enum redact_level of report.h.  Caller frees.  `replaced` gets
 * a line for each value that became a token; those with '!' before them are warnings and come first. */
char *report_text(const struct flow *flow, const struct casefile *cf, int64_t made_ms, int level,
                  struct buf *replaced);

const struct format_card *format_cards(struct arena *mem, size_t *n);

#endif
