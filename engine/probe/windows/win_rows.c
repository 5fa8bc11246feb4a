/*
 * Windows events one by one, for the question of a case: which computer, which moment, which process.  The
 * newest of each kind are kept, and those near the attempt; what is alike and close together is one row.
 */
#include "win_judge_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/xalloc.h>

#define OF_KIND 120u                /* rows kept of one kind */
#define NEAR_OF_KIND 24u            /* and of those near the attempt */
#define NEAR_MS (2 * 3600000ll)     /* how near */
#define ALIKE_MS (10 * 60000ll)     /* alike within this: one row */
#define UNZONED_MS (14 * 3600000ll) /* a local time may be off by so much */

enum kind {
	KIND_CRASH,
	KIND_NDES_STARTED,
	KIND_NDES_FAILED,
	KIND_NDES_PASSWORD,
	KIND_NDES_SUBMIT,
	KIND_NDES_MESSAGE,
	KIND_POOL_DISABLED,
	KIND_POOL_IDENTITY,
	KIND_WORKER_FAILED,
	KIND_WORKER_DIED,
	KIND_OTHER_WORKER, /* a worker process that served another pool */
	KIND_LOGON,
	KIND_CAPI2,
	KIND_CONNECTOR,
	KIND_SETUP,
	KIND_CA_DENIED,
	KIND_DEVICE_REQUEST,
	KIND_DEVICE_SENT,
	KIND_DEVICE_RESPONSE,
	KIND_DEVICE_INSTALLED,
	KIND_DEVICE_FAILED,
	KIND_MESSAGE, /* an error or warning of another known source */
	KIND__MAX
};
static const char *const kind_names[] = {
        "crash",         "ndes_started",   "ndes_failed",   "ndes_password",   "ndes_submit",
        "ndes_message",  "pool_disabled",  "pool_identity", "worker_failed",   "worker_died",
        "other_worker",  "logon_failed",   "capi2",         "connector",       "setup",
        "ca_denied",     "device_request", "device_sent",   "device_response", "device_installed",
        "device_failed", "message",
};
_Static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == KIND__MAX, "every kind has its name");

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
        {"MsiInstaller", 1033, KIND_SETUP, 0},
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

struct kept {
	enum kind kind;
	unsigned part;
	uint32_t n, event, pid; /* pid: of the process that ended; 0: not said */
	int64_t first, last;
	uint64_t line;
	char code[24], name[120], url[300], text[160]; /* name: process, module, pool or product */
};

struct win_rows {
	struct win_judge *j;
	struct ring {
		struct kept rows[OF_KIND];
		unsigned n, last; /* last: the one put in last */
		struct kept near[NEAR_OF_KIND];
		unsigned nnear;
	} * ring[KIND__MAX];
	int64_t lost; /* the newest that was replaced; PIN_NO_TIME: none */
};

struct win_rows *win_rows_new(struct win_judge *j)
{
	struct win_rows *r = xcalloc(1, sizeof(*r));

	r->j = j;
	r->lost = PIN_NO_TIME;
	return r;
}

void win_rows_free(struct win_rows *r)
{
	for (int i = 0; r != NULL && i < KIND__MAX; i++)
		free(r->ring[i]);
	free(r);
}

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

static bool take_worker(struct kept *k, const struct win_event *e)
{
	k->pid = pid_of_worker(e);
	if (win_other_pool(e)) {
		k->kind = KIND_OTHER_WORKER;
		return k->pid != 0;
	}
	take(k->name, sizeof(k->name), "SCEP");
	(void)win_find_code(e, k->code, sizeof(k->code));
	return true;
}

static bool take_capi2(struct kept *k, const struct win_event *e)
{
	const char *process = win_field(e, "EventAuxInfo@ProcessName");
	const char *subject = win_field(e, "Certificate@subjectName"), *result;

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
static bool take_logon(struct kept *k, const struct win_event *e)
{
	const char *type = win_field(e, "LogonType"), *status = win_field(e, "SubStatus"),
	           *account = win_field(e, "TargetUserName");

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
static void take_subject(struct kept *k, const struct win_event *e)
{
	const char *subject = win_field(e, "SubjectName"), *at = strstr(e->message, "CN=");

	if (subject == NULL)
		subject = win_nth(e, 2);
	if (subject == NULL && at != NULL)
		subject = at;
	if (subject != NULL) {
		take(k->text, sizeof(k->text), subject);
		return;
	}
	at = strchr(e->message, '\\');
	while (at != NULL && at > e->message && at[-1] > ' ')
		at--;
	if (at != NULL)
		snprintf(k->text, sizeof(k->text), "%.*s", (int)strcspn(at, " \t\r\n"), at);
}

/* Attestation keys enrol by SCEP too: no concern of ours. */
static bool is_attestation(const struct win_event *e)
{
	return value_with(e, "microsoftaik.azure.net") != NULL;
}

/* False when the event is of no concern after all. */
static bool fill(struct win_rows *r, struct kept *k, const struct win_event *e)
{
	const struct win_judge *j = r->j;
	const char *app;

	switch (k->kind) {
	case KIND_CRASH:
		app = win_field(e, "AppName");
		app = app != NULL ? app : win_nth(e, 0);
		if (strcasestr_(app != NULL ? app : e->message, "w3wp.exe") == NULL)
			return false;
		take(k->name, sizeof(k->name), j->crash_module);
		take(k->code, sizeof(k->code), j->crash_code);
		k->pid = pid_of_crash(e);
		return true;
	case KIND_LOGON:
		return take_logon(k, e);
	case KIND_POOL_DISABLED:
	case KIND_POOL_IDENTITY:
		take(k->name, sizeof(k->name), "SCEP");
		(void)win_find_code(e, k->code, sizeof(k->code));
		return !win_other_pool(e);
	case KIND_WORKER_DIED:
		return take_worker(k, e);
	case KIND_WORKER_FAILED:
		if (strcasestr_(e->provider, "WAS") != NULL && win_other_pool(e))
			return false;
		(void)win_find_code(e, k->code, sizeof(k->code));
		return true;
	case KIND_CAPI2:
		return take_capi2(k, e);
	case KIND_SETUP:
		app = win_nth(e, 0);
		take(k->name, sizeof(k->name), app);
		take(k->code, sizeof(k->code), win_nth(e, 3));
		return strcasestr_(app != NULL ? app : e->message, "Connector") != NULL;
	case KIND_DEVICE_REQUEST:
	case KIND_DEVICE_SENT:
	case KIND_DEVICE_RESPONSE:
	case KIND_DEVICE_INSTALLED:
	case KIND_DEVICE_FAILED:
		(void)win_find_result(e, k->code, sizeof(k->code));
		take_url(k, e);
		return !is_attestation(e);
	case KIND_MESSAGE:
		take(k->name, sizeof(k->name), e->provider);
		(void)win_find_code(e, k->code, sizeof(k->code));
		return e->level < 4; /* 0: the file says it in words, or it is an audit */
	case KIND_NDES_STARTED:
	case KIND_NDES_FAILED:
	case KIND_NDES_PASSWORD:
	case KIND_NDES_SUBMIT:
	case KIND_NDES_MESSAGE:
	case KIND_CONNECTOR:
	case KIND_OTHER_WORKER:
	case KIND__MAX:
		break;
	case KIND_CA_DENIED:
		take_subject(k, e);
		break;
	}
	(void)win_find_result(e, k->code, sizeof(k->code));
	return true;
}

static bool alike(const struct kept *a, const struct kept *b)
{
	return a->part == b->part && a->event == b->event && a->pid == b->pid &&
	       strcasecmp(a->code, b->code) == 0 && strcasecmp(a->name, b->name) == 0 &&
	       strcmp(a->url, b->url) == 0 && strcmp(a->text, b->text) == 0;
}

/* Logs run forwards, exports of the newest first run backwards. */
static bool close_to(const struct kept *a, const struct kept *b)
{
	if (a->last == PIN_NO_TIME || b->first == PIN_NO_TIME)
		return a->last == b->first;
	return b->first - a->last <= ALIKE_MS && a->first - b->last <= ALIKE_MS;
}

static void merge(struct kept *to, const struct kept *k)
{
	to->n++;
	if (k->last > to->last) {
		to->last = k->last;
		to->line = k->line;
	}
	if (k->first < to->first)
		to->first = k->first;
}

static void lose(struct win_rows *r, const struct kept *k)
{
	int64_t attempt = r->j->attempt;
	struct ring *ring = r->ring[k->kind];
	bool near = attempt != PIN_NO_TIME && k->last != PIN_NO_TIME && k->last > attempt - NEAR_MS &&
	            k->first < attempt + NEAR_MS;

	if (near && ring->nnear < NEAR_OF_KIND) {
		ring->near[ring->nnear++] = *k;
		return;
	}
	if (k->last > r->lost && k->kind != KIND_MESSAGE) /* nothing is concluded from their absence */
		r->lost = k->last;
}

/* The one of a full ring that ended first. */
static unsigned oldest_of(const struct ring *ring)
{
	unsigned least = 0;

	for (unsigned i = 1; i < ring->n; i++)
		if (ring->rows[i].last < ring->rows[least].last)
			least = i;
	return least;
}

static void keep(struct win_rows *r, const struct kept *k)
{
	struct ring *ring = r->ring[k->kind];
	unsigned at;

	if (ring == NULL)
		ring = r->ring[k->kind] = xcalloc(1, sizeof(*ring));
	at = ring->last; /* the last one that was put in */
	if (ring->n != 0 && alike(&ring->rows[at], k) && close_to(&ring->rows[at], k)) {
		merge(&ring->rows[at], k);
		return;
	}
	if (ring->n < OF_KIND) {
		at = ring->n++;
	} else {
		at = oldest_of(ring);
		if (k->last < ring->rows[at].last) {
			lose(r, k);
			return;
		}
		lose(r, &ring->rows[at]);
	}
	ring->rows[at] = *k;
	ring->last = at;
}

void win_rows_event(struct win_rows *r, const struct win_event *e)
{
	int i = kind_of(e->provider, e->id);
	struct kept k;

	if (i < 0 || r->j->nparts == 0)
		return;
	memset(&k, 0, sizeof(k));
	k.kind = kinds[i].kind;
	k.part = r->j->part;
	k.n = 1;
	k.event = e->id;
	k.first = k.last = e->time_ms;
	k.line = e->number;
	if (!fill(r, &k, e))
		return;
	if (k.kind != KIND_OTHER_WORKER)
		r->j->parts[k.part].traces |= kinds[i].traces;
	if (k.kind == KIND_CRASH && strcasecmp(k.name, "mscep.dll") == 0)
		r->j->parts[k.part].traces |= TRACE_NDES;
	keep(r, &k);
}

/* ---- sending ---- */

static const char *const name_keys[KIND__MAX] = {
        [KIND_CRASH] = "module",  [KIND_POOL_DISABLED] = "pool", [KIND_POOL_IDENTITY] = "pool",
        [KIND_LOGON] = "account", [KIND_WORKER_DIED] = "pool",   [KIND_CAPI2] = "process",
        [KIND_SETUP] = "product", [KIND_MESSAGE] = "source",
};

static void send_row(struct win_rows *r, const struct kept *k)
{
	struct evidence_out *out = r->j->out;
	struct evrow row = evrow_nothing;
	struct value_builder b;

	vb_init(&b, ev_mem(out));
	vb_add(&b, "event", value_int(k->event));
	if (k->code[0] != '\0')
		vb_add(&b, k->kind == KIND_SETUP ? "result" : "code", value_str(k->code));
	if (k->kind == KIND_DEVICE_FAILED && win_is_network(k->code))
		vb_add(&b, "network", value_bool(true));
	if (k->name[0] != '\0' && name_keys[k->kind] != NULL)
		vb_add(&b, name_keys[k->kind], value_str(k->name));
	if (k->pid != 0)
		vb_add(&b, "pid", value_int(k->pid));
	if (k->url[0] != '\0')
		vb_add(&b, "url", value_str(k->url));
	if (k->text[0] != '\0')
		vb_add(&b, "subject", value_str(k->text));
	row.kind = kind_names[k->kind];
	row.part = (uint16_t)k->part;
	row.first_ms = k->first;
	row.last_ms = k->last;
	row.n = k->n;
	row.line = k->line;
	row.data = vb_map(&b);
	ev_row(out, &row);
}

static void send_part(const struct win_rows *r, unsigned i, bool local, bool complete)
{
	static const char *const logs[] = {"application", "system", "capi2", "device", "connector", NULL};
	const struct win_part *p = &r->j->parts[i];
	struct about a = about_nothing;

	a.computer = p->computer;
	a.log = logs[p->log];
	a.traces = p->traces | (p->log == LOG_DEVICE ? TRACE_DEVICE : 0) |
	           (p->log == LOG_CONNECTOR ? TRACE_NDES : 0);
	a.from_ms = p->from;
	a.to_ms = p->to;
	a.slack_ms = local ? UNZONED_MS : 0;
	/* One event, or many of one id: somebody chose them. */
	a.complete = complete && p->several ? TRI_YES : TRI_NO;
	ev_part(r->j->out, i, &a);
}

/* How often a kind was met, for who asks the file alone; not met is 0 only where the log is and is whole. */
static void send_count(const struct win_rows *r, enum kind kind, const char *fact, enum log_kind log,
                       bool complete)
{
	const struct ring *ring = r->ring[kind];
	int64_t n = 0;

	for (unsigned i = 0; ring != NULL && i < ring->n; i++)
		n += ring->rows[i].n;
	if (n != 0 || (complete && r->j->seen[log]))
		ev_int(r->j->out, fact, n);
}

static void send_facts(const struct win_rows *r, bool complete)
{
	send_count(r, KIND_NDES_PASSWORD, "ndes_password_refused", LOG_APPLICATION, complete);
	send_count(r, KIND_NDES_SUBMIT, "ndes_submit_failed", LOG_APPLICATION, complete);
	if (r->ring[KIND_CA_DENIED] != NULL)
		send_count(r, KIND_CA_DENIED, "ca_denied", LOG__MAX, false);
	if (r->ring[KIND_DEVICE_INSTALLED] != NULL)
		ev_bool(r->j->out, "certificate_installed", true);
	if (r->ring[KIND_WORKER_FAILED] != NULL)
		ev_bool(r->j->out, "worker_failed", true);
	if (r->ring[KIND_WORKER_DIED] != NULL)
		send_count(r, KIND_WORKER_DIED, "worker_died", LOG__MAX, false);
}

void win_rows_send(struct win_rows *r, bool local, bool complete)
{
	send_facts(r, complete);
	for (unsigned i = 0; i < r->j->nparts; i++)
		send_part(r, i, local, complete);
	for (int i = 0; i < KIND__MAX; i++) {
		const struct ring *ring = r->ring[i];

		for (unsigned k = 0; ring != NULL && k < ring->n; k++)
			send_row(r, &ring->rows[k]);
		for (unsigned k = 0; ring != NULL && k < ring->nnear; k++)
			send_row(r, &ring->near[k]);
	}
	if (r->lost != PIN_NO_TIME)
		ev_rows_from(r->j->out, r->lost + 1);
}
