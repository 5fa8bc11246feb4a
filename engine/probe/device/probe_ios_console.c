/*
 * iOS, iPadOS and macOS: the console as Console.app, idevicesyslog or `log` show it, also copied through
 * TextEdit.  profiled is the process that enrols; since iOS 17 and macOS 14 it is CertificateService.
 */
#include "dev_json.h"
#include "dev_log.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/xalloc.h>

enum mark {
	M_CACERT,
	M_CAPS,
	M_RETRIEVE,
	M_CSR,
	M_PKI,
	M_PROFILE,
	M_INSTALLED,
	/* errors */
	M_SCEP_ERROR,
	M_NO_CERT,
	M_NO_IDENTITY,
	M_INVALID,
	M_RA_INVALID,
	M_TRUST,
	M_TLS,
	M_URL_ERROR,
	M_ROLLBACK,
	M_CHECK_IN,
	M_NO_MDM,
	/* helpers */
	M_ANSWERED, /* CertificateService got a status */
	M_CODE,     /* a line of an error that is written over several */
	M_REQUEST,
	M_ACCEPTED, /* GetCACaps comes only after an answer to GetCACert */
	M__MAX
};

static const struct dev_mark_def marks[M__MAX] = {
        [M_CACERT] = {"getcacert", DEV_KEY, "sending cacert"},
        [M_CAPS] = {"getcacaps", DEV_KEY, "sending caps"},
        [M_RETRIEVE] = {"retrieving", DEV_KEY, "answered caps"},
        [M_CSR] = {"sending-csr", DEV_KEY, "signing"},
        [M_PKI] = {"pkioperation", DEV_KEY, "sent"},
        [M_PROFILE] = {"profile-dependency", DEV_OTHER},
        [M_INSTALLED] = {"installed", DEV_OTHER, "installed"},
        [M_SCEP_ERROR] = {"scep-error", DEV_ERROR, "ended"},
        [M_NO_CERT] = {"no-certificate", DEV_ERROR, "ended"},
        [M_NO_IDENTITY] = {"no-identity", DEV_ERROR, "ended"},
        [M_INVALID] = {"invalid-response", DEV_ERROR, "ended"},
        [M_RA_INVALID] = {"ra-response-invalid", DEV_ERROR, "ended"},
        [M_TRUST] = {"trust-failed", DEV_ERROR},
        [M_TLS] = {"tls-failed", DEV_ERROR},
        [M_URL_ERROR] = {"network-error", DEV_ERROR, "failed"},
        [M_ROLLBACK] = {"rolled-back", DEV_ERROR, "ended"},
        [M_CHECK_IN] = {"check-in-failed", DEV_ERROR},
        [M_NO_MDM] = {"mdm-not-installed", DEV_ERROR},
        [M_ANSWERED] = {"answered", DEV_OTHER},
        [M_CODE] = {"code", DEV_OTHER},
        [M_REQUEST] = {"request", DEV_OTHER},
        [M_ACCEPTED] = {"cacert-accepted", DEV_OTHER, "answered cacert"},
};

static const struct dev_word words[] = {
        {"operation=GetCACert", M_CACERT},
        {"operation=GetCACaps", M_CAPS},
        {"Attempting to retrieve issued certificate", M_RETRIEVE},
        {"Sending CSR via ", M_CSR},
        {"operation=PKIOperation", M_PKI},
        {"synchronous URL request", M_REQUEST},
        {"PayloadDependencyDomainCertificate", M_PROFILE},
        {" installed.", M_INSTALLED},
        {"MCSCEPErrorDomain", M_SCEP_ERROR},
        {"<MDM-SCEP:", M_SCEP_ERROR},
        {"Validating response failed: ", M_RA_INVALID},
        {"find candidate RA certificates", M_RA_INVALID},
        {"received response, status ", M_ANSWERED},
        {"Code   : ", M_CODE},
        {"Could not retrieve issued certificate", M_NO_CERT},
        {"Cannot retrieve SCEP identity", M_NO_IDENTITY},
        {"SCEP server returned an invalid response", M_INVALID},
        {"Registration Authority", M_RA_INVALID},
        {"AnchorTrusted", M_TRUST},
        {"NSURLErrorDomain", M_URL_ERROR},
        {"kCFErrorDomainCFNetwork", M_URL_ERROR},
        {"kCFStreamErrorDomainSSL", M_URL_ERROR},
        {"SSLHandshake failed", M_URL_ERROR},
        {"MCHTTPTransactionErrorDomain", M_CHECK_IN},
        {"Cannot install MDM", M_NO_MDM},
        {"Rolling back installation of profile", M_ROLLBACK},
        {NULL, 0},
};

#define MOST_CODES 24u

struct codes {
	struct {
		long code;
		uint64_t n;
	} row[MOST_CODES];
	unsigned n;
};

struct ios {
	char csr_by[8]; /* "get", "post" */
	struct codes scep, network;
	bool trouble; /* since the last GetCACert */
	/* A domain stands on a line of its own and its code on the next: that line's number, 0 none. */
	uint64_t code_at;
	bool code_scep;
};

/* ---- lines ---- */

static bool number_at(const struct file_line *l, const char *p, long *code)
{
	size_t n = dev_left(l, p), i = 0;
	bool minus = n && *p == '-';
	char number[16];

	p += minus;
	n -= minus;
	for (; i < n && i < sizeof(number) - 1 && isdigit((unsigned char)p[i]); i++)
		number[i] = p[i];
	number[i] = '\0';
	*code = strtol(number, NULL, 10) * (minus ? -1 : 1);
	return i != 0;
}

/* "Code : 22013", "Code=-1200", "Code=22013" behind the domain's name */
static bool code_after(const struct file_line *l, const char *p, long *code)
{
	p = mem_find_fold(p, dev_left(l, p), "code");
	if (!p)
		return false;
	for (p += 4; dev_left(l, p) && strchr(" :=\"", *p) && *p; p++)
		;
	return number_at(l, p, code);
}

static void count_code(struct codes *c, long code)
{
	for (unsigned i = 0; i < MOST_CODES; i++) {
		if (i == c->n) {
			c->row[i].code = code;
			c->n++;
		}
		if (c->row[i].code == code) {
			c->row[i].n++;
			return;
		}
	}
}

static uint64_t counted(struct ios *o, bool scep, long code)
{
	count_code(scep ? &o->scep : &o->network, code);
	/* -1200 to -1206: the secure connection (NSURLError.h); -9800 to -9899: of Secure Transport
	 * (SecBase.h) */
	return !scep && ((code <= -1200 && code >= -1206) || (code <= -9800 && code >= -9899))
	               ? dev_bit(M_TLS)
	               : 0;
}

static uint64_t take_code(struct ios *o, const struct file_line *l, uint64_t found)
{
	bool scep = (found & dev_bit(M_SCEP_ERROR)) != 0;
	const char *p = dev_after(l, "<MDM-SCEP:");
	long code;

	if (p != NULL) {
		if (number_at(l, p, &code))
			count_code(&o->scep, code);
		return 0;
	}
	p = scep ? NULL : dev_after(l, "kCFStreamErrorDomainSSL");
	p = scep || p != NULL ? p : dev_after(l, "SSLHandshake failed");
	if (p != NULL) { /* "(kCFStreamErrorDomainSSL, -9802)", "SSLHandshake failed (-9807)" */
		while (dev_left(l, p) && strchr(" ,(=:", *p) && *p)
			p++;
		return number_at(l, p, &code) ? counted(o, false, code) : dev_bit(M_TLS);
	}
	p = dev_after(l, scep ? "MCSCEPErrorDomain" : "Domain");
	if (p == NULL)
		return 0;
	if (code_after(l, p, &code))
		return counted(o, scep, code);
	o->code_at = l->number + 1;
	o->code_scep = scep;
	return 0;
}

/* "Code   : 22013", the line below "Domain : MCSCEPErrorDomain". */
static uint64_t take_code_line(struct ios *o, const struct file_line *l)
{
	long code;

	if (o->code_at != l->number || !code_after(l, l->p, &code))
		return 0;
	return counted(o, o->code_scep, code);
}

/* What CertificateService writes, which enrols in place of profiled. */
static uint64_t take_service(struct dev_run *r, const struct file_line *l, uint64_t found)
{
	struct ios *o = r->own;
	uint64_t out = 0;
	const char *p;
	long code;

	if ((found & dev_bit(M_RA_INVALID)) && (p = dev_after(l, "Validating response failed: ")) != NULL) {
		if (dev_after(l, "GetCACert:"))
			out |= dev_bit(M_CACERT) | dev_bit(M_RA_INVALID);
		if (number_at(l, p, &code))
			count_code(&o->scep, code);
	}
	if ((found & dev_bit(M_RA_INVALID)) && dev_after(l, "find candidate RA certificates"))
		out |= dev_bit(M_RA_INVALID);
	if ((found & dev_bit(M_ANSWERED)) && dev_after(l, "CertificateService") &&
	    number_at(l, dev_after(l, "received response, status "), &code) && code == 200)
		out |= dev_bit(M_ANSWERED);
	if ((found & dev_bit(M_SCEP_ERROR)) && (p = dev_after(l, "SCEP server at \"")) != NULL)
		dev_take_url(r, p, dev_left(l, p));
	return out;
}

/* A column for the process: between tabs or quotes, or "name[1234]". */
static bool names_a_process(const struct file_line *l)
{
	const char *tab = memchr(l->p, '\t', l->n), *p;

	if (tab != NULL && memchr(tab + 1, '\t', dev_left(l, tab + 1)) != NULL)
		return true;
	if (mem_find(l->p, l->n, "\",\"", 3) != NULL)
		return true;
	for (p = memchr(l->p, '[', l->n); p != NULL; p = memchr(p, '[', dev_left(l, p))) {
		const char *digit = ++p;

		while (dev_left(l, p) != 0 && isdigit((unsigned char)*p))
			p++;
		if (p > digit && digit - l->p >= 2 && dev_left(l, p) != 0 && *p == ']' &&
		    (isalnum((unsigned char)digit[-2]) || digit[-2] == ')'))
			return true;
	}
	return false;
}

/* The console shows every process, and each of them may fail to reach something. */
static bool of_another_process(const struct file_line *l)
{
	static const char *const ours[] = {"profiled",  "CertificateService", "mdmd", "mscep",
	                                   "pkiclient", "windowsintune",      "dmd["};
	struct dev_when w;

	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (mem_find(l->p, l->n, ours[i], strlen(ours[i])) != NULL)
			return false;
	/* What goes on from the line before bears no time. */
	return dev_when_parse(l->p, l->n, &w) && names_a_process(l);
}

static uint64_t take_line(struct dev_run *r, const struct file_line *l, uint64_t found)
{
	uint64_t out = found & ~(dev_bit(M_REQUEST) | dev_bit(M_CODE) | dev_bit(M_ANSWERED));
	struct ios *o = r->own;
	const char *p;

	if ((found & dev_bit(M_URL_ERROR)) != 0 && of_another_process(l)) {
		found &= ~dev_bit(M_URL_ERROR);
		out &= found;
	}
	if (found & dev_bit(M_CACERT))
		o->trouble = false;
	if (found & (dev_bit(M_CACERT) | dev_bit(M_CAPS) | dev_bit(M_PKI))) {
		p = mem_find(l->p, l->n, "http", 4);
		if (p)
			dev_take_url(r, p, dev_left(l, p));
	}
	if ((found & dev_bit(M_CAPS)) && dev_found(r, M_CACERT) && !o->trouble)
		out |= dev_bit(M_ACCEPTED);
	if (found & dev_bit(M_CSR)) {
		p = dev_after(l, "Sending CSR via ");
		if (dev_left(l, p) >= 4 && memcmp(p, "POST", 4) == 0)
			snprintf(o->csr_by, sizeof(o->csr_by), "post");
		else if (dev_left(l, p) >= 3 && memcmp(p, "GET", 3) == 0)
			snprintf(o->csr_by, sizeof(o->csr_by), "get");
	}
	/* "Profile X could not be installed." ends alike. */
	if ((found & dev_bit(M_INSTALLED)) && (!dev_after(l, "Profile ") || dev_after(l, " not ") ||
	                                       dev_after(l, "annot ") || dev_after(l, "n't ")))
		out &= ~dev_bit(M_INSTALLED);
	if ((found & dev_bit(M_RA_INVALID)) && !dev_after(l, "response is invalid"))
		out &= ~dev_bit(M_RA_INVALID);
	if ((found & dev_bit(M_TRUST)) && !dev_after(l, "SecTrustEvaluate"))
		out &= ~dev_bit(M_TRUST);
	if (found & (dev_bit(M_SCEP_ERROR) | dev_bit(M_URL_ERROR)))
		out |= take_code(o, l, found);
	if (found & dev_bit(M_CODE))
		out |= take_code_line(o, l);
	out |= take_service(r, l, found);
	if (out & (dev_bit(M_URL_ERROR) | dev_bit(M_INVALID) | dev_bit(M_RA_INVALID) | dev_bit(M_SCEP_ERROR)))
		o->trouble = true;
	return out;
}

/* ---- facts ---- */

static const char *const stages[] = {"none", "cacert",       "caps",      "retrieving",
                                     "csr",  "pkioperation", "installed", NULL};
static const char *const methods[] = {"get", "post", NULL};

static const char *stage_of(const struct dev_run *r)
{
	return dev_found(r, M_INSTALLED) && dev_found(r, M_PKI) ? "installed"
	       : dev_found(r, M_PKI)                            ? "pkioperation"
	       : dev_found(r, M_CSR)                            ? "csr"
	       : dev_found(r, M_RETRIEVE)                       ? "retrieving"
	       : dev_found(r, M_CAPS)                           ? "caps"
	       : dev_found(r, M_CACERT)                         ? "cacert"
	                                                        : "none";
}

static const char *connection(const struct dev_run *r)
{
	if (dev_found(r, M_CACERT) && dev_found(r, M_RETRIEVE) && dev_found(r, M_CSR) && dev_found(r, M_PKI))
		return "connected";
	for (unsigned m = M_CACERT; m <= M_PKI; m++)
		if (dev_found(r, m))
			return "partly";
	return r->verbose ? "silent" : NULL;
}

/* GetCACaps or the CSR come only after an answer to what was asked before. */
static struct value reached(const struct dev_run *r)
{
	if (dev_found(r, M_RETRIEVE) || dev_found(r, M_CSR) || dev_found(r, M_PKI) ||
	    dev_found(r, M_ANSWERED))
		return value_bool(true);
	if (dev_found(r, M_CACERT) && dev_found(r, M_CAPS) && !dev_found(r, M_URL_ERROR) &&
	    !dev_found(r, M_INVALID) && !dev_found(r, M_RA_INVALID) && !dev_found(r, M_SCEP_ERROR))
		return value_bool(true);
	if ((dev_found(r, M_CACERT) || dev_found(r, M_CAPS)) && dev_found(r, M_URL_ERROR))
		return value_bool(false);
	return value_null();
}

static void send_codes(struct dev_run *r, const char *key, const struct codes *c)
{
	struct value_builder b;
	char code[24];

	vb_init(&b, ev_mem(r->out));
	for (unsigned i = 0; i < c->n; i++) {
		snprintf(code, sizeof(code), "%ld", c->row[i].code);
		vb_add(&b, code, value_int((int64_t)c->row[i].n));
	}
	ev_value(r->out, key, vb_map(&b));
}

static void send(struct dev_run *r)
{
	const struct ios *o = r->own;
	bool failed = o->scep.n || dev_found(r, M_NO_IDENTITY) || dev_found(r, M_NO_CERT) ||
	              dev_found(r, M_RA_INVALID);

	ev_str(r->out, "connection", connection(r));
	ev_value(r->out, "reached_ndes", reached(r));
	ev_str(r->out, "stage", stage_of(r));
	ev_bool(r->out, "verbose", r->verbose);
	ev_bool(r->out, "getcacert", dev_found(r, M_CACERT));
	/* Without the lowest level its line would not be there. */
	ev_value(r->out, "getcacaps",
	         dev_found(r, M_CAPS) || r->verbose ? value_bool(dev_found(r, M_CAPS)) : value_null());
	ev_bool(r->out, "retrieving", dev_found(r, M_RETRIEVE));
	ev_str(r->out, "sending_csr", o->csr_by[0] ? o->csr_by : NULL);
	ev_bool(r->out, "pkioperation", dev_found(r, M_PKI));
	ev_bool(r->out, "installed", dev_found(r, M_INSTALLED));
	send_codes(r, "error_codes", &o->scep);
	send_codes(r, "network_codes", &o->network);
	if (failed)
		ev_fault(r->out, true);
	else if (dev_found(r, M_CACERT) || dev_found(r, M_CAPS))
		ev_fault(r->out, !dev_found(r, M_PKI));
}

/* ---- recognition ---- */

static const char *const levels[] = {"default", "info", "debug", "error", "fault", "notice"};

/* "debug 18:30:53.691033 -0500 profiled ...", with tabs too; the column of time may show the day as well */
static bool is_console(const char *p, size_t n)
{
	struct dev_when w;

	dev_skip_blanks(&p, &n);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		size_t m = strlen(levels[i]);

		if (n > m + 12 && mem_find_fold(p, m, levels[i]) && (p[m] == ' ' || p[m] == '\t'))
			return dev_when_parse(p + m, n - m, &w) && (!w.dated || w.zoned);
	}
	return false;
}

/* "Feb 27 18:30:53 iPhone profiled(...)[123] <Notice>: ..." */
static bool is_syslog(const char *p, size_t n)
{
	struct dev_when w;

	return n > 20 && isalpha((unsigned char)*p) && dev_when_parse(p, n, &w) && !w.dated &&
	       isalpha((unsigned char)w.text[0]) && mem_find(p, n > 300 ? 300 : n, "]", 1) &&
	       mem_find(p, n > 300 ? 300 : n, " <", 2);
}

/* "2018-02-27 18:30:53.691033-0500 0x1f2 Default ..." of macOS `log` */
static bool is_unified(const char *p, size_t n)
{
	struct dev_when w;

	return n > 30 && isdigit((unsigned char)*p) && dev_when_parse(p, n, &w) && w.dated && p[10] == ' ' &&
	       (mem_find(p, n > 120 ? 120 : n, " 0x", 3) || mem_find(p, n > 120 ? 120 : n, " Df ", 4) ||
	        mem_find(p, n > 120 ? 120 : n, " Db ", 4) ||
	        mem_find(p, n > 160 ? 160 : n, "localhost ", 10));
}

/* "1/27/17, 3:33:18 PM profiled[388]: ..." of Console in older macOS */
static bool is_old_console(const char *p, size_t n)
{
	struct dev_when w;

	n = n > 120 ? 120 : n;
	return n > 24 && isdigit((unsigned char)*p) && dev_when_parse(p, n, &w) && w.clock12 &&
	       mem_find(p, n, "]:", 2);
}

/* "Fehler","2026-11-28 10:00:00.123456+0100","profiled","..." of a table that was saved */
static bool is_cells(const char *p, size_t n)
{
	const char *second = n > 30 && *p == '"' ? mem_find(p + 1, n > 60 ? 60 : n - 1, "\"", 1) : NULL;
	struct dev_when w;

	if (second == NULL || (size_t)(second - p) + 4 > n || second[2] != '"')
		return false;
	second += 3;
	return dev_when_parse(second, n - (size_t)(second - p), &w) && w.dated;
}

static bool is_line(const char *p, size_t n)
{
	return is_cells(p, n) || is_console(p, n) || is_syslog(p, n) || is_unified(p, n) ||
	       is_old_console(p, n);
}

static unsigned recognise(const struct sample *s)
{
	unsigned shaped, lines, own;

	own = sample_has(s, "profiled") + sample_has(s, "mdmd") + sample_has(s, "SpringBoard") +
	      sample_has(s, "com.apple.") + sample_has(s, "iPhone") + sample_has(s, "iPad") +
	      sample_has(s, "mdmclient") + sample_has(s, "CertificateService\t") +
	      sample_has(s, "CertificateService[");
	if (own && dev_json_is(s))
		return 90;
	shaped = dev_shaped(s, is_line, &lines);
	return !own || !shaped ? 0 : shaped * 4 >= lines ? 90 : 55;
}

static const struct dev_platform platform = {
        .name = "ios",
        .marks = marks,
        .nmarks = M__MAX,
        .words = words,
        .verbose_word = "ebug",
        .line = take_line,
        .send = send,
        .wanted = "a console log of an iPhone or iPad",
        .sign = "its lines are like: debug 18:30:53.691033 -0500 profiled ...",
        .recognise = recognise};

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct ios own = {.csr_by = ""};

	return dev_run(&platform, &own, call, out);
}

static const struct fact_def facts[] = {
        DEV_FACTS(stages, "debug"),
        {"getcacert", FACT_BOOL, NULL, "The device asked for the CA's certificates.",
         SPEAKS({"= true", "The iOS device asked for the CA's certificates."},
                {"= false", "The iOS device did not ask for the CA's certificates."})},
        {"getcacaps", FACT_BOOL, NULL,
         "The device asked for the capabilities; it does so only when it accepts the certificates.",
         SPEAKS({"= false, getcacert = true",
                 "The iOS device fetched the CA's certificates and stopped: it does not trust them."},
                {"= true", "The iOS device asked for the capabilities, so it accepts the CA's certificates."},
                {"= false", "The iOS device did not ask for the capabilities."})},
        {"retrieving", FACT_BOOL, NULL, "It set out to get the certificate.", SILENT},
        {"sending_csr", FACT_STR, methods, "How the request was sent; unknown when it was not.",
         SPEAKS({"= get", "The iOS device sent its request by GET, so the length of URLs matters."},
                {"= post", "The iOS device sent its request by POST."})},
        {"pkioperation", FACT_BOOL, NULL, "The request went to the server.",
         SPEAKS({"= true", "The iOS device's request went to the server."},
                {"= false", "The iOS device's request did not go to the server."})},
        {"installed", FACT_BOOL, NULL, "A profile was installed.",
         SPEAKS({"= true", "A profile was installed on the iOS device."},
                {"= false", "No profile was installed on the iOS device."})},
        {"error_codes", FACT_MAP, NULL,
         "Codes of MCSCEPErrorDomain and MDM-SCEP, and what the check of GetCACert's answer ended with; how often.",
         SPEAKS({"not empty", "The iOS device reports {list}."})},
        {"network_codes", FACT_MAP, NULL, "Codes of NSURLErrorDomain and CFNetwork and how often.",
         SPEAKS({"not empty", "The iOS device's connection failed with {list}."})},
        {0},
};

const struct probe_impl probe_ios_console = {
        .desc = {.id = "ios.console",
                 .title = "iOS console log",
                 .kind = PROBE_FILE,
                 .params = dev_params,
                 .facts = facts,
                 .timeout_ms = 300000,
                 .by_hand = "grep -aE 'operation=|issued certificate|Sending CSR|MCSCEPErrorDomain' {file}",
                 .source =
                         "The article, \"iOS/iPadOS devices\"; Microsoft: iOS SCEP failure without GetCACaps",
                 .fetch = "On a Mac: Console, choose the device, Action: Include Info and Include Debug "
                          "Messages; reproduce; save"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
