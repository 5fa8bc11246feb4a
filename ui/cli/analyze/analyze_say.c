/* What `casebook analyze` says, as text and as JSON.  Decides nothing. */
#include "analyze_say.h"
#include "analyze_certs.h"
#include "analyze_errors.h"
#include "analyze_lengths.h"
#include "analyze_machine.h"
#include "analyze_seen.h"
#include "analyze_told.h"

#include <stdio.h>
#include <string.h>

#include <casebook/explain.h>
#include <casebook/host.h>
#include <casebook/json.h>
#include <casebook/utf8.h>

#define MOST_FACTS 24 /* of one file on the screen; --json has all */
#define MOST_PINS 6
#define MOST_SEEN 12
#define WIDTH 100

static const char *const severities[] = {"fault", "warning", "note"};

/* ---- text ---- */

static void put_clean(struct buf *out, const char *text, size_t cols)
{
	struct buf clean;
	size_t n;

	buf_init(&clean, 1u << 16);
	utf8_clean(&clean, text, strlen(text), UTF8_ONE_LINE);
	n = utf8_fit(buf_cstr(&clean), clean.n, cols);
	buf_put(out, buf_cstr(&clean), n);
	buf_str(out, n < clean.n ? "..." : "");
	buf_release(&clean);
}

/* Lines of the file bear it out. */
static bool has_pin(const struct evidence *e, const char *fact)
{
	for (size_t i = 0; i < e->npins; i++)
		if (strcmp(e->pins[i].fact, fact) == 0)
			return true;
	return false;
}

/* A no that answers the question: whether a request came through, whether a right or a part is there. */
static bool is_decisive(const char *key)
{
	static const char *const keys[] = {"reached_ndes",      "caps_ok",          "cacert_ok",
	                                   "installed",         "completed",        "impersonate_iis_iusrs",
	                                   "mscep_application", "mscep_anonymous",  "ra_issuer_ok",
	                                   "ra_present",        "supported_version"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(key, keys[i]) == 0)
			return true;
	return false;
}

/* Nothing, no and none are worth a line among the first facts, which say what was looked at, and where the
 * file says so itself. */
static bool is_worth(const struct evidence *e, const struct fact *f, unsigned shown)
{
	const struct value *v = &f->value;

	switch (v->type) {
	case VAL_NULL:
		return false;
	case VAL_LIST:
		return v->u.list.n != 0;
	case VAL_MAP:
		return v->u.map.n != 0;
	case VAL_BOOL:
		return v->u.b || has_pin(e, f->key) || is_decisive(f->key);
	case VAL_INT:
		return v->u.i != 0 || shown < 3;
	case VAL_STR:
		break;
	}
	return true;
}

static void put_fact(struct buf *out, const struct fact *f)
{
	struct buf text;

	buf_fmt(out, "    %-22s ", f->key);
	if (f->value.type == VAL_LIST && f->value.u.list.items[0].type == VAL_MAP) {
		buf_fmt(out, "%zu (--json lists them)\n", f->value.u.list.n);
		return;
	}
	buf_init(&text, 1u << 16);
	value_text(&text, &f->value);
	put_clean(out, buf_cstr(&text), WIDTH - 27);
	buf_char(out, '\n');
	buf_release(&text);
}

static void put_facts(struct buf *out, const struct evidence *e)
{
	unsigned shown = 0, more = 0;

	for (size_t k = 0; k < e->nfacts; k++) {
		if (!is_worth(e, &e->facts[k], shown))
			continue;
		if (shown == MOST_FACTS) {
			more++;
			continue;
		}
		put_fact(out, &e->facts[k]);
		shown++;
	}
	if (more != 0)
		buf_fmt(out, "    and %u more (--json lists them)\n", more);
}

static void put_pins(struct buf *out, const struct evidence *e)
{
	const struct value *form = evidence_fact(e, "format");
	/* An event is found by the number of its record, in a file without lines as in one of a single line.
	 */
	bool records = form != NULL && form->type == VAL_STR &&
	               (strcmp(form->u.s, "evtx") == 0 || strcmp(form->u.s, "xml") == 0);
	const char *place = records ? "record" : "line";

	for (size_t i = 0; i < e->npins && i < MOST_PINS; i++) {
		const struct pin *p = &e->pins[i];
		bool said = false;

		for (size_t k = 0; k < i; k++)
			said |= e->pins[k].line == p->line && strcmp(e->pins[k].text, p->text) == 0;
		if (said)
			continue;
		buf_fmt(out, "    %s %-6llu ", place, (unsigned long long)p->line);
		put_clean(out, p->text, WIDTH - 12 - strlen(place));
		buf_char(out, '\n');
	}
}

/* Codes that a fact counts, and the dialect that explains them. */
static const struct {
	const char *probe, *fact, *dialect;
} codes[] = {
        {"iis.log", "by_status", "iis"},          {"iis.log", "plugin_by_status", "iis"},
        {"httperr.log", "by_reason", "httperr"},  {"ios.console", "error_codes", "mcscep"},
        {"android.omadm", "http_errors", "http"}, {"scep.message", "hresult", "hresult"},
};

static void explain_code(struct buf *out, struct arena *mem, const struct explain *x, const char *code,
                         const char *dialect)
{
	const struct code_row *row = explain_row(x, dialect, code);

	if (row == NULL && explain_query(x, mem, code, &row) == 0)
		return;
	buf_fmt(out, "    %s: ", code);
	put_clean(out, row->meaning, WIDTH - 6 - strlen(code));
	buf_char(out, '\n');
}

/* Of a map its keys are codes, a text is one itself. */
static void explain_keys(struct buf *out, struct arena *mem, const struct explain *x, const struct value *map,
                         const char *dialect)
{
	if (map != NULL && map->type == VAL_STR)
		explain_code(out, mem, x, map->u.s, dialect);
	for (size_t i = 0; map != NULL && map->type == VAL_MAP && i < map->u.map.n && i < 8; i++) {
		const char *code = map->u.map.items[i].key;

		if (strncmp(code, "200.", 4) != 0 && strcmp(code, "200") != 0)
			explain_code(out, mem, x, code, dialect);
	}
}

static void put_codes(struct buf *out, struct arena *mem, const struct explain *x, const struct analyzed *f)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].probe, f->kind->id) == 0)
			explain_keys(out, mem, x, evidence_fact(&f->e, codes[i].fact), codes[i].dialect);
}

/* Codes of that dialect are explained where that check counts them. */
static bool is_counted(const char *probe, const char *dialect)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].probe, probe) == 0 && strcmp(codes[i].dialect, dialect) == 0)
			return true;
	return false;
}

/* "hresult 0x80070005: Access denied", of the errors in the tool's own list. */
static void put_errors(struct buf *out, struct arena *mem, const struct explain *x, const struct analyzed *f)
{
	const struct code_row *rows[8];
	size_t n = analyze_errors(x, mem, &f->e, rows, sizeof(rows) / sizeof(rows[0]));

	for (size_t i = 0; i < n; i++) {
		if (is_counted(f->kind->id, rows[i]->dialect))
			continue;
		buf_fmt(out, "    %s %s: ", rows[i]->dialect, rows[i]->code);
		put_clean(out, rows[i]->meaning, 2 * WIDTH);
		buf_char(out, '\n');
	}
}

/* "event:ndes 31, 4 times: Request not submitted": each error and warning, with what its code means. */
static void put_seen(struct buf *out, struct arena *mem, const struct explain *x, const struct analyzed *f)
{
	struct seen *list = arena_array(mem, SEEN_MAX, sizeof(*list));
	size_t n = analyze_seen(x, mem, &f->e, list, SEEN_MAX);

	for (size_t i = 0; i < n && i < MOST_SEEN; i++) {
		const struct seen *s = &list[i];

		buf_fmt(out, "    %s %s", s->dialect, s->event);
		if (s->times > 1)
			buf_fmt(out, ", %llu times", (unsigned long long)s->times);
		buf_str(out, ": ");
		put_clean(out, strcmp(s->name, "-") != 0 ? s->name : "not in the table of codes", WIDTH - 20);
		if (s->meaning[0] != '-') {
			buf_str(out, ". ");
			put_clean(out, s->meaning, 2 * WIDTH);
		}
		buf_char(out, '\n');
		if (s->code == NULL)
			continue;
		buf_fmt(out, "      %s%s%s: ", s->code,
		        s->code_name != NULL && s->code_name[0] != '-' ? " " : "",
		        s->code_name != NULL && s->code_name[0] != '-' ? s->code_name : "");
		put_clean(out, s->code_meaning != NULL ? s->code_meaning : "not in the table of codes",
		          2 * WIDTH);
		buf_char(out, '\n');
	}
	if (n > MOST_SEEN)
		buf_fmt(out, "    and %zu more (--json lists them)\n", n - MOST_SEEN);
}

static bool put_finding(void *arg, const struct cause *c)
{
	buf_fmt(arg, "  %s: %s (%s)\n    %s\n", severities[c->severity], c->title, c->id,
	        c->remedy != NULL ? c->remedy : "");
	return true;
}

/* Codes in a text that no check reads, with what they mean. */
static void put_found(struct buf *out, struct arena *mem, const struct value *codes_in)
{
	const struct explain *x = codes_in->type == VAL_LIST ? explain_new(mem) : NULL;

	for (size_t i = 0; x != NULL && i < codes_in->u.list.n; i++) {
		const struct value *one = &codes_in->u.list.items[i];
		const char *dialect = value_find_str(one, "dialect"), *code = value_find_str(one, "code");
		const struct code_row *row =
		        dialect != NULL && code != NULL ? explain_row(x, dialect, code) : NULL;
		const struct value *line = value_find(one, "line");

		if (row == NULL)
			continue;
		buf_fmt(out, "    line %-6lld %s %s",
		        line != NULL && line->type == VAL_INT ? (long long)line->u.i : 0ll, row->dialect,
		        row->code);
		if (strcmp(row->name, "-") != 0)
			buf_fmt(out, ", %s", row->name);
		buf_str(out, ": ");
		put_clean(out, row->meaning, 2 * WIDTH);
		buf_char(out, '\n');
	}
}

static void put_file(struct buf *out, const struct analysis *a, size_t i)
{
	const struct analyzed *f = &a->files[i];
	struct arena *mem = arena_new();
	const struct explain *x;
	size_t before;

	put_clean(out, f->path, 400);
	if (f->kind == NULL || !f->looked) {
		buf_str(out, f->kind == NULL ? "\n  not known: " : "\n  not read");
		put_clean(out, f->kind == NULL ? f->why : "", 400);
		buf_char(out, '\n');
		if (f->kind == NULL)
			put_found(out, mem, &f->codes);
		buf_char(out, '\n');
		arena_free(mem);
		return;
	}
	buf_fmt(out, "\n  %s (%s)%s%s\n", f->kind->title, f->kind->id,
	        f->e.outcome == EV_MEASURED ? "" : ": ",
	        f->e.outcome == EV_MEASURED ? "" : evidence_outcome_name(f->e.outcome));
	if (f->e.why != NULL) {
		buf_str(out, "  ");
		put_clean(out, f->e.why, 600);
		buf_char(out, '\n');
	}
	put_facts(out, &f->e);
	analyze_certs(a, i, out);
	put_pins(out, &f->e);
	x = explain_new(mem);
	put_codes(out, mem, x, f);
	put_errors(out, mem, x, f);
	put_seen(out, mem, x, f);
	before = out->n;
	analyze_findings(a, i, put_finding, out);
	if (out->n == before && f->fault == 1)
		buf_str(out, "  fault: the file shows one; it does not prove a cause by itself\n");
	buf_char(out, '\n');
	arena_free(mem);
}

/* The files, those of one machine together, under its name when there are several. */
static void put_files(struct buf *out, const struct analysis *a)
{
	struct arena *mem = arena_new();
	size_t machines, *order = analyze_by_machine(a, mem, &machines);
	const char *shown = "";

	for (size_t i = 0; i < a->n; i++) {
		const char *machine = analyze_machine(&a->files[order[i]]);

		if (machines > 1 && machine == NULL && shown != NULL)
			buf_str(out, "== Of no machine that is known\n\n");
		else if (machines > 1 && machine != NULL && !host_same(machine, shown)) {
			buf_str(out, "== From ");
			put_clean(out, machine, WIDTH);
			buf_str(out, "\n\n");
		}
		shown = machine;
		put_file(out, a, order[i]);
	}
	arena_free(mem);
}

static const char *const lengths[] = {"too short for it",
                                      "enough for it, and less than NDES may need: 65,534", "enough"};
static const char *const length_words[] = {"short", "seen", "enough"};

/* The longest request against every limit on its way. */
static void put_lengths(struct buf *out, const struct analysis *a)
{
	struct arena *mem = arena_new();
	struct lengths l;

	analyze_lengths(a, mem, &l);
	if (l.n != 0) {
		buf_fmt(out, "The longest query is of %lld bytes, in ", (long long)l.longest);
		put_clean(out, l.log, 400);
		buf_char(out, '\n');
	}
	for (size_t i = 0; i < l.n; i++) {
		buf_fmt(out, "  %s, %lld: %s; ", l.list[i].name, (long long)l.list[i].limit,
		        lengths[l.list[i].is]);
		put_clean(out, l.list[i].file, 400);
		buf_char(out, '\n');
	}
	buf_str(out, l.n != 0 ? "\n" : "");
	arena_free(mem);
}

/* What the exit code says, in words. */
static void put_verdict(struct buf *out, const struct analysis *a)
{
	size_t unread = 0;

	switch (analyze_verdict(a)) {
	case ANALYZE_FAULT:
		buf_str(out, "  a fault is shown, its cause is not proven yet\n");
		return;
	case ANALYZE_CLEAN:
		buf_str(out, "  no fault is shown\n");
		return;
	case ANALYZE_OPEN:
		break;
	}
	for (size_t i = 0; i < a->n; i++)
		unread += a->files[i].kind == NULL || !a->files[i].looked ||
		          a->files[i].e.outcome != EV_MEASURED;
	buf_fmt(out, "  no fault is shown; %zu of %zu files could not be read\n", unread, a->n);
}

void analyze_text(const struct analysis *a, struct buf *out)
{
	size_t before;

	put_files(out, a);
	analyze_told(a, out);
	put_lengths(out, a);
	if (a->n < 2)
		return;
	buf_str(out, "All files together\n");
	before = out->n;
	analyze_findings(a, SIZE_MAX, put_finding, out);
	if (out->n == before)
		put_verdict(out, a);
}

/* ---- JSON ---- */

struct json_finding {
	struct jsonw *j;
	const struct analysis *a;
	size_t only;
};

static bool evidence_row(void *arg, const struct analyzed *f, const struct pin *p, const char *fact)
{
	struct json_finding *w = arg;

	if (w->only != SIZE_MAX && f != &w->a->files[w->only])
		return true;
	jsonw_open(w->j, '{');
	jsonw_kstr(w->j, "probe", f->kind->id);
	jsonw_kstr(w->j, "fact", fact);
	jsonw_kstr(w->j, "file", f->path);
	jsonw_key(w->j, "line");
	if (p != NULL && p->line != 0)
		jsonw_int(w->j, (int64_t)p->line);
	else
		jsonw_null(w->j);
	jsonw_kstr(w->j, "sha256", f->sha256);
	jsonw_close(w->j, '}');
	return true;
}

static bool finding_json(void *arg, const struct cause *c)
{
	struct json_finding *w = arg;

	jsonw_open(w->j, '{');
	jsonw_kstr(w->j, "id", c->id);
	jsonw_kstr(w->j, "severity", severities[c->severity]);
	jsonw_kstr(w->j, "title", c->title);
	jsonw_kstr(w->j, "remedy", c->remedy);
	jsonw_key(w->j, "evidence");
	jsonw_open(w->j, '[');
	analyze_pins(w->a, c, evidence_row, w);
	jsonw_close(w->j, ']');
	jsonw_close(w->j, '}');
	return true;
}

static void findings_json(struct jsonw *j, const struct analysis *a, size_t i)
{
	struct json_finding w = {j, a, i};

	jsonw_key(j, "findings");
	jsonw_open(j, '[');
	analyze_findings(a, i, finding_json, &w);
	jsonw_close(j, ']');
}

/* Every fact that the check promises; null when it was not measured. */
static void facts_json(struct jsonw *j, const struct analyzed *f)
{
	jsonw_key(j, "facts");
	jsonw_open(j, '{');
	for (const struct fact_def *d = f->looked ? f->kind->facts : NULL; d != NULL && d->key != NULL; d++) {
		jsonw_key(j, d->key);
		jsonw_value(j, evidence_fact(&f->e, d->key));
	}
	jsonw_close(j, '}');
}

static void pins_json(struct jsonw *j, const struct analyzed *f)
{
	jsonw_key(j, "pins");
	jsonw_open(j, '[');
	for (size_t i = 0; f->looked && i < f->e.npins; i++)
		pin_json(j, &f->e.pins[i], false);
	jsonw_close(j, ']');
}

static void seen_time(struct jsonw *j, const char *key, int64_t ms)
{
	jsonw_key(j, key);
	if (ms == ABOUT_NO_TIME)
		jsonw_null(j);
	else
		jsonw_time(j, ms);
}

static void seen_json(struct jsonw *j, const struct analyzed *f)
{
	struct arena *mem = arena_new();
	struct seen *list = arena_array(mem, SEEN_MAX, sizeof(*list));
	size_t n =
	        f->looked && f->e.nrows != 0 ? analyze_seen(explain_new(mem), mem, &f->e, list, SEEN_MAX) : 0;

	jsonw_key(j, "seen");
	jsonw_open(j, '[');
	for (size_t i = 0; i < n; i++) {
		const struct seen *s = &list[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "dialect", s->dialect);
		jsonw_kstr(j, "event", s->event);
		jsonw_kstr(j, "name", strcmp(s->name, "-") != 0 ? s->name : NULL);
		jsonw_kstr(j, "meaning", strcmp(s->meaning, "-") != 0 ? s->meaning : NULL);
		jsonw_kstr(j, "code", s->code);
		jsonw_kstr(j, "code_meaning", s->code_meaning);
		jsonw_kint(j, "times", (int64_t)s->times);
		seen_time(j, "first", s->first_ms);
		seen_time(j, "last", s->last_ms);
		jsonw_kint(j, "line", (int64_t)s->line);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
	arena_free(mem);
}

static void file_json(struct jsonw *j, const struct analysis *a, size_t i)
{
	const struct analyzed *f = &a->files[i];

	jsonw_open(j, '{');
	jsonw_kstr(j, "path", f->path);
	jsonw_kstr(j, "kind", f->kind != NULL ? f->kind->id : NULL);
	jsonw_kstr(j, "sha256", f->sha256);
	jsonw_kstr(j, "machine", analyze_machine(f));
	jsonw_kstr(j, "outcome",
	           f->kind == NULL ? "unreadable"
	           : f->looked     ? evidence_outcome_name(f->e.outcome)
	                           : "cancelled");
	jsonw_kstr(j, "why", f->kind == NULL ? f->why : f->looked ? f->e.why : "was not read before the end");
	if (f->codes.type == VAL_LIST) {
		jsonw_key(j, "codes");
		jsonw_value(j, &f->codes);
	}
	jsonw_key(j, "fault");
	if (f->fault < 0)
		jsonw_null(j);
	else
		jsonw_bool(j, f->fault == 1);
	facts_json(j, f);
	pins_json(j, f);
	seen_json(j, f);
	findings_json(j, a, i);
	jsonw_close(j, '}');
}

static void lengths_json(struct jsonw *j, const struct analysis *a)
{
	struct arena *own = arena_new();
	struct lengths l;

	jsonw_key(j, "lengths");
	jsonw_open(j, '[');
	for (analyze_lengths(a, own, &l); l.n != 0; l.n--, l.list++) {
		jsonw_open(j, '{');
		jsonw_kstr(j, "limit", l.list->name);
		jsonw_kint(j, "bytes", l.list->limit);
		jsonw_kstr(j, "file", l.list->file);
		jsonw_kint(j, "longest", l.longest);
		jsonw_kstr(j, "log", l.log);
		jsonw_kstr(j, "is", length_words[l.list->is]);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
	arena_free(own);
}

void analyze_json(const struct analysis *a, struct buf *out)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	jsonw_key(&j, "files");
	jsonw_open(&j, '[');
	for (size_t i = 0; i < a->n; i++)
		file_json(&j, a, i);
	jsonw_close(&j, ']');
	findings_json(&j, a, SIZE_MAX);
	lengths_json(&j, a);
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}
