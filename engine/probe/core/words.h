/* Small readers of words in a line, shared by the probes for exports and command output. */
#ifndef CASEBOOK_WORDS_H
#define CASEBOOK_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A stretch of a line; not NUL-terminated. */
struct words {
	const char *p;
	size_t n;
};

struct words words_of(const char *p, size_t n);
struct words words_trim(struct words w); /* blanks and tabs off both ends */
/* Cuts at the first `c`: returns the part before it, leaves the rest (without c) in *w. */
struct words words_cut(struct words *w, char c);
/* The next cell of a CSV row up to `delimiter`, without its quotes; quoted text may contain the delimiter,
 * a doubled quote stays doubled (RFC 4180). */
struct words words_cell(struct words *w, char delimiter);
/* The next word between blanks; empty at the end. */
struct words words_next(struct words *w);
bool words_are(struct words w, const char *s);   /* ASCII case folded */
bool words_begin(struct words w, const char *s); /* ASCII case folded */
bool words_end(struct words w, const char *s);   /* ASCII case folded */
bool words_have(struct words w, const char *s);  /* ASCII case folded */
/* The text after the first `s` (case folded), trimmed; empty when s is absent. */
struct words words_after(struct words w, const char *s);
/* A decimal number at the start; false when there is none or it does not fit. */
bool words_int(struct words w, int64_t *out);

#endif
