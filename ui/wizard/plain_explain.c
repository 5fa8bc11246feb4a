/* What a code means, in the middle of a case and line by line.  Knows the table of codes and nothing of the
 * case. */
#include "plain_explain.h"

#include <string.h>

#include <casebook/explain.h>

#define MOST_CODES 6

static void put_row(struct buf *out, const struct code_row *r)
{
	buf_fmt(out, "%s %s%s%s\n", r->dialect, r->code, r->name[0] != '-' ? "  " : "",
	        r->name[0] != '-' ? r->name : "");
	if (strcmp(r->meaning, "-") != 0)
		buf_fmt(out, "  %s\n", r->meaning);
	if (strcmp(r->next, "-") != 0)
		buf_fmt(out, "  Next: %s\n", r->next);
}

bool plain_explain(const char *line, struct buf *out)
{
	bool asked = strncmp(line, "explain ", 8) == 0;
	struct arena *mem = arena_new();
	const struct code_row *rows;
	const char *text = asked ? line + 8 : line;
	const struct explain *x = explain_new(mem);
	struct explain_result r = explain_text(x, mem, text, strlen(text));
	bool known = false;
	size_t n;

	for (size_t i = 0; i < r.n; i++)
		known = known || r.hits[i].known;
	n = asked || known ? explain_query(x, mem, text, &rows) : 0;
	for (size_t i = 0; i < n && i < MOST_CODES; i++)
		put_row(out, &rows[i]);
	if (n > MOST_CODES)
		buf_fmt(out, "and %zu more: casebook explain shows them\n", n - MOST_CODES);
	if (n == 0 && asked)
		buf_str(out, "No code in it is known here.\n");
	arena_free(mem);
	return asked || n != 0;
}
