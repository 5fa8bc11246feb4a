/* A text that is one code and nothing else: a person asks, and no context says what kind of number it is. */
#include "explain_int.h"

#include <ctype.h>
#include <string.h>

struct span {
	size_t a, b; /* tokens a..b */
};

/* Quotes, brackets and full stops around what was pasted are no part of it. */
static struct span bare_span(const struct scan *s)
{
	struct span k = {0, s->nt};

	while (k.a < k.b && (s->t[k.a].kind == TOK_LINE || tok_punct(s, k.a, "\"'`([{<*")))
		k.a++;
	while (k.b > k.a && (s->t[k.b - 1].kind == TOK_LINE || tok_punct(s, k.b - 1, "\"'`)]}>.,;:!?*")))
		k.b--;
	if (k.b != 0)
		k.b--;
	return k;
}

static bool status_like(long long v)
{
	return v >= 100 && v <= 599;
}

static void small_number(struct found *f, long long v, const char *code)
{
	static const char *const classes[] = {"informational", "success", "redirection",
	                                      "an error of the request", "an error of the server"};

	take(f, "http", code);
	take(f, NULL, code);
	take(f, "iis", arena_fmt(f->mem, "%s.0", code));
	if (f->n == 0 && status_like(v) && strlen(code) == 3)
		take_made(f, "http", code, "-",
		          arena_fmt(f->mem, "Not in the table: an HTTP status of the class %lldxx, %s.",
		                    v / 100, classes[v / 100 - 1]));
	found_rank(f);
}

static void bare_int(struct scan *s, struct found *f, size_t i)
{
	long long v = tok_int(s, i);
	const char *code = arena_fmt(s->mem, "%lld", v);

	if (v < 0) {
		take_negative(f, v);
		if (!f->known && v > -1000 && take_name(f, code)) /* Chromium's; as good a guess as Apple's */
			f->rows[0] = f->rows[--f->n];
		return;
	}
	if (s->t[i].len == 8 &&
	    (*code == '8')) { /* 80092013: more likely an HRESULT without 0x than a count */
		bool fits;
		uint32_t hex = tok_hex(s, i, &fits);

		if (fits && hresult_likely(s->x, hex)) {
			take_hresult(f, hex);
			return;
		}
	}
	if (v > 65535 && v <= UINT32_MAX) {
		if (v > INT32_MAX || hresult_likely(s->x, (uint32_t)v))
			take_hresult(f, (uint32_t)v);
		return;
	}
	if (v <= 65535)
		small_number(f, v, arena_strndup(s->mem, s->text + s->t[i].at, s->t[i].len));
}

static void bare_hex(struct scan *s, struct found *f, size_t i)
{
	bool fits;
	uint32_t v = tok_hex(s, i, &fits);
	const char *digits = tok_str(s, i) + 2;

	if (!fits || s->t[i].neg != 0)
		return;
	if (strlen(digits) >= 5 && strlen(digits) < 8 && (*digits == '8' || (*digits | 0x20) == 'c')) {
		take_cut(f, digits);
	} else if (v > 0xFFFF) {
		take_hresult(f, v);
	} else {
		take(f, "connector", arena_fmt(s->mem, "0x%X", (unsigned)v));
		take(f, NULL, tok_str(s, i));
		if (!take_win32(f, v) && f->n == 0)
			take_made(f, "win32", arena_fmt(s->mem, "%u", (unsigned)v), "-",
			          "Not in the table; as a Windows error code, net helpmsg with the decimal "
			          "number "
			          "tells its text.");
	}
}

static bool number_at(const struct scan *s, size_t i)
{
	return s->t[i].kind == TOK_INT && s->t[i].neg == 0 && s->t[i].len <= 10;
}

/* 404 2 1260, 404.2.1260, 404/2, with the time taken behind it or not. */
static bool bare_status(struct scan *s, struct found *f, struct span k)
{
	long long v[4];
	size_t n = 0, i = k.a;
	bool dotted = false, blanks = false;

	for (; i <= k.b && n < 4; i++) {
		if (!number_at(s, i))
			return false;
		v[n++] = tok_int(s, i);
		if (i == k.b)
			break;
		if (tok_punct(s, i + 1, "./,;|"))
			dotted |= s->t[++i].c == '.';
		else if (s->t[i + 1].gap != 0)
			blanks = true;
		else
			return false;
	}
	if (i != k.b || n < 2 || !status_like(v[0]) || s->t[k.a].len != 3 || v[1] > 999 ||
	    (n == 4 && dotted && !blanks))
		return false;
	take_status(f, (unsigned)v[0], (long)v[1], n > 2 ? (unsigned long long)v[2] : 0);
	return f->n != 0;
}

static void bare_word(struct found *f, const char *text)
{
	take(f, NULL, text);
	take_name(f, text);
	for (size_t i = 1; i < f->n; i++) { /* badRequest and BadRequest are two things */
		struct code_row row = f->rows[i];

		if (strcmp(row.code, text) != 0 && strcmp(row.name, text) != 0)
			continue;
		memmove(f->rows + 1, f->rows, i * sizeof(row));
		f->rows[0] = row;
		break;
	}
}

bool query_bare(struct scan *s)
{
	struct span k = bare_span(s);
	struct found f;

	if (k.a >= s->nt || k.b < k.a)
		return false;
	found_start(&f, s->x, s->mem);
	if (k.a == k.b && s->t[k.a].kind == TOK_INT)
		bare_int(s, &f, k.a);
	else if (k.a == k.b && s->t[k.a].kind == TOK_HEX)
		bare_hex(s, &f, k.a);
	else if (k.b - k.a < 7 && bare_status(s, &f, k))
		;
	else if (s->t[k.b].at + s->t[k.b].len - s->t[k.a].at <= 120)
		bare_word(&f, arena_strndup(s->mem, s->text + s->t[k.a].at,
		                            s->t[k.b].at + s->t[k.b].len - s->t[k.a].at));
	if (f.n == 0)
		return false;
	hit_add(s, &f, k.a, k.b);
	return true;
}
