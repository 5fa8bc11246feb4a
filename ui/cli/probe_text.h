/* A measurement as text for `casebook probe`. */
#ifndef CASEBOOK_PROBE_TEXT_H
#define CASEBOOK_PROBE_TEXT_H

#include <casebook/evidence.h>
#include <casebook/probe.h>

/* `fault`: 1 shows a fault, 0 shows none, -1 the check did not say.  `causes`: lines on what it speaks for,
 * may be "".  Facts are wrapped beneath themselves at `width` columns; 0: each stays on its line, for grep.
 * The lines by hand are never wrapped: they are to be copied. */
void probe_text(struct buf *out, const struct probe *p, const struct evidence *e, int fault,
                const char *causes, size_t width);

#endif
