/*
 * tls.handshake: what a TLS client sees of a server.  One handshake that takes whatever comes, beside it one
 * for each version and one as a Windows client does it, all at once; the chain as sent, judged afterwards.
 */
#include <stdio.h>
#include <string.h>

#include <openssl/ssl.h>

#include <casebook/clock.h>
#include <casebook/wire.h>

#include "cert_bag.h"
#include "http.h"
#include "net.h"
#include "ossl.h"
#include "tls_chain.h"
#include "tls_conn.h"
#include "trust.h"
#include "x509_facts.h"

/* TLS 1.2 suites of Windows 10 1903 and later, in the order of Microsoft's "TLS cipher suites" page. */
#define WINDOWS_CIPHERS                                                                                    \
	"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:"         \
	"ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-AES128-GCM-SHA256:"                 \
	"ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES256-SHA384:"                     \
	"ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES256-SHA:"      \
	"ECDHE-RSA-AES128-SHA:AES256-GCM-SHA384:AES128-GCM-SHA256:AES256-SHA256:AES128-SHA256:AES256-SHA:" \
	"AES128-SHA:DES-CBC3-SHA:@SECLEVEL=0"

#define MAX_AIA 4       /* levels of issuers that are looked for */
#define AIA_BYTES 65536 /* one certificate is under 4 KB, a certs-only PKCS#7 under 20 */

enum { TRY_ANY, TRY_10, TRY_11, TRY_12, TRY_13, TRY_WINDOWS, TRY__MAX };
static const struct tls_try plan[TRY__MAX] = {
        [TRY_ANY] = {.min = TLS1_VERSION, .max = TLS1_3_VERSION},
        [TRY_10] = {.min = TLS1_VERSION, .max = TLS1_VERSION},
        [TRY_11] = {.min = TLS1_1_VERSION, .max = TLS1_1_VERSION},
        [TRY_12] = {.min = TLS1_2_VERSION, .max = TLS1_2_VERSION},
        [TRY_13] = {.min = TLS1_3_VERSION, .max = TLS1_3_VERSION},
        [TRY_WINDOWS] = {.min = TLS1_2_VERSION, .max = TLS1_2_VERSION, .ciphers = WINDOWS_CIPHERS},
};

static const struct param_def params[] = {
        {"url", false, "https address whose host and port are tried"},
        {"host", false, "host name or address, instead of url"},
        {"port", false, "port with host, 443 when missing"},
        {NULL, false, NULL},
};
static const struct fact_def facts[] = {
        {"error", FACT_STR, tls_errors, "why no handshake came to its end",
         SPEAKS({"= dns", "No handshake was tried: {host} has no address here."},
                {"= connect", "No handshake was tried: no connection came about."},
                {"= refused", "No handshake was tried: {host} refuses connections at port {port}."},
                {"= timeout", "The handshake did not end in time."},
                {"= proxy", "The proxy did not let the handshake through."},
                {"= protocol", "Port {port} does not speak TLS."},
                {"= reset",
                 "The connection was reset during the handshake: usually a firewall or a load balancer."},
                {"= closed", "The server closed the connection during the handshake."},
                {"= alert, alert known", "The server refused the handshake with TLS alert {alert}."},
                {"= alert", "The server refused the handshake with a TLS alert."})},
        {"alert", FACT_INT, NULL, "number of the TLS alert that the server refused with", SERVES},
        {"protocol", FACT_STR, NULL, "version agreed on when everything is offered",
         SPEAKS({"known", "The server agrees on {protocol}."})},
        {"cipher", FACT_STR, NULL, "cipher suite agreed on, in its standard name", SILENT},
        {"versions", FACT_LIST, NULL, "every version that the server takes, each tried alone",
         SPEAKS({"known", "The server accepts {versions}."})},
        {"tls12_ok", FACT_BOOL, NULL, "a Windows client, which offers TLS 1.2 and its own suites, is taken",
         SPEAKS({"= true", "A Windows client, which speaks TLS 1.2, is accepted."},
                {"= false, tls12_why known",
                 "A Windows client, which speaks TLS 1.2 at most, is refused: {tls12_why}."},
                {"= false", "A Windows client, which speaks TLS 1.2 at most, is refused."})},
        {"tls12_why", FACT_STR, NULL, "why not", SERVES},
        {"tls13_ok", FACT_BOOL, NULL, "TLS 1.3 is taken", SILENT},
        {"chain_ok", FACT_BOOL, NULL,
         "the chain as sent is trusted here, dates and purpose included, name not",
         SPEAKS({"= true, name_ok = true",
                 "The TLS certificate is trusted here, bears the name {host} and ends {not_after}, in {days_left} days."},
                {"= true", "The TLS certificate is trusted here."},
                {"= false, verify_error known", "The TLS certificate is not trusted here: {verify_error}."},
                {"= false", "The TLS certificate is not trusted here."})},
        {"name_ok", FACT_BOOL, NULL, "the host is among the subject alternative names",
         SPEAKS({"= false", "The TLS certificate is for {names} and not for {host}."},
                {"= true", "The TLS certificate bears the name {host}."})},
        {"name_in_cn_only", FACT_BOOL, NULL,
         "the host stands in the common name, where clients no longer look",
         SPEAKS({"= true",
                 "{host} stands only in the certificate's common name, where clients no longer look."})},
        {"verify_code", FACT_INT, NULL,
         "OpenSSL's number of the first thing wrong with the chain, 0 for nothing", SILENT},
        {"verify_error", FACT_STR, NULL, "the same in words", SERVES},
        {"missing_intermediate", FACT_BOOL, NULL,
         "the issuer of the server's certificate was not sent and is no trusted root",
         SPEAKS({"= true, missing_issuer known",
                 "The server does not send the certificate of {missing_issuer}; Android and many others cannot build the chain without it."},
                {"= true",
                 "The server does not send an intermediate certificate; Android and many others cannot build the chain without it."},
                {"= false", "The server sends every intermediate certificate."})},
        {"missing_issuer", FACT_STR, NULL, "name of the first issuer that was neither sent nor is trusted",
         SERVES},
        {"found_intermediate", FACT_STR, NULL,
         "the missing certificate, found where the one before it points to", SILENT},
        {"chain_ok_with_found", FACT_BOOL, NULL, "the chain is trusted once that certificate is added",
         SPEAKS({"= true",
                 "With the missing certificate, found at the address that the server's own certificate names, the chain is trusted."})},
        {"untrusted_root", FACT_BOOL, NULL, "the chain ends in a root that is not trusted here",
         SPEAKS({"= true",
                 "The chain ends in a root that this machine does not know; that is normal for a private CA and says nothing about devices that have its root."},
                {"= false", "The chain ends in a root that this machine knows."})},
        {"self_signed", FACT_BOOL, NULL, "the server's certificate signed itself",
         SPEAKS({"= true",
                 "The TLS certificate is self-signed; no device trusts it unless it was installed there."},
                {"= false", "The TLS certificate is not self-signed."})},
        {"chain_ordered", FACT_BOOL, NULL, "each certificate sent is followed by its issuer",
         SPEAKS({"= false",
                 "The server sends its certificates out of order, which some clients do not forgive."})},
        {"days_left", FACT_INT, NULL, "whole days until the server's certificate ends, negative once it has",
         SPEAKS({"< 0", "The TLS certificate ended {not_after}."},
                {">= 0 and < 30", "The TLS certificate ends {not_after}, in {days_left} days."},
                {">= 30", "The TLS certificate ends {not_after}, in {days_left} days."})},
        {"not_before", FACT_TIME, NULL, "when the server's certificate begins", SERVES},
        {"not_after", FACT_TIME, NULL, "when it ends", SERVES},
        {"expired", FACT_BOOL, NULL, "it has ended",
         SPEAKS({"= true", "The TLS certificate ended {not_after}; every client refuses it."},
                {"= false", "The TLS certificate has not ended."})},
        {"not_yet_valid", FACT_BOOL, NULL, "it has not begun",
         SPEAKS({"= true",
                 "The TLS certificate is not valid before {not_before}; clients refuse it until then, or a clock is wrong."})},
        {"subject", FACT_STR, NULL, "whom it is for", SILENT},
        {"issuer", FACT_STR, NULL, "who issued it", SILENT},
        {"names", FACT_LIST, NULL, "its subject alternative names", SERVES},
        {"key", FACT_STR, NULL, "type and size of its key", SERVES},
        {"key_bits", FACT_INT, NULL, "size of its key", SILENT},
        {"weak_key", FACT_BOOL, NULL, "RSA under 2048 bits or EC under 224",
         SPEAKS({"= true", "The certificate's key is too short: {key}."})},
        {"signature", FACT_STR, NULL, "algorithm of its signature", SILENT},
        {"weak_signature", FACT_BOOL, NULL, "SHA-1 or older signs a certificate of the chain, roots aside",
         SPEAKS({"= true",
                 "A certificate of the chain is signed with SHA-1 or older, which Apple devices refuse."})},
        {"pss_signature", FACT_BOOL, NULL,
         "RSASSA-PSS signs a certificate of the chain, which some clients refuse",
         SPEAKS({"= true",
                 "A certificate of the chain is signed with RSASSA-PSS, which some SCEP clients refuse."})},
        {"sha1", FACT_STR, NULL, "its SHA-1 thumbprint", SILENT},
        {"sha256", FACT_STR, NULL, "its SHA-256 thumbprint", SILENT},
        {"eku_server_auth", FACT_BOOL, NULL, "it may be used by a server",
         SPEAKS({"= false",
                 "The certificate may not be used by a server: Server Authentication is missing."})},
        {"certificates", FACT_LIST, NULL, "every certificate as sent, leaf first", SILENT},
        {"client_certificate_requested", FACT_BOOL, NULL, "the server asks for a client certificate",
         SPEAKS({"= true, client_certificate_required = false",
                 "The server asks for a client certificate and goes on without one."},
                {"= true", "The server asks for a client certificate."},
                {"= false", "The server asks for no client certificate."})},
        {"client_certificate_required", FACT_BOOL, NULL, "and ends the handshake without one",
         SPEAKS({"= true",
                 "The server ends the handshake unless the client shows a certificate, which no device has before it enrols."},
                {"= false", "No client certificate is needed."})},
        {"ocsp_stapled", FACT_BOOL, NULL, "an OCSP answer came with the handshake", SILENT},
        {"external", FACT_LIST, NULL, "hosts that would have been asked with --allow-external", SILENT},
        {"address", FACT_STR, NULL, "address that was talked to", SILENT},
        {"connect_ms", FACT_INT, NULL, "milliseconds to the TCP connection, name included", SILENT},
        {"handshake_ms", FACT_INT, NULL, "milliseconds of the handshake", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

struct seen {
	const struct probe_call *call;
	struct evidence_out *out;
	struct net_target target;
	struct tls_try tries[TRY__MAX];
	const struct tls_try *best; /* whose certificates are told */
	struct tls_chain chain;
	X509_STORE *store;
	bool store_is_system;
	int64_t now;
	bool fault;
};

/* The server took the version, though it may have wanted more after it. */
static bool taken(const struct tls_try *t)
{
	return t->error == TLS_OK || t->sent != NULL;
}

static void send_versions(struct seen *s)
{
	static const struct {
		int at;
		const char *name;
	} names[] = {{TRY_10, "TLS 1.0"}, {TRY_11, "TLS 1.1"}, {TRY_12, "TLS 1.2"}, {TRY_13, "TLS 1.3"}};
	const struct tls_try *w = &s->tries[TRY_WINDOWS], *t12 = &s->tries[TRY_12];
	struct value_builder list;
	bool unsure = w->error == TLS_TIMEOUT && !taken(w);

	vb_init(&list, ev_mem(s->out));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (taken(&s->tries[names[i].at]))
			vb_add(&list, NULL, value_str(names[i].name));
	ev_value(s->out, "versions", vb_list(&list));
	if (taken(&s->tries[TRY_13]) || s->tries[TRY_13].error != TLS_TIMEOUT)
		ev_bool(s->out, "tls13_ok", taken(&s->tries[TRY_13]));
	if (unsure)
		return;
	ev_bool(s->out, "tls12_ok", taken(w));
	if (!taken(w)) {
		s->fault = true;
		ev_str(s->out, "tls12_why",
		       taken(t12) ? "TLS 1.2 is taken, but none of the cipher suites that Windows has"
		                  : arena_fmt(ev_mem(s->out), "TLS 1.2 is not taken: %s", w->why));
	}
}

static void send_client_certificate(struct seen *s)
{
	const struct tls_try *t12 = &s->tries[TRY_12];
	bool asked = false;

	for (size_t i = 0; i < TRY__MAX; i++)
		asked |= s->tries[i].client_asked;
	ev_bool(s->out, "client_certificate_requested", asked);
	if (!asked)
		ev_bool(s->out, "client_certificate_required", false);
	else if (t12->client_asked) /* with TLS 1.3 the refusal comes after the handshake */
		ev_bool(s->out, "client_certificate_required", t12->error != TLS_OK);
	s->fault |= asked && t12->client_asked && t12->error != TLS_OK;
}

static void send_leaf(struct seen *s)
{
	struct arena *mem = ev_mem(s->out);
	X509 *x = sk_X509_value(s->best->sent, 0);
	bool name = tls_name_ok(x, s->target.host);
	int64_t ms;
	int bits;

	ev_str(s->out, "subject", cert_name(mem, X509_get_subject_name(x)));
	ev_str(s->out, "issuer", cert_name(mem, X509_get_issuer_name(x)));
	ev_value(s->out, "names", cert_names(mem, x));
	ev_bool(s->out, "name_ok", name);
	ev_bool(s->out, "name_in_cn_only", tls_name_in_cn_only(x, s->target.host));
	if (cert_time(X509_get0_notBefore(x), &ms))
		ev_time(s->out, "not_before", ms);
	if (cert_time(X509_get0_notAfter(x), &ms)) {
		ev_time(s->out, "not_after", ms);
		ev_int(s->out, "days_left", cert_days_left(x, s->now));
	}
	ev_bool(s->out, "expired", cert_expired(x, s->now));
	ev_bool(s->out, "not_yet_valid", cert_not_yet(x, s->now));
	ev_bool(s->out, "self_signed", cert_self_signed(x));
	ev_str(s->out, "key", cert_key(mem, x, &bits));
	ev_int(s->out, "key_bits", bits);
	ev_bool(s->out, "weak_key", cert_key_weak(x));
	ev_str(s->out, "signature", cert_signature(mem, x));
	ev_str(s->out, "sha1", cert_hash(mem, x, EVP_sha1()));
	ev_str(s->out, "sha256", cert_hash(mem, x, EVP_sha256()));
	ev_bool(s->out, "eku_server_auth", X509_check_purpose(x, X509_PURPOSE_SSL_SERVER, 0) == 1);
	s->fault |= !name || cert_expired(x, s->now) || cert_not_yet(x, s->now) || cert_key_weak(x);
}

static void send_certificates(struct seen *s)
{
	struct value_builder list;
	bool sha1 = false, pss = false;

	vb_init(&list, ev_mem(s->out));
	for (int i = 0; i < sk_X509_num(s->best->sent) && i < BAG_MAX_CERTS; i++) {
		X509 *x = sk_X509_value(s->best->sent, i);
		vb_add(&list, NULL, cert_value(ev_mem(s->out), x, s->now));
		sha1 |= cert_signed_sha1(x) && !cert_self_signed(x);
		pss |= cert_signed_pss(x) && !cert_self_signed(x);
	}
	ev_value(s->out, "certificates", vb_list(&list));
	ev_bool(s->out, "weak_signature", sha1);
	ev_bool(s->out, "pss_signature", pss);
	s->fault |= sha1;
}

/* ---- the issuer that was not sent, where the certificate says it can be had ---- */

static bool may_ask(const struct seen *s, const struct url *u)
{
	return s->call->allow_external || strcmp(u->host, s->target.host) == 0;
}

/* A certificate that issued `x`, from one of its addresses; NULL when none was had.  Caller frees. */
static X509 *fetch_issuer(struct seen *s, X509 *x, struct value_builder *external)
{
	struct value urls = cert_urls(ev_mem(s->out), x, CERT_URL_ISSUER);
	X509 *found = NULL;

	for (size_t i = 0; i < urls.u.list.n && found == NULL; i++) {
		const char *url = urls.u.list.items[i].u.s;
		struct http_request q = http_request(s->call, s->out, url);
		struct http_reply r;
		struct cert_bag bag;
		struct url u;
		if (url_parse(url, &u, NULL) < 0)
			continue; /* ldap: and the like */
		if (!may_ask(s, &u)) {
			vb_add(external, NULL, value_str(arena_strdup(ev_mem(s->out), u.host)));
			continue;
		}
		q.max_body = AIA_BYTES;
		q.aside = true;
		if (!http_fetch(&q, &r) || r.status != 200)
			continue;
		cert_bag_read(&bag, r.body, r.body_n);
		for (int k = 0; k < sk_X509_num(bag.certs) && found == NULL; k++)
			if (cert_issued_by(x, sk_X509_value(bag.certs, k)))
				found = sk_X509_value(bag.certs, k);
		if (found != NULL)
			X509_up_ref(found);
		cert_bag_release(&bag);
	}
	return found;
}

static void look_for_issuers(struct seen *s)
{
	STACK_OF(X509) *more = sk_X509_new_null();
	struct value_builder external;
	X509 *gap = s->chain.gap;
	bool leaf = gap == sk_X509_value(s->best->sent, 0);

	ev_phase(s->out, "missing issuer");
	vb_init(&external, ev_mem(s->out));
	for (int i = 0; i < MAX_AIA && gap != NULL; i++) {
		X509 *issuer = fetch_issuer(s, gap, &external);
		if (issuer == NULL)
			break;
		sk_X509_push(more, issuer);
		if (i == 0 && !cert_self_signed(issuer)) {
			ev_str(s->out, "found_intermediate",
			       cert_name(ev_mem(s->out), X509_get_subject_name(issuer)));
			s->chain.missing = TLS_YES;
		} else if (i == 0 && leaf) {
			s->chain.missing = TLS_NO; /* issued by a root, which need not be sent */
		}
		gap = cert_self_signed(issuer) ? NULL : issuer;
	}
	if (sk_X509_num(more) > 0) {
		struct tls_chain with;
		tls_chain_judge(s->best->sent, more, s->store, false, &with);
		ev_bool(s->out, "chain_ok_with_found", with.ok);
	}
	ev_value(s->out, "external", vb_list(&external));
	sk_X509_pop_free(more, X509_free);
}

/* --ca adds to what the system trusts, as a device has both. */
static bool judge_chain(struct seen *s)
{
	struct err err;
	struct tls_chain system;

	s->store = trust_store(s->call->ca_file, &err);
	if (s->store == NULL) {
		ev_why(s->out, "%s", err.msg);
		return false;
	}
	tls_chain_judge(s->best->sent, NULL, s->store, s->call->ca_file != NULL, &s->chain);
	if (!s->chain.ok && s->call->ca_file != NULL) {
		X509_STORE *store = trust_store(NULL, NULL);
		tls_chain_judge(s->best->sent, NULL, store, false, &system);
		if (system.ok)
			s->chain = system;
		s->store = system.ok ? store : trust_store(s->call->ca_file, NULL);
	}
	return true;
}

static void send_chain(struct seen *s)
{
	static const int private[] = {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	                              X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT,
	                              X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN};
	const struct tls_chain *c = &s->chain;

	if (c->gap != NULL && !c->ok)
		look_for_issuers(s);
	ev_bool(s->out, "chain_ok", c->ok);
	ev_int(s->out, "verify_code", c->code);
	ev_str(s->out, "verify_error", c->ok ? NULL : c->text);
	if (c->missing != TLS_UNKNOWN)
		ev_bool(s->out, "missing_intermediate", c->missing == TLS_YES);
	if (c->gap != NULL && !c->ok)
		ev_str(s->out, "missing_issuer", cert_name(ev_mem(s->out), X509_get_issuer_name(c->gap)));
	ev_bool(s->out, "untrusted_root", !c->ok && c->sent_root && c->gap == NULL);
	ev_bool(s->out, "chain_ordered", c->ordered);
	if (c->ok)
		return;
	/* A private CA that this machine was not told of is no fault of the server. */
	for (size_t i = 0; i < sizeof(private) / sizeof(*private); i++)
		if (c->code == private[i] && c->missing != TLS_YES && s->call->ca_file == NULL)
			return;
	s->fault = true;
}

static void choose_best(struct seen *s)
{
	for (size_t i = 0; i < TRY__MAX && s->best == NULL; i++)
		if (s->tries[i].error == TLS_OK)
			s->best = &s->tries[i];
	for (size_t i = 0; i < TRY__MAX && s->best == NULL; i++)
		if (s->tries[i].sent != NULL)
			s->best = &s->tries[i];
}

static enum evidence_outcome tell(struct seen *s)
{
	const struct tls_try *b = s->best != NULL ? s->best : &s->tries[TRY_ANY];

	ev_str(s->out, "error", tls_errors[b->error]);
	if (b->alert >= 0)
		ev_int(s->out, "alert", b->alert);
	ev_str(s->out, "address", b->ip[0] != '\0' ? b->ip : NULL);
	if (b->connect_ms >= 0)
		ev_int(s->out, "connect_ms", b->connect_ms);
	if (b->handshake_ms >= 0)
		ev_int(s->out, "handshake_ms", b->handshake_ms);
	if (s->best == NULL) {
		ev_fault(s->out, true);
		ev_why(s->out, "%s", b->why);
		return b->error == TLS_TIMEOUT ? EV_TIMEOUT : EV_UNREACHED;
	}
	ev_str(s->out, "protocol", b->protocol);
	ev_str(s->out, "cipher", b->cipher);
	ev_bool(s->out, "ocsp_stapled", b->stapled);
	send_versions(s);
	send_client_certificate(s);
	send_leaf(s);
	send_certificates(s);
	if (!judge_chain(s))
		return EV_UNREADABLE;
	send_chain(s);
	if (s->fault || s->chain.ok)
		ev_fault(s->out, s->fault);
	return EV_MEASURED;
}

/* The proxy as s_client wants it, host and port; "" when there is none or it is of another kind. */
static const char *s_client_proxy(struct seen *s, const char *proxy)
{
	struct buf shown;
	const char *at = "";

	if (proxy == NULL || strncmp(proxy, "http://", 7) != 0)
		return at;
	buf_init(&shown, 4096);
	proxy_shown(&shown, proxy);
	at = buf_cstr(&shown) + 7;
	at = arena_fmt(ev_mem(s->out), " -proxy %.*s", (int)strcspn(at, "/ {}'\"$`\\;&|<>()"), at);
	buf_release(&shown);
	return at;
}

static void by_hand(struct seen *s, const char *proxy)
{
	const struct net_target *t = &s->target;
	bool v6 = strchr(t->host, ':') != NULL, v4 = strspn(t->host, "0123456789.") == strlen(t->host);
	const char *at = arena_fmt(ev_mem(s->out), v6 ? "[%s]:%s" : "%s:%s", t->host, t->service);
	const char *url = arena_fmt(ev_mem(s->out), "https://%s/", at);
	const char *through = s_client_proxy(s, proxy), *to = v6 ? "[{host}]:{port}" : "{host}:{port}";
	struct buf pattern, line;

	buf_init(&pattern, 4096);
	buf_init(&line, 65536);
	buf_fmt(&pattern,
	        "openssl s_client -connect %s%s %s -showcerts {-CAfile} </dev/null\n"
	        "openssl s_client -connect %s%s -tls1_2 </dev/null\n"
	        "curl -svo /dev/null {--cacert} {--proxy} {url}",
	        to, through, v4 || v6 ? "-verify_ip {host}" : "-servername {host} -verify_hostname {host}",
	        to, through);
	call_by_hand(&line, s->call, buf_cstr(&pattern), (struct probe_arg){"url", url});
	ev_target(s->out, at);
	ev_by_hand(s->out, buf_cstr(&line));
	buf_release(&pattern);
	buf_release(&line);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct seen s = {.call = call, .out = out, .now = clock_now_ms()};
	struct tls_peer peer = {.target = &s.target};
	enum evidence_outcome how;
	unsigned left = call_left(call);
	struct err err;

	if (net_target(call, out, &s.target, &err) < 0) {
		ev_why(out, "%s", err.msg);
		return EV_UNREADABLE;
	}
	peer.proxy = net_proxy(s.target.url, call->proxy, ev_mem(out));
	by_hand(&s, peer.proxy);
	if (!s.target.https) {
		ev_why(out, "the address begins with http, so there is no TLS handshake");
		return EV_UNREACHED;
	}
	peer.timeout_ms = left > 400 ? left - 200 : left / 2 + 1; /* time to tell what was seen */
	ev_vantage(out, peer.proxy, NULL);
	ev_phase(out, "TLS handshake");
	memcpy(s.tries, plan, sizeof(plan));
	tls_tries(&peer, s.tries, TRY__MAX);
	choose_best(&s);
	for (size_t i = 0; i < TRY__MAX; i++)
		if (s.tries[i].connect_ms >= 0)
			ev_vantage(out, peer.proxy, s.tries[i].ip);
	how = tell(&s);
	tls_tries_release(s.tries, TRY__MAX);
	return how;
}

const struct probe_impl probe_tls_handshake = {
        .desc =
                {
                        .id = "tls.handshake",
                        .title = "TLS handshake",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = facts,
                        .timeout_ms = 10000,
                        .by_hand = "openssl s_client -connect {host}:{port} -servername {host} -showcerts",
                        .source = "RFC 5280 section 6, RFC 9325; Microsoft: TLS cipher suites in Windows 10",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
