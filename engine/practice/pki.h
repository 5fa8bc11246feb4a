/* A throw-away public key infrastructure: root, issuing CA, the pair of a registration authority, a server.
 */
#ifndef CASEBOOK_PRACTICE_PKI_H
#define CASEBOOK_PRACTICE_PKI_H

#include <stdbool.h>

#include <openssl/x509.h>

#include <casebook/buf.h>

struct pki_wish {
	int ra_days;          /* until the RA pair ends */
	bool ra_other;        /* the pair comes from another CA */
	bool two_nodes;       /* a second node has a pair of its own */
	int tls_from, tls_to; /* days from now */
	bool tls_alone;       /* the server sends no intermediate */
};

struct signer {
	X509 *cert;
	EVP_PKEY *key;
};
struct pki {
	struct signer root, issuing, other, ra_sign, ra_enc, second_sign, second_enc, server;
	struct pki_wish wish;
};

/* New keys each time; -1 when OpenSSL cannot. */
int pki_make(const struct pki_wish *wish, struct pki *out, struct err *err) MUST_CHECK;
void pki_release(struct pki *p);
/* GetCACert: the RA pair and its chain as certificates alone (RFC 8894, 4.2.1.2), DER. */
bool pki_getcacert(const struct pki *p, bool second, struct buf *out);
void pki_put_cert(X509 *x, struct buf *out); /* PEM */
void pki_put_key(EVP_PKEY *k, struct buf *out);
/* A certificate for a device, of a year: signed by the issuing CA. NULL when it cannot. */
X509 *pki_issue(const struct pki *p, X509_REQ *request);

#endif
