/*
 * Expiry calendar: the certificates seen in a case, sorted by expiry date.
 */
#ifndef CASEBOOK_EXPIRY_H
#define CASEBOOK_EXPIRY_H

#include <stdint.h>

#include <casebook/evidence.h>

struct expiry {
	const char *subject, *role, *not_after; /* role may be NULL */
	const char *sha256;                     /* or another thumbprint; NULL when not seen */
	int64_t at_ms;                          /* not_after */
	const struct evidence *e;               /* the newest piece that shows it */
};

/* Whole days from at_ms until the certificate expires (RFC 5280, 4.1.2.5); negative once it has. */
int64_t expiry_days(const struct expiry *x, int64_t at_ms);
#define EXPIRY_SOON 60 /* days; a renewal should be under way by then */

/* Reads every fact that is a list of certificates (`not_after` and, where known, subject, role, sha256 or
 * thumbprint).  `e` holds n pieces in case order; each certificate is listed once.  *out is an array in
 * mem, earliest expiry first; returns its length.  Texts are borrowed from the evidence. */
size_t expiries(struct arena *mem, const struct evidence *const *e, size_t n, struct expiry **out);

#endif
