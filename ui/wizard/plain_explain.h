/* Codes that a person types or pastes while the wizard asks line by line. */
#ifndef CASEBOOK_PLAIN_EXPLAIN_H
#define CASEBOOK_PLAIN_EXPLAIN_H

#include <stdbool.h>

#include <casebook/buf.h>

/*
 * "explain TEXT", or a line that holds a code: what its codes mean, uncleaned, appended to out.  False when
 * it does not begin so and holds none that is known.
 */
bool plain_explain(const char *line, struct buf *out);

#endif
