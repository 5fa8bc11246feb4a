/*
 * The one door for facts: what a probe says is checked against what it
 * promised, cleaned of what no terminal may see, bounded, and put on the wire.
 */
#include "evout.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/url.h>
#include <casebook/utf8.h>
#include <casebook/wire.h>
#include <casebook/xalloc.h>

#include "beside.h"

#define FACT_TEXT 65536 /* one text; a header line of a server is at most that */
#define WHY_TEXT 600

struct evidence_out {
	const struct probe *probe;
	evout_write *write;
	void *arg;
	struct arena *mem;
	struct buf line;
	size_t pins, rows;
	int64_t progress_ms;
	uint64_t unfit; /* values that their fact cannot hold */
	bool said_why, parts;
};

struct evidence_out *evout_new(const struct probe *probe, evout_write *write, void *arg)
{
	struct evidence_out *out = xcalloc(1, sizeof(*out));

	out->probe = probe;
	out->write = write;
	out->arg = arg;
	out->mem = arena_new();
	buf_init(&out->line, BUF_MAX_LINE);
	return out;
}

void evout_free(struct evidence_out *out)
{
	if (out == NULL)
		return;
	arena_free(out->mem);
	buf_release(&out->line);
	free(out);
}

struct arena *ev_mem(struct evidence_out *out)
{
	return out->mem;
}

/* False when the line is too long for the wire; nothing is sent then. */
static bool put(struct evidence_out *out, const struct wire_message *m)
{
	buf_clear(&out->line);
	wire_put(&out->line, m);
	if (out->line.over)
		return false;
	out->write(out->arg, out->line.p, out->line.n);
	return true;
}

/* A value that no table can hold came from damaged or forged bytes: the others stand, and it is said. */
static void say_unfit(struct evidence_out *out)
{
	if (out->unfit == 0)
		return;
	if (probe_fact(out->probe, "damaged") != NULL)
		ev_bool(out, "damaged", true);
	if (!out->said_why)
		ev_why(out,
		       "%llu %s no such thing can have, a time beyond the year 9999 perhaps; %s unknown, "
		       "everything else was read",
		       (unsigned long long)out->unfit,
		       out->unfit == 1 ? "value is one that" : "values are such as",
		       out->unfit == 1 ? "it is" : "they are");
}

void evout_end(struct evidence_out *out, enum evidence_outcome outcome, uint32_t took_ms)
{
	say_unfit(out);
	/* A reader that tells nothing apart is about the server whose collection the file lies in; a device's
	 * log is that device's, wherever it lies. */
	if (!out->parts && (beside_known() || beside_last_written() != ABOUT_NO_TIME) &&
	    outcome == EV_MEASURED && out->probe->kind == PROBE_FILE &&
	    probe_fact(out->probe, "reached_ndes") == NULL)
		ev_part(out, 0, &about_nothing);
	put(out, &(struct wire_message){.kind = WIRE_END, .outcome = outcome, .took_ms = took_ms});
}

/* Foreign text on one line: what only spaces becomes a blank, what is unsafe U+FFFD. */
static const char *one_line(struct arena *mem, const char *s, size_t n, size_t max)
{
	struct buf b, cut;
	char *text;

	if (n > max)
		n = max;
	buf_init(&b, max);
	buf_put(&b, s, n);
	for (size_t i = 0; i < b.n; i++)
		if (strchr("\t\n\r\v\f", b.p[i]) != NULL && b.p[i] != '\0')
			b.p[i] = ' ';
	buf_init(&cut, max);
	utf8_clean(&cut, buf_cstr(&b), b.n, UTF8_ONE_LINE);
	text = arena_strndup(mem, buf_cstr(&cut), utf8_valid_prefix(buf_cstr(&cut), cut.n));
	buf_release(&b);
	buf_release(&cut);
	return text;
}

struct keyed {
	const char *key;
	size_t at;
};

static int by_key(const void *a, const void *b)
{
	const struct keyed *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	return order != 0 ? order : x->at < y->at ? -1 : 1;
}

static struct value clean_value(struct arena *mem, const struct value *v);

/* Keys come from files too: what is said twice, or is the same once it is clean, counts as it was said last.
 */
static struct value clean_map(struct arena *mem, const struct value *v)
{
	size_t n = v->u.map.n;
	struct keyed *keys = arena_array(mem, n, sizeof(*keys));
	bool *again = arena_array(mem, n, sizeof(*again));
	const char **clean = arena_array(mem, n, sizeof(*clean));
	struct value_builder b;

	for (size_t i = 0; i < n; i++) {
		const char *key = v->u.map.items[i].key;

		clean[i] = one_line(mem, key, strlen(key), FACT_TEXT);
		keys[i] = (struct keyed){clean[i], i};
	}
	if (n != 0)
		qsort(keys, n, sizeof(*keys), by_key);
	for (size_t i = 1; i < n; i++)
		again[keys[i - 1].at] = strcmp(keys[i - 1].key, keys[i].key) == 0;
	vb_init(&b, mem);
	for (size_t i = 0; i < n; i++)
		if (!again[i])
			vb_add(&b, clean[i], clean_value(mem, &v->u.map.items[i].value));
	return vb_map(&b);
}

static struct value clean_value(struct arena *mem, const struct value *v)
{
	struct value_builder b;

	switch (v->type) {
	case VAL_STR:
		return value_str(one_line(mem, v->u.s, strlen(v->u.s), FACT_TEXT));
	case VAL_LIST:
		vb_init(&b, mem);
		for (size_t i = 0; i < v->u.list.n; i++)
			vb_add(&b, NULL, clean_value(mem, &v->u.list.items[i]));
		return vb_list(&b);
	case VAL_MAP:
		return clean_map(mem, v);
	case VAL_NULL:
	case VAL_BOOL:
	case VAL_INT:
		break;
	}
	return *v;
}

/* A key that the table does not hold, or another type, is the author's error; a time or word that does not
 * fit came with foreign bytes, and is unknown. */
static struct value checked(struct evidence_out *out, const char *key, struct value v)
{
	const struct fact_def *def = probe_fact(out->probe, key);
	char what[160];

	if (def != NULL && fact_accepts(def, &v))
		return v;
	if (def != NULL && v.type == VAL_STR && (def->type == FACT_TIME || def->type == FACT_STR)) {
		out->unfit++;
		return value_null();
	}
	snprintf(what, sizeof(what), "%s sends %s, which its table does not %s", out->probe->id, key,
	         def == NULL ? "hold" : "allow so");
	BUG(what);
}

void ev_value(struct evidence_out *out, const char *key, struct value v)
{
	struct wire_message m = {.kind = WIRE_FACT, .fact = {.key = key}};

	v = checked(out, key, v);
	m.fact.value = clean_value(out->mem, &v);
	/* A list or map that is too long for a line keeps its front. */
	while (!put(out, &m)) {
		if (m.fact.value.type == VAL_LIST && m.fact.value.u.list.n > 1)
			m.fact.value.u.list.n /= 2;
		else if (m.fact.value.type == VAL_MAP && m.fact.value.u.map.n > 1)
			m.fact.value.u.map.n /= 2;
		else
			m.fact.value = value_null();
	}
}

void ev_bool(struct evidence_out *out, const char *key, bool v)
{
	ev_value(out, key, value_bool(v));
}

void ev_int(struct evidence_out *out, const char *key, int64_t v)
{
	ev_value(out, key, value_int(v));
}

void ev_str(struct evidence_out *out, const char *key, const char *v)
{
	ev_value(out, key, value_str(v));
}

void ev_strn(struct evidence_out *out, const char *key, const char *v, size_t n)
{
	/* Cleaned here because foreign bytes may hold NUL, which would end the text. */
	ev_value(out, key, value_str(v != NULL ? one_line(out->mem, v, n, FACT_TEXT) : NULL));
}

void ev_time(struct evidence_out *out, const char *key, int64_t ms)
{
	char iso[CLOCK_TEXT];

	ev_value(out, key, value_str(clock_iso(ms, iso)));
}

static void put_text(struct evidence_out *out, enum wire_kind kind, const char *text, size_t max)
{
	if (text != NULL)
		put(out, &(struct wire_message){.kind = kind,
		                                .text = one_line(out->mem, text, strlen(text), max)});
}

void ev_target(struct evidence_out *out, const char *target)
{
	put_text(out, WIRE_TARGET, target, FACT_TEXT);
}

void ev_vantage(struct evidence_out *out, const char *proxy, const char *ip)
{
	const char *place = ip != NULL ? ip_place(ip) : NULL;
	struct buf shown;

	if (proxy == NULL || *proxy == '\0') {
		if (place != NULL)
			put_text(out, WIRE_NETWORK, place, FACT_TEXT);
		return;
	}
	buf_init(&shown, FACT_TEXT);
	proxy_shown(&shown, proxy);
	put_text(out, WIRE_PROXY, buf_cstr(&shown), FACT_TEXT);
	buf_release(&shown);
}

void ev_sha256(struct evidence_out *out, const char *hex)
{
	put_text(out, WIRE_SHA256, hex, 64);
}

void ev_by_hand(struct evidence_out *out, const char *line)
{
	struct buf b;

	buf_init(&b, FACT_TEXT);
	utf8_clean(&b, line, strlen(line), UTF8_LINES);
	put(out, &(struct wire_message){.kind = WIRE_BY_HAND, .text = buf_cstr(&b)});
	buf_release(&b);
}

void ev_why(struct evidence_out *out, const char *fmt, ...)
{
	char text[WHY_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	out->said_why = true;
	put_text(out, WIRE_WHY, text, WHY_TEXT);
}

void ev_pin(struct evidence_out *out, const char *fact, const char *file, uint64_t line, uint64_t offset,
            int64_t at_ms, const char *text, size_t n)
{
	struct wire_message m = {.kind = WIRE_PIN, .pin = {.line = line, .offset = offset, .at_ms = at_ms}};

	if (out->pins++ >= EVIDENCE_MAX_PINS)
		return;
	if (at_ms != PIN_NO_TIME && !clock_fits(at_ms))
		m.pin.at_ms = PIN_NO_TIME;
	m.pin.fact = fact;
	m.pin.file = file != NULL ? one_line(out->mem, file, strlen(file), FACT_TEXT) : NULL;
	m.pin.text = one_line(out->mem, text, n, PIN_TEXT);
	put(out, &m);
}

static const char *name_of(struct evidence_out *out, const char *s)
{
	return s != NULL && *s != '\0' ? one_line(out->mem, s, strlen(s), ABOUT_TEXT) : NULL;
}

static int64_t fit(int64_t ms)
{
	return clock_fits(ms) ? ms : ABOUT_NO_TIME;
}

void ev_part(struct evidence_out *out, unsigned index, const struct about *given)
{
	struct about whole = beside_fill(given), *a = &whole;
	struct wire_message m = {.kind = WIRE_PART, .n = index, .about = *a};

	if (index >= EVIDENCE_MAX_PARTS)
		return;
	out->parts = true;
	m.about.from_ms = fit(a->from_ms);
	m.about.to_ms = fit(a->to_ms);
	m.about.as_of_ms = fit(a->as_of_ms);
	/* What covers a time says that itself. */
	if (a->from_ms == ABOUT_NO_TIME && a->as_of_ms == ABOUT_NO_TIME)
		m.about.written_ms = fit(beside_last_written());
	m.about.computer = name_of(out, a->computer);
	m.about.site = name_of(out, a->site);
	m.about.pool = name_of(out, a->pool);
	m.about.store = name_of(out, a->store);
	m.about.device = name_of(out, a->device);
	m.about.platform = name_of(out, a->platform);
	m.about.log = name_of(out, a->log);
	put(out, &m);
}

static struct value row_value(struct evidence_out *out, const struct value *v)
{
	if (v->type == VAL_STR)
		return value_str(one_line(out->mem, v->u.s, strlen(v->u.s), ROW_TEXT));
	return v->type == VAL_BOOL || v->type == VAL_INT ? *v : value_null();
}

void ev_row(struct evidence_out *out, const struct evrow *r)
{
	struct wire_message m = {.kind = WIRE_ROW, .row = *r};
	struct value_builder b;

	m.row.first_ms = fit(r->first_ms);
	m.row.last_ms = fit(r->last_ms);
	if (r->part >= EVIDENCE_MAX_PARTS || out->rows++ >= EVIDENCE_MAX_ROWS)
		return;
	vb_init(&b, out->mem);
	for (size_t i = 0; r->data.type == VAL_MAP && i < r->data.u.map.n && b.n < ROW_MAX_DATA; i++)
		if (r->data.u.map.items[i].value.type != VAL_NULL)
			vb_add(&b, r->data.u.map.items[i].key, row_value(out, &r->data.u.map.items[i].value));
	m.row.data = b.n != 0 ? vb_map(&b) : value_null();
	put(out, &m);
}

void ev_rows_from(struct evidence_out *out, int64_t ms)
{
	put(out, &(struct wire_message){.kind = WIRE_ROWS_FROM, .at_ms = ms});
}

void ev_phase(struct evidence_out *out, const char *text)
{
	put_text(out, WIRE_PHASE, text, 200);
}

void ev_progress(struct evidence_out *out, uint64_t done, uint64_t total)
{
	int64_t now = clock_monotonic_ms();

	if (now - out->progress_ms < 50)
		return;
	out->progress_ms = now;
	put(out, &(struct wire_message){.kind = WIRE_PROGRESS, .done = done, .total = total});
}

void ev_fault(struct evidence_out *out, bool fault)
{
	put(out, &(struct wire_message){.kind = WIRE_FAULT, .flag = fault});
}
