/*
 * policy.log: what the old connector's policy module and registration point wrote of each request
 * (NDESPlugin.log, CertificateRegistrationPoint.svclog, NDESConnector.svclog): whether one arrived, whether
 * the module reached its service, and what that said of the challenge.  Whoever stands in this log has passed
 * NDES itself.  Microsoft's series on SCEP, steps 3 and 6, shows the sentences.
 */
#include "cmtrace.h"
#include "tool_sets.h"

#include <stdlib.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true,
         "NDESPlugin.log, CertificateRegistrationPoint.svclog, or another log of the old connector"},
        {NULL, false, NULL},
};

static const char *const bases[] = {"utc", "local", NULL};
static const struct fact_def facts[] = {
        {"entries", FACT_INT, NULL, "entries read", SILENT},
        {"first_time", FACT_TIME, NULL, "the earliest entry", SILENT},
        {"last_time", FACT_TIME, NULL, "the latest entry", SILENT},
        {"times", FACT_STR, bases, "whether the times are UTC, or local time without a zone",
         SPEAKS({"= local",
                 "The log writes local times without a zone; they were not compared with the others."},
                {"= utc", "The log writes UTC."})},
        {"components", FACT_LIST, NULL, "who wrote them: NDESPlugin, CertificateRegistrationPoint", SILENT},
        {"requests", FACT_INT, NULL, "requests that NDES handed to the policy module",
         SPEAKS({"= 0", "NDES handed no request to the policy module."},
                {"> 0", "NDES handed {n} {n?request|requests} to the policy module."})},
        {"verified", FACT_INT, NULL, "challenges that were found good",
         SPEAKS({"= 0", "The policy module found no challenge good."},
                {"> 0", "The policy module found {n} {n?challenge|challenges} good."})},
        {"refused", FACT_INT, NULL, "challenges that were refused",
         SPEAKS({"= 0", "The policy module refused no challenge."},
                {"> 0", "The policy module refused {n} {n?challenge|challenges}."})},
        {"unreached", FACT_INT, NULL, "requests for which the module did not get through to its service",
         SPEAKS({"= 0", "The policy module reached its service each time."},
                {"> 0", "The policy module did not reach its service for {n} {n?request|requests}."})},
        {"last_result", FACT_STR, policy_results, "what became of the last request",
         SPEAKS({"= verified", "The last request of the policy module was verified."},
                {"= refused", "The last request of the policy module was refused."},
                {"= unreached", "The last request of the policy module was unreached."},
                {"= failed", "The last request of the policy module was failed."},
                {"= none", "The policy module had no request."})},
        {"last_code", FACT_STR, NULL, "the last code that is not 0",
         SPEAKS({"known", "The last code of the policy module is {value}."})},
        {"certificate_name_wrong", FACT_BOOL, NULL,
         "the module refused its service's TLS certificate, since that bears another name",
         SPEAKS({"= true",
                 "The policy module refused its service's TLS certificate, which bears another name."},
                {"= false", "The policy module did not refuse its service's TLS certificate."})},
        {"forbidden", FACT_BOOL, NULL, "its service answered 403 to the module",
         SPEAKS({"= true", "The service answered 403 to the policy module."},
                {"= false", "The service did not answer 403 to the policy module."})},
        {"signing_certificate_missing", FACT_BOOL, NULL,
         "the connector has no signing certificate yet, so that no challenge can be verified",
         SPEAKS({"= true",
                 "The connector has no signing certificate yet, so that no challenge can be verified."},
                {"= false", "The connector has its signing certificate."})},
        {"errors", FACT_LIST, NULL, "entries that tell of a failure: id, text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define COMPONENTS_MAX 20u

struct policy {
	struct evidence_out *out;
	const char *file;
	struct value_builder errors, components;
	int64_t entries, counts[POLICY_NONE], requests;
	struct tool_span span;
	char last_code[11];
	bool mine, judge; /* of the old connector; of those in it that judge requests */
	bool open, judged, any_local, wrong_name, forbidden, no_signing;
	enum policy_result result;
	struct cmtrace *reader;
};

static void pin(struct policy *p, const char *fact, const struct cmtrace_entry *e)
{
	ev_pin(p->out, fact, p->file, e->line, e->offset, e->local ? PIN_NO_TIME : e->time_ms, e->text.p,
	       e->text.n);
}

/* One verdict counts for a request, however many sentences say it; the beginning of the first may be cut
 * off. */
static void judged(struct policy *p, enum policy_result r, const struct cmtrace_entry *e)
{
	static const char *const keys[] = {"verified", "refused", "unreached", "unreached"};

	if (p->judged && p->result == r)
		return;
	if (!p->judged) {
		p->requests += !p->open;
		p->counts[r]++;
	}
	p->judged = true;
	p->result = r;
	if (r != POLICY_FAILED)
		pin(p, keys[r], e);
}

static void begins(struct policy *p)
{
	p->requests++;
	p->open = true;
	p->judged = false;
	p->result = POLICY_NONE;
}

static void code_in(struct policy *p, const struct cmtrace_entry *e, char code[11])
{
	if (!tool_code(e->text, code) || strcmp(code, "0x00000000") == 0)
		code[0] = '\0';
	if (code[0] != '\0')
		memcpy(p->last_code, code, sizeof(p->last_code));
}

/* Any program of Configuration Manager and Intune writes in this form; of the old connector's own logs that
 * of its connector service holds no request. */
static void whose(struct policy *p, const struct cmtrace_entry *e)
{
	bool judge = slice_have(e->component, "NDESPlugin") ||
	             slice_have(e->component, "CertificateRegistrationPoint") ||
	             slice_have(e->text, "VerifyRequest");

	p->judge = p->judge || judge;
	p->mine = p->mine || judge || slice_have(e->component, "NDES");
}

/* The sentences, and what each says of the request that is open. */
static void sentence(struct policy *p, const struct cmtrace_entry *e, const char *code)
{
	struct slice w = e->text;

	if (slice_have(w, "Calling VerifyRequest") || slice_begin(w, "VerifyRequest Started"))
		begins(p);
	else if (slice_have(w, "Verify challenge returns true") ||
	         slice_have(w, "VerifyRequest Finished with status True"))
		judged(p, POLICY_VERIFIED, e);
	else if (slice_have(w, "Verify challenge returns false") ||
	         slice_have(w, "VerifyRequest Finished with status False"))
		judged(p, POLICY_REFUSED, e);
	else if (slice_have(w, "Failed to send http request"))
		judged(p, POLICY_UNREACHED, e);
	else if (slice_have(w, "Exiting VerifyRequest with") && p->open) {
		if (!p->judged)
			judged(p, code[0] != '\0' ? POLICY_FAILED : POLICY_VERIFIED, e);
		p->open = false;
	}
	if (slice_have(w, "CERT_CN_INVALID")) {
		p->wrong_name = true;
		pin(p, "certificate_name_wrong", e);
	}
	if (slice_have(w, "403 - Forbidden")) {
		p->forbidden = true;
		pin(p, "forbidden", e);
	}
	if (slice_have(w, "Signing certificate could not be retrieved")) {
		p->no_signing = true;
		pin(p, "signing_certificate_missing", e);
	}
}

static void component(struct policy *p, struct slice w)
{
	if (w.n == 0 || p->components.n >= COMPONENTS_MAX)
		return;
	for (size_t i = 0; i < p->components.n; i++)
		if (slice_are(w, p->components.items[i].value.u.s))
			return;
	vb_add(&p->components, NULL, value_str(tool_keep(p->out, w)));
}

static bool tells_failure(const struct cmtrace_entry *e, const char *code)
{
	return e->type == 3 || code[0] != '\0' || slice_have(e->text, "returns false") ||
	       slice_have(e->text, "status False");
}

static void entry(void *arg, const struct cmtrace_entry *e)
{
	struct policy *p = arg;
	struct file_line line = {.number = e->line, .offset = e->offset};
	char code[11] = "";

	p->entries++;
	whose(p, e);
	component(p, e->component);
	code_in(p, e, code);
	sentence(p, e, code);
	if (tells_failure(e, code))
		tool_error(&p->errors, code[0] != '\0' ? code : NULL, e->text, &line);
	if (e->time_ms == PIN_NO_TIME)
		return;
	p->any_local = p->any_local || e->local;
	tool_span_take(&p->span, e->time_ms);
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	(void)w;
	cmtrace_line(((struct policy *)arg)->reader, line);
}

static void send_times(struct policy *p)
{
	struct about a = about_nothing;

	a.traces = TRACE_NDES;
	tool_span_about(&p->span, &a);
	if (p->span.last != PIN_NO_TIME) {
		a.slack_ms = p->any_local ? 14 * 3600000ll : 0;
		ev_str(p->out, "times", bases[p->any_local]);
	}
	if (!p->any_local)
		tool_span_send(p->out, &p->span);
	ev_part(p->out, 0, &a);
}

static void send_requests(struct policy *p)
{
	ev_int(p->out, "requests", p->requests);
	ev_int(p->out, "verified", p->counts[POLICY_VERIFIED]);
	ev_int(p->out, "refused", p->counts[POLICY_REFUSED]);
	ev_int(p->out, "unreached", p->counts[POLICY_UNREACHED]);
	if (p->result != POLICY_NONE || p->requests == 0) /* what became of the last one may be cut off */
		ev_str(p->out, "last_result", policy_results[p->result]);
}

static bool at_end(void *arg)
{
	struct policy *p = arg;

	if (!p->mine)
		return false;
	if (p->last_code[0] != '\0')
		ev_str(p->out, "last_code", p->last_code);
	ev_int(p->out, "entries", p->entries);
	send_times(p);
	ev_value(p->out, "components", vb_list(&p->components));
	if (p->judge)
		send_requests(p);
	if (p->wrong_name)
		ev_bool(p->out, "certificate_name_wrong", true);
	if (p->forbidden)
		ev_bool(p->out, "forbidden", true);
	if (p->no_signing)
		ev_bool(p->out, "signing_certificate_missing", true);
	if (p->errors.n != 0)
		ev_value(p->out, "errors", vb_list(&p->errors));
	ev_fault(p->out,
	         p->result == POLICY_REFUSED || p->result == POLICY_UNREACHED || p->result == POLICY_FAILED);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct policy p = {
	        .out = out, .file = call_arg(call, "file"), .span = TOOL_SPAN_NONE, .result = POLICY_NONE};
	enum evidence_outcome ended;

	vb_init(&p.errors, ev_mem(out));
	vb_init(&p.components, ev_mem(out));
	p.reader = cmtrace_new(entry, &p);
	ended = tool_read(
	        call, out, each, at_end, &p,
	        "no entry of the old connector in it, in the form <![LOG[...]LOG]!> or E2ETraceEvent");
	cmtrace_free(p.reader);
	return ended;
}

static unsigned recognise(const struct sample *s)
{
	if (svclog_is(s))
		return 88;
	if (!cmtrace_is(s))
		return 0;
	/* The validator's own log is another check's. */
	return sample_has(s, "NDESPlugin") || sample_has(s, "VerifyRequest")            ? 88
	       : sample_has(s, "NDES") || sample_has(s, "CertificateRegistrationPoint") ? 60
	                                                                                : 0;
}

const struct probe_impl probe_policy_log = {
        .desc = {.id = "policy.log",
                 .title = "Log of the old connector's policy module",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 60000,
                 .by_hand =
                         "notepad \"%ProgramFiles%\\Microsoft Intune\\NDESPolicyModule\\Logs\\NDESPlugin.log\"",
                 .source =
                         "Microsoft: troubleshoot the NDES policy module; verifying and reporting, SCEP series steps "
                         "3 and 6",
                 .fetch =
                         "mkdir C:\\casebook 2>nul & copy \"%ProgramFiles%\\Microsoft Intune\\NDESPolicyModule\\Logs\\*.log\" C:\\casebook\\"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
