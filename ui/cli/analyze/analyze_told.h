/* The last conversations told line by line, from all logs that were analysed together. */
#ifndef CASEBOOK_UI_ANALYZE_TOLD_H
#define CASEBOOK_UI_ANALYZE_TOLD_H

#include <casebook/analyze.h>
#include <casebook/buf.h>

/* Who asked what and what came back, joined by client and time: requests of IIS logs, refusals of HTTPERR,
 * events of devices.  Appends nothing when there are none. */
void analyze_told(const struct analysis *a, struct buf *out);

#endif
