/*
 * Between the SCEP probes and HTTP.  Knows operations and how to ask; knows no certificates.
 */
#include "scep_http.h"

#include "scep_front.h"

#include <ctype.h>
#include <string.h>

#include <casebook/url.h>
#include <casebook/wire.h>

static bool looks_like_html(const struct http_reply *r)
{
	const char *p = r->text;

	while (p != NULL && isspace((unsigned char)*p))
		p++;
	return p != NULL && *p == '<';
}

static void classify(struct scep_exchange *x, const char *asked)
{
	struct url u;
	struct err err;
	struct scep_answer a = {.status = x->r.status,
	                        .server = http_header(&x->r, "Server"),
	                        .location = http_header(&x->r, "Location"),
	                        .content_type = http_header(&x->r, "Content-Type"),
	                        .via = http_header(&x->r, "Via"),
	                        .host = url_parse(asked, &u, &err) == 0 ? u.host : NULL,
	                        .body = x->r.body,
	                        .body_n = x->r.body_n};

	for (size_t i = 0; i < x->r.nheaders; i++) {
		a.ms_proxy |= strncmp(x->r.headers[i].name, "x-ms-proxy-", 11) == 0;
		a.front |= scep_front_header(x->r.headers[i].name);
	}
	scep_page_classify(&a, &x->seen);
}

static void tell(const struct scep_exchange *x, const struct http_request *q, enum http_error first)
{
	struct evidence_out *out = q->out;
	const struct http_reply *r = &x->r;

	ev_str(out, "error", http_errors[r->error]);
	if (r->total_ms >= 0)
		ev_int(out, "total_ms", r->total_ms);
	if (first == HTTP_TLS)
		ev_bool(out, "tls_trusted", false);
	else if (x->answered && strncmp(q->url, "https:", 6) == 0)
		ev_bool(out, "tls_trusted", true);
	if (!x->answered)
		return;
	ev_int(out, "status", r->status);
	ev_str(out, "content_type", http_header(r, "Content-Type"));
	ev_str(out, "server", http_header(r, "Server"));
	ev_int(out, "bytes", (int64_t)r->body_n);
	ev_bool(out, "cut", r->body_cut);
	ev_bool(out, "html_instead", x->html);
	if (!x->usable) {
		ev_str(out, "page", scep_page_names[x->seen.page]);
		ev_str(out, "layer", scep_layer_names[x->seen.layer]);
	}
}

void scep_fetch(const struct http_request *q, struct scep_exchange *x)
{
	memset(x, 0, sizeof(*x));
	x->answered = http_fetch(q, &x->r);
	classify(x, q->url);
	x->html = x->answered && looks_like_html(&x->r);
	x->usable = x->answered && x->r.status == 200 && !x->html;
}

void scep_send(struct http_request *q, struct scep_exchange *x)
{
	enum http_error first;

	scep_fetch(q, x);
	first = x->r.error;
	if (first == HTTP_TLS && (x->r.verify_code != 0 || x->r.name_mismatch)) {
		q->any_certificate = true;
		scep_fetch(q, x);
	}
	tell(x, q, first);
}

void scep_by_hand(const struct probe_call *call, struct evidence_out *out, const char *url, const char *flags,
                  const char *more)
{
	struct buf pattern, line;

	buf_init(&pattern, 4096);
	buf_init(&line, BUF_MAX_LINE / 2);
	buf_fmt(&pattern, "curl %s {--cacert} {--proxy} {url}%s", flags, more);
	call_by_hand(&line, call, buf_cstr(&pattern), (struct probe_arg){"url", url});
	ev_by_hand(out, buf_cstr(&line));
	buf_release(&pattern);
	buf_release(&line);
}

bool scep_get(const struct probe_call *call, struct evidence_out *out, const char *operation,
              struct scep_exchange *x)
{
	const char *url = call_arg(call, "url"), *message = call_arg(call, "message");
	struct http_request q;
	struct url u;
	struct err err;

	if (url_parse(url, &u, &err) < 0) {
		ev_why(out, "%s", err.msg);
		return false;
	}
	q = http_request(call, out,
	                 scep_url(ev_mem(out), url, operation, message != NULL ? message : SCEP_MESSAGE));
	ev_target(out, q.url);
	scep_by_hand(call, out, q.url, "-si", "");
	scep_send(&q, x);
	return true;
}

enum evidence_outcome scep_outcome(struct scep_exchange *x, struct evidence_out *out)
{
	return http_outcome(&x->r, out);
}
