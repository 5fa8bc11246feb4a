/*
 * Which page did a SCEP URL return, and which layer produced it? Pure: from status, headers and body, without
 * network. Never decided by a single header or length: Server can be switched off, sizes differ by language.
 * Sources: Microsoft's "Troubleshoot device to NDES communication", the HTTP.sys and IIS status pages, the
 * Entra application proxy error pages.
 */
#ifndef CASEBOOK_SCEP_PAGE_H
#define CASEBOOK_SCEP_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <casebook/buf.h>

enum scep_page {
	SCEP_PAGE_NONE, /* no HTTP answer */
	SCEP_PAGE_FORBIDDEN_IIS,
	SCEP_PAGE_FORBIDDEN_PROXY,
	SCEP_PAGE_FORBIDDEN_OTHER,
	SCEP_PAGE_NDES_GENERAL,
	SCEP_PAGE_SERVICE_UNAVAILABLE,
	SCEP_PAGE_GATEWAY_TIMEOUT,
	SCEP_PAGE_BAD_GATEWAY,
	SCEP_PAGE_URI_TOO_LONG,
	SCEP_PAGE_INTERNAL_ERROR,
	SCEP_PAGE_LOGIN_REDIRECT,
	SCEP_PAGE_NOT_FOUND,
	SCEP_PAGE_UNAUTHORIZED,
	SCEP_PAGE_OTHER,
	SCEP_PAGE__MAX
};

enum scep_layer {
	SCEP_LAYER_NONE,
	SCEP_LAYER_HTTPSYS, /* the kernel driver in front of IIS */
	SCEP_LAYER_IIS,
	SCEP_LAYER_NDES,
	SCEP_LAYER_APP_PROXY, /* Microsoft Entra application proxy */
	SCEP_LAYER_OTHER_PROXY,
	SCEP_LAYER_NOT_NDES, /* a web server without any sign of NDES or something in front of it */
	SCEP_LAYER__MAX
};

/* Names as in facts; both tables end with NULL. */
extern const char *const scep_page_names[];
extern const char *const scep_layer_names[];

/* One HTTP answer.  Texts may be NULL. */
struct scep_answer {
	int status; /* 0: none */
	const char *server, *location, *content_type, *via;
	const char *host; /* that was asked */
	bool ms_proxy;    /* has an x-ms-proxy-* header */
	bool front;       /* has a header that something in front wrote (scep_front.h) */
	const void *body;
	size_t body_n;
};

#define SCEP_TITLE 160
struct scep_seen {
	enum scep_page page;
	enum scep_layer layer;
	const char *reason;          /* one sentence, static */
	bool app_proxy;              /* from an Entra application proxy, by body or redirect */
	bool iis_body;               /* the body is an IIS page, in any language */
	int substatus;               /* as in "403.4" on a detailed page; -1 when not shown */
	const char *connector_error; /* static: "Unauthorized", "other"; NULL when none was shown */
	char title[SCEP_TITLE];      /* of the page, cleaned; "" when none */
};

void scep_page_classify(const struct scep_answer *in, struct scep_seen *out);

/* The body as UTF-8: BOM, then UTF-16 by its pattern of zero bytes, then charset, then UTF-8, then Latin-1.
 */
void scep_page_text(struct buf *out, const void *body, size_t n, const char *content_type);

#endif
