/*
 * One function per kind of event.  Data is looked for by name first, then by position (classic events have
 * nameless data), then in the rendered message, since text exports hold nothing else.
 */
#include "win_judge_int.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/buf.h>

enum pin_kind {
	PIN_CRASH,
	PIN_NDES,
	PIN_SCEP,
	PIN_SETUP,
	PIN_POOL,
	PIN_IDENTITY,
	PIN_CAPI2,
	PIN_REQUEST,
	PIN_SENT,
	PIN_ANSWER,
	PIN_CONNECTOR
};

const char *strcasestr_(const char *hay, const char *needle)
{
	size_t n = strlen(needle);

	for (; *hay != '\0'; hay++)
		if (strncasecmp(hay, needle, n) == 0)
			return hay;
	return n == 0 ? hay : NULL;
}

const char *win_field(const struct win_event *e, const char *name)
{
	for (size_t i = 0; i < e->ndata; i++)
		if (strcasecmp(e->data[i].name, name) == 0)
			return e->data[i].value;
	return NULL;
}

const char *win_nth(const struct win_event *e, size_t n)
{
	for (size_t i = 0; i < e->ndata; i++)
		if (strcmp(e->data[i].name, "Data") == 0 && n-- == 0)
			return e->data[i].value;
	return NULL;
}

static const char *first_of(const char *a, const char *b)
{
	return a != NULL ? a : b;
}

/* The event in one line: id, provider, its data. */
static void pin(struct win_judge *j, enum pin_kind kind, const char *fact, const struct win_event *e)
{
	struct buf text, shown;

	if (j->pins[kind]++ >= PINS_OF_KIND)
		return;
	buf_init(&text, 4096);
	buf_init(&shown, 8192);
	buf_fmt(&text, "%s %u", e->provider, (unsigned)e->id);
	for (size_t i = 0; i < e->ndata; i++) {
		if (strcmp(e->data[i].name, "Data") == 0)
			buf_fmt(&text, " %s", e->data[i].value);
		else
			buf_fmt(&text, " %s=%s", e->data[i].name, e->data[i].value);
	}
	if (e->ndata == 0)
		buf_fmt(&text, " %s", e->message);
	file_redact(&shown, buf_cstr(&text), text.n);
	/* Local time without a zone is no moment. */
	ev_pin(j->out, fact, j->file, e->number, e->offset, j->local_now ? PIN_NO_TIME : e->time_ms,
	       buf_cstr(&shown), shown.n);
	buf_release(&text);
	buf_release(&shown);
}

static void keep(char *to, size_t max, const char *from)
{
	snprintf(to, max, "%s", from);
}

/* The word behind `label` in a text, up to a blank, comma or the line's end. */
static void word_after(const char *text, const char *label, char *to, size_t max)
{
	const char *at = strcasestr_(text, label);
	size_t n;

	if (at == NULL)
		return;
	at += strlen(label);
	at += strspn(at, " \t:(");
	n = strcspn(at, " \t\r\n,;)");
	if (n != 0)
		snprintf(to, max, "%.*s", (int)(n < max ? n : max - 1), at);
}

/*
 * A translated message keeps the order of the English one: line by line application, module, exception
 * code, each behind the first colon.  False when the text has no such line any more.
 */
static bool word_of_line(const char *text, unsigned line, const char *ending, char *to, size_t max)
{
	const char *end;
	size_t n;

	while (line-- > 0) {
		text = strchr(text, '\n');
		if (text == NULL)
			return false;
		text++;
	}
	end = text + strcspn(text, "\n");
	text = memchr(text, ':', (size_t)(end - text));
	if (text == NULL)
		return false;
	text += 1 + strspn(text + 1, " \t");
	n = strcspn(text, " \t\r\n,;");
	if (n < strlen(ending) || n >= max ||
	    strncasecmp(text + n - strlen(ending), ending, strlen(ending)) != 0)
		return false;
	snprintf(to, max, "%.*s", (int)n, text);
	return true;
}

/* Application Error 1000: 0 application, 3 module, 6 exception code (classic order of its data). */
void saw_crash(struct win_judge *j, const struct win_event *e)
{
	const char *app = first_of(win_field(e, "AppName"), win_nth(e, 0));
	const char *module = first_of(win_field(e, "ModuleName"), win_nth(e, 3));
	const char *code = first_of(win_field(e, "ExceptionCode"), win_nth(e, 6));

	if (strcasestr_(app != NULL ? app : e->message, "w3wp.exe") == NULL)
		return;
	j->crashes++;
	if (module != NULL)
		keep(j->crash_module, sizeof(j->crash_module), module);
	else if (!word_of_line(e->message, 1, ".dll", j->crash_module, sizeof(j->crash_module)))
		word_after(e->message, "Faulting module name", j->crash_module, sizeof(j->crash_module));
	if (code != NULL)
		snprintf(j->crash_code, sizeof(j->crash_code), "%s%.20s",
		         strncasecmp(code, "0x", 2) == 0 ? "" : "0x", code);
	else if (strcasestr_(e->message, "Exception code") != NULL)
		word_after(e->message, "Exception code", j->crash_code, sizeof(j->crash_code));
	else if (!word_of_line(e->message, 2, "", j->crash_code, sizeof(j->crash_code)) ||
	         strncasecmp(j->crash_code, "0x", 2) != 0)
		j->crash_code[0] = '\0';
	pin(j, PIN_CRASH, "w3wp_crashes", e);
}

/* A code that is kept as a number: 2147954407 or -2147012889, in a value whose name says that it is a result.
 */
static bool decimal_code(const struct win_event *e, char *to, size_t max)
{
	static const char *const names[] = {"result", "error", "code", "status", "hr"};

	for (size_t i = 0; i < e->ndata; i++) {
		const char *name = e->data[i].name, *s = e->data[i].value;
		char *end;
		long long v = strtoll(s, &end, 10);
		bool said = false;

		for (size_t k = 0; name != NULL && k < sizeof(names) / sizeof(names[0]); k++)
			said = said || (k == 4 ? strcasecmp(name, names[k]) == 0
			                       : strcasestr_(name, names[k]) != NULL);
		if (!said || end == s || *end != '\0')
			continue;
		if ((v >= INT32_MIN && v < 0) || (v > INT32_MAX && v <= UINT32_MAX)) {
			snprintf(to, max, "0x%08X", (unsigned)v);
			return true;
		}
	}
	return false;
}

/* The first 0x... of eight digits in any value or the message, or one that stands there as a number. */
bool win_find_code(const struct win_event *e, char *to, size_t max)
{
	for (size_t i = 0; i <= e->ndata; i++) {
		const char *s = i < e->ndata ? e->data[i].value : e->message;

		for (const char *at = strstr(s, "0x"); at != NULL; at = strstr(at + 2, "0x")) {
			size_t n = strspn(at + 2, "0123456789abcdefABCDEF");

			if (n == 8) { /* fewer digits are a code that was cut */
				snprintf(to, max, "%.*s", (int)n + 2, at);
				return true;
			}
		}
	}
	return decimal_code(e, to, max);
}

/* Events 2 and 10 say that NDES cannot be started; the rest are counted in by_id. */
void saw_ndes(struct win_judge *j, const struct win_event *e)
{
	if (e->id != 2 && e->id != 10)
		return;
	j->ndes_failed = true;
	(void)win_find_result(e, j->ndes_code, sizeof(j->ndes_code));
	pin(j, PIN_NDES, "ndes_failed", e);
}

static void add_once(struct value_builder *list, const char *s, int (*cmp)(const char *, const char *))
{
	for (size_t i = 0; i < list->n; i++)
		if (cmp(list->items[i].value.u.s, s) == 0)
			return;
	if (list->n < LIST_MAX)
		vb_add(list, NULL, value_str(s));
}

static void find_url(struct win_judge *j, const struct win_event *e)
{
	for (size_t i = 0; i <= e->ndata; i++) {
		const char *s = i < e->ndata ? e->data[i].value : e->message;
		const char *at = strcasestr_(s, "http");
		size_t n;

		if (at == NULL || (strncasecmp(at, "http://", 7) != 0 && strncasecmp(at, "https://", 8) != 0))
			continue;
		n = strcspn(at, " \t\r\n)'\",;");
		snprintf(j->ndes_url, sizeof(j->ndes_url), "%.*s", (int)(n < sizeof(j->ndes_url) ? n : 0),
		         at);
		return;
	}
}

void saw_request(struct win_judge *j, const struct win_event *e)
{
	j->request = true;
	find_url(j, e);
	pin(j, PIN_REQUEST, "event36", e);
}

void saw_sent(struct win_judge *j, const struct win_event *e)
{
	j->sent = true;
	pin(j, PIN_SENT, "request_sent", e);
}

void saw_answer(struct win_judge *j, const struct win_event *e)
{
	j->answered = true;
	pin(j, PIN_ANSWER, "answer_received", e);
}

/* WinINet and WinHTTP count their errors from 12001 to 12186, Schannel's are SEC_E_... of a handshake: no
 * answer of a SCEP server has such a code. */
bool win_is_network(const char *code)
{
	static const unsigned long tls[] = {0x80090308, 0x80090322, 0x80090325, 0x80090326,
	                                    0x80090327, 0x80090328, 0x80090331, 0x80090367};
	unsigned long v = strtoul(code, NULL, 16);

	for (size_t i = 0; i < sizeof(tls) / sizeof(tls[0]); i++)
		if (v == tls[i])
			return true;
	return (v >> 16 == 0x8007ul || v >> 16 == 0x8019ul) && (v & 0xFFFFul) >= 12001 &&
	       (v & 0xFFFFul) <= 12186;
}

/* winerror.h keeps what begins with 0x80094 for the errors of certificate services, and SCEP hands them to
 * the device with its refusal. */
bool win_is_refusal(const char *code)
{
	return strtoul(code, NULL, 16) >> 12 == 0x80094ul;
}

/* Attestation keys of the TPM enrol by SCEP too (events 86 and 87 for microsoftaik.azure.net): no concern of
 * ours. */
void saw_scep_failure(struct win_judge *j, const struct win_event *e)
{
	char code[24] = "";

	for (size_t i = 0; i < e->ndata; i++)
		if (strcasestr_(e->data[i].value, "microsoftaik.azure.net") != NULL)
			return;
	if (strcasestr_(e->message, "microsoftaik.azure.net") != NULL)
		return;
	j->scep_failed = true;
	if (win_find_result(e, code, sizeof(code))) {
		add_once(&j->codes, code, strcasecmp);
		j->network_failed |= win_is_network(code);
		j->device_refused |= win_is_refusal(code);
	}
	if (j->ndes_url[0] == '\0')
		find_url(j, e);
	pin(j, PIN_SCEP, "scep_failed", e);
}

/* MsiInstaller 1033: product, version, language, status, manufacturer. */
void saw_setup(struct win_judge *j, const struct win_event *e)
{
	const char *product = win_nth(e, 0), *status = win_nth(e, 3);
	char text[16] = "";

	if (strcasestr_(product != NULL ? product : e->message, "Connector") == NULL)
		return;
	if (status == NULL) {
		word_after(e->message, "error status", text, sizeof(text));
		status = text;
	}
	if (!isdigit((unsigned char)status[0]))
		return;
	j->setup_result = strtol(status, NULL, 10);
	pin(j, PIN_SETUP, "setup_result", e);
}

bool win_other_pool(const struct win_event *e)
{
	const char *pool = first_of(win_field(e, "AppPoolID"), win_nth(e, 0));

	if (pool == NULL) /* in whatever language, the message names the pool */
		return strcasestr_(e->message, "SCEP") == NULL;
	return pool[0] != '\0' && strcasecmp(pool, "SCEP") != 0;
}

void saw_pool_disabled(struct win_judge *j, const struct win_event *e)
{
	if (win_other_pool(e))
		return;
	j->pool_disabled = true;
	pin(j, PIN_POOL, "pool_disabled", e);
}

void saw_pool_identity(struct win_judge *j, const struct win_event *e)
{
	if (win_other_pool(e))
		return;
	j->pool_identity = true;
	pin(j, PIN_IDENTITY, "pool_identity_failed", e);
}

const char *win_result_of(const struct win_event *e, char *to, size_t max)
{
	const char *value = win_field(e, "Result@value");

	if (value == NULL)
		value = win_field(e, "TrustStatus/ErrorStatus@value");
	if (value != NULL) {
		const char *digits = strncasecmp(value, "0x", 2) == 0 ? value + 2 : value;

		snprintf(to, max, "0x%.8s", digits);
		return strtoul(digits, NULL, 16) != 0 ? to : NULL;
	}
	return win_find_code(e, to, max) ? to : NULL;
}

static void add_member(struct value_builder *map, const char *key, const char *value)
{
	vb_add(map, key, value_str(value != NULL && value[0] != '\0' ? value : NULL));
}

/* The role's set-up names both certificates after the server: "NDES01-MSCEP-RA". */
bool win_is_ra(const char *subject)
{
	return subject != NULL && strcasestr_(subject, "-MSCEP-RA") != NULL;
}

/* An error only: with a result that is not 0, or a level of error. */
void saw_capi2(struct win_judge *j, const struct win_event *e)
{
	char code[24];
	const char *result = win_result_of(e, code, sizeof(code));
	const char *url = win_field(e, "URL");
	struct value_builder map;

	if (result == NULL && e->level != 2)
		return;
	if (result != NULL) {
		unsigned long v = strtoul(result + 2, NULL, 16);

		j->expired = j->expired || v == 0x800B0101ul;
		j->ra_expired = j->ra_expired ||
		                (v == 0x800B0101ul && win_is_ra(win_field(e, "Certificate@subjectName")));
		j->untrusted = j->untrusted || v == 0x800B0109ul;
		j->revocation = j->revocation || v == 0x80092012ul || v == 0x80092013ul;
	}
	if (url != NULL && e->id == 53)
		add_once(&j->urls, url, strcmp);
	if (j->capi2.n < LIST_MAX) {
		vb_init(&map, ev_mem(j->out));
		vb_add(&map, "event", value_int(e->id));
		add_member(&map, "result", result);
		add_member(&map, "subject",
		           first_of(win_field(e, "Certificate@subjectName"), win_field(e, "Subject")));
		add_member(&map, "url", url);
		add_member(&map, "process", win_field(e, "EventAuxInfo@ProcessName"));
		if (e->data != NULL && e->number != 0) /* of a text it is a line */
			vb_add(&map, "record", value_int((int64_t)e->number));
		vb_add(&j->capi2, NULL, vb_map(&map));
	}
	pin(j, PIN_CAPI2, "capi2_errors", e);
}

void saw_connector(struct win_judge *j, const struct win_event *e)
{
	j->connector[e->id - 4003]++;
	if (e->id == 4003 || e->id == 4005 || e->id == 4007)
		pin(j, PIN_CONNECTOR,
		    e->id == 4003   ? "connector_received"
		    : e->id == 4005 ? "connector_refused"
		                    : "connector_failed",
		    e);
}

/* 4001: the request was not issued, and Intune was told; the Operational log has a 4007 beside it, if it was
 * sent. */
void saw_connector_failure(struct win_judge *j, const struct win_event *e)
{
	j->connector[4]++;
	pin(j, PIN_CONNECTOR, "connector_failed", e);
}

/* 20501 and 20502 of the old connector: the challenge was rejected, or could not be checked. */
void saw_old_refusal(struct win_judge *j, const struct win_event *e)
{
	j->connector[2]++;
	pin(j, PIN_CONNECTOR, "connector_refused", e);
}
