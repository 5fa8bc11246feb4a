/* The rows of the table that explain a tool's own list of errors. */
#include "analyze_errors.h"

#include <string.h>

static const struct code_row *row_of(const struct explain *x, struct arena *mem, const struct value *error)
{
	const char *id = value_find_str(error, "id"), *text = value_find_str(error, "text");
	const struct code_row *row = NULL;
	struct explain_result got;

	if (id != NULL && explain_query(x, mem, id, &row) != 0)
		return row;
	if (text == NULL)
		return NULL;
	got = explain_text(x, mem, text, strlen(text));
	return got.n != 0 ? explain_row(x, got.hits[0].dialect, got.hits[0].code) : NULL;
}

size_t analyze_errors(const struct explain *x, struct arena *mem, const struct evidence *e,
                      const struct code_row **list, size_t max)
{
	const struct value *errors = evidence_fact(e, "errors");
	size_t n = 0;

	for (size_t i = 0; errors != NULL && errors->type == VAL_LIST && i < errors->u.list.n && n < max;
	     i++) {
		const struct code_row *row = row_of(x, mem, &errors->u.list.items[i]);
		bool fresh = row != NULL;

		for (size_t k = 0; fresh && k < n; k++)
			fresh = strcmp(list[k]->dialect, row->dialect) != 0 ||
			        strcmp(list[k]->code, row->code) != 0;
		if (fresh)
			list[n++] = row;
	}
	return n;
}
