/*
 * What a text says behind its encodings: percent (RFC 3986), entities (HTML), backslashes (JSON, C),
 * quoted-printable (RFC 2045), UTF-16 whose zeros were kept, cleaned away or shown as dots, base64 (RFC
 * 4648), hexadecimal.
 */
#include "secret_int.h"

#include <string.h>

#include <casebook/escape.h>
#include <casebook/utf8.h>

struct writer {
	char *p;
	uint32_t *map;
	size_t n;
	const struct stext *in;
};

static void writer_init(struct writer *w, struct arena *mem, const struct stext *in)
{
	*w = (struct writer){arena_room(mem, in->n + 4), arena_array(mem, in->n + 4, sizeof(uint32_t)), 0,
	                     in};
}

static void put(struct writer *w, char c, size_t at)
{
	if (w->n > w->in->n)
		return;
	w->p[w->n] = c;
	w->map[w->n++] = w->in->map != NULL ? w->in->map[at] : (uint32_t)at;
}

static void writer_end(struct writer *w, struct stext *out)
{
	w->map[w->n] = w->in->map != NULL ? w->in->map[w->in->n] : (uint32_t)w->in->n;
	*out = (struct stext){w->p, w->n, w->map};
}

/* ---- one escape: the bytes it takes, 0 for none; out, *len: what it stands for, shorter than it ---- */
static size_t percent_byte(const char *s, size_t n, char out[4], size_t *len)
{
	int a = n > 2 ? hex_of(s[1]) : -1, b = n > 2 ? hex_of(s[2]) : -1;

	if (a < 0 || b < 0)
		return 0;
	out[0] = (char)(a * 16 + b);
	*len = 1;
	return 3;
}

/* A number of digits of `bits` bits each. */
static size_t digits(const char *s, size_t n, unsigned bits, size_t most, uint32_t *cp)
{
	size_t i = 0;

	for (*cp = 0; i < n && i < most && hex_of(s[i]) >= 0 && hex_of(s[i]) >> bits == 0; i++)
		*cp = *cp << bits | (uint32_t)hex_of(s[i]);
	return i;
}

static size_t percent(const char *s, size_t n, char out[4], size_t *len)
{
	uint32_t cp;

	if (n > 5 && s[1] == 'u' &&
	    digits(s + 2, n - 2, 4, 4, &cp) == 4) { /* as IIS and old scripts write it */
		*len = utf8_encode(cp, out);
		return 6;
	}
	return percent_byte(s, n, out, len);
}

/* "\303\261", "\xc3\xb1": bytes; "\xf1" alone is a character. */
static bool part_of_utf8(const char *s, size_t n, size_t took, uint32_t cp)
{
	return cp >= 0x80 && cp < 0x100 && (s[1] != 'x' || cp < 0xC0 || (took + 1 < n && s[took] == '\\'));
}

static size_t backslash(const char *s, size_t n, char out[4], size_t *len)
{
	static const char from[] = "ntr\"'/\\", to[] = "\n\t\r\"'/\\";
	uint32_t cp = 0;
	size_t took = 0;

	if (n < 2)
		return 0;
	if (s[1] == 'u' || s[1] == 'x') {
		took = digits(s + 2, n - 2, 4, s[1] == 'u' ? 4 : 2, &cp);
		took = took == (s[1] == 'u' ? 4u : 2u) ? took + 2 : 0;
	} else if (s[1] >= '0' && s[1] <= '7') {
		took = digits(s + 1, n - 1, 3, 3, &cp);
		took = took == 3 ? 4 : 0;
	} else if (s[1] == '\n' || s[1] == '\r') { /* goes on in the next line */
		*len = 0;
		for (took = 2; took < n && is_blank(s[took]); took++)
			;
		return took;
	} else {
		for (size_t i = 0; from[i] != '\0'; i++)
			if (s[1] == from[i]) {
				out[0] = to[i];
				*len = 1;
				return 2;
			}
	}
	if (took != 0 && s[1] != 'u' && part_of_utf8(s, n, took, cp)) {
		out[0] = (char)cp;
		*len = 1;
	} else if (took != 0) {
		*len = utf8_encode(cp, out);
	}
	return took;
}

bool from_escapes(struct arena *mem, const struct stext *in, struct stext *out)
{
	struct writer w;
	bool some = false;

	if (memchr(in->p, '%', in->n) == NULL && memchr(in->p, '&', in->n) == NULL &&
	    memchr(in->p, '\\', in->n) == NULL)
		return false;
	writer_init(&w, mem, in);
	for (size_t i = 0; i < in->n;) {
		const char *s = in->p + i;
		size_t n = in->n - i, len = 0, took = 0;
		char c[4];

		if (*s == '%')
			took = percent(s, n, c, &len);
		else if (*s == '&')
			took = html_entity(s, n, c, &len);
		else if (*s == '\\')
			took = backslash(s, n, c, &len);
		for (size_t k = 0; k < len && took != 0; k++)
			put(&w, c[k], i);
		if (took == 0)
			put(&w, *s, i);
		some = some || took != 0;
		i += took != 0 ? took : 1;
	}
	writer_end(&w, out);
	return some;
}

/* What is never written as itself: "TenantId=31ab" holds no escape. */
static bool quoted_byte(int byte)
{
	char c = (char)byte;

	return !is_alpha(c) && !is_digit(c) && c != '+' && c != '/' && c != '%' &&
	       (byte >= 0x20 || is_blank(c));
}

/* "=3D", and "=" before the end of a line, which goes on in the next. */
bool from_quoted_printable(struct arena *mem, const struct stext *in, struct stext *out)
{
	struct writer w;
	bool some = false;

	if (memchr(in->p, '=', in->n) == NULL)
		return false;
	writer_init(&w, mem, in);
	for (size_t i = 0; i < in->n; i++) {
		const char *s = in->p + i;
		size_t n = in->n - i;

		if (*s == '=' && n > 2 && hex_of(s[1]) >= 0 && hex_of(s[2]) >= 0 &&
		    quoted_byte(hex_of(s[1]) * 16 + hex_of(s[2]))) {
			put(&w, (char)(hex_of(s[1]) * 16 + hex_of(s[2])), i);
			i += 2;
			some = true;
		} else if (*s == '=' && n > 2 && (s[1] == '\n' || (s[1] == '\r' && s[2] == '\n'))) {
			i += s[1] == '\n' ? 1 : 2;
			some = true;
		} else {
			put(&w, *s, i);
		}
	}
	writer_end(&w, out);
	return some;
}

/* The length of what a zero byte became at s: itself, U+FFFD, or 0. */
static size_t zero(const char *s, size_t n)
{
	if (n >= 3 && memcmp(s, "\xEF\xBF\xBD", 3) == 0)
		return 3;
	return n >= 1 && *s == '\0' ? 1 : 0;
}

/* "p.a.s.s.": at least six characters, each followed by the same sign, as hex dumps show UTF-16. */
static size_t spaced(const char *s, size_t n)
{
	size_t i = 0;
	char sign = n > 1 ? s[1] : '\0';

	if (sign != ' ' && sign != '.')
		return 0;
	while (i + 1 < n && (s[i] > ' ' || (s[i] == ' ' && sign == '.')) && s[i + 1] == sign &&
	       (unsigned char)s[i] < 0x7F)
		i += 2;
	return i >= 12 ? i : 0;
}

bool from_wide(struct arena *mem, const struct stext *in, struct stext *out)
{
	struct writer w;
	bool some = false;

	writer_init(&w, mem, in);
	for (size_t i = 0; i < in->n;) {
		size_t none = zero(in->p + i, in->n - i);
		size_t run =
		        none == 0 && (i == 0 || !is_word(in->p[i - 1])) ? spaced(in->p + i, in->n - i) : 0;

		if (none != 0 || run != 0)
			some = true;
		if (none != 0) {
			i += none;
			continue;
		}
		for (size_t k = 0; k < run; k += 2)
			put(&w, in->p[i + k], i + k);
		if (run != 0 && i + run < in->n)
			put(&w, in->p[i + run], i + run);
		if (run == 0)
			put(&w, in->p[i], i);
		i += run + 1;
	}
	writer_end(&w, out);
	return some;
}

/* ---- blocks ---- */
#define RUN_MIN 10  /* digits of base64: seven bytes */
#define LINE_MIN 16 /* a run of this length goes on in the next line */
#define HEX_MIN 14  /* digits: seven bytes */

/* The end of a run of base64 that begins at i; line breaks and an indent are part of a long one. */
static size_t run64(const struct stext *t, size_t i)
{
	size_t end = i, line = i;

	for (;;) {
		size_t next;

		while (end < t->n && base64_digit(t->p[end]) >= 0)
			end++;
		next = end;
		while (next < t->n && is_blank(t->p[next]))
			next++;
		if (end - line < LINE_MIN || next == end || next >= t->n ||
		    memchr(t->p + end, '\n', next - end) == NULL || base64_digit(t->p[next]) < 0)
			return end;
		end = line = next;
	}
}

static size_t decode64(const struct stext *t, size_t from, size_t to, unsigned skip, unsigned char *out)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t n = 0;

	for (size_t i = from; i < to; i++) {
		int d = base64_digit(t->p[i]);

		if (d < 0)
			continue;
		if (skip != 0) {
			skip--;
			continue;
		}
		bits = bits << 6 | (uint32_t)d;
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (unsigned char)(bits >> have & 0xFF);
		}
	}
	return n;
}

/* Pairs of digits, with nothing or the same sort of separator between: "70 61", "70,61", "\x70\x61", "70:61",
 * "=70=61".
 */
static size_t run_hex(const struct stext *t, size_t i, unsigned char *out, size_t *n)
{
	size_t end = i, group = 0; /* bytes without a separator */

	*n = 0;
	for (;;) {
		size_t at = end;

		while (*n != 0 && at < t->n && at - end < 12 && in_set(" ,:-=\r\n\t\\", t->p[at]))
			at++;
		/* "0x80070057 7061" are two numbers; a long line goes on in the next. */
		if (at > end && group > 1 && memchr(t->p + end, '\n', at - end) == NULL)
			return end;
		group = at > end ? 0 : group;
		if (at + 1 < t->n && low(t->p[at]) == 'x')
			at++;
		else if (at + 2 < t->n && t->p[at] == '0' && low(t->p[at + 1]) == 'x')
			at += 2;
		if (at + 1 >= t->n || hex_of(t->p[at]) < 0 || hex_of(t->p[at + 1]) < 0)
			return end;
		out[(*n)++] = (unsigned char)(hex_of(t->p[at]) * 16 + hex_of(t->p[at + 1]));
		end = at + 2;
		group++;
	}
}

static bool mixed(const struct stext *t, size_t from, size_t to)
{
	bool lower = false, upper = false;

	for (size_t i = from; i < to; i++) {
		lower = lower || (t->p[i] >= 'a' && t->p[i] <= 'z');
		upper = upper || (t->p[i] >= 'A' && t->p[i] <= 'Z');
	}
	return lower && upper;
}

struct blocks {
	const struct stext *t;
	unsigned char *plain;
	bool (*found)(void *arg, const struct block *b);
	void *arg;
};

static bool blocks64(const struct blocks *b)
{
	for (size_t i = 0; i < b->t->n;) {
		size_t end = base64_digit(b->t->p[i]) >= 0 ? run64(b->t, i) : i, whole = end;

		while (whole < b->t->n && whole < end + 2 && b->t->p[whole] == '=')
			whole++;
		if (end - i >= RUN_MIN && mixed(b->t, i, end))
			for (unsigned skip = 0; skip < 4; skip++) {
				size_t n = decode64(b->t, i, end, skip, b->plain);

				if (!b->found(b->arg, &(struct block){i, whole, b->plain, n}))
					return false;
			}
		i = whole > i ? whole : i + 1;
	}
	return true;
}

static bool blocks_hex(const struct blocks *b)
{
	for (size_t i = 0; i + 1 < b->t->n;) {
		size_t n = 0, end = i;

		if ((hex_of(b->t->p[i]) >= 0 || low(b->t->p[i]) == 'x') &&
		    (i == 0 || !is_word(b->t->p[i - 1])))
			end = run_hex(b->t, i, b->plain, &n);
		if (n * 2 >= HEX_MIN && !b->found(b->arg, &(struct block){i, end, b->plain, n}))
			return false;
		i = end > i ? end : i + 1;
	}
	return true;
}

void each_block(struct arena *mem, const struct stext *t, bool (*found)(void *arg, const struct block *b),
                void *arg)
{
	struct blocks b = {t, (unsigned char *)arena_room(mem, t->n + 4), found, arg};

	if (t->n >= RUN_MIN && blocks64(&b))
		blocks_hex(&b);
}
