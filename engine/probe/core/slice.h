/* Slices of a line: small readers shared by the probes of exports and command output. */
#ifndef CASEBOOK_SLICE_H
#define CASEBOOK_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Part of a line, borrowed; not NUL-terminated. */
struct slice {
	const char *p;
	size_t n;
};

struct slice slice_of(const char *p, size_t n);
struct slice slice_trim(struct slice w); /* blanks and tabs off both ends */
/* Cuts at the first `c`: returns the part before it, leaves the rest (without c) in *w. */
struct slice slice_cut(struct slice *w, char c);
/* The next cell of a CSV row up to `delimiter`, without its quotes; quoted text may contain the delimiter,
 * a doubled quote stays doubled (RFC 4180). */
struct slice slice_cell(struct slice *w, char delimiter);
/* The next word between blanks; empty at the end. */
struct slice slice_next(struct slice *w);
bool slice_are(struct slice w, const char *s);   /* ASCII case folded */
bool slice_begin(struct slice w, const char *s); /* ASCII case folded */
bool slice_end(struct slice w, const char *s);   /* ASCII case folded */
bool slice_have(struct slice w, const char *s);  /* ASCII case folded */
/* The text after the first `s` (case folded), trimmed; empty when s is absent. */
struct slice slice_after(struct slice w, const char *s);
/* Copies w into to[size], cut where it does not fit, always ended by NUL. */
void slice_copy(char *to, size_t size, struct slice w);
/* A decimal number at the start; false when there is none or it does not fit. */
bool slice_int(struct slice w, int64_t *out);

#endif
