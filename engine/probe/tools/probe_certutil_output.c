/*
 * certutil.output: what certutil says about a CA (-ping, -CAInfo, -TCAInfo) and about a certificate and its
 * revocation (-verify, with -urlfetch).  Its sentences are translated; the last line of a command begins with
 * "CertUtil:" and its option everywhere, and a code in it is a failure.  A URL that follows a code could not
 * be fetched.
 */
#include "tool_read.h"

#include <stdlib.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true, "output of certutil -ping, -CAInfo or -verify -urlfetch"},
        {NULL, false, NULL},
};

static const struct fact_def facts[] = {
        {"commands", FACT_LIST, NULL, "options of certutil whose output is there: -ping, -verify", SILENT},
        {"ca", FACT_STR, NULL, "the CA that was asked, as COMPUTER\\name", SERVES},
        {"cas", FACT_LIST, NULL, "each CA that was asked: asked (COMPUTER\\name), reachable", SILENT},
        {"ca_reachable", FACT_BOOL, NULL,
         "the CA answered this computer (-ping, -CAInfo); unknown when it was not asked, or one did and another did not",
         SPEAKS({"= true, ca known", "The CA {ca} answered this computer."},
                {"= true", "The CA answered this computer."},
                {"= false, ca_code known", "The CA did not answer this computer: {ca_code}."},
                {"= false", "The CA did not answer this computer."})},
        {"ca_code", FACT_STR, NULL, "the code with which asking it failed", SERVES},
        {"ca_certificate_valid", FACT_BOOL, NULL, "its newest certificate is valid (-CAInfo)",
         SPEAKS({"= true", "The CA's newest certificate is valid."},
                {"= false", "The CA's newest certificate is not valid."})},
        {"revocation_ok", FACT_BOOL, NULL,
         "revocation of the certificate could be checked (-verify); no: a list could not be had",
         SPEAKS({"= true", "Revocation of the certificate could be checked on that computer."},
                {"= false",
                 "Revocation of the certificate could not be checked on that computer: a list could not be had."})},
        {"revoked", FACT_BOOL, NULL, "the certificate is revoked (0x80092010)",
         SPEAKS({"= true", "The certificate is revoked (0x80092010)."},
                {"= false", "The certificate is not revoked."})},
        {"chain_ok", FACT_BOOL, NULL,
         "the chain ends in a trusted root and nothing in it has expired; unknown when certutil does not say",
         SPEAKS({"= true", "The chain of the certificate is trusted on that computer."},
                {"= false",
                 "The chain of the certificate is not trusted on that computer, or something in it has expired."})},
        {"failed_urls", FACT_LIST, NULL, "addresses that could not be fetched (-urlfetch)",
         SPEAKS({"not empty", "That computer could not fetch {list}."})},
        {"codes", FACT_LIST, NULL, "every code in the output, once",
         SPEAKS({"not empty", "certutil reports {list}."})},
        {"errors", FACT_LIST, NULL, "lines with a code: id, text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define LIST_MAX 60u

enum known { NOT_SAID = -1, NO, YES };

struct output {
	struct evidence_out *out;
	const char *file;
	struct value_builder commands, urls, codes, errors, cas;
	const char *asked; /* by the command at hand; NULL: not said */
	char code[11];     /* of the line before; "" when it has none */
	char last[11];     /* of the newest line that has one: the code of a command that failed */
	enum known reachable, valid, revocation, chain;
	bool revoked, sign, mixed; /* mixed: one CA answered, another did not */
};

static void add_once(struct value_builder *list, const char *s)
{
	for (size_t i = 0; i < list->n; i++)
		if (strcmp(list->items[i].value.u.s, s) == 0)
			return;
	if (list->n < LIST_MAX)
		vb_add(list, NULL, value_str(arena_strdup(list->mem, s)));
}

static void said_no(struct output *o, enum known *v, const char *fact, const struct file_line *line)
{
	if (*v != NO)
		tool_pin(o->out, fact, o->file, line);
	*v = NO;
}

static void judge_code(struct output *o, const char *code, const struct file_line *line)
{
	unsigned long v = strtoul(code, NULL, 16);

	if (v == 0x80092012ul || v == 0x80092013ul) {
		said_no(o, &o->revocation, "revocation_ok", line);
	} else if (v == 0x80092010ul) {
		o->revoked = true;
		tool_pin(o->out, "revoked", o->file, line);
	} else if (v == 0x800B0109ul || v == 0x800B010Aul || v == 0x800B0101ul || v == 0x800B0112ul) {
		said_no(o, &o->chain, "chain_ok", line);
	}
}

/* CERT_TRUST_STATUS of wincrypt.h: 0x1 not valid in time, 0x4 revoked, 0x20 untrusted root, 0x10000 partial
 * chain, 0x40 and 0x1000000 revocation unknown or offline. */
static void trust_status(struct output *o, struct slice w, const struct file_line *line)
{
	struct slice value = slice_after(w, "dwErrorStatus");
	unsigned long v;

	value = slice_have(value, "0x") ? slice_after(value, "0x") : slice_after(value, "=");
	if (value.n == 0)
		return;
	o->sign = true;
	v = strtoul(tool_keep(o->out, value), NULL, 16);
	if ((v & (0x1ul | 0x20ul | 0x10000ul)) != 0) {
		said_no(o, &o->chain, "chain_ok", line);
	} else if (v == 0 && o->chain == NOT_SAID) {
		o->chain = YES;
	}
	if ((v & (0x40ul | 0x1000000ul)) != 0) {
		said_no(o, &o->revocation, "revocation_ok", line);
	}
	o->revoked = o->revoked || (v & 0x4ul) != 0;
}

static void add_ca(struct output *o)
{
	struct value_builder b;

	if (o->asked == NULL || o->cas.n >= LIST_MAX)
		return;
	vb_init(&b, ev_mem(o->out));
	vb_add(&b, "asked", value_str(o->asked));
	vb_add(&b, "reachable", value_bool(o->reachable == YES));
	vb_add(&o->cas, NULL, vb_map(&b));
	o->asked = NULL;
}

/* "CertUtil: -ping command FAILED: 0x800706ba (...)": the end of a command, with its option. */
static void command_ends(struct output *o, struct slice w, const char *code, const struct file_line *line)
{
	struct slice rest = slice_after(w, "CertUtil:"), option = slice_next(&rest);
	bool asks;

	if (option.n < 2 || option.p[0] != '-')
		return;
	/* "-ping-Befehl", "-CAInfo:" */
	for (size_t i = 1; i < option.n; i++)
		if ((option.p[i] | 0x20) < 'a' || (option.p[i] | 0x20) > 'z')
			option.n = i;
	o->sign = true;
	add_once(&o->commands, tool_keep(o->out, option));
	asks = slice_are(option, "-ping") || slice_are(option, "-pingadmin") ||
	       slice_are(option, "-CAInfo") || slice_are(option, "-TCAInfo");
	if (!asks)
		return;
	o->mixed = o->mixed || (o->reachable != NOT_SAID && o->reachable != (code[0] != '\0' ? NO : YES));
	o->reachable = code[0] != '\0' ? NO : YES;
	add_ca(o);
	if (code[0] != '\0')
		ev_str(o->out, "ca_code", code);
	tool_pin(o->out, "ca_reachable", o->file, line);
}

/* "CA cert[0]: 3 -- Valid": CA_DISP_VALID of certadm.h is 3. */
static void ca_certificate(struct output *o, struct slice w, const struct file_line *line)
{
	struct slice number = slice_after(w, "]:");
	int64_t v;

	if (!slice_int(number, &v))
		return;
	o->sign = true;
	o->valid = v == 3 ? YES : NO;
	tool_pin(o->out, "ca_certificate_valid", o->file, line);
}

/* "Connecting to CA01.fabrikam.example\Fabrikam CA ...", in other languages with words behind the name too.
 */
static void ca_asked(struct output *o, struct slice w)
{
	size_t slash = 0, from;

	while (slash < w.n && w.p[slash] != '\\')
		slash++;
	for (from = slash; from > 0 && w.p[from - 1] != ' ' && w.p[from - 1] != '"'; from--)
		;
	while (w.n > slash && (w.p[w.n - 1] == '.' || w.p[w.n - 1] == ' ' || w.p[w.n - 1] == '"'))
		w.n--;
	if (from == slash || w.n <= slash + 1)
		return;
	o->asked = arena_strndup(ev_mem(o->out), w.p + from, w.n - from);
	if (slice_begin(w, "Connecting to "))
		ev_str(o->out, "ca", o->asked);
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct output *o = arg;
	struct slice url = w;
	char code[11] = "";
	bool coded = tool_code(w, code) && code[2] >= '8'; /* a failure */

	if (slice_begin(w, "[") && slice_have(w, "] ")) /* "[0.0] http://..." */
		url = slice_after(w, "] ");
	if (tool_is_url(url) && o->code[0] != '\0') {
		add_once(&o->urls, tool_keep(o->out, url));
		tool_pin(o->out, "failed_urls", o->file, line);
	}
	if (slice_have(w, "dwErrorStatus"))
		trust_status(o, w, line);
	else if (coded) {
		add_once(&o->codes, code);
		tool_error(&o->errors, code, w, line);
		judge_code(o, code, line);
	}
	if (slice_begin(w, "CA cert["))
		ca_certificate(o, w, line);
	if (slice_begin(w, "CertUtil:"))
		command_ends(o, w, coded ? code : "", line);
	if (slice_end(w, "..."))
		ca_asked(o, w);
	if (slice_begin(w, "Leaf certificate revocation check passed") && o->revocation == NOT_SAID)
		o->revocation = YES;
	if (!coded || slice_have(w, "dwErrorStatus")) /* a status is no reason why a URL failed */
		code[0] = '\0';
	memcpy(o->code, code, sizeof(o->code));
}

static void send_known(const struct output *o, const char *fact, enum known v)
{
	if (v != NOT_SAID)
		ev_bool(o->out, fact, v == YES);
}

static bool at_end(void *arg)
{
	struct output *o = arg;

	if (!o->sign)
		return false;
	ev_value(o->out, "commands", vb_list(&o->commands));
	if (o->cas.n != 0)
		ev_value(o->out, "cas", vb_list(&o->cas));
	send_known(o, "ca_reachable", o->mixed ? NOT_SAID : o->reachable);
	send_known(o, "ca_certificate_valid", o->valid);
	send_known(o, "revocation_ok", o->revocation);
	send_known(o, "chain_ok", o->chain);
	if (o->revoked)
		ev_bool(o->out, "revoked", true);
	if (o->urls.n != 0)
		ev_value(o->out, "failed_urls", vb_list(&o->urls));
	if (o->codes.n != 0)
		ev_value(o->out, "codes", vb_list(&o->codes));
	if (o->errors.n != 0)
		ev_value(o->out, "errors", vb_list(&o->errors));
	ev_fault(o->out,
	         o->reachable == NO || o->valid == NO || o->revocation == NO || o->chain == NO || o->revoked);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct output o = {.out = out,
	                   .file = call_arg(call, "file"),
	                   .reachable = NOT_SAID,
	                   .valid = NOT_SAID,
	                   .revocation = NOT_SAID,
	                   .chain = NOT_SAID};

	vb_init(&o.cas, ev_mem(out));
	vb_init(&o.commands, ev_mem(out));
	vb_init(&o.urls, ev_mem(out));
	vb_init(&o.codes, ev_mem(out));
	vb_init(&o.errors, ev_mem(out));
	return tool_read(
	        call, out, each, at_end, &o,
	        "no end of a certutil command in it (\"CertUtil: -verify ...\"); make it with certutil "
	        "-verify -urlfetch CERTIFICATE.cer");
}

static unsigned recognise(const struct sample *s)
{
	/* -store is of certificate.store. */
	if (sample_has(s, "CertUtil: -store") || sample_has(s, "CertUtil: -viewstore"))
		return 0;
	if (sample_has(s, "CertUtil: -"))
		return 85;
	return sample_has(s, "dwErrorStatus") && sample_has(s, "CERT_TRUST") ? 70 : 0;
}

const struct probe_impl probe_certutil_output = {
        .desc = {.id = "certutil.output",
                 .title = "Output of certutil",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 20000,
                 .by_hand = "certutil -config - -ping",
                 .source = "Microsoft: certutil; CERT_TRUST_STATUS of wincrypt.h, CA_DISP of certadm.h",
                 .fetch = "mkdir C:\\casebook 2>nul & certutil -config - -ping > C:\\casebook\\certutil.txt"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
