/*
 * Android: OMADM.log and CloudExtension.log of the Company Portal, and the same lines
 * in adb logcat.  The SCEP client is jscep, whose log lines name each step.
 */
#include "dev_log.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/xalloc.h>

enum mark {
	M_PROFILE,
	M_REQUESTS,
	M_ENROLL,
	M_SEND_CAPS,
	M_CAPS_OK,
	M_SEND_CACERT,
	M_CACERT_OK,
	M_ENCODE,
	M_SIGN,
	M_SENT,
	M_RESPONSE,
	M_INSTALL,
	/* errors */
	M_HTTP,
	M_UNKNOWN_HOST,
	M_CONNECT,
	M_TIMEOUT,
	M_TLS,
	M_TRUST_ANCHOR,
	M_CLEARTEXT,
	M_TRANSPORT,
	M_READ,
	M_NO_CAPS,
	M_NOT_CAPS,
	M_NOT_CACERT,
	M_NOT_PKI,
	M_DECODE,
	M_RA_ISSUER,
	M_RA_SIGNATURE,
	M_CA_REFUSED,
	M_TRANS_ID,
	M_NONCE,
	M_FAIL_INFO,
	/* helpers */
	M_RECEIVED,
	M_TRANSACTION,
	M_STATE,
	M__MAX
};

#define NETWORK (dev_bit(M_UNKNOWN_HOST) | dev_bit(M_CONNECT) | dev_bit(M_TIMEOUT))

static const struct dev_mark_def marks[M__MAX] = {
        [M_PROFILE] = {"profile", DEV_OTHER},
        [M_REQUESTS] = {"requests", DEV_KEY, "try"},
        [M_ENROLL] = {"enroll", DEV_KEY, "try"},
        [M_SEND_CAPS] = {"sending-getcacaps", DEV_KEY, "sending caps"},
        [M_CAPS_OK] = {"getcacaps-200", DEV_KEY, "answered caps"},
        [M_SEND_CACERT] = {"sending-getcacert", DEV_OTHER, "sending cacert"},
        [M_CACERT_OK] = {"getcacert-200", DEV_OTHER, "answered cacert"},
        [M_ENCODE] = {"encoding", DEV_KEY},
        [M_SIGN] = {"signing", DEV_KEY, "signing"},
        [M_SENT] = {"sent", DEV_KEY, "sent"},
        [M_RESPONSE] = {"response", DEV_OTHER, "response"},
        [M_INSTALL] = {"install-state", DEV_OTHER},
        [M_HTTP] = {"http-error", DEV_ERROR, "http"},
        [M_UNKNOWN_HOST] = {"unknown-host", DEV_ERROR, "failed"},
        [M_CONNECT] = {"connect-failed", DEV_ERROR, "failed"},
        [M_TIMEOUT] = {"timeout", DEV_ERROR, "failed"},
        [M_TLS] = {"tls-failed", DEV_ERROR, "failed"},
        [M_TRUST_ANCHOR] = {"trust-anchor-missing", DEV_ERROR, "failed"},
        [M_CLEARTEXT] = {"cleartext-not-permitted", DEV_ERROR, "failed"},
        [M_DECODE] = {"answer-not-decoded", DEV_ERROR, "ended"},
        [M_TRANSPORT] = {"transport-failed", DEV_ERROR, "failed"},
        [M_READ] = {"answer-cut", DEV_ERROR, "failed"},
        [M_NO_CAPS] = {"no-capabilities", DEV_ERROR, "ended"},
        [M_NOT_CAPS] = {"caps-are-a-page", DEV_ERROR, "page caps"},
        [M_NOT_CACERT] = {"cacert-is-a-page", DEV_ERROR, "page cacert"},
        [M_NOT_PKI] = {"pki-answer-is-a-page", DEV_ERROR, "ended"},
        [M_RA_ISSUER] = {"ra-not-issued-by-ca", DEV_ERROR, "ended"},
        [M_RA_SIGNATURE] = {"ra-signature-wrong", DEV_ERROR, "ended"},
        [M_CA_REFUSED] = {"ca-not-accepted", DEV_ERROR, "ended"},
        [M_TRANS_ID] = {"transaction-id-mismatch", DEV_ERROR, "ended"},
        [M_NONCE] = {"nonce-wrong", DEV_ERROR, "ended"},
        [M_FAIL_INFO] = {"refused-by-ca", DEV_ERROR},
        [M_RECEIVED] = {"received", DEV_OTHER},
        [M_TRANSACTION] = {"transaction", DEV_OTHER},
        [M_STATE] = {"state", DEV_OTHER},
};

static const struct dev_word words[] = {
        {"CertificateStore/Enroll/ModelName=", M_PROFILE},
        {"There are ", M_REQUESTS},
        {"Trying to enroll certificate request", M_ENROLL},
        {"Sending GetCACaps(", M_SEND_CAPS},
        {"Sending GetCACert(", M_SEND_CACERT},
        {"' when sending ", M_RECEIVED},
        {"Encoding message: org.", M_ENCODE},
        {"Signing pkiMessage using key belonging to", M_SIGN},
        {"EnrollmentTransaction", M_TRANSACTION},
        {"pkiStatus=", M_RESPONSE},
        {"CERT_", M_STATE},
        {"UnknownHostException", M_UNKNOWN_HOST},
        {"ConnectException", M_CONNECT},
        {"SocketTimeoutException", M_TIMEOUT},
        {"SSLHandshakeException", M_TLS},
        {"SSLPeerUnverifiedException", M_TLS},
        {"Trust anchor for certification path not found", M_TRUST_ANCHOR},
        {"Cleartext HTTP traffic", M_CLEARTEXT},
        {"CLEARTEXT communication", M_CLEARTEXT},
        {"MessageDecodingException", M_DECODE},
        {"CMSException", M_DECODE},
        {"InvalidContentTypeException", M_NOT_PKI},
        {"Error connecting to server", M_TRANSPORT},
        {"Error reading response stream", M_READ},
        {"problem when determining capabilities", M_NO_CAPS},
        {"Content-Type mismatch", M_NOT_CAPS},
        {"Expected [application/x-x509-ca", M_NOT_CACERT},
        {"Expected [application/x-pki-message", M_NOT_PKI},
        {"RA not issued by CA", M_RA_ISSUER},
        {"Signature verification failed for RA", M_RA_SIGNATURE},
        {"Certificate verification failed", M_CA_REFUSED},
        {"Transaction ID Mismatch", M_TRANS_ID},
        {"InvalidNonceException", M_NONCE},
        {NULL, 0},
};

struct android {
	int64_t requests; /* of the last such line; -1: none */
	int last_http;    /* of the last answer; -1: none */
	bool answered, answered_pki;
	char pki_status[16], fail_info[32], state[40];
	struct {
		int code;
		uint64_t n;
	} http[16];
	unsigned nhttp;
};

/* ---- lines ---- */

/* A word of letters, digits and underscores. */
static void copy_word(char *out, size_t size, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && i < size - 1 && (isalnum((unsigned char)p[i]) || p[i] == '_'))
		i++;
	memcpy(out, p, i);
	out[i] = '\0';
}

/* "There are 1 requests" */
static bool take_requests(struct dev_run *r, struct android *a, const struct file_line *l)
{
	const char *p = dev_after(l, "There are ");
	int64_t n = 0;
	size_t i = 0;

	for (; p && i < dev_left(l, p) && isdigit((unsigned char)p[i]) && i < 9; i++)
		n = n * 10 + p[i] - '0';
	if (!i || dev_left(l, p) < i + 8 || memcmp(p + i, " request", 8) != 0)
		return false;
	a->requests = n;
	r->said.idle = n == 0;
	return true;
}

static void count_http(struct android *a, int code)
{
	for (unsigned i = 0; i < 16; i++) {
		if (i == a->nhttp) {
			a->http[i].code = code;
			a->nhttp++;
		}
		if (a->http[i].code == code) {
			a->http[i].n++;
			return;
		}
	}
}

/* "Received '200 OK' when sending GetCACaps(ca) to https://..." */
static uint64_t take_received(struct dev_run *r, struct android *a, const struct file_line *l)
{
	const char *p = dev_after(l, "Received '"), *op = dev_after(l, "' when sending ");
	const char *to = dev_after(l, " to http");
	uint64_t out = 0;
	int code;

	if (!p || !op || dev_left(l, p) < 3 || !isdigit((unsigned char)*p))
		return 0;
	code = (int)strtol(p, NULL, 10);
	a->last_http = code;
	r->said.status = code;
	if (to)
		dev_take_url(r, to - 4, dev_left(l, to) + 4);
	if (code != 200) {
		count_http(a, code);
		return dev_bit(M_HTTP);
	}
	a->answered = true;
	if (dev_left(l, op) > 9 && memcmp(op, "GetCACaps", 9) == 0)
		out = dev_bit(M_CAPS_OK);
	else if (dev_left(l, op) > 9 && memcmp(op, "GetCACert", 9) == 0)
		out = dev_bit(M_CACERT_OK);
	return out;
}

/* "Response: ...CertRep@..[failInfo=<null>,pkiStatus=SUCCESS,..." */
static uint64_t take_response(struct dev_run *r, struct android *a, const struct file_line *l)
{
	const char *status = dev_after(l, "pkiStatus="), *fail = dev_after(l, "failInfo=");

	a->answered = a->answered_pki = true;
	copy_word(a->pki_status, sizeof(a->pki_status), status, dev_left(l, status));
	memcpy(r->said.word, a->pki_status, sizeof(r->said.word));
	a->fail_info[0] = '\0';
	if (fail && *fail != '<')
		copy_word(a->fail_info, sizeof(a->fail_info), fail, dev_left(l, fail));
	return strcmp(a->pki_status, "FAILURE") == 0 ? dev_bit(M_FAIL_INFO) : 0;
}

static uint64_t take_state(struct android *a, const struct file_line *l)
{
	const char *p = dev_after(l, "CERT_"), *last = NULL;

	if (!dev_after(l, "InstallStateMachine"))
		return 0;
	/* The state that is entered stands last. */
	while (p) {
		last = p - 5;
		p = mem_find(p, dev_left(l, p), "CERT_", 5);
		p = p ? p + 5 : NULL;
	}
	copy_word(a->state, sizeof(a->state), last, dev_left(l, last));
	return dev_bit(M_INSTALL);
}

/* The host that an error of the network names: Unable to resolve host "HOST", failed to connect to
 * HOST/ADDRESS. */
static size_t named_host(const struct file_line *l, const char **host)
{
	const char *p = dev_after(l, "resolve host \"");
	size_t n = 0;

	p = p != NULL ? p : dev_after(l, "ailed to connect to ");
	*host = p;
	while (p != NULL && n < dev_left(l, p) &&
	       (isalnum((unsigned char)p[n]) || p[n] == '.' || p[n] == '-'))
		n++;
	return n;
}

/* The app speaks to Intune as well: an error that names another host than the SCEP URL's is none of SCEP. */
static bool of_another_host(const struct dev_run *r, const struct file_line *l)
{
	static const char *const intune[] = {"microsoft.com", "microsoftonline.com", "windows.net",
	                                     "azure.com", "googleapis.com"};
	const char *host, *url = strstr(r->url, "://");
	size_t n = named_host(l, &host);

	if (n < 3 || memchr(host, '.', n) == NULL)
		return false;
	if (url != NULL)
		return strncasecmp(url + 3, host, n) != 0 || isalnum((unsigned char)url[3 + n]);
	for (size_t i = 0; i < sizeof(intune) / sizeof(intune[0]); i++) {
		size_t k = strlen(intune[i]);

		if (n > k && strncasecmp(host + n - k, intune[i], k) == 0)
			return true;
	}
	return false;
}

static uint64_t take_line(struct dev_run *r, const struct file_line *l, uint64_t found)
{
	struct android *a = r->own;
	uint64_t out = found & ~(dev_bit(M_RECEIVED) | dev_bit(M_TRANSACTION) | dev_bit(M_STATE));
	const char *to;

	if ((found & NETWORK) != 0 && of_another_host(r, l))
		out &= ~NETWORK;
	if ((found & dev_bit(M_REQUESTS)) && !take_requests(r, a, l))
		out &= ~dev_bit(M_REQUESTS);
	if (found & dev_bit(M_RECEIVED))
		out |= take_received(r, a, l);
	if (found & (dev_bit(M_SEND_CAPS) | dev_bit(M_SEND_CACERT))) {
		to = dev_after(l, " to http");
		if (to)
			dev_take_url(r, to - 4, dev_left(l, to) + 4);
	}
	if ((found & dev_bit(M_TRANSACTION)) && dev_after(l, "Sending org.") &&
	    dev_after(l, "CMSSignedData@"))
		out |= dev_bit(M_SENT);
	if (found & dev_bit(M_RESPONSE))
		out |= take_response(r, a, l);
	if (found & dev_bit(M_STATE))
		out |= take_state(a, l);
	return out;
}

/* ---- facts ---- */

static const char *const stages[] = {"none",    "requested", "contacting", "caps", "cacert",
                                     "signing", "sent",      "answered",   NULL};
static const char *const statuses[] = {"SUCCESS", "FAILURE", "PENDING", NULL};

/* Answered with 200, and with what SCEP says: a page of a proxy or a login is none, and jscep says so after
 * it. */
static bool answered_well(const struct dev_run *r, enum mark ok, enum mark page)
{
	return r->marks[ok].lines > r->marks[page].lines;
}

static const char *stage_of(const struct dev_run *r, const struct android *a)
{
	return a->answered_pki                                            ? "answered"
	       : dev_found(r, M_SENT)                                     ? "sent"
	       : dev_found(r, M_SIGN)                                     ? "signing"
	       : answered_well(r, M_CACERT_OK, M_NOT_CACERT)              ? "cacert"
	       : answered_well(r, M_CAPS_OK, M_NOT_CAPS)                  ? "caps"
	       : dev_found(r, M_SEND_CAPS) || dev_found(r, M_SEND_CACERT) ? "contacting"
	       : dev_found(r, M_ENROLL) || a->requests > 0                ? "requested"
	                                                                  : "none";
}

static bool tried(const struct dev_run *r)
{
	for (unsigned m = M_UNKNOWN_HOST; m <= M_READ; m++)
		if (dev_found(r, m))
			return true;
	return dev_found(r, M_SEND_CAPS) || dev_found(r, M_SEND_CACERT) || dev_found(r, M_HTTP);
}

static struct value reached(const struct dev_run *r, const struct android *a)
{
	if (answered_well(r, M_CAPS_OK, M_NOT_CAPS) || answered_well(r, M_CACERT_OK, M_NOT_CACERT) ||
	    (a->answered_pki && a->pki_status[0] != '\0'))
		return value_bool(true);
	/* A status other than 200 may be that of a proxy on the way, and so may a page be. */
	if (a->nhttp || a->answered)
		return value_null();
	return tried(r) ? value_bool(false) : value_null();
}

static const char *connection(const struct dev_run *r, const struct android *a)
{
	if (a->requests > 0 && answered_well(r, M_CAPS_OK, M_NOT_CAPS) && dev_found(r, M_SIGN))
		return "connected";
	if (a->requests > 0 || tried(r) || dev_found(r, M_ENROLL) || dev_found(r, M_SIGN))
		return "partly";
	return r->verbose || a->requests == 0 ? "silent" : NULL;
}

static void send(struct dev_run *r)
{
	const struct android *a = r->own;
	struct value_builder http;
	char code[16];
	bool known = strcmp(a->pki_status, "SUCCESS") == 0 || strcmp(a->pki_status, "FAILURE") == 0 ||
	             strcmp(a->pki_status, "PENDING") == 0;

	ev_str(r->out, "connection", connection(r, a));
	ev_value(r->out, "reached_ndes", reached(r, a));
	ev_str(r->out, "stage", stage_of(r, a));
	ev_bool(r->out, "verbose", r->verbose);
	ev_value(r->out, "requests", a->requests < 0 ? value_null() : value_int(a->requests));
	ev_bool(r->out, "profile_arrived", dev_found(r, M_PROFILE));
	ev_bool(r->out, "caps_ok", answered_well(r, M_CAPS_OK, M_NOT_CAPS));
	ev_bool(r->out, "cacert_ok", answered_well(r, M_CACERT_OK, M_NOT_CACERT));
	ev_bool(r->out, "signing", dev_found(r, M_SIGN));
	ev_bool(r->out, "sent", dev_found(r, M_SENT));
	ev_str(r->out, "pki_status", known ? a->pki_status : NULL);
	ev_str(r->out, "fail_info", a->fail_info[0] ? a->fail_info : NULL);
	ev_str(r->out, "state", a->state[0] ? a->state : NULL);
	ev_value(r->out, "last_http", a->last_http < 0 ? value_null() : value_int(a->last_http));
	vb_init(&http, ev_mem(r->out));
	for (unsigned i = 0; i < a->nhttp; i++) {
		snprintf(code, sizeof(code), "%d", a->http[i].code);
		vb_add(&http, code, value_int((int64_t)a->http[i].n));
	}
	ev_value(r->out, "http_errors", vb_map(&http));
	if (a->answered_pki)
		ev_fault(r->out, strcmp(a->pki_status, "FAILURE") == 0);
	else if (a->requests > 0 || tried(r))
		ev_fault(r->out, !dev_found(r, M_SENT));
}

/* ---- recognition ---- */

static bool has_level(const char *p, size_t n)
{
	static const char *const levels[] = {"VERB",  "INFO",   "WARN",  "ERR",
	                                     "ERROR", "SEVERE", "DEBUG", "SEVR"};

	dev_skip_blanks(&p, &n);
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		size_t m = strlen(levels[i]);

		if (n > m && memcmp(p, levels[i], m) == 0 && (p[m] == ' ' || p[m] == '\t'))
			return true;
	}
	return false;
}

/* 2018-02-27T05:16:08.2500000 VERB ... */
static bool is_omadm(const char *p, size_t n)
{
	struct dev_when w;
	size_t i = 0;

	if (!dev_when_parse(p, n, &w) || !w.dated)
		return false;
	i = strlen(w.text);
	return n > i && memcmp(p, w.text, i) == 0 && p[10] == 'T' && has_level(p + i, n - i);
}

static unsigned recognise(const struct sample *s)
{
	unsigned shaped, lines, own;

	own = sample_has(s, "omadm") + sample_has(s, "jscep") + sample_has(s, "windowsintune") +
	      sample_has(s, "CertificateEnrollmentManager") + sample_has(s, "com.microsoft.intune");
	if (!own)
		return 0;
	shaped = dev_shaped(s, is_omadm, &lines);
	if (shaped)
		return shaped * 4 >= lines ? 95 : 65;
	/* adb logcat, or key lines alone */
	return sample_has(s, "when sending GetCACaps") || sample_has(s, "CertificateEnrollmentManager") ? 50
	                                                                                                : 0;
}

static const struct dev_platform platform = {
        .name = "android",
        .marks = marks,
        .nmarks = M__MAX,
        .words = words,
        .verbose_word = "VERB",
        .line = take_line,
        .send = send,
        .wanted = "a log of Intune on Android",
        .sign = "OMADM.log has lines like 2018-02-27T05:16:08.2500000 VERB Event com.microsoft.omadm...",
        .recognise = recognise};

static enum evidence_outcome run(const struct probe_call *call, struct evidence_out *out)
{
	struct android own = {.requests = -1, .last_http = -1};

	return dev_run(&platform, &own, call, out);
}

static const struct fact_def facts[] = {
        DEV_FACTS(stages, "verbose"),
        {"requests", FACT_INT, NULL,
         "Certificate requests waiting, of the last such line; 0: nothing to do; unknown: not said.",
         SPEAKS({"= 0", "The Android device had no certificate to ask for."},
                {"> 0",
                 "{n} {n?certificate request is|certificate requests are} waiting on the Android device."})},
        {"profile_arrived", FACT_BOOL, NULL, "Whether the SCEP profile's SyncML is in the log.",
         SPEAKS({"= false", "The SCEP profile is not in the Android log."},
                {"= true", "The SCEP profile arrived at the Android device."})},
        {"caps_ok", FACT_BOOL, NULL, "GetCACaps was answered with 200, and not with a page.",
         SPEAKS({"= true", "The Android device got the capabilities."},
                {"= false", "The Android device got no capabilities."})},
        {"cacert_ok", FACT_BOOL, NULL, "GetCACert was answered with 200, and not with a page.",
         SPEAKS({"= true", "The Android device got the CA's certificates."},
                {"= false", "The Android device got no certificates of the CA."})},
        {"signing", FACT_BOOL, NULL, "The request was signed.", SILENT},
        {"sent", FACT_BOOL, NULL, "The request was sent.",
         SPEAKS({"= true", "The Android device sent its request."},
                {"= false", "The Android device sent no request."})},
        {"pki_status", FACT_STR, statuses, "pkiStatus of the last answer; unknown when there is none.",
         SPEAKS({"= SUCCESS", "NDES answered the Android device with SUCCESS: the certificate was issued."},
                {"= PENDING", "The CA holds the Android device's request for an administrator to approve."},
                {"= FAILURE", "NDES refused the Android device's request."})},
        {"fail_info", FACT_STR, NULL, "failInfo of the last answer; unknown when there is none.",
         SPEAKS({"known", "NDES refused the Android device's request: {fail_info}."})},
        {"state", FACT_STR, NULL,
         "The last state of the certificate's installation, CERT_ACCESS_GRANTED when done.",
         SPEAKS({"= CERT_ACCESS_GRANTED", "The certificate is on the Android device."},
                {"other", "The certificate on the Android device is in the state {value}."})},
        {"last_http", FACT_INT, NULL, "HTTP status of the last answer; unknown when there is none.",
         SPEAKS({">= 400", "The Android device got {value} for its last request."},
                {"known", "The Android device got {value} for its last request."})},
        {"http_errors", FACT_MAP, NULL, "Answers other than 200 by status.", SILENT},
        {0},
};

const struct probe_impl probe_android_omadm = {
        .desc = {.id = "android.omadm",
                 .title = "Android OMADM log",
                 .kind = PROBE_FILE,
                 .params = dev_params,
                 .facts = facts,
                 .timeout_ms = 300000,
                 .by_hand = "grep -aE 'requests|GetCACaps|Signing pkiMessage|pkiStatus' {file}",
                 .source = "The article, \"Android devices\"; jscep",
                 .fetch = "Company Portal, Settings: verbose logging on; reproduce; then Help, send logs, or "
                          "copy OMADM.log by USB"},
        .run = PROBE_CODE(run),
        .recognise = PROBE_CODE(recognise),
};
