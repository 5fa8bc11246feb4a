/*
 * TLS handshakes with one server, several at once, each with its own versions and ciphers.  Verifies nothing
 * and sends nothing after the handshake; keeps what the server showed even when it failed.
 */
#ifndef CASEBOOK_TLS_CONN_H
#define CASEBOOK_TLS_CONN_H

#include <openssl/x509.h>

#include "net.h"

enum tls_error {
	TLS_OK,
	TLS_DNS,
	TLS_CONNECT,
	TLS_REFUSED,
	TLS_TIMEOUT,
	TLS_PROXY,    /* blocked by a proxy on the way */
	TLS_PROTOCOL, /* the peer does not speak TLS, or none of the versions offered */
	TLS_RESET,
	TLS_CLOSED, /* closed without an alert */
	TLS_ALERT,  /* refused with a TLS alert */
	TLS__MAX
};
extern const char
        *const tls_errors[]; /* none dns connect refused timeout proxy protocol reset closed alert NULL */

struct tls_try {
	/* in */
	int min, max;        /* TLS1_VERSION ... TLS1_3_VERSION */
	const char *ciphers; /* of TLS 1.2 and below; NULL: all that OpenSSL has */
	/* out */
	enum tls_error error;
	char why[200];         /* one sentence when error is not TLS_OK */
	int alert;             /* number of the alert; -1 when none */
	const char *protocol;  /* "TLSv1.2", static; NULL when the handshake did not complete */
	const char *cipher;    /* standard name, static */
	STACK_OF(X509) * sent; /* certificates in the order sent, leaf first; NULL when none came */
	bool client_asked;     /* the server asked for a client certificate */
	bool stapled;          /* an OCSP answer came with the handshake */
	char ip[64];
	int connect_ms, handshake_ms; /* -1 when not reached */
};

struct tls_peer {
	const struct net_target *target;
	const char *proxy;   /* NULL: direct */
	unsigned timeout_ms; /* for all tries together */
};

/* The first try finds the address; the others start once it is connected, or fail with its error. Shortly
 * after the first has ended, the rest are abandoned with TLS_TIMEOUT.  Release with tls_tries_release(). */
void tls_tries(const struct tls_peer *peer, struct tls_try *tries, size_t n);
void tls_tries_release(struct tls_try *tries, size_t n);

#endif
