/* What the codes on a page mean: the likeliest reading of each, where it is seen, what to do next. */
#include "panel.h"

#include <string.h>

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const char *text = at->in->explained;

	d->item = 0;
	if (text == NULL)
		doc_wrap(d, 0, 0, ST_DIM, "No code stands on this page.");
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "\n");
		bool head = n > 0 && text[0] != ' ';

		d->item += head;
		if (n == 0)
			doc_line(d);
		else
			doc_lines(d, 0, head ? 0 : 4, head ? ST_STRONG : ST_TEXT,
			          arena_strndup(v->mem, text, n));
		text += n + (text[n] == '\n');
	}
}

/* x on a step opens it, with what stands there. */
const struct panel panel_explain = {
        .name = "explain",
        .title = "Codes",
        .heading = "What the codes mean",
        .context = CX_READ | CX_PARTS,
        .lines = lines,
};
