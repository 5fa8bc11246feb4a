/* Cuts a text into words: at blanks, quotes, brackets and the signs of Markdown, HTML and JSON.  Escapes of
 * these formats are undone first, a word at a time. */
#include "residue_int.h"

#include <string.h>

#include <casebook/escape.h>

#define WORD_MAX 300

static bool cuts(char c)
{
	return (unsigned char)c <= ' ' || strchr("\"'`<>()[]{}|,;=*!?&#$^", c) != NULL;
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
	size_t i = 0;

	*len = 0;
	if (bare_share(s, n))
		while (i < 2)
			out[(*len)++] = s[i++];
	while (i < n && *len < WORD_MAX && !line_end(s + i, n - i)) {
		char c = s[i];
		size_t took = escaped(s + i, n - i, &c);

		if (cuts(c) || (took == 0 && cuts(s[i])))
			break;
		out[(*len)++] = c;
		i += took != 0 ? took : 1;
	}
	return i;
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
	unsigned line = 1;

	for (size_t i = 0; i < n;) {
		char plain[WORD_MAX];
		size_t len, took = word(text + i, n - i, plain, &len);
		const char *kind = len > 3 ? any_piece(plain, len) : NULL;

		if (kind != NULL && !found(arg, &(struct residue){text + i, took, kind, line}))
			return;
		line += took == 0 && text[i] == '\n';
		i += took != 0 ? took : line_end(text + i, n - i) ? 2 : 1;
	}
}
