/*
 * Names left in redacted text: a second opinion on redaction.  Knows nothing of the case; checks every word
 * of the output for the shape of a host, address, account, computer or identifier.  Public names and tokens
 * ("NDES-1") do not count.
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
/* Calls back for each, in order, until the callback returns false. */
void residue_find(const char *text, size_t n, bool (*found)(void *arg, const struct residue *r), void *arg);

#endif
