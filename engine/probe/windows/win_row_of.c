/* Which events become rows, and what of each: the table of kinds, and one function for each kind that says
 * more than its code. */
#include "win_rows_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define DEVICE_LOG "DeviceManagement-Enterprise-Diagnostic"
static const struct {
	const char *provider;
	uint32_t id; /* 0: every event of the provider */
	enum kind kind;
	unsigned traces; /* what only such a machine writes */
} kinds[] = {
        {"Application Error", 1000, KIND_CRASH, 0},
        {"NetworkDeviceEnrollmentService", 1, KIND_NDES_STARTED, TRACE_NDES},
        {"NetworkDeviceEnrollmentService", 2, KIND_NDES_FAILED, TRACE_NDES},
        {"NetworkDeviceEnrollmentService", 10, KIND_NDES_FAILED, TRACE_NDES},
        {"NetworkDeviceEnrollmentService", 29, KIND_NDES_PASSWORD, TRACE_NDES},
        {"NetworkDeviceEnrollmentService", 31, KIND_NDES_SUBMIT, TRACE_NDES},
        {"NetworkDeviceEnrollmentService", 0, KIND_NDES_MESSAGE, TRACE_NDES},
        {"WAS", 5002, KIND_POOL_DISABLED, TRACE_NDES},
        {"WAS", 5059, KIND_POOL_DISABLED, TRACE_NDES},
        {"WAS", 5021, KIND_POOL_IDENTITY, TRACE_NDES},
        {"WAS", 5057, KIND_POOL_IDENTITY, TRACE_NDES},
        {"WAS", 5139, KIND_WORKER_FAILED, TRACE_NDES},
        {"WAS", 5009, KIND_WORKER_DIED, TRACE_NDES},
        {"WAS", 5011, KIND_WORKER_DIED, TRACE_NDES},
        {"W3SVC-WP", 2276, KIND_WORKER_FAILED, 0},
        {"W3SVC-WP", 2280, KIND_WORKER_FAILED, 0},
        {"W3SVC-WP", 2281, KIND_WORKER_FAILED, 0},
        {"CAPI2", 11, KIND_CAPI2, 0},
        {"CAPI2", 30, KIND_CAPI2, 0},
        {"CAPI2", 41, KIND_CAPI2, 0},
        {"CAPI2", 42, KIND_CAPI2, 0},
        {"CAPI2", 53, KIND_CAPI2, 0},
        {"Intune-CertificateConnectors", 0, KIND_CONNECTOR, TRACE_NDES},
        {"Microsoft Intune Connector", 0, KIND_OLD_CONNECTOR, TRACE_NDES},
        {"MsiInstaller", 1033, KIND_SETUP, 0},
        {"CertificationAuthority", 22, KIND_CA_DENIED, 0},
        {"CertificationAuthority", 53, KIND_CA_DENIED, 0},
        {DEVICE_LOG, 36, KIND_DEVICE_REQUEST, TRACE_DEVICE},
        {DEVICE_LOG, 37, KIND_DEVICE_SENT, TRACE_DEVICE},
        {DEVICE_LOG, 38, KIND_DEVICE_RESPONSE, TRACE_DEVICE},
        {DEVICE_LOG, 39, KIND_DEVICE_INSTALLED, TRACE_DEVICE},
        {DEVICE_LOG, 32, KIND_DEVICE_FAILED, TRACE_DEVICE},
        {DEVICE_LOG, 307, KIND_DEVICE_FAILED, TRACE_DEVICE},
        {"CertificateServicesClient-CertEnroll", 86, KIND_DEVICE_FAILED, 0},
        {"CertificateServicesClient-CertEnroll", 87, KIND_DEVICE_FAILED, 0},
        {"CertificateServicesClient", 0, KIND_MESSAGE, 0},
        {DEVICE_LOG, 0, KIND_MESSAGE, 0},
        {"CertificationAuthority", 0, KIND_MESSAGE, 0},
        {"Schannel", 0, KIND_MESSAGE, 0},
        {"HttpEvent", 0, KIND_MESSAGE, 0},
        {"HttpService", 0, KIND_MESSAGE, 0},
        {"Microsoft-Windows-WAS", 0, KIND_MESSAGE, 0},
        {"W3SVC-WP", 0, KIND_MESSAGE, 0},
        {"Security-Kerberos", 0, KIND_MESSAGE, 0},
        {"Service Control Manager", 7000, KIND_MESSAGE, 0},
        {"Service Control Manager", 7009, KIND_MESSAGE, 0},
        {"Service Control Manager", 7031, KIND_MESSAGE, 0},
        {"Service Control Manager", 7034, KIND_MESSAGE, 0},
        {"Service Control Manager", 7038, KIND_MESSAGE, 0},
        {"Service Control Manager", 7041, KIND_MESSAGE, 0},
        {"Security-Auditing", 4625, KIND_LOGON, 0},
};

static int kind_of(const char *provider, uint32_t id)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if ((kinds[i].id == id || kinds[i].id == 0) &&
		    strcasestr_(provider, kinds[i].provider) != NULL)
			return (int)i;
	return -1;
}

bool win_rows_want(const char *provider, uint32_t id)
{
	return kind_of(provider, id) >= 0;
}

static void take(char *to, size_t max, const char *from)
{
	snprintf(to, max, "%s", from != NULL ? from : "");
}

/* Whether a text of the event speaks of it. */
static const char *value_with(const struct win_event *e, const char *what)
{
	for (size_t i = 0; i < e->ndata; i++)
		if (strcasestr_(e->data[i].value, what) != NULL)
			return e->data[i].value;
	return strcasestr_(e->message, what);
}

static void take_url(struct kept *k, const struct win_event *e)
{
	const char *s = win_field(e, "URL"), *at;
	size_t n;

	if (s == NULL)
		s = value_with(e, "https://");
	if (s == NULL)
		s = value_with(e, "http://");
	at = s != NULL ? strcasestr_(s, "http") : NULL;
	if (at == NULL)
		return;
	n = strcspn(at, " \t\r\n)'\",;<>");
	snprintf(k->url, sizeof(k->url), "%.*s", (int)n, at);
}

/* The file's name at the end of a path, or the name itself. */
static const char *base_name(const char *s)
{
	const char *cut = strrchr(s, '\\');

	return cut != NULL ? cut + 1 : s;
}

/* "0x1f24", or "1f24" of a column that is known to be hexadecimal. */
static uint32_t hex_pid(const char *s)
{
	return s != NULL ? (uint32_t)strtoul(s, NULL, 16) : 0;
}

/* Event 1000 tells the process by a value of its own; its text, in whatever language, as the fifth number in
 * hexadecimal: after two time stamps, the exception and the offset. */
static uint32_t pid_of_crash(const struct win_event *e)
{
	const char *said = win_field(e, "ProcessId"), *at = e->message;

	if (said == NULL)
		said = win_nth(e, 8);
	if (said != NULL)
		return hex_pid(said);
	for (int i = 0; i < 5 && at != NULL; i++)
		at = strstr(i == 0 ? at : at + 2, "0x");
	return hex_pid(at);
}

/* WAS tells it in decimal, and in its text between quotes. */
static uint32_t pid_of_worker(const struct win_event *e)
{
	const char *said = win_field(e, "ProcessID");

	if (said == NULL)
		said = win_nth(e, 1);
	if (said != NULL)
		return (uint32_t)strtoul(said, NULL, 10);
	for (const char *at = strchr(e->message, '\''); at != NULL; at = strchr(at + 1, '\'')) {
		size_t digits = strspn(at + 1, "0123456789");

		if (digits > 1 && digits < 9 && at[1 + digits] == '\'')
			return (uint32_t)strtoul(at + 1, NULL, 10);
	}
	return 0;
}

static bool take_worker(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	(void)j;
	k->pid = pid_of_worker(e);
	if (win_other_pool(e)) {
		k->kind = KIND_OTHER_WORKER;
		return k->pid != 0;
	}
	take(k->name, sizeof(k->name), "SCEP");
	(void)win_find_code(e, k->code, sizeof(k->code));
	return true;
}

static bool take_capi2(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	const char *process = win_field(e, "EventAuxInfo@ProcessName");
	const char *subject = win_field(e, "Certificate@subjectName"), *result;

	(void)j;
	result = win_result_of(e, k->code, sizeof(k->code));
	if (result == NULL && e->level != 2)
		return false;
	if (result == NULL)
		k->code[0] = '\0';
	take(k->name, sizeof(k->name), process != NULL ? base_name(process) : NULL);
	take(k->text, sizeof(k->text), subject != NULL ? subject : win_field(e, "Subject"));
	take_url(k, e);
	return true;
}

/* "Logon Type:  4" of a text, and its like. */
static const char *after_label(const char *text, const char *label)
{
	const char *at = strcasestr_(text, label);

	return at != NULL ? at + strlen(label) + strspn(at + strlen(label), " :\t\r\n") : NULL;
}

/* A logon as a batch job or a service, as a pool's worker needs one: whose, and why it failed. */
static bool take_logon(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	const char *type = win_field(e, "LogonType"), *status = win_field(e, "SubStatus"),
	           *account = win_field(e, "TargetUserName");

	(void)j;
	if (type == NULL)
		type = after_label(e->message, "Logon Type");
	if (status == NULL || strtoul(status, NULL, 16) == 0)
		status = win_field(e, "Status");
	if (status == NULL)
		status = after_label(e->message, "Sub Status");
	if (status != NULL && strtoul(status, NULL, 16) == 0)
		status = after_label(e->message, "Status");
	if (type == NULL || status == NULL || (*type != '4' && *type != '5') ||
	    (type[1] >= '0' && type[1] <= '9'))
		return false;
	snprintf(k->code, sizeof(k->code), "%.10s", status);
	take(k->name, sizeof(k->name), account);
	return true;
}

/* For whom a request was that the CA denied: its subject, or, where the request bore none, the account that
 * asked.  In a message, whose language may be any, the first that has the shape of one. */
static bool is_number(const char *s)
{
	return s != NULL && s[0] != '\0' && strspn(s, "0123456789") == strlen(s);
}

static bool take_subject(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	const char *subject = win_field(e, "SubjectName"), *at = strstr(e->message, "CN=");

	(void)j;
	(void)win_find_result(e, k->code, sizeof(k->code));
	if (is_number(win_field(e, "RequestId")) || is_number(win_nth(e, 0)))
		take(k->name, sizeof(k->name),
		     is_number(win_field(e, "RequestId")) ? win_field(e, "RequestId") : win_nth(e, 0));
	if (subject == NULL)
		subject = win_nth(e, 2);
	if (subject == NULL && at != NULL)
		subject = at;
	if (subject != NULL) {
		take(k->text, sizeof(k->text), subject);
		return true;
	}
	at = strchr(e->message, '\\');
	while (at != NULL && at > e->message && at[-1] > ' ')
		at--;
	if (at != NULL)
		snprintf(k->text, sizeof(k->text), "%.*s", (int)strcspn(at, " \t\r\n"), at);
	return true;
}

/* Attestation keys enrol by SCEP too: no concern of ours. */
static bool is_attestation(const struct win_event *e)
{
	return value_with(e, "microsoftaik.azure.net") != NULL;
}

static bool take_crash(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	const char *app = win_field(e, "AppName");

	app = app != NULL ? app : win_nth(e, 0);
	if (strcasestr_(app != NULL ? app : e->message, "w3wp.exe") == NULL)
		return false;
	take(k->name, sizeof(k->name), j->crash_module);
	take(k->code, sizeof(k->code), j->crash_code);
	k->pid = pid_of_crash(e);
	return true;
}

static bool take_pool(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	(void)j;
	take(k->name, sizeof(k->name), "SCEP");
	(void)win_find_code(e, k->code, sizeof(k->code));
	return !win_other_pool(e);
}

static bool take_worker_failed(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	(void)j;
	if (strcasestr_(e->provider, "WAS") != NULL && win_other_pool(e))
		return false;
	(void)win_find_code(e, k->code, sizeof(k->code));
	return true;
}

static bool take_setup(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	const char *product = win_nth(e, 0);

	(void)j;
	take(k->name, sizeof(k->name), product);
	take(k->code, sizeof(k->code), win_nth(e, 3));
	return strcasestr_(product != NULL ? product : e->message, "Connector") != NULL;
}

/* Whose request it was, so that a later one of the same device can be told from one of another. */
static bool take_connector(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	const char *id = win_field(e, "DeviceId");

	(void)j;
	(void)win_find_result(e, k->code, sizeof(k->code));
	if (id == NULL)
		id = after_label(e->message, "DeviceId");
	if (id == NULL)
		id = after_label(e->message, "Device ID");
	if (id != NULL)
		snprintf(k->text, sizeof(k->text), "%.*s", (int)strcspn(id, " \t\r\n,;.'\"|)"), id);
	return true;
}

/* The old connector's log: 20500 says that a challenge was good, everything else of a lower level is news. */
static bool take_old_connector(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	(void)j;
	(void)win_find_result(e, k->code, sizeof(k->code));
	return e->id == 20500 || e->id == 20501 || e->id == 20502 || (e->level != 0 && e->level < 4);
}

static bool take_device(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	(void)j;
	(void)win_find_result(e, k->code, sizeof(k->code));
	take_url(k, e);
	return !is_attestation(e);
}

static bool take_message(const struct win_judge *j, struct kept *k, const struct win_event *e)
{
	(void)j;
	take(k->name, sizeof(k->name), e->provider);
	(void)win_find_code(e, k->code, sizeof(k->code));
	return e->level < 4; /* 0: the file says it in words, or it is an audit */
}

/* What a kind keeps beside its code; false when the event is of no concern after all. */
static bool (*const takes[KIND__MAX])(const struct win_judge *j, struct kept *k,
                                      const struct win_event *e) = {
        [KIND_CRASH] = take_crash,
        [KIND_LOGON] = take_logon,
        [KIND_POOL_DISABLED] = take_pool,
        [KIND_POOL_IDENTITY] = take_pool,
        [KIND_WORKER_DIED] = take_worker,
        [KIND_WORKER_FAILED] = take_worker_failed,
        [KIND_CAPI2] = take_capi2,
        [KIND_CONNECTOR] = take_connector,
        [KIND_OLD_CONNECTOR] = take_old_connector,
        [KIND_SETUP] = take_setup,
        [KIND_DEVICE_REQUEST] = take_device,
        [KIND_DEVICE_SENT] = take_device,
        [KIND_DEVICE_RESPONSE] = take_device,
        [KIND_DEVICE_INSTALLED] = take_device,
        [KIND_DEVICE_FAILED] = take_device,
        [KIND_MESSAGE] = take_message,
        [KIND_CA_DENIED] = take_subject,
};

bool win_row_of(const struct win_judge *j, const struct win_event *e, struct kept *k, unsigned *traces)
{
	int i = kind_of(e->provider, e->id);

	if (i < 0)
		return false;
	memset(k, 0, sizeof(*k));
	k->kind = kinds[i].kind;
	k->n = 1;
	k->event = e->id;
	k->first = k->last = e->time_ms;
	k->line = e->number;
	*traces = kinds[i].traces;
	if (takes[k->kind] != NULL)
		return takes[k->kind](j, k, e);
	(void)win_find_result(e, k->code, sizeof(k->code));
	return true;
}
