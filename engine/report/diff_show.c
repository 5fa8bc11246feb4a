/* The differences of two cases, side by side in text and as JSON. */
#include "redact_int.h"
#include "report_int.h"

#include <string.h>

#include <casebook/clock.h>
#include <casebook/json.h>
#include <casebook/utf8.h>

#define VALUE_WIDTH 200 /* columns of one value in text; the JSON has it whole */

static void case_json(struct jsonw *j, const char *key, const struct diff *d, const struct report *r)
{
	const char *title =
	        d->redaction != NULL ? redact_text(d->redaction, d->mem, r->cf->title) : r->cf->title;

	jsonw_key(j, key);
	jsonw_open(j, '{');
	jsonw_kstr(j, "case", r->cf->id);
	jsonw_kstr(j, "title", title);
	jsonw_kstr(j, "verdict", verdict_name(r->diag->verdict));
	jsonw_close(j, '}');
}

void diff_json(const struct diff *d, struct buf *out)
{
	struct jsonw j;

	jsonw_init(&j, out);
	jsonw_open(&j, '{');
	jsonw_kint(&j, "schema_version", 1);
	case_json(&j, "a", d, d->a);
	case_json(&j, "b", d, d->b);
	jsonw_kint_if(&j, "fix", d->fix, d->fix != 0);
	jsonw_kbool(&j, "same", d->n == 0);
	jsonw_key(&j, "differences");
	jsonw_open(&j, '[');
	for (size_t i = 0; i < d->n; i++) {
		const struct difference *x = &d->all[i];

		jsonw_open(&j, '{');
		jsonw_kstr(&j, "kind", difference_kind_name(x->kind));
		jsonw_kstr(&j, "what", x->what);
		jsonw_kstr(&j, "target", x->target);
		jsonw_key(&j, "a");
		jsonw_value(&j, x->a);
		jsonw_key(&j, "b");
		jsonw_value(&j, x->b);
		jsonw_kint_if(&j, "a_record", x->a_pos, x->a_pos != 0);
		jsonw_kint_if(&j, "b_record", x->b_pos, x->b_pos != 0);
		jsonw_close(&j, '}');
	}
	jsonw_end_list(&j);
}

/* ---- text ---- */
static void clean(struct buf *out, const char *text)
{
	utf8_clean(out, text, strlen(text), UTF8_ONE_LINE);
}

static void value(struct buf *out, const struct value *v, const char *absent)
{
	struct buf text;
	size_t n;

	if (v == NULL) {
		buf_str(out, absent);
		return;
	}
	buf_init(&text, BUF_MAX_LINE);
	value_text(&text, v);
	n = utf8_fit(buf_cstr(&text), text.n, VALUE_WIDTH);
	utf8_clean(out, buf_cstr(&text), n, UTF8_ONE_LINE);
	if (n < text.n)
		buf_fmt(out, "... (%zu bytes)", text.n);
	buf_release(&text);
}

static void record(struct buf *out, uint32_t pos)
{
	if (pos != 0)
		buf_fmt(out, "  [%u]", pos);
}

static void side_head(struct buf *out, const char *name, const struct report *r)
{
	buf_fmt(out, "%s  case %u, ", name, r->cf->number);
	clean(out, r->cf->title[0] != '\0' ? r->cf->title : r->flow->title);
	buf_fmt(out, ": %s\n", verdict_name(r->diag->verdict));
}

static void heads(const struct diff *d, struct buf *out)
{
	char time[CLOCK_TEXT];

	if (d->fix == 0) {
		side_head(out, "-", d->a);
		side_head(out, "+", d->b);
		return;
	}
	side_head(out, "  ", d->a);
	buf_fmt(out, "-  before the fix of record %u, %s\n+  after it\n", d->fix,
	        clock_iso(casefile_at(d->a->cf, d->fix)->at_ms, time));
}

/* As in other diffs, but with a name over each pair: it is read without knowing where in a file one is. */
static void list(const struct diff *d, struct buf *out)
{
	heads(d, out);
	if (d->n == 0) {
		buf_str(out, "\nNo difference.\n");
		return;
	}
	buf_fmt(out, "\n%zu difference%s, the first one first\n", d->n, d->n == 1 ? "" : "s");
	for (size_t i = 0; i < d->n; i++) {
		const struct difference *x = &d->all[i];
		const char *absent =
		        x->kind == DIFF_FACT || x->kind == DIFF_MEASURED ? "(not measured)" : "(none)";

		buf_fmt(out, "\n%s  ", difference_kind_name(x->kind));
		clean(out, x->what);
		buf_str(out, "\n  - ");
		value(out, x->a, absent);
		record(out, x->a_pos);
		buf_str(out, "\n  + ");
		value(out, x->b, absent);
		record(out, x->b_pos);
		buf_char(out, '\n');
	}
}

void diff_list(const struct diff *d, struct buf *out)
{
	struct buf raw;

	buf_init(&raw, BUF_MAX_TEXT);
	list(d, &raw);
	diff_put(d, &raw, out);
	buf_release(&raw);
}
