/*
 * What was read that an expert would point at, whether or not a cause follows from it: each error of a known
 * source with its code in words, file and line.  And the devices: how far the newest try of each got.
 */
#include "report_int.h"

#include <stdlib.h>
#include <string.h>

#include <casebook/explain.h>
#include <casebook/json.h>

#define MOST_SEEN 50
#define MOST_CANDIDATES 4000
#define MOST_DEVICES 50

/* Rows that are errors, with the words for them and the dialect of their event. */
static const struct {
	const char *kind, *what, *dialect;
} kinds[] = {
        {"crash", "The worker process w3wp.exe crashed", "event:app"},
        {"ndes_failed", "NDES could not start", "event:ndes"},
        {"ndes_password", "NDES could not verify the password of a request", "event:ndes"},
        {"ndes_submit", "NDES could not hand a request to the CA", "event:ndes"},
        {"ndes_message", "NDES logged an event", "event:ndes"},
        {"pool_disabled", "The pool SCEP was disabled", "event:was"},
        {"pool_identity", "The pool SCEP cannot log on as its account", "event:was"},
        {"worker_failed", "The worker process could not start", "event:was"},
        {"worker_died", "A worker process of the pool SCEP ended by itself", "event:was"},
        {"logon_failed", "A batch job or service could not log on", "event:security"},
        {"capi2", "A certificate was not accepted", "event:capi2"},
        {"connector", "The connector logged a failure", "event:connector"},
        {"old_connector", "The old connector logged a failure", "event:connector"},
        {"ca_denied", "The CA denied a request", "event:ca"},
        {"device_failed", "The device's SCEP enrolment failed", "event:device"},
        {"setup", "The set-up of the connector failed", "event:app"},
        {"refusal", "HTTP.sys refused a request", "httperr"},
        {"conversation", "A device was refused or stopped", "iis"},
        {"plugin", "A call of the policy module was refused", "iis"},
        {"request", "A request was refused", "iis"},
        {"astray", "A device asked at another path than NDES has", "iis"},
        {"message", "An error or warning was logged", NULL},
};

struct seen_out {
	struct arena *mem;
	const struct explain *x;
};

struct item {
	const struct evidence *e;
	const struct evrow *row;
	size_t kind;
};

static const char *text_in(const struct evrow *row, const char *key)
{
	return value_find_str(&row->data, key);
}

static int64_t int_in(const struct evrow *row, const char *key)
{
	const struct value *v = value_find(&row->data, key);

	return v != NULL && v->type == VAL_INT ? v->u.i : 0;
}

/* Exports of text do not say their levels as numbers: these are no errors at any level. */
static bool is_news(int64_t event)
{
	static const int64_t news[] = {19,  26,  36,  37,  38,  39,   70,   75,    200,   208,
	                               209, 256, 306, 813, 814, 5074, 5186, 15300, 15301, 36880};

	for (size_t i = 0; i < sizeof(news) / sizeof(news[0]); i++)
		if (news[i] == event)
			return true;
	return false;
}

/* Some rows are errors by what they hold. */
static bool is_error(const struct evrow *row)
{
	int64_t code = int_in(row, "code"), event = int_in(row, "event");
	const char *answered = text_in(row, "answered"), *result = text_in(row, "result");
	const struct value *ended = value_find(&row->data, "ended");

	if (strcmp(row->kind, "conversation") == 0)
		return code != 200 || (answered != NULL && strcmp(answered, "pkioperation") != 0 &&
		                       ended != NULL && ended->type == VAL_BOOL && ended->u.b);
	if (strcmp(row->kind, "plugin") == 0 || strcmp(row->kind, "request") == 0)
		return code >= 400 && !(code == 403 && int_in(row, "sub") == 0);
	if (strcmp(row->kind, "connector") == 0)
		return event == 4001 || event == 4002 || event == 4005 || event == 4007 || event == 4009 ||
		       event == 4010;
	if (strcmp(row->kind, "old_connector") == 0)
		return event != 20500;
	if (strcmp(row->kind, "setup") == 0)
		return result == NULL || strcmp(result, "0") != 0;
	if (strcmp(row->kind, "message") == 0)
		return !is_news(event);
	return true;
}

static size_t gather(const struct report *r, struct item *out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		if (r->cf->log[i].kind != REC_EVIDENCE)
			continue;
		for (size_t k = 0; k < e->nrows && n < MOST_CANDIDATES; k++)
			for (size_t m = 0; m < sizeof(kinds) / sizeof(kinds[0]); m++)
				if (strcmp(kinds[m].kind, e->rows[k].kind) == 0 && is_error(&e->rows[k]))
					out[n++] = (struct item){e, &e->rows[k], m};
	}
	return n;
}

static int newest_first(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->row->last_ms != y->row->last_ms)
		return x->row->last_ms > y->row->last_ms ? -1 : 1;
	return x->kind < y->kind ? -1 : x->kind > y->kind;
}

/* The code as the field writes it: of an event its HRESULT, of IIS its three numbers, of HTTP.sys its reason.
 */
static const char *code_of(const struct item *it)
{
	static const char *const keys[] = {"status", "reason", "result"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (text_in(it->row, keys[i]) != NULL)
			return text_in(it->row, keys[i]);
	return text_in(it->row, "code");
}

/* A code of a text: sentences stand for codes as well.  The number of the event itself is none. */
static const struct explained *code_in(const struct explain_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->hits[i].known && strncmp(r->hits[i].dialect, "event:", 6) != 0)
			return &r->hits[i];
	return NULL;
}

/* The event's own words, where it names no code. */
static const struct explained *in_words(const struct seen_out *o, const struct item *it)
{
	for (size_t i = 0; i < it->e->npins; i++) {
		const struct pin *p = &it->e->pins[i];
		struct explain_result r;

		if (p->line != it->row->line || p->line == 0 || p->text == NULL)
			continue;
		r = explain_text(o->x, o->mem, p->text, strlen(p->text));
		if (code_in(&r) != NULL)
			return code_in(&r);
	}
	return NULL;
}

static const char *meaning_of(const struct seen_out *o, const struct item *it, const char *code)
{
	const struct code_row *rows;
	int64_t event = int_in(it->row, "event");

	if (code != NULL && explain_find(o->mem, code, &rows) != 0)
		return rows[0].meaning;
	if (event != 0 && kinds[it->kind].dialect != NULL)
		return explain_meaning(o->mem, kinds[it->kind].dialect,
		                       arena_fmt(o->mem, "%lld", (long long)event));
	return NULL;
}

static const char *what_of(struct arena *mem, const struct item *it)
{
	static const char *const more[] = {"source", "module", "process",   "subject", "account",
	                                   "url",    "client", "operation", "path"};
	const char *text = kinds[it->kind].what;
	int64_t event = int_in(it->row, "event");

	if (event != 0)
		text = arena_fmt(mem, "%s (event %lld)", text, (long long)event);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (text_in(it->row, more[i]) != NULL)
			text = arena_fmt(mem, "%s; %s %s", text, more[i], text_in(it->row, more[i]));
	return it->row->n > 1 ? arena_fmt(mem, "%s; %u times", text, (unsigned)it->row->n) : text;
}

static void put_time(struct jsonw *j, const char *key, int64_t ms)
{
	jsonw_key(j, key);
	if (ms == ABOUT_NO_TIME)
		jsonw_null(j);
	else
		jsonw_time(j, ms - ms % 1000);
}

static void put_line(struct jsonw *j, uint64_t line)
{
	jsonw_key(j, "line");
	if (line == 0)
		jsonw_null(j);
	else
		jsonw_int(j, (int64_t)line);
}

static void put_item(struct jsonw *j, const struct seen_out *o, const struct item *it)
{
	const struct about *a = evidence_about(it->e, it->row);
	const char *code = code_of(it);
	const struct explained *said = code == NULL ? in_words(o, it) : NULL;

	code = said != NULL ? said->code : code;

	jsonw_open(j, '{');
	jsonw_kstr(j, "what", what_of(o->mem, it));
	jsonw_kstr(j, "code", code);
	jsonw_kstr(j, "meaning", meaning_of(o, it, code));
	jsonw_kstr(j, "probe", it->e->probe);
	jsonw_kstr(j, "file", it->e->target);
	put_line(j, it->row->line);
	put_time(j, "at", it->row->last_ms);
	jsonw_kstr(j, "computer", a->computer);
	jsonw_close(j, '}');
}

/* Codes and errors of facts, for readers that make no rows of them yet. */
static size_t put_code(struct jsonw *j, struct arena *mem, const struct evidence *e, const char *code)
{
	const struct code_row *rows;

	jsonw_open(j, '{');
	jsonw_kstr(j, "what", arena_fmt(mem, "The device's log holds the code %s", code));
	jsonw_kstr(j, "code", code);
	jsonw_kstr(j, "meaning", explain_find(mem, code, &rows) != 0 ? rows[0].meaning : NULL);
	jsonw_kstr(j, "probe", e->probe);
	jsonw_kstr(j, "file", e->target);
	put_line(j, 0);
	put_time(j, "at", ABOUT_NO_TIME);
	jsonw_kstr(j, "computer", NULL);
	jsonw_close(j, '}');
	return 1;
}

static size_t put_error(struct jsonw *j, const struct seen_out *o, const struct evidence *e,
                        const struct value *error)
{
	const struct value *text = value_find(error, "text"), *line = value_find(error, "line"),
	                   *id = value_find(error, "id"), *file = value_find(error, "file");
	const struct explained *said;
	struct explain_result r;

	if (text == NULL || text->type != VAL_STR)
		return 0;
	r = explain_text(o->x, o->mem, text->u.s, strlen(text->u.s));
	said = code_in(&r);
	jsonw_open(j, '{');
	jsonw_kstr(j, "what", text->u.s);
	jsonw_kstr(j, "code", said != NULL ? said->code : id != NULL && id->type == VAL_STR ? id->u.s : NULL);
	jsonw_kstr(j, "meaning", said != NULL ? said->meaning : NULL);
	jsonw_kstr(j, "probe", e->probe);
	jsonw_kstr(j, "file", file != NULL && file->type == VAL_STR ? file->u.s : e->target);
	put_line(j, line != NULL && line->type == VAL_INT && line->u.i > 0 ? (uint64_t)line->u.i : 0);
	put_time(j, "at", ABOUT_NO_TIME);
	jsonw_kstr(j, "computer", NULL);
	jsonw_close(j, '}');
	return 1;
}

static size_t put_facts(struct jsonw *j, const struct seen_out *o, const struct evidence *e, size_t room)
{
	static const char *const maps[] = {"error_codes", "network_codes", "http_errors"};
	const struct value *errors = evidence_fact(e, "errors"), *codes = evidence_fact(e, "scep_codes");
	size_t n = 0;

	if (strcmp(e->probe, "iis.log") == 0)
		return 0; /* its errors are rows */
	for (size_t i = 0; errors != NULL && errors->type == VAL_LIST && i < errors->u.list.n && n < room;
	     i++)
		n += put_error(j, o, e, &errors->u.list.items[i]);
	for (size_t i = 0;
	     codes != NULL && e->nrows == 0 && codes->type == VAL_LIST && i < codes->u.list.n && n < room;
	     i++)
		if (codes->u.list.items[i].type == VAL_STR)
			n += put_code(j, o->mem, e, codes->u.list.items[i].u.s);
	for (size_t m = 0; m < sizeof(maps) / sizeof(maps[0]); m++) {
		const struct value *map = evidence_fact(e, maps[m]);

		for (size_t i = 0; map != NULL && map->type == VAL_MAP && i < map->u.map.n && n < room; i++)
			n += put_code(j, o->mem, e, map->u.map.items[i].key);
	}
	return n;
}

void seen_json(const struct report *r, struct jsonw *j)
{
	struct arena *mem = arena_new();
	struct seen_out o = {mem, explain_new(mem)};
	struct item *items = arena_array(mem, MOST_CANDIDATES, sizeof(*items));
	size_t n = gather(r, items), put = 0;

	if (n > 1)
		qsort(items, n, sizeof(*items), newest_first);
	jsonw_key(j, "seen");
	jsonw_open(j, '[');
	for (; put < n && put < MOST_SEEN - 10; put++)
		put_item(j, &o, &items[put]);
	for (size_t i = 0; i < r->cf->nlog && put < MOST_SEEN; i++)
		if (r->cf->log[i].kind == REC_EVIDENCE)
			put += put_facts(j, &o, &r->cf->log[i].u.evidence, MOST_SEEN - put);
	jsonw_close(j, ']');
	jsonw_kint(j, "seen_more", n > MOST_SEEN - 10 ? (int64_t)(n - (MOST_SEEN - 10)) : 0);
	arena_free(mem);
}

/* ---- devices ---- */

static bool same_device(const struct evrow *a, const struct evrow *b)
{
	const char *x = text_in(a, "client"), *y = text_in(b, "client"), *p = text_in(a, "platform"),
	           *q = text_in(b, "platform");

	return x != NULL && y != NULL && strcmp(x, y) == 0 && p != NULL && q != NULL && strcmp(p, q) == 0;
}

static size_t newest_tries(const struct report *r, const struct evrow **out)
{
	size_t n = 0;

	for (size_t i = 0; i < r->cf->nlog; i++) {
		const struct evidence *e = &r->cf->log[i].u.evidence;

		for (size_t k = 0; r->cf->log[i].kind == REC_EVIDENCE && k < e->nrows; k++) {
			const struct evrow *row = &e->rows[k];
			size_t at = 0;

			if (strcmp(row->kind, "conversation") != 0)
				continue;
			while (at < n && !same_device(out[at], row))
				at++;
			if (at < n && row->last_ms > out[at]->last_ms)
				out[at] = row;
			else if (at == n && n < MOST_DEVICES)
				out[n++] = row;
		}
	}
	return n;
}

void devices_json(const struct report *r, struct jsonw *j)
{
	const struct evrow *rows[MOST_DEVICES];
	size_t n = newest_tries(r, rows);

	jsonw_key(j, "devices");
	jsonw_open(j, '[');
	for (size_t i = 0; i < n; i++) {
		const char *answered = text_in(rows[i], "answered");
		bool through = answered != NULL && strcmp(answered, "pkioperation") == 0;

		jsonw_open(j, '{');
		jsonw_kstr(j, "device", text_in(rows[i], "client"));
		jsonw_kstr(j, "platform", text_in(rows[i], "platform"));
		put_time(j, "at", rows[i]->last_ms);
		jsonw_kstr(j, "stage", text_in(rows[i], "stage"));
		jsonw_kstr(j, "status", text_in(rows[i], "status"));
		jsonw_kstr(j, "verdict", through ? "healthy" : is_error(rows[i]) ? "fault" : "inconclusive");
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}
