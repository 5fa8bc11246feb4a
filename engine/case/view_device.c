/*
 * What the logs of phones answer.  Each log is one device: its rows around the time in question are put
 * together, never those of two.  The newest device that tried answers for the case; silent is one only where
 * its log covers the time.
 */
#include "view.h"

#include <string.h>

/* One try, from the request for capabilities or a certificate to what became of it. */
struct attempt {
	bool tried, signing, sent, failed, http, page, over;
	int answered[2]; /* GetCACaps, GetCACert: answers less pages */
	const struct heard *answer, *refusal, *response, *status, *url, *installed;
};
/* What one device's log says of the time in question: its newest try whose end is seen. */
struct device {
	const struct evidence *e;
	const struct about *about;
	bool verbose, idle, requests;
	struct attempt at, before;
	const struct heard *newest;
};

static bool is_kind(const struct heard *h, const char *kind)
{
	return strcmp(h->row->kind, kind) == 0;
}

/* The newest day is that of the server's logs: a device's log that goes on after it is no old one. */
static bool of_time(const struct question *q, const struct heard *h)
{
	int64_t from, to;

	if (in_window(q, WINDOW_DEVICE, h))
		return true;
	return q->by == AT_NEWEST_DAY && window_span(q, WINDOW_DEVICE, &from, &to) && h->row->last_ms > to;
}

/* Something came of it: an answer, or no way to get one. */
static bool ended(const struct attempt *a)
{
	return a->failed || a->http || a->page || a->over || a->answer != NULL || a->installed != NULL;
}

/* A request waits, or the first question is asked again: what was before is another try. */
static bool begins(const struct device *d, const struct heard *h)
{
	const char *operation = row_text(h->row, "operation");
	bool ios = d->about->platform != NULL && strcmp(d->about->platform, "ios") == 0;

	if (is_kind(h, "try"))
		return true;
	return is_kind(h, "sending") && operation != NULL && strcmp(operation, ios ? "cacert" : "caps") == 0;
}

static void take_answer(struct attempt *a, const struct heard *h)
{
	const char *operation = row_text(h->row, "operation");
	int op = operation != NULL && strcmp(operation, "cacert") == 0;

	if (is_kind(h, "answered"))
		a->answered[op] += (int)h->row->n, a->answer = a->status = h;
	else if (is_kind(h, "page"))
		a->answered[op] -= (int)h->row->n, a->page = true;
	else if (is_kind(h, "failed"))
		a->failed = true, a->refusal = h;
	else if (is_kind(h, "http"))
		a->http = true, a->status = h;
	else if (is_kind(h, "response"))
		a->response = a->answer = h;
	else if (is_kind(h, "installed"))
		a->installed = h;
	else if (is_kind(h, "ended")) /* by an error of its own, which is none of the network */
		a->over = true;
}

static void take(struct device *d, const struct heard *h)
{
	if (is_kind(h, "idle")) {
		d->idle = true;
		return;
	}
	if (begins(d, h) && ended(&d->at)) {
		d->before = d->at;
		d->at = (struct attempt){.tried = false};
	}
	d->newest = h;
	if (row_text(h->row, "url") != NULL)
		d->at.url = h;
	if (is_kind(h, "try"))
		d->requests = d->requests || strcmp(row_text(h->row, "mark"), "requests") == 0;
	else if (is_kind(h, "signing"))
		d->at.signing = true;
	else if (is_kind(h, "sent"))
		d->at.sent = true;
	else if (is_kind(h, "sending"))
		d->at.tried = true;
	take_answer(&d->at, h);
	d->at.tried = d->at.tried || d->at.failed || d->at.http;
}

static bool is_ios(const struct device *d)
{
	return d->about->platform != NULL && strcmp(d->about->platform, "ios") == 0;
}

static bool caps(const struct device *d)
{
	return d->at.answered[0] > 0;
}

/* Whether a SCEP server answered the device; a page or a status may be of somebody on the way. */
static enum tri reached(const struct device *d)
{
	if (caps(d) || d->at.answered[1] > 0 || d->at.response != NULL ||
	    (is_ios(d) && (d->at.signing || d->at.sent)))
		return TRI_YES;
	if (d->at.http || d->at.page)
		return TRI_UNKNOWN;
	return is_ios(d)     ? (d->at.tried && d->at.failed ? TRI_NO : TRI_UNKNOWN)
	       : d->at.tried ? TRI_NO
	                     : TRI_UNKNOWN;
}

static const char *connection(const struct device *d)
{
	if (is_ios(d) ? caps(d) && d->at.signing && d->at.sent : d->requests && caps(d) && d->at.signing)
		return "connected";
	return d->newest != NULL ? "partly" : NULL;
}

/* Yes, no, or open: without a zone the clock may be hours away. */
static enum tri covers_time(const struct question *q, const struct about *a)
{
	if (a->from_ms == ABOUT_NO_TIME || (q->by != AT_SAID && q->by != AT_DEVICE_LOG))
		return TRI_UNKNOWN;
	if (q->at_ms >= a->from_ms + a->slack_ms && q->at_ms <= a->to_ms - a->slack_ms)
		return TRI_YES;
	return a->slack_ms != 0 && q->at_ms > a->from_ms - a->slack_ms && q->at_ms < a->to_ms + a->slack_ms
	               ? TRI_UNKNOWN
	               : TRI_NO;
}

/* The device of source i as it was at the time in question. */
static struct device device_of(const struct hearing *h, size_t i)
{
	struct device d = {.e = h->src[i], .about = whose_whole(h->q, h->src[i])};

	d.verbose = d.about->complete == TRI_YES;
	for (size_t k = 0; k < h->n; k++)
		if (h->rows[k].e == d.e && h->rows[k].device != HEARD_NOT && of_time(h->q, &h->rows[k]))
			take(&d, &h->rows[k]);
	if (!ended(&d.at) && ended(&d.before))
		d.at = d.before;
	return d;
}

static bool newer(const struct heard *a, const struct heard *b)
{
	return b == NULL || a->row->last_ms > b->row->last_ms;
}

/* The device that tried last; false when none did. */
static bool newest_device(const struct hearing *h, struct device *out)
{
	bool some = false;

	for (size_t i = 0; i < h->nsrc; i++) {
		struct device d = device_of(h, i);

		if (d.newest != NULL && (!some || newer(d.newest, out->newest))) {
			*out = d;
			some = true;
		}
	}
	return some;
}

static void say(const struct heard *by, struct value v, struct seen *out)
{
	if (by != NULL)
		seen_by(out, by, v, by->device);
}

/* Nobody tried, as far as a log tells that goes on through the time in question; without any time the whole
 * log is asked. */
static void silent(const struct hearing *h, struct seen *out)
{
	for (size_t i = 0; i < h->nsrc && out->value.type == VAL_NULL; i++) {
		struct device d = device_of(h, i);
		bool asked = h->q->by == AT_SAID || h->q->by == AT_DEVICE_LOG;

		if (part_strength(h->q, d.about, true) == HEARD_NOT || !(d.verbose || d.idle) ||
		    (asked && covers_time(h->q, d.about) == TRI_NO) || h->src[i]->nparts == 0)
			continue;
		*out = (struct seen){value_str("silent"), HEARD_UNNAMED, asked ? h->q->at_ms : ABOUT_NO_TIME,
		                     h->src[i], 0};
	}
}

static void connection_view(const struct hearing *h, struct seen *out)
{
	struct device d;

	if (newest_device(h, &d))
		say(d.newest, value_str(connection(&d)), out);
	else
		silent(h, out);
}

static void reached_view(const struct hearing *h, struct seen *out)
{
	struct device d;

	if (newest_device(h, &d) && reached(&d) != TRI_UNKNOWN)
		say(reached(&d) == TRI_YES && d.at.answer != NULL   ? d.at.answer
		    : reached(&d) == TRI_NO && d.at.refusal != NULL ? d.at.refusal
		                                                    : d.newest,
		    value_bool(reached(&d) == TRI_YES), out);
}

/* What came of a try after which the log goes on for days says how it was then, not that all is well. */
static bool long_ago(const struct device *d, const struct heard *end)
{
	return d->about->to_ms != ABOUT_NO_TIME && end->row->last_ms != ABOUT_NO_TIME &&
	       d->about->to_ms - end->row->last_ms > OTHER_TIME;
}

bool phone_unserved(const struct look *k, int64_t since)
{
	static const char *const logs[] = {"android.omadm", "ios.console"};

	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct hearing h;
		struct device d;

		hearing_of(k, logs[i], &h);
		if (newest_device(&h, &d) && d.at.tried && d.at.response == NULL && d.at.installed == NULL &&
		    d.newest->row->last_ms != ABOUT_NO_TIME && d.newest->row->last_ms > since)
			return true;
	}
	return false;
}

static void pki_status(const struct hearing *h, struct seen *out)
{
	const char *word;
	struct device d;

	if (!newest_device(h, &d) || d.at.response == NULL)
		return;
	word = row_text(d.at.response->row, "word");
	if (word != NULL && !(strcmp(word, "SUCCESS") == 0 && long_ago(&d, d.at.response)))
		say(d.at.response, value_str(word), out);
}

/* A profile's end of the newest try; without one in the log's rows nothing is said of the rest. */
static void installed(const struct hearing *h, struct seen *out)
{
	struct device d;

	if (!newest_device(h, &d) || (d.at.installed != NULL && long_ago(&d, d.at.installed)))
		return;
	say(d.at.installed != NULL ? d.at.installed : d.newest, value_bool(d.at.installed != NULL), out);
}

static void pkioperation(const struct hearing *h, struct seen *out)
{
	struct device d;

	if (newest_device(h, &d))
		say(d.newest, value_bool(d.at.sent), out);
}

static void last_http(const struct hearing *h, struct seen *out)
{
	struct device d;

	if (newest_device(h, &d) && d.at.status != NULL && row_int(d.at.status->row, "status", 0) != 0)
		say(d.at.status, value_int(row_int(d.at.status->row, "status", 0)), out);
}

/* The reader compared the last URL of the log: it counts when it was used at the time in question. */
static void url_matches(const struct hearing *h, struct seen *out)
{
	const struct value *url, *matches;
	struct device d;

	if (!newest_device(h, &d) || d.at.url == NULL)
		return;
	url = evidence_fact(d.e, "url");
	matches = evidence_fact(d.e, "url_matches");
	if (url != NULL && url->type == VAL_STR && strcmp(url->u.s, row_text(d.at.url->row, "url")) == 0 &&
	    matches != NULL && matches->type == VAL_BOOL)
		say(d.at.url, *matches, out);
}

static void covers_attempt(const struct hearing *h, struct seen *out)
{
	for (size_t i = 0; i < h->nsrc; i++) {
		const struct about *a = whose_whole(h->q, h->src[i]);
		enum tri yes = covers_time(h->q, a);

		if (h->src[i]->nparts == 0 || yes == TRI_UNKNOWN ||
		    part_strength(h->q, a, true) == HEARD_NOT ||
		    (yes == TRI_NO && out->value.type != VAL_NULL))
			continue;
		*out = (struct seen){value_bool(yes == TRI_YES), HEARD_OURS, h->q->at_ms, h->src[i], 0};
	}
}

/* Two tables: what a view answered is kept by its row. */
#define DEVICE_VIEWS                                                                                         \
	{                                                                                                    \
		{"connection", connection_view}, {"reached_ndes", reached_view}, {"pki_status", pki_status}, \
		        {"last_http", last_http}, {"url_matches", url_matches},                              \
		        {"covers_attempt", covers_attempt}, {"installed", installed},                        \
		        {"pkioperation", pkioperation}, {NULL, NULL},                                        \
	}
const struct view android_views[] = DEVICE_VIEWS;
const struct view ios_views[] = DEVICE_VIEWS;
