/*
 * What is left in a text that was to name nobody: a second opinion on redaction.  It knows nothing of what
 * was learnt from the case; it looks at every word of the output for the shape of a host, an address, an
 * account, a computer, an identifier.  Public names and tokens ("NDES-1") are none.
 */
#ifndef CASEBOOK_RESIDUE_H
#define CASEBOOK_RESIDUE_H

#include <stdbool.h>
#include <stddef.h>

struct residue {
	const char *text; /* in the text that was searched, not terminated */
	size_t n;
	const char *kind; /* "host", "address", "account", "computer", "id" */
	unsigned line;    /* from 1 */
};
/* Calls back for each such word, in order, until the callback returns false. */
void residue_find(const char *text, size_t n, bool (*found)(void *arg, const struct residue *r), void *arg);

#endif
