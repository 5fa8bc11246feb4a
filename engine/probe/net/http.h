/*
 * HTTP for probes: one request, no redirects, bounded in bytes and time; all facts so far are kept even when
 * it fails.  The only user of libcurl.
 *
 *     struct http_request q = http_request(call, out, url);
 *     struct http_reply r;
 *     if (http_fetch(&q, &r)) ...an HTTP status came back, r.status...
 */
#ifndef CASEBOOK_HTTP_H
#define CASEBOOK_HTTP_H

#include "probe_int.h"

/* How the request ended, in the words of the `error` facts. */
enum http_error { HTTP_NONE, HTTP_DNS, HTTP_CONNECT, HTTP_TLS, HTTP_TIMEOUT, HTTP_PROTOCOL, HTTP__MAX };
extern const char *const http_errors[]; /* none dns connect tls timeout protocol, NULL */

struct http_request {
	const char *url;    /* http or https; everything after the path is sent verbatim */
	const char *method; /* NULL: GET, or POST when there is a body */
	const void *body;
	size_t body_n;
	const char *body_type;      /* "application/x-pki-message" */
	const char *const *headers; /* more lines, "Name: value"; ends with NULL; may be NULL */
	const char *ca_file;        /* NULL: the system's trust store */
	const char *proxy;          /* NULL: the environment's; "": direct */
	unsigned timeout_ms;        /* for everything */
	size_t max_body;            /* 0: BUF_MAX_HTTP_BODY; longer bodies are cut, without an error */
	bool aside;                 /* for a host other than the check's target: not part of its vantage */
	bool any_certificate;       /* accept any certificate; verify_code says what is wrong with it */
	bool new_connection;        /* never one that an earlier request left open */
	struct evidence_out *out;   /* memory for the reply, and phases; never NULL */
};

struct http_header {
	const char *name, *value; /* as sent, not cleaned */
};

struct http_cert {
	const unsigned char *der;
	size_t n;
};

struct http_reply {
	enum http_error error;
	const char *why;              /* one sentence when error is not HTTP_NONE */
	int curl_code;                /* CURLcode, for `casebook explain curl N` */
	long verify_code;             /* X509_V_ERR_*; 0 when the chain is trusted or none was seen */
	bool name_mismatch;           /* the certificate is for another name */
	const struct http_cert *sent; /* certificates as sent, once the handshake is complete; NULL when none
	                                 or on a reused connection */
	size_t nsent;
	int status;                        /* 0 when no status line came back */
	const char *version;               /* "1.1" */
	const struct http_header *headers; /* of the last answer, not of a proxy's or an interim one */
	size_t nheaders;
	const unsigned char *body; /* as sent, NUL behind it; never NULL */
	size_t body_n;
	bool body_cut;    /* longer than max_body, or ended early */
	const char *text; /* the body as UTF-8, by BOM, charset or content; "" when it is not text */
	size_t text_n;
	const char *charset; /* the charset used: "utf-8", "utf-16le", "windows-1252"; NULL when not text */
	const char *ip;      /* the peer's address; NULL when none */
	const char *proxy;   /* proxy used, as configured; NULL when direct */
	int proxy_status;    /* the proxy's answer to CONNECT; 0 when none */
	/* Milliseconds from the start; -1 when not reached or not needed. */
	int dns_ms, connect_ms, tls_ms, first_byte_ms, total_ms;
	int64_t sent_at_ms, answered_at_ms; /* clock_now_ms() around the answer's first byte; 0 when none */
};

/* Filled from the call: ca, proxy, time left, out. */
struct http_request http_request(const struct probe_call *call, struct evidence_out *out, const char *url);
/* True when an HTTP status came back.  Strings live in the evidence_out's memory. */
bool http_fetch(const struct http_request *q, struct http_reply *r);
/* All in parallel; a hanging one does not delay the others.  `r` has n places. */
void http_fetch_all(const struct http_request *q, struct http_reply *r, size_t n);
/* Case-insensitive; the first one; NULL when absent. */
const char *http_header(const struct http_reply *r, const char *name);
/* The Date header in any of its three forms (RFC 9110 5.6.7); false when it cannot be read. */
bool http_date(const struct http_reply *r, int64_t *ms);
/* Facts dns_ms, connect_ms, tls_ms, first_byte_ms and total_ms, as far as reached. */
void http_send_times(struct evidence_out *out, const struct http_reply *r);
/* The matching outcome: measured when a status came back, else timeout or unreached. Sends ev_why when not
 * measured. */
enum evidence_outcome http_outcome(const struct http_reply *r, struct evidence_out *out);

/* ---- text of a body (http_text.c) ---- */
/* Fills text, text_n and charset from body and content type. */
void http_decode(struct http_reply *r, struct arena *mem);
/* The content of <title>, entities decoded and blanks collapsed; NULL when there is none. */
const char *http_title(const struct http_reply *r, struct arena *mem);
/* Visible words of an HTML text: tags, script and style out, blanks collapsed, at most `max` bytes. */
const char *http_words(const struct http_reply *r, struct arena *mem, size_t max);
/* The host of a Location, lower case; NULL when relative or unreadable. */
const char *http_location_host(const char *location, struct arena *mem);

#endif
