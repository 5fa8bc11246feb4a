/*
 * The little Markdown of flows (paragraphs, lists, **bold**, `code`) as nodes of
 * the tree.  What it does not know stays text.
 */
#include "report_int.h"

#include <string.h>

static const char *piece(struct report *r, const char *s, size_t n)
{
	return arena_strndup(r->mem, s, n);
}

/* The blanks between these spans are already in their text. */
static void glue(struct rnode *first)
{
	for (struct rnode *n = first != NULL ? first->next : NULL; n != NULL; n = n->next)
		n->level = 1;
}

void tree_spans(struct report *r, struct rnode *parent, const char *line, size_t n)
{
	size_t from = 0, i = 0;
	struct rnode *had = parent->last;

	while (i < n) {
		bool bold = n - i >= 2 && strncmp(line + i, "**", 2) == 0;
		size_t mark = bold ? 2 : 1, end;

		if (!bold && line[i] != '`') {
			i++;
			continue;
		}
		for (end = i + mark; end + mark <= n && strncmp(line + end, bold ? "**" : "`", mark) != 0;
		     end++)
			;
		if (end + mark > n || end == i + mark) {
			i += mark;
			continue;
		}
		if (i > from)
			rn_add(r, parent, R_TEXT, piece(r, line + from, i - from));
		rn_add(r, parent, bold ? R_STRONG : R_MONO, piece(r, line + i + mark, end - i - mark));
		i = from = end + mark;
	}
	if (n > from)
		rn_add(r, parent, R_TEXT, piece(r, line + from, n - from));
	glue(had != NULL ? had->next : parent->child);
}

static bool item_start(const char *s)
{
	return (s[0] == '-' || s[0] == '*') && s[1] == ' ';
}

void tree_prose(struct report *r, struct rnode *parent, const char *md)
{
	struct rnode *list = NULL;

	while (md != NULL && *md != '\0') {
		size_t n = 0;
		bool item;

		while (*md == '\n' || *md == ' ')
			md++;
		item = item_start(md);
		/* A paragraph or an item goes on until a blank line or the next item. */
		while (md[n] != '\0' && !(md[n] == '\n' && (md[n + 1] == '\n' || item_start(md + n + 1))))
			n++;
		if (n == 0)
			break;
		if (!item)
			list = NULL;
		else if (list == NULL)
			list = rn_add(r, parent, R_LIST, NULL);
		tree_spans(r, item ? rn_add(r, list, R_ITEM, NULL) : rn_add(r, parent, R_PARA, NULL),
		           item ? md + 2 : md, item ? n - 2 : n);
		md += n;
	}
}
