/*
 * HTTP by libcurl, for one request or several at once.  What a server sends is
 * bounded in bytes and time; redirects are an answer, never followed; names are
 * resolved here so that their failure can be told and never delays another.
 */
#include "http.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>
#include <openssl/x509_vfy.h>

#include <casebook/clock.h>
#include <casebook/url.h>
#include <casebook/xalloc.h>

#include "http_tls.h"
#include "net.h"
#include "trust.h"

#define MAX_HEADERS 200

struct transfer {
	const struct http_request *q;
	struct http_reply *r;
	struct arena *mem;
	struct url url;
	struct net_lookup *lookup;
	CURL *easy;
	struct curl_slist *lines, *addresses;
	struct http_header headers[MAX_HEADERS];
	struct buf body;
	size_t header_bytes;
	int64_t began, added, ends; /* clock_monotonic_ms() */
	struct http_tls *tls;       /* NULL before TLS */
	char words[CURL_ERROR_SIZE];
	bool headers_over, over, done;
};

/* Kept for the life of the process: connections are used again. */
static CURLM *multi;

static void phase(struct transfer *t, const char *what)
{
	ev_phase(t->q->out, what);
}

/* ---- what libcurl calls back ---- */

static void take_header(struct transfer *t, const char *line, size_t n)
{
	const char *colon = memchr(line, ':', n);
	struct http_header *h = &t->headers[t->r->nheaders];

	if (colon == NULL || t->r->nheaders == MAX_HEADERS)
		return;
	h->name = arena_strndup(t->mem, line, (size_t)(colon - line));
	n -= (size_t)(colon + 1 - line);
	line = colon + 1;
	while (n != 0 && (*line == ' ' || *line == '\t')) {
		line++;
		n--;
	}
	while (n != 0 && strchr(" \t\r\n", line[n - 1]) != NULL)
		n--;
	h->value = arena_strndup(t->mem, line, n);
	t->r->nheaders++;
}

static size_t on_header(char *line, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= size;
	t->header_bytes += n;
	if (t->header_bytes > BUF_MAX_HTTP_HEADERS) {
		t->headers_over = true;
		return 0;
	}
	if (n > 5 && memcmp(line, "HTTP/", 5) == 0) {
		if (t->r->answered_at_ms == 0)
			t->r->answered_at_ms = clock_now_ms();
		t->r->nheaders = 0; /* an interim answer's headers are not the answer's */
		return n;
	}
	take_header(t, line, n);
	return n;
}

static size_t on_body(char *bytes, size_t size, size_t n, void *arg)
{
	struct transfer *t = arg;

	n *= size;
	buf_put(&t->body, bytes, n);
	t->over |= t->body.over;
	return t->body.over ? 0 : n;
}

static int on_ready(void *arg, char *ip, char *local, int port, int local_port)
{
	struct transfer *t = arg;

	(void)local, (void)port, (void)local_port;
	t->r->ip = arena_strdup(t->mem, ip);
	t->r->sent_at_ms = clock_now_ms();
	phase(t, "HTTP answer");
	return CURL_PREREQFUNC_OK;
}

static CURLcode on_tls(CURL *easy, void *ctx, void *arg)
{
	struct transfer *t = arg;

	(void)easy;
	phase(t, "TLS handshake");
	t->tls = http_tls_new();
	t->tls->ca_file = t->q->ca_file;
	t->tls->host = t->url.host;
	t->tls->mem = t->mem;
	t->tls->check_name = t->r->proxy == NULL || strncasecmp(t->r->proxy, "https:", 6) != 0;
	if (!http_tls_setup(ctx, t->tls))
		return CURLE_SSL_CACERT_BADFILE;
	if (t->r->connect_ms < 0)
		t->r->connect_ms = (int)(t->tls->began - t->began);
	return CURLE_OK;
}

/* ---- one transfer ---- */

static void fail(struct transfer *t, enum http_error error, const char *why)
{
	t->r->error = error;
	t->r->why = why;
	t->r->total_ms = (int)(clock_monotonic_ms() - t->began);
	t->done = true;
}

static void set_text(CURL *c, CURLoption what, const char *text)
{
	curl_easy_setopt(c, what, text);
}

static void set_lines(struct transfer *t)
{
	t->lines = curl_slist_append(t->lines, "Accept-Language: en-US");
	t->lines = curl_slist_append(t->lines, "Expect:");
	if (t->q->body_type != NULL)
		t->lines =
		        curl_slist_append(t->lines, arena_fmt(t->mem, "Content-Type: %s", t->q->body_type));
	for (const char *const *h = t->q->headers; h != NULL && *h != NULL; h++)
		t->lines = curl_slist_append(t->lines, *h);
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->lines);
}

static void set_request(struct transfer *t)
{
	CURL *c = t->easy;

	set_text(c, CURLOPT_URL, t->q->url);
	set_text(c, CURLOPT_USERAGENT, "casebook/" CASEBOOK_VERSION);
	set_text(c, CURLOPT_PROTOCOLS_STR, "http,https");
	set_text(c, CURLOPT_NOPROXY, "");
	set_text(c, CURLOPT_PROXY, t->r->proxy != NULL ? t->r->proxy : "");
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	/* As the SCEP clients of Windows, Apple and Android do it. */
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	if (t->q->body != NULL) {
		curl_easy_setopt(c, CURLOPT_POST, 1L);
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)t->q->body_n);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, t->q->body);
	}
	curl_easy_setopt(c, CURLOPT_FRESH_CONNECT, t->q->new_connection ? 1L : 0L);
	if (t->q->method != NULL)
		set_text(c, CURLOPT_CUSTOMREQUEST, t->q->method);
	set_lines(t);
}

static void set_callbacks(struct transfer *t)
{
	CURL *c = t->easy;

	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, t);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, t);
	curl_easy_setopt(c, CURLOPT_PREREQFUNCTION, on_ready);
	curl_easy_setopt(c, CURLOPT_PREREQDATA, t);
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->words);
	curl_easy_setopt(c, CURLOPT_PRIVATE, t);
	/* The store is ours: libcurl would parse the system's for every connection. */
	curl_easy_setopt(c, CURLOPT_CAINFO, NULL);
	curl_easy_setopt(c, CURLOPT_CAPATH, NULL);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_FUNCTION, on_tls);
	curl_easy_setopt(c, CURLOPT_SSL_CTX_DATA, t);
	if (t->q->any_certificate) {
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

/* The addresses that were found, so that libcurl does not look the name up again. */
static void set_addresses(struct transfer *t, const struct addrinfo *list)
{
	struct buf b;
	char port[16];

	buf_init(&b, 65536);
	snprintf(port, sizeof(port), "%u", t->url.port);
	net_answer(&b, t->url.host, port, list);
	t->addresses = curl_slist_append(NULL, buf_cstr(&b));
	buf_release(&b);
	curl_easy_setopt(t->easy, CURLOPT_RESOLVE, t->addresses);
}

static void add(struct transfer *t, const struct addrinfo *list)
{
	int64_t now = clock_monotonic_ms();
	int64_t left = t->ends > now ? t->ends - now : 1;

	t->easy = curl_easy_init();
	if (t->easy == NULL)
		die_oom();
	t->added = now;
	set_request(t);
	set_callbacks(t);
	if (list != NULL)
		set_addresses(t, list);
	curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left);
	curl_easy_setopt(t->easy, CURLOPT_CONNECTTIMEOUT_MS, (long)left);
	phase(t, t->r->proxy != NULL ? "connection to the proxy" : "TCP connection");
	if (curl_multi_add_handle(multi, t->easy) != CURLM_OK)
		die_oom();
}

static void wake(void *arg)
{
	(void)arg;
	curl_multi_wakeup(multi);
}

static void begin(struct transfer *t, const struct http_request *q, struct http_reply *r)
{
	char port[8];
	struct err err;

	memset(t, 0, sizeof(*t));
	memset(r, 0, sizeof(*r));
	t->q = q;
	t->r = r;
	t->mem = ev_mem(q->out);
	t->began = clock_monotonic_ms();
	t->ends = t->began + (q->timeout_ms != 0 ? q->timeout_ms : 1);
	r->dns_ms = r->connect_ms = r->tls_ms = r->first_byte_ms = r->total_ms = -1;
	r->headers = t->headers;
	r->body = (const unsigned char *)"";
	r->text = "";
	buf_init(&t->body, q->max_body != 0 ? q->max_body : BUF_MAX_HTTP_BODY);
	if (url_parse(q->url, &t->url, &err) < 0) {
		fail(t, HTTP_PROTOCOL, arena_strdup(t->mem, err.msg));
		return;
	}
	r->proxy = net_proxy(q->url, q->proxy, t->mem);
	if (r->proxy != NULL) {
		if (!q->aside)
			ev_vantage(q->out, r->proxy, NULL);
		add(t, NULL); /* the proxy looks the name up */
		return;
	}
	phase(t, "name resolution");
	snprintf(port, sizeof(port), "%u", t->url.port % 65536);
	t->lookup = net_lookup_start(t->url.host, port, wake, NULL);
}

static void look(struct transfer *t)
{
	struct addrinfo *list = NULL;
	int gai = NET_TIMEOUT;

	if (t->done || t->lookup == NULL || t->easy != NULL)
		return;
	if (!net_lookup_done(t->lookup, &gai, &list) && clock_monotonic_ms() < t->ends)
		return;
	net_lookup_drop(t->lookup);
	t->lookup = NULL;
	if (gai != 0) {
		fail(t, HTTP_DNS,
		     arena_fmt(t->mem, "the name %s gave no address: %s", t->url.host, net_gai_text(gai)));
		return;
	}
	t->r->dns_ms = (int)(clock_monotonic_ms() - t->began);
	add(t, list);
	freeaddrinfo(list);
}

/* ---- how it ended ---- */

static int ms_of(struct transfer *t, CURLINFO what)
{
	curl_off_t us = 0;

	if (curl_easy_getinfo(t->easy, what, &us) != CURLE_OK || us <= 0)
		return -1;
	return (int)(us / 1000 + (t->added - t->began));
}

static void read_times(struct transfer *t)
{
	long fresh = 0;
	int connect = ms_of(t, CURLINFO_CONNECT_TIME_T);

	curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &fresh);
	if (fresh == 0 && t->r->connect_ms < 0)
		connect = -1; /* a connection that was open already */
	if (connect >= 0)
		t->r->connect_ms = connect;
	if (fresh != 0)
		t->r->tls_ms = ms_of(t, CURLINFO_APPCONNECT_TIME_T);
	t->r->first_byte_ms = ms_of(t, CURLINFO_STARTTRANSFER_TIME_T);
	t->r->total_ms = (int)(clock_monotonic_ms() - t->began);
}

static void read_answer(struct transfer *t)
{
	long status = 0, connect = 0, verify = 0, version = 0;
	struct http_reply *r = t->r;
	char *ip = NULL;

	curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(t->easy, CURLINFO_HTTP_CONNECTCODE, &connect);
	curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verify);
	curl_easy_getinfo(t->easy, CURLINFO_HTTP_VERSION, &version);
	curl_easy_getinfo(t->easy, CURLINFO_PRIMARY_IP, &ip);
	if (ip != NULL && *ip != '\0')
		r->ip = arena_strdup(t->mem, ip);
	r->proxy_status = (int)connect;
	r->status = r->answered_at_ms != 0 ? (int)status : 0;
	r->verify_code = verify;
	r->name_mismatch = verify == X509_V_ERR_HOSTNAME_MISMATCH || verify == X509_V_ERR_IP_ADDRESS_MISMATCH;
	r->version = version == CURL_HTTP_VERSION_1_0   ? "1.0"
	             : version == CURL_HTTP_VERSION_1_1 ? "1.1"
	             : version == CURL_HTTP_VERSION_2_0 ? "2"
	                                                : NULL;
	r->headers = arena_array(t->mem, r->nheaders, sizeof(*r->headers));
	memcpy((void *)(uintptr_t)r->headers, t->headers, r->nheaders * sizeof(*r->headers));
	if (t->tls != NULL) {
		r->sent = t->tls->sent;
		r->nsent = t->tls->nsent;
	}
	r->body_n = t->body.n;
	r->body = (const unsigned char *)arena_strndup(t->mem, buf_cstr(&t->body), t->body.n);
	r->body_cut = t->over;
}

static enum http_error class_of(struct transfer *t, CURLcode rc)
{
	switch ((int)rc) {
	case CURLE_OK:
		return HTTP_NONE;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		return HTTP_DNS;
	case CURLE_COULDNT_CONNECT:
		return HTTP_CONNECT;
	case CURLE_OPERATION_TIMEDOUT:
		return t->r->connect_ms < 0 && t->r->ip == NULL ? HTTP_CONNECT : HTTP_TIMEOUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return HTTP_TLS;
	default:
		return t->r->tls_ms < 0 && t->tls != NULL && t->r->answered_at_ms == 0 ? HTTP_TLS
		                                                                       : HTTP_PROTOCOL;
	}
}

static const char *why_of(struct transfer *t, CURLcode rc)
{
	const char *words = t->words[0] != '\0' ? t->words : curl_easy_strerror(rc);

	if (t->tls != NULL && t->tls->trust.msg[0] != '\0')
		return arena_strdup(t->mem, t->tls->trust.msg);
	if (t->headers_over)
		return "the answer's headers are longer than 64 KB";
	switch (t->r->error) {
	case HTTP_NONE:
		return NULL;
	case HTTP_TIMEOUT:
		return arena_fmt(t->mem, "%s was connected, but %s within %u.%u s", t->url.host,
		                 t->r->first_byte_ms >= 0             ? "the answer was not complete"
		                 : t->tls != NULL && t->r->tls_ms < 0 ? "the TLS handshake did not end"
		                                                      : "no answer came",
		                 t->q->timeout_ms / 1000, t->q->timeout_ms / 100 % 10);
	case HTTP_CONNECT:
		if (rc == CURLE_OPERATION_TIMEDOUT)
			return arena_fmt(t->mem, "no TCP connection to %s port %u within %u.%u s",
			                 t->url.host, t->url.port, t->q->timeout_ms / 1000,
			                 t->q->timeout_ms / 100 % 10);
		break;
	case HTTP_PROTOCOL:
		if (t->r->proxy_status >= 400)
			return arena_fmt(t->mem, "the proxy refused the connection with status %d",
			                 t->r->proxy_status);
		break;
	case HTTP_DNS:
	case HTTP_TLS:
	case HTTP__MAX:
		break;
	}
	return arena_strdup(t->mem, words);
}

static void finish(struct transfer *t, CURLcode rc)
{
	struct http_reply *r = t->r;

	read_times(t);
	read_answer(t);
	if (rc == CURLE_WRITE_ERROR && t->over)
		rc = CURLE_OK; /* we had enough */
	r->curl_code = (int)rc;
	r->error = class_of(t, rc);
	r->body_cut |= rc != CURLE_OK && r->body_n != 0;
	r->why = why_of(t, rc);
	if (!t->q->aside && (r->connect_ms >= 0 || r->status != 0))
		ev_vantage(t->q->out, r->proxy, r->ip);
	http_decode(r, t->mem);
	t->done = true;
}

static void release(struct transfer *t)
{
	if (t->easy != NULL) {
		curl_multi_remove_handle(multi, t->easy);
		curl_easy_cleanup(t->easy);
	}
	net_lookup_drop(t->lookup);
	curl_slist_free_all(t->lines);
	curl_slist_free_all(t->addresses);
	buf_release(&t->body);
	if (t->r->headers == t->headers) {
		t->r->headers = NULL;
		t->r->nheaders = 0;
	}
}

/* ---- all of them ---- */

static void take_ended(void)
{
	CURLMsg *m;
	int more;

	while ((m = curl_multi_info_read(multi, &more)) != NULL) {
		struct transfer *t = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &t);
		finish(t, m->data.result);
	}
}

static bool all_done(struct transfer *t, size_t n, int *wait)
{
	int64_t now = clock_monotonic_ms(), next = 1000;
	bool done = true;

	for (size_t i = 0; i < n; i++) {
		look(&t[i]);
		if (!t[i].done && t[i].ends - now < next)
			next = t[i].ends > now ? t[i].ends - now : 1;
		done &= t[i].done;
	}
	*wait = (int)next;
	return done;
}

void http_fetch_all(const struct http_request *q, struct http_reply *r, size_t n)
{
	struct transfer *t = xcalloc(n, sizeof(*t));
	int wait, running;

	trust_warm(q[0].ca_file);
	if (multi == NULL)
		multi = curl_multi_init();
	if (multi == NULL)
		die_oom();
	for (size_t i = 0; i < n; i++)
		begin(&t[i], &q[i], &r[i]);
	while (!all_done(t, n, &wait)) {
		curl_multi_perform(multi, &running);
		take_ended();
		if (!all_done(t, n, &wait))
			curl_multi_poll(multi, NULL, 0, wait, NULL);
	}
	for (size_t i = 0; i < n; i++)
		release(&t[i]);
	free(t);
}

bool http_fetch(const struct http_request *q, struct http_reply *r)
{
	http_fetch_all(q, r, 1);
	return r->status != 0;
}

struct http_request http_request(const struct probe_call *call, struct evidence_out *out, const char *url)
{
	return (struct http_request){
	        .url = url,
	        .ca_file = call->ca_file,
	        .proxy = call->proxy,
	        .timeout_ms = call_left(call),
	        .out = out,
	};
}

const char *http_header(const struct http_reply *r, const char *name)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (strcasecmp(r->headers[i].name, name) == 0)
			return r->headers[i].value;
	return NULL;
}

bool http_date(const struct http_reply *r, int64_t *ms)
{
	const char *date = http_header(r, "date");
	time_t t = date != NULL ? curl_getdate(date, NULL) : -1;

	*ms = (int64_t)t * 1000;
	return t != -1;
}

void http_send_times(struct evidence_out *out, const struct http_reply *r)
{
	const struct {
		const char *key;
		int ms;
	} times[] = {{"dns_ms", r->dns_ms},
	             {"connect_ms", r->connect_ms},
	             {"tls_ms", r->tls_ms},
	             {"first_byte_ms", r->first_byte_ms},
	             {"total_ms", r->total_ms}};

	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++)
		if (times[i].ms >= 0)
			ev_int(out, times[i].key, times[i].ms);
}

enum evidence_outcome http_outcome(const struct http_reply *r, struct evidence_out *out)
{
	if (r->error == HTTP_TIMEOUT) {
		ev_why(out, "%s", r->why);
		return EV_TIMEOUT;
	}
	if (r->status != 0)
		return EV_MEASURED;
	ev_why(out, "%s", r->why != NULL ? r->why : "no answer");
	return EV_UNREACHED;
}
