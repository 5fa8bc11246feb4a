/* From what a person pastes to rows of the table: each row of each place once.  The meanings are in the table
 * alone. */
#include "explain_int.h"

#include <string.h>
#include <strings.h>

#define FOUND_MAX 24

static bool listed(const struct code_row *rows, size_t n, const struct code_row *row)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].code, row->code) == 0 && strcmp(rows[i].dialect, row->dialect) == 0)
			return true;
	return false;
}

size_t explain_query(const struct explain *x, struct arena *mem, const char *query,
                     const struct code_row **out)
{
	struct explain_result r = explain_text(x, mem, query, strlen(query));
	struct code_row *rows = arena_array(mem, FOUND_MAX, sizeof(*rows));
	size_t n = 0;

	for (size_t i = 0; i < r.n; i++)
		for (size_t k = 0; k < r.hits[i].nrows && n < FOUND_MAX; k++)
			if (!listed(rows, n, &r.hits[i].rows[k]))
				rows[n++] = r.hits[i].rows[k];
	*out = rows;
	return n;
}

size_t explain_find(struct arena *mem, const char *query, const struct code_row **out)
{
	return explain_query(explain_new(mem), mem, query, out);
}

const char *explain_meaning(struct arena *mem, const char *dialect, const char *code)
{
	const struct code_row *rows;
	size_t n = explain_all(mem, &rows);

	for (size_t i = 0; i < n; i++)
		if (strcmp(rows[i].dialect, dialect) == 0 && strcasecmp(rows[i].code, code) == 0)
			return rows[i].meaning;
	return NULL;
}
