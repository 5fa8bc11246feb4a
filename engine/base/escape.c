/* Entities of HTML, words of a shell. */
#include <casebook/escape.h>

#include <string.h>

#include <casebook/buf.h>
#include <casebook/utf8.h>

static size_t number(const char *s, size_t n, unsigned base, uint32_t *cp)
{
	size_t i = 0;

	*cp = 0;
	while (i < n && i < 8 && hex_digit(s[i]) >= 0 && (unsigned)hex_digit(s[i]) < base)
		*cp = *cp * base + (unsigned)hex_digit(s[i++]);
	return *cp != 0 && *cp <= 0x10FFFF ? i : 0;
}

size_t html_entity(const char *s, size_t n, char out[4], size_t *len)
{
	static const struct {
		const char *name;
		char c;
	} named[] = {{"&amp;", '&'},   {"&lt;", '<'},      {"&gt;", '>'},    {"&quot;", '"'},
	             {"&apos;", '\''}, {"&equals;", '='},  {"&colon;", ':'}, {"&nbsp;", ' '},
	             {"&Tab;", '\t'},  {"&NewLine;", '\n'}};
	uint32_t cp;
	size_t took, skip;

	for (size_t k = 0; k < sizeof(named) / sizeof(named[0]); k++) {
		size_t m = strlen(named[k].name);

		if (n >= m && memcmp(s, named[k].name, m) == 0) {
			out[0] = named[k].c;
			*len = 1;
			return m;
		}
	}
	if (n < 4 || s[1] != '#')
		return 0;
	skip = s[2] == 'x' || s[2] == 'X' ? 3 : 2;
	took = number(s + skip, n - skip, skip == 3 ? 16 : 10, &cp);
	if (took == 0)
		return 0;
	*len = utf8_encode(cp, out);
	took += skip;
	return took + (took < n && s[took] == ';');
}

void shell_inside(struct buf *out, const char *text, char quote)
{
	for (; *text != '\0'; text++) {
		if (quote == '\'' && *text == '\'')
			buf_str(out, "'\\''");
		else if (quote == '"' && strchr("\"\\$`", *text) != NULL)
			buf_fmt(out, "\\%c", *text);
		else
			buf_char(out, *text);
	}
}

void shell_word(struct buf *out, const char *text)
{
	static const char plain[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:@%+=,-";

	if (text[0] != '\0' && text[strspn(text, plain)] == '\0') {
		buf_str(out, text);
		return;
	}
	buf_char(out, '\'');
	shell_inside(out, text, '\'');
	buf_char(out, '\'');
}
