/*
 * What became of one device's tries: in the connector's log, which names the device, and in the device's own.
 * A refusal is over when a later try of the same device went well; that of another device says nothing.
 */
#include "view.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NEXT_TRY 30000ll    /* the end of one try is written within seconds */
#define ADMIN_LATE 300000ll /* the connector tells Intune within minutes */
#define OLD_VERIFIED 20500
#define OLD_REJECTED 20501
#define OLD_FAILED 20502

static bool is_kind(const struct heard *r, const char *kind)
{
	return strcmp(r->row->kind, kind) == 0;
}

static int64_t event_of(const struct heard *r)
{
	return row_int(r->row, "event", 0);
}

/* ---- the connector ---- */

/* Whether what came later of the same device was verified or, where that is asked, issued. */
static const struct heard *mended(const struct hearing *h, const struct heard *bad)
{
	const char *device = row_text(bad->row, "device");
	bool verified = event_of(bad) == 4005;

	for (size_t i = 0; device != NULL && i < h->n; i++) {
		const struct heard *r = &h->rows[i];
		const char *of = row_text(r->row, "device");
		int64_t event = event_of(r);

		if (is_kind(r, "connector") &&
		    (event == 4006 || event == 4000 || (event == 4004 && verified)) && of != NULL &&
		    strcasecmp(of, device) == 0 && r->server != HEARD_NOT &&
		    r->row->last_ms != ABOUT_NO_TIME && r->row->last_ms > bad->row->last_ms)
			return r;
	}
	return NULL;
}

static bool is_event(const struct heard *r, int64_t event)
{
	if (is_kind(r, "old_connector"))
		return (event == 4004 && event_of(r) == OLD_VERIFIED) ||
		       (event == 4005 && (event_of(r) == OLD_REJECTED || event_of(r) == OLD_FAILED));
	return is_kind(r, "connector") && event_of(r) == event;
}

/* The log Admin tells of a request that was not issued whatever stopped it: a challenge that was refused has
 * its own event beside it, and so may the CA's answer. */
static bool told_apart(const struct hearing *h, const struct heard *admin)
{
	const char *device = row_text(admin->row, "device");

	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];
		const char *of = row_text(r->row, "device");

		if ((event_of(r) == 4005 || event_of(r) == 4007) && is_kind(r, "connector") &&
		    (device == NULL || of == NULL || strcasecmp(device, of) == 0) &&
		    llabs(r->row->last_ms - admin->row->last_ms) <= ADMIN_LATE)
			return true;
	}
	return false;
}

static void connector(const struct hearing *h, int64_t event, struct seen *out)
{
	const struct heard *over = NULL;
	int64_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i], *since;

		if (!(is_event(r, event) || (event == 4007 && is_event(r, 4001) && !told_apart(h, r))) ||
		    r->server == HEARD_NOT || !in_window(h->q, WINDOW_CONNECTOR, r))
			continue;
		since = event == 4005 || event == 4007 ? mended(h, r) : NULL;
		if (since != NULL) {
			over = since;
			continue;
		}
		n += r->row->n;
		seen_by(out, r, value_int(1), r->server);
	}
	if (n != 0)
		out->value = value_int(n);
	else if (over != NULL)
		seen_by(out, over, value_int(0), over->server);
	not_there(h, WINDOW_CONNECTOR, "connector", false, value_int(0), out);
}

static void received(const struct hearing *h, struct seen *out)
{
	connector(h, 4003, out);
}

static void verified(const struct hearing *h, struct seen *out)
{
	connector(h, 4004, out);
}

static void refused(const struct hearing *h, struct seen *out)
{
	connector(h, 4005, out);
}

static void issued(const struct hearing *h, struct seen *out)
{
	connector(h, 4006, out);
}

static void failed(const struct hearing *h, struct seen *out)
{
	connector(h, 4007, out);
}

/* ---- the device itself ---- */

/* A later try of the same computer: an answer came to it, or its certificate was installed. */
static const struct heard *tried_again(const struct hearing *h, const struct heard *bad)
{
	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i];
		bool installed = is_kind(r, "device_installed");

		if ((installed || is_kind(r, "device_response")) && r->device != HEARD_NOT &&
		    same_computer(r->about, bad->about) && r->row->last_ms != ABOUT_NO_TIME &&
		    r->row->last_ms > bad->row->last_ms + (installed ? 0 : NEXT_TRY))
			return r;
	}
	return NULL;
}

static bool is_refusal(const struct heard *r)
{
	const struct value *v = value_find(&r->row->data, "refused");

	return is_kind(r, "device_failed") && v != NULL && v->type == VAL_BOOL && v->u.b;
}

/* The device's own word, whatever the server answered to others. */
static void device_refused(const struct hearing *h, struct seen *out)
{
	const struct heard *over = NULL;

	for (size_t i = 0; i < h->n; i++) {
		const struct heard *r = &h->rows[i], *since;

		if (!is_refusal(r) || !in_window(h->q, WINDOW_DEVICE, r))
			continue;
		since = tried_again(h, r);
		if (since != NULL)
			over = since;
		else
			seen_by(out, r, value_bool(true), r->device);
	}
	if (out->value.type == VAL_NULL && over != NULL)
		seen_by(out, over, value_bool(false), over->device);
}

bool not_over(const struct look *k, struct seen *out)
{
	struct hearing h;

	*out = (struct seen){.at_ms = ABOUT_NO_TIME};
	hearing_of(k, "windows.events", &h);
	for (size_t i = 0; i < h.n; i++) {
		const struct heard *r = &h.rows[i];

		if (is_kind(r, "device_failed") && in_window(h.q, WINDOW_DEVICE, r) &&
		    tried_again(&h, r) == NULL)
			seen_by(out, r, value_bool(true), r->device);
		else if (is_kind(r, "old_connector") && event_of(r) != OLD_VERIFIED &&
		         in_window(h.q, WINDOW_CONNECTOR, r))
			seen_by(out, r, value_bool(true), r->server);
	}
	return out->value.type != VAL_NULL;
}

const struct view tries_views[] = {
        {"connector_received", received},
        {"connector_verified", verified},
        {"connector_refused", refused},
        {"connector_issued", issued},
        {"connector_failed", failed},
        {"device_refused", device_refused},
        {NULL, NULL},
};
