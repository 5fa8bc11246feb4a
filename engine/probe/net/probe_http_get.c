/* http.get: what one GET of a URL is answered, by whom, how fast; redirects are not followed. */
#include "http.h"

#include <string.h>
#include <strings.h>

#define HEADER_TEXT 512 /* of one header in the map */
#define WORDS 600       /* visible words of the page that are kept */

static const char *const bodies[] = {"empty", "html", "json", "xml", "text", "binary", NULL};

static const struct param_def params[] = {
        {"url", true, "the address, http or https"},
        {NULL, false, NULL},
};
static const struct fact_def facts[] = {
        {"status", FACT_INT, NULL, "HTTP status, unknown when no answer came",
         SPEAKS({"known", "{url} answered {status}."})},
        {"error", FACT_STR, http_errors, "where it failed", SILENT},
        {"curl", FACT_INT, NULL, "libcurl's own code, 0 when all went well", SILENT},
        {"server", FACT_STR, NULL, "Server header", SILENT},
        {"content_type", FACT_STR, NULL, "Content-Type header", SILENT},
        {"location", FACT_STR, NULL, "Location header of a redirect", SILENT},
        {"location_host", FACT_STR, NULL, "host that the redirect leads to",
         SPEAKS({"known", "{url} sends the client on to {location_host}."})},
        {"length", FACT_INT, NULL, "bytes of the body that were read", SERVES},
        {"cut", FACT_BOOL, NULL, "the body was longer than 1 MB or ended early",
         SPEAKS({"= true",
                 "The answer ended early or was longer than 1 MB; {length} bytes of it were read."})},
        {"body", FACT_STR, bodies, "what the body is", SILENT},
        {"charset", FACT_STR, NULL, "how the text was read", SILENT},
        {"title", FACT_STR, NULL, "title of the page", SPEAKS({"known", "The page is titled \"{title}\"."})},
        {"words", FACT_STR, NULL, "first visible words of the page", SILENT},
        {"http_version", FACT_STR, NULL, "version of the answer", SILENT},
        {"ip", FACT_STR, NULL, "address that answered", SILENT},
        {"dns_ms", FACT_INT, NULL, "milliseconds from the start to the address", SILENT},
        {"connect_ms", FACT_INT, NULL, "milliseconds from the start to the connection", SILENT},
        {"tls_ms", FACT_INT, NULL, "milliseconds from the start to the end of the TLS handshake", SILENT},
        {"first_byte_ms", FACT_INT, NULL, "milliseconds from the start to the first byte of the answer",
         SILENT},
        {"total_ms", FACT_INT, NULL, "milliseconds from the start to the end", SILENT},
        {"headers", FACT_MAP, NULL, "headers that tell who answered", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

/* Headers that tell a layer; cookies stay out, they are secrets. */
static const char *const telling[] = {
        "Server",
        "Via",
        "X-Powered-By",
        "X-AspNet-Version",
        "WWW-Authenticate",
        "Proxy-Authenticate",
        "Date",
        "Retry-After",
        "Connection",
        "X-Cache",
        "X-Served-By",
        "CF-Ray",
        "X-Azure-Ref",
        "X-Ms-Request-Id",
        "Strict-Transport-Security",
        "Request-Id",
};

static bool tells(const char *name)
{
	if (strncasecmp(name, "x-ms-proxy", 10) == 0)
		return true;
	for (size_t i = 0; i < sizeof(telling) / sizeof(telling[0]); i++)
		if (strcasecmp(name, telling[i]) == 0)
			return true;
	return false;
}

static void send_headers(struct evidence_out *out, const struct http_reply *r)
{
	struct value_builder map;

	vb_init(&map, ev_mem(out));
	for (size_t i = 0; i < r->nheaders; i++) {
		struct value seen = {.type = VAL_MAP};

		seen.u.map.items = map.items;
		seen.u.map.n = map.n;
		/* A name twice would be a map that JSON cannot hold: the first one stands. */
		if (tells(r->headers[i].name) && value_find(&seen, r->headers[i].name) == NULL)
			vb_add(&map, r->headers[i].name,
			       value_str(arena_strndup(ev_mem(out), r->headers[i].value,
			                               strnlen(r->headers[i].value, HEADER_TEXT))));
	}
	ev_value(out, "headers", vb_map(&map));
}

static const char *body_class(const struct http_reply *r)
{
	const char *type = http_header(r, "content-type");
	const char *p = r->text + strspn(r->text, " \t\r\n\xEF\xBB\xBF");

	if (r->body_n == 0)
		return "empty";
	if (r->charset == NULL)
		return "binary";
	if (strncasecmp(p, "<!doctype html", 14) == 0 || strncasecmp(p, "<html", 5) == 0)
		return "html";
	if (strncasecmp(p, "<?xml", 5) == 0)
		return strstr(p, "<html") != NULL ? "html" : "xml";
	if (*p == '{' || *p == '[')
		return "json";
	return type != NULL && strncasecmp(type, "text/html", 9) == 0 ? "html" : "text";
}

static void send_way(struct evidence_out *out, const struct http_reply *r)
{
	ev_str(out, "error", http_errors[r->error]);
	ev_int(out, "curl", r->curl_code);
	ev_str(out, "ip", r->ip);
	http_send_times(out, r);
}

static void send_answer(struct evidence_out *out, const struct http_reply *r)
{
	ev_int(out, "status", r->status);
	ev_str(out, "http_version", r->version);
	ev_str(out, "server", http_header(r, "server"));
	ev_str(out, "content_type", http_header(r, "content-type"));
	ev_str(out, "location", http_header(r, "location"));
	ev_str(out, "location_host", http_location_host(http_header(r, "location"), ev_mem(out)));
	send_headers(out, r);
	ev_int(out, "length", (int64_t)r->body_n);
	ev_bool(out, "cut", r->body_cut);
	ev_str(out, "body", body_class(r));
	ev_str(out, "charset", r->charset);
	ev_str(out, "title", http_title(r, ev_mem(out)));
	if (r->charset != NULL)
		ev_str(out, "words", http_words(r, ev_mem(out), WORDS));
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct http_request q = http_request(call, out, call_arg(call, "url"));
	struct http_reply r;

	if (http_fetch(&q, &r))
		send_answer(out, &r);
	send_way(out, &r);
	/* What a 4xx means depends on what was asked for; that is not known here. */
	ev_fault(out, r.status == 0 || r.status >= 500 || r.error != HTTP_NONE);
	return http_outcome(&r, out);
}

const struct probe_impl probe_http_get = {
        .desc =
                {
                        .id = "http.get",
                        .title = "HTTP GET",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = facts,
                        .timeout_ms = 20000,
                        .by_hand = "curl -sv --max-time 20 {--cacert} {--proxy} {url}",
                        .source = "RFC 9110",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
