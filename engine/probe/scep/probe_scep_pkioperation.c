/*
 * scep.pkioperation: a whole enrolment conversation whose request no server can open, so that the way is
 * proven and nothing issued; or, from a file or a pasted URL, what a captured request or answer says.
 */
#include <stdlib.h>
#include <string.h>

#include <casebook/url.h>
#include <casebook/wire.h>

#include "cert_bag.h"
#include "file_src.h"
#include "ossl.h"
#include "scep_caps.h"
#include "scep_http.h"
#include "scep_request.h"
#include "scep_tell.h"
#include "x509_facts.h"

#define MAX_CAPTURE (4u << 20) /* a log line has 40 KB; a log given by mistake is looked through */

static const char *const methods[] = {"GET", "POST", NULL};
static const struct param_def params[] = {
        {"url", false,
         "the SCEP server URL; or a captured URL with operation=PKIOperation, which is read, not sent"},
        {"file", false, "a captured request or answer: DER, PEM, base64, or a log line with the URL"},
        {NULL, false, NULL},
};
static const struct fact_def facts[] = {
        SCEP_STATUS_FACTS,
        {"verified", FACT_BOOL, NULL, "the signature of the message is right", SILENT},
        {"verify_error", FACT_STR, NULL, "what is wrong with it", SILENT},
        {"signer", FACT_STR, NULL, "whose certificate signed it", SILENT},
        {"signer_known", FACT_BOOL, NULL, "that certificate is one of GetCACert or issued by one of them",
         SILENT},
        {"transaction_ok", FACT_BOOL, NULL, "the answer is for our transaction",
         SPEAKS({"= false", "The answer belongs to another transaction."},
                {"= true", "The answer is for our transaction."})},
        {"nonce_ok", FACT_BOOL, NULL, "the answer repeats our nonce",
         SPEAKS({"= false",
                 "The answer does not repeat our nonce: something between here and NDES answers from a cache."},
                {"= true", "The answer repeats our nonce."})},
        {"answered", FACT_BOOL, NULL, "a signed SCEP answer came, whatever it says",
         SPEAKS({"= true", "NDES answered a PKIOperation with a signed SCEP message."},
                {"= false", "No signed SCEP message answered the PKIOperation."})},
        {"method", FACT_STR, methods, "how the request was sent", SILENT},
        {"request_bytes", FACT_INT, NULL, "length of the request", SILENT},
        {"url_bytes", FACT_INT, NULL, "length of path and query when it is sent by GET", SILENT},
        SCEP_MESSAGE_FACTS,
        SCEP_HTTP_FACTS("PKIOperation"),
        {NULL, FACT_BOOL, NULL, NULL},
};

static void send_verdict(struct evidence_out *out, const struct scep_verdict *v, bool certs_known)
{
	if (!v->parsed)
		return;
	/* Without the certificate of the signer the signature is neither right nor wrong. */
	if (v->verified || v->signer != NULL)
		ev_bool(out, "verified", v->verified);
	ev_str(out, "verify_error", v->verified ? NULL : v->why);
	if (v->signer == NULL)
		return;
	ev_str(out, "signer", cert_name(ev_mem(out), X509_get_subject_name(v->signer)));
	if (certs_known)
		ev_bool(out, "signer_known", v->signer_sent);
}

/* ---- a captured message ---- */

static enum evidence_outcome read_capture(struct evidence_out *out, const unsigned char *text, size_t len)
{
	struct scep_message m;
	struct scep_verdict v = {0};
	size_t n = 0;
	unsigned char *p = scep_capture(ev_mem(out), text, len, &n);

	if (p == NULL || !scep_message_read(ev_mem(out), p, n, &m)) {
		ev_why(out, "there is no SCEP message in it: a CMS message in DER, PEM or base64 is needed, "
		            "or a URL with operation=PKIOperation&message=");
		return EV_UNREADABLE;
	}
	ev_str(out, "direction", scep_direction(&m));
	scep_tell_message(out, &m);
	if (!m.cut) {
		scep_reply_verify(p, n, NULL, &v);
		send_verdict(out, &v, false);
		X509_free(v.signer);
	}
	if (m.pki_status >= 0)
		ev_fault(out, m.pki_status == 2);
	return EV_MEASURED;
}

/* How to look into what was captured.  A message that was cut off is shown up to its end. */
static void capture_by_hand(struct evidence_out *out, const char *file, bool der)
{
	const struct probe_arg arg = {"file", file};
	struct buf line;

	buf_init(&line, BUF_MAX_LINE / 2);
	by_hand_fill(
	        &line,
	        der ? "openssl asn1parse -inform DER -i -in {file}"
	            : "sed -n 's/.*message=//; s/[& ].*//; s/%2[Bb]/+/g; s/%2[Ff]/\\//g; s/%3[Dd]/=/g; p' "
	              "{file} | base64 -d | openssl asn1parse -inform DER -i",
	        &arg, 1);
	ev_by_hand(out, buf_cstr(&line));
	buf_release(&line);
}

static enum evidence_outcome read_file(struct evidence_out *out, const char *path)
{
	struct file_src *src;
	struct err err;
	char *text = NULL, hex[SHA256_HEX];
	size_t n = 0;
	enum evidence_outcome how;

	if (file_open(path, true, &src, &err) < 0) {
		ev_why(out, "%s", err.msg);
		return EV_UNREADABLE;
	}
	if (file_load(src, MAX_CAPTURE, &text, &n, &err) < 0) {
		ev_why(out, "%s", err.msg);
		how = EV_UNREADABLE;
	} else {
		if (file_sha256(src, hex))
			ev_sha256(out, hex);
		capture_by_hand(out, path, n != 0 && text[0] == 0x30);
		how = read_capture(out, (const unsigned char *)text, n);
	}
	free(text);
	file_close(src);
	return how;
}

/* ---- the live conversation ---- */

struct talk {
	const struct probe_call *call;
	struct evidence_out *out;
	const char *url;
	struct scep_caps caps;
	bool caps_known;
	struct cert_bag bag;
	struct scep_request req;
	struct scep_exchange x;
};

static void ask_first(struct talk *t)
{
	struct http_request q[2];
	struct http_reply r[2];

	ev_phase(t->out, "GetCACaps and GetCACert");
	q[0] = http_request(t->call, t->out, scep_url(ev_mem(t->out), t->url, "GetCACaps", SCEP_MESSAGE));
	q[1] = http_request(t->call, t->out, scep_url(ev_mem(t->out), t->url, "GetCACert", SCEP_MESSAGE));
	q[0].any_certificate = q[1].any_certificate = true;
	http_fetch_all(q, r, 2);
	if (r[0].status == 200)
		scep_caps_read(&t->caps, r[0].text, r[0].text_n);
	t->caps_known = t->caps.known > 0;
	cert_bag_read(&t->bag, r[1].body, r[1].status == 200 ? r[1].body_n : 0);
}

static const char *get_url(const struct talk *t)
{
	return scep_url(ev_mem(t->out), t->url, "PKIOperation", scep_request_query(ev_mem(t->out), &t->req));
}

static void send_request(struct talk *t)
{
	static const char *const pki[] = {"Accept: */*", NULL};
	struct http_request q;
	const char *get = get_url(t);
	struct url u;

	if (url_parse(get, &u, NULL) == 0)
		ev_int(t->out, "url_bytes", (int64_t)strlen(u.path));
	ev_int(t->out, "request_bytes", (int64_t)t->req.n);
	ev_str(t->out, "method", t->caps.post ? "POST" : "GET");
	q = http_request(t->call, t->out,
	                 t->caps.post ? scep_url(ev_mem(t->out), t->url, "PKIOperation", NULL) : get);
	q.headers = pki;
	if (t->caps.post) {
		q.body = t->req.der;
		q.body_n = t->req.n;
		q.body_type = "application/x-pki-message";
	}
	ev_phase(t->out, "PKIOperation");
	scep_send(&q, &t->x);
}

static void read_answer(struct talk *t)
{
	struct scep_message m;
	struct scep_verdict v;
	const struct http_reply *r = &t->x.r;
	bool some = t->x.usable && scep_message_read(ev_mem(t->out), r->body, r->body_n, &m);

	ev_bool(t->out, "answered", some && m.pki_status >= 0);
	if (!some) {
		/* What a server says to a message that it cannot open is its own affair; another layer is
		 * not. */
		if (t->x.answered && r->status != 200 && t->x.seen.page != SCEP_PAGE_INTERNAL_ERROR)
			ev_fault(t->out, true);
		return;
	}
	ev_str(t->out, "direction", scep_direction(&m));
	scep_tell_message(t->out, &m);
	ev_bool(t->out, "transaction_ok",
	        m.transaction != NULL && strcmp(m.transaction, t->req.transaction) == 0);
	ev_bool(t->out, "nonce_ok",
	        m.recipient_nonce.n == SCEP_NONCE &&
	                memcmp(m.recipient_nonce.b, t->req.nonce, SCEP_NONCE) == 0);
	scep_reply_verify(r->body, r->body_n, t->bag.certs, &v);
	send_verdict(t->out, &v, sk_X509_num(t->bag.certs) > 0);
	X509_free(v.signer);
	/* That it is refused is what was meant to happen; that an answer is not genuine was not. */
	ev_fault(t->out, m.pki_status < 0 || (v.signer != NULL && !v.verified));
}

static enum evidence_outcome converse(const struct probe_call *call, struct evidence_out *out,
                                      const char *url)
{
	struct talk t = {.call = call, .out = out, .url = url};
	enum evidence_outcome how;
	struct err err;

	ask_first(&t);
	ev_phase(out, "a fresh key");
	/* What the server cannot do is not asked of it; one that says nothing gets what RFC 8894 makes
	 * mandatory. */
	if (scep_request_make(&t.req, t.caps.sha2 || !t.caps_known, t.caps.aes || !t.caps_known, &err) < 0) {
		ev_why(out, "%s", err.msg);
		how = EV_UNREADABLE;
	} else {
		send_request(&t);
		read_answer(&t);
		how = scep_outcome(&t.x, out);
		if (!t.x.answered)
			ev_fault(out, true);
	}
	scep_request_release(&t.req);
	cert_bag_release(&t.bag);
	return how;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	const char *url = call_arg(call, "url"), *file = call_arg(call, "file");
	struct url u;
	struct err err;

	if (file != NULL)
		return read_file(out, file);
	if (url == NULL) {
		ev_why(out, "url= or file= is needed");
		return EV_UNREADABLE;
	}
	if (strstr(url, "PKIOperation") != NULL) {
		capture_by_hand(out, "request.txt", false); /* where the URL was put */
		return read_capture(out, (const unsigned char *)url, strlen(url));
	}
	if (url_parse(url, &u, &err) < 0) {
		ev_why(out, "%s", err.msg);
		return EV_UNREADABLE;
	}
	if (!call->allow_side_effects) {
		ev_why(out, "not run: NDES writes an error to its Application log (the message cannot be "
		            "decrypted, 0x80090005); allow it with --allow-side-effects");
		return EV_UNREACHED;
	}
	return converse(call, out, url);
}

const struct probe_impl probe_scep_pkioperation = {
        .desc =
                {
                        .id = "scep.pkioperation",
                        .title = "SCEP enrolment conversation",
                        .kind = PROBE_LIVE,
                        .params = params,
                        .facts = facts,
                        .timeout_ms = 30000,
                        .side_effect = "Sends one enrolment request that the server cannot open and that "
                                       "holds no challenge, so nothing can be issued. NDES writes an error "
                                       "to its Application log: it cannot decrypt the client's PKCS7 message "
                                       "(0x80090005).",
                        .by_hand = "openssl req -new -newkey rsa:2048 -nodes -keyout k.pem -subj /CN=test "
                                   "-out r.csr && sscep getca -u {url} -c ca.crt && sscep enroll -u {url} -c "
                                   "ca.crt -e ca.crt-0 -k k.pem -r r.csr -l c.pem",
                        .source = "RFC 8894 sections 3 and 4.3",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
