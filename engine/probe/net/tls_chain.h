/*
 * Judges the certificates sent by a TLS server: would a client with these roots accept them, and what is
 * missing? Pure, except that OpenSSL reads the clock.
 */
#ifndef CASEBOOK_TLS_CHAIN_H
#define CASEBOOK_TLS_CHAIN_H

#include <stdbool.h>

#include <openssl/x509.h>
#include <openssl/x509_vfy.h>

enum tls_known { TLS_NO, TLS_YES, TLS_UNKNOWN };

struct tls_chain {
	bool ok;          /* a client with this store accepts it (names aside) */
	int code;         /* X509_V_ERR_* of the first error; else X509_V_OK */
	const char *text; /* the same in OpenSSL's words, static */
	/* The issuer of the server's certificate is neither sent nor trusted. Unknown when that issuer may
	 * be the root of a private CA unknown to this machine. */
	enum tls_known missing;
	X509 *gap;      /* borrowed from `sent`: the certificate whose issuer was not found; NULL when none */
	bool ordered;   /* each certificate is issued by the next */
	bool sent_root; /* a self-signed certificate was sent along */
};

/* `told`: the store comes from --ca, so that everything outside it is known to be untrusted. `more`:
 * certificates found elsewhere (AIA), may be NULL. */
void tls_chain_judge(STACK_OF(X509) * sent, STACK_OF(X509) * more, X509_STORE *store, bool told,
                     struct tls_chain *out);

/* Issued by a CA that publishes to certificate transparency logs: such CAs never issue directly from a
 * root. */
bool tls_public_ca(X509 *x);

/* Whether the certificate is for the host: by SAN DNS names and addresses only, like current clients. */
bool tls_name_ok(X509 *x, const char *host);
bool tls_name_in_cn_only(X509 *x, const char *host);

#endif
