/*
 * crl.fetch: can it be told that the certificates are not revoked?  NDES checks its RA certificates when it
 * starts and fails with 500 when it cannot.  Only the named host is asked unless others were allowed; what
 * was not asked is told as unknown, with the hosts.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/ocsp.h>
#include <openssl/ssl.h>

#include <casebook/clock.h>
#include <casebook/wire.h>

#include "cert_bag.h"
#include "crl_facts.h"
#include "file_src.h"
#include "http.h"
#include "net.h"
#include "ossl.h"
#include "scep_url.h"
#include "tls_conn.h"
#include "x509_facts.h"

#define MAX_LOOKS 24       /* addresses asked: 4 certificates with 2 CRLs, 2 deltas and 2 responders each */
#define MAX_CRL (8u << 20) /* bytes; the CRLs of large public CAs are under 2 MB */
#define MAX_CERT_FILE (1u << 20)

static const struct param_def params[] = {
        {"url", false, "the SCEP server URL: its RA and CA certificates, and its TLS chain when it is https"},
        {"host", false, "host whose TLS chain is looked at"},
        {"port", false, "port with host, 443 when missing"},
        {"file", false, "certificates in DER, PEM or PKCS#7"},
        {NULL, false, NULL},
};

enum kind { LOOK_CRL, LOOK_DELTA, LOOK_OCSP };
struct look {
	enum kind kind;
	X509 *cert;
	const char *url;
	bool asked;             /* else its host is external */
	unsigned char *request; /* of OCSP */
	size_t request_n;
	struct http_reply r;
	struct crl_seen crl;
	struct ocsp_seen ocsp;
	bool works; /* of a CRL: reachable, a CRL of the right kind, fresh, rightly signed */
};
struct work {
	const struct probe_call *call;
	struct evidence_out *out;
	const char *host; /* the named one; "" for files */
	STACK_OF(X509) * certs;
	struct look looks[MAX_LOOKS];
	size_t n;
	struct value_builder external, without;
	int64_t now;
};

/* ---- certificates ---- */

static void add_cert(struct work *w, X509 *x)
{
	for (int i = 0; i < sk_X509_num(w->certs); i++)
		if (X509_cmp(sk_X509_value(w->certs, i), x) == 0)
			return;
	if (sk_X509_num(w->certs) >= BAG_MAX_CERTS)
		return;
	X509_up_ref(x);
	sk_X509_push(w->certs, x);
}

static void add_all(struct work *w, STACK_OF(X509) * list)
{
	for (int i = 0; i < sk_X509_num(list); i++)
		add_cert(w, sk_X509_value(list, i));
}

/* One certificate of the chain that came with an HTTPS answer. */
static void add_der(struct work *w, const struct http_cert *c)
{
	const unsigned char *p = c->der;
	X509 *x = d2i_X509(NULL, &p, (long)c->n);

	if (x != NULL)
		add_cert(w, x);
	X509_free(x);
}

static const char *from_tls(struct work *w, const struct net_target *t)
{
	struct tls_try one = {.min = TLS1_VERSION, .max = TLS1_3_VERSION};
	struct tls_peer peer = {.target = t, .timeout_ms = call_left(w->call) / 2 + 1};
	const char *why;

	peer.proxy = net_proxy(t->url, w->call->proxy, ev_mem(w->out));
	ev_phase(w->out, "TLS handshake");
	tls_tries(&peer, &one, 1);
	ev_vantage(w->out, peer.proxy, one.connect_ms >= 0 ? one.ip : NULL);
	add_all(w, one.sent);
	why = one.sent == NULL ? arena_strdup(ev_mem(w->out), one.why) : NULL;
	tls_tries_release(&one, 1);
	return why;
}

static const char *from_scep(struct work *w, const char *url)
{
	struct http_request q =
	        http_request(w->call, w->out, scep_url(ev_mem(w->out), url, "GetCACert", SCEP_MESSAGE));
	struct http_reply r;
	struct cert_bag bag;
	bool answered;
	const char *why = NULL;

	ev_phase(w->out, "GetCACert");
	q.any_certificate = true;
	q.timeout_ms = call_left(w->call) / 2 + 1;
	answered = http_fetch(&q, &r);
	for (size_t i = 0; i < r.nsent; i++)
		add_der(w, &r.sent[i]);
	cert_bag_read(&bag, r.body, r.status == 200 ? r.body_n : 0);
	add_all(w, bag.certs);
	if (!answered)
		why = r.why;
	else if (sk_X509_num(bag.certs) == 0)
		why = arena_fmt(ev_mem(w->out), "GetCACert gave no certificate: status %d", r.status);
	cert_bag_release(&bag);
	return why;
}

static const char *from_file(struct work *w, const char *path)
{
	struct file_src *src;
	struct cert_bag bag;
	struct err err;
	char *bytes = NULL, hex[SHA256_HEX];
	size_t n = 0;
	const char *why = NULL;

	if (file_open(path, true, &src, &err) < 0)
		return arena_strdup(ev_mem(w->out), err.msg);
	if (file_load(src, MAX_CERT_FILE, &bytes, &n, &err) < 0) {
		why = arena_strdup(ev_mem(w->out), err.msg);
	} else {
		if (file_sha256(src, hex))
			ev_sha256(w->out, hex);
		cert_bag_read(&bag, bytes, n);
		add_all(w, bag.certs);
		if (sk_X509_num(bag.certs) == 0)
			why = "the file holds no certificate";
		cert_bag_release(&bag);
	}
	free(bytes);
	file_close(src);
	return why;
}

/* ---- whom to ask ---- */

static bool listed(const struct value_builder *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcasecmp(list->items[i].value.u.s, text) == 0)
			return true;
	return false;
}

static bool same_look(const struct look *l, enum kind kind, const char *url)
{
	return l->kind == kind && strcmp(l->url, url) == 0;
}

static void add_look(struct work *w, X509 *x, enum kind kind, const char *url)
{
	struct look *l = &w->looks[w->n];
	struct url u;

	if (w->n == MAX_LOOKS || url_parse(url, &u, NULL) < 0)
		return; /* ldap: only a member of the domain can ask */
	*l = (struct look){.kind = kind, .cert = x, .url = url};
	l->asked = w->call->allow_external || strcasecmp(u.host, w->host) == 0;
	if (!l->asked && !listed(&w->external, u.host))
		vb_add(&w->external, NULL, value_str(arena_strdup(ev_mem(w->out), u.host)));
	if (kind == LOOK_OCSP) {
		l->request_n = ocsp_request(x, w->certs, &l->request);
		if (l->request_n == 0)
			return;
	}
	w->n++;
}

static bool has_http(struct value urls)
{
	for (size_t i = 0; i < urls.u.list.n; i++)
		if (url_parse(urls.u.list.items[i].u.s, &(struct url){.port = 0}, NULL) == 0)
			return true;
	return false;
}

static void plan(struct work *w)
{
	struct arena *mem = ev_mem(w->out);

	for (int i = 0; i < sk_X509_num(w->certs); i++) {
		static const enum cert_url which[] = {CERT_URL_CRL, CERT_URL_DELTA, CERT_URL_OCSP};
		static const enum kind kinds[] = {LOOK_CRL, LOOK_DELTA, LOOK_OCSP};
		X509 *x = sk_X509_value(w->certs, i);
		if (cert_self_signed(x))
			continue;
		if (!has_http(cert_urls(mem, x, CERT_URL_CRL)))
			vb_add(&w->without, NULL, value_str(cert_name(mem, X509_get_subject_name(x))));
		for (size_t k = 0; k < 3; k++) {
			struct value urls = cert_urls(mem, x, which[k]);
			for (size_t j = 0; j < urls.u.list.n; j++)
				add_look(w, x, kinds[k], urls.u.list.items[j].u.s);
		}
	}
}

/* ---- asking ---- */

/* Each address once, however many certificates name it; OCSP is asked for each certificate. */
static void fetch(struct work *w)
{
	struct http_request q[MAX_LOOKS];
	struct http_reply r[MAX_LOOKS];
	size_t of[MAX_LOOKS], n = 0;

	for (size_t i = 0; i < w->n; i++) {
		struct look *l = &w->looks[i];
		size_t same = i;
		for (size_t k = 0; k < i && same == i && l->kind != LOOK_OCSP; k++)
			if (same_look(&w->looks[k], l->kind, l->url))
				same = k;
		of[i] = same == i ? n : of[same];
		if (same != i || !l->asked)
			continue;
		q[n] = http_request(w->call, w->out, l->url);
		q[n].max_body = MAX_CRL;
		q[n].aside = w->host[0] != '\0';
		if (l->kind == LOOK_OCSP) {
			q[n].body = l->request;
			q[n].body_n = l->request_n;
			q[n].body_type = "application/ocsp-request";
		}
		n++;
	}
	ev_phase(w->out, "CRLs and OCSP");
	if (n > 0)
		http_fetch_all(q, r, n);
	for (size_t i = 0; i < w->n; i++)
		if (w->looks[i].asked)
			w->looks[i].r = r[of[i]];
}

static void judge(struct work *w)
{
	for (size_t i = 0; i < w->n; i++) {
		struct look *l = &w->looks[i];
		if (!l->asked || l->r.status != 200 || l->r.body_cut)
			continue;
		if (l->kind == LOOK_OCSP) {
			ocsp_judge(l->r.body, l->r.body_n, l->cert, w->certs, &l->ocsp);
			continue;
		}
		crl_judge(l->r.body, l->r.body_n, l->cert, w->certs, w->now, &l->crl);
		l->works = l->crl.parsed && l->crl.delta == (l->kind == LOOK_DELTA) && l->crl.fresh &&
		           (l->crl.signer_ok || !l->crl.issuer_known);
	}
}

/* ---- telling ---- */

static struct value crl_value(const struct work *w, const struct look *l)
{
	struct arena *mem = ev_mem(w->out);
	struct value_builder m;
	char text[CLOCK_TEXT];

	vb_init(&m, mem);
	vb_add(&m, "url", value_str(l->url));
	vb_add(&m, "certificate", value_str(cert_name(mem, X509_get_subject_name(l->cert))));
	vb_add(&m, "kind", value_str(l->kind == LOOK_DELTA ? "delta" : "base"));
	vb_add(&m, "reachable", l->asked ? value_bool(l->r.status == 200) : value_null());
	if (l->asked) {
		vb_add(&m, "status", l->r.status != 0 ? value_int(l->r.status) : value_null());
		vb_add(&m, "why", value_str(l->r.status == 0 ? l->r.why : NULL));
		vb_add(&m, "ms", value_int(l->r.total_ms));
		vb_add(&m, "valid",
		       l->r.status == 200 && !l->r.body_cut ? value_bool(l->crl.parsed) : value_null());
	}
	if (l->crl.parsed) {
		vb_add(&m, "bytes", value_int((int64_t)l->r.body_n));
		vb_add(&m, "fresh", l->crl.dated ? value_bool(l->crl.fresh) : value_null());
		vb_add(&m, "this_update",
		       l->crl.dated ? value_str(arena_strdup(mem, clock_iso(l->crl.this_ms, text)))
		                    : value_null());
		vb_add(&m, "next_update",
		       l->crl.has_next ? value_str(arena_strdup(mem, clock_iso(l->crl.next_ms, text)))
		                       : value_null());
		vb_add(&m, "signer_ok", l->crl.issuer_known ? value_bool(l->crl.signer_ok) : value_null());
		vb_add(&m, "entries", value_int(l->crl.entries));
		vb_add(&m, "revoked", l->crl.signer_ok ? value_bool(l->crl.revoked) : value_null());
	}
	return vb_map(&m);
}

static struct value ocsp_value(const struct work *w, const struct look *l)
{
	struct arena *mem = ev_mem(w->out);
	struct value_builder m;

	vb_init(&m, mem);
	vb_add(&m, "url", value_str(l->url));
	vb_add(&m, "certificate", value_str(cert_name(mem, X509_get_subject_name(l->cert))));
	vb_add(&m, "reachable", l->asked ? value_bool(l->r.status == 200) : value_null());
	if (l->asked)
		vb_add(&m, "why", value_str(l->r.status == 0 ? l->r.why : NULL));
	if (l->ocsp.parsed) {
		vb_add(&m, "response", value_str(OCSP_response_status_str(l->ocsp.response)));
		vb_add(&m, "says",
		       l->ocsp.status >= 0 ? value_str(OCSP_cert_status_str(l->ocsp.status)) : value_null());
		vb_add(&m, "signer_ok", value_bool(l->ocsp.signer_ok));
		vb_add(&m, "fresh", value_bool(l->ocsp.fresh));
	}
	return vb_map(&m);
}

static bool answers(const struct look *l)
{
	return l->r.status == 200;
}

static bool works(const struct look *l)
{
	return l->works;
}

/* It was fetched, and it cannot be told whether it is good: it was longer than is read, or its dates are no
 * dates. */
static bool undecided(const struct look *l)
{
	return l->asked && l->r.status == 200 && (l->r.body_cut || (l->crl.parsed && !l->crl.dated));
}

/* Of one certificate's addresses of a kind: 1 one is good, 0 none is, -1 not known, 2 it names none. */
static int any(const struct work *w, const X509 *x, enum kind kind, bool (*good)(const struct look *))
{
	bool some = false, asked_all = true;

	for (size_t i = 0; i < w->n; i++) {
		const struct look *l = &w->looks[i];
		if (l->cert != x || l->kind != kind)
			continue;
		if (good(l))
			return 1;
		some = true;
		asked_all &= l->asked && (good == answers || !undecided(l));
	}
	return !some ? 2 : asked_all ? 0 : -1;
}

/* yes, no or unknown of the whole: no as soon as one is. */
struct whole {
	bool no, unknown, some;
};

static void count(struct whole *s, int one)
{
	s->no |= one == 0;
	s->unknown |= one < 0;
	s->some |= one == 0 || one == 1;
}

static void send_whole(struct evidence_out *out, const char *key, const struct whole *s)
{
	if (s->no)
		ev_bool(out, key, false);
	else if (!s->unknown && s->some)
		ev_bool(out, key, true);
}

static struct whole send_certs(struct work *w)
{
	struct whole ok = {0}, reach = {0};
	int n = 0;

	for (int i = 0; i < sk_X509_num(w->certs); i++) {
		X509 *x = sk_X509_value(w->certs, i);
		if (cert_self_signed(x))
			continue;
		n++;
		count(&reach, any(w, x, LOOK_CRL, answers));
		count(&ok, any(w, x, LOOK_CRL, works));
		count(&ok, any(w, x, LOOK_DELTA, works));
	}
	ev_int(w->out, "certificates", n);
	send_whole(w->out, "ok", &ok);
	send_whole(w->out, "reachable", &reach);
	return ok;
}

static bool send_crls(struct work *w)
{
	struct whole valid = {0}, fresh = {0}, signer = {0}, revoked = {0};
	struct value_builder list, gone;
	int64_t first = INT64_MAX;

	vb_init(&list, ev_mem(w->out));
	vb_init(&gone, ev_mem(w->out));
	for (size_t i = 0; i < w->n; i++) {
		const struct look *l = &w->looks[i];
		if (l->kind == LOOK_OCSP)
			continue;
		vb_add(&list, NULL, crl_value(w, l));
		if (l->asked && !l->crl.parsed && !undecided(l) && !listed(&gone, l->url))
			vb_add(&gone, NULL, value_str(l->url));
		if (l->r.status == 200)
			count(&valid, l->r.body_cut ? -1 : l->crl.parsed);
		if (!l->crl.parsed)
			continue;
		count(&fresh, l->crl.dated ? l->crl.fresh : -1);
		count(&signer, l->crl.issuer_known ? l->crl.signer_ok : -1);
		/* A list that the issuer did not sign says nothing about anybody. */
		if (l->crl.issuer_known)
			count(&revoked, l->crl.signer_ok ? !l->crl.revoked : -1);
		if (l->crl.has_next && l->crl.next_ms < first)
			first = l->crl.next_ms;
	}
	ev_value(w->out, "crls", vb_list(&list));
	ev_value(w->out, "unreachable", vb_list(&gone));
	send_whole(w->out, "valid", &valid);
	send_whole(w->out, "fresh", &fresh);
	send_whole(w->out, "signer_ok", &signer);
	if (first != INT64_MAX) {
		ev_time(w->out, "next_update", first);
		ev_int(w->out, "hours_left", (first - w->now) / 3600000 - (first < w->now));
	}
	if (revoked.no || (revoked.some && !revoked.unknown))
		ev_bool(w->out, "revoked", revoked.no);
	return revoked.no;
}

static bool send_ocsp(struct work *w)
{
	struct value_builder list;
	struct whole ok = {0};
	bool revoked = false;

	vb_init(&list, ev_mem(w->out));
	for (size_t i = 0; i < w->n; i++) {
		const struct look *l = &w->looks[i];
		if (l->kind != LOOK_OCSP)
			continue;
		vb_add(&list, NULL, ocsp_value(w, l));
		count(&ok, !l->asked ? -1
		                     : l->ocsp.parsed && l->ocsp.status == V_OCSP_CERTSTATUS_GOOD &&
		                               l->ocsp.signer_ok && l->ocsp.fresh);
		revoked |= l->ocsp.status == V_OCSP_CERTSTATUS_REVOKED && l->ocsp.signer_ok;
	}
	ev_value(w->out, "ocsp", vb_list(&list));
	send_whole(w->out, "ocsp_ok", &ok);
	if (revoked)
		ev_bool(w->out, "revoked", true);
	return revoked;
}

static void tell(struct work *w)
{
	struct whole ok = send_certs(w);
	bool revoked = send_crls(w);

	revoked |= send_ocsp(w);
	ev_value(w->out, "external", vb_list(&w->external));
	ev_value(w->out, "without_http", vb_list(&w->without));
	if (ok.no || revoked)
		ev_fault(w->out, true);
	else if (!ok.unknown && ok.some)
		ev_fault(w->out, false);
}

static void by_hand(struct work *w)
{
	struct buf b;

	buf_init(&b, 65536);
	buf_str(&b,
	        "openssl s_client -connect {host}:{port} -servername {host} </dev/null | openssl x509 -noout -ext crlDistributionPoints");
	for (size_t i = 0; i < w->n; i++) {
		bool again = w->looks[i].kind == LOOK_OCSP;
		for (size_t k = 0; k < i && !again; k++)
			again = strcmp(w->looks[k].url, w->looks[i].url) == 0;
		if (again)
			continue;
		buf_char(&b, '\n');
		call_by_hand(&b, w->call,
		             "curl -s {--proxy} {url} | openssl crl -inform DER -noout -issuer -lastupdate "
		             "-nextupdate",
		             (struct probe_arg){"url", w->looks[i].url});
	}
	ev_by_hand(w->out, buf_cstr(&b));
	buf_release(&b);
}

/* NULL when there are certificates, else why there are none. */
static const char *collect(struct work *w, struct net_target *t)
{
	const char *file = call_arg(w->call, "file"), *url = call_arg(w->call, "url"), *why;
	struct err err;

	if (file != NULL) {
		w->host = "";
		return from_file(w, file);
	}
	if (net_target(w->call, w->out, t, &err) < 0)
		return arena_strdup(ev_mem(w->out), err.msg);
	w->host = t->host;
	why = url != NULL ? from_scep(w, url) : NULL;
	/* The HTTPS answer brought the chain with it; without one it is asked for alone. */
	if (t->https && (url == NULL || why != NULL))
		why = from_tls(w, t) != NULL && why != NULL ? why : NULL;
	return sk_X509_num(w->certs) > 0 ? NULL : why != NULL ? why : "no certificate was had";
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct work *w = arena_alloc(ev_mem(out), sizeof(*w));
	struct net_target t;
	const char *why;

	w->call = call;
	w->out = out;
	w->now = clock_now_ms();
	w->certs = sk_X509_new_null();
	vb_init(&w->external, ev_mem(out));
	vb_init(&w->without, ev_mem(out));
	why = collect(w, &t);
	if (why != NULL) {
		ev_str(out, "error", why);
		ev_why(out, "%s", why);
		sk_X509_pop_free(w->certs, X509_free);
		return call_arg(call, "file") != NULL ? EV_UNREADABLE : EV_UNREACHED;
	}
	plan(w);
	by_hand(w);
	fetch(w);
	judge(w);
	tell(w);
	for (size_t i = 0; i < w->n; i++)
		OPENSSL_free(w->looks[i].request);
	sk_X509_pop_free(w->certs, X509_free);
	return EV_MEASURED;
}

const struct probe_impl probe_crl_fetch = {
        .desc =
                {
                        .id = "crl.fetch",
                        .title = "Revocation lists",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = crl_fetch_facts,
                        .timeout_ms = 30000,
                        .by_hand = "openssl s_client -connect {host}:{port} -servername {host} </dev/null | "
                                   "openssl x509 -noout -ext crlDistributionPoints",
                        .source = "RFC 5280 sections 5 and 6.3, RFC 6960; Microsoft: Troubleshoot device to "
                                  "NDES communication, \"HTTP Error 503\", cause 2",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
