/*
 * Connections are made by libcurl (names, addresses, proxies), the handshake by OpenSSL, all in one
 * loop without threads.  Knows nothing of trust.
 */
#include "tls_conn.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <curl/curl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <casebook/clock.h>

#define MAX_TRIES 8
#define PATIENCE_MS \
	2000 /* for the other tries once the first has ended: some servers never answer an old version */

enum conn_state { CONN_IDLE, CONN_CONNECTING, CONN_SHAKING, CONN_DONE };
struct conn {
	struct tls_try *t;
	enum conn_state state;
	CURL *easy;
	SSL_CTX *ctx;
	SSL *ssl;
	curl_socket_t fd;
	short events;
	int64_t began, connected;
};
struct run {
	const struct tls_peer *peer;
	CURLM *multi;
	struct conn conns[MAX_TRIES];
	size_t n;
	int64_t ends;
	bool hurried;
	struct curl_slist *addresses; /* found once, for every connection */
};

static void fail(struct conn *c, enum tls_error error, const char *why)
{
	c->t->error = error;
	snprintf(c->t->why, sizeof(c->t->why), "%s", why);
	c->state = CONN_DONE;
}

static int no_certificate(SSL *ssl, X509 **x, EVP_PKEY **key)
{
	struct tls_try *t = SSL_get_app_data(ssl);

	(void)x;
	(void)key;
	t->client_asked = true;
	return 0; /* go on without one */
}

/* OpenSSL asked to take what it would refuse in earnest: old versions, weak keys, old renegotiation. */
static SSL_CTX *context(const struct tls_try *t)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (ctx == NULL)
		return NULL;
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_options(ctx, SSL_OP_LEGACY_SERVER_CONNECT);
	SSL_CTX_set_client_cert_cb(ctx, no_certificate);
	if (SSL_CTX_set_min_proto_version(ctx, t->min) != 1 ||
	    SSL_CTX_set_max_proto_version(ctx, t->max) != 1 ||
	    SSL_CTX_set_cipher_list(ctx, t->ciphers != NULL ? t->ciphers : "ALL:@SECLEVEL=0") != 1) {
		SSL_CTX_free(ctx);
		return NULL;
	}
	SSL_CTX_set_security_level(ctx, 0);
	return ctx;
}

static bool is_address(const char *host)
{
	unsigned char buf[16];

	return inet_pton(AF_INET, host, buf) == 1 || inet_pton(AF_INET6, host, buf) == 1;
}

static void connected(struct run *r, struct conn *c)
{
	const char *host = r->peer->target->host;
	char *ip = NULL;

	curl_easy_getinfo(c->easy, CURLINFO_ACTIVESOCKET, &c->fd);
	curl_easy_getinfo(c->easy, CURLINFO_PRIMARY_IP, &ip);
	c->connected = clock_monotonic_ms();
	c->t->connect_ms = (int)(c->connected - c->began);
	snprintf(c->t->ip, sizeof(c->t->ip), "%s", ip != NULL ? ip : "");
	c->ctx = context(c->t);
	c->ssl = c->ctx != NULL ? SSL_new(c->ctx) : NULL;
	if (c->ssl == NULL || c->fd == CURL_SOCKET_BAD) {
		fail(c, TLS_PROTOCOL, "OpenSSL on this machine does not offer that version");
		return;
	}
	SSL_set_app_data(c->ssl, c->t);
	SSL_set_fd(c->ssl, c->fd);
	if (!is_address(host))
		SSL_set_tlsext_host_name(c->ssl, host);
	SSL_set_tlsext_status_type(c->ssl, TLSEXT_STATUSTYPE_ocsp);
	SSL_set_connect_state(c->ssl);
	c->state = CONN_SHAKING;
	c->events = POLLOUT;
}

static void connect_failed(const struct run *r, struct conn *c, CURLcode code)
{
	const struct net_target *t = r->peer->target;
	char why[200];
	long os = 0;

	curl_easy_getinfo(c->easy, CURLINFO_OS_ERRNO, &os);
	switch ((int)code) {
	case CURLE_COULDNT_RESOLVE_PROXY:
		fail(c, TLS_PROXY, "the name of the proxy gives no address");
		return;
	case CURLE_OPERATION_TIMEDOUT:
		snprintf(why, sizeof(why), "port %s of %.100s did not answer in time", t->service, t->host);
		fail(c, TLS_TIMEOUT, why);
		return;
	case CURLE_COULDNT_CONNECT:
		if (r->peer->proxy != NULL)
			break;
		if (os == ECONNRESET) { /* between the connection and the first byte of the handshake */
			fail(c, TLS_RESET, "the connection was reset before the handshake");
			return;
		}
		snprintf(why, sizeof(why), "port %s of %.100s %s", t->service, t->host,
		         os == ECONNREFUSED ? "refused the connection" : "cannot be reached");
		fail(c, os == ECONNREFUSED ? TLS_REFUSED : TLS_CONNECT, why);
		return;
	default:
		break;
	}
	snprintf(why, sizeof(why), "%s: %s",
	         r->peer->proxy != NULL ? "the proxy did not connect" : "no connection",
	         curl_easy_strerror(code));
	fail(c, r->peer->proxy != NULL ? TLS_PROXY : TLS_CONNECT, why);
}

/* A resolver that hangs must not hang libcurl's cleanup: names are looked up outside of it. */
static bool look_up(struct run *r)
{
	const struct net_target *t = r->peer->target;
	struct addrinfo *list = NULL;
	struct buf b;
	int gai;

	if (r->peer->proxy != NULL)
		return true; /* the proxy looks the name up */
	gai = net_resolve(t->host, t->service, r->peer->timeout_ms, &list);
	if (gai != 0) {
		char why[200];
		snprintf(why, sizeof(why), "the name %.100s gave no address: %s", t->host, net_gai_text(gai));
		for (size_t i = 0; i < r->n; i++)
			fail(&r->conns[i], TLS_DNS, why);
		return false;
	}
	buf_init(&b, 65536);
	net_answer(&b, t->host, t->service, list);
	r->addresses = curl_slist_append(NULL, buf_cstr(&b));
	buf_release(&b);
	freeaddrinfo(list);
	return true;
}

static void begin(struct run *r, struct conn *c)
{
	char url[320];
	const struct net_target *t = r->peer->target;

	snprintf(url, sizeof(url), strchr(t->host, ':') != NULL ? "http://[%s]:%s/" : "http://%s:%s/",
	         t->host, t->service);
	c->began = clock_monotonic_ms();
	c->easy = curl_easy_init();
	if (c->easy == NULL) {
		fail(c, TLS_CONNECT, "libcurl gave no handle");
		return;
	}
	curl_easy_setopt(c->easy, CURLOPT_URL, url);
	curl_easy_setopt(c->easy, CURLOPT_CONNECT_ONLY, 1L);
	curl_easy_setopt(c->easy, CURLOPT_HTTPPROXYTUNNEL, 1L);
	curl_easy_setopt(c->easy, CURLOPT_PROXY, r->peer->proxy != NULL ? r->peer->proxy : "");
	curl_easy_setopt(c->easy, CURLOPT_NOPROXY, ""); /* already decided */
	curl_easy_setopt(c->easy, CURLOPT_RESOLVE, r->addresses);
	curl_easy_setopt(c->easy, CURLOPT_FRESH_CONNECT, 1L);
	curl_easy_setopt(c->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(c->easy, CURLOPT_CONNECTTIMEOUT_MS,
	                 (long)(r->ends - c->began > 1 ? r->ends - c->began : 1));
	curl_easy_setopt(c->easy, CURLOPT_PRIVATE, c);
	curl_multi_add_handle(r->multi, c->easy);
	c->state = CONN_CONNECTING;
}

static void alerted(struct conn *c, int reason)
{
	char why[160];

	c->t->alert = reason - SSL_AD_REASON_OFFSET;
	snprintf(why, sizeof(why), "the server refused with the TLS alert %d (%s)", c->t->alert,
	         SSL_alert_desc_string_long(c->t->alert));
	fail(c, TLS_ALERT, why);
}

static void shake_failed(struct conn *c, int kind, int sys)
{
	unsigned long e = ERR_peek_error();
	int reason = ERR_GET_REASON(e);
	char why[200];

	if (kind == SSL_ERROR_SYSCALL && (sys == ECONNRESET || sys == EPIPE)) {
		fail(c, TLS_RESET, "the connection was reset during the handshake");
	} else if (kind == SSL_ERROR_SYSCALL || kind == SSL_ERROR_ZERO_RETURN ||
	           reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
		fail(c, TLS_CLOSED, "the connection was closed during the handshake");
	} else if (ERR_GET_LIB(e) == ERR_LIB_SSL && reason >= SSL_AD_REASON_OFFSET &&
	           reason < SSL_AD_REASON_OFFSET + 256) {
		alerted(c, reason);
	} else if (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST) {
		fail(c, TLS_PROTOCOL, "what answers on this port does not speak TLS");
	} else if (reason == SSL_R_UNSUPPORTED_PROTOCOL) {
		fail(c, TLS_PROTOCOL, "the server offers none of the TLS versions that were tried");
	} else {
		snprintf(why, sizeof(why), "the handshake failed: %s",
		         e != 0 && ERR_reason_error_string(e) != NULL ? ERR_reason_error_string(e)
		                                                      : "no reason given");
		fail(c, TLS_PROTOCOL, why);
	}
	ERR_clear_error();
}

static void keep_chain(struct conn *c)
{
	STACK_OF(X509) *sent = SSL_get_peer_cert_chain(c->ssl);

	if (sent != NULL && c->t->sent == NULL)
		c->t->sent = X509_chain_up_ref(sent);
}

static void shake(struct conn *c)
{
	const unsigned char *staple = NULL;
	int r, kind;

	ERR_clear_error();
	errno = 0;
	r = SSL_do_handshake(c->ssl);
	kind = r == 1 ? SSL_ERROR_NONE : SSL_get_error(c->ssl, r);
	if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
		c->events = kind == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
		return;
	}
	c->t->handshake_ms = (int)(clock_monotonic_ms() - c->connected);
	if (r != 1) {
		int sys = errno;
		keep_chain(c);
		shake_failed(c, kind, sys);
		return;
	}
	keep_chain(c);
	c->t->error = TLS_OK;
	c->t->protocol = SSL_get_version(c->ssl);
	c->t->cipher = SSL_CIPHER_standard_name(SSL_get_current_cipher(c->ssl));
	c->t->stapled = SSL_get_tlsext_status_ocsp_resp(c->ssl, &staple) > 0;
	c->state = CONN_DONE;
}

static void begin_rest(struct run *r)
{
	for (size_t i = 1; i < r->n; i++) {
		if (r->conns[i].state != CONN_IDLE)
			continue;
		if (r->conns[0].t->connect_ms >= 0)
			begin(r, &r->conns[i]);
		else
			fail(&r->conns[i], r->conns[0].t->error, r->conns[0].t->why);
	}
}

static void take_messages(struct run *r)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(r->multi, &left)) != NULL) {
		struct conn *c = NULL;
		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, (char **)&c);
		if (m->data.result == CURLE_OK)
			connected(r, c);
		else
			connect_failed(r, c, m->data.result);
		if (c == &r->conns[0])
			begin_rest(r);
	}
}

/* What was seen is not held up by a try that the server leaves without an answer. */
static void hurry(struct run *r)
{
	const struct conn *first = &r->conns[0];
	int64_t now = clock_monotonic_ms(), more = 4 * (now - first->began);

	if (r->hurried || first->state != CONN_DONE || first->t->error != TLS_OK)
		return;
	r->hurried = true;
	if (more < PATIENCE_MS)
		more = PATIENCE_MS;
	if (now + more < r->ends)
		r->ends = now + more;
}

/* Waits for whatever comes next; true while a connection is not done and there is time. */
static bool wait_more(struct run *r)
{
	struct curl_waitfd fds[MAX_TRIES];
	unsigned n = 0;
	bool open = false;
	int64_t left = r->ends - clock_monotonic_ms();

	for (size_t i = 0; i < r->n; i++) {
		const struct conn *c = &r->conns[i];
		open |= c->state != CONN_DONE;
		if (c->state == CONN_SHAKING)
			fds[n++] = (struct curl_waitfd){.fd = c->fd,
			                                .events = c->events == POLLIN ? CURL_WAIT_POLLIN
			                                                              : CURL_WAIT_POLLOUT};
	}
	if (!open || left <= 0)
		return false;
	curl_multi_poll(r->multi, fds, n, left < 1000 ? (int)left : 1000, NULL);
	return true;
}

static void release(struct run *r)
{
	for (size_t i = 0; i < r->n; i++) {
		struct conn *c = &r->conns[i];
		SSL_free(c->ssl); /* no close_notify: the peer is not to be answered */
		SSL_CTX_free(c->ctx);
		if (c->easy != NULL) {
			curl_multi_remove_handle(r->multi, c->easy);
			curl_easy_cleanup(c->easy);
		}
	}
	curl_multi_cleanup(r->multi);
	curl_slist_free_all(r->addresses);
}

void tls_tries(const struct tls_peer *peer, struct tls_try *tries, size_t n)
{
	struct run r = {.peer = peer, .n = n < MAX_TRIES ? n : MAX_TRIES};
	int running;

	if (r.n == 0)
		return;
	r.ends = clock_monotonic_ms() + peer->timeout_ms;
	r.multi = curl_multi_init();
	for (size_t i = 0; i < r.n; i++) {
		r.conns[i].t = &tries[i];
		tries[i].alert = tries[i].connect_ms = tries[i].handshake_ms = -1;
	}
	if (look_up(&r)) {
		begin(&r, &r.conns[0]);
		if (r.conns[0].state == CONN_DONE)
			begin_rest(&r);
	}
	do {
		curl_multi_perform(r.multi, &running);
		take_messages(&r);
		for (size_t i = 0; i < r.n; i++)
			if (r.conns[i].state == CONN_SHAKING)
				shake(&r.conns[i]);
		hurry(&r);
	} while (wait_more(&r));
	for (size_t i = 0; i < r.n; i++)
		if (r.conns[i].state != CONN_DONE)
			fail(&r.conns[i], TLS_TIMEOUT,
			     r.conns[i].state == CONN_SHAKING ? "the server took the connection and did not "
			                                        "finish the handshake in time"
			                                      : "no connection in time");
	release(&r);
}

void tls_tries_release(struct tls_try *tries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		sk_X509_pop_free(tries[i].sent, X509_free);
		tries[i].sent = NULL;
	}
}
