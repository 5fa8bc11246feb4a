/*
 * The terminal's clipboard by its own escape sequence (xterm, "OSC 52").  Nothing answers whether it was
 * taken; where it cannot be, that is said.
 */
#include "clipboard.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <casebook/base64.h>
#include <casebook/io.h>

#define MOST 50000 /* bytes; xterm and others take less than 75 000 characters */

const char *clipboard_copy(const char *text)
{
	static const char *const without[] = {"linux", "vt", "dumb", "ansi", "cons"};
	const char *term = getenv("TERM");
	size_t n = strlen(text);
	struct buf b;
	bool written;

	for (size_t i = 0; i < sizeof(without) / sizeof(without[0]); i++)
		if (term == NULL || strncmp(term, without[i], strlen(without[i])) == 0)
			return "this terminal has no clipboard of its own";
	if (n > MOST)
		return "it is too long for a terminal's clipboard";
	if (!isatty(STDOUT_FILENO))
		return "there is no terminal";
	buf_init(&b, 2 * MOST);
	buf_str(&b, "\033]52;c;");
	base64(&b, text, n);
	buf_str(&b, "\a");
	written = io_write_all(STDOUT_FILENO, buf_cstr(&b), b.n) == 0;
	buf_release(&b);
	return written ? NULL : "the terminal did not take it";
}
