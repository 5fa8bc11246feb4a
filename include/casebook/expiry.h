/*
 * The certificates that a case has seen, by the day they end: an expiry calendar.
 */
#ifndef CASEBOOK_EXPIRY_H
#define CASEBOOK_EXPIRY_H

#include <stdint.h>

#include <casebook/evidence.h>

struct expiry {
	const char *subject, *role, *not_after; /* role may be NULL */
	const char *sha256;                     /* or another thumbprint; NULL when not seen */
	int64_t at_ms;                          /* not_after */
	const struct evidence *e;               /* the newest that shows it */
};

/* Whole days between a moment and the end of the certificate (RFC 5280, 4.1.2.5); below 0 when it lies
 * before. */
int64_t expiry_days(const struct expiry *x, int64_t at_ms);
#define EXPIRY_SOON 60 /* days: from here on a renewal should be under way */

/* Reads every fact that is a list of certificates (`not_after` and, where known, subject, role, sha256 or
 * thumbprint).  `e` is in the order of the case, n of them; the same certificate comes once.  An array in
 * mem, the first to end first; its number is returned.  Texts are borrowed from the evidence. */
size_t expiries(struct arena *mem, const struct evidence *const *e, size_t n, struct expiry **out);

#endif
