/*
 * One SCEP request over HTTP: the URL of an operation, the request, and the facts common to all SCEP probes.
 * An untrusted certificate stops no SCEP probe: tls.handshake judges trust, and the answer is worth knowing
 * regardless (`tls_trusted` records it).
 */
#ifndef CASEBOOK_SCEP_HTTP_H
#define CASEBOOK_SCEP_HTTP_H

#include "http.h"
#include "scep_page.h"
#include "scep_url.h"

/* Rows for a probe's table of facts. */
#define SCEP_HTTP_FACTS                                                                                      \
	{"error", FACT_STR, http_errors, "why no HTTP answer came"},                                         \
	        {"status", FACT_INT, NULL, "HTTP status; unknown when no answer came"},                      \
	        {"page", FACT_STR, scep_page_names, "which page it is when it is not the answer asked for"}, \
	        {"layer", FACT_STR, scep_layer_names, "who made that page"},                                 \
	        {"content_type", FACT_STR, NULL, "Content-Type of the answer"},                              \
	        {"server", FACT_STR, NULL, "Server header of the answer"},                                   \
	        {"html_instead", FACT_BOOL, NULL, "an HTML page came instead of the SCEP answer"},           \
	        {"bytes", FACT_INT, NULL, "length of the answer's body"},                                    \
	        {"cut", FACT_BOOL, NULL, "the body ended early, or was longer than is read"},                \
	        {"tls_trusted", FACT_BOOL, NULL,                                                             \
	         "the server's certificate is trusted for this host; unknown without TLS"},                  \
	{                                                                                                    \
		"total_ms", FACT_INT, NULL, "milliseconds from start to the last byte"                       \
	}

struct scep_exchange {
	struct http_reply r;
	struct scep_seen seen;
	bool answered; /* an HTTP status came */
	bool html;     /* the body is HTML */
	bool usable;   /* 200 and not HTML: worth parsing */
};

/* Sends q and reads the page; sends no facts. */
void scep_fetch(const struct http_request *q, struct scep_exchange *x);
/* Sends q, again without verification when only the certificate was bad, and the shared facts. */
void scep_send(struct http_request *q, struct scep_exchange *x);
/* "curl FLAGS [--cacert FILE] URL" and `more`, quoted for a shell; flags and more are ours, not quoted. */
void scep_by_hand(const struct probe_call *call, struct evidence_out *out, const char *url, const char *flags,
                  const char *more);
/* GET for an operation, from the call's url= and message=.  False when they make no valid request (after
 * ev_why). */
bool scep_get(const struct probe_call *call, struct evidence_out *out, const char *operation,
              struct scep_exchange *x);
/* The outcome to return; calls ev_why when there was no answer. */
enum evidence_outcome scep_outcome(struct scep_exchange *x, struct evidence_out *out);

#endif
