/* Plain text, for a mail or a terminal. */
#include "report_int.h"

static void node(const struct rnode *n, struct sink *s)
{
	if (n->text != NULL) {
		sink_str(s, n->text);
		sink_char(s, '\n');
	}
	for (const struct rnode *c = n->child; c != NULL; c = c->next)
		node(c, s);
}

static void write_txt(const struct report *r, struct sink *s)
{
	node(r->doc, s);
}

const struct report_format fmt_txt = {"txt", ".txt", "plain text", write_txt};
