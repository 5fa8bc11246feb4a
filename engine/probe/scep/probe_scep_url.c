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
        {"status", FACT_INT, NULL, "HTTP status; unknown when no answer came",
         SPEAKS({"known", "The URL answered {status}."})},
        {"page", FACT_STR, scep_page_names, "which page it is, by status, headers and body together",
         SPEAKS({"= forbidden-iis, scep.caps.empty = false",
                 "The URL answered 403 from IIS and GetCACaps lists capabilities: NDES and its policy module answer as they should."},
                {"= forbidden-iis, scep.caps.empty = true",
                 "The URL answered 403 from IIS, and GetCACaps was refused as well: the 403 does not come from the policy module."},
                {"= forbidden-iis", "The URL answered 403 from IIS."},
                {"= forbidden-other, server known",
                 "The URL answered 403, and not from IIS: {server} or something before it refuses."},
                {"= forbidden-other", "The URL answered 403, and not from IIS: something before it refuses."},
                {"= forbidden-proxy",
                 "The application proxy answered 403: it wants a sign-in that no device can give."},
                {"= ndes-general",
                 "The URL answered 200 with NDES' general page: the connector's policy module is not in front of it."},
                {"= service-unavailable, layer = httpsys",
                 "The URL answered 503, made by HTTP.sys: no running application pool takes the request."},
                {"= service-unavailable, layer = iis or ndes", "The URL answered 503 from IIS."},
                {"= service-unavailable, server known",
                 "The URL answered 503, made by {server}: a balancer or proxy has no live NDES behind it."},
                {"= service-unavailable",
                 "The URL answered 503, not made by HTTP.sys: a balancer or proxy has no live NDES behind it."},
                {"= gateway-timeout",
                 "The application proxy answered GatewayTimeout: no connector of it reached NDES in time."},
                {"= bad-gateway", "The proxy answered Bad Gateway: it reached no working NDES behind it."},
                {"= uri-too-long", "The URL answered 414: it is too long for what answers."},
                {"= internal-error", "The URL answered 500 from IIS: NDES was reached and failed."},
                {"= login-redirect, location known",
                 "The URL sends the client to a sign-in page, {location}; a device cannot sign in."},
                {"= not-found", "The URL answered 404: no NDES at this path."},
                {"= unauthorized, www_authenticate known",
                 "The URL answered 401 and wants {www_authenticate}; a device has no password to give."},
                {"= other, title known",
                 "The URL answered {status} with a page that does not come from NDES, titled \"{title}\"."},
                {"= login-redirect", "The URL sends the client to a sign-in page; a device cannot sign in."},
                {"= unauthorized", "The URL answered 401; a device has no password to give."},
                {"= other", "The URL answered {status} with a page that does not come from NDES."},
                {"= none, error = none", "The URL answered {status} without a page."},
                {"= none", "The URL gave no answer."})},
        {"error", FACT_STR, http_errors, "why no HTTP answer came",
         SPEAKS({"= dns", "The URL was not asked: its name has no address here."},
                {"= connect", "The URL was not asked: no connection came about."},
                {"= tls, status_behind known",
                 "The TLS certificate is not trusted here; apart from that, the URL answers {status_behind}."},
                {"= tls", "The TLS handshake with the URL failed."},
                {"= timeout", "The port is open, and no answer came in time."},
                {"= protocol", "What answers at the URL does not speak HTTP."})},
        {"layer", FACT_STR, scep_layer_names, "who made the page",
         SPEAKS({"= httpsys", "HTTP.sys answered, before any worker process."}, {"= iis", "IIS answered."},
                {"= ndes", "NDES answered."},
                {"= entra-app-proxy", "Microsoft Entra application proxy answered, not NDES."},
                {"= other-proxy, server known",
                 "A proxy, balancer or firewall answered ({server}), not NDES."},
                {"= other-proxy", "A proxy, balancer or firewall answered, not NDES."},
                {"= not-ndes, server known", "Another service answered ({server}), not NDES."},
                {"= not-ndes", "Another service answered, not NDES."},
                {"= none", "It is not known who answered."})},
        {"reason", FACT_STR, NULL, "what that page means here, in one sentence", SILENT},
        {"iis_page", FACT_BOOL, NULL, "the body is a page that IIS makes, in whatever language", SILENT},
        {"substatus", FACT_INT, NULL, "sub-status that a detailed page shows, 4 of 403.4",
         SPEAKS({"known, status known",
                 "The page names the sub-status {status}.{substatus}: {iis:status.substatus}."},
                {"other", "The page names the sub-status {status}.{substatus}."})},
        {"app_proxy", FACT_BOOL, NULL, "an Entra application proxy answered, or the name is one of its names",
         SPEAKS({"= true", "Microsoft Entra application proxy publishes the name."})},
        {"connector_error", FACT_STR, NULL, "ConnectorError of an application proxy page",
         SPEAKS({"known", "The application proxy gives the reason: {connector_error}."})},
        {"server", FACT_STR, NULL, "Server header", SERVES},
        {"location", FACT_STR, NULL, "where it redirects to", SERVES},
        {"title", FACT_STR, NULL, "title of the page", SERVES},
        {"content_type", FACT_STR, NULL, "Content-Type header", SILENT},
        {"www_authenticate", FACT_STR, NULL, "how it wants to be authenticated", SERVES},
        {"proxy_headers", FACT_MAP, NULL, "headers that an application proxy or a forward proxy left",
         SILENT},
        {"path_ok", FACT_BOOL, NULL, "the path ends in mscep.dll or mscep.dll/pkiclient.exe",
         SPEAKS({"= false", "The URL does not end in mscep.dll or mscep.dll/pkiclient.exe."},
                {"= true", "The URL ends as a SCEP URL of NDES does."})},
        {"bytes", FACT_INT, NULL, "length of the body", SILENT},
        {"body_sha256", FACT_STR, NULL, "SHA-256 of the body", SILENT},
        {"tls_trusted", FACT_BOOL, NULL, "the server's certificate is trusted; unknown without TLS",
         SPEAKS({"= false", "The answer came over a TLS certificate that is not trusted here."},
                {"= true", "The answer came over a TLS certificate that is trusted here."})},
        {"status_behind", FACT_INT, NULL,
         "HTTP status when the certificate is not minded, if it failed by that alone", SERVES},
        {"page_behind", FACT_STR, scep_page_names, "and the page", SILENT},
        {"address", FACT_STR, NULL, "address that answered", SILENT},
        {"dns_ms", FACT_INT, NULL, "milliseconds to the address", SILENT},
        {"connect_ms", FACT_INT, NULL, "milliseconds to the connection", SILENT},
        {"tls_ms", FACT_INT, NULL, "milliseconds to the end of the TLS handshake", SILENT},
        {"first_byte_ms", FACT_INT, NULL, "milliseconds to the first byte of the answer", SILENT},
        {"total_ms", FACT_INT, NULL, "milliseconds to the last byte", SILENT},
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
