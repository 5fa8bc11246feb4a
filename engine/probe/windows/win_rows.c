/*
 * Windows events one by one, for the question of a case: which computer, which moment, which process.  The
 * newest of each kind are kept, and those near the attempt; what is alike and close together is one row.
 */
#include "win_rows_int.h"

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

static const char *const kind_names[] = {
        "crash",         "ndes_started",    "ndes_failed",
        "ndes_password", "ndes_submit",     "ndes_message",
        "pool_disabled", "pool_identity",   "worker_failed",
        "worker_died",   "other_worker",    "logon_failed",
        "capi2",         "connector",       "old_connector",
        "setup",         "ca_denied",       "device_request",
        "device_sent",   "device_response", "device_installed",
        "device_failed", "message",
};
_Static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == KIND__MAX, "every kind has its name");

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
	unsigned traces;
	struct kept k;

	if (r->j->nparts == 0 || !win_row_of(r->j, e, &k, &traces))
		return;
	k.part = r->j->part;
	if (k.kind != KIND_OTHER_WORKER)
		r->j->parts[k.part].traces |= traces;
	if (k.kind == KIND_CRASH && strcasecmp(k.name, "mscep.dll") == 0)
		r->j->parts[k.part].traces |= TRACE_NDES;
	keep(r, &k);
}

/* ---- sending ---- */

static const char *const name_keys[KIND__MAX] = {
        [KIND_CRASH] = "module",  [KIND_POOL_DISABLED] = "pool", [KIND_POOL_IDENTITY] = "pool",
        [KIND_LOGON] = "account", [KIND_WORKER_DIED] = "pool",   [KIND_CAPI2] = "process",
        [KIND_SETUP] = "product", [KIND_MESSAGE] = "source",     [KIND_CA_DENIED] = "request",
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
	if (k->kind == KIND_CAPI2 && win_is_ra(k->text))
		vb_add(&b, "ra", value_bool(true));
	if (k->kind == KIND_DEVICE_FAILED && win_is_refusal(k->code))
		vb_add(&b, "refused", value_bool(true));
	if (k->name[0] != '\0' && name_keys[k->kind] != NULL)
		vb_add(&b, name_keys[k->kind], value_str(k->name));
	if (k->pid != 0)
		vb_add(&b, "pid", value_int(k->pid));
	if (k->url[0] != '\0')
		vb_add(&b, "url", value_str(k->url));
	if (k->text[0] != '\0')
		vb_add(&b, k->kind == KIND_CONNECTOR ? "device" : "subject", value_str(k->text));
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
