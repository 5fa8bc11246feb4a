/*
 * A measurement as text: the head, what it says, every fact that was measured, the lines that show the same
 * by hand.  What was not measured is named once at the end.  Knows no terminal.
 */
#include "probe_text.h"

#include <string.h>

#include <casebook/utf8.h>

#define LINE_MAX_BYTES 2000 /* of one fact on the screen; --json has all of it */
#define LEAST_TEXT 24       /* columns that a fact gets, however narrow the terminal */

/* Where a text stands: its lines begin at column `from`, words go on to `width`; 0: on one line. */
struct column {
	size_t from, width;
};

static void put_wrapped(struct buf *out, const char *s, size_t n, struct column c)
{
	size_t at = c.from;

	while (n != 0) {
		const char *blank = memchr(s, ' ', n);
		size_t word = blank != NULL ? (size_t)(blank - s) : n;
		size_t cols = utf8_width(s, word);

		if (c.width != 0 && at > c.from && at + 1 + cols > c.width) {
			buf_fmt(out, "\n%*s", (int)c.from, "");
			at = c.from;
		} else if (at > c.from) {
			buf_char(out, ' ');
			at++;
		}
		buf_put(out, s, word);
		at += cols;
		word += blank != NULL;
		s += word;
		n -= word;
	}
	buf_char(out, '\n');
}

static void put_value(struct buf *out, const char *label, const struct value *v, struct column c)
{
	struct buf text, clean;

	buf_init(&text, LINE_MAX_BYTES);
	buf_init(&clean, 4 * LINE_MAX_BYTES);
	value_text(&text, v);
	utf8_clean(&clean, buf_cstr(&text), utf8_valid_prefix(buf_cstr(&text), text.n), UTF8_ONE_LINE);
	if (text.over)
		buf_str(&clean, " ... (--json has all)");
	buf_fmt(out, "  %-*s  ", (int)c.from - 4, label);
	put_wrapped(out, buf_cstr(&clean), clean.n, c);
	buf_release(&text);
	buf_release(&clean);
}

/* One item of a list a line, or a paragraph where lines are wrapped. */
static void put_fact(struct buf *out, const struct fact *f, struct column c)
{
	const struct value *v = &f->value;

	if (v->type != VAL_LIST || v->u.list.n == 0 || v->u.list.items[0].type != VAL_MAP) {
		put_value(out, f->key, v, c);
		return;
	}
	for (size_t i = 0; i < v->u.list.n; i++)
		put_value(out, i == 0 ? f->key : "", &v->u.list.items[i], c);
}

static void put_facts(struct buf *out, const struct evidence *e, size_t width)
{
	struct column c = {.from = 0, .width = width};
	struct buf gone;

	for (size_t i = 0; i < e->nfacts; i++)
		if (e->facts[i].value.type != VAL_NULL && strlen(e->facts[i].key) > c.from)
			c.from = strlen(e->facts[i].key);
	c.from += 4;
	if (width != 0 && width < c.from + LEAST_TEXT)
		c.width = c.from + LEAST_TEXT;
	buf_init(&gone, BUF_MAX_LINE);
	for (size_t i = 0; i < e->nfacts; i++) {
		if (e->facts[i].value.type != VAL_NULL)
			put_fact(out, &e->facts[i], c);
		else
			buf_fmt(&gone, "%s%s", gone.n != 0 ? ", " : "", e->facts[i].key);
	}
	if (gone.n != 0) {
		buf_str(out, "Unknown: ");
		put_wrapped(out, buf_cstr(&gone), gone.n, (struct column){.from = 9, .width = width});
	}
	buf_release(&gone);
}

static void put_pins(struct buf *out, const struct evidence *e)
{
	if (e->npins != 0)
		buf_str(out, "Lines:\n");
	for (size_t i = 0; i < e->npins; i++) {
		const struct pin *p = &e->pins[i];

		buf_fmt(out, "  %s", p->fact);
		if (p->line != 0)
			buf_fmt(out, " line %llu", (unsigned long long)p->line);
		buf_fmt(out, ": %s\n", p->text);
	}
}

static void put_by_hand(struct buf *out, const char *lines)
{
	buf_str(out, "By hand:\n");
	while (*lines != '\0') {
		size_t n = strcspn(lines, "\n");

		buf_fmt(out, "  %.*s\n", (int)n, lines);
		lines += n + (lines[n] == '\n');
	}
}

static void put_head(struct buf *out, const struct probe *p, const struct evidence *e, int fault,
                     const char *causes, size_t width)
{
	struct column whole = {.from = 0, .width = width};
	struct buf way;

	buf_fmt(out, "%s  %s\n", p->id, e->target);
	buf_init(&way, BUF_MAX_LINE);
	buf_fmt(&way, "%s in %u ms from %s", evidence_outcome_name(e->outcome), e->took_ms, e->host);
	if (e->proxy != NULL)
		buf_fmt(&way, " through %s", e->proxy);
	if (e->network != NULL)
		buf_fmt(&way, ", %s the server's network", e->network);
	put_wrapped(out, buf_cstr(&way), way.n, whole);
	buf_release(&way);
	if (e->why != NULL)
		put_wrapped(out, e->why, strlen(e->why), whole);
	if (fault >= 0)
		buf_str(out, fault == 1 ? "This shows a fault.\n" : "This shows no fault.\n");
	buf_str(out, causes);
}

void probe_text(struct buf *out, const struct probe *p, const struct evidence *e, int fault,
                const char *causes, size_t width)
{
	put_head(out, p, e, fault, causes, width);
	put_facts(out, e, width);
	put_pins(out, e);
	if (e->by_hand != NULL)
		put_by_hand(out, e->by_hand);
	buf_fmt(out, "What each fact means: casebook probes %s\n", p->id);
}
