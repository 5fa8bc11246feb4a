/*
 * ndes.validation: transcripts and logs of Microsoft's Validate-NDESConfiguration.ps1 in its versions for the
 * old and the current connector, reports of checks that say Success, Warning or Error alike, and those of the
 * module IntuneCertificateConnectorDiagnostics.  Each check becomes a row.  Some alarms are false by
 * construction: the old script does not know the current connector.
 */
#include "cmtrace.h"
#include "validation_module.h"

#include <stdio.h>
#include <string.h>

static const struct param_def params[] = {
        {"file", true,
         "output of Validate-NDESConfiguration.ps1 or Test-IntuneCertificateConnector, or "
         "Validate-NDESConfig.log"},
        {NULL, false, NULL},
};

static const char *const scripts[] = {"old", "current", "module", NULL};
static const struct fact_def facts[] = {
        {"script", FACT_STR, scripts, "for which connector the script was made; unknown when nothing tells",
         SILENT},
        {"checks", FACT_LIST, NULL, "each check: check, result, text, line, false_alarm", SILENT},
        {"successes", FACT_INT, NULL, "checks that passed", SILENT},
        {"warnings", FACT_INT, NULL, "warnings", SILENT},
        {"failures", FACT_INT, NULL, "errors, without the known false alarms",
         SPEAKS({"= 0", "The validation script reports no failure."},
                {"> 0", "The validation script reports {n} {n?failure|failures}."})},
        {"false_alarms", FACT_INT, NULL,
         "errors that the script reports on good servers too: it looks for parts of the old connector",
         SILENT},
        {"account_ok", FACT_BOOL, NULL,
         "the service account is enabled, not locked, its password not expired",
         SPEAKS({"= true",
                 "The script found the pool's account enabled and not locked, its password not expired."},
                {"= false",
                 "The script found the pool's account disabled, locked, or its password expired."})},
        {"account_rights_ok", FACT_BOOL, NULL, "it is in IIS_IUSRS or has the rights themselves",
         SPEAKS({"= true", "The account is in IIS_IUSRS or has the rights themselves, says the script."},
                {"= false", "The account is not in IIS_IUSRS and lacks its rights, says the script."})},
        {"pool_started", FACT_BOOL, NULL, "the application pool SCEP is started",
         SPEAKS({"= true", "The application pool SCEP is started, says the script."},
                {"= false", "The application pool SCEP is not started, says the script."})},
        {"limits_ok", FACT_BOOL, NULL, "request filtering and HTTP.sys allow long URLs",
         SPEAKS({"= true", "Request filtering and HTTP.sys allow long URLs, says the script."},
                {"= false", "Request filtering or HTTP.sys does not allow long URLs, says the script."})},
        {"spn_ok", FACT_BOOL, NULL, "the account has the server's service principal name",
         SPEAKS({"= true", "The account has the server's service principal name, says the script."},
                {"= false", "The account lacks the server's service principal name, says the script."})},
        {"intermediate_in_root", FACT_BOOL, NULL, "an intermediate certificate lies in the root store",
         SPEAKS({"= true", "An intermediate certificate lies in the root store, says the script."},
                {"= false", "No intermediate certificate lies in the root store, says the script."})},
        {"ra_certificates_present", FACT_BOOL, NULL,
         "both RA certificates are there; it does not look at their dates",
         SPEAKS({"= true",
                 "Both RA certificates are there, says the script, which does not look at their dates."},
                {"= false", "The RA certificates are not both there, says the script."})},
        {"tls_certificate_ok", FACT_BOOL, NULL, "the certificate that IIS binds is fit for use",
         SPEAKS({"= true", "The certificate that IIS binds is fit for use, says the script."},
                {"= false", "The certificate that IIS binds is not fit for use, says the script."})},
        {"policy_certificate_ok", FACT_BOOL, NULL,
         "the policy module's client certificate is fit for use (old connector)",
         SPEAKS({"= true", "The policy module's certificate is fit for use, says the script."},
                {"= false", "The policy module's certificate is not fit for use, says the script."})},
        {"templates_set", FACT_BOOL, NULL, "the registry names a template other than the default one",
         SPEAKS({"= true", "The registry names a template other than the default one, says the script."},
                {"= false", "The registry names only the default template, says the script."})},
        {"connector_installed", FACT_BOOL, NULL, "the connector that the script knows is installed",
         SPEAKS({"= true", "The connector is installed, says the script."},
                {"= false", "The connector is not installed, says the script."})},
        {"url_answers", FACT_BOOL, NULL, "the internal URL answers 403 and lists its capabilities",
         SPEAKS({"= true", "The internal URL answers 403 and lists its capabilities, says the script."},
                {"= false", "The internal URL does not answer as NDES does, says the script."})},
        {"general_page", FACT_BOOL, NULL, "the internal URL answers 200 with the general page",
         SPEAKS({"= true", "The internal URL answers 200 with the general page, says the script."},
                {"= false", "The internal URL does not answer with the general page, says the script."})},
        {"errors", FACT_LIST, NULL, "the failures: id, text, line", SILENT},
        {NULL, FACT_BOOL, NULL, NULL},
};

#define CHECKS_MAX 120u
#define TEXT_MAX 300u

enum result { R_SUCCESS, R_WARNING, R_ERROR };
static const char *const results[] = {"success", "warning", "error"};

/* A check by words of its heading, and the fact that it answers. */
static const struct {
	const char *heading, *fact;
	bool wrong_is_true; /* the fact is of the fault itself */
} known[] = {
        {"Service Account properties", "account_ok", false},
        {"Service Account is enabled", "account_ok", false},
        {"Service Account", NULL, false}, /* being a local administrator and the like */
        {"IIS_IUSR", "account_rights_ok", false},
        {"Application Pool", "pool_started", false},
        {"Request Filtering", "limits_ok", false},
        {"long URLs", "limits_ok", false},
        {"SPN", "spn_ok", false},
        {"intermediate cert", "intermediate_in_root", true},
        {"EnrollmentAgentOffline", "ra_certificates_present", false},
        {"SSL certificate", "tls_certificate_ok", false},
        {"client certificate", "policy_certificate_ok", false},
        {"template name", "templates_set", false},
        {"Connector is installed", "connector_installed", false},
        {"internal NDES URL", "url_answers", false},
};
#define KNOWN (sizeof(known) / sizeof(known[0]))

/*
 * What a script says of good servers too: the old one looks for the product and the certificate of the old
 * connector, where the current one runs (microsoftgraph/powershell-intune-samples, issue 184); both look for
 * registry keys of the old one.
 */
static const struct {
	const char *text;
	bool both;
} false_alarms[] = {
        {"certificate bound for use with the NDES Policy module", false},
        {"Intune Connector not installed", false},
        {"ConnectorNotInstalled", false},
        {"KeyRecoveryAgentCertificate", true},
        {"PfxSigningCertificate", true},
        {"SigningCertificate", true},
};

/* Of the pool its state alone: the account that it is configured with is another line. */
static const char *const pool_words[] = {"is Started", "is stopped", "is healthy", "pool missing"};

struct validation {
	struct evidence_out *out;
	const char *file;
	struct value_builder checks, errors;
	int64_t counts[3], alarms;
	char heading[TEXT_MAX];
	int fact;         /* of the heading: index of known; -1 none */
	int state[KNOWN]; /* 0 nothing said, 1 passed, -1 failed */
	int pending;      /* a result whose words stand on the next line; -1 none */
	bool sign, current, old, general, log, by_module;
	struct cmtrace *reader;
	struct module_reader module;
};

static int fact_of(struct slice w)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (slice_have(w, known[i].heading))
			return (int)i;
	return -1;
}

static bool is_false_alarm(const struct validation *v, struct slice w)
{
	for (size_t i = 0; i < sizeof(false_alarms) / sizeof(false_alarms[0]); i++)
		if (slice_have(w, false_alarms[i].text) && (false_alarms[i].both || !v->current))
			return true;
	return false;
}

/* Whether the words answer the fact of the heading. */
static bool answers(int fact, struct slice text)
{
	if (strcmp(known[fact].fact != NULL ? known[fact].fact : "", "pool_started") != 0)
		return true;
	for (size_t i = 0; i < sizeof(pool_words) / sizeof(pool_words[0]); i++)
		if (slice_have(text, pool_words[i]))
			return true;
	return false;
}

/* A check's row, and what is counted of it. */
static void judged(struct validation *v, enum result r, struct slice text, const struct file_line *line,
                   bool alarm)
{
	struct value_builder row;

	v->sign = true;
	v->counts[r] += !alarm;
	v->alarms += alarm;
	if (r == R_ERROR && !alarm) {
		tool_error(&v->errors, NULL, text, line);
		tool_pin(v->out, "failures", v->file, line);
	}
	if (v->checks.n >= CHECKS_MAX)
		return;
	vb_init(&row, ev_mem(v->out));
	vb_add(&row, "check",
	       value_str(v->heading[0] != '\0' ? arena_strdup(ev_mem(v->out), v->heading) : NULL));
	vb_add(&row, "result", value_str(results[r]));
	vb_add(&row, "text",
	       value_str(arena_strndup(ev_mem(v->out), text.p, text.n < TEXT_MAX ? text.n : TEXT_MAX)));
	vb_add(&row, "line", value_int((int64_t)line->number));
	vb_add(&row, "false_alarm", value_bool(alarm));
	vb_add(&v->checks, NULL, vb_map(&row));
}

static void result(struct validation *v, enum result r, struct slice text, const struct file_line *line)
{
	bool alarm = r == R_ERROR && is_false_alarm(v, text);

	if (slice_have(text, "returns 200 OK"))
		v->general = true;
	if (v->fact >= 0 && !alarm && r != R_WARNING && v->state[v->fact] >= 0 && answers(v->fact, text))
		v->state[v->fact] = r == R_SUCCESS ? 1 : -1;
	judged(v, r, text, line, alarm);
}

/* The state of a fact of which the module says that it holds, or does not. */
static void module_state(struct validation *v, const char *fact, bool yes)
{
	for (size_t i = 0; i < KNOWN; i++)
		if (known[i].fact != NULL && strcmp(known[i].fact, fact) == 0) {
			if (v->state[i] >= 0)
				v->state[i] = yes != known[i].wrong_is_true ? 1 : -1;
			return;
		}
}

static void module_check(void *arg, const struct module_check *c)
{
	enum result r = c->status == 'P' ? R_SUCCESS : c->status == 'W' ? R_WARNING : R_ERROR;
	struct file_line line = {.number = c->line, .offset = c->offset};
	struct validation *v = arg;
	char text[sizeof(c->name) + sizeof(c->detail) + 2];
	const char *fact;
	bool yes;

	v->by_module = true;
	if (c->status == 'I')
		return;
	snprintf(text, sizeof(text), "%s%s%s", c->name, c->detail[0] != '\0' ? ": " : "", c->detail);
	snprintf(v->heading, sizeof(v->heading), "%s", c->id);
	fact = module_fact(c, &yes);
	if (fact != NULL)
		module_state(v, fact, yes);
	line.p = text;
	line.n = strlen(text);
	judged(v, r, slice_of(text, line.n), &line, module_false_alarm(c));
}

static void heading(struct validation *v, struct slice w)
{
	size_t n = w.n < TEXT_MAX - 1 ? w.n : TEXT_MAX - 1;

	memcpy(v->heading, w.p, n);
	v->heading[n] = '\0';
	v->fact = fact_of(w);
	v->pending = -1;
}

static void notice(struct validation *v, struct slice w)
{
	v->current = v->current || slice_have(w, "PFXCertificateConnectorSvc") ||
	             slice_have(w, "Certificate Connector for Microsoft Intune") ||
	             slice_have(w, "encrypting certificate is valid") ||
	             slice_have(w, "autoupdate.msappproxy.net");
	v->old = v->old || slice_have(w, "client certificate (NDES Policy module)") ||
	         slice_have(w, "with the NDES Policy module");
	v->sign = v->sign || slice_have(w, "Validate-NDESConfig");
}

/* "Success: ...", "Error: ...", "WARNING: ..." of Write-Warning; the words may stand on the next line. */
static bool result_line(struct validation *v, struct slice w, const struct file_line *line)
{
	static const struct {
		const char *word;
		enum result r;
	} words[] = {{"Success:", R_SUCCESS}, {"Warning:", R_WARNING}, {"Error:", R_ERROR}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct slice text;

		if (!slice_begin(w, words[i].word))
			continue;
		text = slice_trim(slice_of(w.p + strlen(words[i].word), w.n - strlen(words[i].word)));
		v->pending = text.n == 0 ? (int)words[i].r : -1;
		if (text.n != 0)
			result(v, words[i].r, text, line);
		return true;
	}
	return false;
}

static void plain_line(struct validation *v, struct slice w, const struct file_line *line)
{
	notice(v, w);
	if (w.n == 0 || result_line(v, w, line))
		return;
	if (slice_begin(w, "Checking ")) {
		heading(v, w);
	} else if (v->pending >= 0) {
		result(v, (enum result)v->pending, w, line);
		v->pending = -1;
	}
}

/* Of the log the severity is the result; what it writes before a check is its heading. */
static void entry(void *arg, const struct cmtrace_entry *e)
{
	struct validation *v = arg;
	struct file_line line = {.p = e->text.p, .n = e->text.n, .number = e->line, .offset = e->offset};

	v->log = true;
	notice(v, e->text);
	if (slice_begin(e->text, "Checking "))
		heading(v, e->text);
	else if (e->type == 3)
		result(v, R_ERROR, e->text, &line);
	else if (e->type == 2)
		result(v, R_WARNING, e->text, &line);
	else if (v->fact >= 0 && v->state[v->fact] == 0)
		result(v, R_SUCCESS, e->text, &line);
}

static void each(void *arg, struct slice w, const struct file_line *line)
{
	struct validation *v = arg;

	cmtrace_line(v->reader, line);
	module_line(&v->module, w, line);
	if (!v->log && !v->by_module)
		plain_line(v, w, line);
}

static void send_facts(struct validation *v)
{
	for (size_t i = 0; i < KNOWN; i++) {
		bool passed = v->state[i] > 0, twice = false;

		if (v->state[i] == 0 || known[i].fact == NULL)
			continue;
		for (size_t k = 0; k < KNOWN; k++) /* two checks of one fact: the failure counts */
			twice |= k != i && known[k].fact != NULL &&
			         strcmp(known[k].fact, known[i].fact) == 0 && v->state[k] < 0;
		ev_bool(v->out, known[i].fact, (passed && !twice) != known[i].wrong_is_true);
	}
	if (v->general)
		ev_bool(v->out, "general_page", true);
}

static bool at_end(void *arg)
{
	struct validation *v = arg;

	module_end(&v->module);
	if (!v->sign || v->checks.n == 0)
		return false;
	if (v->by_module)
		ev_str(v->out, "script", scripts[2]);
	else if (v->current || v->old)
		ev_str(v->out, "script", scripts[v->current]);
	ev_value(v->out, "checks", vb_list(&v->checks));
	ev_int(v->out, "successes", v->counts[R_SUCCESS]);
	ev_int(v->out, "warnings", v->counts[R_WARNING]);
	ev_int(v->out, "failures", v->counts[R_ERROR]);
	ev_int(v->out, "false_alarms", v->alarms);
	send_facts(v);
	if (v->errors.n != 0)
		ev_value(v->out, "errors", vb_list(&v->errors));
	ev_fault(v->out, v->counts[R_ERROR] != 0);
	return true;
}

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct validation v = {.out = out, .file = call_arg(call, "file"), .fact = -1, .pending = -1};
	enum evidence_outcome ended;

	vb_init(&v.checks, ev_mem(out));
	vb_init(&v.errors, ev_mem(out));
	v.reader = cmtrace_new(entry, &v);
	v.module.each = module_check;
	v.module.arg = &v;
	ended = tool_read(call, out, each, at_end, &v,
	                  "no check in it that says Success, Warning or Error; make it with "
	                  "Validate-NDESConfiguration.ps1");
	cmtrace_free(v.reader);
	return ended;
}

static unsigned recognise(const struct sample *s)
{
	unsigned checks = sample_count(s, "Checking ", 4);

	if ((sample_has(s, "[ OK ]") || sample_has(s, "Remediation")) &&
	    sample_has(s, "CFG0") + sample_has(s, "IIS0") + sample_has(s, "CERT0") + sample_has(s, "NDES0") +
	                    sample_has(s, "NET0") + sample_has(s, "LOC0") >=
	            2)
		return 88;
	if (cmtrace_is(s))
		return sample_has(s, "Validate-NDESConfig") || sample_has(s, "NDES_Validation") ||
		                       (checks > 2 && sample_has(s, "NDES"))
		               ? 92
		               : 0;
	/* A piece of it may begin below its headings. */
	if (checks == 0 && !(sample_has(s, "Error: SCEP Application Pool") ||
	                     sample_has(s, "Success: SCEP Application Pool")))
		return 0;
	if (!sample_has(s, "Success:") && !sample_has(s, "Error:"))
		return 0;
	return sample_has(s, "NDES") || sample_has(s, "SCEP Application Pool") ? 86 : 0;
}

const struct probe_impl probe_ndes_validation = {
        .desc = {.id = "ndes.validation",
                 .title = "Microsoft's validation of an NDES server",
                 .kind = PROBE_FILE,
                 .params = params,
                 .facts = facts,
                 .timeout_ms = 30000,
                 .by_hand = "powershell .\\Validate-NDESConfiguration.ps1",
                 .source =
                         "Microsoft: verify the configuration of NDES; both public versions of the script; PowerShell Gallery: "
                         "IntuneCertificateConnectorDiagnostics",
                 .fetch = NULL},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
