/* Cuts a text into words: at blanks, quotes, brackets and the signs of Markdown, HTML and JSON.  Escapes of
 * these formats are undone first, a word at a time. */
#include "residue_int.h"

#include <string.h>

#include <casebook/escape.h>

#define WORD_MAX 300

/* What a byte is to a word: CUTS ends it, ESCAPES may stand for another byte; what else it can be is what
 * tells a name from an ordinary word. */
enum { CUTS = 1, ESCAPES = 2, SIGN = 4, TELLS = 8, LETTER = 16, HEX = 32, POINT = 64 };
static unsigned char kinds[256];

static void make_kinds(void)
{
	static const struct {
		const char *chars;
		unsigned char kind;
	} rows[] = {{"\"'`<>()[]{}|,;=*!?&#$^", CUTS},
	            {"&\\%", ESCAPES},
	            {"-_", SIGN},
	            {"0123456789.@\\:", TELLS},
	            {".@\\", POINT},
	            {"abcdefABCDEF", HEX},
	            {"ghijklmnopqrstuvwxyzGHIJKLMNOPQRSTUVWXYZ", LETTER}};

	for (int c = 0; c <= ' '; c++)
		kinds[c] = CUTS;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (const char *c = rows[i].chars; *c != '\0'; c++)
			kinds[(unsigned char)*c] |= rows[i].kind;
}

static unsigned char kind_of(char c)
{
	return kinds[(unsigned char)c];
}

static bool cuts(char c)
{
	return (kind_of(c) & CUTS) != 0;
}

/* "&#64;", "&amp;", "\\_", "%40": what it stands for; 0 when it is none. */
static size_t escaped(const char *s, size_t n, char *c)
{
	char out[4];
	size_t len = 0, took = s[0] == '&' ? html_entity(s, n, out, &len) : 0;

	if (took != 0 && len == 1) {
		*c = out[0];
		return took;
	}
	if (s[0] == '\\' && n > 1 && strchr("_-.*[]()#+!|<>~@:\\/\"", s[1]) != NULL) {
		*c = s[1];
		return 2;
	}
	if (s[0] == '%' && n > 2 && hex_digit(s[1]) >= 0 && hex_digit(s[2]) >= 0) {
		*c = (char)(hex_digit(s[1]) * 16 + hex_digit(s[2]));
		return 3;
	}
	return 0;
}

/* "\\\\server\\share" as it stands, in code: escaped, it would go on with two. */
static bool bare_share(const char *s, size_t n)
{
	size_t i = 2;

	if (n < 4 || s[0] != '\\' || s[1] != '\\' || s[2] == '\\')
		return false;
	while (i < n && !cuts(s[i]) && s[i] != '\\')
		i++;
	return i + 1 < n && s[i] == '\\' && !cuts(s[i + 1]) && s[i + 1] != '\\';
}

/* "\\n" before anything but a small letter: the end of a line, as JSON has it, and no account. */
static bool line_end(const char *s, size_t n)
{
	return n > 2 && s[0] == '\\' && strchr("nrt", s[1]) != NULL && !(s[2] >= 'a' && s[2] <= 'z');
}

/* The word that begins at s, without escapes; the bytes that it takes. */
static size_t word(const char *s, size_t n, char out[WORD_MAX], size_t *len)
{
	size_t i = 0, o = 0;

	if (bare_share(s, n))
		while (i < 2)
			out[o++] = s[i++];
	while (i < n && o < WORD_MAX) {
		char c = s[i];
		size_t took = 1;

		if ((kind_of(c) & ESCAPES) != 0) {
			if (line_end(s + i, n - i))
				break;
			took = escaped(s + i, n - i, &c);
			if (took == 0 && cuts(s[i]))
				break;
			took += took == 0;
		}
		if (cuts(c))
			break;
		out[o++] = c;
		i += took;
	}
	*len = o;
	return i;
}

/* A word of a language, which has no figure and no sign that names have, but a letter that no number has; a
 * number, a day or a time of day. */
static bool ordinary(const char *s, size_t n, unsigned seen)
{
	if ((seen & (TELLS | LETTER)) == LETTER)
		return true;
	if ((seen & (LETTER | HEX | POINT)) != 0 || n >= 15)
		return false;
	for (size_t i = 1; i < n; i++)
		if (s[i] == ':' && s[i - 1] == ':') /* an address */
			return false;
	return true;
}

static unsigned seen_in(const char *s, size_t n)
{
	unsigned seen = 0;

	for (size_t i = 0; i < n; i++)
		seen |= kind_of(s[i]);
	return seen;
}

/* The same where no byte of it may be an escape, without a copy: what its bytes are, in *seen.  0: not so
 * simple. */
static size_t bare_word(const char *s, size_t n, unsigned *seen)
{
	size_t i = 0;

	n = n < WORD_MAX ? n : WORD_MAX;
	for (*seen = 0; i < n && (kind_of(s[i]) & (CUTS | ESCAPES)) == 0; i++)
		*seen |= kind_of(s[i]);
	return i < n && (kind_of(s[i]) & ESCAPES) != 0 ? 0 : i;
}

/* A word of several names: "host/10.0.0.1", "https://host:443/path", "DNS:host". Each piece between "/" and
 * ":" is looked at, and the whole. */
static const char *any_piece(const char *s, size_t n)
{
	const char *kind = residue_kind(s, n, (const char[2]){0, 0});

	for (size_t i = 0, from = 0; i <= n && kind == NULL; i++) {
		const char before[2] = {from > 1 ? s[from - 2] : '\0', from > 0 ? s[from - 1] : '\0'};

		if (i < n && s[i] != '/' && s[i] != ':')
			continue;
		if (i > from && !(from == 0 && i == n))
			kind = residue_kind(s + from, i - from, before);
		from = i + 1;
	}
	return kind;
}

void residue_find(const char *text, size_t n, bool (*found)(void *arg, const struct residue *r), void *arg)
{
	unsigned line = 1, seen;
	char plain[WORD_MAX];

	if (kinds[0] == 0)
		make_kinds();
	for (size_t i = 0; i < n;) {
		const char *kind = NULL;
		size_t len, took = bare_word(text + i, n - i, &seen);

		if (took == 0 && kind_of(text[i]) == CUTS) {
			line += text[i++] == '\n';
			continue;
		}
		if (took != 0) {
			if (took > 3 && !ordinary(text + i, took, seen))
				kind = any_piece(text + i, took);
		} else {
			took = word(text + i, n - i, plain, &len);
			if (len > 3 && !ordinary(plain, len, seen_in(plain, len)))
				kind = any_piece(plain, len);
		}
		if (kind != NULL && !found(arg, &(struct residue){text + i, took, kind, line}))
			return;
		i += took != 0 ? took : line_end(text + i, n - i) ? 2 : 1;
	}
}
