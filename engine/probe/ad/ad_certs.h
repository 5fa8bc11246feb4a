/* CA certificates and CRLs that the directory keeps: which container has what, where a chain ends. */
#ifndef CASEBOOK_AD_CERTS_H
#define CASEBOOK_AD_CERTS_H

#include <openssl/x509.h>

#include "ad_search.h"

#define AD_CERTS_MOST 512         /* of one container */
#define AD_CERT_BYTES (64u << 10) /* of one certificate; more is none */

struct ad_certs {
	STACK_OF(X509) * all; /* never NULL; ad_certs_free() */
	bool whole;           /* every value was read as a certificate */
};
void ad_certs_new(struct ad_certs *s);
void ad_certs_free(struct ad_certs *s);
/* The values of cACertificate.  A lone byte 0 is what Windows writes for none (MS-WCCE 2.2.2.11.1). */
void ad_certs_add(struct ad_certs *s, struct berval **values);
bool ad_certs_has(const struct ad_certs *s, X509 *x);

/*
 * Where the chain of x ends, its issuers being looked for in `between` and `roots`.  AD_YES: at a root that
 * is in `roots`; AD_NO: at a root that is not; AD_UNKNOWN: an issuer is in neither, or what was read is not
 * whole.
 */
enum ad_tri ad_certs_rooted(X509 *x, const struct ad_certs *between, const struct ad_certs *roots);

enum ad_crl { AD_CRL_NONE, AD_CRL_BAD, AD_CRL_ENDLESS, AD_CRL_DUE };
/* A certificateRevocationList; AD_CRL_DUE: the next one is due at *ms. */
enum ad_crl ad_crl_due(const void *bytes, size_t n, int64_t *ms);

#endif
