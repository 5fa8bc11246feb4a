/*
 * Tells the last conversations.  IIS and HTTP.sys name a client by its address, a device's own log by
 * nothing: its lines stand between theirs by time alone, or for themselves where no zone is said.  Decides
 * nothing.
 */
#include "analyze_told.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/explain.h>
#include <casebook/utf8.h>
#include <casebook/xalloc.h>

#define SHOWN 24 /* the newest */
#define SLOW_MS 10000
#define GAP_MS (10 * 60000ll) /* a device goes on within seconds; beyond this another conversation begins */

struct line {
	int64_t at_ms;
	const char *client; /* NULL: not said */
	const char *what, *answer;
	int64_t took_ms; /* -1 */
	int rank;        /* how far an enrolment got with it: 1 caps, 2 cacert, 3 pkioperation, 0 else */
	bool ok;
	bool local; /* by a clock whose zone is not said */
};

struct told {
	struct arena *mem;
	struct line *lines; /* of all logs: which are the newest only their times tell */
	size_t n, cap;
};

static void add(struct told *t, const struct line *l)
{
	if (l->at_ms == ABOUT_NO_TIME)
		return;
	if (t->n == t->cap) {
		t->cap = t->cap != 0 ? 2 * t->cap : 64;
		t->lines = xrealloc(t->lines, t->cap * sizeof(*t->lines));
	}
	t->lines[t->n++] = *l;
}

static int64_t int_in(const struct value *map, const char *key, int64_t otherwise)
{
	const struct value *v = value_find(map, key);

	return v != NULL && v->type == VAL_INT ? v->u.i : otherwise;
}

static int rank_of(const char *operation)
{
	static const char *const order[] = {"GetCACaps", "GetCACert", "PKIOperation"};

	for (int i = 0; operation != NULL && i < 3; i++)
		if (strcmp(operation, order[i]) == 0)
			return i + 1;
	return 0;
}

static void from_iis(struct told *t, const struct evidence *e)
{
	const struct value *list = evidence_fact(e, "told");

	for (size_t i = 0; list != NULL && list->type == VAL_LIST && i < list->u.list.n; i++) {
		const struct value *row = &list->u.list.items[i];
		const char *at = value_find_str(row, "at"), *operation = value_find_str(row, "operation");
		struct line l = {.client = value_find_str(row, "client"),
		                 .what = operation != NULL ? operation : "?",
		                 .answer = value_find_str(row, "status"),
		                 .took_ms = int_in(row, "took_ms", -1),
		                 .rank = rank_of(operation)};

		l.ok = l.answer != NULL && strncmp(l.answer, "200", 3) == 0;
		if (at != NULL && clock_parse_iso(at, &l.at_ms))
			add(t, &l);
	}
}

static void from_httperr(struct told *t, const struct evrow *r)
{
	int64_t code = int_in(&r->data, "code", 0);
	struct line l = {.at_ms = r->last_ms,
	                 .client = value_find_str(&r->data, "client"),
	                 .what = "refused by HTTP.sys",
	                 .took_ms = -1};
	const char *reason = value_find_str(&r->data, "reason");

	l.answer = code != 0 ? arena_fmt(t->mem, "%lld %s", (long long)code, reason != NULL ? reason : "")
	                     : reason;
	add(t, &l);
}

/* A log of Android or Apple: "asks for GetCACert", and what came back. */
static void from_phone(struct told *t, const struct evrow *r, bool local)
{
	static const struct {
		const char *kind, *what;
		bool ok;
	} kinds[] = {{"try", "device: begins to enrol", true},
	             {"sending", "device: asks for", true},
	             {"answered", "device: got an answer to", true},
	             {"page", "device: got a page in place of", false},
	             {"signing", "device: signs its request", true},
	             {"sent", "device: sent its request", true},
	             {"response", "device: got an answer to its request", true},
	             {"installed", "device: installed the certificate", true},
	             {"http", "device: was answered with an error", false},
	             {"failed", "device: failed", false}};
	static const struct {
		const char *word, *name;
	} operations[] = {
	        {"caps", " GetCACaps"}, {"cacert", " GetCACert"}, {"pkioperation", " PKIOperation"}};
	const char *operation = value_find_str(&r->data, "operation"), *name = "",
	           *word = value_find_str(&r->data, "word");
	int64_t status = int_in(&r->data, "status", 0);

	if (word == NULL && strcmp(r->kind, "failed") == 0)
		word = value_find_str(&r->data, "mark");
	for (size_t i = 0; operation != NULL && i < sizeof(operations) / sizeof(operations[0]); i++)
		if (strcmp(operations[i].word, operation) == 0)
			name = operations[i].name;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, r->kind) == 0)
			add(t, &(struct line){.at_ms = r->last_ms,
			                      .what = arena_fmt(t->mem, "%s%s", kinds[i].what, name),
			                      .answer = status != 0
			                                        ? arena_fmt(t->mem, "%lld", (long long)status)
			                                        : word,
			                      .took_ms = -1,
			                      .ok = kinds[i].ok,
			                      .local = local});
}

static void from_device(struct told *t, const struct evrow *r, bool local)
{
	static const struct {
		const char *kind, *what;
		bool ok;
	} kinds[] = {{"device_request", "device: request made", true},
	             {"device_sent", "device: request sent", true},
	             {"device_response", "device: answer received", true},
	             {"device_installed", "device: certificate installed", true},
	             {"device_failed", "device: enrolment failed", false}};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].kind, r->kind) == 0)
			add(t, &(struct line){.at_ms = r->last_ms,
			                      .what = kinds[i].what,
			                      .answer = value_find_str(&r->data, "code"),
			                      .took_ms = -1,
			                      .ok = kinds[i].ok,
			                      .local = local});
}

static void from_rows(struct told *t, const struct evidence *e)
{
	for (size_t i = 0; i < e->nrows; i++) {
		const struct evrow *r = &e->rows[i];
		const struct about *a = evidence_about(e, r);
		bool local = a != NULL && a->slack_ms != 0;

		if (strcmp(r->kind, "refusal") == 0 && !local)
			from_httperr(t, r);
		else if (a != NULL && a->platform != NULL && strcmp(a->platform, "windows") != 0)
			from_phone(t, r, local);
		else
			from_device(t, r, local);
	}
}

/* A time without a zone stands nowhere between the others; alone, lines of such times keep their order. */
static bool drop_local(struct told *t, size_t logs)
{
	size_t kept = 0;

	for (size_t i = 0; i < t->n; i++)
		kept += !t->lines[i].local;
	if (kept == 0 && logs == 1)
		return t->n != 0;
	kept = 0;
	for (size_t i = 0; i < t->n; i++)
		if (!t->lines[i].local)
			t->lines[kept++] = t->lines[i];
	t->n = kept;
	return false;
}

static int by_time(const void *a, const void *b)
{
	const struct line *x = a, *y = b;

	if (x->at_ms != y->at_ms)
		return x->at_ms < y->at_ms ? -1 : 1;
	return x->rank - y->rank; /* IIS writes whole seconds */
}

static bool same_client(const struct line *a, const struct line *b)
{
	return a->client != NULL && b->client != NULL && strcmp(a->client, b->client) == 0;
}

/* Whether this is the last line of its client before a long silence. */
static bool ends(const struct told *t, size_t i)
{
	for (size_t k = i + 1; k < t->n && t->lines[k].at_ms - t->lines[i].at_ms <= GAP_MS; k++)
		if (same_client(&t->lines[i], &t->lines[k]))
			return false;
	return true;
}

static const char *stopped(const struct line *l)
{
	static const char *const after[] = {NULL, "stops after GetCACaps: GetCACert never comes",
	                                    "stops after GetCACert: PKIOperation never comes", NULL};

	if (l->client == NULL)
		return NULL;
	if (!l->ok && l->rank != 0)
		return "stops here, refused";
	return l->ok ? after[l->rank] : NULL;
}

static void put_took(struct buf *out, int64_t ms)
{
	if (ms >= SLOW_MS)
		buf_fmt(out, "  %lld.%lld s, slow", (long long)(ms / 1000), (long long)(ms % 1000 / 100));
	else if (ms >= 0)
		buf_fmt(out, "  %lld ms", (long long)ms);
}

static void put_line(const struct told *t, size_t i, struct buf *out)
{
	const struct line *l = &t->lines[i];
	char iso[CLOCK_TEXT];
	struct buf line;

	buf_init(&line, 2000);
	clock_iso(l->at_ms - l->at_ms % 1000, iso);
	if (l->local)
		iso[strcspn(iso, "Z")] = '\0';
	buf_fmt(&line, "  %s  %-15s %s", iso, l->client != NULL ? l->client : "", l->what);
	if (l->answer != NULL)
		buf_fmt(&line, "  %s", l->answer);
	put_took(&line, l->took_ms);
	if (ends(t, i) && stopped(l) != NULL)
		buf_fmt(&line, "; %s", stopped(l));
	utf8_clean(out, buf_cstr(&line), line.n, UTF8_ONE_LINE);
	buf_char(out, '\n');
	buf_release(&line);
}

void analyze_told(const struct analysis *a, struct buf *out)
{
	struct told all = {.mem = arena_new()}, *t = &all;
	size_t logs = 0;
	bool local;

	for (size_t i = 0; i < a->n; i++) {
		const struct analyzed *f = &a->files[i];
		size_t before = t->n;

		if (!f->looked)
			continue;
		if (strcmp(f->kind->id, "iis.log") == 0)
			from_iis(t, &f->e);
		else
			from_rows(t, &f->e);
		logs += t->n != before;
	}
	local = drop_local(t, logs);
	if (t->n > 1)
		qsort(t->lines, t->n, sizeof(t->lines[0]), by_time);
	if (t->n != 0)
		buf_str(out, local ? "The last conversations, by the device's own clock\n"
		                   : "The last conversations, by client and time\n");
	for (size_t i = t->n > SHOWN ? t->n - SHOWN : 0; i < t->n; i++)
		put_line(t, i, out);
	if (t->n != 0)
		buf_char(out, '\n');
	free(t->lines);
	arena_free(t->mem);
}
