/*
 * scep.cacert: the CA and RA certificates of the server, read by content whatever the answer calls itself.
 * RA certificates that ran out are the most frequent cause of a 500, and this sees them from outside.
 */
#include <string.h>
#include <strings.h>

#include <casebook/clock.h>

#include "ossl.h"
#include "scep_cacert.h"
#include "scep_http.h"

static const struct fact_def facts[] = {
        {"certificates", FACT_LIST, NULL,
         "every certificate: subject, issuer, role, template, dates, thumbprints", SILENT},
        {"count", FACT_INT, NULL, "how many certificates came", SILENT},
        {"shape", FACT_STR, bag_shapes, "what the bytes are, by their content",
         SPEAKS({"= html", "GetCACert answered with a web page instead of certificates."},
                {"= empty", "GetCACert answered with nothing."},
                {"= unknown", "GetCACert answered with something that is no certificate."},
                {"= der or pkcs7 or pem or pem-pkcs7", "GetCACert answered with certificates."})},
        {"content_type_ok", FACT_BOOL, NULL, "the Content-Type is the one that fits the shape", SILENT},
        {"ra_present", FACT_BOOL, NULL, "there are RA certificates beside the CA's",
         SPEAKS({"= false",
                 "GetCACert sends a CA certificate and no RA certificate, which stock NDES never does."},
                {"= true", "GetCACert sends RA certificates."})},
        {"ra_pair", FACT_BOOL, NULL, "one for signing and one for encryption",
         SPEAKS({"= false",
                 "GetCACert does not send the pair of RA certificates for signing and encryption."},
                {"= true", "GetCACert sends both RA certificates."})},
        {"ra_days_left", FACT_INT, NULL,
         "whole days until the first RA certificate in use ends, negative once it has",
         SPEAKS({"< 0", "An RA certificate ended {ra_not_after}."},
                {">= 0 and < 60", "The first RA certificate ends {ra_not_after}, in {value} days."},
                {">= 60", "The RA certificates are good until {ra_not_after}."})},
        {"ra_not_after", FACT_TIME, NULL, "when it ends", SERVES},
        {"ra_expired", FACT_BOOL, NULL, "an RA certificate in use has ended",
         SPEAKS({"= true", "An RA certificate that GetCACert sends has ended."},
                {"= false", "No RA certificate that GetCACert sends has ended."})},
        {"ra_warning", FACT_STR, ra_warnings, "how near the end is", SILENT},
        {"ra_issuer_ok", FACT_BOOL, NULL, "a CA certificate that was sent issued each RA certificate in use",
         SPEAKS({"= true", "The RA certificates were issued by the CA that is sent with them."},
                {"= false",
                 "The RA certificates were issued by another CA than the one sent with them; Android and Windows refuse that."})},
        {"chain_complete", FACT_BOOL, NULL, "the issuing CA's chain up to its root was sent",
         SPEAKS({"= false", "GetCACert does not send the CA's chain up to its root."})},
        {"ca_subject", FACT_STR, NULL, "the issuing CA", SERVES},
        {"ca_sha1", FACT_STR, NULL, "its thumbprint, which the profile of a Windows device must name",
         SPEAKS({"known, ca_subject known",
                 "The issuing CA is {ca_subject}, thumbprint {ca_sha1}; a Windows profile must name this one."},
                {"known",
                 "The thumbprint of the issuing CA is {ca_sha1}; a Windows profile must name this one."})},
        {"ca_days_left", FACT_INT, NULL, "whole days until it ends",
         SPEAKS({"< 0", "The issuing CA's certificate has ended."},
                {">= 0", "The issuing CA's certificate ends in {value} days."})},
        {"weak_signature", FACT_BOOL, NULL, "a certificate other than a root is signed with SHA-1 or older",
         SPEAKS({"= true", "A certificate that GetCACert sends is signed with SHA-1 or older."})},
        {"pss_signature", FACT_BOOL, NULL, "a certificate other than a root is signed with RSASSA-PSS",
         SPEAKS({"= true",
                 "A certificate that GetCACert sends is signed with RSASSA-PSS, which Apple devices refuse."})},
        {"choices", FACT_LIST, NULL,
         "what Windows, Apple, jscep (Android) and sscep would take, or why they refuse", SILENT},
        {"asked", FACT_INT, NULL, "how often it gave RA certificates, each time by a new connection", SERVES},
        {"nodes_differ", FACT_BOOL, NULL,
         "other RA certificates came another time: more than one server, each with its own pair",
         SPEAKS({"= true",
                 "Asked {asked} times, GetCACert sent different RA certificates: more than one server answers."},
                {"= false", "Asked {asked} times, GetCACert sent the same RA certificates."})},
        SCEP_HTTP_FACTS("GetCACert"),
        {NULL, FACT_BOOL, NULL, NULL},
};

#define ASKED 4          /* a node that answers every second time is missed once in eight */
#define ASK_LEFT_MS 1500 /* of the check's time, for one more */

static bool type_fits(const char *type, enum bag_shape shape)
{
	static const char single[] = "application/x-x509-ca-cert", many[] = "application/x-x509-ca-ra-cert",
	                  odd[] = "application/x-x509-ra-ca-certs";

	if (type == NULL)
		return false;
	if (shape == BAG_DER)
		return strncasecmp(type, single, sizeof(single) - 1) == 0;
	return shape == BAG_PKCS7 && (strncasecmp(type, many, sizeof(many) - 1) == 0 ||
	                              strncasecmp(type, odd, sizeof(odd) - 1) == 0);
}

static void send_ra(struct evidence_out *out, const struct scep_certs *c)
{
	ev_bool(out, "ra_present", c->ra_present);
	ev_bool(out, "ra_pair", c->ra_encrypt != NULL && c->ra_sign != NULL);
	if (!c->ra_present)
		return;
	ev_int(out, "ra_days_left", c->ra_days_left);
	ev_time(out, "ra_not_after", c->ra_not_after);
	ev_bool(out, "ra_expired", c->ra_expired);
	ev_str(out, "ra_warning", ra_warnings[c->warning]);
	ev_bool(out, "ra_issuer_ok", c->ra_issuer_ok);
}

static void send_certs(struct evidence_out *out, STACK_OF(X509) * all, int64_t now)
{
	struct arena *mem = ev_mem(out);
	struct value_builder list;
	struct scep_certs c;

	vb_init(&list, mem);
	for (int i = 0; i < sk_X509_num(all); i++)
		vb_add(&list, NULL, cert_value(mem, sk_X509_value(all, i), now));
	ev_value(out, "certificates", vb_list(&list));
	ev_int(out, "count", sk_X509_num(all));
	if (sk_X509_num(all) == 0) {
		ev_fault(out, true);
		return;
	}
	scep_certs_judge(&c, all, now);
	send_ra(out, &c);
	ev_bool(out, "chain_complete", c.chain_complete);
	if (c.issuer != NULL) {
		ev_str(out, "ca_subject", cert_name(mem, X509_get_subject_name(c.issuer)));
		ev_str(out, "ca_sha1", cert_hash(mem, c.issuer, EVP_sha1()));
		ev_int(out, "ca_days_left", cert_days_left(c.issuer, now));
	}
	ev_bool(out, "weak_signature", c.sha1);
	ev_bool(out, "pss_signature", c.pss);
	ev_value(out, "choices", scep_choices(mem, &c));
	ev_fault(out, c.issuer == NULL || c.ra_expired || c.ra_not_yet || (c.ra_present && !c.ra_issuer_ok) ||
	                      cert_expired(c.issuer, now));
}

/* ---- again, for a second node ---- */

/* The RA certificates of an answer by their hashes, in any order; "" when none came. */
static const char *pair_of(struct arena *mem, STACK_OF(X509) * all)
{
	const char *sorted[8], *out = "";
	size_t n = 0;

	for (int i = 0; i < sk_X509_num(all) && n < sizeof(sorted) / sizeof(sorted[0]); i++) {
		enum cert_role role = cert_role(sk_X509_value(all, i));
		const char *hash = cert_hash(mem, sk_X509_value(all, i), EVP_sha256());
		size_t at = n;

		if (role != CERT_RA_SIGNING && role != CERT_RA_ENCRYPTION)
			continue;
		for (; at > 0 && strcmp(sorted[at - 1], hash) > 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = hash;
		n++;
	}
	for (size_t i = 0; i < n; i++)
		out = arena_fmt(mem, "%s%s", out, sorted[i]);
	return out;
}

static const char *ask_again(const struct probe_call *call, struct evidence_out *out)
{
	const char *message = call_arg(call, "message"), *pair = "";
	struct http_request q = http_request(call, out,
	                                     scep_url(ev_mem(out), call_arg(call, "url"), "GetCACert",
	                                              message != NULL ? message : SCEP_MESSAGE));
	struct scep_exchange x;
	struct cert_bag bag;

	q.any_certificate = true; /* tls.handshake judges that */
	q.new_connection = true;  /* a balancer keeps one at its node */
	scep_fetch(&q, &x);
	if (!x.answered || x.r.status != 200 || x.html)
		return pair;
	cert_bag_read(&bag, x.r.body, x.r.body_n);
	pair = pair_of(ev_mem(out), bag.certs);
	cert_bag_release(&bag);
	return pair;
}

/* Devices fail by turns when the nodes behind one name have pairs of their own: what one node's certificate
 * encrypts the other cannot open. */
static void look_for_nodes(const struct probe_call *call, struct evidence_out *out, const char *first)
{
	bool differ = false;
	int gave = 1;

	if (*first == '\0')
		return;
	for (int i = 1; i < ASKED && !differ && call_left(call) > ASK_LEFT_MS; i++) {
		const char *pair = ask_again(call, out);

		gave += *pair != '\0';
		differ = *pair != '\0' && strcmp(pair, first) != 0;
	}
	ev_int(out, "asked", gave);
	if (gave > 1) /* else nothing was compared */
		ev_bool(out, "nodes_differ", differ);
	if (differ)
		ev_fault(out, true);
}

/* What reads the answer depends on what came; where no certificate did, the answer itself is to be seen,
 * by the line that scep_get() made. */
static void by_hand(const struct probe_call *call, struct evidence_out *out, enum bag_shape shape, bool bare)
{
	static const char *const reads[BAG__MAX] = {
	        [BAG_DER] = "openssl x509 -inform DER -in getcacert -noout -text",
	        [BAG_PKCS7] = "openssl pkcs7 -inform DER -in getcacert -print_certs -text",
	        [BAG_PEM] = "openssl x509 -in getcacert -noout -text",
	        [BAG_PEM_PKCS7] = "openssl pkcs7 -in getcacert -print_certs -text",
	};

	if (reads[shape] == NULL)
		return;
	scep_by_hand(call, out, scep_url(ev_mem(out), call_arg(call, "url"), "GetCACert", SCEP_MESSAGE), "-s",
	             bare ? arena_fmt(ev_mem(out), " -o base64 && base64 -di base64 >getcacert && %s",
	                              reads[shape == BAG_PEM ? BAG_DER : BAG_PKCS7])
	                  : arena_fmt(ev_mem(out), " -o getcacert && %s", reads[shape]));
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct scep_exchange x;
	struct cert_bag bag;

	if (!scep_get(call, out, "GetCACert", &x))
		return EV_UNREADABLE;
	if (!x.answered) {
		ev_fault(out, true);
		return scep_outcome(&x, out);
	}
	cert_bag_read(&bag, x.r.body, x.r.status == 200 ? x.r.body_n : 0);
	by_hand(call, out, x.r.status == 200 ? bag.shape : BAG_HTML, bag.bare);
	ev_str(out, "shape", bag_shapes[x.r.status == 200 || !x.html ? bag.shape : BAG_HTML]);
	ev_bool(out, "content_type_ok", type_fits(http_header(&x.r, "Content-Type"), bag.shape));
	send_certs(out, bag.certs, clock_now_ms());
	look_for_nodes(call, out, pair_of(ev_mem(out), bag.certs));
	cert_bag_release(&bag);
	return scep_outcome(&x, out);
}

const struct probe_impl probe_scep_cacert = {
        .desc =
                {
                        .id = "scep.cacert",
                        .title = "SCEP certificates",
                        .kind = PROBE_LIVE,
                        .params = scep_ca_params,
                        .facts = facts,
                        .timeout_ms = 15000,
                        .by_hand = "curl -so getcacert '{url}?operation=GetCACert&message=casebook'\n"
                                   "openssl pkcs7 -inform DER -in getcacert -print_certs -text",
                        .source = "RFC 8894 section 4.2; Microsoft: Renewal of enrollment agent certificates "
                                  "fails",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
