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

/* Rows for a probe's table of facts; op: the operation that was asked for, "GetCACaps". */
#define SCEP_HTTP_FACTS(op)                                                                                 \
	{"error", FACT_STR, http_errors, "why no HTTP answer came",                                         \
	 SPEAKS({"= dns", op " was not asked for: the name has no address here."},                          \
	        {"= connect", op " was not asked for: no connection came about."},                          \
	        {"= tls", op " was not asked for: the TLS handshake failed."},                              \
	        {"= timeout", op " got no answer in time."},                                                \
	        {"= protocol", "What answered " op " does not speak HTTP."})},                              \
	        {"status", FACT_INT, NULL, "HTTP status; unknown when no answer came",                      \
	         SPEAKS({"known", op " was answered {status}."})},                                          \
	        {"page", FACT_STR, scep_page_names, "which page it is when it is not the answer asked for", \
	         SPEAKS({"= service-unavailable, layer = httpsys", op " was answered 503 by HTTP.sys."},    \
	                {"= forbidden-iis", op " was answered 403 by IIS."},                                \
	                {"= forbidden-proxy", op " was answered 403 by the application proxy."},            \
	                {"= login-redirect", op " leads to a sign-in page."},                               \
	                {"= none", op " was answered as it should be, or not at all."},                     \
	                {"other, status known", op " was answered {status} with a page instead."},          \
	                {"other", op " was answered with a page."})},                                       \
	        {"layer", FACT_STR, scep_layer_names, "who made that page",                                 \
	         SPEAKS({"= httpsys", "HTTP.sys answered " op "."}, {"= iis", "IIS answered " op "."},      \
	                {"= ndes", "NDES answered " op "."},                                                \
	                {"= entra-app-proxy",                                                               \
	                 "Microsoft Entra application proxy answered " op ", not NDES."},                   \
	                {"= other-proxy, server known",                                                     \
	                 "A proxy, balancer or firewall ({server}) answered " op ", not NDES."},            \
	                {"= other-proxy", "A proxy, balancer or firewall answered " op ", not NDES."},      \
	                {"= not-ndes", "Another service answered " op ", not NDES."},                       \
	                {"= none", "It is not known who answered " op "."})},                               \
	        {"content_type", FACT_STR, NULL, "Content-Type of the answer", SILENT},                     \
	        {"server", FACT_STR, NULL, "Server header of the answer", SERVES},                          \
	        {"html_instead", FACT_BOOL, NULL, "an HTML page came instead of the SCEP answer",           \
	         SPEAKS({"= true, status known",                                                            \
	                 op " was answered {status} with a web page instead of an answer of NDES."},        \
	                {"= true", op " was answered with a web page."},                                    \
	                {"= false", op " was not answered with a web page."})},                             \
	        {"bytes", FACT_INT, NULL, "length of the answer's body", SILENT},                           \
	        {"cut", FACT_BOOL, NULL, "the body ended early, or was longer than is read", SILENT},       \
	        {"tls_trusted", FACT_BOOL, NULL,                                                            \
	         "the server's certificate is trusted for this host; unknown without TLS", SILENT},         \
	{                                                                                                   \
		"total_ms", FACT_INT, NULL, "milliseconds from start to the last byte", SILENT              \
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
