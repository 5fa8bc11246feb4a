/* The marks of quoted mail; knows nothing of what is quoted. */
#include "file_quote.h"

#include <string.h>

#define LOOK 16384u /* bytes that are looked at */

size_t file_quote_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] == '>') {
		i++;
		i += i < n && p[i] == ' ';
	}
	return i;
}

bool file_is_quoted(const char *p, size_t n)
{
	const char *end = p + (n < LOOK ? n : LOOK);
	size_t lines = 0, quoted = 0;

	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl != NULL ? nl : end) - p);

		len -= len != 0 && p[len - 1] == '\r';
		lines += len != 0;
		quoted += len != 0 && *p == '>';
		p = nl != NULL ? nl + 1 : end;
	}
	return quoted != 0 && quoted * 3 >= lines * 2;
}

size_t file_unquote(char *p, size_t n)
{
	const char *from = p, *end = p + n;
	char *to = p;

	if (!file_is_quoted(p, n))
		return n;
	while (from < end) {
		const char *nl = memchr(from, '\n', (size_t)(end - from));
		size_t len = (size_t)((nl != NULL ? nl + 1 : end) - from),
		       marks = file_quote_length(from, len);

		memmove(to, from + marks, len - marks);
		to += len - marks;
		from += len;
	}
	return (size_t)(to - p);
}
