/*
 * Whole lines of server logs: IIS (W3C, with #Fields or by shape), HTTPERR, and the combined format of
 * proxies. The numbers of such a line are addresses, ports, versions and times; only its status columns are
 * codes.
 */
#include "explain_int.h"

#include <ctype.h>
#include <string.h>

#define COLS_MAX 64

struct cols {
	struct {
		const char *p;
		size_t n;
	} c[COLS_MAX];
	size_t n;
	int status, sub, win32; /* columns by the last #Fields; -1: not named */
};

static void split(struct cols *k, const char *p, const char *end)
{
	k->n = 0;
	while (p < end && k->n < COLS_MAX) {
		const char *from;

		while (p < end && (*p == ' ' || *p == '\t' || *p == '\r'))
			p++;
		from = p;
		while (p < end && *p != ' ' && *p != '\t' && *p != '\r')
			p++;
		if (p != from) {
			k->c[k->n].p = from;
			k->c[k->n++].n = (size_t)(p - from);
		}
	}
}

static bool col_is(const struct cols *k, size_t i, const char *text)
{
	return i < k->n && k->c[i].n == strlen(text) && memcmp(k->c[i].p, text, k->c[i].n) == 0;
}

static bool col_int(const struct cols *k, size_t i, unsigned long long *out)
{
	*out = 0;
	if (i >= k->n || k->c[i].n > 10)
		return false;
	for (size_t j = 0; j < k->c[i].n; j++) {
		if (!isdigit((unsigned char)k->c[i].p[j]))
			return false;
		*out = *out * 10 + (unsigned)(k->c[i].p[j] - '0');
	}
	return true;
}

/* 2026-04-13 08:10:02 */
static bool dated(const struct cols *k)
{
	return k->n > 4 && k->c[0].n == 10 && k->c[0].p[4] == '-' && k->c[0].p[7] == '-' && k->c[1].n >= 8 &&
	       k->c[1].p[2] == ':' && k->c[1].p[5] == ':' && isdigit((unsigned char)k->c[1].p[0]);
}

static bool has_method(const struct cols *k)
{
	static const char *const methods[] = {"GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PROPFIND"};

	for (size_t i = 0; i < k->n; i++)
		for (size_t m = 0; m < sizeof(methods) / sizeof(methods[0]); m++)
			if (col_is(k, i, methods[m]))
				return i + 1 < k->n && (k->c[i + 1].p[0] == '/' || k->c[i + 1].p[0] == '-');
	return false;
}

/* The token that begins at p. */
static size_t token_at(const struct scan *s, const char *p)
{
	size_t at = (size_t)(p - s->text), lo = 0, hi = s->nt;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->t[mid].at < at)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static void mark_line(struct scan *s, const char *p, const char *end)
{
	for (size_t i = token_at(s, p); i < s->nt && s->t[i].at < (size_t)(end - s->text); i++)
		s->used[i] = true;
}

/* Last columns of a header-less line: three numbers or more, the first a status. */
static bool status_run(const struct cols *k, size_t *first)
{
	for (size_t i = k->n; i-- > 0;) {
		unsigned long long v, status, sub;
		size_t from = i;

		if (!col_int(k, i, &v))
			continue;
		while (from > 0 && col_int(k, from - 1, &v))
			from--;
		for (; from + 2 <= i; from++)
			if (col_int(k, from, &status) && status >= 100 && status <= 599 &&
			    col_int(k, from + 1, &sub) && sub < 1000) {
				*first = from;
				return true;
			}
		i = from < i ? from : i;
	}
	return false;
}

static void iis_hit(struct scan *s, const struct cols *k, size_t status, int sub, int win32)
{
	struct found f;
	unsigned long long v, u = 0, w = 0;
	size_t a = token_at(s, k->c[status].p), b = a;

	if (!col_int(k, status, &v) || v < 100 || v > 599)
		return;
	found_start(&f, s->x, s->mem);
	if (sub >= 0 && col_int(k, (size_t)sub, &u))
		b = token_at(s, k->c[sub].p);
	else
		sub = -1;
	if (win32 >= 0 && col_int(k, (size_t)win32, &w))
		b = token_at(s, k->c[win32].p);
	take_status(&f, (unsigned)v, sub >= 0 ? (long)u : -1, w);
	hit_add(s, &f, a, b > a ? b : a);
}

static void fields(struct cols *k)
{
	k->status = k->sub = k->win32 = -1;
	for (size_t i = 1; i < k->n; i++) {
		if (col_is(k, i, "sc-status"))
			k->status = (int)i - 1;
		if (col_is(k, i, "sc-substatus"))
			k->sub = (int)i - 1;
		if (col_is(k, i, "sc-win32-status"))
			k->win32 = (int)i - 1;
	}
}

/* HTTPERR: the reason is one of HTTP.sys' words among the last columns; a status stands two before it. */
static bool httperr(struct scan *s, const struct cols *k)
{
	for (size_t i = k->n; i-- > 6 && k->n - i <= 4;) {
		struct found f;
		unsigned long long v;
		size_t at;

		found_start(&f, s->x, s->mem);
		if (!take(&f, "httperr", arena_strndup(s->mem, k->c[i].p, k->c[i].n)))
			continue;
		at = token_at(s, k->c[i].p);
		if (col_int(k, i - 2, &v) && v >= 100 && v <= 599) {
			struct found g;

			found_start(&g, s->x, s->mem);
			take_status(&g, (unsigned)v, -1, 0);
			hit_add(s, &g, token_at(s, k->c[i - 2].p), token_at(s, k->c[i - 2].p));
		}
		while (at + 1 < s->nt && s->t[at + 1].at < (size_t)(k->c[i].p + k->c[i].n - s->text))
			at++;
		hit_add(s, &f, token_at(s, k->c[i].p), at);
		return true;
	}
	return false;
}

/* "GET /x HTTP/1.1" 503 299: the status follows the quoted request. */
static bool combined(struct scan *s, const struct cols *k)
{
	for (size_t i = 1; i < k->n; i++) {
		const char *p = k->c[i - 1].p;
		size_t n = k->c[i - 1].n;
		unsigned long long v;

		if (n < 7 || memcmp(p, "HTTP/", 5) != 0 || p[n - 1] != '"' || !col_int(k, i, &v))
			continue;
		iis_hit(s, k, i, -1, -1);
		return true;
	}
	return false;
}

/* 0/-1/-1/-1/0 of HAProxy: five times, and behind them status, bytes, two cookies and how the session ended.
 */
static bool is_timers(const char *p, size_t n)
{
	unsigned parts = 1;

	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)p[i]) && p[i] != '/' && p[i] != '-' && p[i] != '+')
			return false;
		parts += p[i] == '/';
	}
	return parts == 5;
}

static bool haproxy(struct scan *s, const struct cols *k)
{
	for (size_t i = 2; i + 5 < k->n; i++) {
		struct found f;
		unsigned long long v;
		size_t at;

		if (!is_timers(k->c[i].p, k->c[i].n) || !col_int(k, i + 1, &v) || v < 100 || v > 599)
			continue;
		iis_hit(s, k, i + 1, -1, -1);
		found_start(&f, s->x, s->mem);
		at = token_at(s, k->c[i + 5].p);
		if (k->c[i + 5].n == 4 && take(&f, "haproxy", arena_strndup(s->mem, k->c[i + 5].p, 2)))
			hit_add(s, &f, at, at);
		return true;
	}
	return false;
}

static bool is_w3c(const struct cols *k)
{
	return has_method(k) && (dated(k) || k->n >= 9);
}

static void one_line(struct scan *s, struct cols *k, const char *p, const char *end)
{
	size_t first;
	bool named;

	split(k, p, end);
	if (k->n < 4)
		return;
	if (col_is(k, 0, "#Fields:"))
		fields(k);
	if (col_is(k, 0, "#Fields:") || col_is(k, 0, "#Software:") || col_is(k, 0, "#Date:")) {
		mark_line(s, p, end);
		return;
	}
	if (dated(k) && httperr(s, k)) {
		mark_line(s, p, end);
		return;
	}
	if (combined(s, k) || haproxy(s, k)) {
		mark_line(s, p, end);
		return;
	}
	named = k->status >= 0 && dated(k) && (size_t)k->status < k->n;
	if (named)
		iis_hit(s, k, (size_t)k->status, k->sub, k->win32);
	else if (is_w3c(k) && status_run(k, &first))
		iis_hit(s, k, first, (int)first + 1, (int)first + 2);
	else
		return;
	mark_line(s, p, end);
}

void scan_lines(struct scan *s)
{
	struct cols k = {.status = -1, .sub = -1, .win32 = -1};
	const char *p = s->text, *end = p + s->n;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl != NULL ? nl : end;

		one_line(s, &k, p, stop);
		p = stop + 1;
	}
}
