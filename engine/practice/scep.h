/* PKIOperation as NDES answers it. */
#ifndef CASEBOOK_PRACTICE_SCEP_H
#define CASEBOOK_PRACTICE_SCEP_H

#include "pki.h"

#define SCEP_CHALLENGE "practice" /* the only one that this NDES takes */

/* A CertRep (RFC 8894, 3.3.2), DER: issued for a request with the challenge, refused otherwise.  False when
 * the request is no SCEP message. */
bool scep_answer(const struct pki *p, const void *request, size_t n, struct buf *out);

#endif
