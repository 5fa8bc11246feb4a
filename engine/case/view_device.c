/*
 * What the logs of phones answer.  Each log is one device: its rows around the time in question are put
 * together, never those of two.  The newest device that tried answers for the case; silent is one only where
 * its log covers the time.
 */
#include "view.h"

#include <string.h>

/* What one device's log says of the time in question. */
struct device {
	const struct evidence *e;
	const struct about *about;
	bool verbose, idle, requests, tried, signing, sent, failed, http, page;
	int answered[2]; /* GetCACaps, GetCACert: answers less pages */
	const struct heard *newest, *answer, *refusal, *response, *status, *url;
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

static void take(struct device *d, const struct heard *h)
{
	const char *operation = row_text(h->row, "operation");
	int op = operation != NULL && strcmp(operation, "cacert") == 0;

	if (is_kind(h, "idle")) {
		d->idle = true;
		return;
	}
	d->newest = h;
	if (row_text(h->row, "url") != NULL)
		d->url = h;
	if (is_kind(h, "try"))
		d->requests = d->requests || strcmp(row_text(h->row, "mark"), "requests") == 0;
	else if (is_kind(h, "answered"))
		d->answered[op] += (int)h->row->n, d->answer = h;
	else if (is_kind(h, "page"))
		d->answered[op] -= (int)h->row->n, d->page = true;
	else if (is_kind(h, "signing"))
		d->signing = true;
	else if (is_kind(h, "sent"))
		d->sent = true;
	else if (is_kind(h, "failed"))
		d->failed = true, d->refusal = h;
	else if (is_kind(h, "http"))
		d->http = true, d->status = h;
	else if (is_kind(h, "response"))
		d->response = d->answer = h;
	else if (is_kind(h, "sending"))
		d->tried = true;
	if (is_kind(h, "answered"))
		d->status = h;
	d->tried = d->tried || d->failed || d->http;
}

static bool is_ios(const struct device *d)
{
	return d->about->platform != NULL && strcmp(d->about->platform, "ios") == 0;
}

static bool caps(const struct device *d)
{
	return d->answered[0] > 0;
}

/* Whether a SCEP server answered the device; a page or a status may be of somebody on the way. */
static enum tri reached(const struct device *d)
{
	if (caps(d) || d->answered[1] > 0 || d->response != NULL || (is_ios(d) && (d->signing || d->sent)))
		return TRI_YES;
	if (d->http || d->page)
		return TRI_UNKNOWN;
	return is_ios(d) ? (d->tried && d->failed ? TRI_NO : TRI_UNKNOWN) : d->tried ? TRI_NO : TRI_UNKNOWN;
}

static const char *connection(const struct device *d)
{
	if (is_ios(d) ? caps(d) && d->signing && d->sent : d->requests && caps(d) && d->signing)
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
		say(reached(&d) == TRI_YES && d.answer != NULL   ? d.answer
		    : reached(&d) == TRI_NO && d.refusal != NULL ? d.refusal
		                                                 : d.newest,
		    value_bool(reached(&d) == TRI_YES), out);
}

static void pki_status(const struct hearing *h, struct seen *out)
{
	struct device d;

	if (newest_device(h, &d) && d.response != NULL && row_text(d.response->row, "word") != NULL)
		say(d.response, value_str(row_text(d.response->row, "word")), out);
}

static void last_http(const struct hearing *h, struct seen *out)
{
	struct device d;

	if (newest_device(h, &d) && d.status != NULL && row_int(d.status->row, "status", 0) != 0)
		say(d.status, value_int(row_int(d.status->row, "status", 0)), out);
}

/* The reader compared the last URL of the log: it counts when it was used at the time in question. */
static void url_matches(const struct hearing *h, struct seen *out)
{
	const struct value *url, *matches;
	struct device d;

	if (!newest_device(h, &d) || d.url == NULL)
		return;
	url = evidence_fact(d.e, "url");
	matches = evidence_fact(d.e, "url_matches");
	if (url != NULL && url->type == VAL_STR && strcmp(url->u.s, row_text(d.url->row, "url")) == 0 &&
	    matches != NULL && matches->type == VAL_BOOL)
		say(d.url, *matches, out);
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
		        {"covers_attempt", covers_attempt}, {NULL, NULL},                                    \
	}
const struct view android_views[] = DEVICE_VIEWS;
const struct view ios_views[] = DEVICE_VIEWS;
