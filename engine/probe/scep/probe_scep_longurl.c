/*
 * scep.longurl: how long a URL does every layer on the way let pass?  A GET PKIOperation of Intune may have
 * 40 KB. Sends a filler that is no message, marked so that it is found in the IIS log; NDES writes an event
 * for each one that reaches it, which is why this is asked for first.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/rand.h>

#include <casebook/url.h>
#include <casebook/wire.h>

#include "scep_caps.h"
#include "scep_http.h"

#define KB 1024
#define ENOUGH (20 * KB)     /* a request of a device with RSA 2048 has about 10 KB; twice that leaves room */
#define DOCUMENTED (40 * KB) /* Microsoft: a request may be up to about 40 KB */
#define NEAR 64              /* bytes that the limit is narrowed to */
#define MAX_REQUESTS 20      /* 1 to compare with, 7 of the ladder, 9 to narrow; events in the server's log */

static const char *const layers[] = {
        "none", "httpsys", "request-filtering", "iis", "entra-app-proxy", "other-proxy", "unknown", NULL};
static const struct param_def params[] = {
        {"url", true, "the SCEP server URL as it stands in the profile"},
        {NULL, false, NULL},
};
static const struct fact_def facts[] = {
        {"largest_ok", FACT_INT, NULL, "longest path and query that was answered as a short one is, in bytes",
         SERVES},
        {"smallest_refused", FACT_INT, NULL, "shortest that was not; unknown when none was refused", SILENT},
        {"refused_with", FACT_STR, NULL, "how: the HTTP status, or reset, closed, timeout", SERVES},
        {"layer", FACT_STR, layers, "which layer refused",
         SPEAKS({"= httpsys", "HTTP.sys refuses them."},
                {"= request-filtering", "Request filtering of IIS refuses them."},
                {"= iis", "IIS refuses them."},
                {"= entra-app-proxy", "Microsoft Entra application proxy refuses them."},
                {"= other-proxy", "A proxy, balancer or firewall refuses them."},
                {"= unknown or none", "It is not known who refuses them."})},
        {"enough", FACT_BOOL, NULL, "20 KB pass, which real requests need when they are sent by GET",
         SPEAKS({"= true", "URLs of 20 KB get through, as long as a real request by GET."},
                {"= false, largest_ok known, refused_with known",
                 "URLs longer than {largest_ok} bytes are refused with {refused_with}."},
                {"= false", "Long URLs are refused."})},
        {"enough_for_40k", FACT_BOOL, NULL, "40 KB pass, the most that Microsoft documents",
         SPEAKS({"= false", "URLs of 40 KB do not get through; large requests by GET may fail."},
                {"= true", "URLs of 40 KB get through."})},
        {"post", FACT_BOOL, NULL, "the server takes POST, so that only old clients send long URLs",
         SPEAKS({"= true, enough = false",
                 "Long URLs are refused, but the server takes POST, so only old clients are hit."},
                {"= true", "The server takes POST."}, {"= false", "The server does not take POST."})},
        {"marker", FACT_STR, NULL, "what to search for in the IIS log", SERVES},
        {"requests", FACT_INT, NULL, "requests sent, each of which may stand in the server's logs",
         SPEAKS({"known, marker known",
                 "{n} test {n?request was|requests were} sent; each stands in the server's logs as {marker}."},
                {"known", "{n} test {n?request was|requests were} sent."})},
        {"short_status", FACT_INT, NULL, "status of a short request of the same kind", SILENT},
        {"short_page", FACT_STR, scep_page_names, "and its page", SILENT},
        {"short_layer", FACT_STR, scep_layer_names, "and who made it; not NDES: no length is judged",
         SPEAKS({"= other-proxy",
                 "A proxy, balancer or firewall answers even a short request itself; no length was judged."},
                {"= entra-app-proxy",
                 "The application proxy answers even a short request itself; no length was judged."},
                {"= none or httpsys or iis or ndes or not-ndes",
                 "A short request of this kind gets to the server."})},
        {"tried", FACT_LIST, NULL, "each length tried and what came back", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct ladder {
	const struct probe_call *call;
	struct evidence_out *out;
	const char *base;      /* URL?operation=PKIOperation&message=MARKER */
	size_t base_path;      /* bytes of path and query in it */
	struct http_reply ref; /* what a short one is answered */
	struct scep_seen ref_seen;
	size_t ok, refused; /* bytes; 0: none yet */
	const char *with;
	const char *layer;
	unsigned requests;
	struct value_builder tried;
};

static const char *filler_url(const struct ladder *l, size_t bytes)
{
	size_t n = strlen(l->base), more = bytes > l->base_path ? bytes - l->base_path : 0;
	char *url = arena_alloc(ev_mem(l->out), n + more + 1);

	memcpy(url, l->base, n);
	memset(url + n, 'A', more);
	return url;
}

static void ask(struct ladder *l, size_t bytes, struct scep_exchange *x)
{
	struct http_request q = http_request(l->call, l->out, filler_url(l, bytes));

	q.any_certificate = true; /* tls.handshake judges that */
	q.max_body = 65536;
	scep_fetch(&q, x);
	l->requests++;
	ev_progress(l->out, l->requests, MAX_REQUESTS);
}

/* Answered as the short one was, by the same hand: whatever NDES says to a message that is none. */
static bool passed(const struct ladder *l, const struct scep_exchange *x)
{
	return x->answered && x->r.status == l->ref.status && x->seen.page == l->ref_seen.page &&
	       x->seen.layer == l->ref_seen.layer && strcmp(x->seen.title, l->ref_seen.title) == 0;
}

/* Even the short one did not get to NDES: the ladder measures somebody else. */
static bool stopped_in_front(const struct ladder *l)
{
	return l->ref_seen.layer == SCEP_LAYER_OTHER_PROXY || l->ref_seen.layer == SCEP_LAYER_APP_PROXY;
}

static const char *how(struct ladder *l, const struct scep_exchange *x)
{
	if (x->answered)
		return arena_fmt(ev_mem(l->out), "%d", x->r.status);
	if (x->r.error == HTTP_TIMEOUT)
		return "timeout";
	return x->r.curl_code == 56 /* CURLE_RECV_ERROR */ || x->r.curl_code == 55 ? "reset" : "closed";
}

static const char *layer_of(const struct scep_exchange *x)
{
	if (!x->answered)
		return "unknown";
	switch (x->seen.layer) {
	case SCEP_LAYER_HTTPSYS:
		return "httpsys";
	case SCEP_LAYER_IIS:
	case SCEP_LAYER_NDES:
		/* 404.14 and 404.15 look like any 404 to a client. */
		return x->r.status == 404 ? "request-filtering" : "iis";
	case SCEP_LAYER_APP_PROXY:
		return "entra-app-proxy";
	case SCEP_LAYER_OTHER_PROXY:
		return "other-proxy";
	case SCEP_LAYER_NONE:
	case SCEP_LAYER_NOT_NDES:
	case SCEP_LAYER__MAX:
		break;
	}
	return "unknown";
}

/* One length; true when it passed. */
static bool step(struct ladder *l, size_t bytes)
{
	struct scep_exchange x;
	struct value_builder m;
	bool ok;

	ask(l, bytes, &x);
	ok = passed(l, &x);
	vb_init(&m, ev_mem(l->out));
	vb_add(&m, "bytes", value_int((int64_t)bytes));
	vb_add(&m, "passed", value_bool(ok));
	vb_add(&m, "with", value_str(how(l, &x)));
	vb_add(&l->tried, NULL, vb_map(&m));
	if (ok && bytes > l->ok) {
		l->ok = bytes;
		ev_int(l->out, "largest_ok", (int64_t)bytes);
	} else if (!ok && (l->refused == 0 || bytes < l->refused)) {
		l->refused = bytes;
		l->with = how(l, &x);
		l->layer = layer_of(&x);
		ev_int(l->out, "smallest_refused", (int64_t)bytes);
		ev_str(l->out, "refused_with", l->with);
		ev_str(l->out, "layer", l->layer);
	}
	return ok;
}

static void climb(struct ladder *l)
{
	static const size_t sizes[] = {1536, 3 * KB, 8 * KB, 15 * KB, 20 * KB, 30 * KB, 40 * KB};

	ev_phase(l->out, "longer and longer URLs");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		if (!step(l, sizes[i]))
			break;
	while (l->refused != 0 && l->refused - l->ok > NEAR && l->requests < MAX_REQUESTS &&
	       call_left(l->call) > 500)
		step(l, l->ok + (l->refused - l->ok) / 2);
}

static void ask_for_post(struct ladder *l, const char *url)
{
	struct http_request q =
	        http_request(l->call, l->out, scep_url(ev_mem(l->out), url, "GetCACaps", SCEP_MESSAGE));
	struct scep_exchange x;
	struct scep_caps caps;

	q.any_certificate = true;
	scep_fetch(&q, &x);
	if (!x.usable || x.r.body_cut)
		return;
	scep_caps_read(&caps, x.r.text, x.r.text_n);
	if (caps.known > 0)
		ev_bool(l->out, "post", caps.post);
}

static const char *make_marker(struct arena *mem)
{
	unsigned char r[6] = {0};

	(void)RAND_bytes(r, sizeof(r));
	return arena_fmt(mem, "casebook-longurl-%02x%02x%02x%02x%02x%02x", r[0], r[1], r[2], r[3], r[4],
	                 r[5]);
}

static void by_hand(const struct probe_call *call, struct evidence_out *out, const char *base)
{
	struct buf line;

	buf_init(&line, BUF_MAX_LINE / 2);
	call_by_hand(&line, call,
	             "curl -so /dev/null {--cacert} {--proxy} -w '%{http_code}\\n' \"{url}$(head -c 20000 "
	             "/dev/zero | tr '\\0' A)\"\n"
	             "Select-String casebook-longurl C:\\inetpub\\logs\\LogFiles\\W3SVC1\\u_ex*.log",
	             (struct probe_arg){"url", base});
	ev_by_hand(out, buf_cstr(&line));
	buf_release(&line);
}

/* A request too short for any limit shows what "passed" looks like here. */
static bool compare(struct ladder *l)
{
	struct scep_exchange x;

	ev_phase(l->out, "a short request");
	ask(l, 0, &x);
	l->ref = x.r;
	l->ref_seen = x.seen;
	if (!x.answered)
		return false;
	ev_int(l->out, "short_status", x.r.status);
	ev_str(l->out, "short_page", scep_page_names[x.seen.page]);
	ev_str(l->out, "short_layer", scep_layer_names[x.seen.layer]);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct ladder l = {.call = call, .out = out, .layer = "none"};
	const char *url = call_arg(call, "url"), *marker = make_marker(ev_mem(out));
	struct url u;
	struct err err;

	if (url_parse(url, &u, &err) < 0) {
		ev_why(out, "%s", err.msg);
		return EV_UNREADABLE;
	}
	l.base = scep_url(ev_mem(out), url, "PKIOperation", marker);
	by_hand(call, out, l.base);
	if (!call->allow_side_effects) {
		ev_why(out, "not run: each request may leave event 17 in the Application log of the NDES "
		            "server; allow it with --allow-side-effects");
		return EV_UNREACHED;
	}
	l.base_path = strlen(u.path) + strlen(l.base) - strcspn(url, "#");
	vb_init(&l.tried, ev_mem(out));
	ev_str(out, "marker", marker);
	if (!compare(&l)) {
		ev_int(out, "requests", l.requests);
		ev_fault(out, true);
		return http_outcome(&l.ref, out);
	}
	if (stopped_in_front(&l)) {
		ev_int(out, "requests", l.requests);
		ev_fault(out, true);
		return EV_MEASURED;
	}
	climb(&l);
	ask_for_post(&l, url);
	ev_str(out, "layer", l.layer);
	ev_int(out, "requests", l.requests);
	ev_value(out, "tried", vb_list(&l.tried));
	ev_bool(out, "enough", l.ok >= ENOUGH);
	ev_bool(out, "enough_for_40k", l.ok >= DOCUMENTED);
	ev_fault(out, l.ok < ENOUGH);
	return EV_MEASURED;
}

const struct probe_impl probe_scep_longurl = {
        .desc =
                {
                        .id = "scep.longurl",
                        .title = "Long SCEP URLs",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = facts,
                        .timeout_ms = 60000,
                        .side_effect = "Sends up to 20 GET requests that are no real messages. NDES writes "
                                       "event 17 (0x8009310b, ASN1 bad tag) to its Application log for each "
                                       "that reaches it, and IIS a line with casebook-longurl.",
                        .by_hand = "curl -so /dev/null -w '%{http_code}\\n' "
                                   "\"{url}?operation=PKIOperation&message=$(head -c 20000 /dev/zero | tr "
                                   "'\\0' A)\"",
                        .source = "Microsoft: Troubleshoot device to NDES communication, \"HTTP 414\"; "
                                  "HTTP.sys registry settings; RFC 8894 section 4.1",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
