/* What the errors in a tool's own list mean. */
#ifndef CASEBOOK_UI_ANALYZE_ERRORS_H
#define CASEBOOK_UI_ANALYZE_ERRORS_H

#include <casebook/arena.h>
#include <casebook/evidence.h>
#include <casebook/explain.h>

/* The rows that explain the fact `errors` (a list of id, text, line), each once, in its order: by the id
 * where that is a code, else by the first code in the text.  At most `max`; how many. */
size_t analyze_errors(const struct explain *x, struct arena *mem, const struct evidence *e,
                      const struct code_row **list, size_t max);

#endif
