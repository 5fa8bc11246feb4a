/* What all views share: rows of a probe and how well each is heard, windows of time, coverage, the table. */
#include "view.h"

#include <stdlib.h>
#include <string.h>

#define MINUTE 60000ll
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* Around the time in question.  Before and after, and why. */
static const struct {
	int64_t before, after;
	const char *why;
} windows[WINDOW__MAX] = {
        [WINDOW_REQUEST] = {15 * MINUTE, 30 * MINUTE, "a device tries again within minutes; IIS writes late"},
        [WINDOW_CRASH] = {60 * MINUTE, 20 * MINUTE, "the pool stays down after five crashes"},
        [WINDOW_CAPI2] = {DAY, 20 * MINUTE, "what was fetched is kept for hours, failures too"},
        [WINDOW_POOL] = {DAY, 20 * MINUTE, "a pool that was disabled stays so until somebody starts it"},
        [WINDOW_CONNECTOR] = {15 * MINUTE, HOUR, "the connector asks Intune and the CA after the request"},
        [WINDOW_NDES] = {DAY, 30 * MINUTE, "NDES starts with the first request and stays as it is"},
        [WINDOW_DEVICE] = {15 * MINUTE, HOUR, "a device writes as it goes, and tries again"},
        [WINDOW_PLUGIN] = {DAY, 30 * MINUTE, "the policy module calls only when a device gets that far"},
};
/* Of the newest day nothing is known but the day. */
#define NEWEST_AFTER HOUR
/* An end of a log this near to the newest record of all logs counts as going on to it. */
#define STILL_GOING HOUR

bool window_span(const struct question *q, enum window w, int64_t *from, int64_t *to)
{
	if (q->at_ms == ABOUT_NO_TIME)
		return false;
	*from = q->at_ms - (q->by == AT_NEWEST_DAY ? DAY : windows[w].before);
	*to = q->at_ms + (q->by == AT_NEWEST_DAY ? NEWEST_AFTER : windows[w].after);
	return true;
}

bool in_window(const struct question *q, enum window w, const struct heard *h)
{
	int64_t from, to;

	if (!window_span(q, w, &from, &to))
		return true;
	if (h->row->last_ms == ABOUT_NO_TIME)
		return true; /* undated: it may be; how well it is heard says so */
	return h->row->last_ms + h->about->slack_ms >= from && h->row->first_ms - h->about->slack_ms <= to;
}

enum strength part_strength(const struct question *q, const struct about *a, bool device)
{
	bool named = a->computer != NULL && *a->computer != '\0';

	switch (question_role(q, a)) {
	case ROLE_NDES:
		return device ? HEARD_NOT : HEARD_OURS;
	case ROLE_DEVICE:
		return device ? HEARD_OURS : HEARD_NOT;
	case ROLE_SERVER:
	case ROLE_CONSOLE:
		return HEARD_NOT;
	case ROLE_UNKNOWN:
	case ROLE__MAX:
		break;
	}
	if (!named)
		return HEARD_UNNAMED;
	return !device && q->named_ndes ? HEARD_NOT : HEARD_PERHAPS;
}

/* What bears no time, or only a local one, cannot be surely of the time in question.  A phone's log hardly
 * ever names its zone, and is sent for this very attempt. */
static enum strength dated(enum strength s, const struct question *q, const struct evrow *row,
                           const struct about *a)
{
	bool vague = row->last_ms == ABOUT_NO_TIME || a->slack_ms != 0;
	enum strength most = a->platform != NULL && a->log == NULL ? HEARD_UNNAMED : HEARD_PERHAPS;

	return vague && q->by != AT_NEWEST_DAY && q->by != AT_UNKNOWN && s > most ? most : s;
}

void hearing_of(const struct look *k, const char *probe, struct hearing *out)
{
	size_t total = 0;

	*out = (struct hearing){.r = k->r, .k = k, .q = &k->r->index->question};
	out->nsrc = look_sources(&(struct look){.r = k->r, .lo = k->lo, .hi = k->hi}, probe, out->src);
	for (size_t i = 0; i < out->nsrc; i++)
		total += out->src[i]->nrows;
	out->rows = arena_array(k->r->mem, total, sizeof(*out->rows));
	for (size_t i = 0; i < out->nsrc; i++) {
		for (size_t n = 0; n < out->src[i]->nrows; n++) {
			const struct evrow *row = &out->src[i]->rows[n];
			struct heard *h = &out->rows[out->n++];

			*h = (struct heard){
			        .e = out->src[i], .row = row, .about = evidence_about(out->src[i], row)};
			h->server = dated(part_strength(out->q, h->about, false), out->q, row, h->about);
			h->device = dated(part_strength(out->q, h->about, true), out->q, row, h->about);
		}
	}
}

/* ---- coverage ---- */

struct stretch {
	const char *computer;
	int64_t from, to;
	enum strength strength;
};

static int by_from(const void *a, const void *b)
{
	const struct stretch *x = a, *y = b;

	return x->from < y->from ? -1 : x->from > y->from;
}

static bool same_text(const char *a, const char *b)
{
	return (a == NULL || *a == '\0') == (b == NULL || *b == '\0') &&
	       (a == NULL || *a == '\0' || strcmp(a, b) == 0);
}

/* Of one computer: whether its stretches, joined where they follow one another, span from..to. */
static bool spans(const struct stretch *all, size_t n, const char *computer, int64_t from, int64_t to)
{
	int64_t begun = 0, until = ABOUT_NO_TIME;

	for (size_t i = 0; i < n; i++) {
		if (!same_text(all[i].computer, computer))
			continue;
		if (until == ABOUT_NO_TIME || all[i].from > until + HOUR)
			begun = all[i].from;
		if (all[i].to > until)
			until = all[i].to;
		if (begun <= from && until >= to)
			return true;
	}
	return false;
}

static size_t stretches(const struct hearing *h, const char *log, bool device, struct stretch *out)
{
	size_t n = 0;

	for (size_t i = 0; i < h->nsrc; i++) {
		for (size_t k = 0; k < h->src[i]->nparts; k++) {
			const struct about *a = &h->src[i]->parts[k].about;
			enum strength s = part_strength(h->q, a, device);

			if (a->from_ms == ABOUT_NO_TIME || a->complete != TRI_YES || s < HEARD_UNNAMED ||
			    (log != NULL && (a->log == NULL || strcmp(a->log, log) != 0)))
				continue;
			/* Rows that were given up are not "not there". */
			out[n++] = (struct stretch){a->computer, a->from_ms + a->slack_ms,
			                            a->to_ms - a->slack_ms, s};
			if (h->src[i]->nrows != 0 && h->src[i]->rows_from_ms != ABOUT_NO_TIME &&
			    h->src[i]->rows_from_ms > out[n - 1].from)
				out[n - 1].from = h->src[i]->rows_from_ms;
		}
	}
	qsort(out, n, sizeof(*out), by_from);
	return n;
}

bool covers(const struct hearing *h, enum window w, const char *log, bool device, int64_t margin_ms,
            enum strength *strength)
{
	size_t total = 0, n;
	struct stretch *all;
	int64_t from, to;

	if (!window_span(h->q, w, &from, &to))
		return false;
	/* The moment itself, an hour at most before it: nobody keeps a day's window for certain. */
	if (h->q->by == AT_NEWEST_DAY) {
		from = h->q->at_ms - DAY / 2;
		to = h->q->at_ms - STILL_GOING;
	} else {
		from = h->q->at_ms -
		       (windows[w].before < HOUR ? windows[w].before : HOUR) * (margin_ms == 0) - margin_ms;
		to = h->q->at_ms + margin_ms;
	}
	if (device && h->q->by != AT_NEWEST_DAY)
		from = to = h->q->at_ms;
	for (size_t i = 0; i < h->nsrc; i++)
		total += h->src[i]->nparts;
	all = arena_array(h->r->mem, total + 1, sizeof(*all));
	n = stretches(h, log, device, all);
	*strength = HEARD_OURS;
	for (size_t i = 0; i < n; i++) {
		if (!spans(all, n, all[i].computer, from, to))
			return false; /* the log of one node tells nothing of the other */
		if (all[i].strength < *strength)
			*strength = all[i].strength;
	}
	return n != 0;
}

void covers_question(const struct hearing *h, enum window w, const char *log, bool device, int64_t margin_ms,
                     struct seen *out)
{
	enum strength s = HEARD_UNNAMED;
	bool yes;

	if (h->q->by != AT_SAID && h->q->by != AT_DEVICE_LOG)
		return;
	yes = covers(h, w, log, device, margin_ms, &s);
	*out = (struct seen){value_bool(yes), s, h->q->at_ms, h->src[0], 0};
}

void count_more(struct value_builder *b, const char *key, int64_t n)
{
	for (size_t i = 0; i < b->n; i++) {
		if (strcmp(b->items[i].key, key) == 0) {
			b->items[i].value.u.i += n;
			return;
		}
	}
	vb_add(b, key, value_int(n));
}

/* ---- small things ---- */

const char *row_text(const struct evrow *r, const char *key)
{
	return value_find_str(&r->data, key);
}

int64_t row_int(const struct evrow *r, const char *key, int64_t otherwise)
{
	const struct value *v = value_find(&r->data, key);

	return v != NULL && v->type == VAL_INT ? v->u.i : otherwise;
}

void seen_by(struct seen *out, const struct heard *h, struct value v, enum strength s)
{
	if (s == HEARD_NOT)
		return;
	if (out->value.type != VAL_NULL &&
	    (s < out->strength || (s == out->strength && h->row->last_ms <= out->at_ms)))
		return;
	*out = (struct seen){v, s, h->row->last_ms, h->e, h->row->line};
}

/* ---- the table ---- */

static const struct view_table tables[] = {
        {"iis.log", iis_views},          {"httperr.log", httperr_views},     {"windows.events", event_views},
        {"windows.events", tries_views}, {"certificate.store", store_views}, {"android.omadm", android_views},
        {"ios.console", ios_views},
};

static const struct view *view_of(const char *probe, const char *fact)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (strcmp(tables[i].probe, probe) != 0)
			continue;
		for (const struct view *v = tables[i].views; v->fact != NULL; v++)
			if (strcmp(v->fact, fact) == 0)
				return v;
	}
	return NULL;
}

/* Evidence without parts, of a walk or an old case, answers with its facts. */
static bool has_parts(const struct hearing *h)
{
	for (size_t i = 0; i < h->nsrc; i++)
		if (h->src[i]->nparts != 0)
			return true;
	return false;
}

static bool by_view(const struct look *k, const char *probe, const struct view *v, struct seen *out,
                    bool *rows)
{
	struct view_slot *slot =
	        &k->r->index->views[(((uintptr_t)v / sizeof(*v)) * 5 + k->lo * 3 + k->hi) % VIEW_SLOTS];
	struct hearing h;

	*rows = true;
	if (slot->view == v && slot->lo == k->lo && slot->hi == k->hi) {
		*out = slot->seen;
		return out->value.type != VAL_NULL;
	}
	hearing_of(k, probe, &h);
	*rows = has_parts(&h);
	if (!*rows)
		return false;
	v->answer(&h, out);
	*slot = (struct view_slot){v, k->lo, k->hi, *out};
	return out->value.type != VAL_NULL;
}

/* A pool that ran, a service, an account: what may be otherwise a day later.  Settings stay as they are, but
 * not for ever. */
#define SETTING_KEEPS (30 * DAY)

static bool is_state(const char *probe)
{
	static const char *const states[] = {"apppool.state", "service.state", "account.state", NULL};

	for (size_t i = 0; states[i] != NULL; i++)
		if (strcmp(states[i], probe) == 0)
			return true;
	return false;
}

/* How well a snapshot is heard that was taken long before the time in question. */
static enum strength aged(enum strength s, const struct question *q, const char *probe, const struct about *a)
{
	int64_t taken = a->as_of_ms != ABOUT_NO_TIME ? a->as_of_ms : a->written_ms;

	if (taken == ABOUT_NO_TIME || q->at_ms == ABOUT_NO_TIME || a->platform != NULL)
		return s;
	if (is_state(probe) && taken < q->at_ms - DAY)
		return HEARD_NOT;
	return taken < q->at_ms - SETTING_KEEPS && s > HEARD_PERHAPS ? HEARD_PERHAPS : s;
}

/* How a fact without a view is heard: a snapshot by whose it is, something live as it is. */
static bool raw_heard(const struct look *k, const char *probe, const char *fact, struct seen *out)
{
	const struct evidence *e[LOOK_MAX_SOURCES];
	size_t n = look_sources(k, probe, e);
	const struct probe *p = flow_probe(k->r->flow, probe);
	bool live = p != NULL && p->kind == PROBE_LIVE;

	for (size_t i = 0; i < n; i++) {
		const struct value *v = named_fact(k, probe, e[i], fact);
		const struct about *a = whose_whole(&k->r->index->question, e[i]);
		enum strength s =
		        live ? HEARD_LIVE : part_strength(&k->r->index->question, a, a->platform != NULL);

		if (!live)
			s = aged(s, &k->r->index->question, probe, a);
		if (v == NULL || v->type == VAL_NULL || s == HEARD_NOT)
			continue;
		*out = (struct seen){*v, s, live ? e[i]->started_ms : a->as_of_ms, e[i], 0};
		return true;
	}
	return false;
}

bool case_fact(const struct look *k, const char *probe, const char *fact, struct seen *out)
{
	const char *at = strchr(fact, '@');
	const struct view *v;
	char plain[80];
	bool rows = false;

	*out = (struct seen){.at_ms = ABOUT_NO_TIME};
	if (at != NULL && (size_t)(at - fact) < sizeof(plain)) {
		memcpy(plain, fact, (size_t)(at - fact));
		plain[at - fact] = '\0';
		return look_raw(k, probe, plain, out);
	}
	v = view_of(probe, fact);
	if (v != NULL) {
		bool known = by_view(k, probe, v, out, &rows);

		if (rows)
			return known;
	}
	return raw_heard(k, probe, fact, out);
}

const struct value *look_fact(const struct look *k, const char *probe, const char *fact,
                              const struct evidence **from)
{
	struct seen seen;
	struct value *v;

	if (!case_fact(k, probe, fact, &seen))
		return NULL;
	if (from != NULL)
		*from = seen.from;
	v = arena_alloc(k->r->mem, sizeof(*v));
	*v = seen.value;
	return v;
}
