/*
 * Judges the certificates that a TLS server sent: would a client that trusts these roots take them, and
 * what is missing?  Pure apart from the time that OpenSSL asks for itself.
 */
#ifndef CASEBOOK_TLS_CHAIN_H
#define CASEBOOK_TLS_CHAIN_H

#include <stdbool.h>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

enum tls_known { TLS_NO, TLS_YES, TLS_UNKNOWN };

struct tls_chain {
	bool ok;          /* a client that trusts the store takes it (names aside) */
	int code;         /* X509_V_ERR_* of the first thing wrong; X509_V_OK */
	const char *text; /* the same in OpenSSL's words, static */
	/* The issuer of the server's certificate was neither sent nor is it trusted.  Unknown when that
	 * issuer may itself be the root of a private CA that this machine was not told of. */
	enum tls_known missing;
	X509 *gap;      /* borrowed from `sent`: the certificate whose issuer was not found; NULL when none */
	bool ordered;   /* each certificate is issued by the next */
	bool sent_root; /* a self-signed certificate was sent along */
};

/* `told`: the store holds what --ca named, so that what it lacks is known to be untrusted.
 * `more`: certificates found elsewhere (AIA), may be NULL. */
void tls_chain_judge(STACK_OF(X509) * sent, STACK_OF(X509) * more, X509_STORE *store, bool told,
                     struct tls_chain *out);

/* Issued by a CA that publishes to certificate transparency logs: such CAs never issue from a root. */
bool tls_public_ca(X509 *x);

/* The host as name of the certificate: DNS names and addresses of the SAN only, as clients of today do. */
bool tls_name_ok(X509 *x, const char *host);
bool tls_name_in_cn_only(X509 *x, const char *host);

#endif
