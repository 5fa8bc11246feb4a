/* What `casebook analyze` says, as text and as JSON.  Decides nothing. */
#include "analyze_say.h"

#include <stdio.h>
#include <string.h>

#include <casebook/explain.h>
#include <casebook/json.h>
#include <casebook/utf8.h>

#define MOST_FACTS 24 /* of one file on the screen; --json has all */
#define MOST_PINS 6
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
		return v->u.b || has_pin(e, f->key);
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
        {"android.omadm", "http_errors", "http"},
};

static void explain_keys(struct buf *out, struct arena *mem, const struct value *map, const char *dialect)
{
	for (size_t i = 0; map != NULL && map->type == VAL_MAP && i < map->u.map.n && i < 8; i++) {
		const char *code = map->u.map.items[i].key, *meaning = NULL;
		const struct code_row *row;

		if (strncmp(code, "200.", 4) == 0 || strcmp(code, "200") == 0)
			continue;
		meaning = explain_meaning(mem, dialect, code);
		if (meaning == NULL && explain_find(mem, code, &row) != 0)
			meaning = row->meaning;
		if (meaning == NULL)
			continue;
		buf_fmt(out, "    %s: ", code);
		put_clean(out, meaning, WIDTH - 6 - strlen(code));
		buf_char(out, '\n');
	}
}

static void put_codes(struct buf *out, struct arena *mem, const struct analyzed *f)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i].probe, f->kind->id) == 0)
			explain_keys(out, mem, evidence_fact(&f->e, codes[i].fact), codes[i].dialect);
}

static bool put_finding(void *arg, const struct cause *c)
{
	buf_fmt(arg, "  %s: %s (%s)\n    %s\n", severities[c->severity], c->title, c->id,
	        c->remedy != NULL ? c->remedy : "");
	return true;
}

static void put_file(struct buf *out, const struct analysis *a, size_t i)
{
	const struct analyzed *f = &a->files[i];
	struct arena *mem = arena_new();

	put_clean(out, f->path, 400);
	if (f->kind == NULL || !f->looked) {
		buf_str(out, f->kind == NULL ? "\n  not known: " : "\n  not read");
		put_clean(out, f->kind == NULL ? f->why : "", 400);
		buf_str(out, "\n\n");
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
	put_pins(out, &f->e);
	put_codes(out, mem, f);
	analyze_findings(a, i, put_finding, out);
	buf_char(out, '\n');
	arena_free(mem);
}

void analyze_text(const struct analysis *a, struct buf *out)
{
	size_t before;

	for (size_t i = 0; i < a->n; i++)
		put_file(out, a, i);
	if (a->n < 2)
		return;
	before = out->n;
	buf_str(out, "All files together\n");
	analyze_findings(a, SIZE_MAX, put_finding, out);
	if (out->n == before + strlen("All files together\n"))
		buf_str(out, "  no cause is proven\n");
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
	for (size_t i = 0; f->looked && i < f->e.npins; i++) {
		const struct pin *p = &f->e.pins[i];

		jsonw_open(j, '{');
		jsonw_kstr(j, "fact", p->fact);
		jsonw_kstr(j, "file", p->file);
		jsonw_kint(j, "line", (int64_t)p->line);
		jsonw_key(j, "time");
		if (p->at_ms == PIN_NO_TIME)
			jsonw_null(j);
		else
			jsonw_time(j, p->at_ms);
		jsonw_kstr(j, "text", p->text);
		jsonw_close(j, '}');
	}
	jsonw_close(j, ']');
}

static void file_json(struct jsonw *j, const struct analysis *a, size_t i)
{
	const struct analyzed *f = &a->files[i];

	jsonw_open(j, '{');
	jsonw_kstr(j, "path", f->path);
	jsonw_kstr(j, "kind", f->kind != NULL ? f->kind->id : NULL);
	jsonw_kstr(j, "sha256", f->sha256);
	jsonw_kstr(j, "outcome",
	           f->kind == NULL ? "unreadable"
	           : f->looked     ? evidence_outcome_name(f->e.outcome)
	                           : "cancelled");
	jsonw_kstr(j, "why", f->kind == NULL ? f->why : f->looked ? f->e.why : "was not read before the end");
	jsonw_key(j, "fault");
	if (f->fault < 0)
		jsonw_null(j);
	else
		jsonw_bool(j, f->fault == 1);
	facts_json(j, f);
	pins_json(j, f);
	findings_json(j, a, i);
	jsonw_close(j, '}');
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
	jsonw_close(&j, '}');
	buf_char(out, '\n');
}
