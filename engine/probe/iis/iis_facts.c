/* The tally of IIS logs as facts: which, in which words, how many. */
#include "iis_facts.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#include "file_run.h"

#define MAP_MOST 64u
#define LIST_MOST 50u
#define STALLED_SHOWN 30u
#define COMPLETE_SHOWN 20u

/* ---- small values ---- */

static struct value text_of(struct evidence_out *out, const char *p, size_t n)
{
	struct buf b;
	struct value v;

	buf_init(&b, 1u << 16);
	file_utf8(&b, p, n);
	v = value_str(arena_strdup(ev_mem(out), buf_cstr(&b)));
	buf_release(&b);
	return v;
}

static struct value time_of(struct evidence_out *out, int64_t at_s)
{
	char iso[CLOCK_TEXT];

	return at_s == IIS_NO_TIME ? value_null()
	                           : value_str(arena_strdup(ev_mem(out), clock_iso(at_s * 1000, iso)));
}

static void send_time(struct evidence_out *out, const char *key, bool known, int64_t at_s)
{
	ev_value(out, key, known ? time_of(out, at_s) : value_null());
}

static struct value status_of(struct evidence_out *out, struct iis_status s)
{
	char text[32];

	iis_status_text(s, text);
	return value_str(arena_strdup(ev_mem(out), text));
}

/* ---- counts ---- */

static int by_count(const void *a, const void *b)
{
	const struct iis_status_row *const *x = a, *const *y = b;

	if ((*x)->n != (*y)->n)
		return (*x)->n > (*y)->n ? -1 : 1;
	return (*x)->s.status != (*y)->s.status ? (int)(*x)->s.status - (int)(*y)->s.status
	       : (*x)->s.sub != (*y)->s.sub
	               ? (int)(*x)->s.sub - (int)(*y)->s.sub
	               : ((*x)->s.win32 > (*y)->s.win32) - ((*x)->s.win32 < (*y)->s.win32);
}

static void send_statuses(struct evidence_out *out, const char *key, const struct iis_status_row *rows,
                          uint32_t n, uint64_t other)
{
	const struct iis_status_row *sorted[IIS_MAX_STATUS];
	struct value_builder b;

	for (uint32_t i = 0; i < n; i++)
		sorted[i] = &rows[i];
	qsort(sorted, n, sizeof(sorted[0]), by_count);
	vb_init(&b, ev_mem(out));
	for (uint32_t i = 0; i < n; i++) {
		if (i < MAP_MOST)
			vb_add(&b, status_of(out, sorted[i]->s).u.s, value_int((int64_t)sorted[i]->n));
		else
			other += sorted[i]->n;
	}
	if (other)
		vb_add(&b, "other", value_int((int64_t)other));
	ev_value(out, key, vb_map(&b));
}

static void send_last(struct evidence_out *out, const struct iis_last *l)
{
	bool some = l->last.joined != 0;

	ev_value(out, "last_status", some ? value_int(l->s.status) : value_null());
	ev_value(out, "last_substatus", some && l->s.parts > 1 ? value_int(l->s.sub) : value_null());
	ev_value(out, "last_win32", some && l->s.parts > 2 ? value_int(l->s.win32) : value_null());
	ev_str(out, "last_operation", some ? iis_op_names[l->op] : NULL);
	send_time(out, "last_request_time", some, l->last.at_s);
	ev_str(out, "stage", iis_stage_names[l->stage]);
	ev_str(out, "answered_stage", iis_stage_names[l->answered]);
}

void iis_send_counts(const struct iis_results *r, struct evidence_out *out)
{
	const struct iis_tally *t = r->t;
	struct value_builder ops;

	vb_init(&ops, ev_mem(out));
	for (int i = 0; i < OP__MAX; i++)
		if (t->by_op[i])
			vb_add(&ops, iis_op_names[i], value_int((int64_t)t->by_op[i]));
	ev_int(out, "lines", (int64_t)t->lines);
	ev_int(out, "bad_lines", (int64_t)t->bad);
	ev_int(out, "scep_requests", (int64_t)t->requests);
	ev_int(out, "device_requests", (int64_t)t->device_requests);
	send_statuses(out, "by_status", t->status, t->nstatus, t->other_status);
	ev_value(out, "by_operation", vb_map(&ops));
	send_last(out, t->device_requests ? &t->device : &t->any);
}

/* ---- who ---- */

struct agent_row {
	const struct iis_agent *a;
	const char *text;
};

static int by_requests(const void *a, const void *b)
{
	const struct agent_row *x = a, *y = b;

	return x->a->n != y->a->n ? (x->a->n > y->a->n ? -1 : 1) : strncmp(x->text, y->text, IIS_AGENT_TEXT);
}

static void send_agents(struct evidence_out *out, const struct iis_tally *t)
{
	struct agent_row *sorted = xcalloc(IIS_MAX_AGENTS, sizeof(*sorted));
	struct value_builder list, row;
	size_t n = 0;

	for (uint32_t i = 0; i < IIS_MAX_AGENTS; i++)
		if (t->agents[i].n)
			sorted[n++] = (struct agent_row){&t->agents[i], t->agent_text[i]};
	qsort(sorted, n, sizeof(*sorted), by_requests);
	vb_init(&list, ev_mem(out));
	for (size_t i = 0; i < n && i < 20; i++) {
		vb_init(&row, ev_mem(out));
		vb_add(&row, "agent", text_of(out, sorted[i].text, sorted[i].a->len));
		vb_add(&row, "platform", value_str(iis_platform_names[sorted[i].a->platform]));
		vb_add(&row, "requests", value_int((int64_t)sorted[i].a->n));
		vb_add(&list, NULL, vb_map(&row));
	}
	ev_value(out, "by_agent", vb_list(&list));
	free(sorted);
}

static void send_platforms(struct evidence_out *out, const struct iis_tally *t)
{
	struct value_builder by, progress, row;
	uint64_t conversations = 0, complete = 0, stalled = 0;

	vb_init(&by, ev_mem(out));
	vb_init(&progress, ev_mem(out));
	for (int i = 0; i < PLAT__MAX; i++) {
		const struct iis_by_platform *p = &t->platform[i];

		if (p->requests)
			vb_add(&by, iis_platform_names[i], value_int((int64_t)p->requests));
		conversations += p->conversations;
		complete += p->answered;
		stalled += p->stalled;
		if (!p->conversations)
			continue;
		vb_init(&row, ev_mem(out));
		vb_add(&row, "conversations", value_int((int64_t)p->conversations));
		vb_add(&row, "complete", value_int((int64_t)p->answered));
		vb_add(&row, "stalled", value_int((int64_t)p->stalled));
		for (int k = 0; k < 4; k++)
			vb_add(&row, iis_stage_names[k], value_int((int64_t)p->stage[k]));
		vb_add(&progress, iis_platform_names[i], vb_map(&row));
	}
	ev_value(out, "by_platform", vb_map(&by));
	ev_value(out, "progress", vb_map(&progress));
	ev_int(out, "conversation_count", (int64_t)conversations);
	ev_int(out, "complete", (int64_t)complete);
	ev_int(out, "stalled", (int64_t)stalled);
}

static struct value conversation(struct evidence_out *out, const struct iis_results *r,
                                 const struct iis_conv *c)
{
	const struct iis_tally *t = r->t;
	struct value_builder b;
	bool ended = r->total.any && r->total.last_s - c->last_s > IIS_CONV_IDLE;

	vb_init(&b, ev_mem(out));
	vb_add(&b, "client", text_of(out, c->client, strlen(c->client)));
	vb_add(&b, "platform", value_str(iis_platform_names[c->platform]));
	vb_add(&b, "agent",
	       c->agent < IIS_MAX_AGENTS ? text_of(out, t->agent_text[c->agent], t->agents[c->agent].len)
	                                 : value_null());
	vb_add(&b, "first", time_of(out, c->first_s));
	vb_add(&b, "last", time_of(out, c->last_s));
	vb_add(&b, "caps", value_int(c->by_op[OP_CAPS]));
	vb_add(&b, "cacert", value_int(c->by_op[OP_CACERT]));
	vb_add(&b, "pkioperation", value_int(c->by_op[OP_PKI]));
	vb_add(&b, "status", status_of(out, iis_conv_last(c)));
	vb_add(&b, "stage", value_str(iis_stage_names[c->stage]));
	vb_add(&b, "stalled",
	       iis_conv_complete(c) ? value_bool(false)
	       : ended              ? value_bool(true)
	                            : value_null());
	return vb_map(&b);
}

static int by_end(const void *a, const void *b)
{
	const struct iis_conv *x = a, *y = b;

	if (x->last_s != y->last_s)
		return x->last_s > y->last_s ? -1 : 1;
	return x->last_line != y->last_line ? (x->last_line > y->last_line ? -1 : 1) : 0;
}

static void send_conversations(struct evidence_out *out, struct iis_results *r)
{
	struct iis_tally *t = r->t;
	struct value_builder b;

	vb_init(&b, ev_mem(out));
	qsort(t->stalled, t->nstalled, sizeof(t->stalled[0]), by_end);
	qsort(t->complete, t->ncomplete, sizeof(t->complete[0]), by_end);
	for (uint32_t i = 0; i < t->nstalled && i < STALLED_SHOWN; i++)
		vb_add(&b, NULL, conversation(out, r, &t->stalled[i]));
	for (uint32_t i = 0; i < t->ncomplete && i < COMPLETE_SHOWN; i++)
		vb_add(&b, NULL, conversation(out, r, &t->complete[i]));
	ev_value(out, "conversations", vb_list(&b));
}

/* ---- errors ---- */

static int by_last(const void *a, const void *b)
{
	const struct iis_status_row *const *x = a, *const *y = b;

	if ((*x)->last.at_s != (*y)->last.at_s)
		return (*x)->last.at_s > (*y)->last.at_s ? -1 : 1;
	return (*x)->last.line != (*y)->last.line ? ((*x)->last.line > (*y)->last.line ? -1 : 1) : 0;
}

size_t iis_errors(const struct iis_tally *t, const struct iis_status_row *out[IIS_MAX_STATUS])
{
	size_t n = 0;

	for (uint32_t i = 0; i < t->nstatus; i++)
		if (t->status[i].s.status != 200)
			out[n++] = &t->status[i];
	qsort(out, n, sizeof(*out), by_last);
	return n;
}

static void send_errors(struct evidence_out *out, const struct iis_results *r)
{
	const struct iis_status_row *rows[IIS_MAX_STATUS];
	size_t n = iis_errors(r->t, rows);
	int64_t first = INT64_MAX, last = IIS_NO_TIME;
	struct value_builder b, row;

	vb_init(&b, ev_mem(out));
	for (size_t i = 0; i < n; i++) {
		const struct iis_status_row *e = rows[i];

		if (e->s.status == 500 && e->first.at_s != IIS_NO_TIME) {
			first = e->first.at_s < first ? e->first.at_s : first;
			last = e->last.at_s > last ? e->last.at_s : last;
		}
		if (i >= LIST_MOST)
			continue;
		vb_init(&row, ev_mem(out));
		vb_add(&row, "status", status_of(out, e->s));
		vb_add(&row, "requests", value_int((int64_t)e->n));
		vb_add(&row, "first", time_of(out, e->first.at_s));
		vb_add(&row, "last", time_of(out, e->last.at_s));
		vb_add(&row, "line", value_int((int64_t)e->last.line));
		vb_add(&row, "file", value_str(r->files[e->last.file].path));
		vb_add(&b, NULL, vb_map(&row));
	}
	ev_value(out, "errors", vb_list(&b));
	send_time(out, "first_500", last != IIS_NO_TIME, first);
	send_time(out, "last_500", last != IIS_NO_TIME, last);
}

/* ---- times and files ---- */

static void send_times(struct evidence_out *out, const struct iis_results *r)
{
	const struct iis_clock *c = &r->total;
	struct value_builder b, row;

	send_time(out, "first_time", c->any, c->first_s);
	send_time(out, "last_time", c->any, c->last_s);
	ev_str(out, "times", iis_time_bases[r->local]);
	send_time(out, "last_device_time", r->t->device.last.joined != 0, r->t->device.last.at_s);
	vb_init(&b, ev_mem(out));
	for (uint32_t i = c->ngaps; i-- > 0;) {
		vb_init(&row, ev_mem(out));
		vb_add(&row, "from", time_of(out, c->gaps[i].from_s));
		vb_add(&row, "to", time_of(out, c->gaps[i].to_s));
		vb_add(&row, "minutes", value_int((c->gaps[i].to_s - c->gaps[i].from_s) / 60));
		vb_add(&b, NULL, vb_map(&row));
	}
	ev_value(out, "gaps", vb_list(&b));
	ev_int(out, "clock_steps_back", c->steps_back);
	if (r->attempt_s != IIS_NO_TIME) {
		ev_bool(out, "covers_attempt", iis_covers(r, r->attempt_s));
		ev_int(out, "requests_near_attempt", (int64_t)r->t->near);
	} else {
		ev_value(out, "covers_attempt", value_null());
		ev_value(out, "requests_near_attempt", value_null());
	}
}

void iis_send_files(const struct iis_results *r, struct evidence_out *out)
{
	struct value_builder b, row;

	vb_init(&b, ev_mem(out));
	for (size_t i = 0; i < r->nfiles; i++) {
		const struct iis_file *f = &r->files[i];

		vb_init(&row, ev_mem(out));
		vb_add(&row, "path", value_str(f->path));
		vb_add(&row, "lines", value_int((int64_t)f->lines));
		vb_add(&row, "bad_lines", value_int((int64_t)f->bad));
		vb_add(&row, "scep_requests", value_int((int64_t)f->requests));
		vb_add(&row, "first", f->clock.any ? time_of(out, f->clock.first_s) : value_null());
		vb_add(&row, "last", f->clock.any ? time_of(out, f->clock.last_s) : value_null());
		vb_add(&row, "encoding", value_str(f->encoding));
		vb_add(&row, "packing", value_str(f->packing));
		vb_add(&row, "sha256", f->sha256[0] ? value_str(f->sha256) : value_null());
		if (f->why)
			vb_add(&row, "why", value_str(f->why));
		vb_add(&b, NULL, vb_map(&row));
	}
	ev_value(out, "files", vb_list(&b));
}

static void send_rest(struct evidence_out *out, const struct iis_results *r)
{
	const struct iis_tally *t = r->t;
	struct value_builder b, row;

	ev_int(out, "own_requests", (int64_t)t->own);
	ev_int(out, "devices", t->nseen);
	ev_bool(out, "devices_capped", t->seen_full);
	ev_int(out, "truncated_queries", (int64_t)t->dotted);
	ev_int(out, "longest_query", (int64_t)t->longest_query);
	ev_int(out, "get_pkioperation", (int64_t)t->get_pki);
	ev_int(out, "post_pkioperation", (int64_t)t->post_pki);
	ev_value(out, "bare_status", t->bare.last.joined ? value_int(t->bare.s.status) : value_null());
	ev_int(out, "astray_requests", (int64_t)t->astray);
	ev_value(out, "astray_status", t->astray ? value_int(t->last_astray.s.status) : value_null());
	ev_value(out, "astray_path",
	         t->astray ? text_of(out, t->last_astray.path, strlen(t->last_astray.path)) : value_null());
	ev_int(out, "plugin_requests", (int64_t)t->plugin);
	send_statuses(out, "plugin_by_status", t->plugin_status, t->nplugin, 0);
	ev_int(out, "fields_changes", t->changes);
	ev_bool(out, "guessed", r->guessed);
	ev_strn(out, "software", r->software[0] ? r->software : NULL, strlen(r->software));
	vb_init(&b, ev_mem(out));
	for (uint32_t i = 0; i < t->nservers; i++) {
		vb_init(&row, ev_mem(out));
		vb_add(&row, "name", text_of(out, t->servers[i].name, strlen(t->servers[i].name)));
		vb_add(&row, "requests", value_int((int64_t)t->servers[i].n));
		vb_add(&b, NULL, vb_map(&row));
	}
	ev_value(out, "servers", vb_list(&b));
}

/* Judged alone: a device that is not answered with 200, or nobody although the log covers the attempt. */
static void send_fault(struct evidence_out *out, const struct iis_results *r)
{
	const struct iis_tally *t = r->t;
	bool covers = r->attempt_s != IIS_NO_TIME && iis_covers(r, r->attempt_s);

	if (t->device_requests)
		ev_fault(out, t->device.s.status != 200);
	else if (t->any.s.status >= 500)
		ev_fault(out, true);
	else if (covers)
		ev_fault(out, true);
}

void iis_send_all(struct iis_results *r, struct evidence_out *out)
{
	r->t->clock = r->total; /* the end of the last file: what is open then is undecided */
	iis_tally_end(r->t);
	iis_send_counts(r, out);
	send_platforms(out, r->t);
	send_agents(out, r->t);
	send_conversations(out, r);
	send_errors(out, r);
	send_times(out, r);
	iis_send_files(r, out);
	send_rest(out, r);
	iis_send_rows(r, out);
	send_fault(out, r);
}
