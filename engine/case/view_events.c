/* What Windows event logs answer: the server's events around the time in question, and the device's own. */
#include "view.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/host.h>
#include <casebook/url.h>

#define BEFORE_DISABLED (30 * 60000ll) /* five crashes within five minutes are WAS' own limit */
#define SAME_PROCESS (10 * 60000ll)    /* from a crash to what WAS writes of it */
#define BESIDE_IDENTITY (10 * 60000ll) /* a logon that failed beside the pool's */

static bool is_kind(const struct heard *r, const char *kind)
{
	return strcmp(r->row->kind, kind) == 0;
}

bool same_computer(const struct about *a, const struct about *b)
{
	return a->computer == NULL || *a->computer == '\0' || b->computer == NULL || *b->computer == '\0' ||
	       host_same(a->computer, b->computer);
}

void not_there(const struct hearing *h, enum window w, const char *log, bool device, struct value v,
               struct seen *out)
{
	enum strength s;

	if (out->value.type == VAL_NULL && covers(h, w, log, device, 0, &s))
		*out = (struct seen){v, s, h->q->at_ms, h->src[0], 0};
}

static bool is_near(const struct evrow *a, const struct evrow *b)
{
	return a->last_ms == ABOUT_NO_TIME || b->last_ms == ABOUT_NO_TIME ||
	       (a->first_ms <= b->last_ms + SAME_PROCESS && b->first_ms <= a->last_ms + SAME_PROCESS);
}

/* Whether WAS says of this very process that it served another pool: numbers of processes are used again, but
 * not within minutes. */
static bool elsewhere(const struct hearing *h, const struct heard *crash)
{
	int64_t pid = row_int(crash->row, "pid", 0);

	for (size_t i = 0; pid != 0 && i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (is_kind(r, "other_worker") && row_int(r->row, "pid", 0) == pid &&
		    same_computer(r->about, crash->about) && is_near(r->row, crash->row))
			return true;
	}
	return false;
}

/* An event of that kind, of a worker of SCEP as far as anybody says. */
static bool is_ours(const struct hearing *h, const struct heard *r, const char *kind)
{
	return is_kind(r, kind) && r->server != HEARD_NOT && (strcmp(kind, "crash") != 0 || !elsewhere(h, r));
}

/* How often something happened in the window. */
static void count(const struct hearing *h, const char *kind, int64_t event, enum window w, const char *log,
                  struct seen *out)
{
	int64_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_ours(h, r, kind) || !in_window(h->q, w, r) ||
		    (event != 0 && row_int(r->row, "event", 0) != event))
			continue;
		n += r->row->n;
		seen_by(out, r, value_int(1), r->server);
	}
	if (n != 0)
		out->value = value_int(n);
	not_there(h, w, log, false, value_int(0), out);
}

static const struct heard *newest(const struct hearing *h, const char *kind, enum window w);
static bool over(const struct heard *was, const struct heard *since);

/* What made WAS disable the pool counts while it stays disabled: no worker is left to crash since. */
static int64_t until_disabled(const struct hearing *h, const char *kind, struct seen *out)
{
	const struct heard *off = newest(h, "pool_disabled", WINDOW_POOL);
	int64_t n = 0;

	if (off == NULL || over(off, newest(h, "ndes_started", WINDOW_POOL)))
		return 0;
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_ours(h, r, kind) || in_window(h->q, WINDOW_CRASH, r) ||
		    r->row->last_ms == ABOUT_NO_TIME || r->row->first_ms > off->row->last_ms ||
		    r->row->last_ms < off->row->first_ms - BEFORE_DISABLED)
			continue;
		n += r->row->n;
		seen_by(out, r, value_int(1), r->server);
	}
	return n;
}

static void died(const struct hearing *h, const char *kind, const char *log, struct seen *out)
{
	int64_t n = until_disabled(h, kind, out);
	struct seen now = {.at_ms = ABOUT_NO_TIME};

	count(h, kind, 0, WINDOW_CRASH, log, &now);
	if (n == 0) {
		*out = now;
		return;
	}
	if (now.value.type == VAL_INT)
		n += now.value.u.i;
	out->value = value_int(n);
}

static void crashes(const struct hearing *h, struct seen *out)
{
	died(h, "crash", "application", out);
}

static void worker_died(const struct hearing *h, struct seen *out)
{
	died(h, "worker_died", "system", out);
}

static void text_of_newest(const struct hearing *h, const char *kind, const char *key, enum window w,
                           struct seen *out)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (is_ours(h, r, kind) && in_window(h->q, w, r) && row_text(r->row, key) != NULL)
			seen_by(out, r, value_str(row_text(r->row, key)), r->server);
	}
}

static void crash_module(const struct hearing *h, struct seen *out)
{
	text_of_newest(h, "crash", "module", WINDOW_CRASH, out);
}

static void crash_code(const struct hearing *h, struct seen *out)
{
	text_of_newest(h, "crash", "code", WINDOW_CRASH, out);
}

/* ---- states: the newest of what begins and what ends one ---- */

static const struct heard *newest(const struct hearing *h, const char *kind, enum window w)
{
	const struct heard *found = NULL;

	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (is_kind(r, kind) && r->server != HEARD_NOT && in_window(h->q, w, r) &&
		    (found == NULL || r->server > found->server ||
		     (r->server == found->server && r->row->last_ms >= found->row->last_ms)))
			found = r;
	}
	return found;
}

static bool over(const struct heard *was, const struct heard *since)
{
	return since != NULL && since->row->last_ms > was->row->last_ms && since->server + 1 >= was->server;
}

static void state(const struct hearing *h, const char *begins, enum window w, const char *log,
                  struct seen *out)
{
	const struct heard *bad = newest(h, begins, w), *good = newest(h, "ndes_started", w);

	if (bad != NULL && !over(bad, good))
		seen_by(out, bad, value_bool(true), bad->server);
	else if (bad != NULL)
		seen_by(out, good, value_bool(false), good->server);
	not_there(h, w, log, false, value_bool(false), out);
}

static void pool_disabled(const struct hearing *h, struct seen *out)
{
	state(h, "pool_disabled", WINDOW_POOL, "system", out);
}

static void pool_identity(const struct hearing *h, struct seen *out)
{
	state(h, "pool_identity", WINDOW_POOL, "system", out);
}

/* Why the logon failed that WAS speaks of: the one beside its event, on the same machine. */
static const char *logon_word(const char *code)
{
	static const struct {
		unsigned long status;
		const char *word;
	} words[] = {{0xC0000234, "locked"},           {0xC0000072, "disabled"},
	             {0xC0000193, "expired"},          {0xC0000071, "password-expired"},
	             {0xC0000224, "password-expired"}, {0xC000006A, "wrong-password"},
	             {0xC000015B, "not-granted"}};
	unsigned long status = strtoul(code, NULL, 16);

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (words[i].status == status)
			return words[i].word;
	return "other";
}

static void pool_logon(const struct hearing *h, struct seen *out)
{
	const struct heard *bad = newest(h, "pool_identity", WINDOW_POOL);

	for (size_t i = 0; bad != NULL && i < h->n; i++) {
		const struct heard *r = &h->rows[i];
		const char *code = row_text(r->row, "code");

		if (is_kind(r, "logon_failed") && r->server != HEARD_NOT && code != NULL &&
		    r->row->last_ms >= bad->row->first_ms - BESIDE_IDENTITY &&
		    r->row->first_ms <= bad->row->last_ms + BESIDE_IDENTITY)
			seen_by(out, r, value_str(logon_word(code)), r->server);
	}
}

static void worker_failed(const struct hearing *h, struct seen *out)
{
	state(h, "worker_failed", WINDOW_POOL, "application", out);
}

static void ndes_failed(const struct hearing *h, struct seen *out)
{
	const struct heard *good = newest(h, "ndes_started", WINDOW_NDES);

	state(h, "ndes_failed", WINDOW_NDES, "application", out);
	if (out->value.type == VAL_NULL && good != NULL)
		seen_by(out, good, value_bool(false), good->server);
}

static void ndes_code(const struct hearing *h, struct seen *out)
{
	const struct heard *bad = newest(h, "ndes_failed", WINDOW_NDES),
	                   *good = newest(h, "ndes_started", WINDOW_NDES);

	if (bad != NULL && !over(bad, good) && row_text(bad->row, "code") != NULL)
		seen_by(out, bad, value_str(row_text(bad->row, "code")), bad->server);
}

static void ndes_password(const struct hearing *h, struct seen *out)
{
	count(h, "ndes_password", 0, WINDOW_CONNECTOR, "application", out);
}

static void ndes_submit(const struct hearing *h, struct seen *out)
{
	count(h, "ndes_submit", 0, WINDOW_CONNECTOR, "application", out);
}

/* A request that bears no subject is named by the account that asked; every SCEP request bears one, so this
 * was somebody's own enrolment. */
static bool without_subject(const struct evrow *denied)
{
	const char *subject = row_text(denied, "subject");

	return subject != NULL && strchr(subject, '\\') != NULL && strchr(subject, '=') == NULL;
}

static void ca_refused(const struct hearing *h, struct seen *out)
{
	/* The CA is another machine, and its log is asked all the same. */
	for (size_t i = 0; i < h->n; i++)
		if (is_kind(&h->rows[i], "ca_denied") && !without_subject(h->rows[i].row) &&
		    in_window(h->q, WINDOW_CONNECTOR, &h->rows[i]))
			seen_by(out, &h->rows[i], value_int(h->rows[i].row->n), HEARD_UNNAMED);
}

/* ---- CAPI2: only what NDES' worker and the connector looked at ---- */

static const char *const programs[] = {
        "w3wp.exe",
        "PFXCertificateConnector",
        "NDESConnector",
        "Microsoft.Intune.Connectors",
        "NDESConnectorSvc",
        "CertificateConnector",
        "PkiConnectorSvc",
        "PkiRevokeConnectorSvc",
        "PkiCreateConnectorSvc",
};

static enum strength of_program(const struct heard *r)
{
	const char *process = row_text(r->row, "process");

	if (process == NULL)
		return r->server > HEARD_PERHAPS ? HEARD_PERHAPS : r->server;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (strncasecmp(process, programs[i], strlen(programs[i])) == 0)
			return r->server;
	return HEARD_NOT;
}

static unsigned long code_of(const struct heard *r)
{
	const char *code = row_text(r->row, "code");

	return code != NULL ? strtoul(code, NULL, 16) : 0;
}

static void capi2(const struct hearing *h, unsigned long a, unsigned long b, struct seen *out)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (is_kind(r, "capi2") && in_window(h->q, WINDOW_CAPI2, r) &&
		    (code_of(r) == a || code_of(r) == b))
			seen_by(out, r, value_bool(true), of_program(r));
	}
	not_there(h, WINDOW_CAPI2, "capi2", false, value_bool(false), out);
}

static void capi2_expired(const struct hearing *h, struct seen *out)
{
	capi2(h, 0x800B0101ul, 0x800B0101ul, out);
}

/* Other than a client's or a neighbour's: NDES' worker looked at NDES' own. */
static void ra_expired(const struct hearing *h, struct seen *out)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];
		const struct value *ra = value_find(&r->row->data, "ra");

		if (is_kind(r, "capi2") && code_of(r) == 0x800B0101ul && ra != NULL && ra->type == VAL_BOOL &&
		    ra->u.b && in_window(h->q, WINDOW_CAPI2, r))
			seen_by(out, r, value_bool(true), of_program(r));
	}
	not_there(h, WINDOW_CAPI2, "capi2", false, value_bool(false), out);
}

static void capi2_untrusted(const struct hearing *h, struct seen *out)
{
	capi2(h, 0x800B0109ul, 0x800B0109ul, out);
}

static void revocation_failed(const struct hearing *h, struct seen *out)
{
	capi2(h, 0x80092012ul, 0x80092013ul, out);
}

static void failed_urls(const struct hearing *h, struct seen *out)
{
	struct value_builder b;

	vb_init(&b, h->r->mem);
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_kind(r, "capi2") || !in_window(h->q, WINDOW_CAPI2, r) ||
		    row_int(r->row, "event", 0) != 53 || row_text(r->row, "url") == NULL ||
		    of_program(r) == HEARD_NOT)
			continue;
		vb_add(&b, NULL, value_str(row_text(r->row, "url")));
		seen_by(out, r, value_bool(true), of_program(r));
	}
	if (b.n != 0)
		out->value = vb_list(&b);
}

/* ---- the device's own log ---- */

static void device_did(const struct hearing *h, const char *kind, struct seen *out)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (is_kind(r, kind) && in_window(h->q, WINDOW_DEVICE, r))
			seen_by(out, r, value_bool(true), r->device);
	}
	not_there(h, WINDOW_DEVICE, "device", true, value_bool(false), out);
}

static void event36(const struct hearing *h, struct seen *out)
{
	device_did(h, "device_request", out);
}

static void sent(const struct hearing *h, struct seen *out)
{
	device_did(h, "device_sent", out);
}

static void answered(const struct hearing *h, struct seen *out)
{
	device_did(h, "device_response", out);
}

static void installed(const struct hearing *h, struct seen *out)
{
	for (size_t i = 0; i < h->n; i++)
		if (is_kind(&h->rows[i], "device_installed") && in_window(h->q, WINDOW_DEVICE, &h->rows[i]))
			seen_by(out, &h->rows[i], value_bool(true), h->rows[i].device);
}

static void scep_failed(const struct hearing *h, struct seen *out)
{
	device_did(h, "device_failed", out);
}

static bool network(const struct heard *r)
{
	const struct value *v = value_find(&r->row->data, "network");

	return is_kind(r, "device_failed") && v != NULL && v->type == VAL_BOOL && v->u.b;
}

/* The device's own connection failed, and no answer reached it since. */
static void network_failed(const struct hearing *h, struct seen *out)
{
	const struct heard *answer = NULL;

	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!in_window(h->q, WINDOW_DEVICE, r))
			continue;
		if (network(r))
			seen_by(out, r, value_bool(true), r->device);
		else if ((is_kind(r, "device_response") || is_kind(r, "device_installed")) &&
		         (answer == NULL || r->row->last_ms > answer->row->last_ms))
			answer = r;
	}
	if (answer != NULL && (out->value.type == VAL_NULL || answer->row->last_ms > out->at_ms))
		*out = (struct seen){.at_ms = ABOUT_NO_TIME};
	if (answer != NULL && out->value.type == VAL_NULL)
		seen_by(out, answer, value_bool(false), answer->device);
	not_there(h, WINDOW_DEVICE, "device", true, value_bool(false), out);
}

static void scep_codes(const struct hearing *h, struct seen *out)
{
	struct value_builder b;

	vb_init(&b, h->r->mem);
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_kind(r, "device_failed") || !in_window(h->q, WINDOW_DEVICE, r) ||
		    r->device == HEARD_NOT || row_text(r->row, "code") == NULL)
			continue;
		vb_add(&b, NULL, value_str(row_text(r->row, "code")));
		seen_by(out, r, value_bool(true), r->device);
	}
	if (b.n != 0)
		out->value = vb_list(&b);
}

static void ndes_url(const struct hearing *h, struct seen *out)
{
	static const char *const kinds[] = {"device_request", "device_failed"};

	for (size_t k = 0; k < 2 && out->value.type == VAL_NULL; k++)
		for (size_t i = 0; i < h->n; i++)
			if (is_kind(&h->rows[i], kinds[k]) && row_text(h->rows[i].row, "url") != NULL)
				seen_by(out, &h->rows[i], value_str(row_text(h->rows[i].row, "url")),
				        h->rows[i].device);
}

/* The URL that the flow's checks look at; NULL when nobody gave it. */
static const char *tested_url(const struct hearing *h)
{
	const struct flow *f = h->r->flow;

	for (size_t i = 0; i < f->nnodes; i++)
		for (size_t k = 0; k < f->nodes[i].nchecks; k++)
			for (size_t a = 0; a < f->nodes[i].checks[k].nargs; a++) {
				const struct check_arg *arg = &f->nodes[i].checks[k].args[a];

				if (arg->input >= 0 && strcmp(arg->key, "url") == 0)
					return replay_input(h->r, f->inputs[arg->input].key);
			}
	return NULL;
}

/* Bytes of the path without its query and without what Windows appends. */
static size_t path_len(const char *path)
{
	static const char added[] = "/pkiclient.exe";
	size_t n = strcspn(path, "?#"), m = sizeof(added) - 1;

	return n > m && strncasecmp(path + n - m, added, m) == 0 ? n - m : n;
}

static bool same_url(const struct url *a, const struct url *b)
{
	size_t n = path_len(a->path), m = path_len(b->path);

	return strcasecmp(a->host, b->host) == 0 && a->port == b->port && n == m &&
	       strncasecmp(a->path, b->path, n) == 0;
}

/* An address is a way round the name, and says nothing about the profile. */
static bool by_name(const struct url *u)
{
	return !u->literal6 && u->host[strspn(u->host, "0123456789.")] != '\0' &&
	       strcasecmp(u->host, "localhost") != 0;
}

static void url_matches(const struct hearing *h, struct seen *out)
{
	const char *test = tested_url(h);
	struct url used, tested;
	struct seen device = {.at_ms = ABOUT_NO_TIME};
	struct err err;

	ndes_url(h, &device);
	if (device.value.type != VAL_STR || test == NULL || url_parse(device.value.u.s, &used, &err) != 0 ||
	    url_parse(test, &tested, &err) != 0 || !by_name(&tested))
		return;
	*out = device;
	out->value = value_bool(same_url(&used, &tested));
}

/* Of the device's log: its silence is what is asked about. */
static void covers_attempt(const struct hearing *h, struct seen *out)
{
	covers_question(h, WINDOW_DEVICE, "device", true, 0, out);
}

const struct view event_views[] = {
        {"w3wp_crashes", crashes},
        {"crash_module", crash_module},
        {"crash_code", crash_code},
        {"pool_disabled", pool_disabled},
        {"pool_identity_failed", pool_identity},
        {"worker_failed", worker_failed},
        {"worker_died", worker_died},
        {"pool_logon", pool_logon},
        {"ndes_failed", ndes_failed},
        {"ndes_code", ndes_code},
        {"ndes_password_refused", ndes_password},
        {"ndes_submit_failed", ndes_submit},
        {"ca_denied", ca_refused},
        {"capi2_expired", capi2_expired},
        {"ra_expired", ra_expired},
        {"capi2_untrusted", capi2_untrusted},
        {"revocation_failed", revocation_failed},
        {"failed_urls", failed_urls},
        {"event36", event36},
        {"request_sent", sent},
        {"answer_received", answered},
        {"certificate_installed", installed},
        {"scep_failed", scep_failed},
        {"network_failed", network_failed},
        {"scep_codes", scep_codes},
        {"ndes_url", ndes_url},
        {"url_matches", url_matches},
        {"covers_attempt", covers_attempt},
        {NULL, NULL},
};
