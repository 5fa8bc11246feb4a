/*
 * scep.url: which page does the bare SCEP URL answer with, and which layer made it?  It only sees and names;
 * that a 403 is healthy is said by nobody before GetCACaps and GetCACert have answered.
 */
#include <string.h>
#include <strings.h>

#include <casebook/sha256.h>
#include <casebook/url.h>

#include "scep_http.h"

static const struct param_def params[] = {
        {"url", true, "the SCEP server URL as it stands in the profile"},
        {NULL, false, NULL},
};
static const struct fact_def facts[] = {
        {"status", FACT_INT, NULL, "HTTP status; unknown when no answer came"},
        {"page", FACT_STR, scep_page_names, "which page it is, by status, headers and body together"},
        {"error", FACT_STR, http_errors, "why no HTTP answer came"},
        {"layer", FACT_STR, scep_layer_names, "who made the page"},
        {"reason", FACT_STR, NULL, "what that page means here, in one sentence"},
        {"iis_page", FACT_BOOL, NULL, "the body is a page that IIS makes, in whatever language"},
        {"substatus", FACT_INT, NULL, "sub-status that a detailed page shows, 4 of 403.4"},
        {"app_proxy", FACT_BOOL, NULL,
         "an Entra application proxy answered, or the name is one of its names"},
        {"connector_error", FACT_STR, NULL, "ConnectorError of an application proxy page"},
        {"server", FACT_STR, NULL, "Server header"},
        {"location", FACT_STR, NULL, "where it redirects to"},
        {"title", FACT_STR, NULL, "title of the page"},
        {"content_type", FACT_STR, NULL, "Content-Type header"},
        {"www_authenticate", FACT_STR, NULL, "how it wants to be authenticated"},
        {"proxy_headers", FACT_MAP, NULL, "headers that an application proxy or a forward proxy left"},
        {"path_ok", FACT_BOOL, NULL, "the path ends in mscep.dll or mscep.dll/pkiclient.exe"},
        {"bytes", FACT_INT, NULL, "length of the body"},
        {"body_sha256", FACT_STR, NULL, "SHA-256 of the body"},
        {"tls_trusted", FACT_BOOL, NULL, "the server's certificate is trusted; unknown without TLS"},
        {"status_behind", FACT_INT, NULL,
         "HTTP status when the certificate is not minded, if it failed by that alone"},
        {"page_behind", FACT_STR, scep_page_names, "and the page"},
        {"address", FACT_STR, NULL, "address that answered"},
        {"dns_ms", FACT_INT, NULL, "milliseconds to the address"},
        {"connect_ms", FACT_INT, NULL, "milliseconds to the connection"},
        {"tls_ms", FACT_INT, NULL, "milliseconds to the end of the TLS handshake"},
        {"first_byte_ms", FACT_INT, NULL, "milliseconds to the first byte of the answer"},
        {"total_ms", FACT_INT, NULL, "milliseconds to the last byte"},
        {NULL, FACT_BOOL, NULL, NULL},
};

static void send_way(struct evidence_out *out, const struct http_reply *r)
{
	ev_str(out, "address", r->ip);
	http_send_times(out, r);
}

static void send_proxy_headers(struct evidence_out *out, const struct http_reply *r)
{
	struct value_builder map;

	vb_init(&map, ev_mem(out));
	for (size_t i = 0; i < r->nheaders && map.n < 24; i++) {
		const char *name = r->headers[i].name;
		if ((strncasecmp(name, "x-ms-proxy-", 11) == 0 || strcasecmp(name, "Via") == 0) &&
		    value_find(&(struct value){.type = VAL_MAP, .u.map = {map.items, map.n}}, name) == NULL)
			vb_add(&map, name, value_str(r->headers[i].value));
	}
	ev_value(out, "proxy_headers", vb_map(&map));
}

static bool ends_in_mscep(const char *path)
{
	size_t n = strcspn(path, "?#");
	static const char *const ends[] = {"/mscep.dll", "/mscep.dll/pkiclient.exe", "/pkiclient.exe"};

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t k = strlen(ends[i]);
		if (n >= k && strncasecmp(path + n - k, ends[i], k) == 0)
			return true;
	}
	return false;
}

static bool app_proxy_name(const char *host)
{
	static const char suffix[] = ".msappproxy.net";
	size_t n = strlen(host), k = sizeof(suffix) - 1;

	return n > k && strcasecmp(host + n - k, suffix) == 0;
}

static void send_body(struct evidence_out *out, const struct http_reply *r)
{
	char hex[SHA256_HEX];

	ev_int(out, "bytes", (int64_t)r->body_n);
	sha256_of(r->body, r->body_n, hex);
	ev_str(out, "body_sha256", hex);
}

static void send_page(struct evidence_out *out, const struct scep_exchange *x)
{
	const struct scep_seen *s = &x->seen;

	ev_str(out, "page", scep_page_names[s->page]);
	ev_str(out, "layer", scep_layer_names[s->layer]);
	ev_str(out, "reason", s->reason);
	if (!x->answered)
		return;
	ev_int(out, "status", x->r.status);
	ev_bool(out, "iis_page", s->iis_body);
	if (s->substatus >= 0)
		ev_int(out, "substatus", s->substatus);
	ev_str(out, "connector_error", s->connector_error);
	ev_str(out, "server", http_header(&x->r, "Server"));
	ev_str(out, "location", http_header(&x->r, "Location"));
	ev_str(out, "title", s->title[0] != '\0' ? s->title : NULL);
	ev_str(out, "content_type", http_header(&x->r, "Content-Type"));
	ev_str(out, "www_authenticate", http_header(&x->r, "WWW-Authenticate"));
	send_proxy_headers(out, &x->r);
	send_body(out, &x->r);
}

/* Only the certificate is wrong: what a client would find if it were right. */
static void look_behind(struct http_request *q, const struct scep_exchange *front)
{
	struct scep_exchange x;

	ev_bool(q->out, "tls_trusted", false);
	if (front->r.verify_code == 0 && !front->r.name_mismatch)
		return;
	ev_phase(q->out, "behind the certificate");
	q->any_certificate = true;
	scep_fetch(q, &x);
	if (!x.answered)
		return;
	ev_int(q->out, "status_behind", x.r.status);
	ev_str(q->out, "page_behind", scep_page_names[x.seen.page]);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *text = call_arg(call, "url");
	struct http_request q;
	struct scep_exchange x;
	struct url u;
	struct err err;

	if (url_parse(text, &u, &err) < 0) {
		ev_why(out, "%s", err.msg);
		return EV_UNREADABLE;
	}
	q = http_request(call, out, text);
	scep_by_hand(call, out, text, "-si", "");
	ev_bool(out, "path_ok", ends_in_mscep(u.path));
	scep_fetch(&q, &x);
	ev_str(out, "error", http_errors[x.r.error]);
	send_way(out, &x.r);
	send_page(out, &x);
	ev_bool(out, "app_proxy", x.seen.app_proxy || app_proxy_name(u.host));
	if (x.answered && strcmp(u.scheme, "https") == 0)
		ev_bool(out, "tls_trusted", true);
	if (x.r.error == HTTP_TLS)
		look_behind(&q, &x);
	if (x.seen.page != SCEP_PAGE_FORBIDDEN_IIS)
		ev_fault(out, true);
	else if (x.seen.iis_body)
		ev_fault(out, false);
	return scep_outcome(&x, out);
}

const struct probe_impl probe_scep_url = {
        .desc =
                {
                        .id = "scep.url",
                        .title = "SCEP server URL",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = facts,
                        .timeout_ms = 15000,
                        .by_hand = "curl -si {url}",
                        .source = "Microsoft: Troubleshoot device to NDES communication, \"Test and "
                                  "troubleshoot the SCEP server URL\"; Entra application proxy error pages",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
