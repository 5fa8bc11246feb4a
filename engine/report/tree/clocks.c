/*
 * Whose clock each source of the timeline goes by, and how far that clock is from another one of the case.
 * Offsets are stated, never applied: a time in a report is the time that stands in the file.  What nothing in
 * the case compares stays unknown.
 */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>

#define NEAR_MS 900000 /* two enrolments of one platform this close together cannot be told apart */
#define TICK_MS 2000   /* IIS writes whole seconds, when it has answered; a device when it asks or reads */

static const struct value *known(const struct evidence *e, const char *fact)
{
	const struct value *v = evidence_fact(e, fact);

	return v == NULL || v->type == VAL_NULL ? NULL : v;
}

static const char *text_fact(const struct evidence *e, const char *fact)
{
	const struct value *v = known(e, fact);

	return v != NULL && v->type == VAL_STR ? v->u.s : "";
}

static const struct evidence *latest(const struct report_model *m, const char *probe)
{
	for (size_t i = m->nevidence; i-- > 0;)
		if (strcmp(m->evidence[i]->probe, probe) == 0 && m->evidence[i]->outcome == EV_MEASURED)
			return m->evidence[i];
	return NULL;
}

/* What a source's clock may be held against. */
struct beside {
	struct arena *mem;
	const struct evidence *iis, *skew, *page; /* the latest of each, or NULL */
};

/* ---- a device's log beside the server's ---- */

/* The first request of the enrolment that the device's log shows, by its own clock. */
static bool first_request(const struct evidence *e, int64_t *out)
{
	static const char *const asks[] = {"GetCACaps", "GetCACert"};
	bool any = false;

	for (size_t i = 0; i < e->npins; i++) {
		const struct pin *p = &e->pins[i];

		for (size_t k = 0; k < sizeof(asks) / sizeof(asks[0]); k++) {
			if (p->at_ms == PIN_NO_TIME || p->text == NULL || strstr(p->text, asks[k]) == NULL)
				continue;
			if (!any || p->at_ms < *out)
				*out = p->at_ms;
			any = true;
		}
	}
	return any;
}

static bool starts(const struct value *conversation, const char *platform, int64_t *out)
{
	const struct value *p = value_find(conversation, "platform"),
	                   *first = value_find(conversation, "first");

	return p != NULL && p->type == VAL_STR && strcmp(p->u.s, platform) == 0 && first != NULL &&
	       first->type == VAL_STR && clock_parse_iso(first->u.s, out);
}

/* The one conversation of that platform that can be the same enrolment; NULL, or why there is none. */
static const char *match(const struct evidence *iis, const char *platform, int64_t device, int64_t *offset)
{
	const struct value *list = known(iis, "conversations"), *count = known(iis, "conversation_count");
	int64_t at, last = 0, close = 0;
	size_t near = 0, all = 0;

	if (list == NULL || list->type != VAL_LIST)
		return "the IIS log shows no conversation of a device";
	if (count != NULL && count->type == VAL_INT && count->u.i > (int64_t)list->u.list.n)
		return "the IIS log holds more conversations than can be compared";
	for (size_t i = 0; i < list->u.list.n; i++) {
		if (!starts(&list->u.list.items[i], platform, &at))
			continue;
		all++;
		last = device - at;
		if (llabs(last) <= NEAR_MS) {
			near++;
			close = last;
		}
	}
	*offset = near == 1 ? close : last;
	if (near == 1 || (near == 0 && all == 1))
		return NULL;
	return all == 0 ? "the IIS log shows no conversation of this platform"
	                : "several conversations in the IIS log may be this enrolment";
}

static void of_device(const struct beside *b, const struct evidence *e, const char *platform,
                      struct clock_row *row)
{
	const struct evidence *iis = b->iis;
	const char *why = NULL;
	int64_t at = 0;

	if (strcmp(text_fact(e, "zone"), "unstated") == 0)
		row->basis = "local time, zone not stated";
	if (iis == NULL)
		why = "there is no IIS log to compare it with";
	else if (!first_request(e, &at))
		why = "it shows no request with a time in a stated zone";
	else
		why = match(iis, platform, at, &row->offset_ms);
	if (why != NULL) {
		row->how = arena_fmt(b->mem, "Not known: %s.", why);
		return;
	}
	row->known = true;
	row->uncertainty_ms = TICK_MS;
	row->against = iis->target;
	row->beside = iis->id;
	row->how = "The enrolment's first request, as the device wrote it and as IIS did.";
}

/* ---- servers and their logs ---- */

static void by_date(const struct beside *b, struct clock_row *row, const char *how)
{
	const struct evidence *skew = b->skew;
	const struct value *ms, *within;

	if (skew == NULL || (ms = known(skew, "skew_ms")) == NULL || ms->type != VAL_INT ||
	    (within = known(skew, "uncertainty_ms")) == NULL || within->type != VAL_INT) {
		row->how = "Not known: no answer of the server was timed (clock.skew).";
		return;
	}
	row->known = true;
	row->offset_ms = -ms->u.i;
	row->uncertainty_ms = within->u.i;
	row->against = CLOCK_HERE;
	row->beside = skew->id;
	row->how = how;
}

static void of_server(const struct beside *b, const struct evidence *e, const char *unused,
                      struct clock_row *row)
{
	const char *layer = b->page != NULL ? text_fact(b->page, "layer") : "";

	(void)e, (void)unused;
	if (strstr(layer, "proxy") != NULL)
		row->how = "Not known: a proxy answered this machine, and its clock is another one.";
	else
		by_date(b, row, "The Date of the server's answers, if no proxy writes its own.");
}

static void of_answer(const struct beside *b, const struct evidence *e, const char *unused,
                      struct clock_row *row)
{
	(void)e, (void)unused;
	by_date(b, row, "The Date of the answer; behind a proxy it may be the proxy's.");
}

static void of_events(const struct beside *b, const struct evidence *e, const char *unused,
                      struct clock_row *row)
{
	(void)b, (void)unused;
	if (strcmp(text_fact(e, "times"), "local") == 0)
		row->basis = "local time, zone not stated";
	row->how = "Not known: nothing in the case compares that machine's clock with another.";
}

static const struct source {
	const char *probe, *platform, *basis;
	void (*fill)(const struct beside *b, const struct evidence *e, const char *platform,
	             struct clock_row *row);
} sources[] = {
        {"clock.skew", NULL, "UTC", of_answer},
        {"iis.log", NULL, "UTC", of_server},
        {"httperr.log", NULL, "UTC", of_server},
        {"windows.events", NULL, "UTC", of_events},
        {"android.omadm", "android", "UTC, by the zone that it states", of_device},
        {"ios.console", "ios", "UTC, by the zone that it states", of_device},
        {"setup.msi", NULL, "local time, zone not stated", of_events},
};

static bool seen_before(const struct report_model *m, const struct evidence *e)
{
	for (size_t i = 0; i < m->nclocks; i++)
		if (strcmp(m->clocks[i].probe, e->probe) == 0 && strcmp(m->clocks[i].source, e->target) == 0)
			return true;
	return false;
}

static void add(const struct beside *b, struct report_model *m, const struct source *s,
                const struct evidence *e)
{
	struct clock_row row = {.source = e->target, .probe = e->probe, .pos = e->id, .basis = s->basis};

	s->fill(b, e, s->platform, &row);
	m->clocks[m->nclocks++] = row;
}

void model_clocks(struct report *r, struct report_model *m)
{
	const struct beside beside = {r->mem, latest(m, "iis.log"), latest(m, "clock.skew"),
	                              latest(m, "scep.url")};
	size_t cap = 0;

	for (size_t k = 0; k < sizeof(sources) / sizeof(sources[0]); k++)
		for (size_t i = 0; i < m->nevidence; i++)
			cap += strcmp(m->evidence[i]->probe, sources[k].probe) == 0;
	m->clocks = arena_array(r->mem, cap, sizeof(*m->clocks));
	/* The newest measurement of a source counts. */
	for (size_t k = 0; k < sizeof(sources) / sizeof(sources[0]); k++) {
		for (size_t i = m->nevidence; i-- > 0;) {
			const struct evidence *e = m->evidence[i];

			if (strcmp(e->probe, sources[k].probe) == 0 && e->outcome == EV_MEASURED &&
			    e->target != NULL && !seen_before(m, e))
				add(&beside, m, &sources[k], e);
		}
	}
}
