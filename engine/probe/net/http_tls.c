/* What libcurl lets one do to its TLS.  Knows no HTTP. */
#include "http_tls.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#include "trust.h"

#define MAX_SENT 16 /* a chain has 2 to 4; what a server sends beyond that is told by tls.handshake */

struct http_tls *http_tls_new(void)
{
	static struct http_tls *newest;
	struct http_tls *t = xcalloc(1, sizeof(*t));

	t->older = newest;
	newest = t;
	return t;
}

static int ctx_index(void)
{
	static int index = -1;

	if (index < 0)
		index = SSL_CTX_get_ex_new_index(0, NULL, NULL, NULL, NULL);
	return index;
}

static void keep_sent(struct http_tls *t, STACK_OF(X509) * chain)
{
	int n = sk_X509_num(chain) < MAX_SENT ? sk_X509_num(chain) : MAX_SENT;
	struct http_cert *kept = arena_array(t->mem, n > 0 ? (size_t)n : 1, sizeof(*kept));

	for (int i = 0; i < n; i++) {
		X509 *x = sk_X509_value(chain, i);
		int size = i2d_X509(x, NULL);
		unsigned char *p = arena_alloc(t->mem, size > 0 ? (size_t)size : 1);

		kept[i].der = p;
		kept[i].n = size > 0 ? (size_t)i2d_X509(x, &p) : 0;
	}
	t->sent = kept;
	t->nsent = n > 0 ? (size_t)n : 0;
}

static void on_info(const SSL *ssl, int where, int rc)
{
	struct http_tls *t = SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), ctx_index());

	(void)rc;
	/* Also called when a session ticket comes later: the first time counts. */
	if ((where & SSL_CB_HANDSHAKE_DONE) != 0 && t != NULL && t->sent == NULL)
		keep_sent(t, SSL_get_peer_cert_chain(ssl));
}

bool http_tls_setup(void *ssl_ctx, struct http_tls *t)
{
	X509_STORE *store = trust_store(t->ca_file, &t->trust);
	X509_VERIFY_PARAM *param = SSL_CTX_get0_param(ssl_ctx);

	t->began = clock_monotonic_ms();
	if (store == NULL)
		return false;
	SSL_CTX_set1_cert_store(ssl_ctx, store);
	if (t->check_name && X509_VERIFY_PARAM_set1_ip_asc(param, t->host) != 1)
		X509_VERIFY_PARAM_set1_host(param, t->host, 0);
	if (t->check_name && SSL_CTX_set_ex_data(ssl_ctx, ctx_index(), t) == 1)
		SSL_CTX_set_info_callback(ssl_ctx, on_info);
	return true;
}
