/*
 * Makes a SCEP request that no server can decrypt, and verifies the answer. RFC 8894 sections 3.1 to 3.3. The
 * request is complete: fresh key, self-signed certificate, CSR, envelope, signature, attributes; but the
 * envelope is addressed to the fresh key itself, so nothing can be issued, and the challenge in it is
 * SCEP_NO_CHALLENGE.
 */
#ifndef CASEBOOK_SCEP_REQUEST_H
#define CASEBOOK_SCEP_REQUEST_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <casebook/err.h>

#include "scep_message.h"

#define SCEP_NO_CHALLENGE "casebook-probe-no-challenge"
#define SCEP_PROBE_NAME "casebook-probe"

struct scep_request {
	unsigned char *der; /* OPENSSL_free */
	size_t n;
	char transaction[80];
	unsigned char nonce[SCEP_NONCE];
	EVP_PKEY *key;
	X509 *self; /* self-signed; signer of the request and sole recipient of its envelope */
};
/* sha2: SHA-256 instead of SHA-1; aes: AES-128-CBC instead of DES3. */
int scep_request_make(struct scep_request *r, bool sha2, bool aes, struct err *err) MUST_CHECK;
void scep_request_release(struct scep_request *r); /* forgets the key */
/* message= of a GET: base64, percent-encoded (RFC 8894 section 4.1).  In mem. */
const char *scep_request_query(struct arena *mem, const struct scep_request *r);

struct scep_verdict {
	bool parsed;      /* it is CMS SignedData */
	bool verified;    /* the signature is valid */
	X509 *signer;     /* up-ref'ed, free it with X509_free(); NULL when its certificate is missing */
	bool signer_sent; /* the signer's certificate is from GetCACert, or issued by one that is */
	const char *why;  /* when not verified: OpenSSL's reason, static */
};
/* `known`: certificates of GetCACert, may be NULL. */
void scep_reply_verify(const unsigned char *p, size_t n, STACK_OF(X509) * known, struct scep_verdict *v);

#endif
