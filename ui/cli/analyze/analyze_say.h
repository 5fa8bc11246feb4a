/* Output of `casebook analyze`. */
#ifndef CASEBOOK_UI_ANALYZE_SAY_H
#define CASEBOOK_UI_ANALYZE_SAY_H

#include <casebook/analyze.h>
#include <casebook/buf.h>

void analyze_text(const struct analysis *a, struct buf *out);
void analyze_json(const struct analysis *a, struct buf *out);

#endif
