/* The report as it would be written now, to be read. */
#include "panel.h"

#include <string.h>

/* A line of the report and the one that underlines it when it heads a section. */
static bool is_heading(const char *next)
{
	size_t n = strspn(next, "=");

	return n >= 3 && (next[n] == '\n' || next[n] == '\0');
}

static void lines(struct view *v, struct panel_at *at, struct doc *d)
{
	const char *text = at->in->report;

	d->item = 0;
	while (text != NULL && *text != '\0') {
		size_t n = strcspn(text, "\n");
		const char *next = text[n] == '\n' ? text + n + 1 : text + n;
		bool head = is_heading(next);

		d->item += head;
		if (n == 0)
			doc_line(d);
		else
			doc_lines(d, 0, 4, head ? ST_STRONG : ST_TEXT, arena_strndup(v->mem, text, n));
		text = next;
	}
}

static struct wish ask_for_it(struct panel_at *at)
{
	(void)at;
	return (struct wish){.kind = WISH_REPORT};
}

static const struct binding keys[] = {
        {.key = KEY_CHAR('e'),
         .act = ACT_OPEN,
         .foot = "export",
         .help = "write it to a file",
         .panel = &panel_export},
        {.act = ACT_NONE},
};

const struct panel panel_report = {
        .name = "report",
        .title = "Report",
        .context = CX_READ | CX_PARTS,
        .key = KEY_CHAR('v'),
        .foot = "report",
        .help = "read the report as it would be written now",
        .keys = keys,
        .open = ask_for_it,
        .lines = lines,
};
