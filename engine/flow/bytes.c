/* The bytes of a file before YAML sees them: libfyaml 0.7 accepts bad UTF-8, control characters
 * and NUL, and silently cuts the text there. */
#include "flow_int.h"

#include <casebook/utf8.h>

static bool plain_byte(unsigned char c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\t';
}

static bool bad_at(struct problems *p, const char *s, size_t left, unsigned line, unsigned col, size_t *took)
{
	uint32_t cp;

	*took = utf8_decode(s, left, &cp);
	if (*took == 1 && cp == 0xfffd) {
		problem_at(p, DG_bad_utf8, line, col, NULL, NULL, NULL);
		return true;
	}
	if (utf8_is_unsafe(cp)) {
		problem_at(p, DG_control_character, line, col, arena_fmt(p->mem, "U+%04X", (unsigned)cp),
		           NULL, NULL);
		return true;
	}
	return false;
}

bool bytes_check(struct problems *p, const char *text, size_t n)
{
	unsigned line = 1, col = 1;
	size_t i = 0, took;

	if (n >= 3 && (unsigned char)text[0] == 0xef && (unsigned char)text[1] == 0xbb &&
	    (unsigned char)text[2] == 0xbf)
		i = 3; /* a byte order mark at the very start is what editors of Windows write */
	while (i < n) {
		unsigned char c = (unsigned char)text[i];

		if (c == '\n') {
			line++;
			col = 0;
			took = 1;
		} else if (plain_byte(c) || (c == '\r' && i + 1 < n && text[i + 1] == '\n')) {
			took = 1;
		} else if (bad_at(p, text + i, n - i, line, col, &took) && p->n >= FLOW_MAX_DIAGS) {
			return false;
		}
		i += took;
		col++;
	}
	return p->errors == 0;
}
