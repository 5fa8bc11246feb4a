/* What a text that nobody reads most resembles, and what it lacks. */
#ifndef CASEBOOK_FILE_LIKE_H
#define CASEBOOK_FILE_LIKE_H

#include "probe_int.h"

struct buf;
/* Appends "; most like an IIS log, and what it lacks for that: ..."; nothing when it resembles none. */
void file_like(const struct sample *s, struct buf *out);

#endif
