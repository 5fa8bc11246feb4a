/*
 * scep.caps: what the server says it can do.  The second of the two answers that make a 403 on the bare
 * URL a healthy one.
 */
#include "scep_cacert.h"
#include "scep_caps.h"
#include "scep_http.h"

static const struct fact_def facts[] = {
        {"caps", FACT_LIST, NULL, "the keywords as sent; empty when the answer holds none",
         SPEAKS({"not empty", "GetCACaps lists {n} {n?capability|capabilities}: {caps}."},
                {"empty", "GetCACaps lists no capability."})},
        {"post", FACT_BOOL, NULL, "requests may be sent by POST, so their length does not matter",
         SPEAKS({"= true", "Requests may be sent by POST, so the length of URLs does not matter."},
                {"= false", "Requests must be sent by GET, so URLs can reach 40 KB."})},
        {"strongest_digest", FACT_STR, NULL, "strongest digest named; unknown when none is", SILENT},
        {"strongest_cipher", FACT_STR, NULL, "strongest cipher named; unknown when none is", SILENT},
        {"aes", FACT_BOOL, NULL, "AES is offered",
         SPEAKS({"= false, des3 = true", "Only Triple DES is offered for encryption."},
                {"= false", "AES is not offered."}, {"= true", "AES is offered."})},
        {"des3", FACT_BOOL, NULL, "Triple DES is offered", SERVES},
        {"sha2", FACT_BOOL, NULL, "SHA-256 or longer is offered",
         SPEAKS({"= false", "No SHA-2 is offered; current clients fall back to SHA-1 or refuse."},
                {"= true", "SHA-2 is offered."})},
        {"renewal", FACT_BOOL, NULL, "renewal with the old certificate is offered", SILENT},
        {"standard", FACT_BOOL, NULL, "SCEPStandard: all that RFC 8894 makes mandatory", SILENT},
        {"weaknesses", FACT_LIST, NULL, "what a client may trip over, in words",
         SPEAKS({"not empty", "Clients may stumble over: {weaknesses}."})},
        {"empty", FACT_BOOL, NULL, "an answer without a keyword that SCEP knows",
         SPEAKS({"= true", "GetCACaps answered without naming a capability."},
                {"= false", "GetCACaps names capabilities."})},
        SCEP_HTTP_FACTS("GetCACaps"),
        {NULL, FACT_BOOL, NULL, NULL},
};

static void send_weaknesses(struct evidence_out *out, const struct scep_caps *c)
{
	struct value_builder list;

	vb_init(&list, ev_mem(out));
	if (!c->post)
		vb_add(&list, NULL,
		       value_str("No POST: requests go into the URL, and every layer must let 40 KB of it "
		                 "pass."));
	if (!c->sha2)
		vb_add(&list, NULL,
		       value_str("No SHA-2: clients fall back to SHA-1, which newer ones refuse."));
	if (!c->aes && !c->des3)
		vb_add(&list, NULL,
		       value_str("Neither AES nor DES3: clients fall back to single DES, which newer ones "
		                 "refuse."));
	ev_value(out, "weaknesses", vb_list(&list));
}

/* Of an answer that was cut, what is missing is not known to be missing. */
static void send_offer(struct evidence_out *out, const char *key, bool offered, bool cut)
{
	if (offered || !cut)
		ev_bool(out, key, offered);
}

static void send_caps(struct evidence_out *out, const struct scep_caps *c, bool cut)
{
	struct value_builder list;

	vb_init(&list, ev_mem(out));
	for (size_t i = 0; i < c->n; i++)
		vb_add(&list, NULL, value_str(c->list[i]));
	ev_value(out, "caps", vb_list(&list));
	ev_bool(out, "empty", c->known == 0);
	send_offer(out, "post", c->post, cut);
	send_offer(out, "aes", c->aes, cut);
	send_offer(out, "des3", c->des3, cut);
	send_offer(out, "sha2", c->sha2, cut);
	send_offer(out, "renewal", c->renewal, cut);
	send_offer(out, "standard", c->standard, cut);
	if (cut)
		return;
	ev_str(out, "strongest_digest", c->strongest_digest);
	ev_str(out, "strongest_cipher", c->strongest_cipher);
	if (c->known > 0)
		send_weaknesses(out, c);
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct scep_exchange x;
	struct scep_caps caps;
	bool some;

	if (!scep_get(call, out, "GetCACaps", &x))
		return EV_UNREADABLE;
	/* An error page counts as no capabilities; words of HTML are no keywords. */
	scep_caps_read(&caps, x.r.text, x.usable ? x.r.text_n : 0);
	some = caps.known > 0;
	if (x.usable && !some)
		caps.n = 0;
	if (x.answered)
		send_caps(out, &caps, x.r.body_cut);
	ev_fault(out, !some);
	return scep_outcome(&x, out);
}

const struct probe_impl probe_scep_caps = {
        .desc =
                {
                        .id = "scep.caps",
                        .title = "SCEP capabilities",
                        .kind = PROBE_LIVE,
                        .params = scep_ca_params,
                        .facts = facts,
                        .timeout_ms = 15000,
                        .by_hand = "curl -si '{url}?operation=GetCACaps&message=casebook'",
                        .source = "RFC 8894 section 3.5",
                },
        .run = PROBE_CODE(run),
        .tls = true,
};
