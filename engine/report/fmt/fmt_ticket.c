/* The ticket: plain text of at most 12 lines, to be pasted where nothing is drawn. */
#include "report_int.h"

#include <casebook/brief.h>
#include <casebook/utf8.h>

static void write_ticket(const struct report *r, struct sink *s)
{
	struct buf text, clean;

	buf_init(&text, 2 * BRIEF_TICKET_MAX);
	buf_init(&clean, 8 * BRIEF_TICKET_MAX);
	brief_ticket(r->brief, &text);
	utf8_clean(&clean, buf_cstr(&text), text.n, UTF8_LINES);
	sink_put(s, buf_cstr(&clean), clean.n);
	buf_release(&text);
	buf_release(&clean);
}

const struct report_format fmt_ticket = {"ticket", ".ticket", "text for a ticket", write_ticket};
