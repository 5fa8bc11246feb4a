/*
 * IIS logs one by one, for the question of a case: a part per file with its site and computer, a row per
 * conversation, per status of all requests, and per status of the policy module's calls.
 */
#include "file_kind.h"
#include "iis_facts.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <casebook/xalloc.h>

#define LOCAL_MS (14 * 3600000ll) /* a local time may be off by so much */

/* ---- whose ---- */

/* "W3SVC2" in a path. */
static void site_of_path(struct iis_file *f)
{
	const char *at = mem_find_fold(f->path, strlen(f->path), "W3SVC");
	size_t n = 5;

	if (at == NULL)
		return;
	while (isdigit((unsigned char)at[n]))
		n++;
	if (n > 5 && n < sizeof(f->site))
		snprintf(f->site, sizeof(f->site), "W3SVC%.*s", (int)n - 5, at + 5);
}

static void column(const struct iis_layout *l, const struct iis_slice *cols, size_t n, enum iis_col col,
                   char *to, size_t max)
{
	const signed char at = l->col[col];

	if (at >= 0 && (size_t)at < n && cols[(size_t)at].n != 0 && cols[(size_t)at].n < max &&
	    cols[(size_t)at].p[0] != '-')
		snprintf(to, max, "%.*s", (int)cols[(size_t)at].n, cols[(size_t)at].p);
}

void iis_results_whose(struct iis_results *r, const char *head, size_t n)
{
	struct iis_file *f = &r->files[r->nfiles - 1];
	struct iis_slice cols[IIS_MAX_COLS];
	struct iis_state state;

	memset(&state, 0, sizeof(state));
	memset(state.layout.col, -1, sizeof(state.layout.col));
	site_of_path(f);
	for (const char *p = head, *end = head + n, *nl; p < end; p = nl + 1) {
		size_t len;

		nl = memchr(p, '\n', (size_t)(end - p));
		if (nl == NULL)
			return;
		len = (size_t)(nl - p) - (nl > p && nl[-1] == '\r');
		if (len != 0 && *p == '#') {
			(void)iis_header(&state, p, len);
			continue;
		}
		if (len == 0 || state.layout.n == 0)
			continue;
		len = iis_split(p, len, state.layout.quoted, state.layout.tabs, cols);
		column(&state.layout, cols, len, COL_SITE, f->site, sizeof(f->site));
		column(&state.layout, cols, len, COL_COMPUTER, f->computer, sizeof(f->computer));
		return;
	}
}

/* ---- parts ---- */

/* Whether the log of a site can tell of SCEP: the first site's can, another's when it has seen some. */
static bool tells_of_scep(const struct iis_file *f)
{
	return f->requests != 0 || f->site[0] == '\0' || strcasecmp(f->site, "W3SVC1") == 0 ||
	       strcasecmp(f->site, "Default Web Site") == 0;
}

static void send_part(const struct iis_results *r, struct evidence_out *out, size_t i)
{
	const struct iis_file *f = &r->files[i];
	struct about a = about_nothing;

	a.computer = f->computer;
	a.site = f->site;
	a.traces = f->requests != 0 ? TRACE_NDES : 0;
	a.complete = r->guessed || !tells_of_scep(f) ? TRI_NO : TRI_YES;
	if (f->clock.any) {
		a.from_ms = f->clock.first_s * 1000;
		a.to_ms = f->clock.last_s * 1000;
	}
	a.slack_ms = r->local ? LOCAL_MS : 0;
	a.layer = LAYER_IIS;
	ev_part(out, (unsigned)i, &a);
}

static uint16_t part_of(const struct iis_conv *c)
{
	return (uint16_t)(c->file < EVIDENCE_MAX_PARTS ? c->file : EVIDENCE_MAX_PARTS - 1);
}

/* ---- rows ---- */

static int64_t ms_of(int64_t at_s)
{
	return at_s == IIS_NO_TIME ? ABOUT_NO_TIME : at_s * 1000;
}

static void add_status(struct value_builder *b, struct iis_status s)
{
	char text[32];

	iis_status_text(s, text);
	vb_add(b, "status", value_str(text));
	vb_add(b, "code", value_int(s.status));
	if (s.parts > 1)
		vb_add(b, "sub", value_int(s.sub));
	if (s.parts > 2)
		vb_add(b, "win32", value_int(s.win32));
}

static void send_conv(const struct iis_results *r, struct evidence_out *out, const struct iis_conv *c)
{
	struct evrow row = evrow_nothing;
	struct value_builder b;
	int answered = c->answered & 1u << STAGE_PKI      ? STAGE_PKI
	               : c->answered & 1u << STAGE_CACERT ? STAGE_CACERT
	               : c->answered & 1u << STAGE_CAPS   ? STAGE_CAPS
	                                                  : STAGE_NONE;

	vb_init(&b, ev_mem(out));
	vb_add(&b, "client", value_str(c->client));
	vb_add(&b, "platform", value_str(iis_platform_names[c->platform]));
	vb_add(&b, "stage", value_str(iis_stage_names[c->stage]));
	vb_add(&b, "answered", value_str(iis_stage_names[answered]));
	vb_add(&b, "operation", value_str(iis_op_names[c->last_op]));
	add_status(&b, iis_conv_last(c));
	/* The log goes on behind it, or it may still go on. */
	if (!iis_conv_complete(c) && r->total.any)
		vb_add(&b, "ended", value_bool(r->total.last_s - c->last_s > IIS_CONV_IDLE));
	row.kind = "conversation";
	row.part = part_of(c);
	row.first_ms = ms_of(c->first_s);
	row.last_ms = ms_of(c->last_s);
	row.n = 1;
	row.line = c->last_line;
	row.data = vb_map(&b);
	ev_row(out, &row);
}

static bool listed(const struct iis_conv *all, uint32_t n, const struct iis_conv *c)
{
	for (uint32_t i = 0; i < n; i++)
		if (all[i].key == c->key && all[i].first_line == c->first_line)
			return true;
	return false;
}

static void send_statuses(struct evidence_out *out, const char *kind, const struct iis_status_row *rows,
                          uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		struct evrow row = evrow_nothing;
		struct value_builder b;

		vb_init(&b, ev_mem(out));
		add_status(&b, rows[i].s);
		row.kind = kind;
		row.part = (uint16_t)(rows[i].last.file < EVIDENCE_MAX_PARTS ? rows[i].last.file
		                                                             : EVIDENCE_MAX_PARTS - 1);
		row.first_ms = ms_of(rows[i].first.at_s);
		row.last_ms = ms_of(rows[i].last.at_s);
		row.n = rows[i].n > UINT32_MAX ? UINT32_MAX : (uint32_t)rows[i].n;
		row.line = rows[i].last.line;
		row.data = vb_map(&b);
		ev_row(out, &row);
	}
}

/* Of those who asked at another path the newest by name, the others by status. */
static void send_astray(struct evidence_out *out, const struct iis_tally *t)
{
	const struct iis_astray *a = &t->last_astray;

	for (uint32_t i = 0; i < t->nastray; i++) {
		const struct iis_status_row *s = &t->astray_status[i];
		struct evrow row = evrow_nothing;
		struct value_builder b;

		vb_init(&b, ev_mem(out));
		add_status(&b, s->s);
		if (s->last.line == a->at.line && s->last.file == a->at.file) {
			vb_add(&b, "client", value_str(a->client));
			vb_add(&b, "platform", value_str(iis_platform_names[a->platform]));
			vb_add(&b, "path", value_str(a->path));
		}
		row.kind = "astray";
		row.part =
		        (uint16_t)(s->last.file < EVIDENCE_MAX_PARTS ? s->last.file : EVIDENCE_MAX_PARTS - 1);
		row.first_ms = ms_of(s->first.at_s);
		row.last_ms = ms_of(s->last.at_s);
		row.n = s->n > UINT32_MAX ? UINT32_MAX : (uint32_t)s->n;
		row.line = s->last.line;
		row.data = vb_map(&b);
		ev_row(out, &row);
	}
}

static void send_bare(struct evidence_out *out, const struct iis_last *l)
{
	struct evrow row = evrow_nothing;
	struct value_builder b;

	if (!l->last.joined)
		return;
	vb_init(&b, ev_mem(out));
	add_status(&b, l->s);
	row.kind = "bare";
	row.part = (uint16_t)(l->last.file < EVIDENCE_MAX_PARTS ? l->last.file : EVIDENCE_MAX_PARTS - 1);
	row.first_ms = row.last_ms = ms_of(l->last.at_s);
	row.n = 1;
	row.line = l->last.line;
	row.data = vb_map(&b);
	ev_row(out, &row);
}

void iis_send_rows(const struct iis_results *r, struct evidence_out *out)
{
	const struct iis_tally *t = r->t;

	if (r->nfiles == 0)
		return;
	for (size_t i = 0; i < r->nfiles && i < EVIDENCE_MAX_PARTS; i++)
		send_part(r, out, i);
	for (uint32_t i = 0; i < t->nstalled; i++)
		send_conv(r, out, &t->stalled[i]);
	for (uint32_t i = 0; i < t->ncomplete; i++)
		send_conv(r, out, &t->complete[i]);
	for (uint32_t i = 0; i < t->nbeside; i++)
		if (!listed(t->stalled, t->nstalled, &t->beside[i]) &&
		    !listed(t->complete, t->ncomplete, &t->beside[i]))
			send_conv(r, out, &t->beside[i]);
	send_statuses(out, "request", t->status, t->nstatus);
	send_statuses(out, "plugin", t->plugin_status, t->nplugin);
	send_astray(out, t);
	send_bare(out, &t->bare);
	if (t->lost_s != IIS_NO_TIME)
		ev_rows_from(out, t->lost_s * 1000 + 1000);
}
