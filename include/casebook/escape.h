/* Digits and escapes of common encodings, one at a time; words of a shell. */
#ifndef CASEBOOK_ESCAPE_H
#define CASEBOOK_ESCAPE_H

#include <stddef.h>

/* Both alphabets of RFC 4648; -1 for anything else. */
static inline int base64_digit(char c)
{
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}
/* -1 for anything else. */
static inline int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}
/* At "&": an entity of HTML, by name or number, as UTF-8 in out. The bytes it takes, at least *len; 0 for
 * none. A number needs no ";". */
size_t html_entity(const char *s, size_t n, char out[4], size_t *len);

struct buf;
/* A text as one word of a POSIX shell: as it is where that means the same, else in quotes. */
void shell_word(struct buf *out, const char *text);
/* What stands inside quotes of a shell that are open already: ' or ". */
void shell_inside(struct buf *out, const char *text, char quote);

#endif
