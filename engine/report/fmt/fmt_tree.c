/* The tree as it is, one node a line: for whoever writes a format or a test. */
#include "report_int.h"

static void put_text(struct sink *s, const char *text)
{
	sink_str(s, " \"");
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			sink_str(s, "\\n");
		else if (*text == '\t')
			sink_str(s, "\\t");
		else {
			if (*text == '"' || *text == '\\')
				sink_char(s, '\\');
			sink_char(s, *text);
		}
	}
	sink_char(s, '"');
}

static void node(const struct rnode *n, struct sink *s, int depth)
{
	const struct rnode *row;
	size_t at;

	for (int i = 0; i < depth; i++)
		sink_str(s, "  ");
	sink_str(s, rnode_kind_name((enum rnode_kind)n->kind));
	if (n->level != 0)
		sink_fmt(s, " %u", n->level);
	if (n->id != NULL) {
		sink_str(s, " #");
		sink_str(s, n->id);
	}
	if (n->mark != RM_NONE)
		sink_fmt(s, " [%s]", report_mark_word((enum report_mark)n->mark));
	if (n->span != 0) {
		sink_char(s, ' ');
		sink_str(s, rnode_kind_name((enum rnode_kind)n->span));
	}
	if (n->text != NULL)
		put_text(s, n->text);
	sink_char(s, '\n');
	if (n->kind == R_TABLE) {
		for (row = rnode_next_row(n, NULL, &at); row != NULL; row = rnode_next_row(n, row, &at))
			node(row, s, depth + 1);
		return;
	}
	for (const struct rnode *c = n->child; c != NULL; c = c->next)
		node(c, s, depth + 1);
}

static void write_tree(const struct report *r, struct sink *s)
{
	node(r->doc, s, 0);
}

const struct report_format fmt_tree = {"tree", ".tree", "the tree itself, for debugging", write_tree};
