/*
 * Judges the answer of a CRL address or an OCSP responder for one certificate.  Pure; the time is an
 * argument. RFC 5280 sections 5 and 6.3, RFC 6960.
 */
#ifndef CASEBOOK_CRL_FACTS_H
#define CASEBOOK_CRL_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/x509.h>

struct crl_seen {
	bool parsed;       /* the bytes are a CRL, in DER or PEM */
	bool delta;        /* a delta CRL */
	bool issuer_known; /* the certificate of its signer is available */
	bool signer_ok;    /* and its signature verifies */
	bool dated;        /* its dates are readable; else ignore `fresh` */
	bool fresh;        /* in force, and the next one is not due yet */
	bool has_next;
	int64_t this_ms, next_ms;
	int entries;
	bool revoked; /* the certificate is listed, and the signature is valid */
};
/* `all`: where to look for the issuer of `cert`. */
void crl_judge(const void *bytes, size_t n, X509 *cert, STACK_OF(X509) * all, int64_t now_ms,
               struct crl_seen *out);

struct ocsp_seen {
	bool parsed;
	int response; /* OCSP_RESPONSE_STATUS_*; 0 is successful */
	int status;   /* V_OCSP_CERTSTATUS_GOOD, _REVOKED, _UNKNOWN; -1 when it does not cover the certificate
	               */
	bool signer_ok; /* signed by the issuer or its delegate */
	bool fresh;
};
/* A request for `cert`; *der is freed with OPENSSL_free.  Length, or 0 when its issuer is not among `all`. */
size_t ocsp_request(X509 *cert, STACK_OF(X509) * all, unsigned char **der);
void ocsp_judge(const void *bytes, size_t n, X509 *cert, STACK_OF(X509) * all, struct ocsp_seen *out);

#endif
