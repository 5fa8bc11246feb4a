/*
 * What IIS logs answer.  Conversations of devices around the time in question, of the platform in question
 * when one was named; the newest of each platform decides.  A 5xx is over when anybody got through after it,
 * anything else when the same platform did.
 */
#include "view.h"

#include <string.h>

#define MARGIN (5 * 60000ll)        /* IIS writes late, clocks differ */
#define REFUSED_NEAR (10 * 60000ll) /* HTTP.sys refused what came next */
#define PLATFORMS 8

static bool is_kind(const struct heard *r, const char *kind)
{
	return strcmp(r->row->kind, kind) == 0;
}

static const char *text(const struct heard *r, const char *key)
{
	const char *s = row_text(r->row, key);

	return s != NULL ? s : "";
}

static bool of_platform(const struct question *q, const struct heard *r)
{
	const char *p = text(r, "platform");

	if (q->platform == NULL || strcmp(p, "other") == 0 || *p == '\0' || strcmp(p, q->platform) == 0)
		return true;
	return strcmp(q->platform, "ios") == 0 && strcmp(p, "macos") == 0;
}

static bool is_conv(const struct hearing *h, const struct heard *r)
{
	return is_kind(r, "conversation") && r->server != HEARD_NOT && in_window(h->q, WINDOW_REQUEST, r);
}

static bool complete(const struct heard *r)
{
	return strcmp(text(r, "answered"), "pkioperation") == 0;
}

/* The request that came next stands in HTTPERR: then it did not stop by itself. */
static bool refused_since(const struct hearing *err, const struct heard *conv)
{
	for (size_t i = 0; i < err->n; i++) {
		const struct heard *r = &err->rows[i];

		if (is_kind(r, "refusal") && strcmp(text(r, "client"), text(conv, "client")) == 0 &&
		    r->row->last_ms >= conv->row->first_ms &&
		    r->row->first_ms <= conv->row->last_ms + REFUSED_NEAR)
			return true;
	}
	return false;
}

static bool ended(const struct heard *r)
{
	const struct value *v = value_find(&r->row->data, "ended");

	return v != NULL && v->type == VAL_BOOL && v->u.b;
}

/* Whether it is decided how it went: it got through, was refused, or stopped while the log went on. */
static bool decided(const struct hearing *err, const struct heard *r)
{
	if (complete(r) || row_int(r->row, "code", 0) != 200)
		return true;
	return ended(r) && !refused_since(err, r);
}

static const struct heard *newest_complete(const struct hearing *h)
{
	const struct heard *found = NULL;

	for (size_t i = 0; i < h->n; i++)
		if (is_conv(h, &h->rows[i]) && complete(&h->rows[i]) &&
		    (found == NULL || h->rows[i].row->last_ms > found->row->last_ms))
			found = &h->rows[i];
	return found;
}

struct newest {
	const char *platform[PLATFORMS];
	const struct heard *conv[PLATFORMS];
	size_t n;
};

static void take_newest(struct newest *n, const struct heard *r)
{
	size_t i = 0;

	while (i < n->n && strcmp(n->platform[i], text(r, "platform")) != 0)
		i++;
	if (i == PLATFORMS)
		return;
	if (i == n->n) {
		n->platform[n->n++] = text(r, "platform");
		n->conv[i] = r;
	} else if (r->row->last_ms > n->conv[i]->row->last_ms) {
		n->conv[i] = r;
	}
}

/* The conversation that answers for the case: of the newest of each platform one that failed and is not over,
 * else the newest.  NULL: none, or none that is decided. */
static const struct heard *answering(const struct hearing *h)
{
	const struct heard *through = newest_complete(h), *bad = NULL, *good = NULL;
	struct newest all = {.n = 0};
	struct hearing err;

	hearing_of(h->k, "httperr.log", &err);
	for (size_t i = 0; i < h->n; i++)
		if (is_conv(h, &h->rows[i]) && of_platform(h->q, &h->rows[i]) && decided(&err, &h->rows[i]))
			take_newest(&all, &h->rows[i]);
	for (size_t i = 0; i < all.n; i++) {
		const struct heard *r = all.conv[i];

		if (complete(r)) {
			good = good == NULL || r->row->last_ms > good->row->last_ms ? r : good;
			continue;
		}
		if (row_int(r->row, "code", 0) >= 500 && through != NULL &&
		    through->row->last_ms > r->row->last_ms)
			continue;
		bad = bad == NULL || r->row->last_ms > bad->row->last_ms ? r : bad;
	}
	return bad != NULL ? bad : good;
}

/* The newest answer to anybody, when no device was there. */
static const struct heard *newest_request(const struct hearing *h)
{
	const struct heard *found = NULL;
	int64_t from, to;
	bool dated = window_span(h->q, WINDOW_REQUEST, &from, &to);

	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_kind(r, "request") || r->server == HEARD_NOT ||
		    (dated && (r->row->last_ms < from || r->row->last_ms > to)))
			continue;
		if (found == NULL || r->row->last_ms > found->row->last_ms)
			found = r;
	}
	return found;
}

static void number(const struct hearing *h, const char *key, struct seen *out)
{
	const struct heard *r = answering(h);
	bool some = false;

	for (size_t i = 0; r == NULL && i < h->n; i++)
		some = some || is_conv(h, &h->rows[i]);
	if (r == NULL && !some)
		r = newest_request(h);
	if (r != NULL && value_find(&r->row->data, key) != NULL)
		seen_by(out, r, value_int(row_int(r->row, key, 0)), r->server);
}

static void last_status(const struct hearing *h, struct seen *out)
{
	number(h, "code", out);
}

static void last_substatus(const struct hearing *h, struct seen *out)
{
	number(h, "sub", out);
}

static void last_win32(const struct hearing *h, struct seen *out)
{
	number(h, "win32", out);
}

static void words(const struct hearing *h, const char *key, struct seen *out)
{
	const struct heard *r = answering(h);

	if (r != NULL && row_text(r->row, key) != NULL)
		seen_by(out, r, value_str(row_text(r->row, key)), r->server);
}

static void last_operation(const struct hearing *h, struct seen *out)
{
	words(h, "operation", out);
}

static void stage(const struct hearing *h, struct seen *out)
{
	words(h, "stage", out);
}

static void answered_stage(const struct hearing *h, struct seen *out)
{
	words(h, "answered", out);
}

/* ---- how many ---- */

static void device_requests(const struct hearing *h, struct seen *out)
{
	enum strength s = HEARD_UNNAMED;
	int64_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		if (!is_conv(h, &h->rows[i]) || !of_platform(h->q, &h->rows[i]))
			continue;
		n++;
		seen_by(out, &h->rows[i], value_int(1), h->rows[i].server);
	}
	if (n != 0)
		out->value = value_int(n);
	else if (h->q->by != AT_NEWEST_DAY && covers(h, WINDOW_REQUEST, NULL, false, MARGIN, &s))
		*out = (struct seen){value_int(0), s, h->q->at_ms, h->src[0], 0};
}

/* Anybody's: rows of a status span days, so only their ends are sure. */
static void scep_requests(const struct hearing *h, struct seen *out)
{
	bool between = false;
	int64_t from = 0, to = 0;
	bool dated = window_span(h->q, WINDOW_REQUEST, &from, &to);

	device_requests(h, out);
	if (out->value.type == VAL_INT && out->value.u.i != 0)
		return;
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_kind(r, "request") || r->server == HEARD_NOT)
			continue;
		if (!dated || (r->row->last_ms >= from && r->row->last_ms <= to) ||
		    (r->row->first_ms >= from && r->row->first_ms <= to)) {
			out->value = value_null();
			seen_by(out, r, value_int(r->row->n), r->server);
			return;
		}
		between |= r->row->first_ms < from && r->row->last_ms > to && r->row->n > 2;
	}
	if (between)
		out->value = value_null();
}

static void covers_attempt(const struct hearing *h, struct seen *out)
{
	covers_question(h, WINDOW_REQUEST, NULL, false, MARGIN, out);
}

/* ---- statuses ---- */

static void add(struct value_builder *b, const struct heard *r, int64_t n, struct seen *out)
{
	count_more(b, text(r, "status"), n);
	seen_by(out, r, value_bool(true), r->server);
}

static void give(struct value_builder *b, struct seen *out)
{
	if (b->n != 0)
		out->value = vb_map(b);
}

/* Of one platform only its conversations are known. */
static void by_status_of_platform(const struct hearing *h, struct seen *out)
{
	const struct heard *r = answering(h);
	struct value_builder b;

	if (r == NULL)
		return;
	vb_init(&b, h->r->mem);
	add(&b, r, 1, out);
	out->value = vb_map(&b);
}

static void by_status(const struct hearing *h, struct seen *out)
{
	const struct heard *through = newest_complete(h);
	struct value_builder b;
	int64_t from = 0, to = 0;
	bool dated = window_span(h->q, WINDOW_REQUEST, &from, &to);

	if (h->q->platform != NULL) {
		by_status_of_platform(h, out);
		return;
	}
	vb_init(&b, h->r->mem);
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_kind(r, "request") || r->server == HEARD_NOT ||
		    (dated && (r->row->last_ms < from || r->row->first_ms > to)))
			continue;
		/* Refused until then, and got through since. */
		if (row_int(r->row, "code", 0) != 200 && through != NULL &&
		    through->row->last_ms > r->row->last_ms)
			continue;
		if (dated && (r->row->first_ms < from && r->row->last_ms > to))
			continue; /* some day before and some day after: nobody knows about this one */
		add(&b, r, r->row->n, out);
	}
	give(&b, out);
}

/* The policy module's own calls: one that went well ends what failed before it. */
static void plugin_by_status(const struct hearing *h, struct seen *out)
{
	struct value_builder b;
	int64_t good = ABOUT_NO_TIME;

	vb_init(&b, h->r->mem);
	for (size_t i = 0; i < h->n; i++)
		if (is_kind(&h->rows[i], "plugin") && row_int(h->rows[i].row, "code", 0) / 100 == 2 &&
		    h->rows[i].row->last_ms > good)
			good = h->rows[i].row->last_ms;
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (!is_kind(r, "plugin") || r->server == HEARD_NOT || !in_window(h->q, WINDOW_PLUGIN, r) ||
		    (row_int(r->row, "code", 0) / 100 != 2 && good >= r->row->last_ms))
			continue;
		add(&b, r, r->row->n, out);
	}
	give(&b, out);
}

/* ---- at another path, and the URL alone ---- */

static const struct heard *astray(const struct hearing *h)
{
	const struct heard *found = NULL;

	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (is_kind(r, "astray") && r->server != HEARD_NOT && in_window(h->q, WINDOW_REQUEST, r) &&
		    of_platform(h->q, r) && (found == NULL || r->row->last_ms > found->row->last_ms))
			found = r;
	}
	return found;
}

static void astray_requests(const struct hearing *h, struct seen *out)
{
	const struct heard *r = astray(h);

	if (r != NULL)
		seen_by(out, r, value_int(r->row->n), r->server);
}

static void astray_status(const struct hearing *h, struct seen *out)
{
	const struct heard *r = astray(h);

	if (r != NULL)
		seen_by(out, r, value_int(row_int(r->row, "code", 0)), r->server);
}

static void astray_path(const struct hearing *h, struct seen *out)
{
	const struct heard *r = astray(h);

	if (r != NULL && row_text(r->row, "path") != NULL)
		seen_by(out, r, value_str(row_text(r->row, "path")), r->server);
}

/* A state: the newest until then. */
static void bare_status(const struct hearing *h, struct seen *out)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];

		if (is_kind(r, "bare") && r->server != HEARD_NOT && in_window(h->q, WINDOW_NDES, r))
			seen_by(out, r, value_int(row_int(r->row, "code", 0)), r->server);
	}
}

bool got_through(const struct look *k, struct seen *out)
{
	struct hearing h;
	struct seen received;

	*out = (struct seen){.at_ms = ABOUT_NO_TIME};
	hearing_of(k, "iis.log", &h);
	for (size_t i = 0; i < h.n; i++)
		if (is_conv(&h, &h.rows[i]) && complete(&h.rows[i]) && of_platform(h.q, &h.rows[i]))
			seen_by(out, &h.rows[i], value_bool(true), h.rows[i].server);
	if (case_fact(k, "windows.events", "connector_received", &received) &&
	    received.value.type == VAL_INT && received.value.u.i > 0 && received.from->nparts != 0 &&
	    (out->value.type == VAL_NULL || received.at_ms > out->at_ms))
		*out = received;
	return out->value.type != VAL_NULL;
}

const struct view iis_views[] = {
        {"last_status", last_status},
        {"last_substatus", last_substatus},
        {"last_win32", last_win32},
        {"last_operation", last_operation},
        {"stage", stage},
        {"answered_stage", answered_stage},
        {"device_requests", device_requests},
        {"requests_near_attempt", device_requests},
        {"scep_requests", scep_requests},
        {"covers_attempt", covers_attempt},
        {"by_status", by_status},
        {"plugin_by_status", plugin_by_status},
        {"astray_requests", astray_requests},
        {"astray_status", astray_status},
        {"astray_path", astray_path},
        {"bare_status", bare_status},
        {NULL, NULL},
};
