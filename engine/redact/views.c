/*
 * The same name can be written in many ways: percent-encoded (RFC 3986 2.1), as
 * HTML entities, in base64 (RFC 4648), or as UTF-16 of which every second byte was
 * cleaned away.  This finds such pieces and gives the plain text behind them.
 */
#include "redact_int.h"

#include <string.h>

#include <casebook/escape.h>

/* Shorter runs of base64 hold no value that is searched for: 8 digits are 6 bytes. */
#define BASE64_MIN 8
static const char replacement[] = "\xEF\xBF\xBD";

static bool blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* ---- one word, decoded in place of itself; false when nothing in it was encoded ---- */
static bool from_percent(const char *s, size_t n, char *out, size_t *len)
{
	size_t o = 0;
	bool some = false;

	for (size_t i = 0; i < n; i++) {
		int byte = s[i] == '%' && n - i > 2 && hex_digit(s[i + 1]) >= 0 && hex_digit(s[i + 2]) >= 0
		                   ? hex_digit(s[i + 1]) * 16 + hex_digit(s[i + 2])
		                   : -1;

		if (byte >= 0x20 &&
		    byte != 0x7F) { /* %13 is the zone of an address (RFC 4007), no control character */
			out[o++] = (char)byte;
			i += 2;
			some = true;
		} else {
			out[o++] = s[i] == '+' && i + 1 < n && word_char(s[i + 1]) ? ' ' : s[i];
		}
	}
	*len = o;
	return some;
}

static bool from_entities(const char *s, size_t n, char *out, size_t *len)
{
	size_t o = 0, i = 0;
	bool some = false;

	while (i < n) {
		char c[4];
		size_t clen = 0, took = s[i] == '&' ? html_entity(s + i, n - i, c, &clen) : 0;

		if (took != 0 && clen <= took) {
			memcpy(out + o, c, clen);
			o += clen;
			i += took;
			some = true;
		} else {
			out[o++] = s[i++];
		}
	}
	*len = o;
	return some;
}

static bool from_cleaned(const char *s, size_t n, char *out, size_t *len)
{
	size_t o = 0;
	bool some = false;

	for (size_t i = 0; i < n; i++) {
		if (n - i >= 3 && memcmp(s + i, replacement, 3) == 0) {
			some = true;
			i += 2;
		} else {
			out[o++] = s[i];
		}
	}
	*len = o;
	return some;
}

typedef bool (*decoder)(const char *s, size_t n, char *out, size_t *len);
struct walk {
	struct arena *mem;
	const char *text;
	bool (*found)(void *arg, const struct view *v);
	void *arg;
};

static bool each_word(const struct walk *w, decoder decode)
{
	const char *s = w->text;

	while (*s != '\0') {
		size_t n = 0, len = 0;
		char *out;

		while (blank(*s))
			s++;
		while (s[n] != '\0' && !blank(s[n]))
			n++;
		if (n == 0)
			break;
		out = arena_alloc(w->mem, n + 1);
		if (decode(s, n, out, &len) &&
		    !w->found(w->arg, &(struct view){(size_t)(s - w->text), n, out, len, false}))
			return false;
		s += n;
	}
	return true;
}

/* ---- base64 ---- */
struct decoding {
	const struct walk *w;
	struct view v;
	char *run; /* readable bytes in a row */
	size_t n;
};

/* Names are text: what is not, ends a row.  A zero between two letters is UTF-16 of them. */
static bool take_byte(struct decoding *d, unsigned char c)
{
	if (c == 0)
		return true;
	if (c >= 0x20 && c != 0x7F) {
		d->run[d->n++] = (char)c;
		return true;
	}
	d->v.n = d->n;
	d->n = 0;
	return d->v.n < SECRET_MIN || d->w->found(d->w->arg, &d->v);
}

static bool decode64(struct decoding *d, const char *s, size_t n)
{
	uint32_t bits = 0;
	unsigned have = 0;

	d->n = 0;
	for (size_t i = 0; i < n; i++) {
		bits = bits << 6 | (uint32_t)base64_digit(s[i]);
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		if (!take_byte(d, (unsigned char)(bits >> have & 0xFF)))
			return false;
	}
	return take_byte(d, 1);
}

/* What a byte is to base64; letters of both cases are needed: a path or a hash in digits is not encoded. */
enum { DIGIT64 = 1, LOWER = 2, UPPER = 4 };
static const unsigned char classes[256] = {
        ['A'] = 5, ['B'] = 5, ['C'] = 5, ['D'] = 5, ['E'] = 5, ['F'] = 5, ['G'] = 5, ['H'] = 5, ['I'] = 5,
        ['J'] = 5, ['K'] = 5, ['L'] = 5, ['M'] = 5, ['N'] = 5, ['O'] = 5, ['P'] = 5, ['Q'] = 5, ['R'] = 5,
        ['S'] = 5, ['T'] = 5, ['U'] = 5, ['V'] = 5, ['W'] = 5, ['X'] = 5, ['Y'] = 5, ['Z'] = 5, ['a'] = 3,
        ['b'] = 3, ['c'] = 3, ['d'] = 3, ['e'] = 3, ['f'] = 3, ['g'] = 3, ['h'] = 3, ['i'] = 3, ['j'] = 3,
        ['k'] = 3, ['l'] = 3, ['m'] = 3, ['n'] = 3, ['o'] = 3, ['p'] = 3, ['q'] = 3, ['r'] = 3, ['s'] = 3,
        ['t'] = 3, ['u'] = 3, ['v'] = 3, ['w'] = 3, ['x'] = 3, ['y'] = 3, ['z'] = 3, ['0'] = 1, ['1'] = 1,
        ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1, ['8'] = 1, ['9'] = 1, ['+'] = 1,
        ['/'] = 1, ['-'] = 1, ['_'] = 1,
};

static bool each_run(const struct walk *w)
{
	struct decoding d = {.w = w};
	const char *s = w->text;

	while (*s != '\0') {
		size_t n = 0, pad = 0;
		unsigned seen = 0;

		while ((classes[(unsigned char)s[n]] & DIGIT64) != 0)
			seen |= classes[(unsigned char)s[n++]];
		while (n != 0 && pad < 2 && s[n + pad] == '=')
			pad++;
		if (n >= BASE64_MIN && (seen & LOWER) != 0 && (seen & UPPER) != 0) {
			d.run = arena_alloc(w->mem, n);
			d.v = (struct view){(size_t)(s - w->text), n + pad, d.run, 0, true};
			/* A run may begin in the middle of what was encoded, or be glued to a word before it.
			 */
			for (size_t skip = 0; skip < 4 && n - skip >= BASE64_MIN - 2; skip++)
				if (!decode64(&d, s + skip, n - skip))
					return false;
		}
		s += n != 0 ? n : 1;
	}
	return true;
}

void each_view(struct arena *mem, const char *text, bool (*found)(void *arg, const struct view *v), void *arg)
{
	struct walk w = {mem, text, found, arg};

	if (strchr(text, '%') != NULL && !each_word(&w, from_percent))
		return;
	if (strchr(text, '&') != NULL && !each_word(&w, from_entities))
		return;
	if (strstr(text, replacement) != NULL && !each_word(&w, from_cleaned))
		return;
	each_run(&w);
}
