/*
 * Finds the bytes of a SCEP message in what a person has: a file, a line of a log, a URL.
 */
#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "scep_message.h"

static const char *find_nocase(const char *p, size_t n, const char *word)
{
	size_t k = strlen(word);

	for (size_t i = 0; i + k <= n; i++)
		if (strncasecmp(p + i, word, k) == 0)
			return p + i;
	return NULL;
}

static int sextet(int c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	return c == '/' || c == '_' ? 63 : -1;
}

static int hex_digit(int c)
{
	return isdigit(c) ? c - '0' : isxdigit(c) ? (tolower(c) - 'a' + 10) : -1;
}

/* One character of base64, percent-encoding undone; -1 at its end.  *i moves on. */
static int next_char(const unsigned char *p, size_t n, size_t *i)
{
	int c = p[*i];

	if (c == '%' && *i + 2 < n && hex_digit(p[*i + 1]) >= 0 && hex_digit(p[*i + 2]) >= 0) {
		c = hex_digit(p[*i + 1]) * 16 + hex_digit(p[*i + 2]);
		*i += 2;
	}
	++*i;
	return c;
}

/* Decodes as much base64 as there is; line ends pass when `lines`. */
static unsigned char *decode(struct arena *mem, const unsigned char *p, size_t n, bool lines, size_t *out)
{
	unsigned char *bytes = arena_alloc(mem, n + 1);
	uint32_t acc = 0;
	unsigned bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < n;) {
		int c = next_char(p, n, &i), v = sextet(c);
		if (v < 0 && lines && (c == '\r' || c == '\n' || c == ' ' || c == '\t'))
			continue;
		if (v < 0)
			break;
		acc = acc << 6 | (uint32_t)v;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			bytes[at++] = (unsigned char)(acc >> bits);
		}
	}
	*out = at;
	return bytes;
}

static bool is_ber(const unsigned char *p, size_t n)
{
	return n > 20 && p[0] == 0x30 && p[1] >= 0x80;
}

unsigned char *scep_capture(struct arena *mem, const unsigned char *text, size_t len, size_t *n)
{
	const char *t = (const char *)text, *at, *end;
	unsigned char *out;

	if (is_ber(text, len)) {
		*n = len;
		out = arena_alloc(mem, len);
		memcpy(out, text, len);
		return out;
	}
	at = find_nocase(t, len, "operation=PKIOperation");
	at = at != NULL ? find_nocase(at, len - (size_t)(at - t), "message=") : NULL;
	if (at != NULL) {
		out = decode(mem, text + (at - t) + 8, len - (size_t)(at - t) - 8, false, n);
		return is_ber(out, *n) ? out : NULL;
	}
	at = find_nocase(t, len, "-----BEGIN ");
	at = at != NULL ? memchr(at, '\n', len - (size_t)(at - t)) : t;
	if (at == NULL)
		return NULL;
	end = find_nocase(at, len - (size_t)(at - t), "-----END");
	out = decode(mem, (const unsigned char *)at, (size_t)((end != NULL ? end : t + len) - at), true, n);
	return is_ber(out, *n) ? out : NULL;
}
