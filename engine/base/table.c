/* Rows of an embedded table. */
#include <casebook/table.h>

#include <string.h>

bool table_row(const char **p, const char *end, const char **row, size_t *n)
{
	while (*p < end) {
		const char *nl = memchr(*p, '\n', (size_t)(end - *p));

		*row = *p;
		*n = (size_t)((nl != NULL ? nl : end) - *p);
		*p += *n + 1;
		if (*n != 0 && **row != '#')
			return true;
	}
	return false;
}
