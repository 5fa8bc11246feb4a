/* One HTML file without script or outside resource. */
#include "report_int.h"

static void node(const struct rnode *n, struct sink *s)
{
	if (n->text != NULL) {
		sink_str(s, "<p>");
		esc_html(s, n->text);
		sink_str(s, "</p>\n");
	}
	for (const struct rnode *c = n->child; c != NULL; c = c->next)
		node(c, s);
}

static void write_html(const struct report *r, struct sink *s)
{
	sink_str(s, "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>");
	esc_html(s, r->doc->text);
	sink_str(s, "</title></head><body>\n");
	node(r->doc, s);
	sink_str(s, "</body></html>\n");
}

const struct report_format fmt_html = {"html", ".html", "HTML", write_html};
