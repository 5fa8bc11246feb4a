/* Reads the embedded table: seven columns parted by tabs, '#' begins a comment. */
#include <casebook/explain.h>

#include <string.h>

#include <casebook/xalloc.h>

#define COLUMNS 7
#define CODE_ROWS_MAX 2000 /* a ceiling far past what a field can remember */

extern const unsigned char codes_tsv[];
extern const size_t codes_tsv_size;

static struct code_row row_of(struct arena *mem, const char *line, size_t n)
{
	const char *col[COLUMNS];
	const char *p = line, *end = line + n;
	size_t i = 0;

	while (i < COLUMNS) {
		const char *tab = memchr(p, '\t', (size_t)(end - p));
		const char *stop = tab != NULL ? tab : end;

		col[i++] = arena_strndup(mem, p, (size_t)(stop - p));
		if (tab == NULL)
			break;
		p = tab + 1;
	}
	if (i != COLUMNS)
		BUG("a row of codes.tsv does not have seven columns");
	return (struct code_row){col[0], col[1], col[2], col[3], col[4], col[5], col[6]};
}

size_t explain_all(struct arena *mem, const struct code_row **out)
{
	struct code_row *rows = arena_array(mem, CODE_ROWS_MAX, sizeof(*rows));
	const char *p = (const char *)codes_tsv, *end = p + codes_tsv_size;
	size_t n = 0;

	while (p < end && n < CODE_ROWS_MAX) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl != NULL ? nl : end) - p);

		if (len != 0 && *p != '#')
			rows[n++] = row_of(mem, p, len);
		p += len + 1;
	}
	*out = rows;
	return n;
}
