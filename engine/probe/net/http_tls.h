/* TLS under libcurl: our trust store, the name to check, and the certificates as sent. */
#ifndef CASEBOOK_HTTP_TLS_H
#define CASEBOOK_HTTP_TLS_H

#include "http.h"

struct http_tls {
	const char *ca_file, *host;
	bool check_name; /* false when the proxy speaks TLS too: both share this set-up */
	struct arena *mem;
	int64_t began;    /* clock_monotonic_ms() of the set-up, 0 before */
	struct err trust; /* why there is no store; msg "" when there is */
	const struct http_cert *sent;
	size_t nsent;
	struct http_tls *older;
};
/* Never freed: libcurl keeps connections, and a session ticket may come on one long after its transfer.  A
 * probe's process is short-lived. */
struct http_tls *http_tls_new(void);
/* For CURLOPT_SSL_CTX_FUNCTION.  False when there is no trust store. */
bool http_tls_setup(void *ssl_ctx, struct http_tls *t);

#endif
