/* Finds where an entry of a CMTrace log or an .svclog begins and ends, and its attributes. */
#include "cmtrace.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <casebook/clock.h>
#include <casebook/xalloc.h>

#define ENTRY_MAX (64u << 10)
#define BEGIN "<![LOG["
#define END "]LOG]!>"
#define SVC_BEGIN "<E2ETraceEvent"
#define SVC_END "</E2ETraceEvent>"

struct cmtrace {
	void (*each)(void *arg, const struct cmtrace_entry *e);
	void *arg;
	struct buf entry;
	bool open, svc;
	uint64_t line, offset;
};

struct cmtrace *cmtrace_new(void (*each)(void *arg, const struct cmtrace_entry *e), void *arg)
{
	struct cmtrace *c = xcalloc(1, sizeof(*c));

	c->each = each;
	c->arg = arg;
	buf_init(&c->entry, ENTRY_MAX);
	return c;
}

void cmtrace_free(struct cmtrace *c)
{
	if (c == NULL)
		return;
	buf_release(&c->entry);
	free(c);
}

/* name="value" */
static struct slice attribute(struct slice w, const char *name)
{
	struct slice v = slice_after(w, name);
	const char *end;

	if (v.n == 0 || (v.p[0] != '"' && v.p[0] != '\''))
		return slice_of("", 0);
	end = memchr(v.p + 1, v.p[0], v.n - 1);
	return end != NULL ? slice_of(v.p + 1, (size_t)(end - v.p - 1)) : slice_of("", 0);
}

/* Up to n whole numbers, whatever stands between them. */
static size_t numbers(struct slice w, int *out, size_t n)
{
	size_t k = 0;

	for (size_t i = 0; i < w.n && k < n;) {
		int v = 0;

		for (; i < w.n && isdigit((unsigned char)w.p[i]); i++)
			v = v < 100000 ? v * 10 + (w.p[i] - '0') : v;
		out[k++] = v;
		while (i < w.n && !isdigit((unsigned char)w.p[i]))
			i++;
	}
	return k;
}

/* time="08:41:14.512-120" date="04-12-2025": month, day, year; minutes to add for UTC behind the time. */
static void when(struct slice time, struct slice date, struct cmtrace_entry *e)
{
	int day[3], clock[3], bias = 0;
	size_t sign = 0;
	int64_t ms;

	e->time_ms = PIN_NO_TIME;
	e->local = true;
	if (numbers(date, day, 3) != 3 || numbers(time, clock, 3) != 3 ||
	    !clock_from_civil(day[2], day[0], day[1], clock[0], clock[1], clock[2], &ms))
		return;
	while (sign < time.n && time.p[sign] != '+' && time.p[sign] != '-')
		sign++;
	if (sign + 1 < time.n && numbers(slice_of(time.p + sign + 1, time.n - sign - 1), &bias, 1) == 1) {
		bias = time.p[sign] == '-' ? -bias : bias;
		e->local = bias < -900 || bias > 900;
	}
	e->time_ms = ms + (e->local ? 0 : bias * 60000ll);
}

static void entry_ends(struct cmtrace *c, struct slice whole)
{
	struct slice text = slice_after(whole, BEGIN), tail = slice_after(text, END), type;
	struct cmtrace_entry e = {.line = c->line, .offset = c->offset};
	const char *end = mem_find(text.p, text.n, END, strlen(END)); /* NULL: longer than what is kept */
	int64_t number;

	e.text = slice_trim(slice_of(text.p, end != NULL ? (size_t)(end - text.p) : text.n));
	e.component = attribute(tail, "component=");
	when(attribute(tail, "time="), attribute(tail, "date="), &e);
	type = attribute(tail, "type=");
	e.type = slice_int(type, &number) && number > 0 && number < 4 ? (int)number : 0;
	c->each(c->arg, &e);
}

/* <TimeCreated SystemTime="2025-04-12T06:41:14.61Z"/>, <Level>2</Level>, and what it says, between other
 * tags. */
static void svc_ends(struct cmtrace *c, struct slice whole)
{
	struct cmtrace_entry e = {.line = c->line, .offset = c->offset, .time_ms = PIN_NO_TIME};
	struct slice time = attribute(slice_after(whole, "<TimeCreated"), "SystemTime=");
	struct slice level = slice_after(whole, "<Level>"), text = slice_after(whole, "<ApplicationData>");
	char iso[48];
	int64_t ms, n;

	snprintf(iso, sizeof(iso), "%.*s", (int)(time.n < 40 ? time.n : 40), time.p);
	if (clock_parse_iso(iso, &ms))
		e.time_ms = ms;
	/* SourceLevels: 1 critical, 2 error, 3 warning, 8 information */
	if (slice_int(level, &n))
		e.type = n == 1 || n == 2 ? 3 : n == 3 ? 2 : 1;
	e.component = attribute(slice_after(whole, "<Source "), "Name=");
	if (slice_have(text, "<Message>"))
		text = slice_after(text, "<Message>");
	if (text.n != 0 && memchr(text.p, '<', text.n) != NULL && text.p[0] != '<')
		text.n = (size_t)((const char *)memchr(text.p, '<', text.n) - text.p);
	e.text = slice_trim(text.n != 0 ? text : whole);
	c->each(c->arg, &e);
}

static void end(struct cmtrace *c)
{
	struct slice whole = slice_of(buf_cstr(&c->entry), c->entry.n);

	if (c->svc)
		svc_ends(c, whole);
	else
		entry_ends(c, whole);
	c->open = false;
	buf_clear(&c->entry);
}

/* Where the entry that is open ends in what is left of the line; 0: not in it. */
static size_t end_in(const struct cmtrace *c, const char *p, size_t n)
{
	const char *stop = c->svc ? SVC_END : END;
	const char *at = mem_find(p, n, stop, strlen(stop)), *close;

	if (at == NULL)
		return 0;
	at += strlen(stop);
	if (c->svc)
		return (size_t)(at - p);
	close = memchr(at, '>', n - (size_t)(at - p)); /* its attributes */
	return close != NULL ? (size_t)(close - p) + 1 : n;
}

static const char *begin_in(struct cmtrace *c, const char *p, size_t n)
{
	const char *log = mem_find(p, n, BEGIN, strlen(BEGIN));
	const char *svc = mem_find(p, n, SVC_BEGIN, strlen(SVC_BEGIN));

	c->svc = svc != NULL && (log == NULL || svc < log);
	return c->svc ? svc : log;
}

void cmtrace_line(struct cmtrace *c, const struct file_line *line)
{
	const char *p = line->p, *stop = p + line->n;

	while (p < stop) {
		const char *at = p;
		size_t n;

		if (!c->open) {
			at = begin_in(c, p, (size_t)(stop - p));
			if (at == NULL)
				return;
			c->open = true;
			c->line = line->number;
			c->offset = line->offset + (uint64_t)(at - line->p);
		}
		n = end_in(c, at, (size_t)(stop - at));
		buf_put(&c->entry, at, n != 0 ? n : (size_t)(stop - at));
		if (n == 0 && !c->entry.over) {
			buf_char(&c->entry, '\n');
			return;
		}
		end(c);
		p = n != 0 ? at + n : stop;
	}
}

bool cmtrace_is(const struct sample *s)
{
	return sample_has(s, BEGIN) && sample_has(s, "]LOG]!><time=");
}

bool svclog_is(const struct sample *s)
{
	return sample_has(s, SVC_BEGIN) && sample_has(s, "2004/06/E2ETraceEvent");
}
